"""FirstGen's Encrypted Text secrets: what may be created, changed, seen and deleted, with Harness's own sentences."""

from __future__ import annotations

import secrets as random_source
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fake_harness.usage_scope import (
    IR,
    Scope,
    ScopeRefusedError,
    allows_application,
    as_graphql,
    environment_types,
    lies_within,
    read_scope,
)

if TYPE_CHECKING:
    from fake_harness.accounts import Account, ApiKey

_FORBIDDEN = "~!@#$%^&*'\"/?<>,;."
FORBIDDEN_IN_NAMES = frozenset(_FORBIDDEN)
_SOURCES = ("value", "secretReference", "parameters")


class SecretRefusedError(Exception):
    """What a resolver of Harness's GraphQL refuses, with its text."""


def bad_name_text() -> str:
    """What Harness says of a name with characters that it doesn't allow."""
    return f"Secret name should not have any of the following characters [{_FORBIDDEN}]"


@dataclass
class SecretManager:
    """Where secrets are kept.

    Attributes:
        id: Its id; Harness's own manager has the account's.
        name: Its name.
        kind: The prefix of references to its secrets in exported YAML.
        scope: Its usage scope; None admits no scoped secret.
        default: Whether it is the account's default.
    """

    id: str
    name: str
    kind: str
    scope: Scope | None
    default: bool = False

    def on_the_wire(self) -> dict[str, Any]:
        """The manager as GraphQL shows it."""
        return {"id": self.id, "name": self.name, "usageScope": as_graphql(self.scope)}


@dataclass
class EncryptedText:
    """What FirstGen keeps of a secret.

    Attributes:
        name: Its name, unique in the account; references go by it.
        secret_manager_id: Its manager, never changed.
        value: The value in plain text, None where it is a reference.
        reference: The path in an outer manager, None where the value is inline.
        scope: Its usage scope; None: no scope, or inherited, or the account's.
        inherits: Whether it has its manager's scope.
        scoped_to_account: Whether it is for the account only; GraphQL never shows this.
        used_by_applications: Ids of the applications that refer to it.
        id: Its id, which survives a new name.
    """

    name: str
    secret_manager_id: str
    value: str | None = None
    reference: str | None = None
    scope: Scope | None = None
    inherits: bool = False
    scoped_to_account: bool = False
    used_by_applications: set[str] = field(default_factory=set)
    id: str = field(default_factory=lambda: random_source.token_urlsafe(16))

    def on_the_wire(self) -> dict[str, Any]:
        """The secret as GraphQL shows it."""
        return {
            "__typename": "EncryptedText",
            "id": self.id,
            "secretType": "ENCRYPTED_TEXT",
            "name": self.name,
            "usageScope": as_graphql(self.scope),
            "secretReference": self.reference,
            "secretManagerId": self.secret_manager_id,
            "scopedToAccount": False,
            "inheritScopesFromSM": self.inherits,
        }


def visible(account: Account, key: ApiKey, secret: EncryptedText) -> bool:
    """Whether the key's scopes let it see the secret; one that it can't see is answered as missing."""
    if not secret.scope:
        return True
    return bool(environment_types(secret.scope, account.applications) & key.permissions)


def find(account: Account, key: ApiKey, secret_id: str) -> EncryptedText | None:
    """The secret of that id, if the key can see it."""
    secret = account.encrypted_texts.get(secret_id)
    return secret if secret and visible(account, key, secret) else None


def find_by_name(account: Account, name: str) -> EncryptedText | None:
    """The secret of exactly that name."""
    return next((one for one in account.encrypted_texts.values() if one.name == name), None)


def create(account: Account, key: ApiKey, given: Mapping[str, Any]) -> EncryptedText:
    """Carry out `createSecret` for an `EncryptedTextInput`."""
    _require_manage_secrets(key)
    name = given["name"]
    if not name.strip():
        raise SecretRefusedError(f"{IR}The name of the secret can not be blank")
    if sum(given.get(source) is not None for source in _SOURCES) != 1:
        raise SecretRefusedError(_exactly_one())
    _check_name(account, name, None)
    manager = _manager(account, given.get("secretManagerId"))
    secret = EncryptedText(
        name=name,
        secret_manager_id=manager.id,
        value=given.get("value"),
        reference=given.get("secretReference"),
        scope=_scope(account, given.get("usageScope")),
        inherits=bool(given.get("inheritScopesFromSM")),
        scoped_to_account=bool(given.get("scopedToAccount")),
    )
    _check_scope(account, key, secret, "Given secret scopes are more relaxed than the secrets manager scopes")
    account.encrypted_texts[secret.id] = secret
    return secret


def update(account: Account, key: ApiKey, secret_id: str, given: Mapping[str, Any]) -> EncryptedText:
    """Carry out `updateSecret`, a patch: what is absent stays."""
    _require_manage_secrets(key)
    secret = find(account, key, secret_id)
    if secret is None:
        raise SecretRefusedError(f"{IR}No encrypted text exists with the id {secret_id}")
    name, value, reference = _patched_content(account, secret, given)
    scope = _scope(account, given["usageScope"]) if "usageScope" in given else secret.scope
    scoped_to_account = given.get("scopedToAccount")
    inherits = given.get("inheritScopesFromSM", secret.inherits)
    changed = EncryptedText(
        name=name,
        secret_manager_id=secret.secret_manager_id,
        value=value,
        reference=reference,
        scope=scope,
        # A null here takes the stored scopedToAccount: a slip of Harness's.
        inherits=secret.scoped_to_account if inherits is None else inherits,
        scoped_to_account=secret.scoped_to_account if scoped_to_account is None else scoped_to_account,
        used_by_applications=secret.used_by_applications,
        id=secret.id,
    )
    _check_scope(
        account,
        key,
        changed,
        "The usage scope of the secret is wider than the usage scope associated with the Secrets Manager",
    )
    for app_id in sorted(secret.used_by_applications):
        if changed.scope and not allows_application(changed.scope, app_id):
            text = f"Can't update usage scope, application '{app_id}' is still referencing this secret."
            raise SecretRefusedError(text)
    account.encrypted_texts[secret.id] = changed
    return changed


def delete(account: Account, key: ApiKey, secret_id: str) -> None:
    """Carry out `deleteSecret`; refused while the index of uses has one."""
    _require_manage_secrets(key)
    secret = find(account, key, secret_id)
    if secret is None:
        raise SecretRefusedError(f"{IR}No secret exists with the id {secret_id}")
    if account.counts_as_used(secret):
        text = "Can not delete secret because it is still being used. See setup usage(s) of the secret."
        raise SecretRefusedError(text)
    del account.encrypted_texts[secret_id]


def may_refer(account: Account, key: ApiKey, secret: EncryptedText) -> bool:
    """Whether the key may save a provider that refers to the secret, which asks for update access to it."""
    return environment_types(secret.scope or (), account.applications) <= key.permissions


def _require_manage_secrets(key: ApiKey) -> None:
    if "MANAGE_SECRETS" not in key.permissions:
        raise SecretRefusedError(f"{IR}User not authorized")


def _exactly_one() -> str:
    return f"{IR}Exactly ONE out of secret value, secret reference or secret parameters is to be passed"


def _check_name(account: Account, name: str, own_id: str | None) -> None:
    if FORBIDDEN_IN_NAMES.intersection(name):
        raise SecretRefusedError(bad_name_text())
    other = find_by_name(account, name)
    if other is not None and other.id != own_id:
        text = "A secret exists with the proposed secret name in your account. Please choose a different name"
        raise SecretRefusedError(text)


def _manager(account: Account, manager_id: str | None) -> SecretManager:
    if manager_id is None:
        default = next((one for one in account.secret_managers.values() if one.default), None)
        return default or account.secret_managers[account.id]
    if manager_id not in account.secret_managers:
        text = f"Secret manager with id {manager_id} for account {account.id} can't be found."
        raise SecretRefusedError(text)
    return account.secret_managers[manager_id]


def _scope(account: Account, given: Mapping[str, Any] | None) -> Scope | None:
    try:
        return None if given is None else read_scope(given, account.applications)
    except ScopeRefusedError as refusal:
        raise SecretRefusedError(str(refusal)) from None


def _patched_content(
    account: Account, secret: EncryptedText, given: Mapping[str, Any]
) -> tuple[str, str | None, str | None]:
    name, value, reference = secret.name, secret.value, secret.reference
    if "name" in given:
        name = (given["name"] or "").strip()
        if not name:
            raise SecretRefusedError(f"{IR}The name of the secret can not be blank")
        _check_name(account, name, secret.id)
    sources = [source for source in _SOURCES if source in given]
    if len(sources) > 1 or any(given[source] is None for source in sources):
        raise SecretRefusedError(_exactly_one())
    if "value" in given:
        if secret.value is None:
            raise SecretRefusedError(f"{IR}Cannot change a referenced secret to an inline secret")
        value = given["value"]
    if "secretReference" in given:
        if secret.reference is None:
            raise SecretRefusedError(f"{IR}Cannot change an inline secret to a referenced secret")
        reference = given["secretReference"]
    return name, value, reference


def _check_scope(account: Account, key: ApiKey, secret: EncryptedText, too_wide: str) -> None:
    """The rules that hold between the three fields of a scope, the manager's scope and the key's rights."""
    if secret.inherits and (secret.scope is not None or secret.scoped_to_account):
        text = (
            "Invalid scopes, please either select to inherit scopes from Secret Manager or provide your own scopes. "
            "You cannot do both."
        )
        raise SecretRefusedError(text)
    if secret.scoped_to_account and secret.scope is not None:
        text = f"Non null restrictions are not allowed when scoping entity to account for accountId {account.id}"
        raise SecretRefusedError(text)
    manager = account.secret_managers[secret.secret_manager_id]
    if secret.scope and not lies_within(secret.scope, manager.scope or (), account.applications):
        raise SecretRefusedError(too_wide)
    rights = key.permissions & {"PROD", "NON_PROD"}
    if not rights or not environment_types(secret.scope or (), account.applications) <= rights:
        raise SecretRefusedError("User not authorized to change, due to usage restrictions")

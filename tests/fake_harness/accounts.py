"""The accounts of the fake: their keys and permissions, what is stored in them, and edits from outside."""

from __future__ import annotations

import base64
import secrets as random_source
import string
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from fake_harness.delegate import Delegates, DelegateStatus
from fake_harness.encrypted_texts import EncryptedText, SecretManager
from fake_harness.exchange import RefusedError, Request, firstgen_error, invalid_request, nextgen_error
from fake_harness.firstgen_settings import FirstGenProvider
from fake_harness.secrets import NextGenSecret, ScopedIdentifier
from fake_harness.smtp_config import StoredSmtpConfig, hidden_secret_name
from fake_harness.usage_scope import EVERYWHERE, Application, EnvironmentType, Scope

Generation = Literal["nextgen", "firstgen"]

NEXTGEN_PERMISSIONS = frozenset(
    {
        "core_smtp_view",
        "core_smtp_edit",
        "core_smtp_delete",
        "core_secret_view",
        "core_secret_edit",
        "core_secret_delete",
    }
)
FIRSTGEN_PERMISSIONS = frozenset({"ACCOUNT_MANAGEMENT", "MANAGE_SECRETS", "PROD", "NON_PROD"})
_ALPHANUMERIC = string.ascii_letters + string.digits


def _random_text(length: int) -> str:
    return "".join(random_source.choice(_ALPHANUMERIC) for _ in range(length))


@dataclass
class ApiKey:
    """A key and what it may do."""

    token: str
    name: str
    generation: Generation
    permissions: frozenset[str]

    def require(self, permission: str, resource: str) -> None:
        """Refuse a NextGen caller that lacks the permission."""
        if permission not in self.permissions:
            raise self.denied(permission, resource)

    def denied(self, permission: str, resource: str) -> RefusedError:
        """NextGen's 403, to be raised."""
        text = f"User not authorized. Missing permission {permission} on {resource}"
        return nextgen_error(403, "NG_ACCESS_DENIED", text)


@dataclass
class Account:
    """One Harness account: what is stored in it, in plain text for assertions, and what can be done from outside.

    Attributes:
        id: The account id.
        smtp_config: NextGen's one SMTP config, or None.
        newer_smtp_fields: Fields of its `value` that this server knows beyond the documented ones (`edit_smtp_config`
            adds to them); a PUT that leaves one out removes it, as with every other field.
        hidden_secrets: The passwords of SMTP configs by the names of the secrets that hold them, orphans among them.
        secrets: NextGen's secrets by (org, project, identifier).
        secret_policies: Policies that deny every secret that is saved, by name with what each says.
        built_in_manager_disabled: Whether the account's settings forbid `harnessSecretManager`.
        firstgen_providers: FirstGen's SMTP providers by name.
        encrypted_texts: FirstGen's secrets by id.
        secret_managers: FirstGen's secret managers by id.
        applications: FirstGen's applications by id.
        delegates: What the delegates of the account are like.
        usage_index_lag: Seconds for which FirstGen still takes a secret for used after its last use is gone.
    """

    id: str
    smtp_config: StoredSmtpConfig | None = None
    newer_smtp_fields: set[str] = field(default_factory=set)
    hidden_secrets: dict[str, str] = field(default_factory=dict)
    secrets: dict[ScopedIdentifier, NextGenSecret] = field(default_factory=dict)
    secret_policies: dict[str, str] = field(default_factory=dict)
    built_in_manager_disabled: bool = False
    firstgen_providers: dict[str, FirstGenProvider] = field(default_factory=dict)
    encrypted_texts: dict[str, EncryptedText] = field(default_factory=dict)
    secret_managers: dict[str, SecretManager] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)
    delegates: Delegates = field(default_factory=Delegates)
    usage_index_lag: float = 0.0
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    keys: dict[str, ApiKey] = field(default_factory=dict, repr=False)
    bearer_tokens: set[str] = field(default_factory=set, repr=False)
    _unused_since: dict[str, float] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        default = SecretManager(self.id, "Harness Secrets Manager", "gcpkms", EVERYWHERE)
        self.secret_managers.setdefault(default.id, default)

    # Keys -----------------------------------------------------------------------------------------------------------

    def api_key(
        self,
        permissions: Iterable[str] | None = None,
        name: str = "ci",
        generation: Generation = "nextgen",
        *,
        older: bool = False,
    ) -> str:
        """A new key; None as permissions means all of its generation (those of an Account Admin).

        Args:
            permissions: What it may do.
            name: Its name, for the record of requests.
            generation: Whose key it is.
            older: NextGen's older form, which does not name the account and is still valid.
        """
        if generation == "nextgen":
            account = "" if older else f"{self.id}."
            token = f"pat.{account}{random_source.token_hex(12)}.{_random_text(20)}"
            every = NEXTGEN_PERMISSIONS
        else:
            token = base64.b64encode(f"{self.id}::{_random_text(80)}".encode()).decode()
            every = FIRSTGEN_PERMISSIONS
        self.keys[token] = ApiKey(token, name, generation, frozenset(permissions) if permissions is not None else every)
        return token

    def revoke(self, key: str) -> None:
        """From now on the key is answered with 401."""
        del self.keys[key]

    def bearer_token(self) -> str:
        """The token of a signed-in user, which FirstGen's REST writes ask for."""
        token = _random_text(120)
        self.bearer_tokens.add(token)
        return token

    # The delegate ---------------------------------------------------------------------------------------------------

    @property
    def delegate(self) -> DelegateStatus:
        """How the account's delegates are, see `Delegates.status`."""
        return self.delegates.status

    @delegate.setter
    def delegate(self, status: DelegateStatus) -> None:
        self.delegates.status = status

    # NextGen, from outside ------------------------------------------------------------------------------------------

    def set_smtp_config(self, name: str, *, password: str | None = None, **value: Any) -> StoredSmtpConfig:
        """Put a config there as another person would, replacing one that exists; `value` by wire names."""
        defaults = {
            "host": "smtp.example.com",
            "port": 25,
            "fromAddress": "someone@example.com",
            "useSSL": False,
            "startTLS": False,
            "username": None,
            "delegateSelectors": None,
        }
        self.newer_smtp_fields |= set(value) - set(defaults)
        with self.lock:
            self.smtp_config = StoredSmtpConfig(self.id, name, {**defaults, **value}, password)
            if password is not None:
                hidden = hidden_secret_name(self.id, name, written_by="POST")
                self.hidden_secrets[hidden], self.smtp_config.hidden_secret = password, hidden
            return self.smtp_config

    def edit_smtp_config(self, **changes: Any) -> StoredSmtpConfig:
        """Change the config as another person would: `name`, `password`, or fields of `value` by wire names."""
        with self.lock:
            stored = self.smtp_config
            if stored is None:
                raise LookupError(f"Account {self.id} has no SMTP config to edit.")
            stored.name = changes.pop("name", stored.name)
            stored.password = changes.pop("password", stored.password)
            self.newer_smtp_fields |= set(changes) - set(stored.value)
            stored.value = {**stored.value, **changes}
            return stored

    def delete_smtp_config(self) -> None:
        """Delete the config as another person would."""
        with self.lock:
            if self.smtp_config is not None:
                self.hidden_secrets.pop(self.smtp_config.hidden_secret or "", None)
            self.smtp_config = None

    # FirstGen, from outside -----------------------------------------------------------------------------------------

    def add_application(self, app_id: str, environments: Mapping[str, EnvironmentType] | None = None) -> Application:
        """An application with its environments and their types."""
        self.applications[app_id] = Application(app_id, dict(environments or {}))
        return self.applications[app_id]

    def add_secret_manager(
        self, name: str, *, kind: str = "hashicorpvault", scope: Scope | None = EVERYWHERE, default: bool = False
    ) -> SecretManager:
        """Another secret manager; with `default` new secrets go there when they name none."""
        if default:
            for other in self.secret_managers.values():
                other.default = False
        manager = SecretManager(random_source.token_urlsafe(16), name, kind, scope, default=default)
        self.secret_managers[manager.id] = manager
        return manager

    def add_encrypted_text(self, name: str, value: str, *, scope: Scope | None = None, **fields: Any) -> EncryptedText:
        """A FirstGen secret as the user interface would make it, with any scope at all."""
        secret = EncryptedText(name=name, secret_manager_id=self.id, value=value, scope=scope, **fields)
        self.encrypted_texts[secret.id] = secret
        return secret

    def add_firstgen_provider(self, name: str, **fields: Any) -> FirstGenProvider:
        """A FirstGen provider as the user interface would make it (there, with Start TLS if asked for)."""
        provider = FirstGenProvider(name=name, **fields)
        self.firstgen_providers[name] = provider
        return provider

    def delete_firstgen_provider(self, name: str) -> None:
        """Delete a provider, after which its secret counts as used for the index's lag."""
        with self.lock:
            provider = self.firstgen_providers.pop(name)
            self.note_unused(provider.password_id)

    # FirstGen's index of uses ---------------------------------------------------------------------------------------

    def note_unused(self, secret_id: str | None) -> None:
        """Start the lag of the index for a secret that has lost a use."""
        if secret_id is not None:
            self._unused_since[secret_id] = time.monotonic()

    def counts_as_used(self, secret: EncryptedText) -> bool:
        """Whether FirstGen's index has a use of the secret, be it one that is gone but still in the index."""
        if secret.used_by_applications:
            return True
        if any(provider.password_id == secret.id for provider in self.firstgen_providers.values()):
            return True
        since = self._unused_since.get(secret.id)
        return since is not None and time.monotonic() - since < self.usage_index_lag


class Accounts:
    """All accounts of a server, and who is calling."""

    def __init__(self) -> None:
        self.by_id: dict[str, Account] = {}

    def key_name(self, token: str | None) -> str | None:
        """The name of a key that some account has, for the record of requests."""
        for account in list(self.by_id.values()):
            if token in account.keys:
                return account.keys[token].name
        return None

    def nextgen_caller(self, request: Request) -> tuple[Account, ApiKey]:
        """The account and key of a NextGen request; `accountId` is not among what names the account."""
        account_id = (
            request.headers.get("harness-account") or request.param("accountIdentifier") or request.param("account")
        )
        token = request.headers.get("x-api-key")
        if token and not account_id:
            raise invalid_request("Account detail is not present in the request")
        account = self.by_id.get(account_id or "")
        key = account.keys.get(token or "") if account else None
        if account is None or key is None or key.generation != "nextgen":
            raise nextgen_error(401, "INVALID_TOKEN", "Token is not valid.")
        return account, key

    def firstgen_caller(self, request: Request, *, fallback_to_key: bool = False) -> tuple[Account, ApiKey]:
        """The account and key of a FirstGen request; the key is looked up under the query's `accountId`.

        Args:
            request: The request.
            fallback_to_key: Take the account from the key where the query has none (GraphQL).
        """
        token = request.headers.get("x-api-key") or ""
        account_id = request.param("accountId")
        if account_id is None and fallback_to_key:
            account_id = next((one.id for one in self.by_id.values() if token in one.keys), None)
        account = self.by_id.get(account_id or "")
        key = account.keys.get(token) if account else None
        if account is None or key is None or key.generation != "firstgen":
            raise firstgen_error(401, "INVALID_TOKEN", "Token is not valid.")
        return account, key

    def firstgen_user(self, request: Request) -> Account:
        """The account of a signed-in user's bearer token; an API key doesn't do."""
        account = self.by_id.get(request.param("accountId") or "")
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if account is None or token not in account.bearer_tokens:
            raise firstgen_error(401, "INVALID_TOKEN", "Token is not valid.")
        return account

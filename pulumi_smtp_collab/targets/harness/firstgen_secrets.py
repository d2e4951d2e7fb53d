"""FirstGen's Encrypted Text secrets, by GraphQL: made, found, patched and deleted; a value is never read back."""

from __future__ import annotations

import secrets as random_source
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.model.partial_validation import Fault
from pulumi_smtp_collab.model.usage_scope import UsageScope
from pulumi_smtp_collab.targets.harness.answers import Answer, graphql_field
from pulumi_smtp_collab.targets.harness.client import HarnessClient, Request
from pulumi_smtp_collab.targets.harness.creation import create_once
from pulumi_smtp_collab.targets.harness.errors import HarnessRefused
from pulumi_smtp_collab.targets.harness.untrusted import quoted
from pulumi_smtp_collab.targets.harness.usage_scope import scope_from_graphql, scope_to_graphql

_KIND = "ENCRYPTED_TEXT"
_FIELDS = """
fragment F on Secret { id name secretType
  usageScope { appEnvScopes { application { filterType appId } environment { filterType envId } } }
  ... on EncryptedText { secretManagerId inheritScopesFromSM scopedToAccount } }"""
_READ = "query($id: String!) { secret(secretId: $id, secretType: ENCRYPTED_TEXT) { ...F } }" + _FIELDS
_FIND = "query($name: String!) { secretByName(name: $name, secretType: ENCRYPTED_TEXT) { ...F } }" + _FIELDS
_CREATE = "mutation($secret: CreateSecretInput!) { createSecret(input: $secret) { secret { ...F } } }" + _FIELDS
_UPDATE = "mutation($secret: UpdateSecretInput!) { updateSecret(input: $secret) { secret { ...F } } }" + _FIELDS
_DELETE = "mutation($secret: DeleteSecretInput!) { deleteSecret(input: $secret) { clientMutationId } }"

_FORBIDDEN = frozenset("~!@#$%^&*'\"/?<>,;.:")  # Harness's list, and the colon that ends a name in a reference
_MISSING = ("No secret exists", "No encrypted text exists")
_NAME_TAKEN = ("secret exists with the proposed secret name", "Duplicate name")
_STILL_USED = "still being used"
_USAGE_INDEX_LAG = 5.0  # seconds: Harness's index of uses is behind by about that
_SUFFIX_BYTES = 4


@dataclass(frozen=True, slots=True)
class EncryptedText:
    """A secret as Harness shows it: everything but its value.

    Attributes:
        id: Its id, which survives a new name.
        name: Its name, unique in the account; references go by it.
        scope: Its usage scope.
        secret_manager_id: The secret manager that keeps it.
    """

    id: str
    name: str
    scope: UsageScope
    secret_manager_id: str


class SecretNameTaken(TargetError):  # noqa: N818 - it is what the user reads
    """There is an Encrypted Text of that name already."""


SecretNameTaken.__module__ = "pulumi_smtp_collab"


def secret_name_fault(name: str, argument: str = "name") -> Fault | None:
    """Return what FirstGen has against a secret's name; None where it has nothing."""
    if name.strip() and name == name.strip() and name.isprintable() and not _FORBIDDEN.intersection(name):
        return None
    rule = "must be letters, digits, -, _ and spaces inside for a FirstGen secret, and none of ~!@#$%^&*'\"/?<>,;.:"
    return Fault(argument, f"{rule}: {quoted(name)}", rule)


def fresh_name(name: str) -> str:
    """Return a name for the secret of a new value: the old one stays in use until the new value was tested."""
    return f"{name}-{random_source.token_hex(_SUFFIX_BYTES)}"


class FirstGenSecrets:
    """The Encrypted Texts of one account.

    Args:
        client: The way to the account.
        warn: Takes a warning for the user.
    """

    def __init__(self, client: HarnessClient, warn: Callable[[str], None]) -> None:
        self._client = client
        self._warn = warn

    def read(self, secret_id: str, recorded: UsageScope | None = None) -> EncryptedText | None:
        """Return the secret of that id; None where there is none, or the key may not see it: both answer the same.

        Args:
            secret_id: The id.
            recorded: The scope that is recorded: the account's scope can't be read back.
        """
        return self._query("reading the secret", _READ, "secret", {"id": secret_id}, recorded)

    def find(self, name: str, recorded: UsageScope | None = None) -> EncryptedText | None:
        """Return the secret of exactly that name; None where there is none, or the key may not see it."""
        return self._query("finding the secret", _FIND, "secretByName", {"name": name}, recorded)

    def create(
        self, name: str, value: str, scope: UsageScope, *, secret_manager_id: str | None = None
    ) -> EncryptedText:
        """Create a secret under a name that is free.

        A create that failed for the moment is sent again. One whose answer was lost is looked for by its name, and
        what is found and equals it gets the value and the scope.

        Args:
            name: The name.
            value: The value.
            scope: The usage scope.
            secret_manager_id: The secret manager; None for the account's default.

        Raises:
            TargetError: The name is taken, or Harness refused; nothing was created.
        """
        if self.find(name) is not None:
            raise self._name_taken(name)
        content: dict[str, Any] = {"name": name, "value": value, **scope_to_graphql(scope)}
        if secret_manager_id is not None:
            content["secretManagerId"] = secret_manager_id
        creation = create_once(
            self._client.pace,
            lambda: self._created(content, value, scope),
            lambda: self.find(name, scope),
            lambda error: any(text in error.said.message for text in _NAME_TAKEN),
            nothing="Nothing was created.",
        )
        made = creation.what
        if creation.how == "created":
            return made
        other_manager = secret_manager_id is not None and made.secret_manager_id != secret_manager_id
        if creation.how == "taken" or made.scope != scope or other_manager:
            raise self._name_taken(name)
        self._warn(f"The answer to creating the secret {quoted(name)} was lost; it was found by its name.")
        return self.update(made.id, value=value, scope=scope)

    def update(
        self, secret_id: str, *, name: str | None = None, value: str | None = None, scope: UsageScope | None = None
    ) -> EncryptedText:
        """Change what is given and keep the rest: an update is a patch.

        The secret manager can't be changed.

        Raises:
            HarnessError: Harness refused, or the secret is gone.
        """
        given = {"name": name, "value": value}
        content: dict[str, Any] = {key: text for key, text in given.items() if text is not None}
        if scope is not None:
            content |= scope_to_graphql(scope)
        variables = {"secret": {"secretType": _KIND, "secretId": secret_id, "encryptedText": content}}
        answer, held = self._ask(
            "updating the secret", _UPDATE, "updateSecret", variables, repeatable=True, value=value
        )
        return _text(answer, held.get("secret"), scope)

    def delete(self, secret_id: str) -> None:
        """Delete a secret; one that is gone is no error.

        Harness refuses while something refers to it, and its index of uses is some seconds behind: after such a
        refusal it is tried once more.

        Raises:
            HarnessError: It is in use, or Harness refused.
        """
        variables = {"secret": {"secretType": _KIND, "secretId": secret_id}}
        if not self._deleted(variables, again=True):
            self._client.pace.sleep(_USAGE_INDEX_LAG)
            self._deleted(variables, again=False)

    def _deleted(self, variables: Mapping[str, Any], *, again: bool) -> bool:
        """Delete it; False where it is still in use and may be tried again."""
        try:
            self._ask("deleting the secret", _DELETE, "deleteSecret", variables, repeatable=True)
        except HarnessRefused as error:
            if any(text in error.said.message for text in _MISSING):
                return True
            if again and _STILL_USED in error.said.message:
                return False
            raise error.stating("The secret was not deleted.") from None
        return True

    def _created(self, content: Mapping[str, Any], value: str, scope: UsageScope) -> EncryptedText:
        variables = {"secret": {"secretType": _KIND, "encryptedText": content}}
        answer, held = self._ask(
            "creating the secret", _CREATE, "createSecret", variables, repeatable=False, value=value
        )
        return _text(answer, held.get("secret"), scope)

    def _name_taken(self, name: str) -> SecretNameTaken:
        return SecretNameTaken(
            f"There is an Encrypted Text named {quoted(name)} in the account "
            f"{self._client.access.account_id} of {self._client.access.host} already. Nothing was created: choose "
            "another name, or use the one that exists with EncryptedText.select."
        )

    def _query(
        self, operation: str, document: str, field: str, variables: Mapping[str, Any], recorded: UsageScope | None
    ) -> EncryptedText | None:
        try:
            return _text(*self._ask(operation, document, field, variables, repeatable=True), recorded)
        except HarnessRefused as error:
            if any(text in error.said.message for text in _MISSING):
                return None
            raise

    def _ask(
        self,
        operation: str,
        document: str,
        field: str,
        variables: Mapping[str, Any],
        *,
        repeatable: bool,
        value: str | None = None,
    ) -> tuple[Answer, Mapping[str, Any]]:
        """Return the answer, and one field of what it holds."""
        body = {"query": document, "variables": variables}
        request = Request(operation, "POST", "/api/graphql", repeatable, json=body, secrets=(value,))
        answer = self._client.ask(request)
        return answer, graphql_field(answer, field)


def _text(answer: Answer, shown: Any, recorded: UsageScope | None) -> EncryptedText:  # noqa: ANN401 - what was answered
    secret: Mapping[str, Any] = shown if isinstance(shown, dict) else {}
    if not secret.get("id"):
        raise answer.unclear()  # a success without what it made: whether it was carried out is not known
    return EncryptedText(
        str(secret["id"]),
        str(secret.get("name") or ""),
        scope_from_graphql(secret, recorded),
        str(secret.get("secretManagerId") or ""),
    )

"""NextGen's text secrets, ``/ng/api/v2/secrets``: made, read without the value, replaced and deleted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.targets.harness.answers import Answer, nextgen_data, nextgen_deleted
from pulumi_smtp_collab.targets.harness.client import HarnessClient, Request
from pulumi_smtp_collab.targets.harness.creation import create_once
from pulumi_smtp_collab.targets.harness.errors import HarnessRefused, changed_meanwhile
from pulumi_smtp_collab.targets.harness.secret_scope import SecretScope
from pulumi_smtp_collab.targets.harness.untrusted import named, visible

HARNESS_SECRET_MANAGER = "harnessSecretManager"  # noqa: S105 - an identifier
"""The identifier of the secret manager that every account has."""

_PATH = "/ng/api/v2/secrets"
_ACCOUNT_SCOPE = SecretScope()
_NO_SUCH_PATH = "HTTP 404"  # of a path that the API doesn't have, under the code that a missing secret has too
_MAX_IDENTIFIER = 128
_KNOWN = frozenset(
    {"type", "name", "identifier", "orgIdentifier", "projectIdentifier", "tags", "description", "spec", "owner"}
)
_KNOWN_OF_SPEC = frozenset({"secretManagerIdentifier", "valueType", "value"})


@dataclass(frozen=True, slots=True)
class TextSecret:
    """A secret, without its value.

    Attributes:
        identifier: Its identifier, unique in its scope and fixed for good.
        name: Its display name.
        scope: The account, organisation or project that it is in.
        secret_manager: The identifier of its secret manager, fixed for good.
        description: Free text.
        tags: Names and values.
        other: Fields that are not known here, carried through as a PUT replaces the whole.
        other_spec: The same of its ``spec``, such as ``additionalMetadata``.
    """

    identifier: str
    name: str
    scope: SecretScope = _ACCOUNT_SCOPE
    secret_manager: str = HARNESS_SECRET_MANAGER
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    other: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    other_spec: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


def identifier_of(name: str) -> str:
    """Return the identifier that Harness's user interface would make of a name."""
    text = re.sub(r"[^0-9a-zA-Z_$]", "_", name.strip())
    return (text if re.match(r"[a-zA-Z_]", text) else f"_{text}")[:_MAX_IDENTIFIER]


class NextGenSecrets:
    """The text secrets of one account.

    Args:
        client: The way to the account.
        warn: Takes a warning for the user.
    """

    def __init__(self, client: HarnessClient, warn: Callable[[str], None]) -> None:
        self._client = client
        self._warn = warn

    def read(self, identifier: str, scope: SecretScope = _ACCOUNT_SCOPE) -> TextSecret | None:
        """Return the secret; None where there is none."""
        request = Request("reading the secret", "GET", _path(identifier), True, scope.to_query())
        try:
            return self._secret(self._client.ask(request))
        except HarnessRefused as error:
            if error.said.code == "RESOURCE_NOT_FOUND_EXCEPTION" and _NO_SUCH_PATH not in error.said.message:
                return None
            raise

    def create(self, secret: TextSecret, value: str) -> TextSecret:
        """Create a secret under an identifier that is free in its scope.

        A create that failed for the moment is sent again. One whose answer was lost is looked for by its identifier,
        and what is found and equals it gets the value.

        Raises:
            TargetError: The identifier is taken, or Harness refused; nothing was created.
        """
        if self.read(secret.identifier, secret.scope) is not None:
            raise self._taken(secret)
        request = Request(
            "creating the secret",
            "POST",
            _PATH,
            repeatable=False,
            query=secret.scope.to_query(),
            json=_body(secret, value),
            secrets=(value,),
        )
        creation = create_once(
            self._client.pace,
            lambda: self._secret(self._client.ask(request)),
            lambda: self.read(secret.identifier, secret.scope),
            lambda error: error.said.code == "DUPLICATE_FIELD",
            nothing="Nothing was created.",
        )
        if creation.how == "created":
            return creation.what
        if creation.how == "taken" or creation.what != secret:
            raise self._taken(secret)
        name = named(secret.identifier)
        self._warn(f"The answer to creating the secret {name} was lost; it was found by its identifier.")
        return self.update(creation.what, value)

    def update(self, secret: TextSecret, value: str | None, over: TextSecret | None = None) -> TextSecret:
        """Replace the secret and its value; identifier, scope and secret manager can't change.

        Args:
            secret: What it becomes.
            value: Its value; None keeps the one that Harness holds.
            over: What it replaces; None where only the value changes.

        Raises:
            TargetError: Harness refused, the secret is gone, or others changed it before it could be sent again.
        """
        operation = "updating the secret"

        def look() -> None:
            if self.read(secret.identifier, secret.scope) not in (over or secret, secret):
                raise changed_meanwhile(operation, f"the secret {named(secret.identifier)}")

        request = Request(
            operation,
            "PUT",
            _path(secret.identifier),
            repeatable=True,
            query=secret.scope.to_query(),
            json=_body(secret, value),
            secrets=(value,),
            before_repeat=look,
        )
        return self._secret(self._client.ask(request))

    def delete(self, identifier: str, scope: SecretScope = _ACCOUNT_SCOPE) -> None:
        """Delete the secret; one that is gone is no error.

        Raises:
            HarnessError: Harness refused.
        """
        request = Request("deleting the secret", "DELETE", _path(identifier), True, scope.to_query())
        try:
            nextgen_deleted(self._client.ask(request))
        except HarnessRefused as error:
            if error.said.code != "ENTITY_NOT_FOUND":
                raise

    def _taken(self, secret: TextSecret) -> TargetError:
        access = self._client.access
        return TargetError(
            f"There is a secret with the identifier {named(secret.identifier)} in the {secret.scope.level} scope "
            f"of the account {access.account_id} of {access.host} already. Nothing was created, as that would "
            "overwrite it: choose another identifier, or delete that secret in Harness first."
        )

    @staticmethod
    def _secret(answer: Answer) -> TextSecret:
        data = nextgen_data(answer)
        shown = data.get("secret") if isinstance(data, dict) else None
        if not isinstance(shown, dict) or not shown.get("identifier"):
            raise answer.unclear()
        spec: Any = shown.get("spec") or {}
        return TextSecret(
            identifier=visible(str(shown["identifier"]), _MAX_IDENTIFIER),
            name=str(shown.get("name") or ""),
            scope=SecretScope(org=shown.get("orgIdentifier") or None, project=shown.get("projectIdentifier") or None),
            secret_manager=str(spec.get("secretManagerIdentifier") or ""),
            description=str(shown.get("description") or ""),
            tags={str(name): str(value) for name, value in (shown.get("tags") or {}).items()},
            other={name: content for name, content in shown.items() if name not in _KNOWN},
            other_spec={name: content for name, content in spec.items() if name not in _KNOWN_OF_SPEC},
        )


def _path(identifier: str) -> str:
    return f"{_PATH}/{quote(identifier, safe='')}"


def _body(secret: TextSecret, value: str | None) -> dict[str, Any]:
    spec = {"secretManagerIdentifier": secret.secret_manager, "valueType": "Inline", "value": value}
    return {
        "secret": {
            **secret.other,
            "type": "SecretText",
            "name": secret.name,
            "identifier": secret.identifier,
            **secret.scope.to_query(),
            "tags": dict(secret.tags),
            "description": secret.description,
            "spec": {**secret.other_spec, **spec},
        }
    }

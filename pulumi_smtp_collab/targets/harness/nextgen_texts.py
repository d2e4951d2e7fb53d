"""NextGen as a store of Encrypted Texts: each a text secret of the account, an organisation or a project."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pulumi_smtp_collab.model.encrypted_text import EncryptedTextArguments, SecretReference
from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.model.partial_validation import Fault
from pulumi_smtp_collab.model.properties import Properties, arguments_properties
from pulumi_smtp_collab.model.record import EncryptedTextRecord
from pulumi_smtp_collab.model.target import SavedIn
from pulumi_smtp_collab.targets.harness.client import HarnessClient
from pulumi_smtp_collab.targets.harness.errors import HarnessError
from pulumi_smtp_collab.targets.harness.nextgen_secrets import (
    HARNESS_SECRET_MANAGER,
    NextGenSecrets,
    TextSecret,
    identifier_of,
)
from pulumi_smtp_collab.targets.harness.secret_scope import SecretScope
from pulumi_smtp_collab.targets.harness.settings import HarnessAccess
from pulumi_smtp_collab.targets.harness.untrusted import named, visible
from pulumi_smtp_collab.targets.interface import HeldSecret, Replacement, changed

_NO_USAGE_SCOPE = (
    "is FirstGen's; NextGen scopes a secret by where it is: the account, org, or org and project. Give those instead"
)


@dataclass(frozen=True, slots=True)
class NextGenTexts:
    """Keeps Encrypted Texts in one account. No SMTP config can refer to one: its value reaches it by the program.

    Attributes:
        access: The account and its key.
        secrets: The account's text secrets.
    """

    access: HarnessAccess
    secrets: NextGenSecrets

    @classmethod
    def at(cls, access: HarnessAccess, warn: Callable[[str], None]) -> NextGenTexts:
        """Return the store of one account; nothing is asked of it yet."""
        return cls(access, NextGenSecrets(HarnessClient(access), warn))

    def refusals(self, known: Mapping[str, Any]) -> Sequence[Fault]:
        """Return what NextGen can't keep."""
        return tuple(_refusals(known))

    def is_elsewhere(self, saved_in: SavedIn) -> bool:
        """Return whether the secret is kept in another account, another Harness, or the state."""
        return not self.access.is_recorded(saved_in)

    def replacement(self, recorded: EncryptedTextRecord, wanted: Properties) -> Replacement | None:
        """Say that identifier, scope and secret manager are fixed for good."""
        before = arguments_properties(recorded.arguments)
        because = changed(("org", "project", "secretManager"), _with_manager(before), _with_manager(wanted))
        if wanted.get("identifier") not in {None, _identifier(recorded)}:
            because += ("identifier",)
        return Replacement(because) if because else None

    def has_room_beside(self, recorded: EncryptedTextRecord, wanted: Properties) -> bool:
        """Has room under another identifier, and in another scope."""
        before, name = arguments_properties(recorded.arguments), wanted.get("name")
        if changed(("org", "project"), before, wanted):
            return True
        identifier = wanted.get("identifier") or (identifier_of(name) if isinstance(name, str) else None)
        return identifier != _identifier(recorded)

    def find(self, name: str) -> HeldSecret:
        """Can't select anything: nothing could be done with it.

        Raises:
            TargetError: Always.
        """
        raise TargetError(
            f"The secret {visible(repr(name), 160)} can't be selected with the target harness: NextGen's SMTP config "
            "can't refer to a secret, it holds the password itself, and a secret's value can't be read back. Give the "
            "value: EncryptedText(value=...), or password= a secret string."
        )

    def create(self, arguments: EncryptedTextArguments) -> HeldSecret:
        """Create the secret under an identifier that is free in its scope."""
        secret = TextSecret(
            identifier=arguments.identifier or identifier_of(arguments.name),
            name=arguments.name,
            scope=SecretScope(org=arguments.org, project=arguments.project),
            secret_manager=arguments.secret_manager or HARNESS_SECRET_MANAGER,
            tags=dict(arguments.tags),
        )
        return self._held(self.secrets.create(secret, arguments.value.get_secret_value()))

    def read(self, identifier: str, recorded: EncryptedTextRecord) -> HeldSecret | None:
        """Return the secret as Harness holds it, without its value."""
        live = self.secrets.read(_identifier(recorded), _scope(recorded))
        if live is None:
            return None
        held: dict[str, Any] = {"name": live.name, "tags": dict(live.tags) or None}
        if live.secret_manager != (recorded.arguments.secret_manager or HARNESS_SECRET_MANAGER):
            held["secret_manager"] = live.secret_manager
        return replace(self._held(live), id=identifier, arguments=held)

    def update(self, identifier: str, recorded: EncryptedTextRecord, arguments: EncryptedTextArguments) -> HeldSecret:
        """Replace name and tags, and the value unless a provider tests it first; all else is carried through."""
        live = self.secrets.read(_identifier(recorded), _scope(recorded))
        if live is None:
            raise TargetError(
                f"The secret {named(_identifier(recorded))} is no longer in the account {self.access.account_id} of "
                f"{self.access.host}. Nothing was changed. Run `pulumi refresh`, then `pulumi up` creates it again."
            )
        wanted = replace(live, name=arguments.name, tags=dict(arguments.tags))
        # Pipelines may refer to it: a password that no test has seen must not become live before its provider's.
        value = None if arguments.used_as_password else arguments.value.get_secret_value()
        return replace(self._held(self.secrets.update(wanted, value, over=live)), id=identifier)

    def put_in_use(self, reference: SecretReference, value: str) -> None:
        """Write a value whose test has passed, where all else stays as it is."""
        *scope, identifier = reference.secret_id.split("/")
        name = named(identifier)
        failed = f"The provider was saved, and the secret {name} holds its former value: run `pulumi up` again."
        try:
            live = self.secrets.read(identifier, SecretScope(*scope))
            if live is not None:
                self.secrets.update(live, value)
        except HarnessError as error:
            raise error.stating(failed) from None
        except TargetError as error:
            raise TargetError(f"{error} {failed}") from None
        if live is None:
            raise TargetError(f"There is no secret {name} any more. {failed}")

    def delete(self, _identifier_with_scope: str, recorded: EncryptedTextRecord) -> None:
        """Delete the secret."""
        self.secrets.delete(_identifier(recorded), _scope(recorded))

    def _held(self, secret: TextSecret) -> HeldSecret:
        parts = (secret.scope.org, secret.scope.project, secret.identifier)
        return HeldSecret("/".join(part for part in parts if part), secret.identifier, self.access.saved_in)


def _refusals(known: Mapping[str, Any]) -> Iterator[Fault]:
    if known.get("usage_scope") is not None:
        yield Fault("usage_scope", _NO_USAGE_SCOPE, _NO_USAGE_SCOPE)


def _identifier(recorded: EncryptedTextRecord) -> str:
    return recorded.reference.name


def _scope(recorded: EncryptedTextRecord) -> SecretScope:
    return SecretScope(org=recorded.arguments.org, project=recorded.arguments.project)


def _with_manager(arguments: Properties) -> dict[str, Any]:
    return {**arguments, "secretManager": arguments.get("secretManager") or HARNESS_SECRET_MANAGER}

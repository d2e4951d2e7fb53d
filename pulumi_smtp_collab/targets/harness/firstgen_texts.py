"""FirstGen as a store of Encrypted Texts: providers refer to them, so a new value is a new secret."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi_smtp_collab.model.encrypted_text import EncryptedTextArguments, SecretReference
from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.model.partial_validation import Fault
from pulumi_smtp_collab.model.properties import Properties, arguments_properties
from pulumi_smtp_collab.model.record import EncryptedTextRecord
from pulumi_smtp_collab.model.target import SavedIn
from pulumi_smtp_collab.model.usage_scope import UsageScope
from pulumi_smtp_collab.targets.harness.client import HarnessClient
from pulumi_smtp_collab.targets.harness.firstgen_secrets import (
    EncryptedText,
    FirstGenSecrets,
    SecretNameTaken,
    fresh_name,
    secret_name_fault,
)
from pulumi_smtp_collab.targets.harness.settings import HarnessAccess
from pulumi_smtp_collab.targets.harness.untrusted import quoted
from pulumi_smtp_collab.targets.interface import HeldSecret, Replacement, changed

_NEXTGEN_ALONE = "is for NextGen's secrets (the target harness); FirstGen has usage_scope instead"


@dataclass(frozen=True, slots=True)
class FirstGenTexts:
    """Keeps Encrypted Texts in one account.

    Attributes:
        access: The account and its key.
        secrets: The account's Encrypted Texts.
    """

    access: HarnessAccess
    secrets: FirstGenSecrets

    @classmethod
    def at(cls, access: HarnessAccess, warn: Callable[[str], None]) -> FirstGenTexts:
        """Return the store of one account; nothing is asked of it yet."""
        return cls(access, FirstGenSecrets(HarnessClient(access), warn))

    def refusals(self, known: Mapping[str, Any]) -> Sequence[Fault]:
        """Return what FirstGen can't keep."""
        return tuple(_refusals(known))

    def is_elsewhere(self, saved_in: SavedIn) -> bool:
        """Return whether the secret is kept in another account, another Harness, or the state."""
        return not self.access.is_recorded(saved_in)

    def replacement(self, recorded: EncryptedTextRecord, wanted: Properties) -> Replacement | None:
        """Say that a new value needs a new secret: the old one stays in use until the new one was tested."""
        because = changed(("value", "name", "secretManager"), arguments_properties(recorded.arguments), wanted)
        return Replacement(because) if because else None

    def has_room_beside(self, _recorded: EncryptedTextRecord, _wanted: Properties) -> bool:
        """Always has room: where the name is taken, the new secret has a suffix."""
        return True

    def find(self, name: str) -> HeldSecret:
        """Return the secret of that name.

        Raises:
            TargetError: There is none, or the key may not see it.
        """
        found = self.secrets.find(name)
        if found is None:
            raise TargetError(
                f"There is no Encrypted Text named {quoted(name)} in the account {self.access.account_id} "
                f"of {self.access.host}, or the API key may not see it. Create it with EncryptedText(value=...), or "
                "correct the name."
            )
        return self._held(found)

    def create(self, arguments: EncryptedTextArguments) -> HeldSecret:
        """Create the secret; where its name is taken, by the former value too, under that name with a suffix."""
        scope = arguments.usage_scope or UsageScope()
        value, manager = arguments.value.get_secret_value(), arguments.secret_manager
        try:
            secret = self.secrets.create(arguments.name, value, scope, secret_manager_id=manager)
        except SecretNameTaken:
            name = fresh_name(arguments.name)
            secret = self.secrets.create(name, value, scope, secret_manager_id=manager)
        return self._held(secret)

    def read(self, identifier: str, recorded: EncryptedTextRecord) -> HeldSecret | None:
        """Return the secret as Harness holds it, without its value."""
        live = self.secrets.read(identifier, _scope(recorded))
        return None if live is None else self._held(live)

    def update(self, identifier: str, _recorded: EncryptedTextRecord, arguments: EncryptedTextArguments) -> HeldSecret:
        """Change the usage scope; all else is kept."""
        return self._held(self.secrets.update(identifier, scope=arguments.usage_scope or UsageScope()))

    def put_in_use(self, _reference: SecretReference, _value: str) -> None:
        """Do nothing: a new value is a new secret, to which the provider has gone over."""

    def delete(self, identifier: str, _recorded: EncryptedTextRecord) -> None:
        """Delete the secret; Harness refuses while something refers to it."""
        self.secrets.delete(identifier)

    def _held(self, secret: EncryptedText) -> HeldSecret:
        scope = None if secret.scope == UsageScope() else secret.scope
        return HeldSecret(secret.id, secret.name, self.access.saved_in, {"usage_scope": scope})


def _refusals(known: Mapping[str, Any]) -> Iterator[Fault]:
    fault = secret_name_fault(known["name"]) if "name" in known else None
    if fault is not None:
        yield fault
    for name in ("identifier", "org", "project", "tags"):
        if known.get(name):
            yield Fault(name, _NEXTGEN_ALONE, _NEXTGEN_ALONE)


def _scope(recorded: EncryptedTextRecord) -> UsageScope:
    scope = recorded.arguments.usage_scope
    return scope if isinstance(scope, UsageScope) else UsageScope()  # what this version would not write: as in Harness

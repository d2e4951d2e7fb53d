"""Encrypted Text in Pulumi's state: the value is there alone, encrypted by the stack's secrets provider."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_smtp_collab.model.encrypted_text import EncryptedTextArguments, SecretReference
from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.model.partial_validation import Fault
from pulumi_smtp_collab.model.properties import Properties
from pulumi_smtp_collab.model.record import EncryptedTextRecord
from pulumi_smtp_collab.model.target import SavedIn
from pulumi_smtp_collab.targets.interface import HeldSecret, Replacement

_IN_HARNESS_ALONE = 'is for secrets that are saved in Harness: set smtp-collab:target to "harness"'


class StateSecrets:
    """Keeps secrets in Pulumi's state: the engine saves what is returned, and forgets what is deleted."""

    def refusals(self, known: Mapping[str, Any]) -> Sequence[Fault]:
        """Refuse what means nothing here."""
        names = ("identifier", "org", "project", "secret_manager", "tags")
        return tuple(Fault(name, _IN_HARNESS_ALONE, _IN_HARNESS_ALONE) for name in names if known.get(name))

    def is_elsewhere(self, saved_in: SavedIn) -> bool:
        """Return whether the secret is kept in Harness."""
        return saved_in.target != "state"

    def replacement(self, _recorded: EncryptedTextRecord, _wanted: Properties) -> Replacement | None:
        """Can change everything: a value reaches the provider through the program, which tests it first."""
        return None

    def has_room_beside(self, _recorded: EncryptedTextRecord, _wanted: Properties) -> bool:
        """Always has room."""
        return True

    def find(self, name: str) -> HeldSecret:
        """Can't find anything.

        Raises:
            TargetError: Always.
        """
        raise TargetError(
            f"The Encrypted Text {name!r} can't be selected: the target is the Pulumi state, which has no other place "
            'to ask. EncryptedText.select is for smtp-collab:target "harness-firstgen"; read another stack\'s with '
            "pulumi.StackReference."
        )

    def create(self, arguments: EncryptedTextArguments) -> HeldSecret:
        """Return the secret an identifier of its own."""
        return HeldSecret(str(uuid.uuid4()), arguments.name)

    def read(self, identifier: str, recorded: EncryptedTextRecord) -> HeldSecret | None:
        """Return what is recorded: there is nothing else to ask."""
        return HeldSecret(identifier, recorded.reference.name)

    def update(self, identifier: str, _recorded: EncryptedTextRecord, arguments: EncryptedTextArguments) -> HeldSecret:
        """Keep the identifier; the engine saves the new arguments."""
        return HeldSecret(identifier, arguments.name)

    def put_in_use(self, _reference: SecretReference, _value: str) -> None:
        """Do nothing: the value reaches the provider through the program."""

    def delete(self, _identifier: str, _recorded: EncryptedTextRecord) -> None:
        """Do nothing: the engine forgets the secret."""

"""The default target: the provider lives in Pulumi's state, and nothing else is needed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.model.partial_validation import TEST_ARGUMENT, Fault
from pulumi_smtp_collab.model.properties import Properties
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.record import ProviderRecord
from pulumi_smtp_collab.model.target import SavedIn
from pulumi_smtp_collab.targets.interface import Replacement, Saved, SaveRequest

_NOTHING_TO_ASK = (
    "the provider is saved in the Pulumi state of the stack that declares it, and there is no other place to ask: read "
    "that stack's outputs with pulumi.StackReference"
)
_IN_HARNESS_ALONE = 'is for providers that are saved in Harness: set smtp-collab:target to "harness"'


class StateTarget:
    """Keeps providers in Pulumi's state: the engine saves what is returned, and forgets what is deleted."""

    def refusals(self, known: Mapping[str, Any], known_test: Mapping[str, Any]) -> Sequence[Fault]:
        """Refuse to take over what can't be there, and what means nothing here."""
        return tuple(_refusals(known, known_test))

    def advisories(self, _known: Mapping[str, Any], _recorded: ProviderRecord | None) -> Sequence[str]:
        """Have nothing to warn of."""
        return ()

    def not_proven(self, _arguments: ProviderArguments) -> Sequence[str]:
        """Add nothing."""
        return ()

    def is_elsewhere(self, saved_in: SavedIn) -> bool:
        """Return whether the provider is saved in Harness."""
        return saved_in.target != "state"

    def replacement(self, _recorded: ProviderRecord, _wanted: Properties) -> Replacement | None:
        """Can change everything."""
        return None

    def has_room_beside(self, _recorded: ProviderRecord, _wanted: Properties) -> bool:
        """Always has room."""
        return True

    def find(self, identifier: str) -> Saved:
        """Can't find anything.

        Raises:
            TargetError: Always.
        """
        raise TargetError(f"The provider {identifier!r} can't be read: {_NOTHING_TO_ASK}.")

    def create(self, _intent: SaveRequest) -> Saved:
        """Return the provider an identifier of its own."""
        return Saved(str(uuid.uuid4()))

    def take_over(self, held: Saved, _intent: SaveRequest) -> Saved:
        """Have nothing to do: nothing is ever found."""
        return held

    def read(self, identifier: str, _recorded: ProviderRecord) -> Saved | None:
        """Return what is recorded: there is nothing else to ask."""
        return Saved(identifier)

    def update(self, identifier: str, _recorded: ProviderRecord, _intent: SaveRequest) -> Saved:
        """Keep the identifier; the engine saves the new arguments."""
        return Saved(identifier)

    def delete(self, _identifier: str, _recorded: ProviderRecord) -> None:
        """Do nothing: the engine forgets the provider."""


def selected_secret_faults(known: Mapping[str, Any], why: str) -> Iterator[Fault]:
    """Refuse a secret that was selected, in a target that can't refer to one.

    Args:
        known: The known arguments by Python name.
        why: Why the target needs the value.
    """
    reference = known.get("password_reference")
    if reference is not None and reference.selected:
        text = f"is an EncryptedText that was selected, whose value can't be read back: {why}. Give the value: "
        yield Fault("password", *[f"{text}EncryptedText(value=...), or a secret string"] * 2)


def _refusals(known: Mapping[str, Any], known_test: Mapping[str, Any]) -> Iterator[Fault]:
    if known.get("adopt") is not None:
        yield Fault("adopt", *[f"there is nothing to take over: {_NOTHING_TO_ASK}"] * 2)
    yield from selected_secret_faults(known, "the provider is saved in the state, and its password with it")
    for name in ("delegate_selectors", "adopt_overwrite", "delete_adopted"):
        if known.get(name):
            yield Fault(name, _IN_HARNESS_ALONE, _IN_HARNESS_ALONE)
    for name in ("delegate_test_recipient", "allow_irreversible_test"):
        if known_test.get(name):
            yield Fault(f"{TEST_ARGUMENT}.{name}", _IN_HARNESS_ALONE, _IN_HARNESS_ALONE)
    if known_test.get("test_from") in {"delegate", "both"}:
        yield Fault(f"{TEST_ARGUMENT}.test_from", _IN_HARNESS_ALONE, _IN_HARNESS_ALONE)

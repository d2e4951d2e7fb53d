"""What every target does. The life cycle knows no more of a target than this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pulumi_smtp_collab.model.encrypted_text import EncryptedTextArguments, SecretReference
from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.model.partial_validation import UNKNOWN, Fault
from pulumi_smtp_collab.model.properties import Properties
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.record import IN_THE_STATE, EncryptedTextRecord, ProviderRecord
from pulumi_smtp_collab.model.target import DelegateVerification, SavedIn, TargetArguments


@dataclass(frozen=True, slots=True)
class Saved:
    """What a target holds of a provider.

    Attributes:
        id: The target's identifier of it; stable, and never the display name.
        saved_in: Where it is saved.
        delegate_verification: The outcome of the target's own test; None where none ran.
        arguments: The arguments by Python name as the target holds them now, None where there is none; the whole None
            where they are as they were given or recorded.
    """

    id: str
    saved_in: SavedIn = IN_THE_STATE
    delegate_verification: DelegateVerification | None = None
    arguments: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SaveRequest:
    """What is to be saved, and what was found out about it here.

    Attributes:
        arguments: The provider's arguments.
        tested: Whether a test was due; a target that tests by itself tests then.
        gates: Whether the failure of the target's own test undoes what was saved, and is an error.
        our_view: The report of the test from here, as a person reads it; empty where none ran.
        subject: The subject of a test mail that the target sends.
        body: Its text.
        secret_arguments: The arguments (Python names) that the program marked secret: named and never shown.
    """

    arguments: ProviderArguments
    tested: bool = False
    gates: bool = True
    our_view: str = field(default="", repr=False)
    subject: str = ""
    body: str = ""
    secret_arguments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Replacement:
    """Why what is saved can't become what is wanted, so that a new one has to take its place.

    Attributes:
        because: The arguments, by wire name, that can't change.
    """

    because: tuple[str, ...]


def changed(names: Sequence[str], recorded: Properties, wanted: Properties) -> tuple[str, ...]:
    """Return those of the arguments, by wire name, that differ; of one that is not known yet nobody can say."""
    return tuple(name for name in names if wanted.get(name) not in (UNKNOWN, recorded.get(name)))


class StillSaved(TargetError):  # noqa: N818 - it says what is true
    """An operation failed after it had saved, and what it saved could not be put back: it is there, and not well.

    Attributes:
        saved: What the target holds now.
    """

    def __init__(self, message: str, saved: Saved) -> None:
        super().__init__(message)
        self.saved = saved


class Target(Protocol):
    """A place where tested providers are saved."""

    def refusals(self, known: Mapping[str, Any], known_test: Mapping[str, Any]) -> Sequence[Fault]:
        """Return what this target can't save, found in preview.

        Args:
            known: The known arguments by Python name.
            known_test: The known arguments of the connectivity test.
        """

    def advisories(self, known: Mapping[str, Any], recorded: ProviderRecord | None) -> Sequence[str]:
        """Return what a preview should warn of.

        Args:
            known: The known arguments by Python name.
            recorded: What is saved and would be updated; None where it is created.
        """

    def not_proven(self, arguments: ProviderArguments) -> Sequence[str]:
        """Return what a test from here does not show about this target."""

    def is_elsewhere(self, saved_in: SavedIn) -> bool:
        """Return whether what is recorded is saved in another place than this target, so that it has to be replaced."""

    def replacement(self, recorded: ProviderRecord, wanted: Properties) -> Replacement | None:
        """Say what can't change in what is saved; None where an update does.

        Args:
            recorded: What is saved.
            wanted: The checked inputs.
        """

    def has_room_beside(self, recorded: ProviderRecord, wanted: Properties) -> bool:
        """Return whether there is room for what is wanted while what is saved is still there: a replacement asks it."""

    def find(self, identifier: str) -> Saved:
        """Return a provider that exists in the target already, to be read or taken over.

        Raises:
            TargetError: There is none, or this target can't be asked.
        """

    def create(self, request: SaveRequest) -> Saved:
        """Save a provider that is not there yet. If it raises, nothing was saved, but for `StillSaved`."""

    def take_over(self, held: Saved, request: SaveRequest) -> Saved:
        """Make a provider that was found the program's own.

        If it raises, what was found is unchanged, but for `StillSaved`.
        """

    def read(self, identifier: str, recorded: ProviderRecord) -> Saved | None:
        """Return what the target holds now; None where it is gone.

        Args:
            identifier: The target's identifier.
            recorded: What was recorded when it was last saved or read.
        """

    def update(self, identifier: str, recorded: ProviderRecord, request: SaveRequest) -> Saved:
        """Replace what is saved. If it raises, what was saved is unchanged, but for `StillSaved`."""

    def delete(self, identifier: str, recorded: ProviderRecord) -> None:
        """Remove what is saved; what is gone already is no error."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which target is meant, and where; None where that is not known yet, or wrong: then the faults say what."""

    target: Target | None
    faults: tuple[Fault, ...] = ()
    place: SavedIn | None = None


@dataclass(frozen=True, slots=True)
class HeldSecret:
    """What a store holds of an Encrypted Text; never its value.

    Attributes:
        id: The store's identifier of it.
        name: What refers to it.
        saved_in: Where it is saved.
        arguments: The arguments by Python name as the store holds them now, None where there is none; the whole None
            where they are as they were given or recorded.
    """

    id: str
    name: str
    saved_in: SavedIn = IN_THE_STATE
    arguments: Mapping[str, Any] | None = None


class SecretStore(Protocol):
    """A place where Encrypted Texts are kept."""

    def refusals(self, known: Mapping[str, Any]) -> Sequence[Fault]:
        """Return what this store can't keep, found in preview, by the known arguments' Python names."""

    def is_elsewhere(self, saved_in: SavedIn) -> bool:
        """Return whether what is recorded is kept in another place than this store."""

    def replacement(self, recorded: EncryptedTextRecord, wanted: Properties) -> Replacement | None:
        """Say what can't change in what is kept; None where an update does.

        Args:
            recorded: What is saved.
            wanted: The arguments as properties.
        """

    def has_room_beside(self, recorded: EncryptedTextRecord, wanted: Properties) -> bool:
        """Return whether there is room for what is wanted while what is kept is still there: a replacement asks it."""

    def find(self, name: str) -> HeldSecret:
        """Return a secret that exists in the store already, for providers to refer to.

        Raises:
            TargetError: There is none, or no provider of this target could refer to it.
        """

    def create(self, arguments: EncryptedTextArguments) -> HeldSecret:
        """Keep a new secret. If it raises, nothing was created."""

    def read(self, identifier: str, recorded: EncryptedTextRecord) -> HeldSecret | None:
        """Return what the store holds now; None where it is gone."""

    def update(self, identifier: str, recorded: EncryptedTextRecord, arguments: EncryptedTextArguments) -> HeldSecret:
        """Change what is kept, in what an update can change."""

    def put_in_use(self, reference: SecretReference, value: str) -> None:
        """Take a value whose test by a provider has passed; only where `update` left that to the provider.

        Args:
            reference: What the provider says of the secret.
            value: The value.
        """

    def delete(self, identifier: str, recorded: EncryptedTextRecord) -> None:
        """Remove what is kept; what is gone already is no error."""


@dataclass(frozen=True, slots=True)
class StoreChoice:
    """Which store is meant; None where that is not known yet, or wrong: then the faults say what."""

    store: SecretStore | None
    faults: tuple[Fault, ...] = ()


class Targets(Protocol):
    """The targets that a stack can save in."""

    def choose_store(self, given: Any) -> StoreChoice:  # noqa: ANN401 - the argument as it is given, or UNKNOWN
        """Find where an Encrypted Text is kept, as `choose` finds a provider's target."""

    def recorded_store(self, saved_in: SavedIn, target: TargetArguments | None) -> SecretStore:
        """Return the store that an Encrypted Text is kept in already.

        Raises:
            TargetError: It can't be reached with what the stack has.
        """

    def choose(self, given: Any) -> Choice:  # noqa: ANN401 - the argument as it is given, or UNKNOWN
        """Find the target by the resource's ``target`` argument, the environment and the stack's configuration."""

    def recorded(self, saved_in: SavedIn, target: TargetArguments | None) -> Target:
        """Return the target that something is saved in already.

        Args:
            saved_in: Where it is saved.
            target: The argument ``target`` that it was saved with: it may name the key.

        Raises:
            TargetError: It can't be reached with what the stack has.
        """

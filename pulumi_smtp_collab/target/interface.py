"""What every target does. The life cycle knows no more of a target than this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pulumi_smtp_collab.model.examination import Fault
from pulumi_smtp_collab.model.provider import ProviderArguments


@dataclass(frozen=True, slots=True)
class Saved:
    """What a target holds of a provider.

    Attributes:
        id: The target's identifier of it; stable, and never the display name.
        facts: What the target adds to the outputs, by wire name.
        arguments: The arguments by wire name as the target holds them now; None where they are as they were given
            or recorded.
    """

    id: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    arguments: Mapping[str, Any] | None = None


class Target(Protocol):
    """A place where tested providers are saved."""

    def refusals(self, known: Mapping[str, Any]) -> Sequence[Fault]:
        """Gives what this target can't save, found in preview.

        Args:
            known: The known arguments by Python name.
        """

    def find(self, identifier: str) -> Saved:
        """Gives a provider that exists in the target already, to be read or taken over.

        Raises:
            TargetError: There is none, or this target can't be asked.
        """

    def create(self, arguments: ProviderArguments) -> Saved:
        """Saves a provider that is not there yet. If it raises, nothing was saved."""

    def take_over(self, held: Saved, arguments: ProviderArguments) -> Saved:
        """Makes a provider that was found the program's own. If it raises, what was found is unchanged."""

    def read(self, identifier: str, recorded: Mapping[str, Any]) -> Saved | None:
        """Gives what the target holds now; None where it is gone.

        Args:
            identifier: The target's identifier.
            recorded: The outputs that were recorded when it was last saved or read.
        """

    def update(self, identifier: str, recorded: Mapping[str, Any], arguments: ProviderArguments) -> Saved:
        """Replaces what is saved. If it raises, what was saved is unchanged."""

    def delete(self, identifier: str, recorded: Mapping[str, Any]) -> None:
        """Removes what is saved; what is gone already is no error."""

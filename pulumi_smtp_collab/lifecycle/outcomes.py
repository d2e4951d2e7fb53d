"""What the operations give to a front end, for a provider and an Encrypted Text alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

from pulumi_smtp_collab.model.encrypted_text import EncryptedTextArguments
from pulumi_smtp_collab.model.origin import Origin
from pulumi_smtp_collab.model.properties import Properties
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.record import EncryptedTextRecord, ProviderRecord
from pulumi_smtp_collab.targets import Replacement

ArgumentsT_contra = TypeVar("ArgumentsT_contra", ProviderArguments, EncryptedTextArguments, contravariant=True)
RecordT = TypeVar("RecordT", ProviderRecord, EncryptedTextRecord)


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check.

    Attributes:
        inputs: The normalised properties; what is not known yet is ``UNKNOWN``.
        faults: One sentence for each broken rule, beginning with the argument's name. No value that may be secret.
        warnings: What is allowed and seldom meant, a sentence each.
    """

    inputs: dict[str, Any] = field(repr=False)
    faults: tuple[str, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """The outcome of a diff.

    Attributes:
        what: nothing; arguments (the saved ones and the program's differ, or may differ); verification (only the
            verification has to be renewed); place (it has to be saved elsewhere, so it is replaced).
        replacement: Why an update can't make the difference good; None where it can.
        delete_first: Whether, in a replacement, what is saved has to go before there is room for the new one. The
            program too may ask for one.
    """

    what: Literal["nothing", "arguments", "verification", "place"]
    replacement: Replacement | None = None
    delete_first: bool = False


@dataclass(frozen=True, slots=True)
class ResourceState(Generic[RecordT]):
    """The state of a resource after an operation.

    Attributes:
        id: The target's identifier of it.
        record: What is to be recorded of it.
        drifted: Whether the target was found to hold other arguments than were recorded; the record's are then the
            inputs too, so that the next preview shows the difference.
    """

    id: str
    record: RecordT = field(repr=False)
    drifted: bool = False


class LifeCycle(Protocol[ArgumentsT_contra, RecordT]):
    """What every front end calls, for each kind of resource. Errors are those of the operations' own docstrings."""

    def check(self, given: Properties, origin: Origin, *, is_new: bool = True) -> Checked:
        """Validate and normalise what a program gives; of what is new all is said, of what is saved a diff says it."""

    def diff(self, recorded: RecordT, inputs: Properties, origin: Origin) -> Difference:
        """Compare what is recorded with checked inputs; never touches the network."""

    def create(self, arguments: ArgumentsT_contra, origin: Origin) -> ResourceState[RecordT]:
        """Create what the arguments say."""

    def update(
        self, identifier: str, recorded: RecordT, arguments: ArgumentsT_contra, origin: Origin
    ) -> ResourceState[RecordT]:
        """Change what is recorded to what the arguments say."""

    def read(self, identifier: str, recorded: RecordT) -> ResourceState[RecordT] | None:
        """Return what is there now; None where it is gone."""

    def find(self, identifier: str, target: Any, origin: Origin) -> ResourceState[RecordT]:  # noqa: ANN401
        """Find what exists and is not owned."""

    def delete(self, identifier: str, recorded: RecordT) -> None:
        """Remove what is recorded."""

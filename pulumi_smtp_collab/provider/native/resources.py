"""The kinds of resources: the engine's values in, the life cycle's typed values in between, the engine's values out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from pydantic import SecretStr

from pulumi_smtp_collab.lifecycle.encrypted_texts import EncryptedTextLifeCycle
from pulumi_smtp_collab.lifecycle.outcomes import Checked, Difference, LifeCycle, RecordT, ResourceState
from pulumi_smtp_collab.lifecycle.providers import ProviderLifeCycle
from pulumi_smtp_collab.lifecycle.saved_not_well import SavedNotWell
from pulumi_smtp_collab.lifecycle.verifier import TestControls
from pulumi_smtp_collab.model.encrypted_text import EncryptedTextArguments
from pulumi_smtp_collab.model.origin import Origin
from pulumi_smtp_collab.model.properties import arguments_properties
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.record import EncryptedTextRecord, ProviderRecord
from pulumi_smtp_collab.provider.native import previews
from pulumi_smtp_collab.provider.native.partial_failures import PartialFailure
from pulumi_smtp_collab.provider.native.properties import bare, own, sent
from pulumi_smtp_collab.provider.native.resource_names import ResourceName

ArgumentsT = TypeVar("ArgumentsT", ProviderArguments, EncryptedTextArguments)
_Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a diff found, and the saved arguments that it compared with, plain and by wire name."""

    difference: Difference
    before: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operation left, by wire name and marked secret where it is; inputs only where they are to change."""

    id: str
    outputs: dict[str, Any] = field(repr=False)
    inputs: dict[str, Any] | None = field(default=None, repr=False)


class ResourceKind(Protocol):
    """A kind of resource, as the engine calls it. Values are by wire name, with their marks of secrecy."""

    @property
    def name_argument(self) -> str:
        """The argument, by wire name, that the resource's name stands in for."""

    def check(self, name: ResourceName, given: _Values, *, is_new: bool) -> Checked:
        """Validate and normalise what a program gives."""

    def diff(self, name: ResourceName, saved: _Values, inputs: _Values) -> Comparison:
        """Compare what is saved with checked inputs."""

    def previewed(self, name: ResourceName, saved: _Values | None, inputs: _Values) -> dict[str, Any]:
        """Return the outputs of a create (nothing is saved) or an update as far as they are known before it."""

    def create(self, name: ResourceName, inputs: _Values, controls: TestControls) -> Outcome:
        """Save what is not there yet."""

    def update(
        self, name: ResourceName, identifier: str, saved: _Values, inputs: _Values, controls: TestControls
    ) -> Outcome:
        """Change what is saved."""

    def read(self, name: ResourceName, identifier: str, saved: _Values, controls: TestControls) -> Outcome | None:
        """Return what is saved now; None where it is gone."""

    def delete(self, name: ResourceName, identifier: str, saved: _Values) -> None:
        """Remove what is saved."""


@dataclass(frozen=True)
class NativeLifeCycle(Generic[ArgumentsT, RecordT]):
    """The life cycle of one kind of resource, called as the engine calls a plugin.

    Attributes:
        controlled: Gives the life cycle whose tests are controlled.
        arguments: The model of the arguments.
        record: The class of what is saved.
        preview: Returns the outputs as far as they are known.
        name_argument: The argument, by wire name, that the resource's name stands in for.
        found_by: The property by which a resource that is not owned is found; empty where its identifier is all.
    """

    controlled: Callable[[TestControls], LifeCycle[ArgumentsT, RecordT]]
    arguments: type[ArgumentsT]
    record: type[RecordT]
    preview: Callable[[RecordT | None, _Values, Origin], dict[str, Any]]
    name_argument: str
    found_by: str = ""

    def check(self, name: ResourceName, given: _Values, *, is_new: bool) -> Checked:
        """Validate and normalise what a program gives."""
        return self._life_cycle.check(own(given), name.origin(given), is_new=is_new)

    def diff(self, name: ResourceName, saved: _Values, inputs: _Values) -> Comparison:
        """Compare what is saved with checked inputs."""
        record = self._recorded(name, saved)
        difference = self._life_cycle.diff(record, own(inputs), name.origin(inputs))
        return Comparison(difference, bare(arguments_properties(record.arguments)))

    def previewed(self, name: ResourceName, saved: _Values | None, inputs: _Values) -> dict[str, Any]:
        """Return the outputs as far as they are known."""
        record = None if saved is None else self._recorded(name, saved)
        return sent(self.preview(record, own(inputs), name.origin(inputs)), inputs)

    def create(self, name: ResourceName, inputs: _Values, controls: TestControls) -> Outcome:
        """Create what the checked inputs say."""
        arguments = self.arguments.model_validate(own(inputs))
        with _partial_failure(inputs):
            return _outcome(self.controlled(controls).create(arguments, name.origin(inputs)), inputs)

    def update(
        self, name: ResourceName, identifier: str, saved: _Values, inputs: _Values, controls: TestControls
    ) -> Outcome:
        """Update what is saved to what the checked inputs say."""
        arguments, record = self.arguments.model_validate(own(inputs)), self._recorded(name, saved)
        with _partial_failure(inputs):
            return _outcome(
                self.controlled(controls).update(identifier, record, arguments, name.origin(inputs)), inputs
            )

    def read(self, name: ResourceName, identifier: str, saved: _Values, controls: TestControls) -> Outcome | None:
        """Return what is there now, of a resource that is owned or of one that is read or imported."""
        given = own(saved)
        if not self.record.is_held_in(given):
            wanted = str(given.get(self.found_by) or identifier)
            return _found(self._life_cycle.find(wanted, given.get("target"), name.origin(saved)), saved)
        record = self._recorded(name, saved)
        state = self.controlled(controls).read(identifier, record)
        if state is None:
            return None
        if state.record == record:
            # Nothing is new: the state stays as it is, be it written by this version or another one.
            return Outcome(state.id, sent(given, saved))
        inputs = sent(arguments_properties(state.record.arguments), saved) if state.drifted else None
        return Outcome(state.id, sent(state.record.to_properties(), saved), inputs)

    def delete(self, name: ResourceName, identifier: str, saved: _Values) -> None:
        """Remove what is saved."""
        self._life_cycle.delete(identifier, self._recorded(name, saved))

    @property
    def _life_cycle(self) -> LifeCycle[ArgumentsT, RecordT]:
        return self.controlled(TestControls())

    def _recorded(self, name: ResourceName, saved: _Values) -> RecordT:
        return self.record.from_properties(own(saved), name.origin(saved))


def providers(life_cycle: ProviderLifeCycle) -> ResourceKind:
    """Return the kind of collaboration providers."""

    def preview(recorded: ProviderRecord | None, inputs: _Values, origin: Origin) -> dict[str, Any]:
        return previews.provider_outputs(life_cycle, recorded, inputs, origin)

    return NativeLifeCycle[ProviderArguments, ProviderRecord](
        life_cycle.controlled, ProviderArguments, ProviderRecord, preview, "displayName"
    )


def encrypted_texts(life_cycle: EncryptedTextLifeCycle) -> ResourceKind:
    """Return the kind of Encrypted Texts."""

    def preview(recorded: EncryptedTextRecord | None, inputs: _Values, origin: Origin) -> dict[str, Any]:
        return previews.encrypted_text_outputs(life_cycle, recorded, inputs, origin)

    return NativeLifeCycle[EncryptedTextArguments, EncryptedTextRecord](
        lambda _: life_cycle, EncryptedTextArguments, EncryptedTextRecord, preview, "name", "name"
    )


@contextmanager
def _partial_failure(inputs: _Values) -> Iterator[None]:
    try:
        yield
    except SavedNotWell as error:
        left = _outcome(error.state, inputs)
        raise PartialFailure(str(error), left.id, left.outputs, dict(inputs)) from None


def _outcome(state: ResourceState[Any], inputs: _Values) -> Outcome:
    return Outcome(state.id, sent(state.record.to_properties(), inputs))


def _found(state: ResourceState[Any], given: _Values) -> Outcome:
    """Return what was looked for; its inputs hold no secret, since an import prints them."""
    arguments = arguments_properties(state.record.arguments)
    inputs = {name: value for name, value in arguments.items() if not isinstance(value, SecretStr)}
    return Outcome(state.id, sent(state.record.to_properties(), given), {**own(given), **inputs})

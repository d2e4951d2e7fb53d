"""The life cycle of a case without an engine: check, diff, create, read, update, delete on a front end's properties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from pulumi_smtp_collab.lifecycle.outcomes import Checked, Difference, ResourceState
from pulumi_smtp_collab.lifecycle.stack import Messages, open_stack
from pulumi_smtp_collab.model.encrypted_text import EncryptedTextArguments
from pulumi_smtp_collab.model.origin import Origin
from pulumi_smtp_collab.model.properties import arguments_properties
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.record import EncryptedTextRecord, ProviderRecord

NOWHERE = Origin()


@dataclass(frozen=True)
class Resource:
    """A resource as the engine keeps it.

    Attributes:
        id: Its identifier.
        outputs: Its outputs by wire name, secrets in plain.
        inputs: Its inputs, where a refresh found other ones.
        origin: Where it was declared.
    """

    id: str
    outputs: dict[str, Any] = field(repr=False)
    inputs: dict[str, Any] | None = field(default=None, repr=False)
    origin: Origin = NOWHERE


class _Case:
    """A stack, what it told the user, and the clock that a test moves."""

    def __init__(
        self,
        config: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.timezone.utc),
    ) -> None:
        self.warnings: list[str] = []
        self.messages: list[str] = []
        messages = Messages(self.warnings.append, self.messages.append)
        self.stack = open_stack(config or {}, environment or {}, messages, now)


class ProviderCase(_Case):
    """The life cycle of a provider."""

    def check(self, given: Mapping[str, Any], origin: Origin = NOWHERE) -> Checked:
        """Check what a program gives."""
        return self.stack.providers.check(given, origin)

    def inputs(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the checked inputs of arguments without a fault."""
        checked = self.check(given)
        assert not checked.faults
        return plain(checked.inputs)

    def diff(
        self, outputs: Mapping[str, Any], inputs: Mapping[str, Any], origin: Origin = NOWHERE, before: Origin = NOWHERE
    ) -> Difference:
        """Compare what is saved with checked inputs."""
        return self.stack.providers.diff(ProviderRecord.from_properties(outputs, before), plain(inputs), origin)

    def create(self, inputs: Mapping[str, Any], origin: Origin = NOWHERE) -> Resource:
        """Create a provider of checked inputs."""
        return kept(self.stack.providers.create(ProviderArguments.model_validate(plain(inputs)), origin))

    def read(self, saved: Resource) -> Resource | None:
        """Read what is saved."""
        record = ProviderRecord.from_properties(saved.outputs, saved.origin)
        found = self.stack.providers.read(saved.id, record)
        if found is not None and found.record == record:
            return saved
        return None if found is None else kept(found)

    def update(self, saved: Resource, inputs: Mapping[str, Any], origin: Origin = NOWHERE) -> Resource:
        """Update what is saved to checked inputs."""
        record = ProviderRecord.from_properties(saved.outputs, saved.origin)
        arguments = ProviderArguments.model_validate(plain(inputs))
        return kept(self.stack.providers.update(saved.id, record, arguments, origin))

    def delete(self, saved: Resource) -> None:
        """Delete what is saved."""
        self.stack.providers.delete(saved.id, ProviderRecord.from_properties(saved.outputs, saved.origin))


class EncryptedTextCase(_Case):
    """The life cycle of an Encrypted Text."""

    def check(self, given: Mapping[str, Any]) -> Checked:
        """Check what a program gives."""
        return self.stack.encrypted_texts.check(given, NOWHERE)

    def diff(self, outputs: Mapping[str, Any], inputs: Mapping[str, Any]) -> Difference:
        """Compare what is saved with checked inputs."""
        record = EncryptedTextRecord.from_properties(outputs, NOWHERE)
        return self.stack.encrypted_texts.diff(record, plain(inputs), NOWHERE)

    def create(self, inputs: Mapping[str, Any]) -> Resource:
        """Create an Encrypted Text of checked inputs."""
        arguments = EncryptedTextArguments.model_validate(plain(inputs))
        return kept(self.stack.encrypted_texts.create(arguments, NOWHERE))


def kept(state: ResourceState[Any]) -> Resource:
    """Return what the engine keeps of a state."""
    inputs = plain(arguments_properties(state.record.arguments)) if state.drifted else None
    return Resource(state.id, plain(state.record.to_properties()), inputs, state.record.origin)


def plain(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return properties as the engine sends them: secrets in plain."""
    return {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in properties.items()
    }

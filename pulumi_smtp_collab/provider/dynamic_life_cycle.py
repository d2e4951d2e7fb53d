"""The calls of the engine's Python host, as calls of the life cycle: properties in, typed values, properties out.

Only the provider's process loads this module. What the dynamic protocol has of its own (internal inputs, the sentinel
of an unknown value, marks of secrets) begins and ends here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pulumi
from pulumi.dynamic import CheckFailure, CheckResult, Config, CreateResult, DiffResult, ReadResult, UpdateResult
from pulumi.dynamic.dynamic import PROVIDER_KEY
from pulumi.runtime import rpc
from pydantic import SecretStr

from pulumi_smtp_collab.lifecycle.outcomes import LifeCycle, RecordT, ResourceState
from pulumi_smtp_collab.lifecycle.stack import Messages, StackLifeCycles, open_stack
from pulumi_smtp_collab.model.encrypted_text import EncryptedTextArguments
from pulumi_smtp_collab.model.origin import Origin
from pulumi_smtp_collab.model.partial_validation import UNKNOWN
from pulumi_smtp_collab.model.properties import arguments_properties
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.record import EncryptedTextRecord, ProviderRecord
from pulumi_smtp_collab.provider.internal_inputs import SECRET_ARGUMENTS, STACK

ArgumentsT = TypeVar("ArgumentsT", ProviderArguments, EncryptedTextArguments)


@dataclass(frozen=True)
class FromEngine:
    """Properties as the engine sent them.

    Attributes:
        own: Those that a program or this provider writes; what is not known yet is ``UNKNOWN``.
        internal: Those that the resource's class adds, by a name that begins with an underscore.
    """

    own: dict[str, Any]
    internal: dict[str, Any]

    @classmethod
    def read(cls, properties: Mapping[str, Any]) -> FromEngine:
        """Read them."""
        values = {name: _known(value) for name, value in properties.items() if name != PROVIDER_KEY}
        internal = {name: value for name, value in values.items() if name.startswith("_")}
        return cls({name: value for name, value in values.items() if name not in internal}, internal)

    @property
    def origin(self) -> Origin:
        """Where they were declared, as the internal ones say."""
        project, _, stack = str(self.internal.get(STACK) or "").partition("/")
        names = self.internal.get(SECRET_ARGUMENTS)
        return Origin(project, stack, frozenset(names) if isinstance(names, (list, tuple)) else frozenset())

    def answer(self, properties: Mapping[str, Any]) -> dict[str, Any]:
        """Return properties as the engine takes them, with the internal ones: each ``SecretStr`` is marked a secret."""
        return {name: _sent(value) for name, value in {**properties, **self.internal}.items()}


@dataclass(frozen=True)
class DynamicLifeCycle(Generic[ArgumentsT, RecordT]):
    """The life cycle of one kind of resource, called as the engine's Python host calls.

    Attributes:
        life_cycle: The life cycle.
        arguments: The model of the arguments.
        record: The class of what is saved.
        found_by: The property by which a resource that is not owned is found; None where its identifier is all.
    """

    life_cycle: LifeCycle[ArgumentsT, RecordT]
    arguments: type[ArgumentsT]
    record: type[RecordT]
    found_by: str | None = None

    def check(self, news: Mapping[str, Any], *, is_new: bool = True) -> CheckResult:
        """Validate and normalise. A failure names no property: the engine would print its value, secret or not.

        What the check warns of, the program has said already, at the resource.
        """
        given = FromEngine.read(news)
        checked = self.life_cycle.check(given.own, given.origin, is_new=is_new)
        return CheckResult(given.answer(checked.inputs), [CheckFailure("", reason) for reason in checked.faults])

    def diff(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> DiffResult:
        """Say whether an update is due.

        Where arguments differ, or may differ, the answer is "unknown": the engine then compares old and new inputs
        itself and shows which.
        """
        saved, inputs = FromEngine.read(olds), FromEngine.read(news)
        difference = self.life_cycle.diff(self._recorded(saved), inputs.own, inputs.origin)
        if difference.what == "place":
            return DiffResult(changes=True, replaces=["target"])
        if difference.replacement is not None:
            because = list(difference.replacement.because)
            return DiffResult(changes=None, replaces=because, delete_before_replace=difference.delete_first)
        if difference.what == "arguments":
            return DiffResult(changes=None, delete_before_replace=difference.delete_first)
        return DiffResult(changes=difference.what != "nothing")

    def create(self, props: Mapping[str, Any]) -> CreateResult:
        """Create what the checked inputs say."""
        inputs = FromEngine.read(props)
        state = self.life_cycle.create(self.arguments.model_validate(inputs.own), inputs.origin)
        return CreateResult(state.id, inputs.answer(state.record.to_properties()))

    def update(self, identifier: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> UpdateResult:
        """Update what is saved to what the checked inputs say."""
        saved, inputs = FromEngine.read(olds), FromEngine.read(news)
        arguments = self.arguments.model_validate(inputs.own)
        state = self.life_cycle.update(identifier, self._recorded(saved), arguments, inputs.origin)
        return UpdateResult(inputs.answer(state.record.to_properties()))

    def read(self, identifier: str, props: Mapping[str, Any]) -> ReadResult:
        """Return what is there now, of a resource that is owned or of one that is only found."""
        saved = FromEngine.read(props)
        state: ResourceState[RecordT] | None
        if not self.record.is_held_in(saved.own):
            name = str(saved.own.get(self.found_by or "") or identifier)
            state = self.life_cycle.find(name, saved.own.get("target"), saved.origin)
            return ReadResult(state.id, saved.answer(state.record.to_properties()))
        recorded = self._recorded(saved)
        state = self.life_cycle.read(identifier, recorded)
        if state is None:
            return ReadResult("", {})
        properties = state.record.to_properties()
        if state.record == recorded:
            # Nothing is new: the state stays as it is, be it written by this version or another one.
            secret = {name: value for name, value in properties.items() if isinstance(value, SecretStr)}
            return ReadResult(state.id, saved.answer({**saved.own, **secret}))
        inputs = saved.answer(arguments_properties(state.record.arguments)) if state.drifted else None
        return ReadResult(state.id, saved.answer(properties), inputs)

    def delete(self, identifier: str, props: Mapping[str, Any]) -> None:
        """Remove what is saved."""
        self.life_cycle.delete(identifier, self._recorded(FromEngine.read(props)))

    def _recorded(self, saved: FromEngine) -> RecordT:
        return self.record.from_properties(saved.own, saved.origin)


def providers(config: Config, environment: Mapping[str, str]) -> DynamicLifeCycle[ProviderArguments, ProviderRecord]:
    """Return the life cycle of providers in the running stack."""
    return DynamicLifeCycle(_opened(config, environment).providers, ProviderArguments, ProviderRecord)


def encrypted_texts(
    config: Config, environment: Mapping[str, str]
) -> DynamicLifeCycle[EncryptedTextArguments, EncryptedTextRecord]:
    """Return the life cycle of Encrypted Texts in the running stack."""
    life_cycle = _opened(config, environment).encrypted_texts
    return DynamicLifeCycle(life_cycle, EncryptedTextArguments, EncryptedTextRecord, "name")


def _opened(config: Config, environment: Mapping[str, str]) -> StackLifeCycles:
    messages = Messages(pulumi.log.warn, pulumi.log.info, wait=pulumi.log.info)
    return open_stack(_Configuration(config), environment, messages, project=environment.get("PULUMI_PROJECT"))


class _Configuration(Mapping[str, Any]):
    """The stack's configuration with all of its keys; the SDK's own way asks for one that is known."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - whatever the stack holds
        value = self._config.get(key)
        if value is None:
            raise KeyError(key)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(vars(self._config).get("_props", {}))  # none to walk through where a later SDK keeps them elsewhere

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _known(value: Any) -> Any:  # noqa: ANN401 - whatever the engine sends
    if isinstance(value, pulumi.output.Unknown) or value == rpc.UNKNOWN:
        return UNKNOWN
    value = rpc.unwrap_rpc_secret(value)
    if isinstance(value, Mapping):
        return {name: _known(item) for name, item in value.items()}
    return [_known(item) for item in value] if isinstance(value, list) else value


def _sent(value: Any) -> Any:  # noqa: ANN401 - whatever an argument holds
    if value is UNKNOWN:
        return rpc.UNKNOWN
    if isinstance(value, SecretStr):
        return rpc.wrap_rpc_secret(value.get_secret_value())
    if isinstance(value, Mapping):
        return {name: _sent(item) for name, item in value.items()}
    return [_sent(item) for item in value] if isinstance(value, (list, tuple)) else value

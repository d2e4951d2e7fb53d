"""The dynamic resource provider: what the engine's Python host calls.

State holds this module's path and the class's name (the pickle of a stateless object of an importable class), so
neither may ever change. Nothing is imported here that a preview's program does not need: the program imports this
module too, to pickle the provider.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    Config,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.dynamic.dynamic import PROVIDER_KEY, serialize_provider
from pulumi.runtime import rpc
from typing_extensions import ParamSpec

from pulumi_smtp_collab.model.errors import SmtpCollaborationError
from pulumi_smtp_collab.provider.engine_watch import watch_engine

if TYPE_CHECKING:
    from pulumi_smtp_collab.lifecycle.encrypted_texts import EncryptedTextLifeCycle
    from pulumi_smtp_collab.lifecycle.operations import LifeCycle
    from pulumi_smtp_collab.lifecycle.outcomes import Difference

_Parameters = ParamSpec("_Parameters")
_Answer = TypeVar("_Answer")


def _one_readable_end(method: Callable[_Parameters, _Answer]) -> Callable[_Parameters, _Answer]:
    """Cut an error's way through our code off: the host prints every frame and every cause before the message."""

    @functools.wraps(method)
    def call(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Answer:
        try:
            return method(*args, **kwargs)
        except SmtpCollaborationError as error:
            raise error.with_traceback(None) from None

    return call


class SmtpCollaborationResourceProvider(ResourceProvider):
    """Connects the engine's dynamic provider protocol to the life cycle.

    It holds nothing when it is pickled; ``configure`` gives it what belongs to the running stack.
    """

    serialize_as_secret_always = False  # the pickle is a reference to this class: there is nothing to hide

    _life_cycle: LifeCycle

    def configure(self, req: ConfigureRequest) -> None:
        """Take the stack's configuration; called once in each process, before anything else."""
        from pulumi_smtp_collab.lifecycle.operations import LifeCycle  # noqa: PLC0415 - not for the program
        from pulumi_smtp_collab.lifecycle.stack_settings import StackSettings  # noqa: PLC0415
        from pulumi_smtp_collab.targets import StackTargets  # noqa: PLC0415

        settings = StackSettings.read(_whole(req.config), os.environ, os.environ.get("PULUMI_PROJECT"))
        targets = StackTargets(req.config.get, os.environ, pulumi.log.warn)
        self._life_cycle = LifeCycle(pulumi.log.warn, pulumi.log.info, settings, targets, os.environ)
        watch_engine()

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Validate and normalise the inputs; every fault at once, without the value of any property.

        The engine prints the value of a property that a failure names, secret or not: so none is named.
        """
        checked = self._life_cycle.check(_from_engine(news))
        failures = [CheckFailure("", reason) for reason in checked.faults]
        return CheckResult(_to_engine(checked.inputs), failures)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Say whether an update is due.

        Where arguments differ, or may differ, the answer is "unknown": the engine then compares old and new inputs
        itself and shows which.
        """
        return _answer(self._life_cycle.diff(_from_engine(_olds), _from_engine(_news)))

    @_one_readable_end
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Test, then save."""
        provider = self._life_cycle.create(_from_engine(props))
        return CreateResult(provider.id, _to_engine(provider.outputs))

    @_one_readable_end
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Test where anything that the test sees has changed, then save."""
        provider = self._life_cycle.update(_id, _from_engine(_olds), _from_engine(_news))
        return UpdateResult(_to_engine(provider.outputs))

    @_one_readable_end
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Return what is saved; an empty identifier where it is gone."""
        provider = self._life_cycle.read(id_, _from_engine(props))
        if provider is None:
            return ReadResult("", {})
        inputs = None if provider.inputs is None else _to_engine(provider.inputs)
        return ReadResult(provider.id, _to_engine(provider.outputs), inputs)

    @_one_readable_end
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Remove what is saved."""
        self._life_cycle.delete(_id, _from_engine(_props))


class EncryptedTextResourceProvider(ResourceProvider):
    """Does the same for Encrypted Texts."""

    serialize_as_secret_always = False  # as above

    _life_cycle: EncryptedTextLifeCycle

    def configure(self, req: ConfigureRequest) -> None:
        """Take the stack's configuration; called once in each process, before anything else."""
        from pulumi_smtp_collab.lifecycle.encrypted_texts import EncryptedTextLifeCycle  # noqa: PLC0415
        from pulumi_smtp_collab.targets import StackTargets  # noqa: PLC0415

        self._life_cycle = EncryptedTextLifeCycle(StackTargets(req.config.get, os.environ, pulumi.log.warn))
        watch_engine()

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Validate and normalise the inputs; every fault at once, without the value of any property."""
        checked = self._life_cycle.check(_from_engine(news))
        return CheckResult(_to_engine(checked.inputs), [CheckFailure("", reason) for reason in checked.faults])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Say whether an update is due, or a replacement: a new value must not go live before it was tested."""
        return _answer(self._life_cycle.diff(_from_engine(_olds), _from_engine(_news)))

    @_one_readable_end
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Keep a new secret."""
        text = self._life_cycle.create(_from_engine(props))
        return CreateResult(text.id, _to_engine(text.outputs))

    @_one_readable_end
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Change what an update can change."""
        return UpdateResult(_to_engine(self._life_cycle.update(_id, _from_engine(_olds), _from_engine(_news)).outputs))

    @_one_readable_end
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Return what is kept, or select a secret that exists; an empty identifier where it is gone."""
        text = self._life_cycle.read(id_, _from_engine(props))
        if text is None:
            return ReadResult("", {})
        inputs = None if text.inputs is None else _to_engine(text.inputs)
        return ReadResult(text.id, _to_engine(text.outputs), inputs)

    @_one_readable_end
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Remove what is kept."""
        self._life_cycle.delete(_id, _from_engine(_props))


def _whole(config: Config) -> Mapping[str, Any]:
    """Return the stack's configuration with all of its keys; the SDK's own way asks for one that is known."""
    held: Mapping[str, Any] = vars(config).get("_props", {})
    return held


@functools.cache
def pickled_provider() -> str:
    """Return the provider as state holds it: pickled once, since each of a program's resources holds the same."""
    return str(serialize_provider(SmtpCollaborationResourceProvider()))


@functools.cache
def pickled_encrypted_text_provider() -> str:
    """Return that of Encrypted Texts."""
    return str(serialize_provider(EncryptedTextResourceProvider()))


def _answer(difference: Difference) -> DiffResult:
    if difference.what == "place":
        return DiffResult(changes=True, replaces=["target"])
    if difference.replacement is not None:
        because = list(difference.replacement.because)
        return DiffResult(changes=None, replaces=because, delete_before_replace=difference.replacement.delete_first)
    if difference.what == "arguments":
        return DiffResult(changes=None)
    return DiffResult(changes=difference.what != "nothing")


def _from_engine(properties: Mapping[str, Any]) -> dict[str, Any]:
    from pulumi_smtp_collab.model.partial_validation import UNKNOWN  # noqa: PLC0415 - not for the program

    def known(value: Any) -> Any:  # noqa: ANN401 - whatever the engine sends
        if isinstance(value, pulumi.output.Unknown) or value == rpc.UNKNOWN:
            return UNKNOWN
        value = rpc.unwrap_rpc_secret(value)
        if isinstance(value, Mapping):
            return {name: known(item) for name, item in value.items()}
        return [known(item) for item in value] if isinstance(value, list) else value

    return {name: known(value) for name, value in properties.items() if name != PROVIDER_KEY}


def _to_engine(properties: Mapping[str, Any]) -> dict[str, Any]:
    from pulumi_smtp_collab.lifecycle.outcomes import SECRET_OUTPUTS  # noqa: PLC0415 - not for the program
    from pulumi_smtp_collab.model.partial_validation import UNKNOWN  # noqa: PLC0415

    def sent(value: Any) -> Any:  # noqa: ANN401 - whatever an argument holds
        if value is UNKNOWN:
            return rpc.UNKNOWN
        if isinstance(value, Mapping):
            return {name: sent(item) for name, item in value.items()}
        return [sent(item) for item in value] if isinstance(value, (list, tuple)) else value

    return {
        name: rpc.wrap_rpc_secret(sent(value)) if name in SECRET_OUTPUTS else sent(value)
        for name, value in properties.items()
    }

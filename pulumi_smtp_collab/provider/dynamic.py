"""The dynamic resource providers: what the engine's Python host calls.

State holds this module's path and the classes' names (each pickle is that of a stateless object of an importable
class), so none of them may ever change. Nothing is imported here that a preview's program does not need: the program
imports this module too, to pickle the providers.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from pulumi.dynamic import (
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.dynamic.dynamic import serialize_provider
from typing_extensions import ParamSpec

from pulumi_smtp_collab.model.errors import SmtpCollaborationError

if TYPE_CHECKING:
    from pulumi_smtp_collab.provider.dynamic_life_cycle import DynamicLifeCycle

_Parameters = ParamSpec("_Parameters")
_Answer = TypeVar("_Answer")


def _one_readable_end(method: Callable[_Parameters, _Answer]) -> Callable[_Parameters, _Answer]:
    """Cut an error's way through our code off: a host that prints tracebacks prints every frame and every cause.

    The host that we know prints the message alone (``error_printing``).
    """

    @functools.wraps(method)
    def call(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Answer:
        try:
            return method(*args, **kwargs)
        except SmtpCollaborationError as error:
            raise error.with_traceback(None) from None

    return call


class _LifeCycleProvider(ResourceProvider):
    """Hands the host's calls to a life cycle.

    It holds nothing when it is pickled; ``configure`` gives it what belongs to the running stack.
    """

    serialize_as_secret_always = False  # the pickle is a reference to its class: there is nothing to hide

    _life_cycle: DynamicLifeCycle[Any, Any]

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Validate and normalise the inputs; every fault at once, without the value of any property."""
        return self._life_cycle.check(news, is_new=not _olds)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Say whether an update or a replacement is due."""
        return self._life_cycle.diff(_olds, _news)

    @_one_readable_end
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Test, then save."""
        return self._life_cycle.create(props)

    @_one_readable_end
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Test where anything that the test sees has changed, then save."""
        return self._life_cycle.update(_id, _olds, _news)

    @_one_readable_end
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Return what is saved; an empty identifier where it is gone."""
        return self._life_cycle.read(id_, props)

    @_one_readable_end
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Remove what is saved."""
        self._life_cycle.delete(_id, _props)


class SmtpCollaborationResourceProvider(_LifeCycleProvider):
    """Connects the engine's dynamic provider protocol to the life cycle of collaboration providers."""

    def configure(self, req: ConfigureRequest) -> None:
        """Take the stack's configuration; called once in each process, before anything else."""
        from pulumi_smtp_collab.provider import dynamic_life_cycle  # noqa: PLC0415 - not for the program

        self._life_cycle = dynamic_life_cycle.providers(req.config, os.environ)
        _settle_in()


class EncryptedTextResourceProvider(_LifeCycleProvider):
    """Does the same for Encrypted Texts."""

    def configure(self, req: ConfigureRequest) -> None:
        """Take the stack's configuration; called once in each process, before anything else."""
        from pulumi_smtp_collab.provider import dynamic_life_cycle  # noqa: PLC0415 - not for the program

        self._life_cycle = dynamic_life_cycle.encrypted_texts(req.config, os.environ)
        _settle_in()


def _settle_in() -> None:
    """Do what the provider's process needs besides a life cycle."""
    from pulumi_smtp_collab.provider.engine_watch import watch_engine  # noqa: PLC0415 - not for the program
    from pulumi_smtp_collab.provider.error_printing import print_messages_alone  # noqa: PLC0415

    print_messages_alone()
    watch_engine()


@functools.cache
def pickled_provider() -> str:
    """Return the provider as state holds it: pickled once, since each of a program's resources holds the same."""
    return str(serialize_provider(SmtpCollaborationResourceProvider()))


@functools.cache
def pickled_encrypted_text_provider() -> str:
    """Return that of Encrypted Texts."""
    return str(serialize_provider(EncryptedTextResourceProvider()))

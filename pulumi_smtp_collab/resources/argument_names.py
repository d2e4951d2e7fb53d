"""A misspelt keyword of an argument class is refused with the one that is meant. Every program loads this."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from inspect import Parameter, signature

from typing_extensions import ParamSpec

from pulumi_smtp_collab.model.inheritance import INHERITED
from pulumi_smtp_collab.model.likely import likely
from pulumi_smtp_collab.model.wire_names import python_name
from pulumi_smtp_collab.resources.errors import WrongArguments

_Parameters = ParamSpec("_Parameters")


def refusing(init: Callable[_Parameters, None]) -> Callable[_Parameters, None]:
    """Let a constructor name every keyword that is none, and every one that is missing, in one sentence."""
    known = signature(init).parameters

    @functools.wraps(init)
    def checked(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> None:
        if args[1:] or not kwargs.keys() <= known.keys() or any(name not in kwargs for name in required(known)):
            owner = type(args[0]).__name__
            if args[1:]:
                raise WrongArguments(
                    f"{owner}: give the arguments by name, such as {owner}({', '.join(_first(known))})"
                )
            refuse_names(owner, kwargs, known)
        init(*args, **kwargs)

    return checked


def refuse_names(owner: str, given: Iterable[str], known: Mapping[str, Parameter]) -> None:
    """Refuse names that are no arguments, and the lack of those that are required.

    Args:
        owner: What the error calls what takes them.
        given: The names as they are given, in Python's spelling or the wire's.
        known: The parameters of its constructor.

    Raises:
        WrongArguments: There is one.
    """
    names = {python_name(name): name for name in given}
    wrong = []
    for name in sorted(names.keys() - known.keys()):
        inherited = INHERITED.get(name)
        shown = names[name]
        wrong.append(
            f"{shown} {inherited}" if inherited else f"{shown} is not an argument{likely(shown, named(known))}"
        )
    if wrong:
        raise WrongArguments(f"{owner}: {'; '.join(wrong)}")
    missing = [name for name in required(known) if name not in names]
    if missing:
        raise WrongArguments(f"{owner}: {' and '.join(missing)} {'are' if missing[1:] else 'is'} missing")


def named(known: Mapping[str, Parameter]) -> list[str]:
    """Return the names of the arguments."""
    return [name for name in known if name != "self"]


def required(known: Mapping[str, Parameter]) -> list[str]:
    """Return the names of the arguments that have no default."""
    return [name for name in named(known) if known[name].default is Parameter.empty]


def _first(known: Mapping[str, Parameter]) -> list[str]:
    return [f"{name}=..." for name in (required(known) or named(known))[:2]]

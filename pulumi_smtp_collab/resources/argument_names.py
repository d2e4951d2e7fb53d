"""A misspelt keyword of an argument class is refused with the one that is meant. Every program loads this."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from inspect import Parameter, signature, unwrap
from typing import Any

import pulumi
from typing_extensions import ParamSpec

from pulumi_smtp_collab.model.inheritance import INHERITED
from pulumi_smtp_collab.model.likely import PARTS, likely, meant
from pulumi_smtp_collab.model.wire_names import one_spelling, python_name, spelt_twice
from pulumi_smtp_collab.resources.errors import WrongArguments

_Parameters = ParamSpec("_Parameters")

_OPTIONS = frozenset(signature(pulumi.ResourceOptions.__init__).parameters) - {"self"}

_ARGUMENT_CLASS = re.compile(r"\b\w+Args\b")


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
            refuse_names(owner, kwargs, known, parts_of(init))
        init(*args, **kwargs)

    return checked


def refuse_names(
    owner: str,
    given: Iterable[str],
    known: Mapping[str, Parameter],
    parts: Mapping[str, Collection[str]] | None = None,
) -> None:
    """Refuse names that are no arguments, two names of one, and the lack of those that are required: all at once.

    Args:
        owner: What the error calls what takes them.
        given: The names as they are given, in Python's spelling or the wire's.
        known: The parameters of its constructor.
        parts: The names inside of the arguments that have arguments of their own.

    Raises:
        WrongArguments: There is one.
    """
    spelt = list(given)
    names = {python_name(name): name for name in spelt}
    faults = [one_spelling(spellings) for spellings in spelt_twice(spelt)]
    for name in sorted(names.keys() - known.keys()):
        inherited = INHERITED.get(name)
        shown = names[name]
        option = (
            f"; it is a resource option: write opts=pulumi.ResourceOptions({shown}=...)" if shown in _OPTIONS else ""
        )
        meant_so = option or likely(shown, named(known), parts)
        faults.append(f"{shown} {inherited or f'is not an argument{meant_so}'}")
    there = names.keys() | {meant(name, named(known)) for name in names}  # a misspelt one is not missing too
    missing = [name for name in required(known) if name not in there]
    if missing:
        faults.append(f"{' and '.join(missing)} {'are' if missing[1:] else 'is'} missing")
    if faults:
        raise WrongArguments(f"{owner}: {'; '.join(faults)}")


def parts_of(init: Callable[..., Any]) -> dict[str, list[str]]:
    """Return the names inside of those arguments of a constructor that have arguments of their own."""
    scope = unwrap(init).__globals__
    return {
        name: named(signature(scope[inside[0]]).parameters)
        for name, parameter in signature(init).parameters.items()
        if name in PARTS and (inside := _ARGUMENT_CLASS.findall(str(parameter.annotation)))
    }


def named(known: Mapping[str, Parameter]) -> list[str]:
    """Return the names of the arguments."""
    return [name for name in known if name != "self"]


def required(known: Mapping[str, Parameter]) -> list[str]:
    """Return the names of the arguments that have no default."""
    return [name for name in named(known) if known[name].default is Parameter.empty]


def _first(known: Mapping[str, Parameter]) -> list[str]:
    return [f"{name}=..." for name in (required(known) or named(known))[:2]]

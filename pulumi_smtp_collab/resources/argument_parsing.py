"""How a program gives a resource its arguments, and what it may not give."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from inspect import Parameter, signature
from typing import Any

import pulumi

from pulumi_smtp_collab.model.inheritance import INHERITED
from pulumi_smtp_collab.model.wire_names import python_name

_TEST = "connectivity_test"


def arguments_of(arguments: type[Any], resource: str, args: Any, kwargs: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    """Return the arguments by Python name, however they were given.

    Args:
        arguments: The class that is made from the model: the one place that knows which arguments there are, and
            which are required.
        resource: What errors call the resource.
        args: The arguments as that class or as a mapping; None for none.
        kwargs: The keyword arguments.

    Raises:
        TypeError: They can't be taken.
    """
    if isinstance(args, pulumi.ResourceOptions):
        raise TypeError(f"{resource}: give resource options as opts=...; the second argument is args")
    if args is not None and kwargs:
        raise TypeError(
            f"{resource}: give the arguments as args or as keyword arguments, not both "
            f"(args and {', '.join(sorted(kwargs))})"
        )
    if args is None or isinstance(args, Mapping):
        args = arguments(**_named(arguments, resource, kwargs if args is None else args))
    elif not isinstance(args, arguments):
        raise TypeError(f"{resource}: args must be {arguments.__name__} or a mapping, not {type(args).__name__}")
    given = {python_name(name): value for name, value in vars(args).items() if value is not None}
    if _is_model_of_test(given.get(_TEST)):
        raise TypeError(
            f"{resource}: {_TEST}: ConnectivityTest is for run_connectivity_test; give ConnectivityTestArgs(...) or "
            "a mapping"
        )
    return given


def _named(arguments: type[Any], resource: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments by Python name, where every one is known and none is left out that is required."""
    known = signature(arguments).parameters
    named = {python_name(name): value for name, value in given.items()}
    wrong = []
    for name in sorted(given):
        if python_name(name) not in known:
            inherited = INHERITED.get(python_name(name))
            wrong.append(f"{name} {inherited}" if inherited else f"{name} is not an argument{_likely(name, known)}")
    if wrong:
        raise TypeError(f"{resource}: {'; '.join(wrong)}")
    required = [name for name, parameter in known.items() if parameter.default is Parameter.empty]
    missing = [name for name in required if name not in named]
    if missing:
        raise TypeError(f"{resource}: {' and '.join(missing)} {'are' if missing[1:] else 'is'} missing")
    return named


def _likely(name: str, known: Collection[str]) -> str:
    """Say which argument may be meant; underscores and capitals make no difference."""
    from difflib import get_close_matches  # noqa: PLC0415 - needed for a misspelt argument alone

    plain = {each.replace("_", ""): each for each in known}
    close = get_close_matches(name.replace("_", "").lower(), plain, n=1)
    return f"; did you mean {plain[close[0]]}?" if close else ""


def _is_model_of_test(value: object) -> bool:
    """Return whether it is the test as the function takes it; that there is one shows that its module is loaded."""
    module = sys.modules.get("pulumi_smtp_collab.model.connectivity_test")
    return module is not None and isinstance(value, module.ConnectivityTest)


def refuse_import(resource: str, opts: pulumi.ResourceOptions | None, instead: str) -> None:
    """Say in the program what the engine's Python host would say with ``KeyError: '__provider'``.

    Raises:
        ValueError: The resource is to be imported.
    """
    if opts is not None and opts.import_ is not None:
        raise ValueError(
            f"{resource}: import_ does not work for a dynamic resource: {instead}, and one that another stack declares "
            "is read by pulumi.StackReference; remove import_"
        )

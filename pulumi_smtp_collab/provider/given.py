"""How a program gives a resource its arguments, and what it may not give."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import signature
from typing import Any

import pulumi

from pulumi_smtp_collab.model.inheritance import INHERITED
from pulumi_smtp_collab.model.wire_names import python_name


def arguments_of(arguments: type[Any], resource: str, args: Any, kwargs: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    """Gives the arguments by Python name, however they were given.

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
    if isinstance(args, Mapping):
        kwargs = {python_name(name): value for name, value in args.items()}
    elif args is not None:
        return {python_name(name): value for name, value in vars(args).items() if value is not None}
    for name in sorted(INHERITED.keys() & kwargs.keys() - signature(arguments).parameters.keys()):
        raise TypeError(f"{resource}: {name} {INHERITED[name]}")
    given = arguments(**kwargs)
    return {python_name(name): value for name, value in vars(given).items() if value is not None}


def refuse_import(resource: str, opts: pulumi.ResourceOptions | None, instead: str) -> None:
    """Says in the program what the engine's Python host would say with ``KeyError: '__provider'``.

    Raises:
        ValueError: The resource is to be imported.
    """
    if opts is not None and opts.import_ is not None:
        raise ValueError(
            f"{resource}: import_ does not work for a dynamic resource: {instead}, and one that another stack declares "
            "is read by pulumi.StackReference; remove import_"
        )

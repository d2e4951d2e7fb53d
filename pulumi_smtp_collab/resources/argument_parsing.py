"""How a program gives a resource its arguments, and what it may not give."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from inspect import signature
from typing import Any

import pulumi

from pulumi_smtp_collab.model.wire_names import python_name
from pulumi_smtp_collab.resources.argument_names import parts_of, refuse_names, required
from pulumi_smtp_collab.resources.argument_values import refuse_values
from pulumi_smtp_collab.resources.errors import WrongArguments, WrongDeclaration

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
        WrongArguments: They can't be taken.
    """
    if isinstance(args, pulumi.ResourceOptions):
        raise WrongArguments(f"{resource}: give resource options as opts=...; the second argument is args")
    if args is not None and kwargs:
        raise WrongArguments(
            f"{resource}: give the arguments as args or as keyword arguments, not both "
            f"(args and {', '.join(sorted(kwargs))})"
        )
    if args is None or isinstance(args, Mapping):
        named = kwargs if args is None else args
        refuse_names(resource, named, signature(arguments).parameters, parts_of(arguments.__init__))
        args = arguments(**{python_name(name): value for name, value in named.items()})
    elif not isinstance(args, arguments):
        example = ", ".join(f"{name}=..." for name in required(signature(arguments).parameters)[:2])
        raise WrongArguments(
            f"{resource}: give the arguments by name ({example}): args must be {arguments.__name__} or a mapping, not "
            f"{type(args).__name__}"
        )
    given = {python_name(name): value for name, value in vars(args).items() if value is not None}
    if _is_model_of_test(given.get(_TEST)):
        raise WrongArguments(
            f"{resource}: {_TEST}: ConnectivityTest is for run_connectivity_test; give ConnectivityTestArgs(...) or "
            "a mapping"
        )
    refuse_values(resource, given)
    return given


def _is_model_of_test(value: object) -> bool:
    """Return whether it is the test as the function takes it; that there is one shows that its module is loaded."""
    module = sys.modules.get("pulumi_smtp_collab.model.connectivity_test")
    return module is not None and isinstance(value, module.ConnectivityTest)


def refuse_positions(resource: str, positional: Sequence[object], named: Mapping[str, object]) -> None:
    """Say in a sentence that a resource's arguments are given by name.

    Args:
        resource: What the error calls the resource.
        positional: What its constructor was given by position: name, args and options have one.
        named: What it was given by name.

    Raises:
        WrongArguments: Something is in a place that it does not have.
    """
    name, _, opts, *more = (*positional, *(None,) * 3)[: max(len(positional), 3)]
    name, opts = named.get("resource_name", name), named.get("opts", opts)
    if not isinstance(name, str):
        raise WrongArguments(f"{resource}: the first argument is the resource's name, a text")
    if more or not (opts is None or isinstance(opts, pulumi.ResourceOptions)):
        raise WrongArguments(
            f"{resource}: give the arguments by name: after the resource's name only args and opts have a place, "
            "and opts must be pulumi.ResourceOptions"
        )


def refuse_import(resource: str, opts: pulumi.ResourceOptions | None, instead: str) -> None:
    """Say in the program what the engine's Python host would say with ``KeyError: '__provider'``.

    Raises:
        WrongDeclaration: The resource is to be imported.
    """
    if opts is not None and opts.import_ is not None:
        raise WrongDeclaration(
            f"{resource}: import_ does not work for a dynamic resource: {instead}, and one that another stack declares "
            "is read by pulumi.StackReference; remove import_"
        )

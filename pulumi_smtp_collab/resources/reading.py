"""How a program reads outputs that hold more than a word, whatever gave them: the engine, or mocks in a unit test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_origin, get_type_hints

import pulumi
from pulumi.runtime import rpc

from pulumi_smtp_collab.model.wire_names import wire_name


def readable(output: pulumi.Output[Any], of: type[Any], *, always: bool) -> Any:  # noqa: ANN401 - an output of it
    """Return an output whose value is read by attribute.

    The engine gives it so. A mock gives what its author wrote: a mapping in snake_case or camelCase, or nothing.

    Args:
        output: What the resource holds.
        of: The class of its value.
        always: Whether there always is one: where a mock gives none, each of its attributes is None, or an empty list.
    """

    def read(value: object) -> object:
        if isinstance(value, of):
            return value
        if isinstance(value, Mapping) or (value is None and always):
            return _made(of, value or {})
        return value

    return output.apply(read)


def _made(of: type[Any], given: Mapping[str, Any]) -> object:
    lists: dict[str, Any] = {
        wire_name(name): [] for name, hint in get_type_hints(of).items() if get_origin(hint) is list
    }
    return rpc.translate_output_properties({**lists, **_wire(given)}, lambda name: name, of)


def _wire(value: Any) -> Any:  # noqa: ANN401 - whatever a mock gives
    if isinstance(value, Mapping):
        return {wire_name(str(name)): _wire(item) for name, item in value.items()}
    return [_wire(item) for item in value] if isinstance(value, (list, tuple)) else value

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
        if isinstance(value, Mapping) and not isinstance(value, of):
            value = _made(of, value)
        elif value is None and always:
            value = _made(of, {})
        if isinstance(value, of):
            for name in _lists(of):
                if vars(value).get(name) is None:
                    vars(value)[name] = []
        return value

    return output.apply(read)


def _made(of: type[Any], given: Mapping[str, Any]) -> object:
    return rpc.translate_output_properties(_wire(given), lambda name: name, of)


def _lists(of: type[Any]) -> tuple[str, ...]:
    return tuple(name for name, hint in get_type_hints(of).items() if get_origin(hint) is list)


def _wire(value: Any) -> Any:  # noqa: ANN401 - whatever a mock gives
    if isinstance(value, Mapping):
        return {wire_name(str(name)): _wire(item) for name, item in value.items()}
    return [_wire(item) for item in value] if isinstance(value, (list, tuple)) else value

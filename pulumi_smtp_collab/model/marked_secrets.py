"""The values that a program marked secret, while an operation on them lasts: what others say may repeat them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Concatenate, TypeVar

from pydantic import BaseModel
from typing_extensions import ParamSpec

from pulumi_smtp_collab.model.origin import Origin

_Parameters = ParamSpec("_Parameters")
_Owner = TypeVar("_Owner")
_Result = TypeVar("_Result")

_SHORTEST = 4
"""Characters: a shorter value stands in anybody's words by chance, and what is left of them would tell nothing."""

_marked: ContextVar[frozenset[str]] = ContextVar("marked", default=frozenset())


def marked() -> frozenset[str]:
    """Return the values that must not be shown now."""
    return _marked.get()


def hides_marked(
    operation: Callable[Concatenate[_Owner, _Parameters], _Result],
) -> Callable[Concatenate[_Owner, _Parameters], _Result]:
    """Let an operation hide what the program marked secret of its arguments, and of what is recorded."""

    @functools.wraps(operation)
    def call(owner: _Owner, /, *args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        before = _marked.set(_marked.get() | frozenset(_values_of((*args, *kwargs.values()))))
        try:
            return operation(owner, *args, **kwargs)
        finally:
            _marked.reset(before)

    return call


def _values_of(given: tuple[object, ...]) -> Iterator[str]:
    origins = [each for each in given if isinstance(each, Origin)]
    pairs: list[tuple[object, Origin]] = [
        (each, origin) for each in given if isinstance(each, BaseModel) for origin in origins
    ]
    for each in given:
        origin = getattr(each, "origin", None)
        if isinstance(origin, Origin):
            pairs.append((getattr(each, "arguments", None), origin))
    for arguments, origin in pairs:
        for path in origin.secret_arguments:
            value = arguments
            for name in path.split("."):
                value = getattr(value, name, None)
            parts = value if isinstance(value, (list, tuple)) else (value,)
            yield from (part for part in parts if isinstance(part, str) and len(part) >= _SHORTEST)

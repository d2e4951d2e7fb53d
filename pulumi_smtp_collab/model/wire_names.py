"""The one alias generator: Python names and wire names. Free of other imports, since every program loads it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

_NAMES = 1024
"""More names than there are; they come again with each provider of a program."""


@lru_cache(_NAMES)
def wire_name(python_name: str) -> str:
    """Return the name that state, schema and the wire use (``from_address`` becomes ``fromAddress``).

    A name that is a wire name already, or an internal one (leading underscore), comes back as it is. In a path
    (``connectivity_test.depth``) each part is translated.
    """
    if python_name.startswith("_"):
        return python_name
    head, *rest = python_name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


@lru_cache(_NAMES)
def python_name(wire: str) -> str:
    """Return the Python name of a wire name (``fromAddress`` becomes ``from_address``)."""
    if wire.startswith("_"):
        return wire
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in wire)


def spelt_twice(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the spellings of each argument that is given by more than one (``from_address`` and ``fromAddress``)."""
    spellings: dict[str, list[str]] = {}
    for name in names:
        spellings.setdefault(python_name(name), []).append(name)
    return [tuple(sorted(each, reverse=True)) for each in spellings.values() if each[1:]]


def one_spelling(spellings: Iterable[str]) -> str:
    """Return what to say of an argument that is given by more than one spelling."""
    return f"{' and '.join(spellings)} are the same argument: give one of them"

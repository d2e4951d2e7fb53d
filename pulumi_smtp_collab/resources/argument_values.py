"""Values that no argument can hold, refused in the program: Pulumi would print them whole, or take them silently."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Iterator, Mapping
from enum import Enum
from typing import Any

import pulumi
from pulumi._types import is_input_type

from pulumi_smtp_collab.model.wire_names import one_spelling, python_name, spelt_twice
from pulumi_smtp_collab.resources.errors import WrongArguments

_OUTPUT_IN_TEXT = "Calling __str__ on an Output"


def refuse_values(resource: str, given: Mapping[str, Any]) -> None:
    """Refuse what is neither text, number, boolean, list, mapping nor an output; no value is shown.

    Args:
        resource: What errors call the resource.
        given: The arguments by Python name.

    Raises:
        WrongArguments: There is such a value.
    """
    wrong = [text for name, value in given.items() for text in _faults(name, value)]
    if wrong:
        raise WrongArguments(f"{resource}: {'; '.join(wrong)}")


def _faults(path: str, value: object) -> Iterator[str]:
    if isinstance(value, str):
        if _OUTPUT_IN_TEXT in value:
            yield f"{path}: an output can't be put into a text by f-string or str(): use pulumi.Output.format(...)"
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from _faults(f"{path}[{number}]", item)
    elif isinstance(value, Mapping) or is_input_type(type(value)):
        yield from _faults_inside(path, value if isinstance(value, Mapping) else vars(value))
    elif isinstance(value, pulumi.Resource):
        if path != "password" or type(value).__name__ != "EncryptedText":  # that one is taken apart
            also = ", or an EncryptedText" if path == "password" else ""
            yield f"{path}: is the resource {type(value).__name__}: give one of its outputs{also}"
    elif not _is_plain(value):
        yield f"{path}: {_instead(path, value)}"


def _faults_inside(path: str, values: Mapping[str, object]) -> Iterator[str]:
    if path != "tags":  # their names are free
        yield from (f"{path}: {one_spelling(each)}" for each in spelt_twice(map(str, values)))
    for name, inner in values.items():
        yield from _faults(f"{path}.{python_name(str(name))}", inner)


def _is_plain(value: object) -> bool:
    if value is None or isinstance(value, (bool, int, float, Enum, pulumi.Output, Awaitable)):
        return True
    return hasattr(value, "model_dump")  # a UsageScope, or what the check of its argument refuses


def _instead(path: str, value: object) -> str:
    if isinstance(value, os.PathLike):
        if path == "ca_certificates":
            return (
                "must be the text of one or more CA certificates in PEM form: it is a file's name; give the file's "
                "text: pathlib.Path(...).read_text()"
            )
        return "must be text, not a file's name; give str(...) of it, or the file's text by .read_text()"
    if isinstance(value, (bytes, bytearray)):
        return "must be text, not bytes; decode it: .decode()"
    if isinstance(value, (set, frozenset)):
        return "must be a list, not a set, which has no order; write sorted(...)"
    if isinstance(value, type):
        return f"is the class {value.__name__}, not one of it: give {value.__name__}(...)"
    if hasattr(value, "read"):
        return "is an open file, not its text: give .read() of it"
    if callable(value):
        return "is a function, not a value; call it: (...)"
    return f"must be text, a number, true or false, a list or a mapping, not {type(value).__name__}"

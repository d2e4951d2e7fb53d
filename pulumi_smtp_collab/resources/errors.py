"""How a program ends that declares a resource in a way that can't be: with a sentence, without a traceback.

``pulumi.RunError`` is Pulumi's own way. As it leaves the traceback out, the sentence says where the program stands.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pulumi
from pulumi.runtime.settings import get_root_resource

from pulumi_smtp_collab.resources.mocks import under_mocks

_NOT_THE_PROGRAMS = ("pulumi_smtp_collab", "pulumi", "runpy", "asyncio", "concurrent", "threading", "contextvars")


class WrongArguments(pulumi.RunError, TypeError):  # noqa: N818 - what the program gave
    """A resource can't take its arguments: one is unknown, missing or of no usable type, or they are given twice."""

    def __init__(self, message: str) -> None:
        super().__init__(f"{message}{_place()}")


class WrongDeclaration(pulumi.RunError, ValueError):  # noqa: N818 - what the program gave
    """A resource can't be declared as it is, beside the others or with its options."""

    def __init__(self, message: str) -> None:
        super().__init__(f"{message}{_place()}")


def _place() -> str:
    """Return the program's line, where an engine runs it; a test has its traceback."""
    if get_root_resource() is None or under_mocks():
        return ""
    for frame in _frames(sys._getframe(1)):  # noqa: SLF001 - the way of the standard library's logging
        module = str(frame.f_globals.get("__name__", ""))
        if module.split(".", maxsplit=1)[0] not in _NOT_THE_PROGRAMS:
            # The language host's own script ends the stack: then no line of the program is on it.
            name = Path(frame.f_code.co_filename).name
            return "" if name.startswith("pulumi-language") else f" ({name}, line {frame.f_lineno})"
    return ""


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back

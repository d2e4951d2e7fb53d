"""One suite for both front ends: what a module's tests say of stacks holds for the dynamic resource and the plugin.

A module takes part with these lines::

    from both_front_ends import front_end, make_stack
    __all__ = ["front_end", "make_stack"]
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from native_plugin import with_plugin
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.stack import Stack

from pulumi_smtp_collab.model.wire_names import wire_name

_RESOURCES = ("SmtpCollaborationProvider", "EncryptedText")
_IMPORT = re.compile(r"^from pulumi_smtp_collab import ([\w, ]+)$", re.MULTILINE)


# By the plugin inline: what differs between a program's own process and the tests' is the same for both front ends.
@pytest.fixture(params=["dynamic", pytest.param("native", marks=pytest.mark.inline)])
def front_end(request: pytest.FixtureRequest) -> str:
    """Return which front end a test is run by."""
    name: str = request.param
    return name


@pytest.fixture
def make_stack(make_stack: MakeStack, front_end: str) -> MakeStack:
    """Make stacks whose programs, those that are written later too, are for the front end."""
    if front_end == "dynamic":
        return make_stack

    def make(program: str | Path, **options: Any) -> Stack:
        stack = with_plugin(make_stack(program, **options))
        stack.rewrite = as_native
        if isinstance(program, str):
            stack.write_program(program)
        return stack

    return make


def spelled(name: str, front_end: str) -> str:
    """Return an argument's name as messages have it: the plugin, which serves all languages, says the schema's."""
    return name if front_end == "dynamic" else wire_name(name)


def as_native(program: str) -> str:
    """Return a Python program that takes the resources from the native module: the one change that moves a stack."""
    return _IMPORT.sub(_imports, program)


def _imports(found: re.Match[str]) -> str:
    names = found[1].split(", ")
    lines = {
        "pulumi_smtp_collab": [name for name in names if name not in _RESOURCES],
        "pulumi_smtp_collab.native": [name for name in names if name in _RESOURCES],
    }
    return "\n".join(f"from {module} import {', '.join(taken)}" for module, taken in lines.items() if taken)

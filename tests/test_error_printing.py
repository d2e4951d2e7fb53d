"""What a person sees of an error in an up: our message alone, and everything else as Pulumi's Python host prints it."""

from __future__ import annotations

import re
import sys
import traceback
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import pytest
from mailservers import closed_port
from programs import declaration, program
from pulumi_stack.fixtures import MakeStack

from pulumi_smtp_collab import SmtpCollaborationError
from pulumi_smtp_collab.provider.error_printing import print_messages_alone

ANOTHER_PROVIDER = """
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class Failing(ResourceProvider):
    def create(self, props):
        raise ValueError("the other provider's own words")


class Other(Resource):
    def __init__(self, name, opts=None):
        super().__init__(Failing(), name, {}, opts)


Other("other")
"""


@pytest.mark.engine
def test_the_message_stands_alone_and_another_provider_is_printed_as_before(make_stack: MakeStack) -> None:
    """Beside ours a dynamic provider of the program's own fails in the same process: its traceback is shown."""
    with closed_port() as port:
        mail = declaration("mail", host="localhost", port=port, from_address="ci@example.test")
        result = make_stack(program(mail, exports=ANOTHER_PROVIDER)).up("--continue-on-error").failed()
    # Whichever failed first is told first.
    told = dict(
        re.findall(r"^  \S+ \((\w+)\):\n((?:    .*\n|\n)+)", result.text.partition("Diagnostics:")[2], re.MULTILINE)
    )
    ours, theirs = told["mail"], told["other"]
    assert 'error: The connectivity test of "mail" failed.\n' in ours
    assert "Nothing was saved." in ours
    assert "Traceback" not in ours
    assert "error: Traceback (most recent call last):" in theirs
    assert "ValueError: the other provider's own words" in theirs


def host(**names: Any) -> ModuleType:
    """Return what Pulumi's host is as ``__main__``, with these names in it."""
    module = ModuleType("__main__")
    module.__spec__ = ModuleSpec("pulumi.dynamic.__main__", None)
    vars(module).update(names)
    return module


def printed(module: ModuleType, error: Exception) -> str:
    """Return what the host answers when this error is raised."""
    try:
        raise error  # noqa: TRY301 - as a provider does
    except Exception:  # noqa: BLE001 - as the host does
        return str(vars(module)["traceback"].format_exc())


def test_only_errors_of_ours_lose_their_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours is its message, with its line breaks; any other error and the module's other functions are unchanged."""
    module = host(traceback=traceback)
    monkeypatch.setitem(sys.modules, "__main__", module)
    assert print_messages_alone()
    assert print_messages_alone(), "each of our two providers asks for it"
    assert printed(module, SmtpCollaborationError("first\nsecond")) == "first\nsecond"
    assert printed(module, ValueError("theirs")).startswith("Traceback (most recent call last)")
    assert vars(module)["traceback"].format_stack is traceback.format_stack
    assert traceback.format_exc is not vars(module)["traceback"].format_exc, "other modules are left alone"


@pytest.mark.parametrize("names", [{}, {"traceback": object()}, {"format_exc": traceback.format_exc}])
def test_a_host_without_that_place_prints_as_before(names: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A later SDK may answer otherwise: then nothing is replaced, and nothing fails."""
    module = host(**names)
    before = dict(vars(module))
    monkeypatch.setitem(sys.modules, "__main__", module)
    assert not print_messages_alone()
    assert dict(vars(module)) == before


def test_no_other_process_is_touched() -> None:
    """In a program, or these tests, the standard library's module stays what it is."""
    assert not print_messages_alone()

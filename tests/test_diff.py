"""What a preview and an up say of a change: exactly what changed, and nothing where nothing did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from both_front_ends import front_end, make_stack
from mailservers import MailServer
from programs import KIND, Code, declaration, program, provider
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.stack import Result

pytestmark = [pytest.mark.engine, pytest.mark.inline]
__all__ = ["front_end", "make_stack"]

STATES = Path(__file__).with_name("states")
UPDATED = {"diffKind": "update", "inputDiff": True}
ADDED = {"diffKind": "add", "inputDiff": True}
REMOVED = {"diffKind": "delete", "inputDiff": True}


def steps(result: Result) -> dict[str, dict[str, Any]]:
    """Return the step that the engine planned for each provider, by the resource's name."""
    planned = [event["resourcePreEvent"]["metadata"] for event in result.events if "resourcePreEvent" in event]
    return {step["urn"].rpartition("::")[2]: step for step in planned if step["type"].endswith(KIND)}


def changed(result: Result) -> dict[str, Any]:
    """Return what changed of the one provider, as the JSON events say it."""
    (step,) = steps(result).values()
    assert step["op"] == "update", result.text
    assert sorted(step["diffs"]) == sorted({path.partition(".")[0] for path in step["detailedDiff"]})
    details: dict[str, Any] = step["detailedDiff"]
    return details


def test_exactly_the_arguments_that_changed_are_shown(make_stack: MakeStack) -> None:
    """Changed, added, removed and nested arguments: each by its path in the JSON events, and in --diff."""
    with MailServer(credentials={"user": "canary-1", "other": "canary-2"}, plaintext_login=True) as server:
        place = {"host": "localhost", "port": server.port}
        stack = make_stack(
            provider(**place, username="user", password="canary-1", connectivity_test={"recipient": "a@example.test"})
        )
        stack.up().succeeded()
        after = provider(
            **place,
            username="other",
            password="canary-2",
            display_name="Renamed",
            ehlo_name="ci.example.test",
            connectivity_test={"depth": "login"},
        )
        stack.write_program(after)
        preview = stack.preview("--diff").succeeded()
        assert changed(preview) == {
            "username": UPDATED,
            "password": UPDATED,
            "displayName": UPDATED,
            "ehloName": ADDED,
            "connectivityTest.depth": UPDATED,
            "connectivityTest.recipient": REMOVED,
        }
        shown = " ".join(preview.text.split())
        assert '~ displayName : "mail" => "Renamed"' in shown
        assert '+ ehloName : "ci.example.test"' in shown
        assert '~ depth : "recipient" => "login"' in shown
        assert '- recipient: "a@example.test"' in shown
        assert "~ password : [secret] => [secret]" in shown
        assert "fromAddress" not in shown
        assert "lastVerification" not in shown
        assert "canary" not in preview.text
        assert server.logins == [("user", True)], "a preview must not log in"
        stack.up().succeeded()
        assert server.logins == [("user", True), ("other", True)]


def test_a_rotated_password_alone_is_shown_and_tested(make_stack: MakeStack) -> None:
    """Only the password is marked, its value is not shown, and the new one is tried at the server."""
    credentials = {"user": "canary-old"}
    with MailServer(credentials=credentials, plaintext_login=True) as server:
        stack = make_stack(provider(host="localhost", port=server.port, username="user", password="canary-old"))
        stack.up().succeeded()
        credentials["user"] = "canary-new"
        stack.write_program(provider(host="localhost", port=server.port, username="user", password="canary-new"))
        result = stack.up("--diff", preview=True).succeeded()
        assert changed(result) == {"password": UPDATED}
        assert "~ password: [secret] => [secret]" in result.text
        assert "canary" not in result.text
        assert server.logins == [("user", True)] * 2


def test_what_is_not_known_yet_is_a_possible_change(make_stack: MakeStack) -> None:
    """An argument that comes from a resource not made yet shows as [unknown]; an up with the value it had is none."""
    with MailServer() as server:
        place = {"host": "localhost", "port": server.port, "from_address": "ci@example.test"}
        stack = make_stack(program(declaration("mail", **place, display_name="Mail of localhost")))
        stack.up().succeeded()
        connections = server.connections
        first = declaration("first", **place, connectivity_test={"mode": "off"})
        named = Code("pulumi.Output.concat('Mail of ', first.id.apply(lambda _: 'localhost'))")
        stack.write_program(program(first, declaration("mail", **place, display_name=named)))
        preview = stack.preview("--diff").succeeded()
        assert steps(preview)["mail"]["detailedDiff"] == {"displayName": UPDATED}
        assert '~ displayName: "Mail of localhost" => [unknown]' in preview.text
        assert stack.up().succeeded().changes == {"create": 1, "same": 2}
        assert server.connections == connections


@pytest.mark.parametrize("version", sorted(path.name for path in STATES.iterdir() if (path / "state.json").exists()))
def test_the_state_of_each_version_is_no_difference(make_stack: MakeStack, version: str) -> None:
    """A state as another version wrote it: the same program shows no change, refresh and destroy work.

    `another-version` holds arguments that this version does not know and lacks some that it knows.
    """
    stack = make_stack((STATES / version / "program.txt").read_text("utf-8"))
    stack.import_(json.loads((STATES / version / "state.json").read_text("utf-8")))
    preview = stack.preview("--expect-no-changes", "--diff", "--refresh").succeeded()
    assert {step["op"] for step in steps(preview).values()} <= {"same", "refresh"}
    stack.up("--expect-no-changes").succeeded()
    assert stack.outputs() == {}
    stack.destroy().succeeded()
    assert not stack.resources(KIND)


def test_an_edited_state_is_tested_before_it_is_believed(make_stack: MakeStack) -> None:
    """Arguments that no update brought into the state were not tested: preview says so, and the next up tests them."""
    with MailServer() as server:
        text = provider(host="localhost", port=server.port)
        stack = make_stack(text)
        stack.up().succeeded()
        state = stack.export()
        (resource,) = (each for each in state["deployment"]["resources"] if each["type"].endswith(KIND))
        resource["inputs"]["fromAddress"] = resource["outputs"]["fromAddress"] = "edited@example.test"
        stack.import_(state)
        # The program follows the edit: nothing differs but what was verified.
        stack.write_program(text.replace("ci@example.test", "edited@example.test"))
        result = stack.up(preview=True).succeeded()
        assert steps(result)["mail"]["op"] == "update"
        assert "these arguments were not tested yet" in result.text
        server.wait_until_idle()
        assert [line.partition(" SIZE")[0] for line in server.commands if line.startswith("MAIL")] == [
            "MAIL FROM:<ci@example.test>",
            "MAIL FROM:<edited@example.test>",
        ]
        stack.up("--expect-no-changes").succeeded()

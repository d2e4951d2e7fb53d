"""200 providers behind one relay: the relay is asked once where one answer is enough, and waiting costs no deadline."""

from __future__ import annotations

import time

import pytest
from mailservers import MailServer, ScriptedServer, hang
from mailservers.conversation import Conversation
from programs import KIND
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.stack import Result

from pulumi_smtp_collab import ConnectivityTest, SmtpSettings, run_connectivity_test

pytestmark = [pytest.mark.engine, pytest.mark.inline]

MANY = 200
SECONDS = 240


def many(**arguments: object) -> str:
    """Return a program that declares many providers that differ in their names alone."""
    written = "".join(f"        {name}={value!r},\n" for name, value in arguments.items())
    return (
        "from pulumi_smtp_collab import SmtpCollaborationProvider\n\n"
        f"for number in range({MANY}):\n"
        "    SmtpCollaborationProvider(\n"
        '        f"mail-{number}",\n'
        '        display_name=f"Team {number}",\n'
        '        host="localhost",\n'
        '        from_address="ci@example.test",\n'
        f"{written}"
        "    )\n"
    )


def failures(result: Result) -> list[str]:
    """Return the messages of the failed tests."""
    errors = [each["message"] for each in result.diagnostics if each["severity"] == "error"]
    return [message for message in errors if "Stage: " in message]


def split(result: Result, code: str) -> tuple[list[str], list[str]]:
    """Return the failures that met the server, and those that were spared it."""
    messages = failures(result)
    spared = [message for message in messages if f"[{code}]" in message]
    return [message for message in messages if message not in spared], spared


def first_display_name(message: str) -> str:
    """Return the display name that a failure's message is about."""
    return message.partition('The connectivity test of "')[2].partition('"')[0]


def test_one_wrong_password_is_tried_once(make_stack: MakeStack) -> None:
    """The relay sees one failed login of all 200 providers, no account is locked, and each error names the first."""
    with MailServer(credentials={"user": "right"}, plaintext_login=True) as server:
        stack = make_stack(many(port=server.port, username="user", password="wrong"))
        result = stack.up("--continue-on-error", seconds=SECONDS).failed()
        assert server.logins == [("user", False)]
        tried, spared = split(result, "remembered-login")
        assert len(tried) == 1
        assert len(spared) == MANY - 1
        name = first_display_name(tried[0])
        assert all(name in message for message in spared)
        assert len({first_display_name(message) for message in spared} | {name}) == MANY
        assert not stack.resources(KIND)


def test_one_dead_relay_is_dialled_as_for_one(make_stack: MakeStack) -> None:
    """A relay that takes connections and says nothing is dialled by the first tests alone; the others name one of them.

    Two tests at once are allowed for one relay, so that two of them may meet it.
    """
    deadline = 2
    settings = SmtpSettings(host="localhost", port=25, from_address="ci@example.test")
    with ScriptedServer(hang()) as alone:
        test = ConnectivityTest(deadline_seconds=deadline)
        assert not run_connectivity_test(settings.model_copy(update={"port": alone.port}), test).passed
        dialled_by_one = alone.connections
    with ScriptedServer(hang()) as server:
        stack = make_stack(many(port=server.port, connectivity_test={"deadline_seconds": deadline}))
        result = stack.up("--continue-on-error", seconds=SECONDS).failed()
        tried, spared = split(result, "remembered-unreachable")
        assert 1 <= len(tried) <= 2
        assert len(spared) == MANY - len(tried)
        assert server.connections <= 2 * dialled_by_one
        names = [first_display_name(message) for message in tried]
        assert all(any(name in message for name in names) for message in spared)
        assert not stack.resources(KIND)


def test_waiting_costs_no_deadline(make_stack: MakeStack) -> None:
    """200 tests with a deadline that is far shorter than the whole up all pass in their first try, each in its time."""
    pause, deadline = 0.06, 5

    def slow(_conversation: Conversation, verb: str, _argument: str) -> None:
        if verb == "EHLO":
            time.sleep(pause)  # in the server's one thread: tests at once do not make it faster

    with MailServer(hook=slow) as server:
        test = {"deadline_seconds": deadline, "attempts": 1, "second_look": "off"}
        stack = make_stack(many(port=server.port, connectivity_test=test))
        assert MANY * pause > 2 * deadline
        assert stack.up(seconds=SECONDS).succeeded().changes == {"create": MANY + 1}
        assert server.connections == MANY
        outputs = [each["outputs"] for each in stack.resources(KIND)]
        assert len({each["displayName"] for each in outputs}) == MANY
        assert max(each["lastVerification"]["durationMs"] for each in outputs) < deadline * 1000

"""What the stack's configuration and the environment say for all providers: defaults, and a runner that can't test."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from both_front_ends import front_end, make_stack
from mailservers import MailServer, closed_port
from programs import KIND, declaration, program, provider
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.stack import Result, Stack

pytestmark = [pytest.mark.engine, pytest.mark.inline]
__all__ = ["front_end", "make_stack"]

SKIP = "SMTP_COLLAB_SKIP_TEST"
REASON = "the runner has no route to the relay"


def saved(stack: Stack, name: str = "mail") -> dict[str, Any]:
    """Return the outputs that are saved of a provider."""
    (found,) = (each for each in stack.resources(KIND) if each["urn"].endswith(f"::{name}"))
    outputs: dict[str, Any] = found["outputs"]
    return outputs


def messages(result: Result) -> str:
    """Return what the provider told the user: the engine shows it as the stack's, or as a warning at the resource."""
    before = {"info#err": "", "warning": "warning: "}
    told = [each for each in result.diagnostics if each["severity"] in before]
    return "".join(before[each["severity"]] + each["message"] for each in told)


def test_the_stacks_settings_are_defaults_and_arguments_win(make_stack: MakeStack) -> None:
    """Mode, depth and deadline come from the stack where a provider says nothing; a new setting is a change of it."""
    with MailServer() as server, closed_port() as closed:
        place = {"host": "localhost", "from_address": "ci@example.test"}
        enforced = {"mode": "enforce", "depth": "recipient", "deadline_seconds": 7}
        stack = make_stack(
            program(
                declaration("plain", **place, port=closed, connectivity_test={"second_look": "off"}),
                declaration("own", **place, port=server.port, connectivity_test=enforced),
            )
        )
        stack.config_set_all(
            {
                "smtp-collab:connectivityTestMode": "warn",
                "smtp-collab:connectivityTestDepth": "connect",
                "smtp-collab:connectivityTestDeadlineSeconds": "9.5",
            }
        )
        result = stack.up().succeeded()
        assert 'as its test has mode="warn"' in messages(result)
        plain, own = saved(stack, "plain")["connectivityTest"], saved(stack, "own")["connectivityTest"]
        assert (plain["mode"], plain["depth"], plain["deadlineSeconds"]) == ("warn", "connect", 9.5)
        assert (own["mode"], own["depth"], own["deadlineSeconds"]) == ("enforce", "recipient", 7)
        assert saved(stack, "plain")["lastVerification"]["status"] == "failed"

        stack.config_set("smtp-collab:connectivityTestMode", "off")
        result = stack.up("--diff").succeeded()
        assert result.changes == {"update": 1, "same": 2}
        assert '~ mode: "warn" => "off"' in result.text
        assert saved(stack, "plain")["lastVerification"]["status"] == "notTested"
        stack.up("--expect-no-changes").succeeded()


def test_invalid_settings_are_named_in_preview(make_stack: MakeStack, front_end: str) -> None:
    """Each wrong setting is named by its key, with what it may be, all at once."""
    stack = make_stack(provider(host="mail.example.test"))
    stack.config_set_all(
        {
            "smtp-collab:connectivityTestMode": "relaxed",
            "smtp-collab:connectivityTestDepth": "deep",
            "smtp-collab:connectivityTestDeadlineSeconds": "soon",
            "smtp-collab:testsAtOnce": "many",
        }
    )
    result = stack.preview().failed()
    errors = [each["message"] for each in result.diagnostics if each["severity"] == "error"]
    rules = {
        "connectivityTestMode": "enforce",
        "connectivityTestDepth": "recipient",
        "connectivityTestDeadlineSeconds": "number",
        # The plugin names no value: the engine doesn't tell it which of a stack's settings are secret.
        "testsAtOnce": "must be a whole number, at least 1 and at most 1000"
        + (", not 'many'" if front_end == "dynamic" else ""),
    }
    for key, rule in rules.items():
        (message,) = (error for error in errors if f"smtp-collab:{key}: " in error)
        assert rule in message


def test_a_runner_that_can_not_test_keeps_what_was_verified(make_stack: MakeStack) -> None:
    """Skipping beats the arguments, is no input, and keeps the last passed verification of unchanged settings.

    Laptop and runner agree that nothing differs. Where a test was due the skip is recorded with reason and time and
    warned of; settings that no test has seen are saved as notTested.
    """
    enforced = {"mode": "enforce", "depth": "sender"}
    with MailServer() as server:
        stack = make_stack(provider(host="localhost", port=server.port, connectivity_test=enforced))
        runner = dict.fromkeys([SKIP], REASON)
        stack.up().succeeded()
        verified = saved(stack)["lastVerification"]
        stack.environment |= runner
        stack.up("--expect-no-changes").succeeded()
        assert SKIP not in str(stack.resources(KIND))

        # A deeper test is due, and the settings are those that were verified.
        deeper = {**enforced, "depth": "recipient"}
        stack.write_program(provider(host="localhost", port=server.port, connectivity_test=deeper))
        began = datetime.now(timezone.utc).replace(microsecond=0)
        result = stack.up().succeeded()
        assert f'warning: "mail": its connectivity test was skipped, as {SKIP} says: {REASON}' in messages(result)
        assert "Its last verification, of the same settings, is kept." in messages(result)
        kept = saved(stack)["lastVerification"]
        skipped = kept.pop("skipped")
        assert kept == verified
        assert skipped["reason"] == REASON
        assert datetime.fromisoformat(skipped["at"].replace("Z", "+00:00")) >= began
        stack.up("--expect-no-changes").succeeded()

        # Settings that no test has seen.
        other = provider(host="127.0.0.1", port=server.port, connectivity_test=deeper)
        stack.write_program(other)
        result = stack.up().succeeded()
        assert "It is saved without a test." in messages(result)
        verification = saved(stack)["lastVerification"]
        assert verification["status"] == "notTested"
        assert verification["skipped"]["reason"] == REASON
        assert server.connections == 1

        # The laptop sees no difference in what the runner has saved.
        del stack.environment[SKIP]
        stack.up("--expect-no-changes").succeeded()


def test_a_failed_verification_is_not_settled_by_a_skip(make_stack: MakeStack) -> None:
    """A runner that can't test leaves a failed verification as it is: where tests run, the next up still tests."""
    with closed_port() as closed:
        place = {"host": "localhost", "port": closed, "connectivity_test": {"mode": "warn", "second_look": "off"}}
        stack = make_stack(provider(**place))
        stack.up().succeeded()
        stack.environment[SKIP] = REASON
        stack.write_program(provider(**place, display_name="Renamed"))
        result = stack.up().succeeded()
        assert saved(stack)["displayName"] == "Renamed"
        verification = saved(stack)["lastVerification"]
        assert verification["status"] == "failed"
        assert verification["skipped"]["reason"] == REASON
        assert "Its last verification, of the same settings and failed, is kept." in messages(result)
        del stack.environment[SKIP]
        preview = stack.preview().succeeded()
        assert preview.changes == {"update": 1, "same": 1}
        assert "its last connectivity test failed (connect-refused)" in preview.text


def test_a_stack_may_require_its_tests(make_stack: MakeStack) -> None:
    """With requireTest the variable is refused in preview, both by name; without the variable the stack is as ever."""
    stack = make_stack(provider(host="mail.example.test"), environment={SKIP: REASON})
    stack.config_set("smtp-collab:requireTest", "true")
    text = stack.preview().failed().text
    assert f"{SKIP}: is set, but the stack's smtp-collab:requireTest forbids" in text
    del stack.environment[SKIP]
    stack.preview().succeeded()

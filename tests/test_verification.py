"""A verification that lasts: when a provider is tested again, what an old or failed one means, and what is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from both_front_ends import front_end, make_stack
from life_cycle_cases import NOWHERE, ProviderCase, Resource
from mailservers import MailServer, closed_port
from programs import KIND, provider
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.stack import Stack

from pulumi_smtp_collab.errors import ConnectFailed
from pulumi_smtp_collab.model.origin import Origin
from pulumi_smtp_collab.model.provider import ProviderArguments

__all__ = ["front_end", "make_stack"]


class Trial(ProviderCase):
    """A life cycle without an engine, whose clock the test moves."""

    def __init__(self, **environment: str) -> None:
        super().__init__(environment=environment, now=self.now)
        self.days = 0

    def now(self) -> dt.datetime:
        """Return the time of the trial: days after the real one."""
        return dt.datetime.now(dt.timezone.utc) + dt.timedelta(days=self.days)

    def of(self, port: int, **arguments: Any) -> dict[str, Any]:
        """Return checked inputs."""
        given = {"host": "127.0.0.1", "port": port, "from_address": "ci@example.test", "display_name": "mail"}
        return self.inputs({**given, **arguments})

    def due(self, saved: Resource, inputs: dict[str, Any], origin: Origin = NOWHERE) -> str:
        """Return what the diff says."""
        return self.diff(saved.outputs, inputs, origin, saved.origin).what


def status(saved: Resource) -> str:
    """Return the status of the last verification."""
    return str(saved.outputs["lastVerification"]["status"])


def test_an_old_verification_is_renewed_and_its_failure_does_not_gate() -> None:
    """Past max_age_days an update is due; if it fails, nothing fails with it: it is recorded and warned of."""
    trial = Trial()
    with MailServer() as server:
        inputs = trial.of(server.port, connectivity_test={"max_age_days": 30})
        saved = trial.create(inputs)
        assert status(saved) == "passed"
        trial.days = 29
        assert trial.due(saved, inputs) == "nothing"
        trial.days = 41
        assert trial.due(saved, inputs) == "verification"
        assert (
            trial.messages[-1]
            == '"mail": it was verified 41 days ago, and max_age_days is 30; an update tests it again.'
        )
    failed = trial.update(saved, inputs)
    assert status(failed) == "failed"
    assert "it was verified 41 days ago" in trial.warnings[-1]
    assert "It was saved all the same" in trial.warnings[-1]
    assert trial.due(failed, inputs) == "verification", "a failed verification is never quietly green"
    assert "its last connectivity test failed (connect-refused)" in trial.warnings[-1]
    still = trial.update(failed, inputs)
    assert status(still) == "failed", "nor does its repetition gate what did not touch it"

    strict = trial.of(server.port, connectivity_test={"max_age_days": 30, "on_stale_failure": "fail"})
    with pytest.raises(ConnectFailed, match="Nothing was changed; in use are the former settings"):
        trial.update(failed, strict)


def test_changed_arguments_are_enforced_as_ever() -> None:
    """A stale provider whose arguments changed too is gated: it did touch mail."""
    trial = Trial()
    with MailServer() as server, closed_port() as closed:
        saved = trial.create(trial.of(server.port, connectivity_test={"max_age_days": 30}))
        trial.days = 41
        with pytest.raises(ConnectFailed, match=r"in use are the settings verified \d{4}-\d\d-\d\d \d\d:\d\d UTC"):
            trial.update(saved, trial.of(closed, connectivity_test={"max_age_days": 30}))


@pytest.mark.parametrize(
    ("before", "after", "due"),
    [
        ({"depth": "connect"}, {"depth": "recipient"}, True),
        ({"depth": "recipient"}, {"depth": "connect"}, False),
        ({}, {"deadline_seconds": 120}, False),
        ({}, {"attempts": 5}, False),
        ({}, {"recipient": "ops@example.test"}, True),
    ],
)
def test_what_is_tested_again(before: dict[str, Any], after: dict[str, Any], due: bool) -> None:
    """A deeper test is due, a shallower one, a longer deadline or more attempts are not."""
    trial = Trial()
    with MailServer() as server:
        saved = trial.create(trial.of(server.port, connectivity_test=before))
        connections = server.connections
        changed = trial.of(server.port, connectivity_test=after)
        assert trial.due(saved, changed) == "arguments"
        renewed = trial.update(saved, changed)
        assert (server.connections > connections) == due
        assert status(renewed) == "passed"
        assert trial.due(renewed, changed) == "nothing"


def test_a_deeper_test_that_fails_does_not_gate() -> None:
    """A test that is due by depth alone is recorded and warned of; the up goes on."""
    trial = Trial()
    with MailServer(refuse_recipient="554 5.7.1 Relay access denied") as server:
        saved = trial.create(trial.of(server.port, connectivity_test={"depth": "sender"}))
        renewed = trial.update(saved, trial.of(server.port))
        assert status(renewed) == "failed"
        assert renewed.outputs["lastVerification"]["diagnosis"]["stage"] == "recipient"


def test_not_tested_is_settled_until_the_mode_changes() -> None:
    """Off leaves notTested, which no preview complains of; enforcing again tests, and gates."""
    trial = Trial()
    with MailServer() as server, closed_port() as closed:
        off = trial.of(closed, connectivity_test={"mode": "off"})
        saved = trial.create(off)
        assert status(saved) == "notTested"
        assert trial.due(saved, off) == "nothing"
        with pytest.raises(ConnectFailed):
            trial.update(saved, trial.of(closed))
        with_server = trial.create(trial.of(server.port, connectivity_test={"mode": "off"}))
        assert status(trial.update(with_server, trial.of(server.port))) == "passed"


def test_warn_becomes_enforce_only_by_passing() -> None:
    """What was saved as failed with warn has to pass when it is enforced."""
    trial = Trial()
    with closed_port() as closed:
        saved = trial.create(trial.of(closed, connectivity_test={"mode": "warn"}))
        assert status(saved) == "failed"
        with pytest.raises(ConnectFailed):
            trial.update(saved, trial.of(closed))


@pytest.mark.parametrize(
    "edit",
    [
        lambda outputs: outputs.update(verifiedArguments="0" * 64),
        lambda outputs: outputs.pop("verifiedArguments"),
        lambda outputs: outputs.pop("lastVerification"),
        lambda outputs: outputs.update(lastVerification={"status": "odd"}),
    ],
)
def test_arguments_that_no_test_saw_show_as_an_update(edit: Callable[[dict[str, Any]], object]) -> None:
    """Whatever was done to the state from outside: the next preview shows an update, and it tests."""
    trial = Trial()
    with MailServer() as server:
        inputs = trial.of(server.port)
        saved = trial.create(inputs)
        edited = Resource(saved.id, dict(saved.outputs))
        edit(edited.outputs)
        assert trial.due(edited, inputs) == "verification"
        connections = server.connections
        assert status(trial.update(edited, inputs)) == "passed"
        assert server.connections == connections + 1


def test_an_edited_argument_is_put_right_without_a_test() -> None:
    """What the program declares is what was verified: the update only saves it again."""
    trial = Trial()
    with MailServer() as server:
        inputs = trial.of(server.port)
        saved = trial.create(inputs)
        edited = Resource(saved.id, {**saved.outputs, "host": "elsewhere.example.test"})
        assert trial.due(edited, inputs) == "verification"
        assert trial.update(edited, inputs).outputs == saved.outputs
        assert server.connections == 1


def test_a_skipped_test_keeps_what_was_verified_and_says_so() -> None:
    """Unchanged for the test: the verification is kept, with reason and time; changed: saved as notTested, settled."""
    trial = Trial()
    runner = Trial(SMTP_COLLAB_SKIP_TEST="no route to the relay")
    with MailServer() as server, closed_port() as closed:
        inputs = trial.of(server.port, connectivity_test={"depth": "sender", "max_age_days": 1})
        saved = trial.create(inputs)
        runner.days = trial.days = 2
        assert runner.due(saved, inputs) == "nothing", "a runner that can't test makes no diff of age"
        deeper = trial.of(server.port, connectivity_test={"max_age_days": 1})
        kept = runner.update(saved, deeper)
        assert status(kept) == "passed"
        assert kept.outputs["lastVerification"]["skipped"]["reason"] == "no route to the relay"
        assert kept.outputs["lastVerification"]["checkedAt"] == saved.outputs["lastVerification"]["checkedAt"]
        assert "SMTP_COLLAB_SKIP_TEST" in runner.warnings[-1]
        changed = trial.of(closed)
        untested = runner.update(saved, changed)
        assert status(untested) == "notTested"
        assert untested.outputs["lastVerification"]["skipped"]["reason"] == "no route to the relay"
        assert trial.due(untested, changed) == "nothing", "laptop and CI agree"
        assert runner.due(untested, changed) == "nothing"


def test_stack_settings_are_defaults_and_are_checked() -> None:
    """The stack's configuration gives defaults, arguments win; what is wrong there is named by its key."""
    config = {"smtp-collab:connectivityTestDepth": "connect", "smtp-collab:connectivityTestDeadlineSeconds": "7"}
    life_cycle = ProviderCase(config)
    given = {"host": "h", "from_address": "ci@example.test", "display_name": "mail"}
    test = life_cycle.check(given).inputs["connectivityTest"]
    assert (test["depth"], test["deadlineSeconds"]) == ("connect", 7)
    test = life_cycle.check({**given, "connectivityTest": {"depth": "login"}}).inputs["connectivityTest"]
    assert (test["depth"], test["deadlineSeconds"]) == ("login", 7)

    wrong = {"smtp-collab:connectivityTestMode": "on", "smtp-collab:requireTest": "true"}
    faults = ProviderCase(wrong, {"SMTP_COLLAB_SKIP_TEST": "laptop"}).check(given).faults
    assert faults[0].startswith("smtp-collab:connectivityTestMode: must be one of 'enforce', 'warn' or 'off'")
    assert faults[1].startswith("SMTP_COLLAB_SKIP_TEST: is set, but the stack's smtp-collab:requireTest forbids")


def test_the_state_target_has_nothing_to_take_over() -> None:
    """Adopting is refused in preview, and names what to use instead."""
    checked = ProviderCase().check(
        {"host": "h", "from_address": "ci@example.test", "display_name": "mail", "adopt": "some-id"}
    )
    assert len(checked.faults) == 1
    assert checked.faults[0].startswith("adopt: there is nothing to take over")
    assert "pulumi.StackReference" in checked.faults[0]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own: what a refresh found is remembered there for a minute."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "pulumi-smtp-collab" / "retests"


def read(trial: Trial, saved: Resource) -> Resource:
    """Read what is saved, as a refresh does."""
    found = trial.read(saved)
    assert found is not None
    return found


@pytest.mark.usefixtures("cache")
def test_a_refresh_verifies_nothing_that_it_did_not_test() -> None:
    """Arguments edited in the state stay untested where the refresh skips its test, and gate where it fails."""
    trial, runner = Trial(), Trial(SMTP_COLLAB_SKIP_TEST="no route")
    with MailServer() as server, closed_port() as closed:
        test = {"retest_on_refresh": True}
        saved = trial.create(trial.of(server.port, connectivity_test=test))
        edited = Resource(saved.id, {**saved.outputs, "port": closed})
        program = trial.of(closed, connectivity_test=test)
        assert trial.due(read(runner, edited), program) == "verification"
        refreshed = read(trial, edited)
        assert status(refreshed) == "failed"
        with pytest.raises(ConnectFailed):
            trial.update(refreshed, program)


def test_what_a_refresh_found_is_not_taken_for_other_arguments(cache: Path) -> None:
    """The second read of the same state finds the outcome; another host, port or login is tested itself."""
    trial = Trial()
    with MailServer() as server, closed_port() as closed:
        saved = trial.create(trial.of(server.port, connectivity_test={"retest_on_refresh": True}))
        before = server.connections
        assert status(read(trial, saved)) == status(read(trial, saved)) == "passed"
        assert server.connections == before + 1
        assert status(read(trial, Resource(saved.id, {**saved.outputs, "port": closed}))) == "failed"
    assert cache.stat().st_mode & 0o077 == 0
    for file in cache.iterdir():
        assert file.stat().st_mode & 0o077 == 0


def test_marking_an_argument_secret_cleans_what_was_written_of_it() -> None:
    """An argument that became secret shows as an update, after which nothing saved shows it, tested or skipped."""
    trial, runner = Trial(), Trial(SMTP_COLLAB_SKIP_TEST="no route")
    with MailServer(hostname="canary.example.test") as server:
        plain = trial.of(server.port, host="localhost")
        saved = trial.create(plain)
        assert "127.0.0.1" in str(saved.outputs["lastVerification"])
        secret = Origin(secret_arguments=frozenset({"host"}))
        assert trial.due(saved, plain, secret) == "verification"
        for one in (trial, runner):
            cleaned = one.update(saved, plain, secret)
            assert status(cleaned) == "passed"
            assert "127.0.0.1:" not in str(cleaned.outputs["lastVerification"])
            assert trial.due(cleaned, plain, secret) == "nothing"


@pytest.mark.parametrize("checked_at", ["2020-01-01T00:00:00", "2020-01-01", "9999-12-31T00:00:00Z", "soon", ""])
def test_a_time_that_was_written_otherwise_counts_as_old(checked_at: str) -> None:
    """A timestamp without a zone, in the future or unreadable breaks nothing: the verification is due."""
    trial = Trial()
    with MailServer() as server:
        inputs = trial.of(server.port, connectivity_test={"max_age_days": 30})
        saved = trial.create(inputs)
        verified = {**saved.outputs["lastVerification"], "checkedAt": checked_at}
        assert trial.due(Resource(saved.id, {**saved.outputs, "lastVerification": verified}), inputs) == "verification"


def test_a_state_without_its_verification_can_be_read() -> None:
    """A refresh reads what this stack owns, whatever is missing of it."""
    trial = Trial()
    with MailServer() as server:
        saved = trial.create(trial.of(server.port))
    left = {name: value for name, value in saved.outputs.items() if name != "lastVerification"}
    assert read(trial, Resource(saved.id, left)).outputs == left


def test_what_operations_give_never_shows_a_secret_by_itself() -> None:
    """A log line of one of our own objects holds no argument's value."""
    trial = Trial()
    login = {"username": "user", "password": "canary", "connectivity_test": {"mode": "off"}}
    inputs = trial.of(25, **login)
    given = {"host": "localhost", "from_address": "ci@example.test", "display_name": "mail", **login}
    assert "canary" not in repr(trial.check(given))
    arguments = ProviderArguments.model_validate(inputs)
    assert "canary" not in repr(trial.stack.providers.create(arguments, NOWHERE))


def test_a_display_name_is_taken_once_in_a_target() -> None:
    """Where a front end names the resource, the check refuses a second one of the same name; asking again is none."""
    case = ProviderCase()
    given = {"host": "localhost", "from_address": "ci@example.test", "display_name": "Mail"}
    for _ in range(2):
        assert not case.check(given, Origin(resource="first")).faults
    (fault,) = case.check(given, Origin(resource="second")).faults
    assert fault.startswith("display_name: it is taken by the provider 'first', so the provider 'second' needs another")
    assert not case.check({**given, "display_name": "Other"}, Origin(resource="second")).faults
    assert not case.check(given).faults, "a program that sees to it itself"


def aged(stack: Stack, days: int) -> None:
    """Make the saved verification older, as time does."""
    state = stack.export()
    for resource in state["deployment"]["resources"]:
        if resource["type"].endswith(KIND):
            then = dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=days, minutes=1)
            resource["outputs"]["lastVerification"]["checkedAt"] = then.strftime("%Y-%m-%dT%H:%M:%SZ")
    stack.import_(state)


def verification(stack: Stack) -> dict[str, Any]:
    """Return the saved verification."""
    (resource,) = stack.resources(KIND)
    found: dict[str, Any] = resource["outputs"]["lastVerification"]
    return found


@pytest.mark.engine
@pytest.mark.inline
def test_age_on_the_engine(make_stack: MakeStack) -> None:
    """A preview says how old the verification is and shows an update; a failing one does not fail the up."""
    with MailServer() as server:
        stack = make_stack(provider(host="127.0.0.1", port=server.port, connectivity_test={"max_age_days": 30}))
        stack.up().succeeded()
        aged(stack, 41)
        result = stack.preview().succeeded()
        assert "it was verified 41 days ago" in result.text
        assert result.changes == {"same": 1, "update": 1}
        stack.up().succeeded()
        stack.up("--expect-no-changes").succeeded()
        aged(stack, 41)
    result = stack.up().succeeded()
    assert "it was verified 41 days ago" in result.text
    assert verification(stack)["status"] == "failed"
    result = stack.preview().succeeded()
    assert "its last connectivity test failed (connect-refused)" in result.text
    assert result.changes == {"same": 1, "update": 1}


@pytest.mark.engine
@pytest.mark.inline
def test_refresh_tests_only_where_it_is_asked_for(make_stack: MakeStack) -> None:
    """By default a refresh never touches the network; with retest_on_refresh it tests once and never fails."""
    with MailServer() as server:
        stack = make_stack(provider(host="127.0.0.1", port=server.port))
        stack.up().succeeded()
        connections = server.connections
        stack.refresh("--expect-no-changes").succeeded()
        assert server.connections == connections

        stack.write_program(provider(host="127.0.0.1", port=server.port, connectivity_test={"retest_on_refresh": True}))
        stack.up().succeeded()
        assert server.connections == connections, "the argument alone is nothing that the test sees"
        stack.refresh(preview=True).succeeded()
        assert server.connections == connections + 1, "once, though the engine reads twice"
    result = stack.refresh().succeeded()
    assert "Stage: connect of 127.0.0.1" in result.text
    assert verification(stack)["status"] == "failed"
    assert "lastVerification" not in result.text, "in 100 columns evidence would hide the change that matters"

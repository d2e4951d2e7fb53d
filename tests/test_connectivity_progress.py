"""Whoever runs a test can listen to it and end it: stage by stage, with no secret told and nothing left open."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from mailservers import Authority, MailServer, ScriptedServer, Step, close, filtered_port, greet, hang, send, serve
from pulumi_stack import secret_forms
from relay_settings import PASSWORD, login, run_on, settings_for

from pulumi_smtp_collab import ConnectivityReport, ConnectivityTest, SmtpSettings, run_connectivity_test
from pulumi_smtp_collab.connectivity.machine import Machine
from pulumi_smtp_collab.connectivity.server_gate import Gate
from pulumi_smtp_collab.model.errors import ConnectivityTestCancelled
from pulumi_smtp_collab.model.progress import StageProgress

OPEN_FILES = Path("/proc/self/fd")


def listened(
    settings: SmtpSettings, test: ConnectivityTest | None = None, **more: Any
) -> tuple[ConnectivityReport, list[StageProgress]]:
    """Run a test and return what was told of it too."""
    told: list[StageProgress] = []
    return run_connectivity_test(settings, test, on_stage=told.append, **more), told


def test_each_stage_is_told_when_it_begins_and_when_it_ends(authority: Authority) -> None:
    """Begin and end of every stage are told in order, and the end says what the report says of it."""
    with MailServer("starttls", authority.server_context(), credentials={"user": PASSWORD}) as server:
        settings = settings_for(server, start_tls=True, **login(), ca_certificates=authority.pem)
        report, told = listened(settings)
    assert report.passed, report
    assert [each.name for each in told[::2]] == [each.name for each in told[1::2]]
    assert {each.status for each in told[::2]} == {"begun"}
    ended = [(each.name, each.status, each.detail, each.duration_ms) for each in told[1::2]]
    assert ended == [(stage.name, stage.status, stage.detail, stage.duration_ms) for stage in report.stages]
    assert {each.attempt for each in told} == {1}


@pytest.mark.parametrize(
    ("mode", "boxes", "floor"), [("none", {}, 4), ("implicit", {"ssl": True}, 5), ("starttls", {"start_tls": True}, 7)]
)
def test_the_round_trips_of_a_login_are_the_floor(
    mode: Any, boxes: dict[str, bool], floor: int, authority: Authority
) -> None:
    """The round trips of the stages add up to what the protocols ask for at least, TCP's handshake included."""
    context = None if mode == "none" else authority.server_context()
    with MailServer(mode, context, credentials={"user": PASSWORD}, plaintext_login=mode == "none") as server:
        settings = settings_for(server, **boxes, **login(), ca_certificates=authority.pem)
        _, told = listened(settings, ConnectivityTest(depth="login"))
    ends = {each.name: each.round_trips for each in told if each.status != "begun" and each.name != "ehlo"}
    assert ends == {name: None if name == "dns" else 1 for name in ends}
    assert sum(each.round_trips or 0 for each in told) == floor


@pytest.mark.parametrize(
    ("mode", "boxes", "floor"), [("none", {}, 5), ("implicit", {"ssl": True}, 6), ("starttls", {"start_tls": True}, 8)]
)
@pytest.mark.parametrize("pipelining", [False, True])
def test_the_sender_costs_one_round_trip(
    mode: Any, boxes: dict[str, bool], floor: int, authority: Authority, *, pipelining: bool
) -> None:
    """QUIT alone takes the sender back: with and without PIPELINING nothing is waited for after MAIL's answer."""
    context = None if mode == "none" else authority.server_context()
    options: Any = {"plaintext_login": mode == "none", "pipelining": pipelining}
    with MailServer(mode, context, credentials={"user": PASSWORD}, **options) as server:
        settings = settings_for(server, **boxes, **login(), ca_certificates=authority.pem)
        _, told = listened(settings, ConnectivityTest(depth="sender"))
        server.wait_until_idle()
    assert sum(each.round_trips or 0 for each in told) == floor
    assert server.verbs[-2:] == ["MAIL", "QUIT"]


def test_a_failure_attempts_and_looks_are_told() -> None:
    """A failed stage ends as failed; pauses, looks and the number of the attempt are told too."""
    told: list[StageProgress] = []
    temporary = [greet(), serve({"MAIL": b"451 4.3.0 try again later"})]
    with ScriptedServer(temporary) as server:
        run_on(Machine(sleep=lambda _: None), settings_for(server), on_stage=told.append)
    assert ("sender", "failed", "451 4.3.0 try again later", 1) in [
        (each.name, each.status, each.detail, each.attempt) for each in told
    ]
    assert [each.name for each in told if each.name == "pause"] == ["pause", "pause"]
    assert told[-1].attempt == 2
    with ScriptedServer(hang()) as silent:
        _, told = listened(settings_for(silent), ConnectivityTest(deadline_seconds=1, attempts=1))
    assert [each.name for each in told[-3:]] == ["greeting", "look", "look"]


def test_what_is_told_holds_no_secret() -> None:
    """Credentials that a server echoes are scrubbed, and a secret host is named and not shown, in every word told."""
    echo = f"535 5.7.8 you said {PASSWORD}".encode()
    script = [
        send(b"220 inner.example.test ESMTP\r\n"),
        serve({"AUTH": echo}, ["AUTH PLAIN"], name="inner.example.test"),
    ]
    with ScriptedServer(script) as server:
        report, told = listened(settings_for(server, **login()), secret_arguments={"host"})
    shown = "\n".join(map(repr, told))
    assert not report.passed
    assert "[hidden]" in shown
    assert "[secret host]" in shown
    assert not [form for form, secret in secret_forms(PASSWORD, "user").items() if secret.decode() in shown]
    assert "inner.example.test" not in shown
    assert "127.0.0.1" not in shown


def test_a_refusal_that_names_a_secret_host_is_told_without_it() -> None:
    """The name in a refusal in place of the greeting is the host's too."""
    with ScriptedServer([send(b"554 inner.example.test no\r\n"), close()]) as server:
        _, told = listened(settings_for(server), ConnectivityTest(second_look="off"), secret_arguments={"host"})
    assert told[-1].detail == "554 [secret host] no"


def test_a_listener_that_fails_changes_nothing() -> None:
    """What a listener raises is its own matter."""

    def break_down(_: StageProgress) -> None:
        raise RuntimeError("the terminal is gone")

    with MailServer() as server:
        assert run_connectivity_test(settings_for(server), on_stage=break_down).passed


def test_waiting_for_other_tests_is_told() -> None:
    """A test that waits for its turn says so, and only one that waits."""
    gate = Gate(1)
    released = threading.Event()
    told: list[str] = []

    def wait(wire: Any) -> None:
        released.wait(5)
        wire.send(b"250 OK\r\n")

    def note(progress: StageProgress) -> None:
        told.append(progress.name)
        if progress.name == "turn":
            released.set()

    with ScriptedServer([greet(), serve({"MAIL": wait})]) as server:
        first = threading.Thread(target=run_on, args=(Machine(), settings_for(server)), kwargs={"gate": gate})
        first.start()
        while not server.connections:
            time.sleep(0.01)
        assert run_on(Machine(), settings_for(server), gate=gate, on_stage=note).passed
        first.join()
    assert told[:2] == ["turn", "turn"]
    assert released.is_set()


class Waiter:
    """Cancels a test once it has been at a step for a moment."""

    def __init__(self, step: str) -> None:
        self.cancel = threading.Event()
        self.cancelled_at = 0.0
        self._step = step

    def __call__(self, progress: StageProgress) -> None:
        if progress.name == self._step and progress.status == "begun":
            threading.Timer(0.1, self._set).start()

    def _set(self) -> None:
        self.cancelled_at = time.monotonic()
        self.cancel.set()


@contextmanager
def _no_socket_is_left() -> Iterator[None]:
    """Hold that as many files are open afterwards as before."""
    before = len(list(OPEN_FILES.iterdir()))
    yield
    assert len(list(OPEN_FILES.iterdir())) <= before


def cancelled(waiter: Waiter, run: Callable[[], Any]) -> ConnectivityTestCancelled:
    """Run a test that is cancelled, and hold that it ends within a second of that."""
    with pytest.raises(ConnectivityTestCancelled) as caught:
        run()
    assert time.monotonic() - waiter.cancelled_at < 1
    return caught.value


HUNG: dict[str, tuple[Any, dict[str, Any]]] = {
    "greeting": (hang(), {}),
    "ehlo": ([greet(), serve({"EHLO": hang()})], {}),
    "starttls": ([greet(), serve({"STARTTLS": hang()}, ["STARTTLS"])], {"start_tls": True}),
    "tls": (hang(), {"ssl": True}),
    "auth": ([greet(), serve({"AUTH": hang()}, ["AUTH PLAIN"])], login()),
    "sender": ([greet(), serve({"MAIL": hang()}, ["PIPELINING"])], {}),
    "recipient": ([greet(), serve({"RCPT": hang()})], {}),
    "message": ([greet(), serve({".": hang()})], {}),
}


@pytest.mark.parametrize("stage", HUNG)
def test_a_test_ends_within_a_second_at_any_stage(stage: str) -> None:
    """Cancelled at a stage, a test ends at once, says where it was, and leaves no connection open."""
    script: Step | list[Step]
    script, settings = HUNG[stage]
    waiter = Waiter(stage)
    test = ConnectivityTest(depth="message", recipient="to@example.test")
    with ScriptedServer(script) as server:
        arguments = settings_for(server, host="127.0.0.1", **settings)

        def run() -> None:
            run_connectivity_test(arguments, test, on_stage=waiter, cancel=waiter.cancel)

        error = cancelled(waiter, run)
        server.wait_until_idle()  # the server sees the end of the connection
        assert server.connections == 1
    assert error.stage == stage
    assert f"127.0.0.1:{server.port} was cancelled at the stage {stage}" in str(error)
    assert ("may have taken the test mail" in str(error)) == (stage == "message")


def test_names_connections_pauses_looks_and_turns_end_too() -> None:
    """Whatever a test waits for, it is ended within a second: a dead resolver, a filtered port, its next attempt."""
    waiter = Waiter("dns")
    dead = Machine(resolver=lambda *_: time.sleep(3))  # type: ignore[func-returns-value]
    relay = SmtpSettings(host="relay.example", from_address="from@example.test")
    assert cancelled(waiter, lambda: run_on(dead, relay, on_stage=waiter, cancel=waiter.cancel)).stage == "dns"
    with filtered_port() as port, _no_socket_is_left():
        waiter = Waiter("connect")
        filtered = SmtpSettings(host="127.0.0.1", port=port, from_address="from@example.test")
        run = cancelled(waiter, lambda: run_on(Machine(), filtered, on_stage=waiter, cancel=waiter.cancel))
        assert run.stage == "connect"
    with ScriptedServer([greet(), serve({"MAIL": b"451 4.3.0 try again later"})]) as server:
        waiter = Waiter("pause")
        slow = Machine(chance=lambda _: 5.0)
        error = cancelled(waiter, lambda: run_on(slow, settings_for(server), on_stage=waiter, cancel=waiter.cancel))
    assert "between two attempts" in str(error)
    with ScriptedServer(close(), hang()) as server:
        waiter = Waiter("look")
        settings = settings_for(server, ssl=True)
        assert (
            cancelled(waiter, lambda: run_on(Machine(), settings, on_stage=waiter, cancel=waiter.cancel)).stage
            == "look"
        )


def test_a_cancelled_test_is_forgotten() -> None:
    """The next test of the same server and login runs at once and on its own, even one that waited for the turn."""
    gate = Gate(1)
    waiter = Waiter("auth")
    with ScriptedServer(
        [greet(), serve({"AUTH": hang()}, ["AUTH PLAIN"])], [greet(), serve({}, ["AUTH PLAIN"])]
    ) as server:
        settings = settings_for(server, **login())
        cancelled(waiter, lambda: run_on(Machine(), settings, gate=gate, on_stage=waiter, cancel=waiter.cancel))
        assert run_on(Machine(), settings, gate=gate).passed


def test_a_test_that_waits_for_its_turn_can_be_cancelled() -> None:
    """It has not connected at all, and the one that runs is not disturbed."""
    gate = Gate(1)
    waiter = Waiter("turn")
    released = threading.Event()

    def wait(wire: Any) -> None:
        released.wait(5)
        wire.send(b"250 OK\r\n")

    reports: list[ConnectivityReport] = []
    with ScriptedServer([greet(), serve({"MAIL": wait})]) as server:
        settings = settings_for(server)
        first = threading.Thread(target=lambda: reports.append(run_on(Machine(), settings, gate=gate)))
        first.start()
        while not server.connections:
            time.sleep(0.01)
        error = cancelled(waiter, lambda: run_on(Machine(), settings, gate=gate, on_stage=waiter, cancel=waiter.cancel))
        released.set()
        first.join()
        assert server.connections == 1
    assert "while it waited for other tests of this server" in str(error)
    assert reports[0].passed


def test_an_event_that_is_never_set_changes_nothing(authority: Authority) -> None:
    """A test that can be cancelled and is not has the same report."""
    with MailServer("implicit", authority.server_context(), credentials={"user": PASSWORD}) as server:
        settings = settings_for(server, ssl=True, **login(), ca_certificates=authority.pem)
        assert run_connectivity_test(settings, cancel=threading.Event()).passed


def test_a_secret_host_is_not_named_by_the_error() -> None:
    """The error of a cancelled test names the argument in place of its value."""
    cancel = threading.Event()
    cancel.set()
    settings = SmtpSettings(host="relay.example", from_address="from@example.test")
    with pytest.raises(ConnectivityTestCancelled, match=r"\[secret host\]:25") as caught:
        run_connectivity_test(settings, secret_arguments={"host"}, cancel=cancel)
    assert "relay.example" not in str(caught.value)

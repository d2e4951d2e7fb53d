"""What is tried again, how often and when: transient failures before the login, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from mailservers import Authority, MailServer, ScriptedServer, close, greet, reset, send, serve
from relay_settings import PASSWORD, login, run_on, settings_for

from pulumi_smtp_collab import ConnectivityTest
from pulumi_smtp_collab.connectivity.machine import Machine


@dataclass
class Recorded:
    """A machine that records its pauses instead of making them, and whose chance is always the most."""

    pauses: list[float] = field(default_factory=list)
    now: float = 1000.0

    @property
    def machine(self) -> Machine:
        return Machine(clock=lambda: self.now, sleep=self._sleep, chance=lambda most: most)

    def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


TEMPORARY = [greet(), serve({"MAIL": b"451 4.3.0 try again later"})]
GOOD = [greet(), serve()]


def test_a_transient_failure_is_tried_again() -> None:
    """The second attempt passes; the report keeps both, and its stages are the last one's."""
    machine = Recorded()
    with ScriptedServer(TEMPORARY, GOOD) as server:
        report = run_on(machine.machine, settings_for(server))
    assert report.passed, report
    assert len(report.attempts) == 2
    assert report.attempts[0].diagnosis is not None
    assert report.attempts[0].diagnosis.transient
    assert report.attempts[0].stages[-1].detail == "451 4.3.0 try again later"
    assert report.attempts[1].diagnosis is None
    assert report.diagnosis is None
    assert server.connections == 2


def test_pauses_double_and_are_drawn_by_lot() -> None:
    """Full jitter: each pause is drawn from nothing up to twice the last's most, and never more than eight seconds."""
    machine = Recorded()
    with ScriptedServer(TEMPORARY) as server:
        report = run_on(machine.machine, settings_for(server), ConnectivityTest(attempts=5))
    assert machine.pauses == [1, 2, 4, 8]
    assert len(report.attempts) == server.connections == 5
    drawn: list[float] = []
    small = Machine(sleep=drawn.append, chance=lambda most: most / 100)
    with ScriptedServer(TEMPORARY) as server:
        run_on(small, settings_for(server), ConnectivityTest(attempts=3))
    assert drawn == [0.01, 0.02]


def test_no_attempt_begins_that_could_not_end() -> None:
    """A pause that would use up the deadline ends the test instead."""
    machine = Recorded()
    with ScriptedServer(TEMPORARY) as server:
        report = run_on(machine.machine, settings_for(server), ConnectivityTest(attempts=5, deadline_seconds=4))
    assert machine.pauses == [1, 2]
    assert len(report.attempts) == 3
    assert report.diagnosis is not None


def test_the_default_is_two_attempts() -> None:
    """One failure that passes by itself is forgiven, a second is not."""
    machine = Recorded()
    with ScriptedServer(TEMPORARY) as server:
        report = run_on(machine.machine, settings_for(server))
    assert len(report.attempts) == 2
    assert not report.passed


@pytest.mark.parametrize(
    "script",
    [
        [send(b"421 4.7.0 too many connections\r\n"), close()],
        [greet(), serve({"EHLO": b"421 4.7.0 go away"})],
        [greet(), serve({"MAIL": b"550 5.7.1 no"})],
        [send(b"554 5.7.1 no\r\n"), close()],
        [send(b"SSH-2.0-OpenSSH_9.6\r\n"), close()],
        [send(b"220 hello\r\n250 ahead\r\n"), close()],
    ],
    ids=["421", "421 later", "550", "554", "not smtp", "unsolicited"],
)
def test_what_is_never_tried_again(script: Any) -> None:
    """A 421 asks for distance, and what is permanent stays: one connection, whatever ``attempts`` says."""
    machine = Recorded()
    with ScriptedServer(script) as server:
        test = ConnectivityTest(attempts=5, second_look="off")
        report = run_on(machine.machine, settings_for(server), test)
    assert not report.passed
    assert server.connections == 1
    assert machine.pauses == []


@pytest.mark.parametrize(
    "step", [close(), reset(), send(b"454 4.7.0 temporary failure\r\n")], ids=["closed", "reset", "454"]
)
def test_nothing_is_tried_again_after_credentials_were_sent(step: Any) -> None:
    """Whatever the server makes of AUTH, it is not asked twice: that is how accounts are locked."""
    machine = Recorded()
    with ScriptedServer([greet(), serve({"AUTH": step}, ["AUTH PLAIN"])]) as server:
        report = run_on(machine.machine, settings_for(server, **login()), ConnectivityTest(attempts=5))
    assert report.stages[-1].name == "auth"
    assert server.connections == 1


def test_a_temporary_failure_after_the_login_is_not_tried_again() -> None:
    """A second attempt would log in again."""
    machine = Recorded()
    script = [greet(), serve({"MAIL": b"451 4.3.0 try again later"}, ["AUTH PLAIN"])]
    with ScriptedServer(script) as server:
        report = run_on(machine.machine, settings_for(server, **login()), ConnectivityTest(attempts=5))
    assert report.stages[-1].name == "sender"
    assert server.connections == 1


def test_a_certificate_is_never_tried_again() -> None:
    """It will be the same one in a second; the one more connection is the look at its chain, without a login."""
    machine = Recorded()
    with Authority() as authority, MailServer("implicit", authority.server_context()) as server:
        report = run_on(machine.machine, settings_for(server, ssl=True, **login()), ConnectivityTest(attempts=5))
        server.wait_until_idle()
    assert report.stages[-1].name == "tls"
    assert server.connections == 2
    assert server.commands == ["QUIT"]


def test_new_credentials_may_settle() -> None:
    """A login refused as wrong is repeated once after the wait, where a wait was asked for."""
    machine = Recorded()
    refusals = ("535 5.7.8 not known yet",)
    with MailServer(credentials={"user": PASSWORD}, plaintext_login=True, refuse_login=refusals) as server:
        test = ConnectivityTest(credentials_settle_seconds=20, attempts=1)
        report = run_on(machine.machine, settings_for(server, **login()), test)
    assert report.passed, report
    assert machine.pauses == [20]
    assert len(report.attempts) == 2


def test_wrong_credentials_settle_once() -> None:
    """The repeat is one, whatever ``attempts`` says, and by default there is none."""
    with MailServer(credentials={"user": "another"}, plaintext_login=True) as server:
        machine = Recorded()
        test = ConnectivityTest(credentials_settle_seconds=20, attempts=5)
        report = run_on(machine.machine, settings_for(server, **login()), test)
        assert not report.passed
        assert server.logins == [("user", False)] * 2
        run_on(machine.machine, settings_for(server, **login()), ConnectivityTest(attempts=5))
        assert server.logins == [("user", False)] * 3


def test_settling_leaves_time_for_the_repeat() -> None:
    """A wait longer than the deadline is cut: the repeat is what it was for."""
    machine = Recorded()
    with MailServer(credentials={"user": "another"}, plaintext_login=True) as server:
        test = ConnectivityTest(credentials_settle_seconds=120, deadline_seconds=10)
        report = run_on(machine.machine, settings_for(server, **login()), test)
    assert len(report.attempts) == 2
    assert len(machine.pauses) == 1
    assert 5 < machine.pauses[0] < 9

"""Gentle to the relay: few tests at once, no refused login twice, no dead host dialled by everybody."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from life_cycle_cases import ProviderCase
from mailservers import Authority, Crowd, MailServer, ScriptedServer, Wire, closed_port, filtered_port, greet, serve
from relay_settings import PASSWORD, login, run_on, settings_for

from pulumi_smtp_collab import ConnectivityTest, SmtpSettings, run_connectivity_test
from pulumi_smtp_collab.connectivity import forget_failures
from pulumi_smtp_collab.connectivity.machine import Machine
from pulumi_smtp_collab.connectivity.remembered import REFUSED_LOGIN_SECONDS
from pulumi_smtp_collab.connectivity.server_gate import Gate, set_tests_at_once


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_few_tests_run_at_once(at_once: int) -> None:
    """At most so many tests are at one host, port and user; two by default, and the number may be set."""
    crowd = Crowd(at_once)
    gate = Gate() if at_once == 2 else Gate(at_once)
    with ScriptedServer([greet(), serve({"MAIL": crowd})]) as server, ThreadPoolExecutor(10) as pool:
        runs = [pool.submit(run_on, Machine(), settings_for(server), gate=gate) for _ in range(10)]
        assert all(run.result().passed for run in runs)
    assert crowd.most == at_once


def test_waiting_does_not_eat_the_deadline() -> None:
    """A test that has waited for longer than its deadline still has all of it."""
    gate = Gate(1)
    test = ConnectivityTest(deadline_seconds=3, attempts=1)

    def slowly(wire: Wire) -> None:
        wire.pause(0.5)
        wire.send(b"250 OK\r\n")

    with ScriptedServer([greet(), serve({"MAIL": slowly})]) as server, ThreadPoolExecutor(8) as pool:
        runs = [pool.submit(run_on, Machine(), settings_for(server), test, gate=gate) for _ in range(8)]
        reports = [run.result() for run in runs]
    assert all(report.passed for report in reports)
    assert all(report.duration_ms < 2900 for report in reports)


def test_another_user_does_not_wait() -> None:
    """The number is for one host, port and user."""
    crowd = Crowd(2)
    gate = Gate(1)
    with ScriptedServer([greet(), serve({"MAIL": crowd}, ["AUTH PLAIN"])]) as server, ThreadPoolExecutor(4) as pool:
        runs = [
            pool.submit(run_on, Machine(), settings_for(server, username=f"u{n}", password="pw"), gate=gate)
            for n in range(4)
        ]
        assert all(run.result().passed for run in runs)
    assert crowd.most > 1


def test_a_refused_login_is_sent_once() -> None:
    """Twenty providers with one wrong password are one failed login; the others fail at once and name the first."""
    with MailServer(credentials={"user": "another"}, plaintext_login=True) as server:

        def run(number: int) -> Any:
            return run_connectivity_test(settings_for(server, **login()), label=f"shop/prod/mail-{number}")

        first = run(0)
        with ThreadPoolExecutor(20) as pool:
            others = list(pool.map(run, range(1, 20)))
        assert server.logins == [("user", False)]
        assert server.connections == 1
        assert first.stages[-1].name == "auth"
        for report in others:
            assert report.diagnosis is not None
            assert report.diagnosis.code == "remembered-login"
            assert "shop/prod/mail-0" in report.diagnosis.summary
        server.credentials = {"user": "right"}
        assert run_connectivity_test(settings_for(server, **login("right"))).passed, "another password is another login"


def test_a_login_is_found_out_by_one_test_alone() -> None:
    """Tests that start together don't all send a password that none of them knows to be right."""
    gate = Gate(20)
    with MailServer(credentials={"user": "another"}, plaintext_login=True) as server, ThreadPoolExecutor(20) as pool:
        runs = [pool.submit(run_on, Machine(), settings_for(server, **login()), gate=gate) for _ in range(20)]
        assert not any(run.result().passed for run in runs)
    assert server.logins == [("user", False)]


def test_an_accepted_login_is_not_waited_for() -> None:
    """Once one test has logged in, the others run beside each other."""
    crowd = Crowd(4)
    gate = Gate(4)
    with ScriptedServer([greet(), serve({"MAIL": crowd}, ["AUTH PLAIN"])]) as server, ThreadPoolExecutor(12) as pool:
        runs = [pool.submit(run_on, Machine(), settings_for(server, **login()), gate=gate) for _ in range(12)]
        assert all(run.result().passed for run in runs)
    assert crowd.most == 4


def test_a_login_that_was_put_off_is_not_remembered() -> None:
    """Only a 5xx says that the login is wrong."""
    with MailServer(credentials={"user": PASSWORD}, plaintext_login=True, refuse_login=("454 4.7.0 busy",)) as server:
        assert not run_connectivity_test(settings_for(server, **login())).passed
        assert run_connectivity_test(settings_for(server, **login())).passed


def test_a_refused_login_is_one_of_its_tls_mode(authority: Authority) -> None:
    """What a server refuses in plain text it may accept over TLS: that is another login."""
    answers: Any = {"AUTH": lambda wire: wire.send(b"235 OK\r\n" if wire.tls_version else b"535 5.7.8 wrong\r\n")}
    script = [greet(), serve(answers, ["STARTTLS", "AUTH PLAIN"])]
    with ScriptedServer(script, tls_context=authority.server_context("localhost")) as server:
        plain, again = (run_connectivity_test(settings_for(server, **login())) for _ in range(2))
        over_tls = settings_for(server, start_tls=True, ca_certificates=authority.pem, **login())
        assert run_connectivity_test(over_tls).passed
    assert (_code(plain), _code(again)) == ("auth-wrong-credentials", "remembered-login")


@pytest.mark.parametrize(
    "reply",
    [
        b"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant",
        b"534 5.7.9 Application-specific password required",
        b"550 5.7.1 no",
        b"538 5.7.11 Encryption required for requested authentication mechanism",
        b"534 5.7.9 Authentication mechanism is too weak",
    ],
)
def test_any_refusal_for_good_is_remembered(reply: bytes) -> None:
    """A blocked account is not asked again either, nor is a password sent again in a way that was refused."""
    with ScriptedServer([greet(), serve({"AUTH": reply}, ["AUTH PLAIN"])]) as server:
        codes = [_code(run_connectivity_test(settings_for(server, **login()))) for _ in range(2)]
        assert server.connections == 1
    assert codes[1] == "remembered-login"


def test_a_test_that_lets_credentials_settle_asks_for_itself() -> None:
    """A refusal without time to settle says nothing to a test that gives some; the other way round it does."""
    gate = Gate()
    waited: list[float] = []
    machine = Machine(sleep=waited.append)
    patient = ConnectivityTest(credentials_settle_seconds=5)
    script: Any = [greet(), serve({"AUTH": b"535 5.7.8 wrong"}, ["AUTH PLAIN"])]
    with ScriptedServer(script, script, [greet(), serve({}, ["AUTH PLAIN"])]) as server:
        assert _code(run_on(machine, settings_for(server, **login()), gate=gate)) == "auth-wrong-credentials"
        assert run_on(machine, settings_for(server, **login()), patient, gate=gate).passed
    assert waited == [5]
    with ScriptedServer(script) as server:
        assert not run_on(machine, settings_for(server, **login()), patient, gate=gate).passed
        for test in (ConnectivityTest(), patient):
            assert _code(run_on(machine, settings_for(server, **login()), test, gate=gate)) == "remembered-login"
        assert server.connections == 2


def test_a_refused_login_is_asked_again_after_half_an_hour() -> None:
    """In a program that goes on for days the account may have been unlocked; the message says how long it takes."""
    now = 1000.0
    gate, machine = Gate(), Machine(clock=lambda: now)
    with MailServer(credentials={"user": "another"}, plaintext_login=True) as server:
        settings = settings_for(server, **login())
        assert not run_on(machine, settings, gate=gate).passed
        server.credentials = {"user": PASSWORD}
        now += REFUSED_LOGIN_SECONDS - 1
        spared = run_on(machine, settings, gate=gate)
        now += 1
        assert run_on(machine, settings, gate=gate).passed
    assert REFUSED_LOGIN_SECONDS == 30 * 60
    assert spared.diagnosis is not None
    assert spared.diagnosis.code == "remembered-login"
    assert "half an hour after that" in spared.diagnosis.advice


def test_a_dead_relay_is_dialled_once() -> None:
    """Two hundred tests behind one dead relay end in about the time of one."""
    gate = Gate()
    test = ConnectivityTest(deadline_seconds=2, attempts=1, second_look="off")
    with filtered_port() as port:
        settings = SmtpSettings(host="127.0.0.1", port=port, from_address="from@example.test")
        began = time.monotonic()
        with ThreadPoolExecutor(200) as pool:
            runs = [pool.submit(run_on, Machine(), settings, test, gate=gate) for _ in range(200)]
            reports = [run.result() for run in runs]
        elapsed = time.monotonic() - began
    assert elapsed < 10, "one after the other they take 80 seconds"
    codes = [report.diagnosis.code for report in reports if report.diagnosis is not None]
    assert len(codes) == 200
    assert codes.count("remembered-unreachable") == 198


def test_a_host_is_found_dead_for_its_port_alone() -> None:
    """Another port of the host is dialled all the same, and so is the same one with more time to answer."""
    with closed_port() as port, MailServer() as server:
        settings = SmtpSettings(host="localhost", port=port, from_address="from@example.test")
        short = ConnectivityTest(deadline_seconds=5, attempts=1, second_look="off")
        assert _code(run_connectivity_test(settings, short)) == "connect-refused"
        assert _code(run_connectivity_test(settings, short)) == "remembered-unreachable"
        assert _code(run_connectivity_test(settings, ConnectivityTest(attempts=1))) == "connect-refused"
        assert run_connectivity_test(settings_for(server)).passed


def test_a_process_may_forget() -> None:
    """For a program that knows better: what was repaired is tried again."""
    with MailServer(credentials={"user": "another"}, plaintext_login=True) as server:
        run_connectivity_test(settings_for(server, **login()))
        server.credentials = {"user": PASSWORD}
        assert not run_connectivity_test(settings_for(server, **login())).passed
        forget_failures()
        assert run_connectivity_test(settings_for(server, **login())).passed


def test_at_least_one_test_may_run() -> None:
    """Nobody could ever run with none."""
    with pytest.raises(ValueError, match="At least one"):
        set_tests_at_once(0)


def _code(report: Any) -> str:
    return "" if report.diagnosis is None else str(report.diagnosis.code)


def test_a_stack_says_how_many_run_at_once() -> None:
    """By ``smtp-collab:testsAtOnce`` more tests of one server run beside each other, or fewer."""
    crowd = Crowd(5)
    case = ProviderCase({"smtp-collab:testsAtOnce": "5"})
    given = {"displayName": "mail", "host": "localhost", "fromAddress": "ci@example.test"}
    try:
        with ScriptedServer([greet(), serve({"MAIL": crowd})]) as server, ThreadPoolExecutor(12) as pool:
            inputs = case.inputs({**given, "port": server.port})
            made = list(pool.map(lambda _: case.create(inputs), range(12)))
    finally:
        set_tests_at_once(2)
    assert [one.outputs["lastVerification"]["status"] for one in made] == ["passed"] * 12
    assert crowd.most == 5

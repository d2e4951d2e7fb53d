"""Further looks: what one connection can't explain is told apart by one more, never with credentials."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from mailservers import Authority, MailServer, ScriptedServer, close, greet, hang, pause, reset, send, serve, start_tls
from relay_settings import login, resolved, run_on, settings_for

from pulumi_smtp_collab import ConnectivityReport, ConnectivityTest, SmtpSettings, run_connectivity_test
from pulumi_smtp_collab.connectivity import probes
from pulumi_smtp_collab.connectivity.machine import Machine

BRIEF = ConnectivityTest(deadline_seconds=3, attempts=1)
OFF = ConnectivityTest(deadline_seconds=3, attempts=1, second_look="off")


def code(report: ConnectivityReport) -> str:
    assert report.diagnosis is not None, report
    return report.diagnosis.code


@pytest.mark.parametrize("boxes", [{}, {"start_tls": True}])
def test_no_greeting_from_a_port_that_speaks_tls(boxes: Any, authority: Authority) -> None:
    """A second connection shakes hands, and the advice is the box to tick; no credentials are sent."""
    with MailServer("implicit", authority.server_context(), credentials={"user": "pw"}) as server:
        report = run_connectivity_test(settings_for(server, **boxes, **login()), BRIEF)
        assert server.connections == 2
        assert not server.logins
    assert code(report) == "port-speaks-tls"
    assert report.diagnosis is not None
    assert "ssl=True" in report.diagnosis.advice


def test_a_tarpit_is_told_from_a_port_that_speaks_tls() -> None:
    """The second connection is silent too, or the greeting is just late."""
    with ScriptedServer(hang()) as silent:
        assert code(run_connectivity_test(settings_for(silent), BRIEF)) == "greeting-timeout"
        assert silent.connections == 2
    with ScriptedServer([pause(1.5), greet(), serve()]) as late:
        report = run_connectivity_test(settings_for(late), BRIEF)
    assert code(report) == "greeting-timeout"
    assert report.diagnosis is not None
    assert "220 scripted.example.test ESMTP" in report.diagnosis.summary


def test_no_client_hello_on_port_25() -> None:
    """A late greeting on port 25 is what postscreen does to everybody; TLS sent into it looks like an attack."""
    with ScriptedServer(hang()) as server:
        settings = SmtpSettings(host="relay.example", from_address="from@example.test")
        assert settings.port == 25
        report = run_connectivity_test(settings, BRIEF.model_copy(update={"connect_to": f"127.0.0.1:{server.port}"}))
        assert server.connections == 1
    assert code(report) == "greeting-timeout"


def test_a_start_tls_port_is_named() -> None:
    """Plain text where TLS had to begin: the second connection asks in plain whether STARTTLS is offered."""
    with ScriptedServer([greet(), serve({}, ["STARTTLS"])]) as server:
        report = run_connectivity_test(settings_for(server, ssl=True, **login()), BRIEF)
        assert server.connections == 2
        assert b"AUTH" not in b"".join(server.received)
    assert code(report) == "starttls-port"
    assert report.diagnosis is not None
    assert "start_tls=True" in report.diagnosis.advice


@pytest.mark.parametrize("delay", [0.0, 0.2])
def test_plain_text_is_quoted_whole(delay: float) -> None:
    """The line that came in place of TLS is shown from its first letter, whether it was there first or came later."""
    with ScriptedServer([pause(delay), send(b"220 an old relay ESMTP\r\n"), hang()]) as server:
        for _ in range(20 if not delay else 1):
            report = run_connectivity_test(settings_for(server, ssl=True), OFF)
            assert report.stages[-1].name == "tls"
            assert report.stages[-1].detail == "220 an old relay ESMTP"


def test_looks_may_be_switched_off(authority: Authority) -> None:
    """Then a failure is one connection, whatever it leaves open."""
    with MailServer("implicit", authority.server_context()) as server:
        for boxes in ({}, {"ssl": True}):
            run_connectivity_test(settings_for(server, **boxes), OFF)
        assert server.connections == 2


@pytest.mark.parametrize(
    ("script", "boxes", "expected"),
    [
        ([greet(), serve({}, ["STARTTLS"])], {"start_tls": True, "port": 587}, "starttls"),
        ([start_tls(), greet(), serve()], {"ssl": True, "port": 465}, "tls"),
    ],
)
def test_the_other_submission_ports_are_looked_at(
    script: Any, boxes: dict[str, Any], expected: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a port is closed, the ones where mail is submitted get a connection each, and what answers is said."""
    with ScriptedServer(script, tls_context=authority.server_context()) as server:
        _submission_at(monkeypatch, **{expected: server.port})
        report = run_connectivity_test(
            SmtpSettings(host="127.0.0.1", port=1, from_address="from@example.test", **_ticked(boxes)), BRIEF
        )
        assert server.connections == 1
    assert code(report) == "connect-refused"
    assert report.diagnosis is not None
    assert f"port={server.port}" in report.diagnosis.advice


def _ticked(boxes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in boxes.items() if name != "port"}


def _submission_at(monkeypatch: pytest.MonkeyPatch, starttls: int = 2, tls: int = 3) -> None:
    """Have the submission ports elsewhere: 587 and 465 are not a test's to listen on."""
    monkeypatch.setattr(probes, "_PORTS_FOR_SUBMISSION", (starttls, tls))
    monkeypatch.setattr(probes, "_IMPLICIT_PORT", tls)


def test_a_tunnel_has_no_other_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    """What listens beside a tunnel's end is not the relay."""
    with ScriptedServer([greet(), serve({}, ["STARTTLS"])]) as server:
        _submission_at(monkeypatch, starttls=server.port)
        settings = SmtpSettings(host="relay.example", from_address="from@example.test")
        run_connectivity_test(settings, BRIEF.model_copy(update={"connect_to": "127.0.0.1:1"}))
        assert server.connections == 0


def test_an_incomplete_chain_is_told_from_an_unknown_ca(authority: Authority) -> None:
    """OpenSSL's code is the same; what the server presents, seen by a second handshake, is not."""
    with MailServer("implicit", authority.server_context(send_chain=False), credentials={"user": "pw"}) as server:
        incomplete = run_connectivity_test(
            settings_for(server, ssl=True, ca_certificates=authority.pem, **login()), BRIEF
        )
        server.wait_until_idle()
        assert not server.logins
        assert server.commands == ["QUIT"]
    with MailServer("implicit", authority.server_context(intermediate=True)) as server:
        unknown = run_connectivity_test(settings_for(server, ssl=True), BRIEF)
    assert code(incomplete) == "tls-incomplete-chain"
    assert code(unknown) == "tls-unknown-ca"


def test_the_chain_is_seen_over_start_tls(authority: Authority) -> None:
    """The second handshake asks for STARTTLS as the first did."""
    with MailServer("starttls", authority.server_context("relay.example")) as server:
        report = run_connectivity_test(settings_for(server, start_tls=True, ca_certificates=authority.pem), BRIEF)
        assert server.verbs.count("STARTTLS") == 2
    assert code(report) == "tls-name-mismatch"
    assert report.diagnosis is not None
    assert "relay.example" in report.diagnosis.summary + report.diagnosis.advice


@pytest.mark.parametrize("let_in", [True, False])
def test_the_other_address_family_is_tried_after_a_refusal(*, let_in: bool) -> None:
    """Where the server refuses our address, the other family is tried once, without login, and what it met is said."""
    refusal = [send(b"554 5.7.1 your address is blocked\r\n"), close()]
    with (
        ScriptedServer(refusal, host="::1") as six,
        ScriptedServer([greet(), serve({}, ["AUTH PLAIN"])] if let_in else refusal) as four,
    ):
        machine = Machine(resolver=resolved(("::1", six.port), ("127.0.0.1", four.port)))
        settings = SmtpSettings(
            host="relay.example", from_address="from@example.test", allow_plaintext_login=True, **login()
        )
        report = run_on(machine, settings, BRIEF)
        assert (six.connections, four.connections) == (1, 1)
        assert b"AUTH" not in four.received[0]
    assert report.diagnosis is not None
    assert "Over IPv4" in report.diagnosis.advice
    assert ("it is the same" in report.diagnosis.advice) != let_in


def test_relaying_is_tried_by_the_other_family_too() -> None:
    """A relay that goes by address may know the other one; the look takes back what it asked for."""
    with (
        ScriptedServer([greet(), serve({"RCPT": b"554 5.7.1 Relay access denied"})], host="::1") as six,
        ScriptedServer([greet(), serve()]) as four,
    ):
        machine = Machine(resolver=resolved(("::1", six.port), ("127.0.0.1", four.port)))
        settings = SmtpSettings(host="relay.example", from_address="from@example.test")
        report = run_on(machine, settings, BRIEF.model_copy(update={"recipient": "to@example.test"}))
        four.wait_until_idle()
    assert not report.passed
    assert four.received[0].endswith(b"RCPT TO:<to@example.test>\r\nQUIT\r\n")
    assert b"DATA" not in four.received[0]
    assert report.diagnosis is not None
    assert "ipv4" in (report.diagnosis.summary + report.diagnosis.advice).lower()


@pytest.mark.parametrize("script", [hang(), reset(), close(), send(b"\x16\x03\x01\x00\x02\x02\x28")])
@pytest.mark.parametrize("boxes", [{}, {"ssl": True}, {"start_tls": True}])
def test_a_look_never_outlives_the_deadline(script: Any, boxes: Any) -> None:
    """Whatever a server does to a look, the test ends in time and with a diagnosis."""
    with ScriptedServer(script) as server:
        report = run_connectivity_test(settings_for(server, **boxes), ConnectivityTest(deadline_seconds=2))
    assert report.diagnosis is not None
    assert report.duration_ms < 3500


def test_what_a_look_found_is_remembered() -> None:
    """A test that does not dial again still says what the first one's looks found."""
    with ScriptedServer(hang()) as server:
        first = run_connectivity_test(settings_for(server), BRIEF)
        second = run_connectivity_test(settings_for(server), BRIEF)
        assert server.connections == 2
    assert first.diagnosis is not None
    assert second.diagnosis is not None
    assert second.diagnosis.code == "remembered-unreachable"


def test_a_ca_that_breaks_the_rules_is_named() -> None:
    """A CA without key usage passes until Python 3.12; from 3.13 on it is refused, and the diagnosis blames the CA."""
    with Authority(key_usage=False) as authority, MailServer("implicit", authority.server_context()) as server:
        report = run_connectivity_test(settings_for(server, ssl=True, ca_certificates=authority.pem), BRIEF)
    if sys.version_info < (3, 13):
        assert report.passed, report
    else:
        assert report.diagnosis is not None
        assert "CA" in report.diagnosis.summary
        assert report.diagnosis.code != "tls-unknown-ca"

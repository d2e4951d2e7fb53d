"""A TLS port spoken to in plain, the commonest mistake, is told within seconds; a late greeting is still waited for."""

from __future__ import annotations

import time
from typing import Any

import pytest
from mailservers import Authority, MailServer, ScriptedServer, greet, hang, pause, send, serve
from relay_settings import login, settings_for

from pulumi_smtp_collab import ConnectivityReport, ConnectivityTest, SmtpSettings, run_connectivity_test
from pulumi_smtp_collab.connectivity import attempt

DEFAULT_DEADLINE = ConnectivityTest(attempts=1)


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have silence mean something after a tenth of a second, so that a test need not last for ten."""
    monkeypatch.setattr(attempt, "_SILENCE_SECONDS", 0.1)


def code(report: ConnectivityReport) -> str:
    return "" if report.diagnosis is None else report.diagnosis.code


@pytest.mark.parametrize("boxes", [{}, {"start_tls": True}])
def test_a_tls_port_is_told_within_seven_seconds_by_default(boxes: Any, authority: Authority) -> None:
    """After five seconds of silence the look begins, at the default deadline too, and its answer is final."""
    with MailServer("implicit", authority.server_context()) as server:
        began = time.monotonic()
        report = run_connectivity_test(settings_for(server, **boxes, **login()))
        took = time.monotonic() - began
        server.wait_until_idle()
    assert code(report) == "port-speaks-tls"
    assert 5 <= took < 7
    assert server.connections == 2
    assert server.commands == ["QUIT"], "a look takes its leave, and sends no credentials"
    assert report.diagnosis is not None
    assert "ssl=True" in report.diagnosis.advice
    assert not report.diagnosis.transient


@pytest.mark.usefixtures("_soon")
def test_a_late_greeting_is_still_waited_for() -> None:
    """A server that greets while the look is under way is served as any other: the look ends at once."""
    late = [pause(0.6), greet(), serve()]
    with ScriptedServer(late, hang()) as server:
        report = run_connectivity_test(settings_for(server), DEFAULT_DEADLINE)
        assert server.connections == 2
    assert report.passed, report
    assert report.duration_ms < 3000


@pytest.mark.usefixtures("_soon")
def test_what_a_look_found_beside_the_waiting_is_not_looked_for_again() -> None:
    """A tarpit is waited for until the attempt's time is over, and met by one look in all."""
    with ScriptedServer(hang()) as server:
        report = run_connectivity_test(settings_for(server), ConnectivityTest(deadline_seconds=8, attempts=1))
        assert server.connections == 2
    assert code(report) == "greeting-timeout"
    assert report.diagnosis is not None
    assert "tarpit" in report.diagnosis.summary


@pytest.mark.usefixtures("_soon")
def test_no_look_on_port_25() -> None:
    """TLS before a late greeting is an attack to postscreen: there the greeting is waited for, nothing else."""
    with ScriptedServer([pause(0.5), greet(), serve()]) as server:
        settings = SmtpSettings(host="relay.example", from_address="from@example.test")
        assert settings.port == 25
        test = ConnectivityTest(connect_to=f"127.0.0.1:{server.port}", attempts=1)
        report = run_connectivity_test(settings, test)
        assert server.connections == 1
    assert report.passed, report


@pytest.mark.usefixtures("_soon")
def test_an_alert_is_an_answer_in_tls() -> None:
    """A port whose TLS objects to ours speaks TLS: what is said is what was seen, an answer and no passed handshake."""
    alert = send(b"\x15\x03\x03\x00\x02\x02\x46")  # protocol_version
    with ScriptedServer(hang(), alert) as server:
        report = run_connectivity_test(settings_for(server), DEFAULT_DEADLINE)
    assert code(report) == "port-speaks-tls"
    assert report.diagnosis is not None
    assert "answered in TLS" in report.diagnosis.summary
    assert "PROTOCOL_VERSION" in report.diagnosis.summary
    assert "passed" not in report.diagnosis.summary

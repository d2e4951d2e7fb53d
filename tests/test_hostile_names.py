"""A name that hangs, and names of fifty addresses: under the one deadline too, each address with its own result."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Any

import pytest
from mailservers import MailServer, filtered_port
from relay_settings import resolved, run_on

from pulumi_smtp_collab import ConnectivityReport, ConnectivityTest, SmtpSettings
from pulumi_smtp_collab.connectivity.machine import Machine
from pulumi_smtp_collab.connectivity.wire import dialling

SHARE = 0.4
"""What part of the deadline one attempt takes at most, as the argument's description says."""

LATE_SECONDS = 0.5
ONE_LOOK = {"attempts": 1, "second_look": "off"}


def found(report: ConnectivityReport) -> tuple[str, str]:
    """Return the diagnosis' code and stage."""
    assert report.diagnosis is not None, report
    return report.diagnosis.code, report.diagnosis.stage


HANGING_RESOLVER = """
import socket, time
socket.getaddrinfo = lambda *_, **__: time.sleep(600)
from pulumi_smtp_collab import ConnectivityTest, SmtpSettings, run_connectivity_test
began = time.monotonic()
settings = SmtpSettings(host="relay.example", from_address="from@example.test")
diagnosis = run_connectivity_test(settings, ConnectivityTest(deadline_seconds=2.5)).diagnosis
now = time.monotonic()
print(diagnosis.code, diagnosis.stage, now - began, now)
"""


def test_a_dead_resolver_holds_neither_the_test_nor_the_process() -> None:
    """DNS is under the deadline, and a process whose look-ups still hang ends when it is done: nothing joins them."""
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, "-c", HANGING_RESOLVER],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": path},
    )
    ended = time.monotonic()
    code, stage, seconds, printed = done.stdout.split()
    assert (code, stage) == ("dns-timeout", "dns")
    assert float(seconds) <= 2.5 + LATE_SECONDS
    assert ended - float(printed) < 3, "the process waited for its look-ups"
    assert done.stderr == ""


FIFTY = [f"127.0.0.{number}" for number in range(1, 51)]
RELAY = SmtpSettings(host="relay.example", from_address="from@example.test")


def at_fifty(port: int, **test: Any) -> tuple[ConnectivityReport, float]:
    """Test a name that has fifty addresses; gives the report, and how long it took."""
    machine = Machine(resolver=resolved(*[(ip, port) for ip in FIFTY]))
    began = time.monotonic()
    report = run_on(machine, RELAY, ConnectivityTest(**{**ONE_LOOK, **test}))
    return report, time.monotonic() - began


def outcomes(report: ConnectivityReport) -> list[tuple[str, str]]:
    """Return each address with what became of it."""
    return [(each.address.partition(":")[0], each.outcome) for each in report.addresses]


def test_fifty_addresses_that_swallow_everything_take_one_deadline() -> None:
    """Each is started a quarter of a second after the last until the time is over, and each has its own result."""
    with filtered_port("0.0.0.0") as port:  # noqa: S104 - every address of loopback
        report, seconds = at_fifty(port, deadline_seconds=2.5)
    assert found(report) == ("connect-filtered", "connect"), report
    assert 2.5 * SHARE <= seconds <= 2.5 * SHARE + LATE_SECONDS
    tried = [ip for ip, outcome in outcomes(report) if outcome == "no answer"]
    assert tried == FIFTY[: len(tried)]
    assert 2 <= len(tried) <= 4
    assert outcomes(report)[len(tried) :] == [(ip, "not tried, the time was used up") for ip in FIFTY[len(tried) :]]
    waited = [each.duration_ms for each in report.addresses[: len(tried)]]
    assert waited == sorted(waited, reverse=True)


def test_fifty_addresses_all_hang_beside_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the time suffices for every address to be started, none waits for another one's end."""
    monkeypatch.setattr(dialling, "SPACING_SECONDS", 0.002)
    with filtered_port("0.0.0.0") as port:  # noqa: S104 - as above
        report, seconds = at_fifty(port, deadline_seconds=2.5)
    assert outcomes(report) == [(ip, "no answer") for ip in FIFTY], report
    assert seconds <= 2.5 * SHARE + LATE_SECONDS


def test_fifty_addresses_of_which_one_answers() -> None:
    """The last one is reached, past forty-nine that refuse; the report says it of each."""
    with MailServer(host="127.0.0.50") as server:
        report, _ = at_fifty(server.port)
    assert report.passed, report
    refused = os.strerror(111)
    assert outcomes(report) == [*[(ip, refused) for ip in FIFTY[:-1]], (FIFTY[-1], "connected")]


def test_fifty_addresses_that_refuse_are_all_named() -> None:
    """Where none answers, the message has every address and why it failed, at once."""
    with MailServer(host="127.0.0.77") as server:
        report, seconds = at_fifty(server.port)
    assert found(report) == ("connect-refused", "connect"), report
    assert [ip for ip, _ in outcomes(report)] == FIFTY
    assert report.diagnosis is not None
    assert all(f"{ip}:{server.port} ({os.strerror(111)})" in report.diagnosis.summary for ip in FIFTY)
    assert seconds < 2

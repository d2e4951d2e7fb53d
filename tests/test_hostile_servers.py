"""Whatever a server does, the test ends in time, takes no memory to speak of, names what it met, and gives nothing away."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest
from hostile_cases import CASES, LOGIN, PASSWORD, SILENT, SLOW, USERNAME, Case
from hostile_cases.measured import Measured, measure, measure_waste
from mailservers import Authority, ScriptedServer
from pulumi_stack import secret_forms

from pulumi_smtp_collab import ConnectivityReport

SHARE = 0.4
"""What part of the deadline one attempt takes at most, as the argument's description says."""

LATE_SECONDS = 0.5
MOST_BYTES = 10_000_000
MOMENT = {"deadline_seconds": 2.5, "attempts": 1, "second_look": "off"}
LONG_ENOUGH = {"deadline_seconds": 10, "attempts": 1, "second_look": "off"}


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    with Authority() as authority:
        yield authority


@pytest.fixture(scope="module")
def client(authority: Authority) -> Iterator[ProcessPoolExecutor]:
    """A process that runs the tests and nothing else, with everything loaded that a test needs."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        for case in CASES[-6:]:
            run(process, case, authority, LONG_ENOUGH)
        yield process


def run(
    client: ProcessPoolExecutor, case: Case, authority: Authority, test: Mapping[str, Any]
) -> tuple[Measured, ScriptedServer]:
    """Runs the case's server here and the test in the other process."""
    with ScriptedServer(case.script, tls_context=authority.server_context()) as server:
        settings = {
            "host": "127.0.0.1",
            "port": server.port,
            "from_address": "from@example.test",
            "ca_certificates": authority.pem,
            **LOGIN,
            **case.settings,
        }
        measured = client.submit(measure, settings, {**test, **case.test}).result()
        if not case.held and not case.code.startswith("reply-too-long"):
            server.wait_until_idle()
    return measured, server


def found(report: ConnectivityReport) -> tuple[str, str]:
    if report.diagnosis is None:
        return "", "auth"
    return report.diagnosis.code, report.diagnosis.stage


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_hostile_server(case: Case, client: ProcessPoolExecutor, authority: Authority) -> None:
    """It is named by its code and stage, in time and in little memory; no credentials go where they must not."""
    test = MOMENT if case.held else LONG_ENOUGH
    measured, server = run(client, case, authority, test)
    report = measured.report
    assert found(report) == (case.code, case.stage), f"{report}\n{server.transcript}"
    share = test["deadline_seconds"] * SHARE
    assert measured.seconds <= share + LATE_SECONDS
    assert measured.seconds >= share or not case.held
    print("GREW", case, measured.grown_bytes, round(measured.seconds, 3))
    assert measured.grown_bytes <= MOST_BYTES
    assert server.connections == 1

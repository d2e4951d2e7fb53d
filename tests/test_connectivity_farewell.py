"""QUIT is polite and nobody waits: its answer is read behind the caller's back, and the process ends without it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from mailservers import Authority, MailServer, ScriptedServer, Wire, greet, hang, serve
from relay_settings import login, settings_for

import pulumi_smtp_collab
from pulumi_smtp_collab import ConnectivityTest, run_connectivity_test


class Farewell:
    """A server's answer to QUIT, which comes late, and whether the client was still there to read it."""

    def __init__(self, delay: float) -> None:
        self.heard: bool | None = None
        self._delay = delay

    def __call__(self, wire: Wire) -> None:
        ended = not _still_there(wire, self._delay)
        self.heard = not ended
        wire.send(b"221 2.0.0 Bye\r\n")
        wire.close()


def _still_there(wire: Wire, seconds: float) -> bool:
    """Return whether the client has not ended its side within so many seconds."""
    wire._client.settimeout(seconds)
    try:
        return bool(wire._client.recv(1))
    except TimeoutError:
        return True
    finally:
        wire._client.settimeout(None)


@pytest.mark.parametrize("extensions", [[], ["PIPELINING"]])
def test_the_answer_to_quit_is_read_although_nobody_waits(extensions: list[str]) -> None:
    """The connection stays until the server has said goodbye, and the caller has its report long before."""
    farewell = Farewell(0.8)
    with ScriptedServer([greet(), serve({"QUIT": farewell}, extensions)]) as server:
        report = run_connectivity_test(settings_for(server))
        assert report.duration_ms < 700
        server.wait_until_idle()
    assert report.passed, report
    assert farewell.heard, "the client left before the answer to QUIT"


def test_a_server_that_never_answers_is_left_after_a_second() -> None:
    """The farewell lasts a second at most; then the connection is closed."""
    with ScriptedServer([greet(), serve({"QUIT": hang()})]) as server:
        began = time.monotonic()
        report = run_connectivity_test(settings_for(server))
        assert time.monotonic() - began < 0.9
        server.wait_until_idle(timeout_seconds=2)
        assert time.monotonic() - began > 0.9
    assert report.passed, report


def test_a_server_that_talks_without_end_is_left_after_a_second() -> None:
    """Replies without end don't hold the connection either."""

    def babble(wire: Wire) -> None:
        wire.endless(b"250 still here\r\n")

    with ScriptedServer([greet(), serve({"QUIT": babble})]) as server:
        assert run_connectivity_test(settings_for(server)).passed
        server.wait_until_idle(timeout_seconds=4)


def test_a_refused_server_is_taken_leave_of_too() -> None:
    """After a refusal QUIT is said and answered as after a success."""
    farewell = Farewell(0.3)
    with ScriptedServer([greet(), serve({"AUTH": b"535 5.7.8 no", "QUIT": farewell}, ["AUTH PLAIN"])]) as server:
        assert not run_connectivity_test(settings_for(server, **login())).passed
        server.wait_until_idle()
    assert farewell.heard


def test_tls_is_ended_after_the_answer(authority: Authority) -> None:
    """Over TLS the answer is read as well, and the server sees an orderly end: no error is in its record."""
    with MailServer("implicit", authority.server_context()) as server:
        report = run_connectivity_test(settings_for(server, ssl=True, ca_certificates=authority.pem))
        server.wait_until_idle()
    assert report.passed, report
    assert server.verbs[-1] == "QUIT"


def test_a_farewell_ends_with_the_process() -> None:
    """A program that ends right after its test is not held by a server that never answers QUIT."""
    code = (
        "import sys\n"
        "from pulumi_smtp_collab import SmtpSettings, run_connectivity_test\n"
        "from pulumi_smtp_collab.connectivity.wire import farewell\n"
        "farewell._PATIENCE_SECONDS = 3600\n"
        "settings = SmtpSettings(host='127.0.0.1', port=int(sys.argv[1]), from_address='a@b.test')\n"
        "assert run_connectivity_test(settings).passed\n"
    )
    with ScriptedServer([greet(), serve({"QUIT": hang()})]) as server:
        done = subprocess.run(
            [sys.executable, "-c", code, str(server.port)],
            capture_output=True,
            text=True,
            check=True,
            timeout=100,
            cwd=Path(pulumi_smtp_collab.__file__).parent.parent,
        )
    assert not done.stderr


def test_no_thread_outlives_its_second() -> None:
    """A hundred tests leave no thread behind."""
    with ScriptedServer([greet(), serve()]) as server:
        before = threading.active_count()
        for _ in range(20):
            assert run_connectivity_test(settings_for(server), ConnectivityTest(depth="connect")).passed
        server.wait_until_idle()
        end = time.monotonic() + 2
        while _farewells() and time.monotonic() < end:
            time.sleep(0.02)
    assert not _farewells()
    assert threading.active_count() <= before + 1


def _farewells() -> list[Any]:
    return [thread for thread in threading.enumerate() if thread.name == "smtp-collab farewell"]

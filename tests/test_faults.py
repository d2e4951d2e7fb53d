"""Killed at any time: the state is readable, one documented command clears up, and the next up completes."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from faults import (
    LOGIN,
    PROGRAM,
    PROVIDER,
    Held,
    Stage,
    held_server,
    interrupt,
    is_running,
    kill_engine,
    process_of,
    processes,
    wait_until,
)
from mailservers import Authority, MailServer, ScriptedServer, closed_port, greet, hang, reset, serve, start_tls
from programs import KIND, provider
from pulumi import automation
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.inline import inline_stack
from pulumi_stack.session import PulumiSession
from pulumi_stack.stack import Stack

from pulumi_smtp_collab import SmtpCollaborationProvider

pytestmark = [pytest.mark.engine, pytest.mark.inline]

STAGES: tuple[Stage, ...] = ("tls", "greeting", "auth", "recipient")
FAULTS = ("provider killed", "program killed", "engine killed", "interrupted", "interrupted twice")
# Every fault meets a create at one stage and an update at another, and every stage meets several faults.
CASES = [
    (fault, STAGES[(row + 2 * half) % len(STAGES)], ("create", "update")[half])
    for row, fault in enumerate(FAULTS)
    for half in (0, 1)
]
NOT_TESTED = provider(host="localhost", connectivity_test={"mode": "off"})


def secured(authority: Authority, port: int, **arguments: Any) -> str:
    """Return the program whose provider is tested over TLS with a login."""
    return provider(host="localhost", port=port, ssl=True, ca_certificates=authority.pem, **LOGIN, **arguments)


def pending(stack: Stack) -> list[str]:
    """Return what the engine was about to do when it ended."""
    return [each["type"] for each in stack.export()["deployment"].get("pending_operations") or []]


def verification(stack: Stack) -> str | None:
    """Return the status of the one provider's last verification; None where none is saved."""
    return next((each["outputs"]["lastVerification"]["status"] for each in stack.resources(KIND)), None)


@pytest.mark.parametrize(("fault", "stage", "operation"), CASES)
def test_whatever_ends_an_up_in_its_test_the_next_one_completes(
    make_stack: MakeStack, authority: Authority, fault: str, stage: Stage, operation: str
) -> None:
    """Old state or new, never half; locks and pending operations only of what was killed; no process, no session."""
    held = Held()
    with held_server(authority, stage, held) as server:
        stack = make_stack(NOT_TESTED)
        if operation == "update":
            stack.up().succeeded()
        before = verification(stack)
        stack.write_program(secured(authority, server.port))
        up = stack.start("up", "--yes", "--skip-preview")
        assert held.reached.wait(30)
        host = process_of(up.pid, PROVIDER)

        goes_on = fault in {"program killed", "interrupted"}
        if fault == "provider killed":
            os.kill(host, signal.SIGKILL)
        elif fault == "program killed":
            os.kill(process_of(up.pid, PROGRAM), signal.SIGKILL)
        elif fault == "engine killed":
            kill_engine(up.pid, host)
        else:
            interrupt(up, 1 if goes_on else 2)
        if goes_on:  # what has begun is brought to its end, and saved
            held.released.set()
        output, errors = up.communicate(timeout=30)
        assert up.returncode != 0, output + errors
        wait_until(lambda: not is_running(host), "the provider's process ends")
        held.released.set()
        server.wait_until_idle()

        assert verification(stack) == ("passed" if goes_on else before)
        left = {"engine killed", "interrupted twice"} & {fault}
        assert pending(stack) == ([{"create": "creating", "update": "updating"}[operation]] if left else [])
        if fault == "engine killed":
            assert "delete the lock file with `pulumi cancel`" in stack.up().failed().text
            stack.run("cancel", "--yes").succeeded()
        if left and operation == "create":
            stack.refresh("--clear-pending-creates").succeeded()
            assert not pending(stack)
        stack.up().succeeded()
        assert verification(stack) == "passed"
        assert not pending(stack)
        assert "correct-horse" not in output + errors
        assert server.connections == (1 if goes_on else 2)


def test_after_a_kill_an_up_alone_completes_too(make_stack: MakeStack, authority: Authority) -> None:
    """Each up warns of the create that was interrupted, until a refresh clears it; the provider stays as it is."""
    held = Held()
    with held_server(authority, "auth", held) as server:
        stack = make_stack(secured(authority, server.port))
        up = stack.start("up", "--yes", "--skip-preview")
        assert held.reached.wait(30)
        kill_engine(up.pid, process_of(up.pid, PROVIDER))
        up.communicate(timeout=30)
        stack.run("cancel", "--yes").succeeded()
        assert "interrupted while creating" in stack.up().succeeded().text
        assert verification(stack) == "passed"
        assert pending(stack) == ["creating"]
        stack.refresh("--clear-pending-creates").succeeded()
        assert not pending(stack)
        assert "interrupted while creating" not in stack.up("--expect-no-changes").succeeded().text
        held.released.set()


def test_no_provider_outlives_the_engine_of_a_preview(make_stack: MakeStack) -> None:
    """Even one that has nothing to do: the program waits when the engine is killed."""
    waits = "import asyncio\npulumi.export('late', asyncio.sleep(100))\n"
    stack = make_stack(NOT_TESTED + waits)
    preview = stack.start("preview")
    assert preview.stdout is not None
    assert any(KIND in line for line in preview.stdout), "what was checked is printed: the provider's process runs"
    kill_engine(preview.pid, process_of(preview.pid, PROVIDER))
    preview.communicate(timeout=30)


def test_no_provider_outlives_the_engine_of_a_refresh(make_stack: MakeStack) -> None:
    """A test that a refresh runs ends with the engine, and with it the connection to the server."""
    held = Held()
    arguments: dict[str, Any] = {"host": "127.0.0.1", "connectivity_test": {"retest_on_refresh": True}}
    with ScriptedServer([greet(), serve()], [greet(), serve({"RCPT": held})]) as server:
        stack = make_stack(provider(**arguments, port=server.port))
        stack.up().succeeded()
        refresh = stack.start("refresh", "--yes", "--skip-preview")
        assert held.reached.wait(30)
        kill_engine(refresh.pid, process_of(refresh.pid, PROVIDER))
        refresh.communicate(timeout=30)
        held.released.set()
        server.wait_until_idle()
        assert verification(stack) == "passed"
        stack.run("cancel", "--yes").succeeded()
        stack.up("--expect-no-changes").succeeded()


def test_no_provider_outlives_the_engine_of_an_inline_program(pulumi_session: PulumiSession, tmp_path: Path) -> None:
    """The Automation API's program lives in this process, its engine does not."""
    with ScriptedServer(hang()) as server:

        def program() -> None:
            SmtpCollaborationProvider("mail", host="127.0.0.1", port=server.port, from_address="ci@example.test")

        stack = inline_stack(program, tmp_path, pulumi_session)
        ends: list[Exception] = []

        def up() -> None:
            try:
                stack.up()
            except automation.CommandError as error:
                ends.append(error)

        running = threading.Thread(target=up)
        running.start()
        wait_until(lambda: server.connections > 0, "the test begins", 30)
        host = process_of(os.getpid(), PROVIDER)
        engine = next(pid for pid, line in processes(os.getpid()).items() if " up " in line and "pulumi" in line)
        kill_engine(engine, host)
        running.join(30)
        assert not running.is_alive()
        assert ends
        server.wait_until_idle()


def test_the_second_of_two_ups_is_told_to_wait(make_stack: MakeStack, authority: Authority) -> None:
    """It fails with the backend's own message before it tests anything; nothing of the first is lost."""
    held = Held()
    with held_server(authority, "greeting", held) as server:
        stack = make_stack(secured(authority, server.port))
        first = stack.start("up", "--yes", "--skip-preview")
        assert held.reached.wait(30)
        assert "the stack is currently locked by 1 lock(s)" in stack.up().failed().text
        held.released.set()
        first.communicate(timeout=30)
        assert first.returncode == 0
        assert server.connections == 1
        assert verification(stack) == "passed"
        stack.up("--expect-no-changes").succeeded()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KB at the folder of the stack's backend: only a disk that is full says ENOSPC."""
    folder = tmp_path / "backend"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"only root of a Linux machine may mount a small file system: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_the_state_as_it_was(
    small_disk: Path, pulumi_session: PulumiSession, tmp_path: Path
) -> None:
    """The error says so; the old state is read; with room again, and the torn lock cleared, the next up completes."""
    with MailServer() as server:
        stack = Stack(NOT_TESTED, tmp_path, pulumi_session)
        stack.up().succeeded()
        before = stack.resources()
        stack.write_program(provider(host="127.0.0.1", port=server.port))
        ballast = small_disk / "ballast"
        _fill(ballast)
        assert "no space left on device" in stack.up().failed().text
        assert stack.resources() == before
        ballast.unlink()
        stack.run("cancel", "--yes").succeeded()  # a lock that could not be written is a lock too
        stack.up().succeeded()
        assert verification(stack) == "passed"


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1024))
        except OSError:
            return


def test_a_state_that_was_exported_and_imported_is_no_difference(make_stack: MakeStack, authority: Authority) -> None:
    """Encrypted or in the clear: the resources are the same, and the next up has nothing to do."""
    with held_server(authority, "tls", released()) as server:
        stack = make_stack(secured(authority, server.port))
        stack.up().succeeded()
        for show_secrets in (False, True):
            before = stack.decrypted_resources()
            stack.import_(stack.export(show_secrets=show_secrets))
            assert stack.decrypted_resources() == before
            assert "correct-horse" not in stack.state_file.read_text(encoding="utf-8")
            stack.up("--expect-no-changes").succeeded()
        stack.refresh("--expect-no-changes").succeeded()
        assert server.connections == 1


def released() -> Held:
    """Return a step that holds nobody."""
    held = Held()
    held.released.set()
    return held


def test_every_error_has_one_readable_end(make_stack: MakeStack, authority: Authority) -> None:
    """In create and update, whichever exception was below: stage, seen, fix, outcome, last; no cause, no secret."""
    canary = {"username": "user", "password": "canary-9f3c", "connectivity_test": {"second_look": "off"}}
    ends: dict[str, Callable[[], Any]] = {
        "auth": lambda: MailServer("implicit", authority.server_context("localhost"), credentials={"user": "other"}),
        "tls": lambda: MailServer("implicit", authority.server_context("other.example.test")),
        "greeting": lambda: ScriptedServer([start_tls(), reset()], tls_context=authority.server_context("localhost")),
        "connect": closed_port,
    }
    stack = make_stack(NOT_TESTED)

    def fail(stage: str, outcome: str) -> None:
        with ends[stage]() as server:
            port = server if isinstance(server, int) else server.port
            arguments = {"host": "localhost", "port": port, "ssl": True, "ca_certificates": authority.pem}
            stack.write_program(provider(**arguments, **canary))
            result = stack.up().failed()
        (error,) = [each["message"] for each in result.diagnostics if "Stage:" in each["message"]]
        assert f"Stage: {stage} of localhost:{port}" in error
        assert error.rstrip().endswith(outcome), error
        for unwanted in ("During handling of", "direct cause", "canary-9f3c"):
            assert unwanted not in result.text, (stage, result.text)

    for stage in ends:
        fail(stage, "Nothing was saved.")
    stack.write_program(NOT_TESTED)
    stack.up().succeeded()
    for stage in ("auth", "connect"):
        fail(stage, "Nothing was changed; in use are the former settings, which were not verified.")

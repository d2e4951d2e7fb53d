"""What the tests of faults do to a running `pulumi up`: hold it in its test, find its processes, end them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from threading import Event
from typing import Literal, TypeAlias

from mailservers import Authority, ScriptedServer, Step, Wire, greet, serve, start_tls
from pulumi_stack.processes import descendants

Stage: TypeAlias = Literal["tls", "greeting", "auth", "recipient"]

PROVIDER = "-m pulumi.dynamic"
PROGRAM = "pulumi-language-python-exec"
LOGIN = {"username": "user", "password": "correct-horse"}


class Held:
    """Holds a client where the step stands in the script, until it is released."""

    def __init__(self) -> None:
        self.reached = Event()
        self.released = Event()

    def __call__(self, wire: Wire) -> None:
        """Wait; the server's end ends it too."""
        self.reached.set()
        while not self.released.is_set():
            wire.pause(0.02)


def held_server(authority: Authority, stage: Stage, held: Held) -> ScriptedServer:
    """A server with TLS from the start that holds its first client at a stage, and serves all that follow."""

    def then(reply: bytes) -> Step:
        def play(wire: Wire) -> None:
            held(wire)
            wire.send(reply)

        return play

    offers = ("AUTH PLAIN",)
    before: Mapping[Stage, list[Step]] = {
        "tls": [held, start_tls(), greet(), serve(extensions=offers)],
        "greeting": [start_tls(), held, greet(), serve(extensions=offers)],
        "auth": [start_tls(), greet(), serve({"AUTH": then(b"235 2.7.0 Accepted\r\n")}, offers)],
        "recipient": [start_tls(), greet(), serve({"RCPT": then(b"250 2.1.5 OK\r\n")}, offers)],
    }
    context = authority.server_context("localhost")
    return ScriptedServer(before[stage], [start_tls(), greet(), serve(extensions=offers)], tls_context=context)


def processes(pid: int) -> dict[int, str]:
    """The command lines of a process's descendants; of a process that has ended none is given."""
    listed = subprocess.run(["ps", "-A", "-ww", "-o", "pid=,args="], capture_output=True, text=True, check=True)
    wanted = set(descendants(pid))
    lines = (line.split(maxsplit=1) for line in listed.stdout.splitlines())
    return {int(line[0]): line[1] for line in lines if len(line) == 2 and int(line[0]) in wanted}


def process_of(pid: int, what: str) -> int:
    """The descendant that runs the provider or the program; what starts it through a shell is not it."""
    found = [each for each, line in processes(pid).items() if what in line]
    assert len(found) == 1, f"{what} is not among {processes(pid)}"
    return found[0]


def is_running(pid: int) -> bool:
    """Whether a process runs; a zombie, which only waits to be reaped, does not."""
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout.strip()[:1] not in {"", "Z"}


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 10.0) -> None:
    """Return when the condition holds.

    Raises:
        TimeoutError: it doesn't after so many seconds.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not after {seconds} s")
        time.sleep(0.02)


def end_all(pids: Iterable[int]) -> None:
    """End what a killed engine left: Pulumi's language host looks for its engine only every few minutes."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def interrupt(process: subprocess.Popen[str], times: int) -> None:
    """Press ^C so often."""
    for time_number in range(times):
        if time_number:
            time.sleep(0.5)  # the engine takes two at once for one
        os.kill(process.pid, signal.SIGINT)


def kill_engine(engine: int, host: int) -> None:
    """Kill an engine; its provider's process (`host`) has to end by itself, soon.

    Raises:
        TimeoutError: it lives on.
    """
    started = processes(engine)
    os.kill(engine, signal.SIGKILL)
    try:
        wait_until(lambda: not is_running(host), "the provider's process ends", 5)
    finally:
        end_all(started)

"""Runs a program with a limit of time, and ends all that it started when the limit has passed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


def run_limited(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    seconds: float,
    stdin: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end.

    Raises:
        TimeoutError: it took longer than `seconds`; it and its descendants have been killed. The message ends with
            what it had printed.
    """
    process = start(command, folder=folder, environment=environment, stdin=stdin is not None)
    try:
        stdout, stderr = process.communicate(stdin, timeout=seconds)
    except subprocess.TimeoutExpired:
        kill_tree(process.pid)
        stdout, stderr = process.communicate()
        message = f"{' '.join(command)} took longer than {seconds} seconds and was killed. It had printed:\n"
        raise TimeoutError(message + stdout + stderr) from None
    except BaseException:
        kill_tree(process.pid)
        process.communicate()
        raise
    return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)


def start(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], stdin: bool = False
) -> subprocess.Popen[str]:
    """Start a command in a session of its own, so that a signal meant for the tests does not reach it."""
    return subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )


def let_children_be_interrupted() -> None:
    """Give interrupts their usual meaning in all that this process starts, however it was started itself.

    The background of a script, for one, ignores SIGINT, and a program inherits that. The engine ends each plugin by
    an interrupt and would wait five seconds for every one. A handled signal, other than an ignored one, has its default
    in a new program, so this process goes on to ignore it by a handler. To be called in the main thread.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda _signal, _frame: None)


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and theirs; the engine gives plugins process groups of their own."""
    with subprocess.Popen(["ps", "-A", "-o", "pid=,ppid="], stdout=subprocess.PIPE, text=True) as listing:
        listed, _ = listing.communicate(timeout=20)
    children: dict[int, list[int]] = {}
    for line in listed.splitlines():
        child, parent = (int(part) for part in line.split())
        if child != listing.pid:
            children.setdefault(parent, []).append(child)
    found: list[int] = []
    left = [pid]
    while left:
        of = children.get(left.pop(), [])
        found += of
        left += of
    return found


def kill_tree(pid: int) -> None:
    """Kill a process and its descendants."""
    for each in [pid, *descendants(pid)]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)

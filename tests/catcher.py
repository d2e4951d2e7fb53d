"""A mail catcher on a port of one's choice: `python -m aiosmtpd`, as the docs start it."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

_SECONDS = 10


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextlib.contextmanager
def catcher(port: int, log: Path) -> Iterator[None]:
    """Run it, once it answers; the mails that it catches are printed into the log."""
    command = [sys.executable, "-u", "-m", "aiosmtpd", "--nosetuid", "--listen", f"localhost:{port}"]
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            end = time.monotonic() + _SECONDS
            while not _answers(port):
                assert time.monotonic() < end, log.read_text("utf-8")
                time.sleep(0.05)
            yield
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("localhost", port), timeout=1).close()
    except OSError:
        return False
    return True

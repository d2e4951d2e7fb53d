"""Programs of the machine that tests look through: as root on Debian they are installed where they are missing."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

_SECONDS = 600


def require(program: str, why: str) -> str:
    """Return a program's path, whose package has its name.

    Args:
        program: Its name.
        why: What the test does with it, for who has to install it by hand.
    """
    if shutil.which(program) is None and os.geteuid() == 0 and shutil.which("apt-get") is not None:
        # One worker at a time: apt does not wait for another one everywhere.
        with (Path(tempfile.gettempdir()) / "smtp-collab-tests-apt.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if shutil.which(program) is None:
                _install(program)
    found = shutil.which(program)
    if found is None:
        pytest.fail(f"This test {why}: apt-get install {program}", pytrace=False)
    return found


def _install(program: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "--yes", "--no-install-recommends", program]):
        subprocess.run(["apt-get", "-qq", *step], env=environment, check=True, timeout=_SECONDS, capture_output=True)

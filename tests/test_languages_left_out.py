"""A machine that lacks a language: its tests are left out and that is said, but not in CI."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def run_without_go(**variables: str) -> subprocess.CompletedProcess[str]:
    """Run the test of the Go program where there is no Go."""
    environment = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("PYTEST")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-k", "test_go_gives", "test_languages.py"]
    return subprocess.run(
        command,
        cwd=TESTS,
        env={**environment, "PATH": str(Path(sys.executable).parent), **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_missing_language_is_left_out_and_said_last() -> None:
    """Without Go the run is green, and its last lines name what was left out and why."""
    done = run_without_go()
    assert done.returncode == 0, done.stdout + done.stderr
    last = done.stdout.splitlines()[-6:]
    assert "Left out: 1 tests marked golang: there is no Go 1.21 or later on this machine." in last, done.stdout


def test_in_ci_a_missing_language_is_a_failure() -> None:
    """CI has every language, so that a green run there has run them all."""
    done = run_without_go(CI="true")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    assert "there is no Go 1.21 or later on this machine" in done.stdout

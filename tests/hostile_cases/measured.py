"""Runs a test in this process and measures its time and memory; for a process that does nothing else."""

from __future__ import annotations

import gc
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi_smtp_collab import ConnectivityReport, ConnectivityTest, SmtpSettings, run_connectivity_test
from pulumi_smtp_collab.connectivity.server_gate import forget_failures

_RESET_PEAK = "5"  # proc(5): resets the peak resident set size ("high water mark")


@dataclass(frozen=True)
class Measured:
    """A report, and what it took.

    Attributes:
        report: The report.
        seconds: How long the test took.
        peak_bytes: How large the process was at its largest while the test ran.
    """

    report: ConnectivityReport
    seconds: float
    peak_bytes: int


def measure(settings: Mapping[str, Any], test: Mapping[str, Any]) -> Measured:
    """Run a test as a new process would, remembering nothing of earlier ones."""
    forget_failures()
    size_bytes()
    began = time.monotonic()
    report = run_connectivity_test(SmtpSettings(**settings), ConnectivityTest(**test))
    seconds = time.monotonic() - began
    return Measured(report, seconds, _peak_bytes())


def measure_waste(size: int) -> int:
    """Take so much memory for a moment, and return what is measured of it: a check of the measure itself."""
    before = size_bytes()
    waste = bytearray(b"x") * size
    del waste
    return _peak_bytes() - before


def size_bytes() -> int:
    """How large the process is now; its largest size is measured anew from here on."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text(_RESET_PEAK, encoding="ascii")
    return _peak_bytes()


def _peak_bytes() -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("This system does not say how large a process has been.")

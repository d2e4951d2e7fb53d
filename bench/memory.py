"""How much memory a client takes when the greeting never ends.

Run by ``run.py``: ``memory.py measure JSON`` prints JSON. Each figure is the peak resident size of a process of its own
(getrusage(2), ``ru_maxrss``), once for a test of a well-behaved relay and once under the greeting without end, which is
stopped from outside when it passes ``LIMIT_BYTES`` or ``LIMIT_SECONDS``: a client that bounds nothing ends never.

This file imports little at its top: a process's peak is at least that of the process that started it.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from progress import clear, show

LIMIT_BYTES = 1_000_000_000
LIMIT_SECONDS = 6.0
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024
_POLL_SECONDS = 0.01


def _resident_bytes(process: int) -> int:
    """What the process holds now; 0 where the platform has no /proc, and the time limit alone counts."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except (OSError, IndexError):
        return 0


def _peak(command: list[str]) -> dict[str, object]:
    """Run ``command`` within the limits; return its peak in bytes, its seconds, and how it ended."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    stopped = ""
    while True:
        ended, _, usage = os.wait4(process.pid, os.WNOHANG)
        seconds = time.monotonic() - start
        if ended:
            break
        if not stopped and _resident_bytes(process.pid) > LIMIT_BYTES:
            stopped = f"stopped by the bench at {LIMIT_BYTES // 1_000_000} MB"
        elif not stopped and seconds > LIMIT_SECONDS:
            stopped = f"stopped by the bench after {LIMIT_SECONDS:.0f} s"
        if stopped:
            os.kill(process.pid, 9)
        time.sleep(_POLL_SECONDS)
    process.returncode = 0  # it has been waited for here, for the sake of its usage
    said = process.stdout.read().strip() if process.stdout else ""
    return {"bytes": usage.ru_maxrss * _MAXRSS_UNIT, "seconds": seconds, "end": stopped or said}


def _probe(name: str, host: str, port: str, ca_file: str) -> None:
    """Do one plain test as client ``name`` and print how it ended."""
    from clients import OURS, TASKS, NotPassedError, Relay, clients  # noqa: PLC0415

    if name == OURS:
        import pulumi_smtp_collab.connectivity  # noqa: F401, PLC0415 (loading it is not part of the test)

    (client,) = clients([name]).values()
    start = time.monotonic()
    try:
        client(Relay(host, int(port), ca_file), TASKS[0])
        end = "passed"
    except Exception as error:  # noqa: BLE001 (however a client fails is what is asked)
        reason = error.code if isinstance(error, NotPassedError) else type(error).__name__
        end = f"gave up after {time.monotonic() - start:.2f} s: {reason}"
    print(end)


def main() -> None:
    """Measure, or be one of the processes measured."""
    what, *arguments = sys.argv[1:]
    if what == "probe":
        _probe(*arguments)
        return
    asked = json.loads(arguments[0])
    result: dict[str, dict[str, object]] = {}
    for name in asked["clients"]:
        if name == "swaks":
            continue
        show(f"memory: {name}")
        for kind in ("plain", "flood"):
            host, port = asked["relays"][kind]
            command = [sys.executable, __file__, "probe", name, host, str(port), asked["ca_file"]]
            result.setdefault(name, {})[kind] = _peak(command)
    clear()
    print(json.dumps(result))


if __name__ == "__main__":
    main()

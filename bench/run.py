"""Measure the connectivity test beside other clients: round trips, time, throughput and memory.

``python bench/run.py`` prints the tables, and with ``--write docs/performance.md`` puts them there too. The relay, the
network and the clients are all on this machine; nothing else is dialled.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clients import ONE_BY_ONE_TASKS, OURS, TASKS, Task, names_here
from connectivity_section import POSTFIX_TASKS, Results, RoundTrips, render
from delay_line import DelayLine, PacketLine, RelayLine, open_delay_line
from document import write_section
from far_postfix import reason_against

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parent


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def _far_end(program: str, line: DelayLine | None, bind: str, *names: str) -> Iterator[dict[str, Any]]:
    """Run one of the far servers, on ``line`` if there is one; yield its ports and the file of its CA."""
    command = [sys.executable, str(_HERE / program), "--bind", bind]
    for name in names:
        command += ["--name", name]
    process = subprocess.Popen(
        line.command(*command) if line else command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        first_line = process.stdout.readline()
        if not first_line:
            raise RuntimeError(f"{program} did not start; what it printed stands above.")
        yield json.loads(first_line)
    finally:
        process.communicate(timeout=10)


def _measure(program: str, asked: dict[str, Any], *, line: DelayLine | None = None, verb: str = "") -> Any:  # noqa: ANN401
    """Run one of the bench's programs, on ``line`` if there is one, and return what it measured."""
    command = [sys.executable, str(_HERE / program), *([verb] if verb else []), json.dumps(asked)]
    result = subprocess.run(line.command(*command) if line else command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(result.stdout)


def _measure_round_trips(
    program: str, line: DelayLine, tasks: Sequence[Task], names: list[str], rounds: int
) -> RoundTrips:
    """Measure against the far server ``program``; round trips by client and task."""
    with _far_end(program, line, line.listen_address, *{line.listen_address, line.dial_host}) as server:
        kinds = {task.kind for task in tasks}
        asked = {
            "ca_file": server["ca_file"],
            "clients": names,
            "tasks": [task.name for task in tasks],
            "round_trip_seconds": line.round_trip_seconds,
            "rounds": rounds,
            "relays": {
                "near": {kind: [line.listen_address, server["ports"][kind]] for kind in kinds},
                "far": {kind: line.dial(server["ports"][kind]) for kind in kinds},
            },
        }
        measured: RoundTrips = _measure("round_trips.py", asked, line=line)
        return measured


def _arguments() -> argparse.Namespace:
    here = names_here()
    parser = argparse.ArgumentParser(description="Measure the connectivity test beside other clients.")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: two minutes instead of ten")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables into this Markdown page too")
    parser.add_argument("--round-trip-ms", type=float, default=100, help="of the delay line (default: 100)")
    parser.add_argument("--line", choices=["best", "packets", "relay"], default="best", help="the kind of delay line")
    parser.add_argument("--client", action="append", choices=here, help="only these (default: all that are here)")
    arguments = parser.parse_args()
    arguments.client = [name for name in here if name in (arguments.client or here) or name == "smtplib"]
    return arguments


def main() -> int:
    """Measure, print, and write where asked."""
    arguments = _arguments()
    # The programs of the bench measure this working tree, and use its tests' Postfix.
    os.environ["PYTHONPATH"] = os.pathsep.join([str(_ROOT), str(_ROOT / "tests")])
    rounds, runs, tests = (3, 60, 256) if arguments.quick else (5, 400, 1280)
    kinds = {"best": open_delay_line, "packets": PacketLine, "relay": RelayLine}
    with kinds[arguments.line](arguments.round_trip_ms) as line:
        _say(f"The delay line: {line.description}.")
        round_trips = _measure_round_trips("far_server.py", line, (*TASKS, *ONE_BY_ONE_TASKS), arguments.client, rounds)
        postfix: RoundTrips | str | None = reason_against()
        if postfix is None:
            postfix = _measure_round_trips("far_postfix.py", line, POSTFIX_TASKS, arguments.client, rounds)
        line_description, handshake_counted = line.description, not line.delays_handshake
    with _far_end("far_server.py", None, "127.0.0.1", "127.0.0.1") as server:
        relays = {kind: ["127.0.0.1", port] for kind, port in server["ports"].items()}
        asked = {
            "ca_file": server["ca_file"],
            "clients": arguments.client,
            "relays": relays,
            "runs": runs,
            "tests": tests,
        }
        cost = _measure("cost.py", asked)
        memory = _measure("memory.py", asked, verb="measure")
    section = render(
        Results(
            command=" ".join(["python bench/run.py", *sys.argv[1:]]),
            line=line_description,
            handshake_counted=handshake_counted,
            round_trip_ms=arguments.round_trip_ms,
            rounds=rounds,
            runs=runs,
            round_trips=round_trips,
            postfix=postfix,
            milliseconds=cost["milliseconds"],
            per_second=cost["per_second"],
            memory=memory,
        )
    )
    print(section)
    if OURS not in arguments.client:
        _say(f"{OURS} was left out: nothing is written.")
    elif arguments.write:
        write_section(arguments.write, "connectivity", section)
        _say(f"Written to {arguments.write}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

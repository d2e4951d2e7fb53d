"""Measure the front ends beside each other, and beside the peer: pulumi-command that runs swaks.

``python bench/front_ends.py`` prints the tables, and with ``--write docs/performance.md`` puts them there too. It runs
the real engine on file backends in temporary folders, against mail servers on this machine. The plugin is the program
that ``make plugin`` built, if it is there.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from time import perf_counter

from document import write_section
from far_server import near_server
from front_end_stacks import (
    DYNAMIC,
    NATIVE,
    NATIVE_YAML,
    PEER,
    PEER_PLUGIN,
    PLUGIN,
    FrontEnds,
    Server,
    our_plugin,
    peer_plugin,
)
from front_ends_section import Results, render
from life_cycle_stacks import Cost, measure
from progress import clear, show
from pulumi_stack.session import PulumiSession, engine_path

_STEP_SECONDS = 0.2
_MANY_AT_ONCE = 64


def _start_milliseconds(programs: Mapping[str, Path], runs: int = 9) -> dict[str, float]:
    """Return how long each plugin takes from its start to its port, the median; they take turns."""
    seen: dict[str, list[float]] = {name: [] for name in programs}
    for number in range(runs + 1):
        show(f"start of the plugins: run {number} of {runs}")
        for name, program in programs.items():
            began = perf_counter()
            process = subprocess.Popen([str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            assert process.stdout is not None
            assert process.stdout.readline().strip().isdigit()
            if number:
                seen[name].append(perf_counter() - began)
            process.kill()
            process.communicate()
    return {name: median(each) * 1000 for name, each in seen.items()}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the front ends beside each other and beside a peer.")
    parser.add_argument("--rounds", type=int, default=5, help="how often each command is measured (default: 5)")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables into this Markdown page too")
    parser.add_argument("--some", type=int, default=100, help="resources of the larger up (default: 100)")
    return parser.parse_args()


def _ups(front_ends: FrontEnds, server: Server, count: int, rounds: int) -> dict[str, Cost]:
    kinds = [DYNAMIC, NATIVE, NATIVE_YAML, *([PEER] if front_ends.peer else [])]
    stacks = {kind: front_ends.stack(kind, count, server) for kind in kinds}
    return measure(stacks, ["up", "--yes", "--skip-preview"], rounds, afresh=True)


def _at_once(front_ends: FrontEnds, rounds: int) -> dict[str, Cost]:
    """Return the cost of an up of one provider, and of many at once, against a server that takes its time."""
    with near_server(_STEP_SECONDS) as slow:
        server = Server(slow["ports"]["starttls"], slow["ca_file"])
        counts = {"1": 1, str(_MANY_AT_ONCE): _MANY_AT_ONCE}
        stacks = {
            name: front_ends.stack(NATIVE_YAML, count, server, "slow", tests_at_once=_MANY_AT_ONCE)
            for name, count in counts.items()
        }
        command = ["up", "--yes", "--skip-preview", "--parallel", str(_MANY_AT_ONCE)]
        return measure(stacks, command, rounds, afresh=True)


def main() -> int:
    """Measure, print, and write where asked."""
    arguments = _arguments()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name, near_server() as near:
        folder = Path(name)
        plugin, what = our_plugin(folder)
        peer, why_no_peer = peer_plugin()
        session = PulumiSession(folder / "session", engine_path())
        front_ends = FrontEnds(folder, session, plugin, peer)
        server = Server(near["ports"]["starttls"], near["ca_file"])
        ups = {count: _ups(front_ends, server, count, arguments.rounds) for count in sorted({1, arguments.some})}
        at_once = _at_once(front_ends, arguments.rounds)
        programs = {"ours": plugin / PLUGIN} | ({"the peer's": peer / PEER_PLUGIN} if peer else {})
        starts = _start_milliseconds(programs)
        engine = subprocess.run(
            ["pulumi", "version"], env=session.environment(folder / "none"), capture_output=True, text=True, check=True
        ).stdout.strip()
    clear()
    section = render(
        Results(
            command=" ".join(["python bench/front_ends.py", *sys.argv[1:]]),
            engine=engine,
            load=load,
            rounds=arguments.rounds,
            plugin=what,
            why_no_peer=why_no_peer,
            ups=ups,
            at_once=at_once,
            step_seconds=_STEP_SECONDS,
            starts=starts,
        )
    )
    print(section)
    if arguments.write:
        write_section(arguments.write, "front-ends", section)
        print(f"Written to {arguments.write}.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Measure what providers cost in a stack, beside dynamic resources that do nothing.

``python bench/life_cycle.py`` prints the tables, and with ``--write docs/performance.md`` puts them there too. It runs
the real engine on file backends in temporary folders, against a mail server on this machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from document import write_section
from far_server import near_server
from life_cycle_section import Results, render
from life_cycle_stacks import CONNECT, NO_OP, OFF, ONE_PROPERTY, RECIPIENT, Bench, fill, measure, state_bytes
from progress import clear, show
from pulumi_stack.session import PulumiSession, engine_path

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parent
_IMPORTS = {
    "pulumi and pulumi.dynamic": "import pulumi, pulumi.dynamic",
    "the names that a program uses": "from pulumi_smtp_collab import ConnectivityTestArgs, SmtpCollaborationProvider",
    "the life cycle": "from pulumi_smtp_collab.lifecycle import stack",
    "the connectivity test": "from pulumi_smtp_collab.connectivity import run_connectivity_test",
}


def _import_milliseconds(bytecode: Path, runs: int = 9) -> dict[str, float]:
    timed = "".join(f"began = clock()\n{statement}\ntimes.append(clock() - began)\n" for statement in _IMPORTS.values())
    program = f"from time import perf_counter as clock\ntimes = []\n{timed}print(times)\n"
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONPYCACHEPREFIX": str(bytecode)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    seen: list[list[float]] = []
    for number in range(runs + 1):
        show(f"imports: run {number} of {runs}")
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, cwd=_HERE, capture_output=True, text=True, check=True
        )
        if number:
            seen.append(json.loads(done.stdout))
    medians = (median(column) * 1000 for column in zip(*seen, strict=True))
    return dict(zip(_IMPORTS, medians, strict=True))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure what providers cost in a stack.")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: four minutes instead of ten")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables into this Markdown page too")
    parser.add_argument("--many", type=int, default=1000, help="resources of preview and second up (default: 1000)")
    parser.add_argument("--some", type=int, default=100, help="resources of up (default: 100)")
    return parser.parse_args()


def main() -> int:
    """Measure, print, and write where asked."""
    arguments = _arguments()
    rounds = 2 if arguments.quick else 5
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, near_server() as server:
        session = PulumiSession(Path(folder) / "session", engine_path())
        bench = Bench(Path(folder), session, server["ports"], Path(server["ca_file"]).read_text(encoding="ascii"))
        bench.take_example()
        many = {kind: bench.stack(kind, arguments.many) for kind in (OFF, NO_OP, ONE_PROPERTY)}
        costs = {"preview": measure(many, ["preview"], rounds)}
        some = {
            kind: bench.stack(kind, arguments.some, "afresh") for kind in (OFF, CONNECT, RECIPIENT, NO_OP, ONE_PROPERTY)
        }
        up = ["up", "--yes", "--skip-preview"]
        costs["up"] = measure(some, up, rounds, afresh=True)
        state = {kind: state_bytes(stack, arguments.some) for kind, stack in some.items()}
        for kind, stack in many.items():
            show(f"creating {arguments.many}: {kind}")
            fill(stack)
        costs["second up"] = measure(many, up, rounds)
        imports = _import_milliseconds(Path(folder) / "bytecode")
        engine = next(iter(many.values())).run("version").succeeded().stdout.strip()
    clear()
    section = render(
        Results(
            command=" ".join(["python bench/life_cycle.py", *sys.argv[1:]]),
            engine=engine,
            load=load,
            rounds=rounds,
            many=arguments.many,
            some=arguments.some,
            costs=costs,
            imports=imports,
            state=state,
        )
    )
    print(section)
    if arguments.write:
        write_section(arguments.write, "life-cycle", section)
        print(f"Written to {arguments.write}.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

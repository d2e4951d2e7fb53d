"""How many round trips a client's test takes: the wall time over the delay line, divided by the line's round trip.

Run on the line by ``run.py``: ``round_trips.py JSON`` prints JSON. The clients take turns within each round, so that a
busy moment of the machine hits all of them alike; the figure is the median of the rounds.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Sequence
from statistics import median

from clients import ONE_BY_ONE_TASKS, OURS, TASKS, Client, Relay, Task, clients
from progress import clear, show

WITH_QUIT = " with QUIT"


def _of_program(client: Client, near: Relay, far: Relay, task: Task) -> float:
    """Time a program by the difference to the same run at no delay: its own start is not the network's."""
    return client(far, task).done - client(near, task).done


def measure(
    relays: dict[str, dict[str, Relay]],
    tasks: Sequence[Task],
    names: list[str],
    round_trip_seconds: float,
    rounds: int,
) -> dict[str, dict[str, float]]:
    """Return round trips by client and task.

    Args:
        relays: by "near" (no delay) and "far" (over the line), each by the far server's kinds of port.
        tasks: what is tested.
        names: the clients.
        round_trip_seconds: what the line takes.
        rounds: how often each is measured.
    """
    seen: dict[str, dict[str, list[float]]] = {}
    everyone = clients(names)
    for task in tasks:
        near, far = relays["near"][task.kind], relays["far"][task.kind]
        for client in everyone.values():
            client(near, task)  # what is imported or cached once is not counted
    for done in range(rounds):
        for task in tasks:
            show(f"round {done + 1} of {rounds}: {task.name}")
            near, far = relays["near"][task.kind], relays["far"][task.kind]
            for name, client in everyone.items():
                gc.collect()
                if name == "swaks":
                    figures = {name + WITH_QUIT: _of_program(client, near, far, task)}
                else:
                    seconds = client(far, task)
                    figures = {name: seconds.answered}
                    if name != OURS:
                        figures[name + WITH_QUIT] = seconds.done
                for row, figure in figures.items():
                    seen.setdefault(row, {}).setdefault(task.name, []).append(figure / round_trip_seconds)
    clear()
    return {row: {task: median(figures) for task, figures in by_task.items()} for row, by_task in seen.items()}


def main() -> None:
    """Measure as the argument says."""
    asked = json.loads(sys.argv[1])
    relays = {
        side: {kind: Relay(host, port, asked["ca_file"]) for kind, (host, port) in by_kind.items()}
        for side, by_kind in asked["relays"].items()
    }
    tasks = [task for task in (*TASKS, *ONE_BY_ONE_TASKS) if task.name in asked["tasks"]]
    print(json.dumps(measure(relays, tasks, asked["clients"], asked["round_trip_seconds"], asked["rounds"])))


if __name__ == "__main__":
    main()

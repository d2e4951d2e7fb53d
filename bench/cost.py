"""What a test costs where the network costs nothing: time for each test, and tests per second from many threads.

Run by ``run.py``: ``cost.py JSON`` prints JSON. The server runs beside it on the same machine, so its share of the work
is in every figure, for each client alike.
"""

from __future__ import annotations

import gc
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter

from clients import OURS, SMTPLIB, SMTPLIB_KEEPING, TASKS, Client, Relay, Task, clients
from progress import clear, show

THREADS = 64


def _raise_our_limit() -> None:
    """Let our tests of one relay run all at once: by default two do, which is meant kindly and measures nothing."""
    from pulumi_smtp_collab.connectivity.server_gate import set_tests_at_once  # noqa: PLC0415

    set_tests_at_once(THREADS)


def time_per_test(relays: dict[str, Relay], names: list[str], runs: int) -> dict[str, dict[str, float]]:
    """Return the median of the milliseconds from call to return, by client and task; the clients alternate."""
    after_smtplib = names.index(SMTPLIB) + 1
    measured = [*names[:after_smtplib], SMTPLIB_KEEPING, *names[after_smtplib:]]
    everyone = clients([name for name in measured if name != "swaks"])
    medians: dict[str, dict[str, float]] = {name: {} for name in everyone}
    for task in TASKS:
        show(f"time per test: {task.name}")
        relay = relays[task.kind]
        seen: dict[str, list[float]] = {name: [] for name in everyone}
        for client in everyone.values():
            client(relay, task)
        gc.collect()
        for _ in range(runs):
            for name, client in everyone.items():
                seen[name].append(client(relay, task).done)
        for name, figures in seen.items():
            medians[name][task.name] = median(figures) * 1000
    return medians


def _per_second(client: Client, relay: Relay, task: Task, tests: int) -> float:
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda _: client(relay, task), range(THREADS)))
        start = perf_counter()
        list(pool.map(lambda _: client(relay, task), range(tests)))
        return tests / (perf_counter() - start)


def tests_per_second(relays: dict[str, Relay], names: list[str], tests: int) -> dict[str, dict[str, float]]:
    """Return how many tests end in a second when 64 threads ask for them, by client and task."""
    figures: dict[str, dict[str, float]] = {}
    for name, client in clients(names).items():
        if name not in {OURS, SMTPLIB}:
            continue
        if name == OURS:
            _raise_our_limit()
        for task in TASKS:
            if task.check == "none":
                show(f"{THREADS} threads: {name}, {task.name}")
                figures.setdefault(name, {})[task.name] = _per_second(client, relays[task.kind], task, tests)
    return figures


def main() -> None:
    """Measure as the argument says."""
    asked = json.loads(sys.argv[1])
    relays = {kind: Relay(host, port, asked["ca_file"]) for kind, (host, port) in asked["relays"].items()}
    result = {
        "milliseconds": time_per_test(relays, asked["clients"], asked["runs"]),
        "per_second": tests_per_second(relays, asked["clients"], asked["tests"]),
    }
    clear()
    print(json.dumps(result))


if __name__ == "__main__":
    main()

"""The front ends' figures as the section of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from connectivity_section import machine
from document import table
from front_end_stacks import DYNAMIC, NATIVE_YAML, OURS, PEER
from life_cycle_section import loaded
from life_cycle_stacks import Cost

_GOALS = {False: 1.0, True: 0.5}
"""What ours may take of the peer's time: for one, and for many."""
_GOAL_AT_ONCE = 1.5


@dataclass(frozen=True)
class Results:
    """What was measured.

    Attributes:
        command: the command that made it all.
        engine: the engine's version.
        load: the machine's load average before it began.
        rounds: how often each command was measured.
        plugin: what our plugin's program is.
        why_no_peer: why the peer was left out; empty where it was not.
        ups: by how many resources, then by front end.
        at_once: by how many, against the server that takes its time.
        step_seconds: how long that server takes for each answer.
        starts: milliseconds from a plugin's start to its port.
    """

    command: str
    engine: str
    load: float
    rounds: int
    plugin: str
    why_no_peer: str
    ups: Mapping[int, Mapping[str, Cost]]
    at_once: Mapping[str, Cost]
    step_seconds: float
    starts: Mapping[str, float]


def _up_rows(count: int, costs: Mapping[str, Cost]) -> list[list[str]]:
    base = costs.get(PEER, costs[DYNAMIC])
    rows = []
    for kind, cost in costs.items():
        wall, processor = cost.ratio_to(base)
        goal = f"{_GOALS[count > 1]:.2f}" if PEER in costs and kind == NATIVE_YAML else ""
        shown = f"**{kind}**" if kind in OURS else kind
        rows.append([shown, f"{cost.median_wall():.2f}", f"{wall:.2f}", f"{processor:.2f}", goal])
    return rows


def render(results: Results) -> str:
    """Return the section as Markdown."""
    base = "the dynamic resource's" if results.why_no_peer else "the peer's"
    header = ["front end", "seconds", f"ratio to {base}, wall time", "processor time", "goal"]
    one, many = results.at_once.values()
    ratio, _ = many.ratio_to(one)
    parts = [
        "## The front ends",
        f"Made by `{results.command}` on {datetime.now(timezone.utc):%Y-%m-%d}. The machine: {machine()}. Pulumi "
        f"{results.engine}, a file backend; our plugin is {results.plugin}. {loaded(results.load)}",
        "Each provider is tested over STARTTLS with a login up to its sender, against a server on this machine; the "
        f"peer runs swaks to the same point. Seconds are the median of {results.rounds} rounds, in which the front "
        "ends take turns; a ratio is the median of the rounds' ratios; processor time is that of engine, program, "
        "plugin and what it runs. Ours run two tests at once for one host, port and user, as they do in use; the peer "
        f"runs as many as there are. {results.why_no_peer}".strip(),
    ]
    for count, costs in results.ups.items():
        parts += [f"### `pulumi up` that creates {count}", table(header, _up_rows(count, costs))]
    name = list(results.at_once)[1]
    parts += [
        f"### {name} at once",
        f"`pulumi up --parallel {name}` of a YAML program, against a server that takes "
        f"{results.step_seconds * 1000:.0f} ms for its greeting and for each flight of answers, the limit for one "
        "host, port and user raised.",
        table(
            ["providers", "seconds", "ratio to one", "goal"],
            [
                ["1", f"{one.median_wall():.2f}", "1.00", ""],
                [f"**{name}**", f"{many.median_wall():.2f}", f"{ratio:.2f}", f"{_GOAL_AT_ONCE:.2f}"],
            ],
        ),
        "### Start of the plugin",
        "Milliseconds from the start of the program to its port on standard output, the median of 9.",
        table(["plugin", "ms"], [[whose, f"{ms:.0f}"] for whose, ms in results.starts.items()]),
    ]
    return "\n\n".join(parts)

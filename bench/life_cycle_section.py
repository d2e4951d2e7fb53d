"""The life cycle's figures as the section of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from connectivity_section import machine
from document import table
from life_cycle_stacks import CONNECT, NO_OP, OFF, ONE_PROPERTY, RECIPIENT, Cost

_GOALS = {("preview", OFF): 1.10, ("up", OFF): 1.10, ("up", CONNECT): 1.25}


@dataclass(frozen=True)
class Results:
    """What was measured.

    Attributes:
        command: the command that made it all.
        engine: the engine's version.
        load: the machine's load average before it began.
        rounds: how often each command was measured.
        many: how many resources preview and second up had.
        some: how many resources up had.
        costs: by command (preview, up, second up), then by kind.
        imports: milliseconds by what is imported.
        state: bytes for each resource, by kind.
    """

    command: str
    engine: str
    load: float
    rounds: int
    many: int
    some: int
    costs: Mapping[str, Mapping[str, Cost]]
    imports: Mapping[str, float]
    state: Mapping[str, int]


def _command_rows(operation: str, costs: Mapping[str, Cost]) -> list[list[str]]:
    rows = []
    for kind, cost in costs.items():
        wall, processor = cost.ratio_to(costs[NO_OP])
        goal = _GOALS.get((operation, kind))
        ours = kind not in {NO_OP, ONE_PROPERTY}
        rows.append(
            [
                f"**{kind}**" if ours else kind,
                f"{cost.median_wall():.2f}",
                f"{wall:.2f}",
                f"{processor:.2f}",
                f"{goal:.2f}" if goal else "",
            ]
        )
    return rows


def loaded(load: float) -> str:
    """Return the sentence about what else ran on the machine, from its load average before the bench began."""
    if load < 0.5:
        return "The machine was quiet."
    return f"The machine was not quiet: its load average was {load:.1f} before this began."


def render(results: Results) -> str:
    """Return the section as Markdown."""
    header = ["resources", "seconds", "ratio, wall time", "ratio, processor time", "goal"]
    titles = {
        "preview": f"`pulumi preview` of {results.many}",
        "up": f"`pulumi up` that creates {results.some}",
        "second up": f"`pulumi up` of {results.many} that exist already",
    }
    parts = [
        "## The life cycle",
        f"Made by `{results.command}` on {datetime.now(timezone.utc):%Y-%m-%d}. The machine: {machine()}. Pulumi "
        f"{results.engine}, a file backend. {loaded(results.load)}",
        "Compared with dynamic resources whose provider does nothing, in the same run: as many, with the same inputs, "
        "outputs and secrets in state (and, to show what properties cost, with one). Seconds are the median of "
        f"{results.rounds} rounds, in which the resources take turns; a ratio is the median of the rounds' ratios to "
        "the no-op with the same properties; processor time is that of engine, program and provider together. The "
        f"server is on this machine. In bold: ours; *{RECIPIENT}* tests over STARTTLS up to the recipient, "
        f"*{CONNECT}* up to EHLO.",
    ]
    for operation, title in titles.items():
        parts += [f"### {title}", table(header, _command_rows(operation, results.costs[operation]))]
    parts += [
        "### What is loaded",
        "Milliseconds in a fresh interpreter, each on top of the ones above; the median of 9. A program loads the "
        "first two and neither pydantic nor smtplib; the provider's process loads the third with its first resource, "
        "and the fourth where it tests.",
        table(["import", "ms"], [[name, f"{ms:.0f}"] for name, ms in results.imports.items()]),
        "### State",
        table(["resource", "bytes in state"], [[kind, str(size)] for kind, size in results.state.items()]),
    ]
    return "\n\n".join(parts)

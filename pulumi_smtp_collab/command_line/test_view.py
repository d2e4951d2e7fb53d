"""How a test is shown while it runs and when it is done: a live picture, plain lines, or nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Group
from rich.live import Live
from rich.text import Text

from pulumi_smtp_collab.command_line.connection import TestPlan
from pulumi_smtp_collab.command_line.hanging import print_hanging
from pulumi_smtp_collab.command_line.terminal import Stream
from pulumi_smtp_collab.command_line.timeline import Step, Timeline
from pulumi_smtp_collab.command_line.verdict import verdict
from pulumi_smtp_collab.command_line.waterfall import time_of, waterfall

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from pulumi_smtp_collab.model.report import ConnectivityReport

_REDRAWN_PER_SECOND = 12


class _Picture:
    """The waterfall as it is now, drawn anew whenever it is looked at."""

    def __init__(self, timeline: Timeline, stream: Stream, title: Text) -> None:
        self._timeline = timeline
        self._stream = stream
        self._title = title

    def __rich__(self) -> RenderableType:
        lines = waterfall(self._timeline.steps, self._stream.width or 80, unicode=self._stream.is_unicode)
        return Group(self._title, *lines)


def title_of(plan: TestPlan) -> Text:
    """Return the line above the picture: what is tested, and how."""
    settings = plan.settings
    host = "[secret host]" if "host" in plan.secret_arguments else settings.host
    tls = {"none": "no TLS", "starttls": "STARTTLS", "implicit": "TLS from the start"}[settings.tls_mode]
    port = "[secret port]" if "port" in plan.secret_arguments else str(settings.port)
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    name = f"{plan.label}: " if plan.label else ""
    return Text(f"{name}{where}, {tls}, depth {plan.test.depth}", style="bold")


@contextmanager
def shown_live(plan: TestPlan, *, silent: bool) -> Iterator[Timeline]:
    """Show the steps of a test while they come: redrawn on a terminal, as lines elsewhere.

    Args:
        plan: What is tested.
        silent: Whether nothing is shown.
    """
    stream = Stream.of(sys.stdout)
    if silent:
        yield Timeline()
        return
    console = stream.console()
    if not stream.is_terminal:
        console.print(title_of(plan))
        yield Timeline(on_change=lambda step: _print_line(console, step))
        return
    timeline = Timeline()
    picture = _Picture(timeline, stream, title_of(plan))
    with Live(picture, console=console, refresh_per_second=_REDRAWN_PER_SECOND, vertical_overflow="visible"):
        yield timeline


def _print_line(console: Console, step: Step) -> None:
    if step.status == "running":
        return
    trips = {None: "", 1: "1 round trip"}.get(step.round_trips, f"{step.round_trips} round trips")
    line = f"{step.name:<10} {step.status:<6} {time_of(step.duration_ms):>7} {trips:>14}  {step.detail}"
    console.print(Text(line.rstrip()), soft_wrap=True)
    console.file.flush()


def show_steps(plan: TestPlan, timeline: Timeline) -> None:
    """Print a test that has ended as it would have been shown while it ran."""
    stream = Stream.of(sys.stdout)
    console = stream.console()
    if stream.is_terminal:
        console.print(_Picture(timeline, stream, title_of(plan)))
        return
    console.print(title_of(plan))
    for step in timeline.steps:
        _print_line(console, step)


def show_verdict(plan: TestPlan, report: ConnectivityReport) -> None:
    """Print the end: the verdict, cause and fix, warnings, what was not proven."""
    stream = Stream.of(sys.stdout)
    console = stream.console()
    console.print()
    for line in verdict(report, plan.wording):
        print_hanging(console, line, stream.width)

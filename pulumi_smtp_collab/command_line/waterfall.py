"""The waterfall: a line for each step on one time axis, with its time, its round trips and what the server said."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from pulumi_smtp_collab.command_line.terminal import FAILED, FAINT, PASSED, WARNING
from pulumi_smtp_collab.command_line.timeline import Step

_NAME = 10
_TIME = 8
_TRIPS = 5
_NARROW = 60
_SHORTEST_BAR = 6
_STYLES = {"passed": PASSED, "failed": FAILED, "running": WARNING}


def time_of(milliseconds: float) -> str:
    """Return a duration as a person reads it: ``<1 ms``, ``12 ms``, ``1.2 s``, ``61 s``."""
    if milliseconds < 1:
        return "<1 ms"
    if milliseconds < 1000:  # noqa: PLR2004 - a second
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1000
    return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"  # noqa: PLR2004 - one digit and a decimal


def waterfall(steps: Sequence[Step], width: int, *, unicode: bool = True) -> list[Text]:
    """Return the lines of the picture, none wider than the width; below 60 columns what was said has its own line.

    Args:
        steps: What was done, in order.
        width: How many columns there are.
        unicode: Whether more than ASCII can be shown.
    """
    if not steps:
        return []
    total = max((step.began_ms + step.duration_ms for step in steps), default=0.0) or 1.0
    narrow = width < _NARROW
    fixed = _NAME + _TIME + _TRIPS + 3
    bar = max(_SHORTEST_BAR, (width - fixed) if narrow else width // 4)
    lines = [_axis(total, bar, narrow=narrow)]
    for number, step in enumerate(steps):
        if number and step.attempt != steps[number - 1].attempt:
            lines.append(Text(f"attempt {step.attempt}", style=FAINT))
        lines += _lines_of(step, total, width, bar, narrow=narrow, unicode=unicode)
    return lines


def _axis(total: float, bar: int, *, narrow: bool) -> Text:
    end = time_of(total)
    scale = "0" + end.rjust(max(1, bar - 1)) if bar > len(end) + 1 else " " * bar
    text = f"{'stage':<{_NAME}}{'time':>{_TIME}}{'' if narrow else 'trips':>{_TRIPS + 1}}"
    return Text(f"{text}  {scale}", style=FAINT)


def _lines_of(step: Step, total: float, width: int, bar: int, *, narrow: bool, unicode: bool) -> list[Text]:
    style = _STYLES.get(step.status, "")
    trips = "" if step.round_trips is None else str(step.round_trips)
    line = Text.assemble((f"{step.name:<{_NAME}}", style))
    line.append(f"{time_of(step.duration_ms):>{_TIME}}{trips:>{_TRIPS + 1}}  ", style=FAINT)
    before, length = _place(step, total, bar)
    line.append(" " * before)
    line.append(("━" if unicode else "=") * length, style=style if step.is_stage else FAINT)
    line.append(" " * (bar - before - length))
    word = {"failed": "failed: ", "running": "..."}.get(step.status, "")
    said = f"{word}{step.detail}"
    if not said:
        line.rstrip()
        return [line]
    if narrow:
        line.rstrip()
        return [line, Text("  " + _cut(said, width - 2, unicode=unicode), style=style if word else FAINT)]
    line.append("  ")
    line.append(_cut(said, width - cell_len(line.plain), unicode=unicode), style=style if word else FAINT)
    return [line]


def _place(step: Step, total: float, bar: int) -> tuple[int, int]:
    """Return where a step's bar begins and how long it is; each has a column at least, and ends inside."""
    before = min(bar - 1, int(step.began_ms / total * bar))
    return before, max(1, min(bar - before, round(step.duration_ms / total * bar)))


def _cut(text: str, width: int, *, unicode: bool) -> str:
    if cell_len(text) <= width:
        return text
    ellipsis = "…" if unicode else "..."
    return set_cell_size(text, max(0, width - len(ellipsis))).rstrip() + ellipsis

"""What a test did, step by step, on one time axis."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from pulumi_smtp_collab.model.progress import StageProgress

_BETWEEN = {"turn": "waiting", "pause": "pause", "look": "look"}
_EXPLAINED = {
    "turn": "for other tests of this server",
    "pause": "before the next attempt",
    "look": "a further connection, without credentials, to explain the failure",
}
_SHOWN_FROM_MS = 1
"""A turn that came at once is not worth a line."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the picture.

    Attributes:
        name: The stage, or what was done between stages.
        status: running, passed or failed.
        attempt: Which attempt it belongs to, from 1.
        began_ms: When it began, in milliseconds from the beginning of the test.
        duration_ms: How long it took (has taken until now, while it is running).
        round_trips: How many round trips it waited for; None where that is not known.
        detail: What was seen.
        is_stage: Whether it is a stage of the report.
    """

    name: str
    status: str
    attempt: int
    began_ms: float
    duration_ms: float
    round_trips: int | None = None
    detail: str = ""
    is_stage: bool = True


class Timeline:
    """The steps of one test; told of them in the test's thread, read in another.

    Args:
        clock: A clock that only runs forward, in seconds.
        on_change: Is called after every step that begins or ends.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, on_change: Callable[[Step], None] | None = None
    ) -> None:
        self._clock = clock
        self._began = clock()
        self._steps: list[Step] = []
        self._lock = threading.Lock()
        self._on_change = on_change

    def __call__(self, progress: StageProgress) -> None:
        """Take in that a step began or ended."""
        now = (self._clock() - self._began) * 1000
        is_stage = progress.name not in _BETWEEN
        step = Step(
            name=_BETWEEN.get(progress.name, progress.name),
            status="running" if progress.status == "begun" else progress.status,
            attempt=progress.attempt,
            began_ms=max(0.0, now - progress.duration_ms),
            duration_ms=progress.duration_ms,
            round_trips=progress.round_trips,
            detail=progress.detail or _EXPLAINED.get(progress.name, ""),
            is_stage=is_stage,
        )
        with self._lock:
            running = self._steps.pop() if self._steps and self._steps[-1].status == "running" else None
            if running is not None and step.status != "running" and running.name == step.name:
                step = replace(step, began_ms=running.began_ms)
            self._steps.append(step)
        if self._on_change is not None:
            self._on_change(step)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps until now; a running one lasts until now."""
        now = (self._clock() - self._began) * 1000
        with self._lock:
            steps = tuple(self._steps)
        steps = tuple(
            replace(step, duration_ms=now - step.began_ms) if step.status == "running" else step for step in steps
        )
        return tuple(step for step in steps if step.is_stage or step.duration_ms >= _SHOWN_FROM_MS)

    @property
    def where(self) -> str:
        """The step that is running, or the last one; empty before the first."""
        with self._lock:
            return self._steps[-1].name if self._steps else ""

    @property
    def seconds(self) -> float:
        """How long it has been since the beginning."""
        return self._clock() - self._began

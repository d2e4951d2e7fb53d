"""The record of an attempt: each stage with its outcome, its duration and what was seen."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Literal

from typing_extensions import Self

from pulumi_smtp_collab.connectivity.failure import Failure, StageFailed
from pulumi_smtp_collab.connectivity.wire.deadline import Clock
from pulumi_smtp_collab.model.progress import StageProgress
from pulumi_smtp_collab.model.report import StageName, StageResult


def _to_nobody(_: StageProgress) -> None:
    """Tell nobody."""


class Stages:
    """The stages of one attempt, in the order in which they ended.

    Attributes:
        round_trips: Counts the round trips of the connection; None where there is no connection yet.

    Args:
        clock: What the stages are timed by.
        tell: Takes the progress, a stage's beginning and its end.
    """

    def __init__(self, clock: Clock, tell: Callable[[StageProgress], None] = _to_nobody) -> None:
        self.round_trips: Callable[[], int] | None = None
        self._clock = clock
        self._tell = tell
        self._results: list[StageResult] = []

    @property
    def results(self) -> tuple[StageResult, ...]:
        """The stages that ended until now."""
        return tuple(self._results)

    def stage(self, name: StageName) -> Stage:
        """Record what happens inside as a stage; a failure goes on to whoever runs the attempt."""
        self._tell(StageProgress(name, "begun", 1))
        return Stage(self, name, self._clock(), self.round_trips() if self.round_trips else None)

    def passed(self, stage: Stage) -> None:
        """Record a stage that passed."""
        self._add(stage.name, "passed", stage, stage.detail)

    def failed(self, stage: Stage, failure: Failure) -> None:
        """Record a failure that was met in a stage."""
        if failure.stage != stage.name:
            # The server objects only now to a stage that had passed: with TLS 1.3, to a missing certificate.
            self._results = [result for result in self._results if result.name != failure.stage]
        self._add(failure.stage, "failed", stage, detail_of(failure))

    def _add(self, name: StageName, status: Literal["passed", "failed"], stage: Stage, detail: str) -> None:
        duration_ms = round((self._clock() - stage.began) * 1000)
        self._results.append(StageResult(name=name, status=status, duration_ms=duration_ms, detail=detail))
        round_trips = stage.round_trips
        if round_trips is None and stage.round_trips_before is not None and self.round_trips is not None:
            round_trips = self.round_trips() - stage.round_trips_before
        self._tell(StageProgress(name, status, 1, detail, duration_ms, round_trips))


class Stage:
    """A stage while it lasts.

    Attributes:
        name: Which one.
        began: When it began.
        round_trips_before: The connection's round trips when it began; None without a connection.
        detail: To be set: what was seen, for the record of a stage that passes.
        round_trips: To be set where they are not the connection's: how many the stage took.
    """

    __slots__ = ("_stages", "began", "detail", "name", "round_trips", "round_trips_before")

    def __init__(self, stages: Stages, name: StageName, began: float, round_trips_before: int | None) -> None:
        self._stages = stages
        self.name = name
        self.began = began
        self.round_trips_before = round_trips_before
        self.detail = ""
        self.round_trips: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        if error is None:
            self._stages.passed(self)
        elif isinstance(error, StageFailed):
            self._stages.failed(self, error.failure)


def detail_of(failure: Failure) -> str:
    """Return what was seen of a failure, in a few words."""
    if failure.reply is not None:
        return failure.reply.text
    if failure.raw:
        return failure.raw
    if failure.addresses:
        return ", ".join(f"{each.address}: {each.error.strerror or each.error}" for each in failure.addresses)
    if failure.kind == "deadline":
        return f"gave up waiting for {failure.awaited}"
    if failure.kind == "closed":
        return f"the server closed the connection before {failure.awaited}"
    if failure.error is not None:
        return str(getattr(failure.error, "strerror", None) or failure.error)
    if failure.kind == "not-offered":
        return f"{failure.awaited} is not offered"
    if failure.kind == "no-mechanism":
        return f"AUTH offers {' '.join(failure.mechanisms)}"
    return failure.kind

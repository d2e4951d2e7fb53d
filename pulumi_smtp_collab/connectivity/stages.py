"""The record of an attempt: each stage with its outcome, its duration and what was seen."""

from __future__ import annotations

from types import TracebackType

from typing_extensions import Self

from pulumi_smtp_collab.connectivity.failure import Failure, StageFailed
from pulumi_smtp_collab.connectivity.wire.deadline import Clock
from pulumi_smtp_collab.model.report import StageName, StageResult


class Stages:
    """The stages of one attempt, in the order in which they ended."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._results: list[StageResult] = []

    @property
    def results(self) -> tuple[StageResult, ...]:
        """The stages that ended until now."""
        return tuple(self._results)

    def stage(self, name: StageName) -> Stage:
        """Record what happens inside as a stage; a failure goes on to whoever runs the attempt."""
        return Stage(self, name, self._clock())

    def passed(self, stage: Stage) -> None:
        """Record a stage that passed."""
        self._add(stage.name, "passed", stage.began, stage.detail)

    def failed(self, stage: Stage, failure: Failure) -> None:
        """Record a failure that was met in a stage."""
        if failure.stage != stage.name:
            # The server objects only now to a stage that had passed: with TLS 1.3, to a missing certificate.
            self._results = [result for result in self._results if result.name != failure.stage]
        self._add(failure.stage, "failed", stage.began, detail_of(failure))

    def _add(self, name: StageName, status: str, began: float, detail: str) -> None:
        duration_ms = round((self._clock() - began) * 1000)
        self._results.append(StageResult(name=name, status=status, duration_ms=duration_ms, detail=detail))


class Stage:
    """A stage while it lasts.

    Attributes:
        name: Which one.
        began: When it began.
        detail: To be set: what was seen, for the record of a stage that passes.
    """

    __slots__ = ("_stages", "began", "detail", "name")

    def __init__(self, stages: Stages, name: StageName, began: float) -> None:
        self._stages = stages
        self.name = name
        self.began = began
        self.detail = ""

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
        return f"no time left while waiting for {failure.awaited}"
    if failure.kind == "closed":
        return f"the server closed the connection before {failure.awaited}"
    if failure.error is not None:
        return str(getattr(failure.error, "strerror", None) or failure.error)
    if failure.kind == "not-offered":
        return f"{failure.awaited} is not offered"
    if failure.kind == "no-mechanism":
        return f"AUTH offers {' '.join(failure.mechanisms)}"
    return failure.kind

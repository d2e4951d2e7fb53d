"""The record of an attempt: each stage with its outcome, its duration and what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pulumi_smtp_collab.connectivity.deadline import Clock
from pulumi_smtp_collab.connectivity.failure import Failure, StageFailed
from pulumi_smtp_collab.model.report import StageName, StageResult


@dataclass(slots=True)
class Seen:
    """What a stage that passes is to say: its detail."""

    detail: str = ""


class Stages:
    """The stages of one attempt, in the order in which they ended."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._results: list[StageResult] = []

    @property
    def results(self) -> tuple[StageResult, ...]:
        """The stages that ended until now."""
        return tuple(self._results)

    @contextmanager
    def stage(self, name: StageName) -> Iterator[Seen]:
        """Records what happens inside as a stage; a failure goes on to whoever runs the attempt."""
        began = self._clock()
        seen = Seen()
        try:
            yield seen
        except StageFailed as failed:
            blamed = failed.failure.stage
            if blamed != name:
                # The server objects only now to a stage that had passed: with TLS 1.3, to a missing certificate.
                self._results = [result for result in self._results if result.name != blamed]
            self._add(blamed, "failed", began, detail_of(failed.failure))
            raise
        self._add(name, "passed", began, seen.detail)

    def _add(self, name: StageName, status: str, began: float, detail: str) -> None:
        duration_ms = round((self._clock() - began) * 1000)
        self._results.append(StageResult(name=name, status=status, duration_ms=duration_ms, detail=detail))


def detail_of(failure: Failure) -> str:
    """Gives what was seen of a failure, in a few words."""
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

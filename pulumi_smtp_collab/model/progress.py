"""What a running connectivity test tells a listener, and how a listener ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from pulumi_smtp_collab.model.report import StageName

BetweenStages: TypeAlias = Literal["turn", "pause", "look"]
"""What a test does beside its stages: wait for other tests of the same server (turn), wait before the next attempt
(pause), make a further connection that explains a failure (look)."""


@dataclass(frozen=True, slots=True)
class StageProgress:
    """One step of a running test, told when it begins and when it ends.

    The texts are as safe to show as those of the report: bounded, without credentials, secret arguments replaced.

    Attributes:
        name: A stage of the report, or what the test does between stages.
        status: begun; then passed or failed (a turn, a pause and a look always pass).
        attempt: Which attempt it belongs to, from 1.
        detail: What was seen, as in the report's stage; empty at the beginning.
        duration_ms: How long the step took, in milliseconds; 0 at the beginning.
        round_trips: How many round trips the step waited for; None where that is not known (at the beginning, for
            names, and between stages).
    """

    name: StageName | BetweenStages
    status: Literal["begun", "passed", "failed"]
    attempt: int
    detail: str = ""
    duration_ms: int = 0
    round_trips: int | None = None


OnStage: TypeAlias = Callable[[StageProgress], None]
"""Is called in the test's thread, so that the time that it takes is the test's; what it raises is ignored."""


class Cancel(Protocol):
    """What ends a running test, such as a ``threading.Event``."""

    def is_set(self) -> bool:
        """Return whether the test is to end."""

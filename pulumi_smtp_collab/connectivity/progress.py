"""Tells a listener what a running test does, in words that are as safe to show as the report's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from pulumi_smtp_collab.connectivity.plan import Observed, Plan
from pulumi_smtp_collab.connectivity.secret_arguments import hide_secrets
from pulumi_smtp_collab.model.progress import BetweenStages, StageProgress


class Progress:
    """The progress of one test.

    Attributes:
        step: Where the test is: the name of the last step that began.
        attempt: Which attempt it makes, from 1.
        observed: What the attempt sees: the names and addresses that a secret host hides.

    Args:
        plan: The test; its ``on_stage`` is told.
    """

    def __init__(self, plan: Plan) -> None:
        self.step = "turn"
        self.attempt = 1
        self.observed = Observed()
        self._plan = plan

    def tell(self, told: StageProgress) -> None:
        """Tell the listener; what it raises is ignored, since the test is not its business."""
        if told.status == "begun":
            self.step = told.name
        if self._plan.on_stage is None:
            return
        told = replace(told, attempt=self.attempt)
        if told.detail and self._plan.secret_arguments:
            seen = replace(self.observed, lines=[*self.observed.lines, told.detail])
            told = replace(told, detail=hide_secrets(told.detail, self._plan, [seen]))
        with suppress(Exception):
            self._plan.on_stage(told)

    @contextmanager
    def between_stages(self, name: BetweenStages) -> Iterator[None]:
        """Tell the beginning and the end of what happens inside."""
        clock = self._plan.machine.clock
        began = clock()
        self.tell(StageProgress(name, "begun", self.attempt))
        yield
        self.tell(StageProgress(name, "passed", self.attempt, duration_ms=round((clock() - began) * 1000)))

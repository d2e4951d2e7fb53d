"""Running tests so that ^C ends them at once and says where they were."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

import rich_click as click

from pulumi_smtp_collab.command_line.connection import TestPlan
from pulumi_smtp_collab.command_line.exit_codes import ExitCode
from pulumi_smtp_collab.command_line.timeline import Timeline
from pulumi_smtp_collab.connectivity import run_connectivity_test
from pulumi_smtp_collab.model.progress import OnStage
from pulumi_smtp_collab.model.report import ConnectivityReport

_Result = TypeVar("_Result")
_TIME_TO_LEAVE_SECONDS = 0.5


class InterruptedRun(click.ClickException):
    """The user has ended it; the message says where it was."""

    exit_code = ExitCode.INTERRUPTED


class Work(Generic[_Result]):
    """A call in a thread of its own, which does not outlive an impatient user.

    Args:
        call: What is to be done; it is given the event that cancels it.
    """

    def __init__(self, call: Callable[[threading.Event], _Result]) -> None:
        self.cancel = threading.Event()
        self._done = threading.Event()
        self._results: list[_Result] = []
        self._errors: list[BaseException] = []
        self._call = call
        # A daemon: what hangs in the operating system must not keep the process.
        threading.Thread(target=self._run, daemon=True).start()

    def result(self) -> _Result:
        """Wait for the result.

        Raises:
            KeyboardInterrupt: The user has lost patience; the work was told to end.
        """
        try:
            self._done.wait()
        except KeyboardInterrupt:
            self.cancel.set()
            self._done.wait(_TIME_TO_LEAVE_SECONDS)
            raise
        if self._errors:
            raise self._errors[0]
        return self._results[0]

    def _run(self) -> None:
        try:
            self._results.append(self._call(self.cancel))
        except BaseException as error:  # noqa: BLE001 - it belongs to the thread that waits
            self._errors.append(error)
        finally:
            self._done.set()


def run_plan(plan: TestPlan, timeline: Timeline) -> ConnectivityReport:
    """Run a test and tell the timeline of every step.

    Raises:
        InterruptedRun: By ^C.
    """
    work = Work(lambda cancel: tested(plan, timeline, cancel))
    try:
        return work.result()
    except KeyboardInterrupt:
        where = f" at {timeline.where}" if timeline.where else ""
        host = "[secret host]" if "host" in plan.secret_arguments else plan.settings.host
        taken = " The server may have taken the test mail." if timeline.where == "message" else ""
        raise InterruptedRun(
            f"Interrupted{where}, {timeline.seconds:.1f} s after the test of {host}:{plan.settings.port} began; it has "
            f"no result.{taken}"
        ) from None


def tested(plan: TestPlan, on_stage: OnStage, cancel: threading.Event) -> ConnectivityReport:
    """Run a test in this thread.

    Args:
        plan: What is tested.
        on_stage: Is told of every step.
        cancel: Ends it once it is set.
    """
    report = run_connectivity_test(
        plan.settings,
        plan.test,
        label=plan.label,
        secret_arguments=plan.secret_arguments,
        on_stage=on_stage,
        cancel=cancel,
    )
    return plan.explained(report)

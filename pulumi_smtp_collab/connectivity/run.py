"""The test as a whole: its turn, its attempts, its further looks, and the report."""

from __future__ import annotations

from collections.abc import Collection

from pulumi_smtp_collab.connectivity.machine import Machine
from pulumi_smtp_collab.connectivity.plan import Observed, Plan
from pulumi_smtp_collab.connectivity.progress import Progress
from pulumi_smtp_collab.connectivity.secret_arguments import without_secrets
from pulumi_smtp_collab.connectivity.server_facts import not_proven, server_facts, tested_from
from pulumi_smtp_collab.connectivity.server_gate import Gate, gate
from pulumi_smtp_collab.connectivity.test_run import TestRun
from pulumi_smtp_collab.connectivity.wire.deadline import CancelledError
from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
from pulumi_smtp_collab.model.errors import ConnectivityTestCancelled
from pulumi_smtp_collab.model.hosts import endpoint
from pulumi_smtp_collab.model.progress import Cancel, OnStage
from pulumi_smtp_collab.model.report import ConnectivityReport, Status
from pulumi_smtp_collab.model.settings import SmtpSettings
from pulumi_smtp_collab.model.timestamps import rfc3339


def run_connectivity_test(
    settings: SmtpSettings,
    test: ConnectivityTest | None = None,
    *,
    label: str = "",
    secret_arguments: Collection[str] = frozenset(),
    on_stage: OnStage | None = None,
    cancel: Cancel | None = None,
) -> ConnectivityReport:
    """Test whether mail can be handed to a server with these settings, as deep as the test says.

    No failure of the server is raised: it is in the report, with its cause and its fix. ``str()`` of the report is the
    message for a person. The test takes no longer than ``test.deadline_seconds`` (waiting for other tests of this
    process at the same server aside). With the mode off nothing is tested and the status is notTested.

    Args:
        settings: The server's settings.
        test: How to test; the defaults of ``ConnectivityTest`` where it is left out.
        label: What is tested, for the subject of a test mail and for other tests' messages about this one
            ("shop/prod/mail"); the host where it is left out.
        secret_arguments: The arguments, by their Python names ("host", "username", "connectivity_test.recipient"),
            whose values must not be shown: the report names them instead ("[secret host]"). "connectivity_test"
            stands for all of the test's. The words of a closed choice ("recipient" as a depth) are not hidden.
        on_stage: Is called when a stage begins and when it ends, in the thread of the test. What it raises is ignored.
        cancel: Ends the test within a second once its ``is_set()`` is true (a ``threading.Event``); every connection
            is closed then, and nothing is remembered of the test.

    Returns:
        The report.

    Raises:
        ConnectivityTestCancelled: ``cancel`` was set before the test had a result.
    """
    plan = Plan.of(
        settings,
        test or ConnectivityTest(),
        Machine(),
        label=label,
        secret_arguments=secret_arguments,
        on_stage=on_stage,
        cancel=cancel,
    )
    return report_on(plan, gate)


def report_on(plan: Plan, gate: Gate) -> ConnectivityReport:
    """Carry out a plan, beside the other tests of a gate.

    Raises:
        ConnectivityTestCancelled: The plan's ``cancel`` was set before there was a result.
    """
    progress = Progress(plan)
    test_run = TestRun(plan, progress)
    began = plan.machine.clock()
    seen: tuple[Observed, ...] = ()
    if plan.test.mode != "off":
        try:
            with gate.admit(plan, progress) as admission:
                began = plan.machine.clock()
                if admission.known is not None:
                    test_run.fail_at_once(admission.known.failure, admission.known.findings)
                    seen = admission.known.observed
                else:
                    test_run.run()
                    seen = admission.observed = test_run.all_observed
                    admission.failure, admission.findings = test_run.failure, test_run.findings
                    admission.authenticated = test_run.authenticated
        except CancelledError:
            port = 0 if "port" in plan.secret_arguments else plan.settings.port
            raise ConnectivityTestCancelled(endpoint(plan.shown_host, port), progress.step) from None
    return without_secrets(_report(test_run, began), plan, seen)


def _report(test_run: TestRun, began: float) -> ConnectivityReport:
    plan = test_run.plan
    observed: Observed = test_run.observed
    warnings = tuple(dict.fromkeys(observed.warnings))
    status: Status = "passed" if test_run.failure is None else "failed"
    if plan.test.mode == "off":
        status = "notTested"
    return ConnectivityReport(
        status=status,
        host=plan.settings.host,
        port=plan.settings.port,
        checked_at=rfc3339(plan.machine.now()),
        depth=plan.test.depth,
        duration_ms=round((plan.machine.clock() - began) * 1000),
        attempts=tuple(test_run.attempts),
        warnings=warnings,
        server=server_facts(observed),
        not_proven=not_proven(plan, warnings) if status == "passed" else (),
        tested_from=tested_from(plan, observed) if status != "notTested" else None,
    )

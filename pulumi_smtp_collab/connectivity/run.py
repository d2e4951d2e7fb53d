"""The test as a whole: its turn, its attempts, its further looks, and the report."""

from __future__ import annotations

from collections.abc import Collection

from pulumi_smtp_collab.connectivity.attempt import Job, Observed
from pulumi_smtp_collab.connectivity.certificates import rfc3339
from pulumi_smtp_collab.connectivity.machine import Machine
from pulumi_smtp_collab.connectivity.redaction import Scrubber
from pulumi_smtp_collab.connectivity.secret_arguments import without_secrets
from pulumi_smtp_collab.connectivity.server_facts import not_proven, server_facts, tested_from
from pulumi_smtp_collab.connectivity.server_gate import Gate, gate
from pulumi_smtp_collab.connectivity.test_run import TestRun
from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
from pulumi_smtp_collab.model.report import ConnectivityReport, Status
from pulumi_smtp_collab.model.settings import SmtpSettings


def run_connectivity_test(
    settings: SmtpSettings,
    test: ConnectivityTest | None = None,
    *,
    label: str = "",
    secret_arguments: Collection[str] = frozenset(),
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

    Returns:
        The report.
    """
    return report_on(settings, test or ConnectivityTest(), label, frozenset(secret_arguments), Machine(), gate)


def report_on(
    settings: SmtpSettings,
    test: ConnectivityTest,
    label: str,
    secret_arguments: frozenset[str],
    machine: Machine,
    turns: Gate,
) -> ConnectivityReport:
    """Test as ``run_connectivity_test`` does, on a given machine and beside the other tests of a given gate."""
    password = settings.password.get_secret_value() if settings.password is not None else None
    job = Job(settings, test, label, secret_arguments, machine, Scrubber(settings.username, password))
    del password
    test_run = TestRun(job)
    began = machine.clock()
    seen: tuple[Observed, ...] = ()
    if test.mode != "off":
        with turns.turn(job) as turn:
            began = machine.clock()
            if turn.known is not None:
                test_run.fail_at_once(turn.known.failure, turn.known.findings)
                seen = turn.known.observed
            else:
                test_run.run()
                seen = turn.observed = test_run.all_observed
                turn.failure, turn.findings = test_run.failure, test_run.findings
                turn.authenticated = test_run.authenticated
    return without_secrets(_report(test_run, began), job, seen)


def _report(test_run: TestRun, began: float) -> ConnectivityReport:
    job = test_run.job
    observed: Observed = test_run.observed
    warnings = tuple(dict.fromkeys(observed.warnings))
    status: Status = "passed" if test_run.failure is None else "failed"
    if job.test.mode == "off":
        status = "notTested"
    return ConnectivityReport(
        status=status,
        host=job.settings.host,
        port=job.settings.port,
        checked_at=rfc3339(job.machine.now()),
        depth=job.test.depth,
        duration_ms=round((job.machine.clock() - began) * 1000),
        attempts=tuple(test_run.attempts),
        warnings=warnings,
        server=server_facts(observed),
        not_proven=not_proven(job, warnings) if status == "passed" else (),
        tested_from=tested_from(job, observed) if status != "notTested" else None,
    )

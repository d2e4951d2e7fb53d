"""The attempts of a test: what is repeated, when, and what a failure is found to be."""

from __future__ import annotations

from pulumi_smtp_collab.connectivity.attempt import Outcome, attempt
from pulumi_smtp_collab.connectivity.failure import Failure
from pulumi_smtp_collab.connectivity.failure_context import FailureContext
from pulumi_smtp_collab.connectivity.plan import Observed, Plan
from pulumi_smtp_collab.connectivity.probes import ProbeFindings, Prober
from pulumi_smtp_collab.connectivity.progress import Progress
from pulumi_smtp_collab.connectivity.stages import Stages, detail_of
from pulumi_smtp_collab.connectivity.wire.deadline import Deadline
from pulumi_smtp_collab.model.connectivity_test import ATTEMPT_SHARE, PROBES_SHARE
from pulumi_smtp_collab.model.report import Attempt, Diagnosis, StageResult

_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 8.0
_TOO_LITTLE_SECONDS = 0.2
_SHUTTING_DOWN = 421
_WRONG_CREDENTIALS = 535
_NEVER_REPEATED = ("certificate", "remembered", "plain-bytes", "unsolicited", "plaintext-login")


class TestRun:
    """The attempts of one test.

    Attributes:
        plan: What is tested.
        attempts: Every attempt, in order.
        failure: How the last one failed; None where it passed.
        observed: What the last one saw.
        all_observed: What each of them saw, in order.
        findings: What further looks found.
        authenticated: Whether a login was accepted.
    """

    def __init__(self, plan: Plan, progress: Progress) -> None:
        self.plan = plan
        self._progress = progress
        self.attempts: list[Attempt] = []
        self.failure: Failure | None = None
        self.observed = Observed()
        self.all_observed: tuple[Observed, ...] = ()
        self.findings = ProbeFindings()
        self.authenticated = False

    def fail_at_once(self, failure: Failure, findings: ProbeFindings) -> None:
        """Record a failure that another test has met, without trying again.

        Args:
            failure: The failure.
            findings: What the other test's further looks found.
        """
        self.failure, self.findings = failure, findings
        stages = (StageResult(name=failure.stage, status="failed", duration_ms=0, detail=detail_of(failure)),)
        self.attempts.append(Attempt(stages=stages, diagnosis=self._diagnosis(failure)))

    def run(self) -> None:
        """Make attempts until one passes, or none is worth while."""
        test = self.plan.test
        deadline = Deadline.within(test.deadline_seconds, self.plan.machine.clock, self.plan.cancel)
        prober = Prober(self.plan, deadline, self._progress)
        settle_seconds = test.credentials_settle_seconds
        repeats_left = test.attempts - 1
        while True:
            deadline.raise_if_cancelled()
            outcome = self._attempt(deadline.part(test.deadline_seconds * ATTEMPT_SHARE), prober)
            self._take(outcome)
            if self.failure is None:
                self._record(outcome.stages, None)
                return
            self.findings = prober.same_port(outcome)
            self.failure = self.findings.failure or self.failure
            self._keep_what_they_show(self.failure)
            diagnosis = self._diagnosis(self.failure)
            if settle_seconds and _is_wrong_credentials(self.failure):
                pause, settle_seconds = self._settling(settle_seconds, deadline), 0.0
            elif repeats_left > 0 and _may_pass(self.failure, diagnosis):
                pause = self._pause(test.attempts - 1 - repeats_left)
                repeats_left -= 1
            else:
                break
            if deadline.left() - pause < self._kept_back():
                break
            self._record(outcome.stages, diagnosis)
            self._sleep(pause, deadline)
            self._progress.attempt += 1
        self.findings = prober.elsewhere(outcome, self.failure)
        self._keep_what_they_show(self.failure)
        self._record(outcome.stages, self._diagnosis(self.failure))

    def _attempt(self, deadline: Deadline, prober: Prober) -> Outcome:
        observed = self._progress.observed = Observed()
        stages = Stages(deadline.clock, self._progress.tell)
        return attempt(self.plan, stages, observed, deadline, prober.on_silence)

    def _sleep(self, seconds: float, deadline: Deadline) -> None:
        with self._progress.between_stages("pause"):
            if self.plan.cancel is None:
                self.plan.machine.sleep(seconds)
                return
            for stretch in deadline.part(seconds).stretches():
                self.plan.machine.sleep(stretch)

    def _take(self, outcome: Outcome) -> None:
        self.failure = outcome.failure
        self.observed = outcome.observed
        self.all_observed += (outcome.observed,)
        passed = {result.name for result in outcome.stages.results if result.status == "passed"}
        self.authenticated = self.authenticated or "auth" in passed

    def _keep_what_they_show(self, failure: Failure) -> None:
        looks = filter(None, (self.findings.second_look, *self.findings.other_ports))
        self.observed.lines += [failure.raw, *(look.said for look in looks)]
        self.observed.chain = failure.chain

    def _record(self, stages: Stages, diagnosis: Diagnosis | None) -> None:
        self.attempts.append(Attempt(stages=stages.results, diagnosis=diagnosis, addresses=self.observed.addresses))

    def _pause(self, repeated: int) -> float:
        """Return a pause of full jitter, so that many who failed together don't come back together."""
        return self.plan.machine.chance(min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**repeated))

    def _settling(self, seconds: float, deadline: Deadline) -> float:
        """Return how long new credentials are waited for: at most as long as leaves time for the repeat."""
        needed = 1.0 + 2 * (self.plan.test.deadline_seconds - deadline.left())
        return max(0.0, min(seconds, deadline.left() - max(needed, self._kept_back())))

    def _kept_back(self) -> float:
        looks = self.plan.test.second_look == "auto"
        return max(_TOO_LITTLE_SECONDS, self.plan.test.deadline_seconds * PROBES_SHARE if looks else 0.0)

    def _diagnosis(self, failure: Failure) -> Diagnosis:
        # Only a failure needs it.
        from pulumi_smtp_collab.connectivity.diagnosis import diagnose  # noqa: PLC0415

        return diagnose(failure, self._failure_context())

    def _failure_context(self) -> FailureContext:
        observed, findings = self.observed, self.findings
        return FailureContext(
            settings=self.plan.settings,
            test=self.plan.test,
            now=self.plan.machine.now(),
            capabilities=observed.ehlo_lines[1:],
            greeting=observed.greeting,
            tls_version=observed.tls.version if observed.tls else None,
            ehlo_name=observed.ehlo_name,
            peer=str(observed.address) if observed.address else None,
            local_address=observed.local_ip,
            seen_as=observed.seen_as,
            trust_store_empty=observed.trust_store_empty,
            second_look=findings.second_look,
            other_ports=findings.other_ports,
            other_family=findings.other_family,
            addresses=observed.addresses,
        )


def _may_pass(failure: Failure, diagnosis: Diagnosis) -> bool:
    """Return whether a failure may be tried again: only what may pass by itself, and nothing after AUTH was sent."""
    if failure.credentials_sent or failure.stage == "message" or failure.kind in _NEVER_REPEATED:
        return False
    if failure.reply is not None and failure.reply.code == _SHUTTING_DOWN:
        return False
    return diagnosis.transient


def _is_wrong_credentials(failure: Failure) -> bool:
    return failure.stage == "auth" and failure.reply is not None and failure.reply.code == _WRONG_CREDENTIALS

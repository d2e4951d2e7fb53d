"""Runs the connectivity test for an operation, and says what its outcome means there."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import SecretStr, ValidationError

from pulumi_smtp_collab.lifecycle.errors import connectivity_error, failure_message
from pulumi_smtp_collab.lifecycle.stack_settings import StackSettings
from pulumi_smtp_collab.lifecycle.verification import DueTest, verified_digest
from pulumi_smtp_collab.lifecycle.waiting import tell_waiting
from pulumi_smtp_collab.model.connectivity_test import DEPTHS, ConnectivityTest
from pulumi_smtp_collab.model.errors import SmtpCollaborationError
from pulumi_smtp_collab.model.hosts import endpoint
from pulumi_smtp_collab.model.origin import Origin
from pulumi_smtp_collab.model.progress import Cancel, OnStage
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.reasons_to_skip import SKIP_TEST
from pulumi_smtp_collab.model.record import Evidence, ProviderRecord
from pulumi_smtp_collab.model.report import ConnectivityReport, SkippedTest, Verification
from pulumi_smtp_collab.model.settings import SmtpSettings
from pulumi_smtp_collab.model.timestamps import rfc3339
from pulumi_smtp_collab.targets import SaveRequest

_NO_LOGIN = (
    "its password lies in an Encrypted Text that was selected and can't be read back, so the test goes no deeper than "
    "tls: the login was not tested. password_for_test_env names an environment variable with the password for the test"
)


@dataclass(frozen=True, slots=True)
class Messages:
    """What takes the words for the user.

    Attributes:
        warn: Takes a warning.
        inform: Takes a message that is no warning.
        wait: Takes, once for each test, what it waits for when a step takes long; None where the front end shows
            the stages as they run.
    """

    warn: Callable[[str], None]
    inform: Callable[[str], None]
    wait: Callable[[str], None] | None = None


@dataclass(frozen=True, slots=True)
class TestControls:
    """What a front end may have to say about a running test.

    Attributes:
        on_stage: Is called when a stage begins and when it ends, in the thread of the test; None for nobody.
        deadline_seconds: What is left for the operation, in seconds: a bound to the test's own deadline; None for none.
        cancel: Ends the test within a second once it is set, and nothing is saved; None where nothing ends it.
    """

    __test__ = False  # no test of pytest's

    on_stage: OnStage | None = None
    deadline_seconds: float | None = None
    cancel: Cancel | None = None


@dataclass(frozen=True, slots=True)
class Verifier:
    """Tests the providers of one stack.

    Attributes:
        settings: What the stack and the environment say.
        messages: Takes what the user is told.
        now: Gives the time.
        environment: The environment's variables, for a password that the test alone needs.
    """

    settings: StackSettings
    messages: Messages
    now: Callable[[], datetime]
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    def verify(
        self,
        arguments: ProviderArguments,
        origin: Origin,
        due: DueTest | None,
        *,
        before: ProviderRecord | None,
        if_refused: str,
        controls: TestControls,
    ) -> tuple[Evidence, str]:
        """Run a test that is due, before anything is saved.

        Args:
            arguments: What is about to be saved.
            origin: Where it is declared.
            due: Why a test is due, and whether its failure stops the operation; None where none is.
            before: What was recorded before; None in a create.
            if_refused: What is true when the test fails and that stops the operation.
            controls: What the front end says about the test.

        Returns:
            What is to be recorded, and the report as a person reads it (empty where no test ran here).

        Raises:
            ConnectivityTestFailed: The test failed and its mode is ``enforce``.
            ConnectivityTestCancelled: The front end ended it.
        """
        untested = Evidence(digest=verified_digest(arguments))
        if arguments.connectivity_test.mode == "off":
            return untested, ""
        if due is None:
            return before.evidence if before is not None else untested, ""
        if not arguments.connectivity_test.tests_here:
            return untested, ""
        name = origin.shown_name(arguments.display_name)
        if self.settings.skip_reason is not None:
            return self._skipped(arguments, name, before), ""
        fault = self._password_fault(arguments)
        if fault is not None:
            raise SmtpCollaborationError(f"The connectivity test of {name} can't run: {fault}. {if_refused}")
        report = self._run(arguments, arguments.connectivity_test, origin, controls)
        if not report.passed:
            if arguments.connectivity_test.mode == "enforce" and due.gates:
                raise connectivity_error(report, name, if_refused) from None
            self.messages.warn(failure_message(report, name, _why_saved(arguments, due)))
        else:
            for warning in report.warnings:
                self.messages.warn(f"{name}: {warning}")
        found = Evidence(Verification.of(report), untested.digest)
        if arguments.password_is_elsewhere and arguments.password_for_test_env is None:
            self.messages.warn(f"{name}: {_NO_LOGIN}")
            found = found.not_proving((_NO_LOGIN,))
        return found, str(report)

    def retest(self, recorded: ProviderRecord, controls: TestControls) -> Evidence:
        """Test what is saved again in a refresh: no mail is sent, and nothing fails.

        What no test saw stays what no test saw: the arguments count as verified only where a test of them passed, or
        where they were before and it failed.

        Args:
            recorded: What is saved; its arguments are validated.
            controls: What the front end says about the test.
        """
        arguments, evidence = recorded.arguments, recorded.evidence
        if self.settings.skip_reason is not None:
            return evidence
        name = recorded.origin.shown_name(arguments.display_name)
        fault = self._password_fault(arguments)
        if fault is not None:
            self.messages.warn(f"{name} was not tested again: {fault}.")
            return evidence
        digest, test = verified_digest(arguments), arguments.connectivity_test
        sends_mail = test.depth == "message"
        without_mail = test.model_copy(update={"depth": "recipient"} if sends_mail else {})
        report = self._run(arguments, without_mail, recorded.origin, controls)
        if not report.passed:
            self.messages.warn(failure_message(report, name, "It is recorded; the next up tests again."))
            return Evidence(Verification.of(report), evidence.digest)
        if sends_mail and evidence.digest == digest and evidence.verification.status == "passed":
            # What was verified up to the message stays the evidence; a shallower pass only confirms it.
            return Evidence(evidence.verification.model_copy(update={"retested_at": report.checked_at}), digest)
        return Evidence(Verification.of(report), digest)

    def report(self, arguments: ProviderArguments, origin: Origin, controls: TestControls) -> ConnectivityReport:
        """Test and say what was found, with nothing saved; where this machine skips tests, nothing is tested."""
        test = arguments.connectivity_test
        if self.settings.skip_reason is not None:
            self.messages.warn(f"The connectivity test was skipped, as {SKIP_TEST} says: {self.settings.skip_reason}")
            test = test.model_copy(update={"mode": "off"})
        return self._run(arguments, test, origin, controls)

    def _run(
        self, arguments: ProviderArguments, test: ConnectivityTest, origin: Origin, controls: TestControls
    ) -> ConnectivityReport:
        # A preview never needs them.
        from pulumi_smtp_collab.connectivity import run_connectivity_test  # noqa: PLC0415
        from pulumi_smtp_collab.connectivity.server_gate import set_tests_at_once  # noqa: PLC0415

        if self.settings.tests_at_once is not None:
            set_tests_at_once(self.settings.tests_at_once)
        changes: dict[str, object] = {}
        if DEPTHS.index(arguments.tested_depth) < DEPTHS.index(test.depth):
            changes["depth"] = arguments.tested_depth
        if controls.deadline_seconds is not None and controls.deadline_seconds < test.deadline_seconds:
            changes["deadline_seconds"] = controls.deadline_seconds
        test = test.model_copy(update=changes)
        with self._listener(arguments, test, origin, controls) as on_stage:
            return run_connectivity_test(
                settings_of(arguments, self._password_for_test(arguments)),
                test,
                label=origin.mail_label(arguments.display_name),
                secret_arguments=origin.secret_arguments,
                on_stage=on_stage,
                cancel=controls.cancel,
            )

    def _listener(
        self, arguments: ProviderArguments, test: ConnectivityTest, origin: Origin, controls: TestControls
    ) -> AbstractContextManager[OnStage | None]:
        """Return who listens to the stages: the front end, or else what says once that a test waits."""
        if controls.on_stage is not None or self.messages.wait is None:
            return nullcontext(controls.on_stage)
        secret = origin.secret_arguments
        host = "[secret host]" if "host" in secret else arguments.host
        where = host if "port" in secret else endpoint(host, arguments.port)
        subject = origin.shown_name(arguments.display_name)
        return tell_waiting(self.messages.wait, subject, where, test.deadline_seconds)

    def _password_for_test(self, arguments: ProviderArguments) -> SecretStr | None:
        """Return the password of a secret that was selected; None where the arguments hold it, or nobody asked."""
        name = arguments.password_for_test_env
        if name is None or not arguments.password_is_elsewhere or not self.environment.get(name):
            return None
        return SecretStr(self.environment[name])

    def _password_fault(self, arguments: ProviderArguments) -> str | None:
        """Say why the password of a selected secret can't be had for the test; None where it can, or isn't asked for.

        The variable's value is never shown.
        """
        name = arguments.password_for_test_env
        if name is None or not arguments.password_is_elsewhere:
            return None
        password = self._password_for_test(arguments)
        if password is None:
            return f"password_for_test_env names the environment variable {name}, which is not set here"
        try:
            settings_of(arguments, password)
        except ValidationError:
            return f"the environment variable {name} of password_for_test_env holds what no SMTP login can carry"
        return None

    def _skipped(self, arguments: ProviderArguments, name: str, before: ProviderRecord | None) -> Evidence:
        reason = self.settings.skip_reason or ""
        skipped = SkippedTest(reason=reason, at=rfc3339(self.now()))
        told = f"{name}: its connectivity test was skipped, as {SKIP_TEST} says: {reason}"
        digest = verified_digest(arguments)
        kept = None if before is None else before.evidence
        if kept is not None and kept.digest == digest and kept.verification.status != "notTested":
            # A failed one too: a skip must not make it a settled state.
            of_which = "" if kept.verification.status == "passed" else " and failed"
            self.messages.warn(f"{told}. Its last verification, of the same settings{of_which}, is kept.")
            return Evidence(kept.verification.model_copy(update={"skipped": skipped}), digest)
        self.messages.warn(f"{told}. It is saved without a test.")
        return Evidence(Verification(status="notTested", skipped=skipped), digest)


def save_request(arguments: ProviderArguments, origin: Origin, due: DueTest | None, our_view: str) -> SaveRequest:
    """Return what is to be saved, with the words of a test mail for a target that tests by itself.

    Args:
        arguments: What is to be saved.
        origin: Where it is declared.
        due: Why a test was due; None where none was.
        our_view: The report of the test from here; empty where none ran.
    """
    test = arguments.connectivity_test
    if due is None or test.mode == "off" or not test.tests_by_delegate:
        return SaveRequest(arguments, secret_arguments=origin.secret_arguments)
    from pulumi_smtp_collab.connectivity.mail_text import subject_of  # noqa: PLC0415 - a preview never needs it

    label = origin.mail_label(arguments.display_name) or origin.shown_name(arguments.display_name)
    return SaveRequest(
        arguments,
        tested=True,
        gates=test.mode == "enforce" and due.gates,
        our_view=our_view,
        subject=subject_of(label),
        body=f"This mail is a test. Nobody has to do anything; it can be deleted. A Harness delegate sent it for "
        f"pulumi-smtp-collab, which tests the SMTP settings of {html.escape(label)} with a mail.",
        secret_arguments=origin.secret_arguments,
    )


def settings_of(arguments: ProviderArguments, password: SecretStr | None = None) -> SmtpSettings:
    """Return the server's settings among a provider's arguments.

    Args:
        arguments: The provider's arguments.
        password: The password, where it lies in a secret that was selected; without it they are settings without a
            login.

    Raises:
        pydantic.ValidationError: That password breaks its rule; it is not shown.
    """
    settings = {name: getattr(arguments, name) for name in SmtpSettings.model_fields}
    if arguments.password_is_elsewhere:
        settings |= {"username": None} if password is None else {"password": password}
    return SmtpSettings.model_validate(settings)


def _why_saved(arguments: ProviderArguments, due: DueTest) -> str:
    if arguments.connectivity_test.mode == "warn":
        return 'It was saved all the same, as its test has mode="warn".'
    return (
        f"It was saved all the same: the test was due because {due.reason}, and nothing that it sees has changed "
        '(on_stale_failure="fail" would have stopped the up).'
    )

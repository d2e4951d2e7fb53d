"""Runs the connectivity test for an operation, and says what its outcome means there."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from pulumi_smtp_collab.lifecycle.arguments import settings_of, verified_digest
from pulumi_smtp_collab.lifecycle.errors import connectivity_error, failure_message
from pulumi_smtp_collab.lifecycle.stack_settings import SKIP_TEST, StackSettings
from pulumi_smtp_collab.lifecycle.verification import Due, Recorded, timestamp
from pulumi_smtp_collab.model.connectivity_test import DEPTHS, ConnectivityTest
from pulumi_smtp_collab.model.errors import SmtpCollaborationError
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.report import ConnectivityReport, SkippedTest, Verification
from pulumi_smtp_collab.targets import SaveRequest

SECRET_ARGUMENTS_INPUT = "__secretArguments"  # noqa: S105 - a name
"""Internal input: the Python names of the arguments that the program marked secret."""

_NO_LOGIN = (
    "its password lies in an Encrypted Text that was selected and can't be read back, so the test goes no deeper than "
    "tls: the login was not tested. password_for_test_env names an environment variable with the password for the test"
)

STACK_INPUT = "__stack"
"""Internal input: project and stack, for the test mail."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a test is about, in the words of its messages and of its mail.

    Attributes:
        name: The display name, as messages show it.
        label: Project, stack and display name, as the test mail shows them.
        secret_arguments: The arguments (Python names) that the program marked secret: named and never shown.
    """

    name: str
    label: str
    secret_arguments: frozenset[str]

    @classmethod
    def of(cls, inputs: Mapping[str, Any]) -> Subject:
        """Read it from checked inputs or saved outputs."""
        secret = secret_arguments(inputs)
        hidden = "display_name" in secret
        display_name = str(inputs.get("displayName", ""))
        name = "[secret display_name]" if hidden else f'"{display_name}"'
        parts = (str(inputs.get(STACK_INPUT) or ""), "" if hidden else display_name)
        return cls(name, "/".join(part for part in parts if part), secret)


def secret_arguments(inputs: Mapping[str, Any]) -> frozenset[str]:
    """Return the Python names of the arguments that the program marked secret."""
    names = inputs.get(SECRET_ARGUMENTS_INPUT)
    return frozenset(names) if isinstance(names, (list, tuple)) else frozenset()


@dataclass(frozen=True, slots=True)
class Tester:
    """Tests providers in one stack.

    Attributes:
        settings: What the stack and the environment say.
        warn: Takes a warning for the user.
        now: Gives the time.
        environment: The environment's variables, for a password that the test alone needs.
    """

    settings: StackSettings
    warn: Callable[[str], None]
    now: Callable[[], datetime]
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    def verify(
        self, arguments: ProviderArguments, subject: Subject, due: Due, recorded: Recorded | None, outcome: str
    ) -> tuple[Recorded, str]:
        """Run a test that is due, before anything is saved.

        Args:
            arguments: What is about to be saved.
            subject: What messages call it.
            due: Why it is due, and whether its failure stops the operation.
            recorded: What was recorded before; None in a create.
            outcome: What is true when the test fails and that stops the operation.

        Returns:
            What is to be recorded, and the report as a person reads it (empty where no test ran here).

        Raises:
            ConnectivityTestFailed: The test failed and its mode is ``enforce``.
        """
        if not arguments.connectivity_test.tests_here:
            return Recorded.untested(arguments), ""
        if self.settings.skip_reason is not None:
            return self._skipped(arguments, subject, recorded), ""
        fault = self._password_fault(arguments)
        if fault is not None:
            raise SmtpCollaborationError(f"The connectivity test of {subject.name} can't run: {fault}. {outcome}")
        report = self._run(arguments, arguments.connectivity_test, subject)
        if not report.passed:
            if arguments.connectivity_test.mode == "enforce" and due.gates:
                raise connectivity_error(report, subject.name, outcome) from None
            self.warn(failure_message(report, subject.name, _why_saved(arguments, due)))
        else:
            for warning in report.warnings:
                self.warn(f"{subject.name}: {warning}")
        found = Recorded(Verification.of(report), verified_digest(arguments))
        if arguments.password_is_elsewhere and arguments.password_for_test_env is None:
            self.warn(f"{subject.name}: {_NO_LOGIN}")
            found = found.not_proving((_NO_LOGIN,))
        return found, str(report)

    def intent(self, arguments: ProviderArguments, subject: Subject, due: Due | None, our_view: str) -> SaveRequest:
        """Return what is to be saved, with the words of a test mail for a target that tests by itself.

        Args:
            arguments: What is to be saved.
            subject: What messages call it.
            due: Why a test was due; None where none was.
            our_view: The report of the test from here; empty where none ran.
        """
        test = arguments.connectivity_test
        tested = due is not None and test.mode != "off"
        if not tested or not test.tests_by_delegate:
            return SaveRequest(arguments, secret_arguments=subject.secret_arguments)
        from pulumi_smtp_collab.connectivity.mail_text import subject_of  # noqa: PLC0415 - a preview never needs it

        label = subject.label or subject.name
        return SaveRequest(
            arguments,
            tested=True,
            gates=test.mode == "enforce" and due is not None and due.gates,
            our_view=our_view,
            subject=subject_of(label),
            body=f"This mail is a test. Nobody has to do anything; it can be deleted. A Harness delegate sent it for "
            f"pulumi-smtp-collab, which tests the SMTP settings of {html.escape(label)} with a mail.",
            secret_arguments=subject.secret_arguments,
        )

    def retest(self, arguments: ProviderArguments, subject: Subject, recorded: Recorded) -> Recorded:
        """Test again in a refresh: no mail is sent, and nothing fails.

        What no test saw stays what no test saw: the arguments count as verified only where a test of them passed, or
        where they were before and it failed.
        """
        if self.settings.skip_reason is not None:
            return recorded
        fault = self._password_fault(arguments)
        if fault is not None:
            self.warn(f"{subject.name} was not tested again: {fault}.")
            return recorded
        digest = verified_digest(arguments)
        test = arguments.connectivity_test
        sends_mail = test.depth == "message"
        report = self._run(arguments, test.model_copy(update={"depth": "recipient"} if sends_mail else {}), subject)
        if not report.passed:
            self.warn(failure_message(report, subject.name, "It is recorded; the next up tests again."))
            return Recorded(Verification.of(report), recorded.digest, recorded.mode)
        if sends_mail and recorded.digest == digest and recorded.verification.status == "passed":
            # What was verified up to the message stays the evidence; a shallower pass only confirms it.
            confirmed = recorded.verification.model_copy(update={"retested_at": report.checked_at})
            return Recorded(confirmed, digest, recorded.mode)
        return Recorded(Verification.of(report), digest, recorded.mode)

    def _run(self, arguments: ProviderArguments, test: ConnectivityTest, subject: Subject) -> ConnectivityReport:
        from pulumi_smtp_collab.connectivity import run_connectivity_test  # noqa: PLC0415 - a preview never needs it

        password = self._password_for_test(arguments)
        if DEPTHS.index(arguments.tested_depth) < DEPTHS.index(test.depth):
            test = test.model_copy(update={"depth": arguments.tested_depth})
        return run_connectivity_test(
            settings_of(arguments, password), test, label=subject.label, secret_arguments=subject.secret_arguments
        )

    def _password_for_test(self, arguments: ProviderArguments) -> str | None:
        name = arguments.password_for_test_env
        return self.environment.get(name) if name is not None and arguments.password_is_elsewhere else None

    def _password_fault(self, arguments: ProviderArguments) -> str | None:
        """Say why the password of a selected secret can't be had for the test; None where it can, or isn't asked for.

        The variable's value is never shown.
        """
        name = arguments.password_for_test_env
        if name is None or not arguments.password_is_elsewhere:
            return None
        if not self.environment.get(name):
            return f"password_for_test_env names the environment variable {name}, which is not set here"
        try:
            settings_of(arguments, self.environment[name])
        except ValidationError:
            return f"the environment variable {name} of password_for_test_env holds what no SMTP login can carry"
        return None

    def _skipped(self, arguments: ProviderArguments, subject: Subject, recorded: Recorded | None) -> Recorded:
        reason = self.settings.skip_reason or ""
        skipped = SkippedTest(reason=reason, at=timestamp(self.now()))
        told = f"{subject.name}: its connectivity test was skipped, as {SKIP_TEST} says: {reason}"
        holds = recorded is not None and recorded.digest == verified_digest(arguments)
        if recorded is not None and holds and recorded.verification.status != "notTested":
            # A failed one too: a skip must not make it a settled state.
            of_which = "" if recorded.verification.status == "passed" else " and failed"
            self.warn(f"{told}. Its last verification, of the same settings{of_which}, is kept.")
            return Recorded(recorded.verification.model_copy(update={"skipped": skipped}), recorded.digest)
        self.warn(f"{told}. It is saved without a test.")
        return Recorded.untested(arguments, skipped)


def _why_saved(arguments: ProviderArguments, due: Due) -> str:
    if arguments.connectivity_test.mode == "warn":
        return 'It was saved all the same, as its test has mode="warn".'
    return (
        f"It was saved all the same: the test was due because {due.reason}, and nothing that it sees has changed "
        '(on_stale_failure="fail" would have stopped the up).'
    )

"""The errors of an operation: one for each stage of the connectivity test, all shown under the front door's name."""

from __future__ import annotations

from pulumi_smtp_collab.model.errors import SmtpCollaborationError
from pulumi_smtp_collab.model.hosts import endpoint
from pulumi_smtp_collab.model.report import ConnectivityReport, StageName


class ConnectivityTestFailed(SmtpCollaborationError):  # noqa: N818 - it is what the user reads
    """The connectivity test failed, and nothing was saved.

    Attributes:
        report: What the test found.
        outcome: What is true now, in one sentence.
    """

    def __init__(self, report: ConnectivityReport, subject: str, outcome: str) -> None:
        super().__init__(failure_message(report, subject, outcome))
        self.report = report
        self.outcome = outcome


class NameResolutionFailed(ConnectivityTestFailed):
    """The host's name could not be resolved (stage dns)."""


class ConnectFailed(ConnectivityTestFailed, ConnectionError):  # noqa: N818 - like its siblings
    """No TCP connection could be made (stage connect)."""


class GreetingFailed(ConnectivityTestFailed):
    """The server did not greet as an SMTP server that lets us in (stage greeting)."""


class EhloFailed(ConnectivityTestFailed):
    """The server refused EHLO (stage ehlo)."""


class StartTlsFailed(ConnectivityTestFailed):
    """The server did not change to TLS (stage starttls)."""


class TlsFailed(ConnectivityTestFailed):
    """TLS could not be agreed on, or the certificate was not accepted (stage tls)."""


class LoginFailed(ConnectivityTestFailed):
    """The login was not accepted (stage auth)."""


class SenderRefused(ConnectivityTestFailed):
    """The From address was not accepted (stage sender)."""


class RecipientRefused(ConnectivityTestFailed):
    """The recipient was not accepted (stage recipient)."""


class MessageRefused(ConnectivityTestFailed):
    """The test mail was not accepted (stage message)."""


_BY_STAGE: dict[StageName, type[ConnectivityTestFailed]] = {
    "dns": NameResolutionFailed,
    "connect": ConnectFailed,
    "greeting": GreetingFailed,
    "ehlo": EhloFailed,
    "starttls": StartTlsFailed,
    "tls": TlsFailed,
    "auth": LoginFailed,
    "sender": SenderRefused,
    "recipient": RecipientRefused,
    "message": MessageRefused,
}

ConnectivityTestFailed.__module__ = "pulumi_smtp_collab"
for _public in _BY_STAGE.values():
    _public.__module__ = "pulumi_smtp_collab.errors"


def connectivity_error(report: ConnectivityReport, subject: str, outcome: str) -> ConnectivityTestFailed:
    """Return the error of the stage that failed."""
    stage = report.diagnosis.stage if report.diagnosis else ""
    error = next((error for name, error in _BY_STAGE.items() if name == stage), ConnectivityTestFailed)
    return error(report, subject, outcome)


def failure_message(report: ConnectivityReport, subject: str, outcome: str) -> str:
    """Return the message of a failed test.

    Its last lines are, in this order: the stage, host and port; what was seen; the fix; what is true now.
    """
    diagnosis = report.diagnosis
    lines = [f"The connectivity test of {subject} failed."]
    lines += [f"  {stage.name}: {stage.detail or stage.status}" for stage in report.stages if stage.status == "passed"]
    lines += [f"  warning: {warning}" for warning in report.warnings]
    if diagnosis is not None:
        lines += [
            f"Stage: {diagnosis.stage} of {endpoint(report.host, report.port)} [{diagnosis.code}]",
            f"Seen: {diagnosis.summary}",
            f"Fix: {diagnosis.advice}",
        ]
    return "\n".join([*lines, outcome])

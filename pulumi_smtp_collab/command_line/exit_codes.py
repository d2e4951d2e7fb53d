"""The exit codes of every command: one class of failure each, the same in every version."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from typing_extensions import Self

if TYPE_CHECKING:
    from pulumi_smtp_collab.model.report import ConnectivityReport, Diagnosis


class ExitCode(IntEnum):
    """How a command ended; ``meaning`` says it in a sentence."""

    meaning: str

    def __new__(cls, number: int, meaning: str) -> Self:
        """Return the member for a number, with its meaning."""
        member = int.__new__(cls, number)
        member._value_ = number
        member.meaning = meaning
        return member

    DONE = 0, "All passed."
    FAILED = 1, "What belongs to no other class: a finding of status --check, a file that can't be written."
    USAGE = 2, "An option or argument is missing or wrong."
    NAMES = 3, "The host's name could not be resolved."
    CONNECTION = 4, "No connection: refused, filtered, no route."
    TLS = 5, "STARTTLS, the TLS handshake or the certificate failed."
    LOGIN = 6, "The login was refused or is not possible."
    SENDER = 7, "The server does not take mail from the From address."
    RECIPIENT = 8, "The server does not take mail for the recipient."
    MESSAGE = 9, "The server refused the mail itself."
    SERVER = 10, "The server refuses this client, is in trouble, fell silent, or is no SMTP server."
    LIMITS = 11, "A limit was reached: of connections, logins, mails or size, or a greylist."
    STACK = 12, "The stack, its program or its state, or Harness, could not be read."
    PARTIAL = 13, "The mail was taken for some recipients and refused for others."
    INTERRUPTED = 130, "Interrupted by ^C."


_LIMITS = ("rate-limited", "throttled", "quota", "greylisted", "too-large", "mailbox-full", "too-many")
_SERVER = (
    "-timeout", "-dropped", "-unexpected-reply", "not-smtp", "no-mail-service", "service-unavailable",
    "server-misconfigured", "reply-too-long", "unsolicited-reply", "client-", "refused-by-policy", "backend-down",
)  # fmt: skip
_BY_STAGE = {
    "dns": ExitCode.NAMES,
    "connect": ExitCode.CONNECTION,
    "greeting": ExitCode.SERVER,
    "ehlo": ExitCode.SERVER,
    "starttls": ExitCode.TLS,
    "tls": ExitCode.TLS,
    "auth": ExitCode.LOGIN,
    "sender": ExitCode.SENDER,
    "recipient": ExitCode.RECIPIENT,
    "message": ExitCode.MESSAGE,
}
_OWN_CLASS = ("dns", "connect", "tls")
"""Stages whose silence is of their own class: a handshake that ends nowhere is a failure of TLS."""


def class_of(code: str, stage: str) -> ExitCode:
    """Return the class of a diagnosis.

    Args:
        code: The diagnosis code, such as ``tls-unknown-ca``.
        stage: The stage in which it was seen.
    """
    if any(word in code for word in _LIMITS):
        return ExitCode.LIMITS
    if code.startswith(("tls-", "starttls-", "plain-port", "port-speaks-tls")):
        return ExitCode.TLS
    if code == "login-required":
        return ExitCode.LOGIN
    if code == "remembered-unreachable":
        return ExitCode.CONNECTION
    if code == "not-smtp":
        return ExitCode.SERVER  # however the test began
    if stage not in _OWN_CLASS and any(word in code for word in _SERVER):
        return ExitCode.SERVER
    for name, result in (("auth-", ExitCode.LOGIN), ("sender-", ExitCode.SENDER), ("recipient-", ExitCode.RECIPIENT)):
        if code.startswith(name):
            return result
    return _BY_STAGE.get(stage, ExitCode.SERVER)


def exit_code_of(report: ConnectivityReport) -> ExitCode:
    """Return how a command ends that ran one test."""
    return exit_code_of_diagnosis(report.diagnosis)


def exit_code_of_diagnosis(diagnosis: Diagnosis | None) -> ExitCode:
    """Return the class of a diagnosis, or that all passed where there is none."""
    return ExitCode.DONE if diagnosis is None else class_of(diagnosis.code, diagnosis.stage)

"""From the facts of a failure to its cause and what to change: pure, and in plain sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pulumi_smtp_collab.connectivity.diagnosis.certificates import certificate_finding
from pulumi_smtp_collab.connectivity.diagnosis.codes import BY_CODE, DiagnosisCode, diagnosis_codes
from pulumi_smtp_collab.connectivity.diagnosis.facts import Facts, Finding
from pulumi_smtp_collab.connectivity.diagnosis.logins import login_finding, no_login_finding
from pulumi_smtp_collab.connectivity.diagnosis.names_and_connections import connection_finding, name_finding
from pulumi_smtp_collab.connectivity.diagnosis.offers import not_offered_finding
from pulumi_smtp_collab.connectivity.diagnosis.reading import read
from pulumi_smtp_collab.connectivity.diagnosis.replies import means_the_mailbox, reply_finding
from pulumi_smtp_collab.connectivity.diagnosis.silence import (
    lost_finding,
    not_smtp_finding,
    out_of_turn_finding,
    plain_peer_finding,
    timeout_finding,
)
from pulumi_smtp_collab.connectivity.diagnosis.tls import tls_finding
from pulumi_smtp_collab.connectivity.failure import Failure, Kind
from pulumi_smtp_collab.connectivity.failure_context import FailureContext
from pulumi_smtp_collab.model.report import Diagnosis

__all__ = ["DiagnosisCode", "diagnose", "diagnosis_codes", "refuses_mailbox"]


def diagnose(failure: Failure, failure_context: FailureContext) -> Diagnosis:
    """Name the cause of a failure and what to change.

    Args:
        failure: What was seen on the wire.
        failure_context: What was known around it, and what further looks found.

    Returns:
        A diagnosis whose code is one of ``diagnosis_codes``.
    """
    facts = Facts(failure, failure_context)
    found = _remembered(facts) if failure.remembered else _BY_KIND[failure.kind](facts)
    return Diagnosis(
        code=found.code,
        stage=failure.stage,
        summary=" ".join([found.summary, *failure.notes]),
        advice=found.advice,
        transient=BY_CODE[found.code].transient,
    )


def refuses_mailbox(failure: Failure, failure_context: FailureContext) -> bool:
    """Return whether a refusal at RCPT says clearly that the mailbox is the trouble.

    What may be about the sender, about relaying or about the server itself does not: then nothing was found out about
    the mailbox, and mail will fail.
    """
    return means_the_mailbox(read(failure, failure_context))


def _reply(facts: Facts) -> Finding:
    return login_finding(facts) if facts.failure.stage == "auth" else reply_finding(facts)


def _remembered(facts: Facts) -> Finding:
    """Say what the test that was made in earnest found, and that this one was spared."""
    failure = facts.failure
    first = diagnose(failure.remembered, facts.around) if failure.remembered else None
    whose = f'the test of "{failure.first}"' if failure.first else "an earlier test"
    ago = f"{failure.seconds_ago:.0f} s ago in this run"
    if failure.stage == "auth":
        code, what = "remembered-login", "the same login was refused"
        after = "It is asked again with another password, in the next run, or half an hour after that."
    else:
        code, what = "remembered-unreachable", "it did not answer"
        after = "It is tried again a minute after that."
    summary = f"{facts.where} was not tried: {what} {ago}, in {whose}. {first.summary if first else ''}"
    return Finding(code, summary.strip(), f"{first.advice if first else ''} {after}".strip())


_BY_KIND: Final[dict[Kind, Callable[[Facts], Finding]]] = {
    "name": name_finding,
    "unreachable": connection_finding,
    "deadline": timeout_finding,
    "closed": lost_finding,
    "reset": lost_finding,
    "reply": _reply,
    "not-smtp": not_smtp_finding,
    "too-long": out_of_turn_finding,
    "unsolicited": out_of_turn_finding,
    "plain-bytes": out_of_turn_finding,
    "plain-peer": plain_peer_finding,
    "not-offered": not_offered_finding,
    "no-mechanism": no_login_finding,
    "plaintext-login": no_login_finding,
    "certificate": certificate_finding,
    "tls": tls_finding,
    "remembered": _remembered,
}

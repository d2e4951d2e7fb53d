"""What a test leaves to those that follow, so that they are spared what it has met."""

from __future__ import annotations

from dataclasses import dataclass, field

from pulumi_smtp_collab.connectivity.failure import Failure
from pulumi_smtp_collab.connectivity.plan import Observed
from pulumi_smtp_collab.connectivity.probes import ProbeFindings

UNREACHABLE_SECONDS = 60.0
"""How long it is remembered that a host and port could not be reached."""

REFUSED_LOGIN_SECONDS = 30 * 60.0
"""How long a refused login is remembered: longer than a run takes, and not for ever in a program that goes on for days,
where the account may have been unlocked."""


@dataclass(frozen=True, slots=True)
class RememberedFailure:
    """A failure that a test of this process has met, and that another one would meet too.

    Attributes:
        failure: The failure, as one that was not tried again.
        findings: What the further looks of the test in earnest found.
        observed: What its attempts saw: the names and addresses that the failure may hold.
    """

    failure: Failure
    findings: ProbeFindings
    observed: tuple[Observed, ...] = ()


@dataclass(slots=True)
class Admission:
    """A test that may run, and what it leaves to those that follow.

    Attributes:
        known: The failure that another test has met and that this one would meet too; None where it has to be tried.
        failure: To be set: how the test failed, for the ones that follow; None where it passed.
        findings: To be set: what its further looks found.
        observed: To be set: what its attempts saw.
        authenticated: To be set: whether its login was accepted.
    """

    known: RememberedFailure | None
    failure: Failure | None = None
    findings: ProbeFindings = field(default_factory=ProbeFindings)
    observed: tuple[Observed, ...] = ()
    authenticated: bool = False


def remembered(first: Failure, label: str, seconds_ago: float) -> Failure:
    """Return the failure of a test that was spared what another one has met."""
    return Failure(
        first.stage,
        "remembered",
        reply=first.reply,
        command=first.command,
        addresses=first.addresses,
        remembered=first,
        first=label,
        seconds_ago=seconds_ago,
    )


def is_refused_login(failure: Failure) -> bool:
    """Return whether a login was refused for good: whatever the reason, its password is not sent the same way again."""
    reply = failure.reply
    return failure.stage == "auth" and failure.credentials_sent and reply is not None and reply.code // 100 == 5  # noqa: PLR2004


def is_unreachable(failure: Failure) -> bool:
    """Return whether a host and port could not be reached, or took a connection and then said nothing at all."""
    return failure.kind == "unreachable" or (failure.kind == "deadline" and failure.stage in ("dns", "greeting", "tls"))

"""What the report says of the server, of where the test ran, and of what its depth can't show."""

from __future__ import annotations

from pulumi_smtp_collab._version import __version__
from pulumi_smtp_collab.connectivity.plan import Observed, Plan
from pulumi_smtp_collab.model.report import ServerFacts, TestedFrom
from pulumi_smtp_collab.model.timestamps import rfc3339


def server_facts(observed: Observed) -> ServerFacts | None:
    """Return what the server said of itself; None where there was no connection."""
    if observed.address is None:
        return None
    tls = observed.tls
    return ServerFacts(
        address=str(observed.address),
        greeting_name=_greeting_name(observed.greeting),
        tls_version=tls.version if tls else None,
        cipher=tls.cipher if tls else None,
        certificate_subject=tls.subject if tls else None,
        certificate_issuer=tls.issuer if tls else None,
        certificate_names=tls.names if tls else None,
        certificate_not_after=rfc3339(tls.not_after) if tls else None,
        capabilities=observed.ehlo_lines[1:] if observed.ehlo_lines else None,
        seen_as=observed.seen_as,
    )


def _greeting_name(greeting: str) -> str | None:
    """Return the name that follows the code (RFC 5321, section 4.2)."""
    words = greeting.split(" ", 2)
    return words[1] if len(words) > 1 else None


def tested_from(plan: Plan, observed: Observed) -> TestedFrom:
    """Return where the test ran."""
    return TestedFrom(machine=plan.machine.name, address=observed.local_ip, version=__version__)


def not_proven(plan: Plan, warnings: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return, as sentences, what a test of this depth can't show even where it passes.

    Args:
        plan: The test.
        warnings: What passed with a warning: an answer that was put off is not proven either.
    """
    shown: list[str] = []
    if not plan.reaches("tls") and plan.settings.tls_mode == "starttls":
        shown.append("The depth connect ends before TLS: neither STARTTLS nor the certificate was tested.")
    if plan.settings.password is not None and not plan.reaches("login"):
        shown.append(f"The depth {plan.test.depth} ends before the login: user name and password were not tested.")
    if not plan.reaches("sender"):
        shown.append(f"Whether the server takes mail from {plan.settings.from_address} was not tested.")
    if not plan.reaches("recipient"):
        shown.append(
            "Whether the server relays to other domains was not tested; some judge the sender only when the recipient "
            "is named."
        )
    if plan.test.depth == "recipient":
        if plan.test.recipient is None:
            shown.append(
                f"The recipient was the from address, {plan.settings.from_address}: whether the server relays to other "
                "domains was not tested."
            )
        shown.append(
            "No mail was sent: some services (Amazon SES, Exchange Online) judge the sender only after the mail."
        )
    if plan.test.depth == "message":
        shown.append("The server took the mail; whether it reaches the mailbox, or is filed as spam, is not known.")
    if warnings and any("greylists" in warning for warning in warnings):
        shown.append("The server put an address off (greylisting): whether it takes it in the end is not known.")
    shown.append("The test speaks for the machine that it ran on: another network may be refused or filtered.")
    return tuple(shown)

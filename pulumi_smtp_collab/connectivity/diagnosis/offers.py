"""Causes that stand in the EHLO reply: an extension that is needed and not offered."""

from __future__ import annotations

from typing import Final

from pulumi_smtp_collab.connectivity.diagnosis.facts import Facts, Finding, Words
from pulumi_smtp_collab.connectivity.diagnosis.logins import no_login_finding

_WORDS: Final[dict[str, Words]] = {
    "starttls-not-offered": Words(
        "{where} does not offer STARTTLS, which start_tls=True requires; it offers {offers}.",
        "It is the wrong port, the server has no TLS there, or something on the way takes the offer out. {other_ports} "
        "{ports} {unsent}",
    ),
    "smtputf8-not-offered": Words(
        "{where} does not offer SMTPUTF8, which the address {address} needs (RFC 6531).",
        "Use an address in ASCII as {argument}, or a server that offers SMTPUTF8.",
    ),
}


def not_offered_finding(facts: Facts) -> Finding:
    """Name an extension that the server does not offer."""
    around, extension = facts.around, facts.failure.awaited.upper()
    if extension == "AUTH":
        return no_login_finding(facts)
    sender_needs_it = not around.settings.from_address.isascii()
    recipient = around.test.recipient or around.settings.from_address
    words = facts.with_words(
        offers=", ".join(around.capabilities) or "no extension at all",
        ports="" if facts.other_ports else f"Try {facts.submission}.",
        address=around.settings.from_address if sender_needs_it else recipient,
        argument="from_address" if sender_needs_it else "recipient in connectivity_test",
    )
    code = "starttls-not-offered" if extension == "STARTTLS" else "smtputf8-not-offered"
    return words.finding(code, _WORDS[code])

"""Causes that have no reply: a server that keeps silent, ends the connection, or says what nobody asked for."""

from __future__ import annotations

from typing import Final

from pulumi_smtp_collab.connectivity.diagnosis.facts import Facts, Finding, Words, quoted
from pulumi_smtp_collab.connectivity.diagnosis.names_and_connections import (
    connect_timeout,
    dns_timeout,
    is_tls_record,
    not_smtp,
    port_speaks_tls,
)
from pulumi_smtp_collab.connectivity.failure_context import PortFinding

_RELAY_PORT: Final = 25
_TLS_PORT: Final = 465

_TIMEOUTS: Final[dict[str, Words]] = {
    "greeting-timeout": Words(
        "{where} accepted the connection, but sent no greeting in time: {waited}.{looked}",
        "The server holds its greeting back, is overloaded, or this is no SMTP port. Raise deadline_seconds to wait "
        "longer, check port={port}, or try again later. {guess}",
    ),
    "tls-timeout": Words(
        "The TLS handshake with {where} did not finish in time: {waited}.",
        "Raise deadline_seconds, or try again later. If it never finishes, something on the way holds packets back: a "
        "firewall, or a tunnel with a smaller packet size. {unsent}",
    ),
    "auth-timeout": Words(
        "{where} sent no answer to the login in time ({awaited}): {waited}.",
        "Some servers hold a refused login back for many seconds: check username and password, then raise "
        "deadline_seconds or try again later. The login is not repeated by this test.",
    ),
    "message-timeout": Words(
        "{where} did not say in time what became of the message ({awaited}): {waited}.",
        "Look into the mailbox of {recipient} before you try again: the message may have been accepted. Then raise "
        "deadline_seconds, since some servers scan a message for a minute before they answer.",
    ),
}
_TIMEOUT: Final = Words(
    "No answer came from {where} in time while {awaited} was expected: {waited}.",
    "The server is slow or overloaded, or a firewall holds the connection: raise deadline_seconds, or try again later.",
)

_DROPS: Final[dict[str, Words]] = {
    "greeting-dropped": Words(
        "{where} {lost} before it said anything.",
        "Usual causes are a list of allowed addresses, a ban after failed logins (fail2ban), or a proxy whose server "
        "is down. "
        "{allow_list} {other_family}",
    ),
    "tls-dropped": Words(
        "{where} {lost} during the TLS handshake, without a reason.",
        "The server's TLS is set up badly or overloaded, or something on the way does not let TLS through: ask its "
        "administrator for the log. {unsent}",
    ),
    "starttls-dropped": Words(
        "{where} {lost} while {awaited} was expected.",
        "The server's TLS is set up badly or overloaded: ask its administrator for the log, or use its port for TLS "
        "from the start: port=465, ssl=True. {unsent}",
    ),
    "auth-dropped": Words(
        "{where} {lost} at the login, while {awaited} was expected.",
        "Some servers do this instead of refusing a login: check username and password, wait a while, then try again. "
        "It is not repeated by this test.",
    ),
    "message-dropped": Words(
        "{where} {lost} at the message, while {awaited} was expected.",
        "Look into the mailbox of {recipient} before you try again: the message may have been accepted.",
    ),
}
_DROP: Final = Words(
    "{where} {lost} while {awaited} was expected.",
    "The server, or a firewall on the way, cuts the connection: try again, and look into the server's log. "
    "{allow_list}",
)

_TOO_LONG: Final = Words(
    "{where} sent more than is read while {awaited} was expected: a line or a reply without end.",
    "No mail server does this: check host and port; if they are right, its administrator has to look at the server. "
    "{unsent}",
)
_UNSOLICITED: Final = Words(
    "{where} sent a reply before its command: {said}.",
    "Replies that come ahead can't be told from forged ones, so the test ended there: a proxy on the way or the "
    "server itself is at fault, and its administrator has to look at it. {unsent}",
)
_INJECTION: Final = Words(
    "Plain text came from {where} after STARTTLS was agreed, where TLS had to begin: {said}.",
    "Somebody on the way may be putting words into the server's mouth (RFC 3207, section 6), or the server is broken. "
    "The test ended there. Try port=465, ssl=True, and have the network and the server looked at. {unsent}",
)
_STARTTLS_PORT: Final = Words(
    "{where} begins in plain text, where ssl=True expects TLS: it says {line}.",
    "This is a STARTTLS port: use start_tls=True in place of ssl=True, with "
    "port={port}{or_keep}. {other_ports} {unsent}",
)
_PLAIN_PORT: Final = Words(
    "{where} speaks plain text, where ssl=True expects TLS{line}.",
    "If this is a STARTTLS port, use start_tls=True in place of ssl=True; else another port of the server: "
    "{submission}. {other_ports} {unsent}",
)


def timeout_finding(facts: Facts) -> Finding:
    """Name what did not come in time."""
    stage = facts.failure.stage
    if stage == "dns":
        return dns_timeout(facts)
    if stage == "connect":
        return connect_timeout(facts)
    if stage == "greeting":
        return _no_greeting(facts)
    return facts.finding(f"{stage}-timeout", _TIMEOUTS.get(f"{stage}-timeout", _TIMEOUT))


def _no_greeting(facts: Facts) -> Finding:
    look = facts.around.second_look
    guess, looked = "", ""
    if look is None:
        # Port 25 never speaks TLS from the start (RFC 8314, section 3).
        possible = facts.around.settings.tls_mode != "implicit" and facts.port != _RELAY_PORT
        guess = "If the port speaks TLS from the start, it needs ssl=True." if possible else ""
    elif look.speaks == "tls":
        return port_speaks_tls(facts, f"no greeting in plain text, and a second connection {_in_tls(look)}")
    elif look.speaks == "other":
        return not_smtp(facts, look.said)
    elif look.speaks in {"starttls", "smtp", "refusal"}:
        looked = f" A second connection was greeted: {quoted(look.said)}, so the port is right and the greeting late."
    elif look.speaks == "silence":
        looked = " A second connection met the same silence: a tarpit, or no SMTP port."
    else:
        looked = " A second connection was not held at all."
    return facts.with_words(looked=looked, guess=guess).finding("greeting-timeout", _TIMEOUTS["greeting-timeout"])


def _in_tls(look: PortFinding) -> str:
    """Say how a second connection was answered in TLS."""
    objection = f", though it objected ({look.objection})" if look.objection else ": the handshake passed"
    return f"was answered in TLS{objection}"


def lost_finding(facts: Facts) -> Finding:
    """Name where the connection ended."""
    stage = facts.failure.stage
    look = facts.around.second_look
    if stage == "greeting" and look is not None and look.speaks == "tls":
        return port_speaks_tls(facts, f"it ends a connection in plain text, and a second one {_in_tls(look)}")
    if stage in {"dns", "connect"}:
        return connect_timeout(facts)
    return facts.finding(f"{stage}-dropped", _DROPS.get(f"{stage}-dropped", _DROP))


def not_smtp_finding(facts: Facts) -> Finding:
    """Name what answers in place of SMTP."""
    if is_tls_record(facts.failure.raw):
        return port_speaks_tls(facts, "it answers plain text with a TLS record")
    return not_smtp(facts, facts.failure.raw)


def plain_peer_finding(facts: Facts) -> Finding:
    """Name a port that spoke plain text where TLS had to begin."""
    look = facts.around.second_look
    line = (look.said if look else "") or facts.failure.raw
    if look is not None and look.speaks == "starttls":
        or_keep = "" if facts.port == _TLS_PORT else f"; or keep ssl=True with port={_TLS_PORT}"
        return facts.with_words(line=quoted(line), or_keep=or_keep).finding("starttls-port", _STARTTLS_PORT)
    if (look is not None and look.speaks == "other") or (line and not line[:3].isdigit()):
        return not_smtp(facts, line)
    said = f": it says {quoted(line)}" if line else ""
    offers = ", and offers no STARTTLS" if look is not None and look.speaks == "smtp" else ""
    return facts.with_words(line=said + offers).finding("plain-port", _PLAIN_PORT)


def out_of_turn_finding(facts: Facts) -> Finding:
    """Name what came too early or without end."""
    if facts.failure.kind == "too-long":
        return facts.finding("reply-too-long", _TOO_LONG)
    if facts.failure.kind == "plain-bytes":
        return facts.finding("starttls-injection", _INJECTION)
    return facts.finding("unsolicited-reply", _UNSOLICITED)

"""Causes on the way to the server: its name, its addresses, and a connection that stays silent, ends or runs wild."""

from __future__ import annotations

import errno
import re
import socket
from collections.abc import Callable
from typing import Final

from pulumi_smtp_collab.connectivity.diagnosis.facts import Facts, Finding, Words, quoted, reason
from pulumi_smtp_collab.connectivity.failure import FailedAddress

_NAME_ERRORS: Final[dict[int, str]] = {
    socket.EAI_NONAME: "dns-no-such-name",
    getattr(socket, "EAI_NODATA", socket.EAI_NONAME): "dns-no-such-name",
    getattr(socket, "EAI_ADDRFAMILY", socket.EAI_FAMILY): "dns-no-address",
    socket.EAI_FAMILY: "dns-no-address",
    socket.EAI_AGAIN: "dns-resolver-failed",
}

_NAMES: Final[dict[str, Words]] = {
    "dns-no-such-name": Words(
        "The name {host} does not exist in the DNS, or has no address ({error}).",
        "Check the spelling of host. A name that was just created can take some minutes to appear. A name of a private "
        "network needs that network's DNS server.",
    ),
    "dns-no-address": Words(
        "The name {host} has no {family} address ({error}).",
        'Use address_family="any", or add the missing record ({record}) to the zone.',
    ),
    "dns-resolver-failed": Words(
        "The DNS server could not look up {host} ({error}).",
        "This machine can't reach its DNS server, or the server fails for a moment. Try again, and check the network "
        "and the DNS server that this machine uses.",
    ),
    "dns-timeout": Words(
        "No DNS answer for {host} came in time: {waited}.",
        "This machine can't reach its DNS server. Check the network and the DNS server that this machine uses, or give "
        "an IP address as host together with tls_server_name.",
    ),
    "dns-failed": Words(
        "The name {host} could not be resolved ({error}).",
        "Check host. If it is right, the fault is in the DNS: the DNS server's administrator can say more.",
    ),
}

_CONNECTIONS: Final[dict[str, Words]] = {
    "connect-refused": Words(
        "Nothing listens on {where}: {addresses}.",
        "{other_ports} Check port, and that the service runs and listens there. {usual_ports}",
    ),
    "connect-filtered": Words(
        "{where} did not answer the connection: {addresses}.",
        "{other_ports} {try_others} A firewall on the way drops the packets: open it for this port. Many clouds block "
        "port 25.",
    ),
    "connect-no-route": Words(
        "This machine has no route to {where}: {addresses}.",
        'Check the network, VPN or tunnel of this machine. Where only IPv6 has no route, use address_family="ipv4"; '
        'where only IPv4 has none, "ipv6".',
    ),
    "connect-not-permitted": Words(
        "This machine does not permit the connection to {where}: {addresses}.",
        "Open this machine's own firewall, sandbox or network policy for outgoing connections to port {port}. "
        "{other_ports}",
    ),
    "connect-failed": Words(
        "The connection to {where} failed: {addresses}.",
        "{other_ports} {try_others} Check host and port, and the network in between.",
    ),
}

_REFUSED: Final = frozenset({errno.ECONNREFUSED})
_DROPPED: Final = frozenset({errno.ETIMEDOUT, errno.EAGAIN, errno.EINPROGRESS})
_NO_ROUTE: Final = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL})
_FORBIDDEN: Final = frozenset({errno.EACCES, errno.EPERM})

# The most telling first: one address that refuses says more than another that has no route.
_CONNECTION_ERRORS: Final[tuple[tuple[str, Callable[[OSError], bool]], ...]] = (
    ("connect-refused", lambda error: error.errno in _REFUSED or isinstance(error, ConnectionRefusedError)),
    ("connect-filtered", lambda error: error.errno in _DROPPED or isinstance(error, TimeoutError)),
    ("connect-not-permitted", lambda error: error.errno in _FORBIDDEN or isinstance(error, PermissionError)),
    ("connect-no-route", lambda error: error.errno in _NO_ROUTE or isinstance(error, socket.gaierror)),
)


def name_finding(facts: Facts) -> Finding:
    """Name why the host's name has no address."""
    error = facts.failure.error
    code = _NAME_ERRORS.get(error.errno or 0, "dns-failed") if isinstance(error, OSError) else "dns-failed"
    wanted = facts.around.test.address_family
    if code == "dns-no-such-name" and wanted != "any" and error is not None and _is_no_data(error):
        code = "dns-no-address"
    family = {"ipv4": "IPv4", "ipv6": "IPv6", "any": "IPv4 or IPv6"}[wanted]
    record = {"ipv4": "A", "ipv6": "AAAA", "any": "A or AAAA"}[wanted]
    return facts.with_words(family=family, record=record).finding(code, _NAMES[code])


def _is_no_data(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno == getattr(socket, "EAI_NODATA", None)


def connection_finding(facts: Facts) -> Finding:
    """Name why no address of the host could be connected to."""
    failed = facts.failure.addresses
    errors = [address.error for address in failed]
    codes = (code for code, fits in _CONNECTION_ERRORS if any(fits(error) for error in errors))
    code = next(codes, "connect-failed")
    shown = ", ".join(_address(address) for address in failed) or reason(facts.failure.error)
    words = facts.with_words(addresses=shown, try_others=_try_others(facts), usual_ports=_usual_ports(facts))
    return words.finding(code, _CONNECTIONS[code])


def _address(failed: FailedAddress) -> str:
    after = f" after {failed.duration_ms / 1000:.1f} s" if isinstance(failed.error, TimeoutError) else ""
    return f"{failed.address} ({reason(failed.error)}{after})"


def _try_others(facts: Facts) -> str:
    """Return the ports to try, where no other port is known to answer."""
    if facts.around.test.connect_to is not None:
        return f"Check that the tunnel at connect_to is up ({facts.around.test.connect_to})."
    return "" if facts.other_ports else f"Try {facts.submission}."


def _usual_ports(facts: Facts) -> str:
    """Return the ports that servers usually listen on, where no other port is known to answer."""
    if facts.around.test.connect_to is not None:
        return _try_others(facts)
    return "" if facts.other_ports else "Usual are port=587 with start_tls=True, or port=465 with ssl=True."


def dns_timeout(facts: Facts) -> Finding:
    """Name a resolver that kept silent."""
    return facts.finding("dns-timeout", _NAMES["dns-timeout"])


def connect_timeout(facts: Facts) -> Finding:
    """Name a connection that was neither accepted nor refused in time."""
    if facts.failure.addresses:
        return connection_finding(facts)
    tried = ", ".join(f"{result.address} ({result.outcome})" for result in facts.around.addresses)
    words = facts.with_words(addresses=tried or facts.waited, try_others=_try_others(facts))
    return words.finding("connect-filtered", _CONNECTIONS["connect-filtered"])


# What the first line of another protocol looks like, its name, and what to do about it.
_PROTOCOLS: Final[tuple[tuple[str, str, str], ...]] = (
    (r"SSH-\d", "SSH", "SSH is for remote logins."),
    (r"HTTP/\d|<!doctype|<html", "HTTP", "HTTP is for web servers, and for proxies on the way."),
    (r"\* (OK|PREAUTH|BYE)\b", "IMAP", "IMAP is for reading mail (ports 143 and 993)."),
    (r"(\+OK|-ERR)\b", "POP3", "POP3 is for fetching mail (ports 110 and 995)."),
    (r"(\d{3}[ -])?.*\bFTP", "FTP", "FTP is for files."),
    (r".*(mysql|mariadb)", "MySQL", "MySQL is a database."),
    (r"RFB \d", "VNC", "VNC is for remote screens."),
    (r".*\bNNTP\b|20[01] .*\bnews", "NNTP", "NNTP is for news."),
    (r".*\bLMTP\b", "LMTP", "LMTP is for delivery among a server's own parts."),
)
_NOT_SMTP: Final = Words(
    "{where} is not SMTP: it says {line}{protocol}.",
    "{meaning} Mail is handed in at {submission}. {unsent}",
)
# A TLS record as its first bytes are shown: an alert (21) or a handshake (22), of version 3.x (RFC 8446, section 5.1).
_TLS_RECORD: Final = re.compile(r"(\\x15|\\x16|\x15|\x16)(\\x03|\x03)")
_PORT_SPEAKS_TLS: Final = Words(
    "{where} speaks TLS from the start: {seen}.",
    "This port speaks TLS from the start: use ssl=True{instead} with port={port}. {unsent}",
)


def is_tls_record(raw: str) -> bool:
    """Return whether what came in place of a reply is the beginning of a TLS record."""
    return bool(_TLS_RECORD.match(raw))


def port_speaks_tls(facts: Facts, seen: str) -> Finding:
    """Name a port that wants TLS from the first byte."""
    instead = " (in place of start_tls=True)" if facts.around.settings.start_tls else ""
    return facts.with_words(seen=seen, instead=instead).finding("port-speaks-tls", _PORT_SPEAKS_TLS)


def not_smtp(facts: Facts, line: str) -> Finding:
    """Name the protocol that answers in place of SMTP."""
    known = next(((name, hint) for form, name, hint in _PROTOCOLS if re.match(form, line, re.IGNORECASE)), None)
    name, hint = known or ("", "Check host and port.")
    protocol = f", which is {name}" if name else ""
    return facts.with_words(line=quoted(line), protocol=protocol, meaning=hint).finding("not-smtp", _NOT_SMTP)


def speaks_another_protocol(line: str) -> bool:
    """Return whether the line is known to be another protocol's, even where it looks like a reply (FTP: 220)."""
    return any(re.match(form, line, re.IGNORECASE) for form, _, _ in _PROTOCOLS)

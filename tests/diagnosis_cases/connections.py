"""Failures on the way to the server, and of servers that keep silent, hang up or run wild."""

from __future__ import annotations

import errno
import os
import socket

from diagnosis_cases.case import SSL, Case, replied
from pulumi_smtp_collab.connectivity.failure import FailedAddress, Failure
from pulumi_smtp_collab.connectivity.failure_context import FamilyFinding, PortFinding
from pulumi_smtp_collab.model.report import AddressResult, StageName

_RESET = ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")


def _no_name(number: int, text: str) -> Failure:
    return Failure("dns", "name", error=socket.gaierror(number, text))


def _failed(address: str, number: int, ms: int = 12) -> FailedAddress:
    return FailedAddress(address, OSError(number, os.strerror(number)), ms)


def _unreachable(*addresses: FailedAddress) -> Failure:
    return Failure("connect", "unreachable", addresses=addresses)


_REFUSED = _failed("192.0.2.10:25", errno.ECONNREFUSED)
_SILENT = FailedAddress("192.0.2.10:25", TimeoutError(errno.ETIMEDOUT, "no answer"), 24000)
_NO_ROUTE = _failed("[2001:db8::10]:25", errno.ENETUNREACH, 0)
_GREETING = Failure("greeting", "deadline", awaited="the greeting")
_COMMANDS: tuple[tuple[StageName, str], ...] = (
    ("ehlo", "EHLO"),
    ("starttls", "STARTTLS"),
    ("auth", "AUTH PLAIN"),
    ("sender", "MAIL"),
    ("recipient", "RCPT"),
)
_WHEN_DROPPED = {"ehlo": "llow-list", "starttls": "port=465, ssl=True", "auth": "username and password"}
_PLAIN = {"start_tls": False, "username": None, "password": None}

CONNECTIONS: tuple[Case, ...] = (
    Case(
        "dns-no-such-name",
        _no_name(socket.EAI_NONAME, "Name or service not known"),
        ("spelling of host", "just created"),
        ("smtp.example.com", "Name or service not known"),
    ),
    Case("dns-no-such-name", _no_name(-5, "No address associated with hostname"), ("host",), product="no data"),
    Case(
        "dns-no-address",
        _no_name(-9, "Address family for hostname not supported"),
        ('address_family="any"', "AAAA"),
        ("IPv6",),
        test={"address_family": "ipv6"},
    ),
    Case(
        "dns-no-address",
        _no_name(-5, "No address associated with hostname"),
        ('address_family="any"', "(A)"),
        product="no data for one family",
        test={"address_family": "ipv4"},
    ),
    Case(
        "dns-resolver-failed",
        _no_name(socket.EAI_AGAIN, "Temporary failure in name resolution"),
        ("Try again", "DNS server"),
        transient=True,
    ),
    Case(
        "dns-timeout",
        Failure("dns", "deadline", awaited="the resolver's answer"),
        (
            "Check the network",
            "DNS server",
        ),
        ("60 s", "24 s"),
        transient=True,
    ),
    Case("dns-failed", _no_name(socket.EAI_FAIL, "Non-recoverable failure in name resolution"), ("host",)),
    Case(
        "connect-refused",
        _unreachable(_REFUSED),
        ("Usual are port=587 with start_tls=True, or port=465 with ssl=True.",),
        ("refused",),
        settings={"port": 25},
    ),
    Case(
        "connect-refused",
        _unreachable(_NO_ROUTE, _REFUSED),
        ("587 answers with STARTTLS: use port=587, start_tls=True.",),
        ("[2001:db8::10]:25 (Network is unreachable)", "192.0.2.10:25 (Connection refused)"),
        product="another port answers with STARTTLS",
        settings={"port": 25},
        around={"other_ports": (PortFinding(587, "starttls", "220 mx ESMTP"), PortFinding(465, "unreachable"))},
    ),
    Case(
        "connect-refused",
        _unreachable(_REFUSED),
        ("465 speaks TLS from the start: use port=465, ssl=True in place of start_tls=True.",),
        product="another port speaks TLS",
        around={"other_ports": (PortFinding(465, "tls"),)},
    ),
    Case(
        "connect-filtered",
        _unreachable(_SILENT),
        ("port=587, start_tls=True", "port=465, ssl=True", "Many clouds block port 25"),
        ("no answer after 24.0 s",),
        settings={**_PLAIN, "port": 25},
    ),
    Case(
        "connect-filtered",
        Failure("connect", "deadline", awaited="a connection"),
        ("firewall",),
        ("192.0.2.10:587 (no answer)",),
        product="the deadline passed",
        around={"addresses": (AddressResult(address="192.0.2.10:587", outcome="no answer", duration_ms=1),)},
    ),
    Case("connect-no-route", _unreachable(_NO_ROUTE), ('address_family="ipv4"',), ("Network is unreachable",)),
    Case("connect-not-permitted", _unreachable(_failed("192.0.2.10:587", errno.EACCES)), ("firewall", "port 587")),
    Case("connect-failed", _unreachable(_failed("192.0.2.10:587", errno.ECONNRESET)), ("host and port",)),
    Case(
        "remembered-unreachable",
        Failure("connect", "remembered", remembered=_unreachable(_REFUSED), first="shop/prod/mail", seconds_ago=12.3),
        ("port=465 with ssl=True", "a minute"),
        ('"shop/prod/mail"', "12 s ago", "Connection refused"),
    ),
    Case(
        "port-speaks-tls",
        _GREETING,
        ("use ssl=True (in place of start_tls=True) with port=465", "No credentials were sent."),
        ("speaks TLS from the start",),
        settings={"port": 465},
        around={"second_look": PortFinding(465, "tls")},
    ),
    Case(
        "port-speaks-tls",
        Failure("greeting", "closed", awaited="the greeting"),
        ("ssl=True",),
        product="hangs up on plain text",
        settings={"port": 465},
        around={"second_look": PortFinding(465, "tls")},
    ),
    Case(
        "port-speaks-tls",
        Failure("greeting", "not-smtp", raw=r"\x15\x03\x01\x00\x02\x02\x46"),
        ("ssl=True with port=465",),
        product="a TLS alert",
        settings={**_PLAIN, "port": 465},
    ),
    Case(
        "not-smtp",
        Failure("greeting", "not-smtp", raw="SSH-2.0-OpenSSH_9.2p1 Debian-2"),
        ("remote logins", "port=587, start_tls=True"),
        ('it says "SSH-2.0-OpenSSH_9.2p1 Debian-2", which is SSH',),
        product="SSH",
        settings={"port": 22},
    ),
    Case(
        "not-smtp",
        Failure("greeting", "not-smtp", raw="* OK [CAPABILITY IMAP4rev1 STARTTLS] Dovecot ready."),
        ("143 and 993",),
        ("IMAP",),
        product="IMAP",
    ),
    Case(
        "not-smtp",
        Failure("greeting", "not-smtp", raw="+OK Dovecot ready."),
        ("port=465, ssl=True",),
        ("POP3",),
        product="POP3",
    ),
    Case(
        "not-smtp",
        Failure("tls", "plain-peer", raw="HTTP/1.1 400 Bad Request"),
        ("web servers",),
        ("HTTP",),
        product="HTTP",
        settings=SSL,
    ),
    Case(
        "not-smtp",
        _GREETING,
        ("web servers",),
        ("HTTP/1.0 400",),
        product="HTTP at the second look",
        around={"second_look": PortFinding(587, "other", "HTTP/1.0 400 Bad Request")},
    ),
    Case(
        "not-smtp",
        replied("ehlo", "530 Please login with USER and PASS."),
        ("port=465, ssl=True",),
        ("FTP",),
        product="FTP, which greets with 220",
        around={"greeting": "220 (vsFTPd 3.0.3) FTP server"},
    ),
    Case("not-smtp", Failure("ehlo", "not-smtp", raw="what?"), ("host and port",), ('"what?"',), product="unknown"),
    Case(
        "greeting-timeout",
        _GREETING,
        ("deadline_seconds", "it needs ssl=True"),
        ("60 s", "24 s"),
        transient=True,
    ),
    Case(
        "greeting-timeout",
        _GREETING,
        ("deadline_seconds",),
        ("the same silence",),
        transient=True,
        product="a tarpit",
        around={"second_look": PortFinding(587, "silence")},
    ),
    Case(
        "greeting-timeout",
        _GREETING,
        ("deadline_seconds",),
        ('"220 mx ESMTP"', "the greeting late"),
        transient=True,
        product="greeted at the second look",
        around={"second_look": PortFinding(587, "smtp", "220 mx ESMTP")},
    ),
    Case(
        "greeting-timeout",
        _GREETING,
        ("deadline_seconds",),
        transient=True,
        product="hung up on at the second look",
        around={"second_look": PortFinding(587, "closed")},
    ),
    Case(
        "greeting-dropped",
        Failure("greeting", "closed", awaited="the greeting"),
        ("192.0.2.99: allow-list it", 'use address_family="ipv6"'),
        ("before it said anything",),
        around={
            "local_address": "192.0.2.99",
            "other_family": FamilyFinding("ipv6", "[2001:db8::10]:587", let_in=True, source="2001:db8::99"),
        },
    ),
    Case(
        "greeting-dropped",
        Failure("greeting", "reset", awaited="the greeting", error=_RESET),
        ("Allow-list this machine's address", "it is the same"),
        ("Connection reset by peer",),
        product="reset",
        around={"other_family": FamilyFinding("ipv4", "192.0.2.10:587", let_in=False)},
    ),
    *(
        Case(
            f"{stage}-timeout",
            Failure(stage, "deadline", awaited=f"the reply to {command}"),
            ("deadline_seconds",),
            (f"the reply to {command}", "60 s"),
            transient=True,
        )
        for stage, command in _COMMANDS
    ),
    Case("tls-timeout", Failure("tls", "deadline", awaited="the TLS handshake"), ("deadline_seconds",), transient=True),
    Case(
        "message-timeout",
        Failure("message", "deadline", awaited="the reply to the final dot"),
        ("mailbox of postmaster@example.com", "deadline_seconds"),
        transient=True,
        test={"recipient": "postmaster@example.com", "depth": "message"},
    ),
    *(
        Case(
            f"{stage}-dropped",
            Failure(stage, "closed", awaited=f"the reply to {command}"),
            (_WHEN_DROPPED.get(stage, "server's log"),),
            ("ended the connection", "while the reply to"),
            transient=True,
        )
        for stage, command in _COMMANDS
    ),
    Case(
        "message-dropped",
        Failure("message", "closed", awaited="the reply to the final dot"),
        ("may have been accepted",),
        transient=True,
    ),
    Case(
        "tls-dropped",
        Failure("tls", "reset", awaited="the TLS handshake", error=_RESET),
        ("No credentials were sent.",),
        ("Connection reset by peer",),
        transient=True,
    ),
    Case(
        "reply-too-long", Failure("ehlo", "too-long", awaited="the reply to EHLO"), ("host and port",), ("without end",)
    ),
    Case(
        "unsolicited-reply",
        Failure("ehlo", "unsolicited", raw="250 2.1.0 Ok", awaited="the reply to EHLO"),
        ("No credentials were sent.",),
        ('"250 2.1.0 Ok"',),
    ),
)

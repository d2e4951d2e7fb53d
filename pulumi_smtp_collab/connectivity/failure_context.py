"""What surrounded a failure: the settings, what the server had shown before, and what further looks found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
from pulumi_smtp_collab.model.report import AddressResult
from pulumi_smtp_collab.model.settings import SmtpSettings

Speaks: TypeAlias = Literal[
    "tls",  # TLS from the start: a handshake came to its end, or was objected to in TLS: `objection`
    "starttls",  # SMTP in plain text, and STARTTLS is in the EHLO reply
    "smtp",  # SMTP in plain text, without STARTTLS
    "refusal",  # SMTP in plain text, and the greeting or the EHLO reply is a refusal: `said`
    "other",  # another protocol: `said` is its first line
    "silence",  # a connection, and then nothing
    "closed",  # a connection that the server ended before it said anything
    "unreachable",  # no connection
]
"""What a port was found to speak."""


@dataclass(frozen=True, slots=True)
class PortFinding:
    """What one more connection, without credentials, found at a port of the host.

    Attributes:
        port: The port.
        speaks: What was found there.
        said: The first line that the server sent, safe to show; empty where it sent none (or spoke TLS).
        objection: Where it answered in TLS and no handshake came to its end, the reason, as OpenSSL names it
            ("TLSV1_ALERT_PROTOCOL_VERSION").
    """

    port: int
    speaks: Speaks
    said: str = ""
    objection: str = ""


@dataclass(frozen=True, slots=True)
class FamilyFinding:
    """The other address family, tried once and without login after a refusal of policy.

    Attributes:
        family: ipv4 or ipv6: the one that was tried.
        address: The server's address in it.
        let_in: Whether the stage that had failed passed there.
        source: The address of ours that the connection came from; empty where there was none.
    """

    family: Literal["ipv4", "ipv6"]
    address: str
    let_in: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class FailureContext:
    """What is known around a failure. Every text in it is safe to show (secret arguments are replaced afterwards).

    Attributes:
        settings: The server's settings. ``host`` and ``port`` are what messages name.
        test: How the test was to run.
        now: The local clock when the failure was seen (UTC, aware).
        capabilities: The extensions of the last EHLO reply, upper case keyword first ("AUTH PLAIN LOGIN").
        greeting: The greeting as it came ("220 mail.example ESMTP"); empty where there was none.
        tls_version: The TLS version in use when it failed ("TLSv1.3"); None in plain text.
        ehlo_name: What we called ourselves in EHLO; empty where it did not come to that.
        peer: The address and port that the connection led to; None without a connection.
        local_address: The address of ours that the connection came from, as this machine knows it.
        seen_as: The address of ours that the server named in its EHLO reply.
        trust_store_empty: True where this machine trusts no CA at all (``ca_certificates`` left aside).
        second_look: What a second connection to the same port found; None where none was made.
        other_ports: What the other submission ports (587, 465) showed; empty where they were not tried.
        other_family: What the other address family showed; None where it was not tried.
        addresses: What became of each address of the host.
    """

    settings: SmtpSettings
    test: ConnectivityTest
    now: datetime
    capabilities: tuple[str, ...] = ()
    greeting: str = ""
    tls_version: str | None = None
    ehlo_name: str = ""
    peer: str | None = None
    local_address: str | None = None
    seen_as: str | None = None
    trust_store_empty: bool = False
    second_look: PortFinding | None = None
    other_ports: tuple[PortFinding, ...] = ()
    other_family: FamilyFinding | None = None
    addresses: tuple[AddressResult, ...] = ()

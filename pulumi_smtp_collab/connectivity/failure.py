"""What went wrong on the wire, as facts: who sees it raises it, and the diagnosis is made of it afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from pulumi_smtp_collab.model.report import StageName

_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply of the server (RFC 5321, section 4.2), its text already made safe to show.

    Attributes:
        code: The three digits.
        lines: The text of each line, without the code; control characters made visible, credentials scrubbed.
    """

    code: int
    lines: tuple[str, ...]

    @property
    def enhanced(self) -> str | None:
        """The enhanced status code (RFC 3463), which some servers send."""
        match = _ENHANCED.match(self.lines[0]) if self.lines else None
        return match.group(1) if match else None

    @property
    def text(self) -> str:
        """The whole reply on one line, as a person quotes it."""
        return " ".join([str(self.code), *self.lines]).strip()


@dataclass(frozen=True, slots=True)
class PresentedCertificate:
    """What one certificate says of itself (of a chain that may not have been verified)."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: str
    not_after: str
    self_issued: bool


Kind: TypeAlias = Literal[
    "name",  # the resolver refused: `error` is the gaierror
    "unreachable",  # no address could be connected to: `addresses`
    "deadline",  # no time was left, or the attempt's share was used up; `awaited` says what for
    "closed",  # the server ended the connection in good order while `awaited` was expected
    "reset",  # the connection broke: `error` is the OSError
    "reply",  # the server answered, but not what the stage needs: `reply`, `command`
    "not-smtp",  # bytes came that are no SMTP reply: `raw` is the first line, made safe to show
    "too-long",  # a line or a reply longer than we read: `awaited`
    "unsolicited",  # a reply came before its command was sent: `raw`
    "plain-bytes",  # plain text after STARTTLS's 220, where TLS had to begin: an injection
    "plain-peer",  # plain text where TLS had to begin, on a port used with SSL: `raw`
    "not-offered",  # an extension that is needed is not in the EHLO reply: `awaited` names it
    "no-mechanism",  # AUTH is offered, but no mechanism that we have: `mechanisms`
    "plaintext-login",  # credentials would have crossed the network unencrypted
    "certificate",  # the certificate was not accepted: `verify_code`, `error`, `chain`
    "tls",  # TLS failed otherwise: `error`
    "remembered",  # not tried: the same failed before in this process; `remembered`, `first`, `seconds_ago`
]


@dataclass(frozen=True, slots=True)
class FailedAddress:
    """An address that could not be connected to, and why."""

    address: str
    error: OSError
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Failure:
    """The facts of a failed stage. What is meant for a person is safe to show.

    Attributes:
        stage: The stage in which it was seen.
        kind: What happened, in the words of the wire; which of the other fields are set follows from it.
        awaited: What was expected: a reply ("the greeting", "the reply to EHLO"), a step ("the TLS handshake") or,
            for ``not-offered``, the keyword of the extension (STARTTLS, AUTH, SMTPUTF8).
        command: The command that ``reply`` answers, without its arguments ("EHLO", "MAIL", "AUTH PLAIN").
        reply: The server's reply.
        raw: What came instead of what was expected: the first line.
        error: The exception of the operating system or of the TLS library. Never one that holds credentials.
        verify_code: OpenSSL's verify code of a certificate that was not accepted.
        chain: The certificates that the server presents, its own first, each once, from a second handshake; may be
            empty.
        given_cas: The certificates of ``ca_certificates``, for a certificate that was not accepted.
        mechanisms: What AUTH offers.
        addresses: Every address that was tried, and why it failed.
        credentials_sent: Whether user name and password had left this machine.
        notes: Further facts, as sentences.
        remembered: For ``remembered``: the failure of the test that was made in earnest.
        first: For ``remembered``: the label of that test; empty where it had none.
        seconds_ago: For ``remembered``: how long ago that was.
    """

    stage: StageName
    kind: Kind
    awaited: str = ""
    command: str = ""
    reply: Reply | None = None
    raw: str = ""
    error: BaseException | None = None
    verify_code: int | None = None
    chain: tuple[PresentedCertificate, ...] = ()
    given_cas: tuple[PresentedCertificate, ...] = ()
    mechanisms: tuple[str, ...] = ()
    addresses: tuple[FailedAddress, ...] = ()
    credentials_sent: bool = False
    notes: tuple[str, ...] = field(default=())
    remembered: Failure | None = None
    first: str = ""
    seconds_ago: float = 0.0


class StageFailed(Exception):  # noqa: N818 - it says what happened; it never leaves the package
    """Ends an attempt; its facts are in ``failure``."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.stage}: {failure.kind}")
        self.failure = failure

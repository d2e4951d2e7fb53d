"""The catalogue of causes: every code that a diagnosis can carry, in the order of the stages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pulumi_smtp_collab.model.report import STAGES, StageName


@dataclass(frozen=True, slots=True)
class DiagnosisCode:
    """A cause that a failed connectivity test can have.

    Attributes:
        code: The name of the cause, kebab-case, stable across versions.
        stages: The stages in which it can be seen.
        meaning: What it says, in one sentence.
        transient: Whether the failure may pass by itself. It does not say that the test is repeated.
    """

    code: str
    stages: tuple[StageName, ...]
    meaning: str
    transient: bool


def _row(code: str, stages: str, meaning: str, *, transient: bool = False) -> DiagnosisCode:
    names = stages.split()
    return DiagnosisCode(
        code, tuple(stage for stage in STAGES if stage in names or stages == "any"), meaning, transient
    )


_DIALOGUE: Final = ("greeting", "ehlo", "starttls", "auth", "sender", "recipient", "message")
_COMMAND: Final[dict[str, str]] = {
    "ehlo": "EHLO",
    "starttls": "STARTTLS",
    "auth": "the login",
    "sender": "MAIL FROM",
    "recipient": "RCPT TO",
    "message": "the message",
}

_CONNECTING: Final = (
    _row("dns-no-such-name", "dns", "The host's name does not exist."),
    _row("dns-no-address", "dns", "The host's name exists, but has no address of the kind that was asked for."),
    _row("dns-resolver-failed", "dns", "The DNS server gave no answer, or a temporary failure.", transient=True),
    _row("dns-timeout", "dns", "No DNS answer came in time.", transient=True),
    _row("dns-failed", "dns", "The host's name could not be resolved for another reason."),
    _row("connect-refused", "connect", "Nothing listens on the port."),
    _row("connect-filtered", "connect", "No answer to the connection at all: packets are dropped on the way."),
    _row("connect-no-route", "connect", "This machine has no route to the host's addresses."),
    _row("connect-not-permitted", "connect", "This machine itself does not permit the connection."),
    _row("connect-failed", "connect", "The connection failed for another reason."),
    _row("remembered-unreachable", "dns connect greeting tls", "Not tried: it did not answer a moment ago."),
    _row("port-speaks-tls", "greeting", "The port speaks TLS from the start, and the test began in plain text."),
    _row("starttls-port", "tls", "The port begins in plain text and offers STARTTLS, and the test began with TLS."),
    _row("plain-port", "tls", "The port speaks plain text where TLS had to begin."),
    _row("not-smtp", "any", "Another protocol than SMTP answers on the port."),
    _row("reply-too-long", "any", "The server sent a line or a reply without end."),
    _row("unsolicited-reply", "any", "The server answered a command before it was sent."),
)

_GREETING_AND_EHLO: Final = (
    _row("greeting-refused-by-policy", "greeting", "The server refuses connections from this address."),
    _row("no-mail-service", "greeting ehlo sender recipient", "The host takes no mail (RFC 7504)."),
    _row("rate-limited", "any", "The server limits how often or how much it may be asked.", transient=True),
    _row("service-unavailable", "any", "The server is closing down, overloaded or busy.", transient=True),
    _row("other-host-wanted", "greeting ehlo auth sender recipient message", "The server asks to use another host."),
    _row("server-misconfigured", "any", "The server reports an error in its own configuration.", transient=True),
    _row("client-on-block-list", "greeting ehlo auth sender recipient message", "This address is on a block list."),
    _row("client-refused", "ehlo auth sender recipient message", "The server refuses this address after its greeting."),
    _row(
        "client-name-unknown",
        "greeting ehlo sender recipient message",
        "The DNS has no name for the address of the test.",
    ),
    _row("ehlo-name-refused", "ehlo sender recipient message", "The server refuses EHLO or the name in it."),
    _row("ehlo-name-not-registered", "ehlo", "The server knows its clients by the domain in EHLO, and not this one."),
)

_TLS: Final = (
    _row("starttls-not-offered", "starttls", "Start TLS is required, and the server does not offer it."),
    _row("starttls-unavailable", "starttls", "The server offers STARTTLS, but its TLS does not work.", transient=True),
    _row("starttls-injection", "starttls tls", "Plain text came after STARTTLS, where TLS had to begin."),
    _row("starttls-required", "auth sender recipient message", "The server wants STARTTLS before anything else."),
    _row("tls-certificate-expired", "tls", "A certificate of the chain has expired."),
    _row("tls-certificate-not-yet-valid", "tls", "A certificate of the chain is not valid yet."),
    _row("tls-name-mismatch", "tls", "The certificate does not carry the host's name."),
    _row("tls-address-mismatch", "tls", "The certificate does not carry the IP address that the host is given as."),
    _row("tls-self-signed", "tls", "The certificate is signed by itself."),
    _row("tls-untrusted-root", "tls", "The chain ends in a root certificate that is not trusted here."),
    _row("tls-unknown-ca", "tls", "The certificate comes from a CA that is not known here."),
    _row("tls-incomplete-chain", "tls", "The server does not send the certificates between its own and the root."),
    _row("tls-empty-trust-store", "tls", "This machine trusts no CA at all."),
    _row("tls-weak-key", "tls", "The key of the server's certificate is too short."),
    _row("tls-weak-ca-key", "tls", "The key of a CA in the chain is too short."),
    _row("tls-weak-digest", "tls", "A certificate is signed with a digest that is no longer safe."),
    _row("tls-weak-dh", "tls", "The server's Diffie-Hellman parameters are too short."),
    _row("tls-ca-breaks-rfc5280", "tls", "A certificate lacks what RFC 5280 demands (checked from Python 3.13)."),
    _row("tls-ca-lacks-key-usage", "tls", "A CA certificate has no keyUsage extension (checked from Python 3.13)."),
    _row("tls-certificate-purpose", "tls", "The certificate is not made for a server."),
    _row("tls-certificate-revoked", "tls", "The certificate has been revoked."),
    _row("tls-certificate-refused", "tls", "The certificate could not be verified for another reason."),
    _row("tls-version-too-old", "tls", "The server speaks no TLS version from 1.2 on."),
    _row("tls-client-certificate-required", "any", "The server wants a client certificate."),
    _row(
        "tls-handshake-refused", "tls", "The server ended the TLS handshake: no common cipher, or a client certificate."
    ),
    _row("tls-name-not-served", "tls", "The server does not know the name that TLS asked it for."),
    _row("tls-server-error", "tls", "The server reports an internal error of its TLS.", transient=True),
    _row("tls-legacy-renegotiation", "tls", "The server lacks secure renegotiation (RFC 5746)."),
    _row("tls-failed", "any", "TLS failed for another reason."),
)

_LOGIN: Final = (
    _row("auth-plaintext-login", "auth", "User name and password would have crossed the network unencrypted."),
    _row("auth-hidden-until-tls", "auth", "The server offers no login before STARTTLS."),
    _row("auth-not-offered", "auth", "The server offers no login."),
    _row("auth-no-mechanism", "auth", "The server offers no kind of login that takes a user name and a password."),
    _row("auth-wrong-credentials", "auth", "User name or password are wrong."),
    _row("auth-wrong-or-app-password", "auth", "User name or password are wrong, or an app password is needed."),
    _row("auth-wrong-or-blocked", "auth", "User name or password are wrong, or the account may not use SMTP."),
    _row("auth-wrong-or-new-credentials", "auth", "The credentials are wrong, or too new to be known.", transient=True),
    _row("auth-app-password-needed", "auth", "The account needs an app password."),
    _row("auth-web-login-needed", "auth", "The service wants a login by the web browser first."),
    _row("auth-smtp-disabled", "auth", "SMTP AUTH is disabled for the tenant or the mailbox."),
    _row("auth-security-defaults", "auth", "The organisation's security defaults lock this kind of login."),
    _row("auth-criteria-not-met", "auth", "A policy of the organisation does not admit this login."),
    _row("auth-basic-gone", "auth", "The service takes no more logins with a password."),
    _row("auth-account-disabled", "auth", "The account is disabled, locked or suspended."),
    _row("auth-password-expired", "auth", "The password has expired or has to be changed."),
    _row("auth-mechanism-too-weak", "auth", "The kind of login is too weak for the server."),
    _row("auth-encryption-required", "auth", "The login needs TLS."),
    _row("auth-throttled", "auth", "There were too many logins; the server takes none for a while.", transient=True),
    _row("auth-mailbox-throttled", "auth", "The mailbox has too many connections at once (Exchange).", transient=True),
    _row("auth-connection-throttled", "auth", "The server ended the connection at the login.", transient=True),
    _row("auth-backend-down", "auth", "The server could not check the login.", transient=True),
    _row("remembered-login", "auth", "Not tried: the same login was refused before."),
)

_MAIL: Final = (
    _row("login-required", "sender recipient message", "The server wants a login before it takes mail."),
    _row("sender-not-allowed", "sender recipient message", "The From address may not be used with this login."),
    _row("sender-not-verified", "sender recipient message", "The service does not know the From address as verified."),
    _row("sender-authentication-failed", "sender recipient message", "The From domain fails SPF, DKIM or DMARC."),
    _row("sender-on-block-list", "sender recipient message", "The From address or its domain is on a block list."),
    _row("account-restricted", "sender recipient message", "The account may not send mail, or no longer."),
    _row("sender-domain-not-found", "sender recipient message", "The domain of the From address does not exist."),
    _row("smtputf8-not-offered", "sender recipient", "An address needs SMTPUTF8, and the server does not offer it."),
    _row("relay-denied", "sender recipient message", "The server relays no mail for this client."),
    _row("recipient-unknown", "recipient message", "The recipient's mailbox does not exist."),
    _row("recipient-mailbox-disabled", "recipient message", "The recipient's mailbox is disabled."),
    _row("recipient-suppressed", "recipient message", "The service sends this recipient no more mail."),
    _row("recipient-on-block-list", "recipient message", "The recipient's address or domain is on a block list."),
    _row("recipient-domain-takes-no-mail", "recipient message", "The recipient's domain takes no mail (RFC 7505)."),
    _row("recipient-domain-not-found", "recipient message", "The recipient's domain does not exist."),
    _row("recipient-mailbox-full", "recipient message", "The recipient's mailbox is full.", transient=True),
    _row("greylisted", "sender recipient message", "The server puts unknown senders off for a while.", transient=True),
    _row(
        "quota-reached", "auth sender recipient message", "The account's limit for sending is used up.", transient=True
    ),
    _row("message-taken-for-spam", "message", "The server takes the test message for spam."),
    _row("message-too-large", "sender recipient message", "The message is larger than the server takes."),
)


def _for_every_stage() -> tuple[DiagnosisCode, ...]:
    """Return the causes that exist once for each stage: silence, a lost connection, a reply that no row knows."""
    rows = [
        _row(f"{stage}-timeout", stage, f"No answer to {command} came in time.", transient=True)
        for stage, command in _COMMAND.items()
    ]
    rows += [
        _row(f"{stage}-dropped", stage, f"The connection ended at {command}, without an answer.", transient=True)
        for stage, command in _COMMAND.items()
    ]
    rows += [
        _row("greeting-timeout", "greeting", "A connection, but no greeting in time.", transient=True),
        _row("tls-timeout", "tls", "The TLS handshake did not finish in time.", transient=True),
        _row("greeting-dropped", "greeting", "The server ended the connection before it said anything."),
        _row("tls-dropped", "tls", "The connection ended within the TLS handshake.", transient=True),
    ]
    for stage in _DIALOGUE:
        thing = _COMMAND.get(stage, "the connection")
        # What Postfix minds about the sender it says at RCPT.
        seen = "sender recipient message" if stage == "sender" else stage
        rows += [
            _row(f"{stage}-refused-transient", seen, f"A 4xx reply refuses {thing} for now.", transient=True),
            _row(f"{stage}-refused-permanent", stage, f"A 5xx reply refuses {thing}."),
            _row(f"{stage}-unexpected-reply", stage, f"A reply that has no meaning at {thing}."),
        ]
    return tuple(sorted(rows, key=lambda row: STAGES.index(row.stages[0])))


CATALOGUE: Final[tuple[DiagnosisCode, ...]] = (
    _CONNECTING + _GREETING_AND_EHLO + _TLS + _LOGIN + _MAIL + _for_every_stage()
)
BY_CODE: Final = {row.code: row for row in CATALOGUE}


def diagnosis_codes() -> tuple[DiagnosisCode, ...]:
    """List every code that a diagnosis can carry, in a stable order.

    New codes may be added; a code that stands here keeps its name and its meaning.
    """
    return CATALOGUE

"""Refusals of the sender, the recipient and the message, in the words of real products."""

from __future__ import annotations

from typing import Any

from diagnosis_cases.case import NO_LOGIN, Case, replied
from pulumi_smtp_collab.model.report import StageName

_MESSAGE = {"depth": "message", "recipient": "ops@example.net"}
_SES = (
    "554 Message rejected: Email address is not verified. The following identities failed the check in region "
    "EU-CENTRAL-1: ci@example.com"
)
_SENDGRID = (
    "550 The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved."
)


def _refused(code: str, stage: StageName, text: str, *advice: str, **facts: Any) -> Case:
    return Case(code, replied(stage, text), advice, (text,), **facts)


MAILS: tuple[Case, ...] = (
    _refused(
        "login-required",
        "sender",
        "530 5.7.0 Authentication required",
        "Give username and password.",
        settings=NO_LOGIN,
    ),
    _refused(
        "login-required",
        "sender",
        "530 5.7.57 Client not authenticated to send mail. [FR0P281CA0101.DEUP281.PROD.OUTLOOK.COM]",
        "The login as ci@example.com does not suffice",
        product="Exchange Online, with a login",
    ),
    _refused(
        "login-required",
        "sender",
        "550 Unauthenticated senders not allowed",
        "username",
        product="SendGrid",
        settings=NO_LOGIN,
    ),
    _refused(
        "login-required",
        "recipient",
        "553 5.7.1 <ci@example.com>: Sender address rejected: not logged in",
        "username",
        product="Postfix",
        settings=NO_LOGIN,
    ),
    _refused(
        "login-required", "sender", "550 5.7.1 Authentication required", "username", product="other", settings=NO_LOGIN
    ),
    _refused(
        "sender-not-allowed",
        "recipient",
        "553 5.7.1 <ci@example.com>: Sender address rejected: not owned by user ci",
        "Set from_address",
        product="Postfix at RCPT",
    ),
    _refused(
        "sender-not-allowed",
        "message",
        "554 5.2.252 SendAsDenied; ci@example.com not allowed to send as boss@example.com",
        "from_address",
        "Send As",
        product="Exchange Online",
        test=_MESSAGE,
    ),
    _refused(
        "sender-not-allowed",
        "sender",
        "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
        "from_address",
        product="Exchange",
    ),
    _refused(
        "sender-not-allowed", "sender", "550 5.7.1 From address may not be used here", "from_address", product="at MAIL"
    ),
    _refused("sender-not-allowed", "recipient", "550 Sender verify failed", "from_address", product="Exim"),
    _refused("sender-not-verified", "message", _SES, "region", "sandbox", product="SES", test=_MESSAGE),
    _refused("sender-not-verified", "message", _SENDGRID, "from_address", product="SendGrid", test=_MESSAGE),
    _refused(
        "sender-domain-not-found",
        "recipient",
        "450 4.1.8 <ci@example.com>: Sender address rejected: Domain not found",
        "domain example.com of from_address",
        product="Postfix at RCPT",
    ),
    Case(
        "sender-domain-not-found",
        replied(
            "recipient",
            "550-Verification failed for <ci@example.com>\n550-Unrouteable address\n550 Sender verify failed",
        ),
        ("example.com",),
        product="Exim",
    ),
    _refused("sender-refused-permanent", "sender", "501 5.1.3 Bad address syntax", "administrator"),
    _refused("sender-refused-transient", "sender", "451 4.7.1 not this one", "again later", transient=True),
    _refused(
        "sender-refused-transient",
        "recipient",
        "450 4.1.7 <ci@example.com>: Sender address rejected: unverified address: Address verification in progress",
        "again later",
        product="Postfix at RCPT",
        transient=True,
    ),
    _refused("sender-unexpected-reply", "sender", "354 go on", "host and port"),
    _refused(
        "relay-denied",
        "recipient",
        "554 5.7.1 <ops@example.net>: Relay access denied",
        "Give username and password.",
        "The relay sees 203.0.113.5: allow-list it",
        product="Postfix",
        settings=NO_LOGIN,
        test={"recipient": "ops@example.net"},
        around={"seen_as": "203.0.113.5"},
    ),
    _refused("relay-denied", "recipient", "550 relay not permitted", "username", product="Exim", settings=NO_LOGIN),
    _refused(
        "relay-denied",
        "recipient",
        "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
        "username",
        product="Exchange",
        settings=NO_LOGIN,
    ),
    _refused(
        "relay-denied",
        "recipient",
        "550 5.7.1 Invalid credentials for relay [203.0.113.5]. The registered IP address doesn't match. - gsmtp",
        "203.0.113.5",
        product="Gmail's relay",
        settings=NO_LOGIN,
    ),
    _refused(
        "recipient-unknown",
        "recipient",
        "550 5.1.1 <ops@example.net>: Recipient address rejected: User unknown in local recipient table",
        "Set recipient in connectivity_test",
        product="Postfix",
    ),
    _refused("recipient-unknown", "recipient", "550 Unknown user", "recipient", product="Exim"),
    _refused(
        "recipient-unknown",
        "recipient",
        "550 5.4.1 Recipient address rejected: Access denied. [AM0EUR02FT010.eop-EUR02.prod.protection.outlook.com]",
        "recipient",
        product="Exchange Online",
    ),
    _refused(
        "recipient-domain-not-found",
        "recipient",
        "450 4.1.2 <a@b.test>: Recipient address rejected: Domain not found",
        "recipient",
    ),
    _refused(
        "recipient-mailbox-full", "recipient", "452 4.2.2 The email account is over quota", "recipient", transient=True
    ),
    _refused("recipient-refused-permanent", "recipient", "550 5.7.1 no", "administrator"),
    _refused("recipient-refused-transient", "recipient", "450 4.2.0 not so", "again later", transient=True),
    _refused("recipient-unexpected-reply", "recipient", "354 go on", "host and port"),
    _refused(
        "greylisted",
        "recipient",
        "450 4.2.0 <ops@example.net>: Recipient address rejected: Greylisted, see http://postgrey.example/help",
        "Wait",
        product="Postgrey",
        transient=True,
    ),
    _refused(
        "quota-reached",
        "message",
        "454 Throttling failure: Daily message quota exceeded.",
        "raised",
        product="SES",
        test=_MESSAGE,
        transient=True,
    ),
    _refused(
        "quota-reached",
        "message",
        "550 5.4.5 Daily user sending limit exceeded. - gsmtp",
        "Wait",
        product="Gmail",
        test=_MESSAGE,
        transient=True,
    ),
    _refused(
        "sender-authentication-failed",
        "message",
        "550 5.7.1 Unauthenticated email from example.com is not accepted due to domain's DMARC policy.",
        "SPF, DKIM and DMARC",
        test=_MESSAGE,
        product="Gmail",
    ),
    _refused(
        "sender-on-block-list",
        "recipient",
        "550 5.7.1 Service unavailable, MailFrom domain is listed in Spamhaus.",
        "the domain example.com",
        product="Exchange Online",
    ),
    _refused(
        "account-restricted",
        "message",
        "554 Sending paused for this account. For more information, please check the inbox of the email address "
        "associated with your AWS account.",
        "console or inbox",
        test=_MESSAGE,
        product="SES",
    ),
    _refused(
        "recipient-mailbox-disabled",
        "recipient",
        "550 5.2.1 The email account that you tried to reach is disabled.",
        "another mailbox",
        product="Gmail",
    ),
    _refused("recipient-suppressed", "recipient", "550 5.1.1 Recipient is on the suppression list", "suppression list"),
    _refused("recipient-on-block-list", "recipient", "550 5.7.1 Recipient domain is blacklisted", "another address"),
    _refused(
        "recipient-domain-takes-no-mail",
        "recipient",
        "556 5.1.10 Recipient domain has a null MX",
        "takes mail",
        product="RFC 7505",
    ),
    _refused(
        "other-host-wanted",
        "recipient",
        "550 5.7.1 Please use our relay mailout.example.net for outgoing mail",
        "Set host",
        settings=NO_LOGIN,
    ),
    _refused(
        "message-taken-for-spam",
        "message",
        "554 5.7.1 Spam message rejected",
        "filter",
        test=_MESSAGE,
        product="Rspamd",
    ),
    _refused("message-too-large", "sender", "552 5.3.4 Message size exceeds fixed limit", "size limit"),
    _refused("message-refused-permanent", "message", "554 5.6.0 no thanks", "administrator", test=_MESSAGE),
    _refused(
        "message-refused-transient", "message", "451 4.6.0 scanner is not ready", "later", test=_MESSAGE, transient=True
    ),
    _refused("message-unexpected-reply", "message", "334 go on", "host and port", test=_MESSAGE),
)

"""Which service a server belongs to, and what it wants for a login: its words are said of its own hosts alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

APP_PASSWORD: Final = "app-password"  # noqa: S105 - the kind of one


@dataclass(frozen=True, slots=True)
class Service:
    """What the diagnosis says of a service.

    Attributes:
        name: What people call it.
        login: What username and password are there, as sentences; empty where there is nothing to say.
        wants: The kind of password: ``app-password``, ``ses``, or empty for the account's own.
        page: Where the service says so itself.
    """

    name: str
    login: str = ""
    wants: str = ""
    page: str = ""


_KNOWN: Final[tuple[tuple[str, Service], ...]] = (
    (
        r"(?:gmail|googlemail|google)\.com",
        Service(
            "Google",
            "The username is the full mail address; with 2-step verification, the password is an app password.",
            APP_PASSWORD,
            "https://support.google.com/accounts/answer/185833",
        ),
    ),
    (
        r"(?:office365|outlook|hotmail|live)\.com",
        Service(
            "Microsoft 365",
            "SMTP AUTH has to be enabled for the mailbox.",
            "",
            "https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission",
        ),
    ),
    (
        r"(?:amazonaws\.com(?:\.cn)?|awsapps\.com)",
        Service(
            "Amazon SES",
            "The SMTP password of Amazon SES is derived from the secret key for one region; it is not the "
            "secret key itself.",
            "ses",
            "https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html",
        ),
    ),
    (
        r"sendgrid\.(?:net|com)",
        Service(
            "SendGrid",
            'The username is the word "apikey", the password an API key that may send mail. A machine that is not on '
            "the account's list (IP Access Management) is refused with the same words.",
            "",
            "https://www.twilio.com/docs/sendgrid/for-developers/sending-email/getting-started-smtp",
        ),
    ),
    (
        r"mailgun\.org",
        Service(
            "Mailgun",
            "Username and password are the SMTP credentials of the domain, in its region: smtp.mailgun.org "
            "or smtp.eu.mailgun.org.",
        ),
    ),
    (r"postmarkapp\.com", Service("Postmark", "The server's API token is both username and password.")),
    (
        r"(?:brevo|sendinblue)\.com",
        Service("Brevo", "The password is an SMTP key, not the account's password or an API key."),
    ),
    (
        r"(?:mail\.yahoo|aol|att)\.(?:com|net)",
        Service("Yahoo", "The password is an app password of the account.", APP_PASSWORD),
    ),
    (
        r"me\.com|icloud\.com",
        Service(
            "iCloud",
            "The password is an app-specific password of the Apple account.",
            APP_PASSWORD,
            "https://support.apple.com/102654",
        ),
    ),
    (
        r"fastmail\.com|messagingengine\.com",
        Service(
            "Fastmail",
            "The password is an app password.",
            APP_PASSWORD,
            "https://www.fastmail.help/hc/en-us/articles/360058752854",
        ),
    ),
    (
        r"yandex\.(?:ru|com|net|com\.tr)",
        Service(
            "Yandex",
            "The password is an app password, and mail clients have to be admitted in the mailbox's settings.",
            APP_PASSWORD,
        ),
    ),
    (
        r"mail\.ru",
        Service("Mail.ru", "The password is an app password (a password for external applications).", APP_PASSWORD),
    ),
    (
        r"zoho(?:cloud)?\.(?:com|eu|in|com\.au|com\.cn|jp)",
        Service(
            "Zoho",
            "With two-factor authentication, the password is an app password. The host belongs to the "
            "account's region.",
        ),
    ),
    (
        r"qq\.com",
        Service(
            "QQ Mail",
            "The password is the authorization code that the mailbox's settings give for POP3/SMTP.",
            APP_PASSWORD,
        ),
    ),
    (
        r"(?:163|126|yeah)\.(?:com|net)",
        Service(
            "NetEase Mail",
            "The password is the authorization code that the mailbox's settings give for POP3/SMTP.",
            APP_PASSWORD,
        ),
    ),
    (r"(?:mxhichina|aliyun|alibabacloud)\.com", Service("Alibaba Cloud", "")),
    (
        r"oraclecloud\.com",
        Service(
            "OCI Email Delivery", "Username and password are the SMTP credentials of the user, in the host's region."
        ),
    ),
    (
        r"(?:gmx\.(?:net|com|de|at|ch)|web\.de)",
        Service(
            "GMX and WEB.DE",
            "POP3 and IMAP access (which SMTP belongs to) has to be allowed in the mailbox's settings.",
        ),
    ),
)
_BY_HOST: Final = tuple((re.compile(rf"(?:[\w-]+\.)*(?:{hosts})"), service) for hosts, service in _KNOWN)
_UNKNOWN: Final = Service("")


def service_of(host: str, greeting: str = "") -> Service:
    """Return the service that a host belongs to; one without a name where none is known.

    Args:
        host: The host's name, lower case.
        greeting: The server's greeting, by which one behind a private name is known.
    """
    named = greeting.split(" ")[1:2]
    for name in (host, *(each.lower() for each in named)):
        for pattern, service in _BY_HOST:
            if len(name) < _LONGEST_NAME and pattern.fullmatch(name):
                return service
    return _UNKNOWN


_LONGEST_NAME = 254

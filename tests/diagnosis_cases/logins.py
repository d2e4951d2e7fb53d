"""Logins that were refused, or could not be tried, in the words of real products."""

from __future__ import annotations

from typing import Any

from diagnosis_cases.case import Case, replied
from pulumi_smtp_collab.connectivity.failure import Failure

_UNSUCCESSFUL = "535 5.7.139 Authentication unsuccessful"
_TRACE = "[FR0P281CA0101.DEUP281.PROD.OUTLOOK.COM 2026-10-01T12:00:00.000Z 08DE]"
_POSTFIX = "535 5.7.8 Error: authentication failed: (reason unavailable)"
_GMAIL = {"host": "smtp.gmail.com"}
_OFFICE = {"host": "smtp.office365.com"}
_IN_PLAIN = {"start_tls": False, "allow_plaintext_login": True}


def _refused(code: str, text: str, *advice: str, **facts: Any) -> Case:
    return Case(code, replied("auth", text), advice, (text,), **facts)


LOGINS: tuple[Case, ...] = (
    _refused(
        "auth-wrong-credentials", _POSTFIX, "username", "password", "credentials_settle_seconds", product="Postfix"
    ),
    _refused(
        "auth-wrong-credentials",
        "535 Incorrect authentication data",
        "Many services want the full mail address as username.",
        product="Exim",
        settings={"username": "ci"},
    ),
    _refused(
        "auth-wrong-credentials", "535 Authentication failed: Bad username / password", "password", product="SendGrid"
    ),
    _refused(
        "auth-wrong-credentials",
        f"{_UNSUCCESSFUL}, the user credentials were incorrect. {_TRACE}",
        "password",
        product="Exchange Online",
    ),
    _refused(
        "auth-wrong-credentials",
        "535 Authentication Credentials Invalid",
        "password",
        product="SES, after the time to settle",
        test={"credentials_settle_seconds": 30},
    ),
    _refused("auth-wrong-credentials", "550 login incorrect", "password", product="another code"),
    _refused(
        "auth-wrong-or-new-credentials",
        "535 Authentication Credentials Invalid",
        "derived from the secret access key",
        "credentials_settle_seconds=30",
        product="SES",
        transient=True,
        settings={"host": "email-smtp.eu-central-1.amazonaws.com"},
    ),
    Case(
        "auth-wrong-or-app-password",
        replied(
            "auth",
            "535-5.7.8 Username and Password not accepted. For more information, go to\n"
            "535 5.7.8 https://support.google.com/mail/?p=BadCredentials a1-2b3.45 - gsmtp",
        ),
        ("username", "app password", "https://support.google.com/accounts/answer/185833"),
        product="Gmail",
        settings=_GMAIL,
    ),
    Case(
        "auth-app-password-needed",
        replied(
            "auth",
            "534-5.7.9 Application-specific password required. For more information, go to\n"
            "534 5.7.9 https://support.google.com/mail/?p=InvalidSecondFactor a1-2b3.45 - gsmtp",
        ),
        ("app password", "authorization code", "https://support.google.com/accounts/answer/185833"),
        product="Gmail",
        settings=_GMAIL,
    ),
    _refused(
        "auth-web-login-needed",
        "534 5.7.14 <https://accounts.google.com/signin/continue> Please log in via your web browser",
        "web browser",
        "password",
        product="Gmail",
    ),
    _refused(
        "auth-mechanism-too-weak",
        "534 5.7.9 Authentication mechanism is too weak",
        "ssl=True",
        "PLAIN",
        product="RFC 4954",
        settings=_IN_PLAIN,
    ),
    _refused(
        "auth-wrong-or-blocked",
        f"535 5.7.3 Authentication unsuccessful {_TRACE}",
        "barred from SMTP",
        product="Exchange",
    ),
    _refused(
        "auth-smtp-disabled",
        f"{_UNSUCCESSFUL}, SmtpClientAuthentication is disabled for the Tenant. "
        f"Visit https://aka.ms/smtp_auth_disabled for more information. {_TRACE}",
        "The password may be right",
        "the tenant may not use SMTP",
        "https://learn.microsoft.com/",
        product="Exchange Online, tenant",
        settings=_OFFICE,
    ),
    _refused(
        "auth-smtp-disabled",
        f"{_UNSUCCESSFUL}, SmtpClientAuthentication is disabled for the Mailbox. {_TRACE}",
        "the mailbox may not use SMTP",
        product="Exchange Online, mailbox",
    ),
    _refused(
        "auth-security-defaults",
        f"{_UNSUCCESSFUL}, user is locked by your organization's security defaults policy. Contact your administrator. "
        f"{_TRACE}",
        "security defaults",
        product="Exchange Online",
    ),
    _refused(
        "auth-criteria-not-met",
        f"{_UNSUCCESSFUL}, the request did not meet the criteria to be authenticated successfully. {_TRACE}",
        "conditional access",
        product="Exchange Online",
    ),
    _refused(
        "auth-basic-gone",
        f"550 5.7.30 Basic authentication is not supported for Client Submission. {_TRACE}",
        "Set host to another relay",
        product="Exchange Online",
    ),
    _refused("auth-account-disabled", "535 5.7.8 Error: account is locked", "username ci@example.com"),
    _refused("auth-account-disabled", "525 5.7.13 User Account Disabled", "username", product="RFC 5248"),
    _refused("auth-password-expired", "432 4.7.12 A password transition is needed", "password", product="RFC 4954"),
    _refused("auth-password-expired", "535 5.7.8 Your password has expired", "new password"),
    _refused(
        "auth-encryption-required",
        "538 5.7.11 Encryption required for requested authentication",
        "start_tls=True",
        settings=_IN_PLAIN,
    ),
    Case(
        "auth-throttled",
        replied(
            "auth",
            "454-4.7.0 Too many login attempts, please try again later. For more information, go to\n"
            "454 4.7.0 https://support.google.com/mail/answer/7126229 a1-2b3.45 - gsmtp",
        ),
        ("not about the password", "not repeated"),
        transient=True,
        product="Gmail",
    ),
    _refused(
        "auth-throttled",
        "450 4.7.0 Error: too many AUTH commands from 203.0.113.5",
        "Wait",
        product="Postfix",
        transient=True,
    ),
    _refused(
        "auth-mailbox-throttled",
        "432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending.",
        "username ci@example.com",
        product="Exchange Online",
        transient=True,
    ),
    _refused(
        "auth-connection-throttled",
        "421 4.7.0 mx.example.com Error: too many errors",
        "do not retry at once",
        product="Postfix",
        transient=True,
    ),
    _refused(
        "auth-backend-down",
        "454 4.7.0 Temporary authentication failure: Connection lost to authentication server",
        "not about the password",
        product="Postfix with Dovecot",
        transient=True,
    ),
    _refused("auth-backend-down", "435 Unable to authenticate at present", "again", product="Exim", transient=True),
    _refused("auth-refused-transient", "451 4.0.0 something", "again later", transient=True),
    _refused(
        "auth-not-offered",
        "503 5.5.1 Error: authentication not enabled",
        "leave username and password out",
        product="503 is no success",
    ),
    _refused("auth-refused-permanent", "503 5.5.1 Already authenticated", "documentation or administrator"),
    _refused("auth-unexpected-reply", "250 OK", "host and port", product="250 is no success"),
    Case(
        "auth-unexpected-reply",
        replied("auth", "334 VXNlcm5hbWU6", notes=("The server asked for more, but PLAIN has nothing more to send.",)),
        ("host and port",),
        ("nothing more to send",),
        product="334 for ever",
    ),
    Case(
        "auth-hidden-until-tls",
        Failure("auth", "not-offered", awaited="AUTH"),
        ("start_tls=True with port=25", "No credentials were sent."),
        settings=_IN_PLAIN,
        around={"capabilities": ("STARTTLS", "PIPELINING")},
    ),
    Case(
        "auth-not-offered",
        Failure("auth", "not-offered", awaited="AUTH"),
        ("leave username and password out", "port=465, ssl=True", "No credentials were sent."),
        ("after EHLO over TLSv1.3",),
        around={"capabilities": ("PIPELINING",), "tls_version": "TLSv1.3"},
    ),
    Case(
        "auth-not-offered",
        Failure("auth", "not-offered", awaited="AUTH"),
        ("port=587, start_tls=True",),
        product="port 25, without STARTTLS",
        settings=_IN_PLAIN,
    ),
    Case(
        "auth-no-mechanism",
        Failure("auth", "no-mechanism", mechanisms=("XOAUTH2", "NTLM", "GSSAPI")),
        ("PLAIN or LOGIN", "No credentials were sent."),
        ("XOAUTH2, NTLM, GSSAPI",),
    ),
    _refused("auth-no-mechanism", "504 5.7.4 Unrecognized authentication type", "PLAIN or LOGIN", product="Exchange"),
    Case(
        "auth-plaintext-login",
        Failure("auth", "plaintext-login"),
        ("start_tls=True with port=25", "allow_plaintext_login=True", "No credentials were sent."),
        settings=_IN_PLAIN,
        around={"capabilities": ("STARTTLS", "AUTH PLAIN")},
    ),
    Case(
        "auth-plaintext-login",
        Failure("auth", "plaintext-login"),
        ("port=587, start_tls=True",),
        product="without STARTTLS",
        settings=_IN_PLAIN,
    ),
    _refused(
        "server-misconfigured",
        "451 4.3.5 Server configuration error",
        "administrator",
        product="at the login",
        transient=True,
    ),
    _refused("client-on-block-list", "550 5.7.1 listed at zen.spamhaus.org", "taken off", product="at the login"),
    Case(
        "remembered-login",
        Failure(
            "auth",
            "remembered",
            remembered=replied("auth", _POSTFIX),
            first="shop/prod/mail",
            seconds_ago=3,
            credentials_sent=False,
        ),
        ("Check username and password", "another password"),
        ('"shop/prod/mail"', "3 s ago", _POSTFIX),
    ),
)

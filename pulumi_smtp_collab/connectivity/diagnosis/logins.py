"""Causes of a login that was refused, or that could not even be tried."""

from __future__ import annotations

from typing import Final

from pulumi_smtp_collab.connectivity.diagnosis.facts import Facts, Finding, Words
from pulumi_smtp_collab.connectivity.diagnosis.replies import reply_finding
from pulumi_smtp_collab.connectivity.diagnosis.rules import LOGIN_RULES, first_match

_GOOGLE: Final = "https://support.google.com/accounts/answer/185833"
_EXCHANGE: Final = (
    "https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission"
)
_BASIC_GONE: Final = "https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online"

_REFUSED: Final = "{where} refused the login as {username}: {said}."
_FULL_ADDRESS: Final = "Many services want the full mail address as username."
_SETTLE: Final = "If they were made a moment ago, credentials_settle_seconds=30 waits and asks once more."

_WORDS: Final[dict[str, Words]] = {
    "auth-wrong-credentials": Words(
        _REFUSED,
        "Check username and password. {full_address} {settle}",
    ),
    "auth-wrong-or-app-password": Words(
        _REFUSED,
        "Check username (the full mail address) and password; an account with 2-step verification takes an app "
        f"password in place of its own: {_GOOGLE}",
    ),
    "auth-wrong-or-blocked": Words(
        _REFUSED,
        "Check username and password; if they are right, the account may be barred from SMTP: its administrator has "
        f"to enable SMTP AUTH for the mailbox: {_EXCHANGE}",
    ),
    "auth-wrong-or-new-credentials": Words(
        _REFUSED,
        "Check username and password: the SMTP password of Amazon SES is derived from the secret key for one region, "
        "it is not the secret key itself. If the credentials were made a moment ago, they may need to settle: "
        "credentials_settle_seconds=30 waits and asks once more.",
    ),
    "auth-app-password-needed": Words(
        _REFUSED,
        f"Give an app password as password, in place of the account's own. At Google: {_GOOGLE}",
    ),
    "auth-web-login-needed": Words(
        _REFUSED,
        "Log in once by a web browser, as the service asks, and confirm this login; then give an app password as "
        f"password: {_GOOGLE}",
    ),
    "auth-smtp-disabled": Words(
        _REFUSED,
        "The password may be right: SMTP AUTH is disabled for the {disabled_for}, and an administrator has to enable "
        f"it: {_EXCHANGE}",
    ),
    "auth-security-defaults": Words(
        _REFUSED,
        "The password may be right: the organisation's security defaults lock logins with a password. An "
        f"administrator has to replace them by policies that admit username {{username}}: {_EXCHANGE}",
    ),
    "auth-criteria-not-met": Words(
        _REFUSED,
        "The password may be right: a policy of the organisation (conditional access, MFA, or SMTP AUTH of the "
        f"mailbox) does not admit this login. An administrator sees which in the sign-in log: {_EXCHANGE}",
    ),
    "auth-basic-gone": Words(
        _REFUSED,
        "The service has left logins with a password, so that no password will do. Set host to another relay: "
        "Microsoft's high-volume or communication service for mail, or your own. "
        f"{_BASIC_GONE}",
    ),
    "auth-account-disabled": Words(
        _REFUSED,
        "The account of username {username} has to be enabled by its administrator.",
    ),
    "auth-password-expired": Words(
        _REFUSED,
        "Set a new password for the account, log in once elsewhere where the service asks for it, and give it as "
        "password.",
    ),
    "auth-mechanism-too-weak": Words(
        _REFUSED,
        "The server wants a stronger kind of login for this account: {encrypted}its administrator has to admit "
        "{mechanism} for username {username}.",
    ),
    "auth-encryption-required": Words(
        _REFUSED,
        "The login needs TLS: use {submission}.",
    ),
    "auth-throttled": Words(
        _REFUSED,
        "This is not about the password: there were too many logins. Wait, some services an hour, then try again; "
        "the login is not repeated by this test.",
    ),
    "auth-mailbox-throttled": Words(
        _REFUSED,
        "This is not about the password: the mailbox has too many connections at once (Exchange Online admits 3). "
        "Wait a minute, and have fewer programs use username {username}; the login is not repeated by this test.",
    ),
    "auth-connection-throttled": Words(
        "{where} ended the connection at the login as {username}: {said}.",
        "The server limits logins, or is closing down: wait some minutes, and do not retry at once. The login is not "
        "repeated by this test.",
    ),
    "auth-backend-down": Words(
        "{where} could not check the login as {username}: {said}.",
        "This is not about the password: what the server checks logins with does not answer. Wait, then try again, "
        "or tell its administrator; the login is not repeated by this test.",
    ),
    "auth-no-mechanism": Words(
        "{where} offers no login that takes a user name and a password: {offered}.",
        "The server's administrator has to offer PLAIN or LOGIN over TLS; or use another host. {unsent}",
    ),
    "auth-hidden-until-tls": Words(
        "{where} offers no login in plain text, but STARTTLS.",
        "The login is hidden until TLS: use start_tls=True with port={port}. {unsent}",
    ),
    "auth-not-offered": Words(
        "{where} offers no login{tls}.",
        "A relay that knows its clients by their address needs none: leave username and password out. Else use the "
        "server's port for submission: {submission}. {unsent}",
    ),
    "auth-plaintext-login": Words(
        "User name and password would cross the network to {where} unencrypted.",
        "Use {encrypted}, or accept it with allow_plaintext_login=True. {unsent}",
    ),
}


def login_finding(facts: Facts) -> Finding:
    """Name why the server refused the login."""
    failure = facts.failure
    code = first_match(LOGIN_RULES, "auth", failure.reply) if failure.reply else None
    if code not in _WORDS:
        return reply_finding(facts)
    if code == "auth-wrong-or-new-credentials" and facts.around.test.credentials_settle_seconds:
        code = "auth-wrong-credentials"  # they had their time to settle
    username = facts.around.settings.username or ""
    disabled = "mailbox" if failure.reply and "mailbox" in failure.reply.text.lower() else "tenant"
    settled = facts.around.test.credentials_settle_seconds
    return facts.with_words(
        settle="" if settled else _SETTLE,
        encrypted="" if facts.around.tls_version else f"use TLS ({facts.submission}); else ",
        full_address="" if "@" in username else _FULL_ADDRESS,
        disabled_for=disabled,
        mechanism=failure.command.removeprefix("AUTH ") or "this kind of login",
        offered=f"it answers {failure.command or 'AUTH'} with {facts.said}",
    ).finding(code, _WORDS[code])


def no_login_finding(facts: Facts) -> Finding:
    """Name why no login could be tried."""
    around, kind = facts.around, facts.failure.kind
    starttls = any(line.split(" ")[0].upper() == "STARTTLS" for line in around.capabilities)
    words = facts.with_words(
        offered=f"AUTH offers {', '.join(facts.failure.mechanisms) or 'nothing'}",
        tls=f" after EHLO over {around.tls_version}" if around.tls_version else "",
        encrypted=f"start_tls=True with port={facts.port}" if starttls else facts.submission,
    )
    if kind == "no-mechanism":
        code = "auth-no-mechanism"
    elif kind == "plaintext-login":
        code = "auth-plaintext-login"
    else:
        code = "auth-hidden-until-tls" if starttls and not around.tls_version else "auth-not-offered"
    return words.finding(code, _WORDS[code])

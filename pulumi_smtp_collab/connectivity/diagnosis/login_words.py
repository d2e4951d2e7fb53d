"""What is said of each cause at the login; the fields are those of ``Facts`` and ``logins``."""

from __future__ import annotations

from typing import Final

from pulumi_smtp_collab.connectivity.diagnosis.facts import Words

_EXCHANGE: Final = (
    "https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission"
)
_BASIC_GONE: Final = "https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online"
_REFUSED: Final = "{where} refused the login as {username}: {said}."
_ENDED: Final = "The login is not repeated by this test."

LOGIN_WORDS: Final[dict[str, Words]] = {
    "auth-wrong-credentials": Words(
        _REFUSED,
        "Check username and password. {service_login} {full_address} {settle}",
    ),
    "auth-wrong-or-app-password": Words(
        _REFUSED,
        "Check username (the full mail address) and password. {service_login} Give an app password where the account "
        "wants one. {service_page}",
    ),
    "auth-wrong-or-blocked": Words(
        _REFUSED,
        "Check username and password. {service_login} If they are right, the account may be barred from SMTP: its "
        "administrator, or its settings, have to enable SMTP for the mailbox. {service_page}",
    ),
    "auth-wrong-or-new-credentials": Words(
        _REFUSED,
        "Check username and password. {service_login} If the credentials were made a moment ago, they may need to "
        "settle: credentials_settle_seconds=30 waits and asks once more.",
    ),
    "auth-app-password-needed": Words(
        _REFUSED,
        "Give an app password (some services call it an authorization code) as password, in place of the account's "
        "own. The mailbox's settings make one, at Security or POP3/SMTP. {service_page}",
    ),
    "auth-web-login-needed": Words(
        _REFUSED,
        "The password may be right: log in once with a web browser, as the service asks, and confirm there what it "
        "asks for. Then try again. {or_app_password}",
    ),
    "auth-smtp-disabled": Words(
        _REFUSED,
        "The password may be right, but {disabled_for} may not use SMTP: enable SMTP in the mailbox's settings "
        "(POP3/SMTP service, mail clients), or have an administrator enable it. {service_page}",
    ),
    "auth-security-defaults": Words(
        _REFUSED,
        "The password may be right: the organisation's security defaults lock logins with a password. An "
        f"administrator has to replace them by policies that admit username {{username}}: {_EXCHANGE}",
    ),
    "auth-criteria-not-met": Words(
        _REFUSED,
        "The password may be right: a policy of the organisation (conditional access, MFA, or SMTP AUTH of the "
        "mailbox) does not admit this login. An administrator sees which in the sign-in log. {service_page}",
    ),
    "auth-basic-gone": Words(
        _REFUSED,
        "The service takes no logins with a password any more, so no password will do. Set host to another relay: the "
        "service's own one for bulk or applications, or yours. {basic_gone_page}",
    ),
    "auth-account-disabled": Words(
        _REFUSED,
        "The account of username {username} is blocked or not active: its administrator, or the service's console, "
        "has to enable it.",
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
    "auth-encryption-required": Words(_REFUSED, "The login needs TLS. {use_tls}"),
    "auth-throttled": Words(
        _REFUSED,
        f"This is not about the password: there were too many logins. Wait, some services an hour, then "
        f"try again. {_ENDED}",
    ),
    "auth-mailbox-throttled": Words(
        _REFUSED,
        "This is not about the password: the mailbox has too many connections at once (Exchange Online admits 3). "
        f"Wait a minute, and have fewer programs use username {{username}}. {_ENDED}",
    ),
    "auth-connection-throttled": Words(
        "{where} ended the connection at the login as {username}: {said}.",
        f"The server limits logins, or is closing down: wait some minutes, and do not retry at once. {_ENDED}",
    ),
    "auth-backend-down": Words(
        "{where} could not check the login as {username}: {said}.",
        "This is not about the password: what the server checks logins with does not answer. Wait, then try again, "
        f"or tell its administrator. {_ENDED}",
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
BASIC_GONE_PAGE: Final = _BASIC_GONE
"""Where Microsoft says when passwords go."""

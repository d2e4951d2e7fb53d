"""What is the matter with a login, for each subject of ``login_subjects``; ``rules`` says how it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pulumi_smtp_collab.connectivity.diagnosis.causes import CAUSES
from pulumi_smtp_collab.connectivity.diagnosis.login_subjects import UNUSABLE, at_login
from pulumi_smtp_collab.connectivity.diagnosis.rules import GAP, Rule

LOGIN_CAUSES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "encryption": (
        at_login("starttls-required", "starttls", seen="530 5.7.0 Must issue a STARTTLS command first"),
        at_login("auth-encryption-required", seen="538 Encryption required"),
    ),
    "elsewhere": (at_login("auth-web-login-needed", seen="534 Please log in via your web browser"),),
    "app-password": (
        # One was given, and it is wrong.
        at_login(
            "auth-wrong-or-app-password",
            r"(?:invalid|incorrect|wrong|bad) (?:\w+ ){0,2}(?:app|application|authorization)",
            "授权码(?:错误|不正确|无效)",
            seen="535 Invalid application password",
        ),
        at_login("auth-app-password-needed", seen="534-5.7.9 Application-specific password required."),
    ),
    "limit": (
        # Where the account's own password is refused at the first login already, on such services' own hosts alone.
        at_login(
            "auth-wrong-or-app-password",
            "bad auth attempts",
            seen="535 5.7.0 (#AUTH005) Too many bad auth attempts.",
            service="app-password",
        ),
        at_login(
            "auth-mailbox-throttled", "concurrent connections", seen="432 4.3.2 Concurrent connections limit exceeded."
        ),
        at_login("auth-mailbox-throttled", seen="432 4.3.2 no", code="432", enhanced="4.3.2"),
        at_login("auth-connection-throttled", seen="421 4.7.0 Error: too many errors", code="421"),
        at_login(
            "quota-reached",
            "credit|quota|allowance|(?:sending|messag(?:e|ing)|daily|monthly|hourly|plan) limit",
            seen="451 Authentication failed: Maximum credits exceeded",
        ),
        at_login("auth-throttled", seen="454 4.7.0 Too many login attempts, please try again later."),
    ),
    "server": (
        at_login("server-misconfigured", "configuration error", seen="451 4.3.5 Server configuration error"),
        at_login("server-misconfigured", seen="451 4.3.5 no", enhanced="4.3.5"),
        at_login("auth-connection-throttled", seen="421 no", code="421", bare=True),
        at_login("auth-backend-down", seen="454 4.7.0 Temporary authentication failure"),
    ),
    "machine": (
        at_login(
            "client-on-block-list",
            r"@LIST|black ?list|blocklist|\blisted",
            seen="550 5.7.1 listed at zen.spamhaus.org",
            unless=r"not (?:on|in) (?:the |our |an? )?(?:white|allow)list|whitelist",
        ),
        at_login("client-refused", seen="525 5.7.13 Unauthorized IP address"),
    ),
    "other-host": CAUSES["other-host"],
    "mechanism": (
        at_login("auth-mechanism-too-weak", "too weak|stronger", seen="534 5.7.9 Authentication mechanism is too weak"),
        at_login(
            "auth-not-offered",
            "not (?:enabled|advertised|available|offered|allowed)|disabled|command|does not support auth",
            seen="503 5.5.1 Error: authentication not enabled",
            unless=r"mechanism|type|method|mode|plain|login",
        ),
        at_login(
            "auth-no-mechanism",
            "mechanism|type|method|scheme|mode|plain|login|support|implement",
            seen="504 5.7.4 Unrecognized authentication type",
        ),
        at_login("auth-no-mechanism", seen="504 no", code="504"),
        at_login("auth-mechanism-too-weak", seen="534 no", code="534"),
    ),
    "policy": (
        at_login(
            "auth-security-defaults",
            "security defaults",
            seen="535 5.7.139 user is locked by your organization's security defaults policy.",
        ),
        at_login(
            "auth-basic-gone",
            "basic auth|password[- ]based|password auth|password logins?|oauth|modern auth|less secure",
            seen="535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
        ),
        at_login("auth-basic-gone", seen="550 5.7.30 no", enhanced="x.7.30"),
        at_login(
            "auth-criteria-not-met",
            seen="535 5.7.139 the request did not meet the criteria to be authenticated successfully.",
        ),
    ),
    "smtp-access": (
        at_login("auth-smtp-disabled", seen="535 5.7.139 SmtpClientAuthentication is disabled for the Tenant."),
    ),
    "expired": (at_login("auth-password-expired", seen="535 5.7.8 Your password has expired"),),
    "account": (at_login("auth-account-disabled", seen="535 5.7.8 Error: account is locked"),),
    "credentials": (
        # QQ lists all that it can be.
        at_login(
            "auth-wrong-or-blocked",
            r"service is not open|(?:may|might) be (?:\w+ ){0,3}(?:disabled|blocked|locked)",
            r"\bor\b" + GAP + UNUSABLE + "|" + UNUSABLE + " or ",
            seen="535 Login fail. Account is abnormal, service is not open, password is incorrect",
        ),
        # What a service means by it, on its own hosts alone.
        at_login(
            "auth-wrong-or-app-password", seen="535-5.7.8 Username and Password not accepted.", service="app-password"
        ),
        at_login("auth-wrong-or-new-credentials", seen="535 Authentication Credentials Invalid", service="ses"),
        # Exchange on one's own hosts says it for both.
        at_login(
            "auth-wrong-or-blocked",
            seen="535 5.7.3 Authentication unsuccessful",
            code="535",
            enhanced="5.7.3",
            unless="incorrect|invalid",
        ),
        at_login("auth-wrong-credentials", seen="535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6"),
    ),
}

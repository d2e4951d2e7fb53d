"""How a reply is matched: two tables of rules, in order, from what a server says to the cause.

Which cause it is follows from the enhanced status code where it says enough, else from the text: Exim sends no
enhanced codes, Postfix reports what it minds about client, EHLO name and sender at RCPT, and 5.7.1 stands for half of
all refusals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pulumi_smtp_collab.connectivity.failure import Reply
from pulumi_smtp_collab.model.report import StageName


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a table of rules.

    Attributes:
        code: The cause.
        stages: The stages that it is for.
        pattern: What the reply looks like, from its code on ("550 5.1.1 …").
    """

    code: str
    stages: frozenset[str]
    pattern: re.Pattern[str]


def _rule(code: str, stages: str, *patterns: str) -> Rule:
    """Return a rule; stages are separated by blanks, of the patterns one has to fit, case does not matter."""
    return Rule(
        code, frozenset(stages.split()), re.compile("|".join(f"(?:{each})" for each in patterns), re.IGNORECASE)
    )


def first_match(rules: Iterable[Rule], stage: StageName, reply: Reply) -> str | None:
    """Return the cause that the first fitting rule names; None where none fits."""
    text = " ".join(reply.text.split())
    return next((rule.code for rule in rules if stage in rule.stages and rule.pattern.match(text)), None)


_ANY = "greeting ehlo starttls auth sender recipient message"
_CLIENT = "greeting ehlo auth sender recipient message"
_BEFORE_DATA = "greeting ehlo sender recipient"
_AFTER_GREETING = "ehlo auth sender recipient message"
_MAIL = "sender recipient message"
_RECIPIENT = "recipient message"

REPLY_RULES: Final = (
    # What says enough by its enhanced code (RFC 3463, and Exchange's own ones) or by words that mean one thing only.
    _rule("greylisted", _MAIL, r"4\d\d .*gr[ae]y[\s_-]?list"),
    _rule("server-misconfigured", _ANY, r"451 4\.3\.5\b", r"4\d\d .*server configuration (error|problem)"),
    _rule("starttls-unavailable", "starttls", r"454\b"),
    _rule(
        "starttls-required",
        "auth sender recipient",
        r"5\d\d 5\.7\.10\b",
        r"[45]\d\d .*\b(must issue a starttls|starttls (first|is required)|must use tls|tls (is )?required)",
    ),
    _rule(
        "login-required",
        _MAIL,
        r"530\b",
        r"5\d\d (5\.7\.57\b|5\.7\.0 auth)",
        r"5\d\d .*(unauthenticated|not authenticated|not logged in|auth\w* (is )?required|auth\w* first)",
        r"5\d\d .*(must (first )?(log ?in|authenticate)|log ?in first)",
    ),
    _rule(
        "ehlo-name-refused",
        _BEFORE_DATA,
        r"[45]\d\d .*\b(helo|ehlo)\b.*(reject|invalid|refus|bad|qualified|not found|argument)",
        r"5\d\d .*(invalid|bad|qualified).*\b(helo|ehlo)\b",
    ),
    _rule(
        "ehlo-name-not-registered",
        "ehlo",
        r"421 4\.7\.0 (try again later, closing connection|.*\(ehlo\))",
    ),
    _rule(
        "client-name-unknown",
        _BEFORE_DATA,
        r"[45]\d\d [45]\.7\.25\b",
        r"[45]\d\d .*(cannot find your|reverse dns|\bptr\b|\brdns\b)",
    ),
    _rule(
        "client-on-block-list",
        _CLIENT,
        r"[45]\d\d .*(blocked using|block(ed)?[- ]?list|black ?list|spamhaus|barracuda|\bdnsbl\b|\brbl\b)",
        r"[45]\d\d .*\blisted (at|in|by|on)\b",
    ),
    _rule(
        "no-mail-service",
        _BEFORE_DATA,
        r"(521|556)\b",
        r"5\d\d .*(does not accept mail|accepts no mail|no mail service)",
    ),
    _rule(
        "service-unavailable",
        _ANY,
        r"4\d\d 4\.3\.2\b",
        r"4\d\d .*(shutting down|maintenance|overload|service (is )?(currently |temporarily )?(not |un)available)",
    ),
    _rule(
        "quota-reached",
        _MAIL,
        r"[45]\d\d [45]\.4\.5\b",
        r"[45]\d\d .*(daily .*(limit|quota)|message quota|throttling failure|sending rate|credits exceeded)",
    ),
    _rule("rate-limited", "greeting", r"421\b"),
    _rule(
        "rate-limited", _ANY, r"4\d\d .*(too (many|much|fast)|rate ?limit|throttl|unusual rate|concurrent|slow down)"
    ),
    _rule("service-unavailable", _ANY, r"421\b"),
    # The sender, wherever it is reported.
    _rule("sender-not-verified", _MAIL, r"5\d\d .*(not verified|verified sender|sender identity|unverified sender)"),
    _rule(
        "sender-domain-not-found",
        _MAIL,
        r"[45]\d\d [45]\.1\.8\b",
        r"[45]\d\d .*sender (address|domain)\b.*(domain not found|not exist|unresolv|unrout)",
        r"5\d\d .*unrouteable address.*sender verify",
    ),
    _rule(
        "sender-not-allowed",
        _MAIL,
        r"5\d\d (5\.7\.60|5\.1\.7|5\.2\.252)\b",
        r"5\d\d .*(sendasdenied|send as|sender verify failed|sender address rejected)",
        r"5\d\d .*\b(sender|from address|mail from|envelope from)\b.*(\bnot\b|den|reject|refus|inval|unauth)",
    ),
    _rule("sender-refused-transient", "recipient", r"4\d\d .*sender address rejected"),
    # Relaying before the recipient: "unable to relay recipient" is about the first.
    _rule(
        "relay-denied",
        _MAIL,
        r"5\d\d 5\.7\.(54|64|367)\b",
        r"5\d\d .*relay(ing)?\b.*(den|\bnot\b|prohib|disallow|refus|reject)",
        r"5\d\d .*(unable to relay|not relay|cannot relay|credentials for relay)",
    ),
    # The recipient.
    _rule(
        "recipient-mailbox-full", _RECIPIENT, r"[45]\d\d [45]\.2\.2\b", r"[45]\d\d .*(over ?quota|mailbox (is )?full)"
    ),
    _rule(
        "recipient-domain-not-found",
        _RECIPIENT,
        r"[45]\d\d [45]\.1\.2\b",
        r"[45]\d\d .*recipient address rejected: domain not found",
    ),
    _rule(
        "recipient-unknown",
        _RECIPIENT,
        r"5\d\d 5\.1\.(1|10)\b",
        r"5\d\d 5\.4\.1 recipient",
        r"5\d\d .*(user|recipient|mailbox|address) (is )?(unknown|not found)",
        r"5\d\d .*(no such|unknown|unrouteable|invalid) (user|mailbox|recipient|address|local)",
        r"5\d\d .*does not exist",
    ),
    _rule("message-too-large", "sender message", r"552 5\.3\.4\b", r"5\d\d .*(message|mail) (size|is too|too)"),
    # The client, by words that mean little, and by the stage.
    _rule("greeting-refused-by-policy", "greeting", r"(554|550|571)\b"),
    _rule(
        "client-refused",
        _AFTER_GREETING,
        r"5\d\d .*(client host|access denied|not (allowed|authori[sz]ed) to (connect|use)|banned)",
        r"5\d\d .*\bip\b.*(block|bann|not allowed|not authori[sz]ed|denied|reject)",
    ),
    _rule("sender-not-allowed", "sender", r"553\b", r"55[04] 5\.7\.1\b"),
    _rule("ehlo-name-refused", "ehlo", r"(501|504|553)\b"),
    _rule("client-refused", "ehlo", r"(550|554|571)\b"),
)

LOGIN_RULES: Final = (
    _rule("auth-connection-throttled", "auth", r"421\b"),
    _rule("auth-mailbox-throttled", "auth", r"432 4\.3\.2\b", r"4\d\d .*concurrent connections"),
    _rule("auth-throttled", "auth", r"[45]\d\d .*(too many .*(login|auth|attempt|fail|error)|throttl|rate ?limit)"),
    _rule("auth-encryption-required", "auth", r"538\b", r"5\d\d 5\.7\.11\b"),
    _rule("auth-app-password-needed", "auth", r"5\d\d .*app(lication)?[- ]?(specific )?password"),
    _rule("auth-web-login-needed", "auth", r"534 5\.7\.14\b", r"5\d\d .*(web ?login|via your web browser)"),
    _rule("auth-mechanism-too-weak", "auth", r"534\b"),
    _rule("auth-smtp-disabled", "auth", r"5\d\d .*smtpclientauthentication is disabled"),
    _rule("auth-security-defaults", "auth", r"535 5\.7\.139 .*security defaults"),
    _rule("auth-criteria-not-met", "auth", r"535 5\.7\.139 .*(meet the criteria|conditional access)"),
    _rule("auth-basic-gone", "auth", r"550 5\.7\.30\b", r"5\d\d .*basic auth\w* is (not supported|disabled)"),
    _rule(
        "auth-password-expired",
        "auth",
        r"432 4\.7\.12\b",
        r"[45]\d\d .*(password (has )?expired|password.*(must|needs to) be changed)",
    ),
    _rule(
        "auth-account-disabled",
        "auth",
        r"5\d\d 5\.7\.13\b",
        r"5\d\d .*account .*(disabled|locked|suspended|blocked|inactive)",
    ),
    _rule(
        "auth-wrong-or-app-password",
        "auth",
        r"535 5\.7\.8 .*(gsmtp|google|username and password not accepted)",
    ),
    _rule("auth-wrong-or-blocked", "auth", r"535 5\.7\.3\b"),
    _rule("auth-wrong-or-new-credentials", "auth", r"535 authentication credentials invalid"),
    _rule(
        "auth-wrong-credentials",
        "auth",
        r"535\b",
        r"5\d\d 5\.7\.8\b",
        r"5\d\d .*(auth|credential|log ?in|password).*(fail|invalid|incorrect|unsuccessful|wrong)",
    ),
    _rule("auth-no-mechanism", "auth", r"504\b"),
    _rule(
        "auth-backend-down",
        "auth",
        r"(454|435)\b",
        r"4\d\d .*(temporary auth|auth.*(temporar|unable|unavailable|backend))",
    ),
)

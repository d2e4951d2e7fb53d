"""What is the matter, for each subject of ``subjects``: from its words to a code; ``rules`` says how it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pulumi_smtp_collab.connectivity.diagnosis.rules import FAR, GAP, Rule, rule

_ALL: Final = "greeting ehlo starttls auth sender recipient message"
_CLIENT: Final = "greeting ehlo auth sender recipient message"
_MAIL: Final = "sender recipient message"
_RECIPIENT: Final = "recipient message"

LIMITS: Final[tuple[Rule, ...]] = (
    # A rate of seconds or minutes, though "Throttling failure" stands before a daily quota too.
    rule(
        "rate-limited",
        "sending rate|per (?:second|minute)",
        r"(?:second|minute)s?\b" + GAP + "limit",
        "concurren|simultaneous|connections?|frequency|频率|too (?:fast|quickly|often)|slow",
        seen="message 454 Throttling failure: Maximum sending rate exceeded.",
        at=_ALL,
        unless=r"daily|\bday\b|\btoday\b|24[- ]?hour",
    ),
    rule(
        "quota-reached",
        r"quota|daily|hourly|monthly|\b(?:to)?day\b|\bhours?\b|24[- ]?h|credit",
        "sending limit|limits? (?:for|on) sending",
        "(?:message|messaging|recipient|mail|email|account|user|outgoing|plan) limit|allowed|allowance",
        "maximum number of (?:messages|mails|emails)|max (?:emails|messages)|上限|超过",
        r"limit\b" + FAR + "(?:messages|recipients|mails|emails)",
        r"per \d+ ?(?:h|d)\b|/ ?(?:\d+)?[hd]\b",
        seen="message 454 Throttling failure: Daily message quota exceeded.",
        at="auth sender recipient message",
    ),
    rule("rate-limited", seen="recipient 450 4.7.1 Error: too much mail from 192.0.2.10", at=_ALL),
)

CAUSES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "greylist": (rule("greylisted", seen="recipient 450 4.2.0 Greylisted", at=_MAIL),),
    "encryption": (
        rule(
            "starttls-required",
            seen="sender 530 5.7.0 Must issue a STARTTLS command first",
            at="auth sender recipient message",
        ),
    ),
    "authenticity": (
        # The DNS did not answer who looked for SPF: nothing is known of the domain.
        rule(
            "sender-refused-transient",
            r"temp\w*|dns (?:error|timeout|failure)|timed? ?out",
            seen="recipient 451 4.7.24 SPF check: temporary DNS error",
            at=_MAIL,
            code="4..",
            unless=r"\bfail\b|not pass|did not",
        ),
        rule("sender-authentication-failed", seen="message 550 5.7.23 SPF validation failed", at=_MAIL),
    ),
    "ehlo": (
        rule(
            "ehlo-name-not-registered",
            "try again later" + GAP + "closing",
            "closing connection",
            seen="ehlo 421 4.7.0 Try again later, closing connection. (EHLO)",
            at="ehlo",
            code="421",
        ),
        rule(
            "ehlo-name-refused",
            seen="recipient 504 5.5.2 <ci>: Helo command rejected: need fully-qualified hostname",
            at="ehlo sender recipient message",
        ),
    ),
    "message": (
        rule(
            "message-too-large",
            r"size|large|\bbig\b|\bbytes\b|too long|length|exceed",
            seen="sender 552 5.3.4 Message size exceeds fixed limit",
            at="sender recipient message",
        ),
        rule(
            "message-taken-for-spam",
            r"spam|unsolicited|junk|phish|looks like|virus|malware|content|\bdt:spm\b|\burls?\b|\blinks?\b",
            "policy restriction",
            seen="message 554 5.7.1 Message rejected as spam",
            at="message",
            code="5..",
        ),
    ),
    "list": (
        rule(
            "recipient-on-block-list",
            "(?:recipient|@RECIPIENT)" + GAP + "(?:black|block)",
            seen="recipient 550 Recipient domain is blacklisted here",
            at=_RECIPIENT,
            unless=r"\bips?\b|client host|@IP\b|using @LIST",
        ),
        # Gmail quotes the client's address before whatever it says.
        rule(
            "sender-on-block-list",
            "reputation of (?:the |your )?(?:sending |sender |from )?domain",
            seen="message 550-5.7.1 [203.0.113.5] suspicious due to the very low reputation of the sending domain",
            at=_MAIL,
        ),
        rule(
            "sender-on-block-list",
            r"(?:sender|mail from|from|sending|your|envelope)(?:'s)? ?(?:\w+ ){0,2}(?:domain|address(?! "
            r"space)|email)\b",
            r"@SENDER|@MAILBOX|badmailfrom|\bsurbl\b|\buribl\b|\bdbl\b",
            r"domain @\S+ (?:is )?(?:black|block|listed)|domain (?:reputation|is (?:black|block)?listed)",
            seen="recipient 550 5.7.1 Service unavailable, MailFrom domain is listed in Spamhaus.",
            at=_MAIL,
            unless=r"\bips?\b|client host|@IP\b",
        ),
        rule("client-on-block-list", seen="greeting 554 Your address is on our block list (blacklist)", at=_CLIENT),
    ),
    "server": (
        rule(
            "server-misconfigured",
            "configuration|misconfigur|lookup (?:failure|failed|error)|(?:points?|loops?) back",
            seen="recipient 451 4.3.5 Server configuration error",
            at=_ALL,
        ),
        rule("server-misconfigured", seen="recipient 451 4.3.5 error", at=_ALL, enhanced="4.3.5"),
        rule("service-unavailable", seen="message 451 4.3.0 Temporary local problem", at=_ALL),
    ),
    "limit": LIMITS,
    "later": (rule("rate-limited", seen="recipient 550 Failure sending mail. Try again later", at=_ALL),),
    "other-host": (
        rule(
            "other-host-wanted",
            seen="recipient 550 Please use our relay smtp-relay.mail.example.net instead",
            at=_CLIENT,
        ),
    ),
    "login-missing": (
        # Who is logged in already has authenticated: it is about what is said beside it.
        rule(
            "relay-denied",
            r"\brelay",
            seen="recipient 550 relay not permitted without authentication",
            at=_MAIL,
            logged_in=True,
        ),
        rule("login-required", seen="sender 550 Authentication is required for relay", at=_MAIL),
    ),
    "account": (rule("account-restricted", seen="message 550 5.1.8 Access denied, bad outbound sender", at=_MAIL),),
    "sender": (
        rule(
            "sender-domain-not-found",
            r"domain (?:name )?(?:\S+ )?(?:was |is |could )?(?:not (?:be )?(?:found|resolv|exist)|invalid)",
            "does not (?:exist|resolve)|unrout|invalid dns|no (?:valid |such )?(?:mx|dns|domain|a record)",
            "(?:mx|dns) (?:record|lookup|entr)|cannot (?:find|resolve)|could not resolve|nonexist",
            "domain must (?:resolve|exist)|misconfigured dns|unresolv|null mx|valid mx",
            "no mail (?:server|exchanger|host)|nxdomain|host not found",
            seen="recipient 450 4.1.8 <ci@example.com>: Sender address rejected: Domain not found",
            at=_MAIL,
            unless=r"mailbox does not exist|user does not exist|sender does not exist",
        ),
        rule(
            "sender-domain-not-found",
            seen="recipient 550 5.1.8 Sender rejected",
            at=_MAIL,
            enhanced="x.1.8",
            logged_in=False,
        ),
        rule(
            "sender-not-verified",
            "verified|unverified|verify your|confirmed|unconfirmed|sender (?:identity|signature)|sandbox",
            "not (?:been |yet )?(?:validated|registered|associated|added|linked|configured|authenticated|approved)",
            "demo domain",
            "not passed verification",
            "unregistered|unconfigured|unsigned|test purposes|(?:can|may) only send|verify (?:a|the) ",
            "validate your|ownership|authenticate your (?:domain|sender)",
            seen="message 554 Message rejected: Email address is not verified.",
            at=_MAIL,
            unless=r"unverified address: address verification|verification in progress",
        ),
        # The server itself could not find out yet: Postfix probes, Exim calls out.
        rule(
            "sender-refused-transient",
            "in progress|could not complete|callout|defer|temporar|timed? ?out|try (?:again )?later",
            "verify",
            seen=(
                "recipient 450 4.1.7 <ci@example.com>: Sender address rejected: unverified address: "
                "Address verification in progress"
            ),
            at=_MAIL,
            code="4..",
        ),
        rule(
            "sender-not-allowed",
            r"\bnot\b|den(?:y|ied)|reject|refus|inval|unauth|disallow|as this|verif|mismatch|must|only",
            "forbidden|prohibit|conform|spoof|may|owned|unknown|sendas ?denied|non-?local",
            seen="message 553 Relaying disallowed as ci@example.com",
            at=_MAIL,
        ),
        rule(
            "sender-not-allowed",
            seen="sender 553 5.7.1 sender",
            at=_MAIL,
            code="553|550|554|530",
            enhanced="|x.7.\\d+|x.1.[078]|x.2.252",
        ),
    ),
    "relaying": (rule("relay-denied", seen="recipient 554 5.7.1 Relay access denied", at=_MAIL),),
    "machine": (
        rule(
            "client-name-unknown",
            r"\bptr\b|\brdns\b|reverse|cannot find your|name lookup|resolve your|forward[- ]confirmed",
            r"no (?:dns|hostname|host name) |mismatch\w* (?:\w+ )?ip\b",
            seen="recipient 450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.10]",
            at="greeting ehlo sender recipient message",
        ),
        rule(
            "client-name-unknown",
            seen="message 550 5.7.25 your host",
            at="greeting ehlo sender recipient message",
            enhanced="x.7.25",
        ),
        rule(
            "greeting-refused-by-policy", seen="greeting 554 5.7.1 No SMTP service for you", at="greeting", code="5.."
        ),
        rule(
            "client-refused",
            seen="recipient 554 5.7.1 <unknown[192.0.2.10]>: Client host rejected: Access denied",
            at="ehlo auth sender recipient message",
            code="5..",
        ),
        rule(
            "client-refused",
            "client host rejected|not (?:allowed|permitted|authorized)|bann|block",
            "not (?:on|in) (?:the |our |an? )?(?:white|allow)list",
            seen="recipient 450 4.7.1 Client host rejected: Access denied",
            at="ehlo auth sender recipient message",
            code="4..",
        ),
    ),
    "recipient": (
        rule(
            "recipient-mailbox-full",
            r"\bfull\b|quota|storage|over its",
            seen="recipient 452 4.2.2 Mailbox full",
            at=_RECIPIENT,
        ),
        rule("recipient-mailbox-full", seen="recipient 552 5.2.2 mailbox", at=_RECIPIENT, enhanced="x.2.2"),
        rule(
            "recipient-suppressed",
            "suppress|marked as inactive|(?:hard )?bounced|unsubscribed|on (?:our |the )?bounce",
            seen="recipient 550 Recipient is on the suppression list",
            at=_RECIPIENT,
        ),
        rule(
            "recipient-mailbox-disabled",
            "disabled|suspended|inactive|deactivated|discontinued|not accepting|closed|locked",
            seen="recipient 550 5.2.1 The mailbox is disabled",
            at=_RECIPIENT,
        ),
        rule(
            "recipient-domain-takes-no-mail",
            "null mx|does not accept|accepts no|no mail-enabled",
            seen="recipient 556 5.1.10 Recipient domain has a null MX",
            at=_RECIPIENT,
        ),
        rule(
            "recipient-unknown",
            r"(?:user|recipient|mailbox|account|person|address|inbox|customer|alias|name)(?: \S+){0,3} "
            r"(?:is |was |are )?(?:unknown|unavailable|not (?:be )?(?:found|exist|valid|known|available|"
            r"recognized|a valid)|does not|nonexist|non-exist|may not exist|could not be found)",
            r"(?:unknown|no such|no|invalid|nonexistent|undeliverable|unrouteable|not a valid|not our|not "
            r"a known|cannot find (?:the |your )?)(?: \w+){0,2} ?(?:user|mailbox|recipient|address|local|"
            r"person|account|customer)\b",
            "does not (?:exist|have an? )|not exist|doesn't like recipient|unrouteable",
            seen="recipient 550 5.1.1 User unknown in local recipient table",
            at=_RECIPIENT,
            code="5..",
            unless=r"domain (?:\S+ )?(?:not found|does not exist|unknown)|unverified|verification in progress",
        ),
        rule(
            "recipient-domain-not-found",
            r"domain (?:\S+ )?(?:was |is |could )?(?:not (?:be )?(?:found|exist|resolv)|does not (?:exist|"
            r"resolve)|unknown|invalid)",
            "host (?:unknown|not found)|no (?:such |valid )?(?:mx|dns|domain)|unable to route|no mail hosts?",
            "(?:mx|dns) (?:record|lookup|entr)",
            seen="recipient 450 4.1.2 <ops@example.net>: Recipient address rejected: Domain not found",
            at=_RECIPIENT,
        ),
        rule("recipient-domain-not-found", seen="recipient 550 5.1.2 recipient", at=_RECIPIENT, enhanced="x.1.2"),
        rule("recipient-unknown", seen="recipient 550 5.1.1 no", at=_RECIPIENT, code="5..", enhanced="5.1.(1|6|10)"),
        rule(
            "recipient-unknown",
            "access denied",
            seen="recipient 550 5.4.1 Recipient address rejected: Access denied.",
            at=_RECIPIENT,
            enhanced="5.4.1",
        ),
    ),
    "no-service": (
        rule(
            "no-mail-service",
            seen="greeting 521 mx.example.com does not accept mail",
            at="greeting ehlo sender recipient",
        ),
    ),
}

"""Whom a refusal means by whom it names, and else by habit and by its stage; ``subjects`` has the order."""

from __future__ import annotations

from typing import Final

from pulumi_smtp_collab.connectivity.diagnosis.rules import GAP, Rule, rule

_EARLY: Final = "greeting ehlo"
_MAIL: Final = "sender recipient message"
_RECIPIENT: Final = "recipient message"
_STOPPED: Final = (
    r"(?:disabled|suspend|block|locked|restrict|paused|inactiv|deactivat|closed|terminat|not (?:yet )?activ|frozen|"
    r"under review|on hold|compromis|bann|barred|cancell?ed|pending|awaiting|not (?:yet )?approved|not yet verified)"
)
_SENDER_WORDS: Final = (
    r"\bsenders?\b(?!'?s? (?:ip|policy framework))|\bmail from\b|\bfrom[- ](?:address|header|name|domain|"
    r"field|line|email)|"
    r"\bfrom:|'from'|\bfrom/|envelope[- ](?:from|sender)|return[- ]path|reverse[- ]path|originator|\bheader from"
)
BY_NAME: Final[tuple[Rule, ...]] = (
    # The way in: which host, and whether with a login. Before the machine, whose address such replies quote.
    rule(
        "other-host",
        r"(?:use|through|via|to|using) (?:our|your|the|a|an|this|@HOST|another|instead)(?:'s)? ?(?:\w+[' "
        r"]?s? ){0,4}(?:relay|smarthost|smart host|outgoing (?:mail )?server|mail ?server|smtp server|mail "
        r"gateway|submission server)(?:s|\b)",
        r"(?:use|connect to|via|through|to) (?:@HOST|@SERVER)(?: \w+){0,4} instead",
        r"(?:use|(?:please|must|should) connect to) @HOST\b",
        "instead" + GAP + "(?:use|via) @HOST",
        r"(?:moved|migrated) to @HOST|wrong (?:\w+ ){0,3}region",
        seen="recipient 550 5.7.1 Please use our relay smtp-relay.mail.example.net instead",
        at="greeting ehlo sender recipient message",
        unless=(
            r"unable to|not (?:permitted|allowed|authorized) to (?!send (?:\w+ )?directly)",
            "without auth|open relay|requires? auth",
        ),
    ),
    rule(
        "login-missing",
        r"\bauth(?:entication|enticate|orization)?(?: (?:is|are))? "
        "(?:requ(?:ir|ri)ed|needed|necessary|mandatory|first)",
        r"\blog ?in (?:is )?(?:required|needed|first|before)",
        r"(?:requires?|require you to|required to) (?:\w+ ){0,3}(?:auth(?:enticat\w+|entication)?\b|log ?in\b|login)",
        r"(?:must|need to|have to|should|please|ensure|did|does) (?:\w+ ){0,3}(?:log ?in\b|login\b|"
        r"authenticate\b|be authenticated|be logged|auth\b)",
        "(?:not|never) (?:been |yet |properly )*(?:logged[- ]?in|authenticated)",
        "only (?:for )?authenticated|authenticated (?:users?|senders?|clients?|submission) only",
        "failed to authenticate|after (?:authenticat|logging in|login)",
        r"auth(?:entication)? (?:\w+ or )?(?:missing|absent)|set ?up (?:\w+ )?auth",
        r"(?:without|lacks?|missing|enable|turn(?:ed)? on|switch on|activate|use|using|supply|provide|no) "
        r"(?:\w+ ){0,2}(?:auth(?:entication)?\b(?! fail)|credentials|logging in|login\b)",
        r"unauthenticated|anonymous|(?:issue|use|send) (?:an? )?auth\b|pop3?[- ]before[- ]smtp",
        "check (?:for )?(?:your )?(?:new )?e?mail (?:first|before)",
        seen="recipient 550-Please turn on SMTP Authentication in your mail client.",
        at=_MAIL,
        unless=(
            r"domain (?:\S+ )?(?:is |has )?not (?:been )?authenticated|resolver|hosted tenant",
            "(?:doesn't|does not|must|not) (?:match|conform|correspond)",
            r"authenticated (?:as|user|sender)\b" + GAP + "(?:cannot|not|may)",
        ),
    ),
    rule("login-missing", seen="sender 530 Denied", at=_MAIL, code="530|505", logged_in=False, unless=_SENDER_WORDS),
    rule("login-missing", seen="sender 550 5.7.57 Denied", at=_MAIL, enhanced="x.7.57"),
    # The sender before relaying ("disallowed as"), and the account before the sender, who is its name after a login.
    rule(
        "sender",
        r"disallowed as|(?:send|submit|relay|mail) as\b|\bsend-?as\b",
        r"send(?:ing)? (?:\w+ )?(?:from|on behalf|using) (?!this (?:ip|host|account)|your (?:ip|host|"
        r"account)|@IP|an? unauth)",
        "on behalf of|local users? only|not (?:an? )?local sender|sendas ?denied",
        r"domain(?: \w+)? (?:must|has to|have to|needs? to) be (?:verified|confirmed|registered|validated|"
        "authenticated)",
        "(?:not match|not conform|not correspond|must (?:match|equal|be the same)|mismatch|not owned|owned "
        "by|not belong|not associated|not assigned)",
        "sandbox (?:sub)?domain|demo domain|sending domain|unconfigured|unregistered domain",
        "registered domains?|invalid dns mx|domain of sender|sender domain",
        r"(?:domain|address|email|from|identit\w*|@SENDER|@SENDER-DOMAIN)"
        + GAP
        + "(?:not (?:been |yet )?|un)(?:verified|confirmed|registered|validated|added|linked|authenticated|approved)",
        "not passed verification",
        "verified (?:sender|domain|identit)|sender (?:identity|signature)",
        seen="message 553 Relaying disallowed as ci@example.com",
        at=_MAIL,
        unless=r"recipient|@RECIPIENT\b|unrouteable|your account (?:is|has been)|user unknown|\bip\b|reverse dns",
    ),
    rule(
        "sender",
        r"\bsender (?:is |was )?not (?:allowed|permitted|authorized) to relay",
        seen="sender 553 Sender is not allowed to relay emails",
        at=_MAIL,
        logged_in=True,
    ),
    # 553 is about an address, and once the recipients were taken only the sender's is left.
    rule(
        "sender",
        r"\brelaying (?:is )?(?:disallowed|denied|not allowed)",
        seen="message 553 Relaying disallowed",
        at="message",
        code="553",
        logged_in=True,
        unless=r"recipient|@RECIPIENT\b|domain",
    ),
    rule(
        "sender",
        "sandbox|(?:can|may) only send|test purposes|authorized recipients",
        "(?:email )?address is not verified|identities failed the check",
        "from @(?:SENDER|MAILBOX)" + GAP + "(?:not|verif)",
        seen=(
            "message 554 Sandbox subdomains are for test purposes only. Please add the address to authorized recipients"
        ),
        at=_MAIL,
        unless="pending|awaiting",
    ),
    rule(
        "account",
        "sender" + GAP + "(?:blocked|banned|suspended|disabled|deactivated)",
        "unusual" + GAP + "activity",
        "suspicious" + GAP + "activity",
        r"(?:domain|account|user) \S+ (?:is )?not (?:allowed|permitted|authorized) to send\b(?! (?:as|from|to|on))",
        "(?:not have|no|lacks?|without) permissions? to (?:submit|send (?:mail|email|messages?))",
        seen="message 554 5.1.8 Sender Address Blocked",
        at=_MAIL,
        logged_in=True,
    ),
    rule(
        "account",
        r"(?:your|this|sending|sender's|the sending) (?:\w+ ){0,2}(?:account|subscription|plan|tenant|"
        r"organization|service)" + GAP + _STOPPED,
        "(?:access|right|ability) to send" + GAP + _STOPPED,
        r"(?:sending|smtp|outgoing|account)(?: \w+){0,2} (?:is |has been |was |are )?(?:currently |"
        r"temporarily )?(?:paused|suspended|deactivated)",
        "your access" + GAP + _STOPPED,
        seen="message 554 Your account is on hold.",
        at=_MAIL,
        unless="your message to",
    ),
    rule(
        "account",
        "(?:account|user|tenant|subscription|customer|organization|domain)"
        + GAP
        + "(?:"
        + _STOPPED
        + r"|not (?:\w+ ){0,2}(?:allowed|permitted|authorized|enabled) to (?:send|submit))",
        "sending (?:is |has been )?(?:disabled|blocked|not (?:allowed|enabled|permitted))",
        r"not (?:allowed|permitted|authorized|enabled) to send\b(?: e?mails?| messages?)?(?! (?:as|from|to|on))",
        seen="sender 550 5.7.1 User suspended",
        at="sender message",
        unless=(r"\bip\b|@IP|\bhost\b", _SENDER_WORDS),
    ),
    # The machine: its address, before the sender ("Sender IP address rejected") and before relaying.
    rule(
        "relaying",
        r"\brelay|rcpthosts|not an? gateway|cannot deliver (?:mail )?(?:for|to)|will not (?:deliver|forward|relay)",
        "through (?:this|our) (?:server|gateway|host|machine)",
        r"(?:do|does) not (?:forward|relay)\b|forwarding to|remote hosts?\b",
        r"delivery (?:is )?not (?:allowed|permitted|authorized)|user not local|not local\b",
        "not (?:an? |one of )?(?:our|my|local|known) (?:local )?(?:domain|user|customer)s?",
        r"(?:do|does) not (?:handle|accept|serve|host|take|deliver)(?: \w+){0,2} (?:e?mails?|messages) (?:for|to)\b",
        "only accepts? (?:e?mail |messages )?(?:for|to) local",
        "local (?:recipients?|domains?|delivery) only",
        "(?:external|remote|outside|non-?local|foreign) (?:recipient|domain|address|deliver)",
        "no such domain (?:here|at this)|domain (?:is )?not (?:hosted|served|handled|local)",
        seen="recipient 554 5.7.1 <ops@example.net>: Relay access denied",
        at=_MAIL,
    ),
    rule("relaying", seen="recipient 550 5.7.64 TenantAttribution", at=_MAIL, enhanced="x.7.(54|64|367)"),
    # What is said of the message itself, though the reply quotes the address that it came from.
    rule(
        "message",
        r"(?:this|the|your|test) (?:\w+ )?(?:message|mail|email)\b"
        + GAP
        + "(?:spam|unsolicited|junk|virus|malware|phish|content)",
        "(?:spam|unsolicited|junk) (?:message|mail|email|content)",
        r"(?:identified|classified|considered|detected|rejected|marked) as (?:\w+ )?spam",
        seen="message 550-5.7.1 [203.0.113.5] Our system has detected that this message is likely unsolicited mail.",
        at="message",
    ),
    rule(
        "machine",
        r"\bclient host\b|\bhost network\b|\bips?\b|\bptr\b|\brdns\b|restrictdomainsto",
        "reverse[- ](?:dns|lookup|hostname|resol|mapping|name)|cannot find your|hostname lookup",
        "resolve your|your access to (?:this|submit)",
        r"your (?:\w+ )?(?:host|server|network|machine|computer|mta|address space|provider|isp|location|"
        r"country|connection)\b",
        "not (?:allowed|permitted|authorized) to connect",
        "connections? (?:is |are |was |were |will )?(?:not be |not )?(?:refused|rejected|denied|blocked|accepted)",
        r"refus\w* (?:your )?connection|accept(?:ing)? (?:no )?connections",
        "dynamic|residential|dial-?up|end-user|geoip|geographic",
        r"(?:this|your) (?:country|location|region)|for you\b",
        seen="message 550 that IP address is not allowed to send",
        at="greeting ehlo sender recipient message",
    ),
    rule(
        "machine",
        r"@IP\b",
        seen="greeting 550 Access from [192.0.2.10] refused",
        at="greeting ehlo sender recipient message",
    ),
    rule(
        "message",
        "spam|unsolicited|junk|virus|malware|phish|(?:message|mail|email) content",
        r"content (?:reject|filter|denied|not)|looks like|\bdt:spm\b|policy restrictions?$|policy restrictions? for",
        seen="message 554 5.7.1 Virus found",
        at="message",
    ),
    rule(
        "recipient",
        r"recipient|\brcpt\b|@RECIPIENT\b|no such|unknown (?:user|mailbox|account|local)",
        "user (?:is )?unknown|may not exist",
        seen="recipient 550 5.1.1 <ops@example.net>: Recipient address rejected: User unknown in local recipient table",
        at=_RECIPIENT,
        unless=r"\bsender\b|\bmail from\b",
    ),
    rule("sender", _SENDER_WORDS, seen="sender 550 5.1.7 Sender address rejected", at=_MAIL),
    rule("sender", seen="recipient 450 4.1.8 <ci@example.com>: Domain not found", at=_MAIL, enhanced="x.1.[78]"),
    rule(
        "sender",
        r"\bdomain\b|\bmx\b|@SENDER|@SENDER-DOMAIN|@MAILBOX|from address|identit",
        seen="sender 501 <ci@example.com>: domain missing or malformed",
        at="sender",
    ),
    rule(
        "recipient",
        r"user|mailbox|account|address|domain|person|\bhost (?:unknown|not found)|null mx|@MAILBOX",
        seen="recipient 550 mailbox not found",
        at=_RECIPIENT,
    ),
    rule("recipient", seen="recipient 550 5.1.1 no", at=_RECIPIENT, enhanced="x.1.([1236]|10)|x.2.[12]"),
    # What is said by habit, or not at all.
    rule(
        "no-service",
        "does not accept (?:e?mail|messages)|accepts no (?:e?mail|messages)|no (?:mail|smtp) service",
        seen="greeting 554 No SMTP service here",
        at=_EARLY + " sender recipient",
    ),
    rule("no-service", seen="greeting 521 mx.example.com", at=_EARLY + " sender recipient", code="521"),
    rule(
        "later",
        r"(?:try|retry|again|come back|wait)\b" + GAP + "(?:later|minute|second|hour|after|some ?time|moment)",
        "temporarily (?:deferred|rejected|refused|blocked)",
        seen="recipient 550 Failure sending mail. Try again later",
        code="5..",
    ),
    rule(
        "server",
        "(?:service|server|queue|system) (?:is |are |was |currently |temporarily |not )*(?:un)?available",
        r"try (?:again )?later|closing|not available now|\bbusy\b|not active|at this time",
        seen="greeting 421 4.3.2 Service not available, closing transmission channel",
        code="4..",
    ),
    rule("server", seen="sender 421 mx.example.com", code="421"),
    rule("server", seen="sender 451 4.3.5 no", enhanced="4.3.\\d", code="4.."),
    # All that a server knows at its greeting is where the connection comes from.
    rule("machine", seen="greeting 554 no", at="greeting", code="55[0-9]|571|5[0-2][0-9]"),
    # At EHLO it knows the name too; these digits are about an argument (RFC 5321, section 4.2.3).
    rule("ehlo", seen="ehlo 501 5.0.0 Invalid domain name", at="ehlo", code="501|504|553"),
    rule(
        "ehlo",
        "you are not @|host ?name|fqdn|fully[- ]qualified|domain name|valid address|argument|syntax",
        seen="ehlo 550 5.7.1 Hostname must be a fully qualified domain name",
        at="ehlo",
    ),
)

"""Whom a refusal means by words that mean one thing, whoever is named beside them; ``subjects`` has the order."""

from __future__ import annotations

from typing import Final

from pulumi_smtp_collab.connectivity.diagnosis.rules import FAR, GAP, Rule, rule

_MAIL: Final = "sender recipient message"
_RECIPIENT: Final = "recipient message"
_SENDER_WORDS: Final = (
    r"\bsenders?\b(?!'?s? (?:ip|policy framework))|\bmail from\b|\bfrom[- ](?:address|header|name|domain|"
    r"field|line|email)|"
    r"\bfrom:|'from'|\bfrom/|envelope[- ](?:from|sender)|return[- ]path|reverse[- ]path|originator|\bheader from"
)
_SHORT_OF_ROOM: Final = (
    r"insufficient (?:\w+ ){0,2}(?:storage|resource|space|memory)|(?:disk|queue|spool) (?:is )?full|no space|"
    r"out of (?:disk|memory|space|resources)|space shortage|low on (?:disk|space)"
)

BY_WORDS: Final[tuple[Rule, ...]] = (
    # Words that mean one thing, whoever is named beside them.
    rule(
        "greylist",
        r"gr[ea]y[\s_-]?list",
        seen="recipient 450 4.2.0 @: Recipient address rejected: Greylisted",
        code="4..",
    ),
    rule(
        "encryption",
        "starttls (?:command )?(?:first|is required|required)",
        "must (?:first )?(?:issue a|use|start|send a?) ?(?:starttls|tls|ssl)",
        r"(?:tls|ssl|encrypt\w*|secure connection)(?: session| connection| is| layer)* (?:is )?(?:required|"
        r"needed|mandatory)",
        r"requires? (?:an? |the use of |(?:\w+ ){0,3}to use )?(?:tls|ssl|starttls|encrypt|secure)",
        r"only (?:\w+ ){0,2}(?:over|after|with|via|through|on|using) (?:an? )?(?:tls|ssl|starttls|encrypt|secure)",
        "(?:unencrypted|cleartext|clear text|plain ?text|non-secure|insecure)" + GAP + "(?:not|disallow|refus|reject)",
        seen="sender 530 5.7.0 Must issue a STARTTLS command first",
    ),
    rule("encryption", seen="sender 523 5.7.10 no", enhanced="x.7.(1[01]|29)", bare=True),
    # Before limits and logins: a domain without SPF is "rate limited" and its mail "unauthenticated" at Gmail.
    rule(
        "authenticity",
        r"\b(?:spf|dkim|dmarc|domainkeys|adsp)\b",
        "unauthenticated (?:email|mail|message)",
        "(?:message|mail|email|sender) is (?:un|not )authenticated",
        "authentication (?:level|requirement|check|result|polic)",
        r"(?:sender|email|message|domain) authentication\b",
        "sender policy framework",
        seen="message 550 5.7.1 Unauthenticated email from example.com is not accepted due to domain's DMARC policy",
        at=_MAIL,
        unless=r"(?:not |un)verified|not been verified|(?:log ?in|username|password)\b",
    ),
    rule(
        "authenticity", seen="message 550 5.7.26 Rejected", at=_MAIL, enhanced="x.7.2[0-467]|x.7.509|x.7.515", bare=True
    ),
    # What the server could not look up is no word about whom it looked for.
    rule(
        "server",
        r"(?:database|backend|ldap|directory|policy (?:service|server)) (?:\w+ ){0,2}"
        r"(?:down|unavailable|not (?:respond|avail|reach))",
        seen="sender 451 4.3.0 Unable to check sender: database is down",
        code="4..",
    ),
    # Exim tells at length how it asked the sender's own server, EHLO and all.
    rule(
        "sender",
        "(?:sender|return[- ]path|callout)[' ]?(?:address )?(?:verif|callout)",
        r"verif\w* (?:of )?(?:the )?(?:sender|return)|sender verify",
        seen="recipient 550 Sender verify failed",
        at=_MAIL,
    ),
    rule(
        "ehlo",
        r"\b(?:helo|ehlo)(?:host)?\b",
        seen="recipient 450 4.7.1 <ci>: Helo command rejected: Host not found",
        at="greeting ehlo sender recipient message",
        unless=(
            r"\bauth\b|(?:send|say|use) (?:helo|ehlo) first|not (?:implemented|supported|recognized)|unrecognized",
            "unknown command|removed from",
        ),
    ),
    # Sizes, loops and full mailboxes before limits, whose words they share.
    rule(
        "message",
        r"(?:message|mail|email|data|content)(?: size| length| is|) (?:\w+ ){0,2}too (?:big|large|long)",
        r"size (?:\w+ ){0,2}(?:limit|exceed)",
        r"\b(?:message|mail|email|data)\b" + GAP + "exceed" + GAP + r"(?:\bbytes|\d ?[kmg]i?b)\b",
        "maximum (?:message |allowed )?size|too many hops|mail loop\\b",
        seen="sender 552 5.3.4 Message size exceeds fixed limit",
        at=_MAIL,
    ),
    rule(
        "recipient",
        "(?:mailbox|inbox|recipient|@RECIPIENT|@MAILBOX|user)"
        + GAP
        + r"(?:\bfull\b|over ?quota|over (?:its |the )?(?:storage|quota)|quota exceeded|exceeded (?:its |"
        r"the |storage )?(?:quota|storage))",
        "quota exceeded mailbox|exceeded storage allocation",
        "account is (?:over ?quota|over (?:its )?quota|full)|mailbox (?:size )?quota",
        "tried to reach is over",
        seen="recipient 452 4.2.2 The email account that you tried to reach is over quota",
        at=_RECIPIENT,
        unless=r"sending|policy|queue|messages|hour|daily|\brate\b",
    ),
    # Who may not send for what it has sent: though it speaks of a threshold or a sender, the account is meant.
    rule(
        "account",
        "bad outbound sender|spam abuse",
        r"outgoing (?:mail |messages? |email )?(?:from \S+ )?(?:is |has been |was )?(?:block|suspend|disabl|restrict)",
        r"activate your (?:\w+ ){0,2}account|submitter failed to disabled|read-?only (?:account|user|mailbox)",
        r"outbound (?:mail|spam|messages?|email)\w*" + GAP + "(?:block|suspend|disabl|restrict)",
        "tenant has exceeded(?!" + GAP + "(?:daily|hour))",
        "(?:outgoing|outbound) ?(?:spam|junk)|spam from (?:your|this) account|over (?:the |its )?spam limit",
        r"(?:sending|smtp|mail) (?:privilege|right|permission)s?"
        + GAP
        + r"(?:revok|suspend|remov|disabl|block|withdraw)",
        r"not authorized to perform|ses:send",
        "(?:account|user|tenant|customer)" + GAP + "(?:banned|compromised)",
        "sending (?:is |has been |was )?(?:disabled|suspended|paused|blocked)(?!"
        + FAR
        + r"(?:limit|quota|hour|daily|minute|later)\b)",
        r"(?:trial|subscription|plan)\b(?: \w+){0,2} expired",
        "payment (?:is )?(?:required|overdue)|overdue|unpaid",
        "(?:blocked|restricted|barred) from sending",
        "banned sender(?!" + GAP + "@IP)",
        seen="message 550 5.1.8 Access denied, bad outbound sender",
        at=_MAIL,
        unless=r"unregistered|sending ip|not verified|(?:for|from) (?:your |this )?(?:ip\b|@IP)",
    ),
    # A status that means a full mailbox (RFC 3463), where the words leave open whose quota it is.
    rule(
        "recipient",
        r"quota|storage|\bspace\b",
        seen="recipient 452 4.2.2 Over quota",
        at="recipient",
        enhanced="x.2.[02]",
        unless=r"sending|policy|queue|submission|messages|hour|daily|\brate\b|sender",
    ),
    # A list that something in the message stands on.
    rule(
        "message",
        r"(?:contain|content|\bbody)\w*" + GAP + r"\b(?:urls?|links?|uris?|attachments?)\b",
        r"\bspam urls?\b|\b(?:urls?|links?) (?:in|inside|within) (?:this|the|your)\b",
        seen="message 554 5.7.1 This message contains block-listed URL(s)",
        at="message",
    ),
    rule(
        "list",
        r"@LIST|badmailfrom|black ?listed|block ?listed|blacklist|blocklist|\brbls?\b|dnsbl|spamhaus",
        "spamcop|barracuda|sorbs|proofpoint|black ?hole",
        r"\blisted (?:at|in|by|on|for)\b|(?:poor|bad|low|sender|ip|domain) reputation",
        r"reputation (?:is|of|too|score|block)|blocked using|blocked by (?:\w+ ){1,2}list\b",
        seen="recipient 554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using zen.spamhaus.org",
        at="greeting ehlo sender recipient message",
        unless=r"may not exist|not (?:on|in) (?:the |our |an? )?(?:white|allow)list|rate[- ]limited|deferred",
    ),
    # What a server says of its own trouble, while it happens to quote an address.
    rule(
        "server",
        r"(?:temporary|temporarily|local|internal|system|database|backend|unexpected|transient) (?:\w+ "
        r"){0,3}(?:failure|error|problem)",
        "configuration (?:error|problem)|misconfigur|(?:write|i/o|read) error",
        r"(?:time ?out|timed out|error|fail\w*) (?:\w+ ){0,2}(?:looking up|querying|connecting)",
        "resources? (?:is |are )?(?:currently |temporarily )?unavailable|milter unavailable",
        "error (?:writing|in processing|opening)",
        _SHORT_OF_ROOM,
        "(?:server|system|service|host|too|currently|ports are) (?:is )?(?:too )?busy|overload",
        "(?:high|system|server) load|load (?:is )?too|all server ports",
        "no (?:\\w+ ){0,3}servers? available|maintenance|shutting down|shut ?down|restart|going down",
        "(?:cannot|could not|unable to|failed to) (?:connect|reach|open|contact|establish)|unable to process",
        "(?:scanner|filter|daemon|antivirus) (?:is )?(?:unavailable|not available|down|failed)",
        "connect(?:ion)? error|upstream|backend|(?:points?|loops?) back|lookup (?:failure|failed|error)",
        seen="recipient 451 4.3.0 <ops@example.net>: Temporary lookup failure",
        unless=(
            "reverse|your (?:host|ip)|ip name lookup|too (?:many|much)|domain not found|sender domain",
            r"\blimit",
            _SENDER_WORDS,
        ),
        code="4..|55[0-9]|500",
    ),
    rule(
        "limit",
        r"\btoo (?:many|much|fast|quickly|frequent|often)|rate[- ]?(?:limit|control)|ratelimit|throttl",
        "at a rate that|rate of (?:mail|messages)",
        "slow (?:it )?down|again (?:more )?slow|overlimit|over limit",
        r"(?:limit|quota|\brate|maximum|\bmax|threshold|allowance|credits?)s?\b"
        + GAP
        + r"(?:exceed|reached|\bhit\b|used up|exhaust|\bover\b|surpass|deplet)",
        r"(?:exceed|reached|achieved|exhaust|\bover\b|\bhit\b|out of|surpass|not enough|insufficient|no more)\w*"
        + GAP
        + r"(?:limit|quota|\brate\b|maximum|\bmax\b|allow|credit|messages|emails|recipients|per (?:hour|"
        r"day|minute|second))",
        r"\b(?:daily|hourly|monthly|per[- ](?:hour|day|minute|second))\b|24[- ]hours?|unusual rate",
        "(?:unexpected|excessive|high|large|message|unusual) volume|intrusion prevention",
        "concurren|simultaneous|frequency|sending (?:limit|quota)s?\\b|频率|超过|上限|限制",
        seen="recipient 550 User ci@example.com has exceeded its 24-hour sending limit.",
        unless=r"not (?:allowed|permitted) (?:to send )?(?:more|over)\b",
    ),
    rule(
        "later",
        "unusual" + GAP + "activity" + FAR + "(?:later|some ?time|wait)",
        seen="message 550 5.4.6 Unusual sending activity detected. Please try after sometime.",
        at=_MAIL,
    ),
)

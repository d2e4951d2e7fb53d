"""What the refusal of a login means: whom first, then what is the matter; ``rules`` says how the tables are read.

A login is nearly always refused with 535, and with "authentication failed" before what is really the matter. So the
credentials are the last to be suspected, and only where the reply says nothing else.
"""

from __future__ import annotations

from typing import Final

from pulumi_smtp_collab.connectivity.diagnosis.rules import FAR, GAP, Rule, rule

_STOPPED: Final = (
    r"(?:disabled|suspend|block|\block(?:ed)?\b|locked|restrict|paused|inactiv|deactivat|closed|terminat|"
    r"not (?:yet |been )*(?:activ|verified|confirmed|subscribed|approved)|frozen|under review|on hold|"
    r"compromis|bann|expired|abnormal)"
)
UNUSABLE: Final = r"(?:not (?:yet )?(?:activ\w*|allowed|permitted)|disabled|blocked|locked|inactive|suspended)"
_WRONG: Final = r"(?:invalid|incorrect|wrong|bad) (?:\w+ ){0,3}(?:credentials|password|login)"
_SMTP: Final = r"(?:smtp(?:[ /-]?auth\w*)?|smtpclientauthentication|imap|pop3?|mail client|protocol|service|submission)"


def at_login(
    name: str,
    *words: str,
    seen: str,
    code: str = "",
    enhanced: str = "",
    unless: str | tuple[str, ...] = "",
    bare: bool | None = None,
    service: str = "",
) -> Rule:
    """Return a rule for the login alone."""
    return rule(
        name,
        *words,
        seen=f"auth {seen}",
        at="auth",
        code=code,
        enhanced=enhanced,
        unless=unless,
        bare=bare,
        service=service,
    )


LOGIN_SUBJECTS: Final[tuple[Rule, ...]] = (
    # Some list all that it can be, the password among it.
    at_login(
        "credentials",
        "service is not open" + FAR + "password",
        UNUSABLE + " or " + _WRONG,
        _WRONG + " or " + GAP + UNUSABLE,
        seen="535 Login fail. Account is abnormal, service is not open, password is incorrect, login frequency limited",
    ),
    at_login(
        "encryption",
        "starttls (?:command )?(?:first|is required|required)",
        "must (?:first )?(?:issue a|use|start) ?(?:starttls|tls|ssl)",
        r"(?:encryption|tls|ssl|secure connection)\b(?:[ -]\w+){0,2} (?:required|needed|mandatory)",
        "requires? (?:an? |the use of )?(?:tls|ssl|starttls|encrypt|secure)",
        r"only (?:\w+ ){0,2}(?:over|after|with|via|through|on|using) (?:an? )?(?:tls|ssl|starttls|encrypt|secure)",
        "(?:unencrypted|cleartext|clear text|plain ?text|non-secure|insecure)"
        + GAP
        + "(?:not |disallow|refus|reject|without)",
        r"(?:unable|cannot|not) (?:\w+ ){0,3}(?:over|on|via) (?:an? )?(?:unencrypted|insecure|plain|cleartext)",
        seen="538 5.7.11 Encryption required for requested authentication mechanism",
    ),
    at_login("encryption", seen="538 no", code="538|523", unless="mechanism"),
    # What has to be done elsewhere before any password will do. Before spam and limits: Yandex speaks of both.
    at_login(
        "elsewhere",
        "browser|web ?login|webmail|use (?:the )?web",
        r"(?:via|on|to|through) (?:the |our )?(?:web|website|site|portal)\b|robot|captcha|eula",
        "(?:user agreement|terms of)|verify (?:your|that|it)|confirm (?:your|that|it)",
        r"verification (?:is )?required|\bweb\b|sign in (?:to|at|on) (?:the|your|http|@URL)",
        seen="534-5.7.14 Please log in via your web browser and then try again.",
        unless=r"app(?:lication)?[- ]?(?:specific )?password|authorization code|授权码|smtpclientauth|password change",
    ),
    at_login("elsewhere", seen="534 5.7.14 no", enhanced="x.7.14"),
    at_login(
        "app-password",
        "app(?:lication)?s?[- ]?(?:specific[- ]?)?passwords?|authorization (?:code|password)|授权码",
        "third[- ]party (?:client )?password|专用密码|独立密码",
        r"(?:external|device|client|mail)[- ](?:app\w* )?passwords?\b|password for external|\bapp key",
        r"(?:2|two)[- ]?(?:step|factor)|multi-?factor|\b2fa\b|\bmfa\b",
        seen="534-5.7.9 Application-specific password required.",
        unless=r"security defaults|conditional access",
    ),
    # A person has to lift it, whatever "temporarily" says.
    at_login(
        "account",
        r"temporarily (?:\w+ )?(?:blocked|suspended|disabled|locked)" + FAR + r"(?:contact|support|administrator)\b",
        seen="535 5.7.8 Your account has been temporarily blocked, contact support",
        unless=r"too many|attempts|fail\w* (?:login|auth)",
    ),
    # Who is kept out for a while, or has used up what was bought. 535 may stand before both.
    at_login(
        "limit",
        "too many|too (?:much|fast|frequent|often)|rate[- ]?limit|throttl|concurrent|frequency|频率|频繁",
        r"(?:limit|quota|maximum|credits?|allowance|login rate)\b" + GAP + "(?:exceed|reached|exhaust|used up)",
        r"(?:exceed|reached)\w*" + GAP + "(?:limit|quota|maximum|credit|allow)",
        r"(?:temporarily|temporary) (?:\w+ ){0,2}(?:blocked|locked|banned|lockout)",
        r"(?:blocked|locked|banned)(?: out)? (?:temporarily|for \d+|until)",
        "repeated (?:failed )?(?:login|auth)|out of credit",
        seen="454-4.7.0 Too many login attempts, please try again later.",
        unless=r"service is not open",
    ),
    at_login("limit", seen="432 4.3.2 no", enhanced="4.3.2", code="432"),
    at_login(
        "server",
        r"(?:temporary|temporarily|internal|system|server|database|backend|local|unexpected|transient) "
        r"(?:\w+ ){0,3}(?:failure|error|problem|unavailable)",
        "configuration error|generic failure|lookup failure",
        "connection lost|lost connection",
        "(?:cannot|could not|unable to|failed to) (?:connect|reach|contact|authenticate (?:at|you at))",
        "authenticate at present|system busy|too busy|server busy|overload|maintenance",
        r"(?:auth\w*|service|server|backend) (?:is )?(?:currently |temporarily )*(?:unavailable|"
        r"not (?:available|respond\w*)|unreachable|down)\b",
        "upstream|timed? ?out",
        seen="454 4.7.0 Temporary authentication failure: Connection lost to authentication server",
        code="4..|5[1-9][0-9]",  # not those that refuse the command itself
        unless=r"mechanism|service is not open|incorrect|invalid user|not enabled|this port",
    ),
    at_login(
        "machine",
        r"\bips?\b|@IP\b|@LIST|client host",
        r"your (?:host|network|location|country|computer|region|server)\b|geoip|geographic",
        "from (?:this|your|that) (?:location|country|network|host|address|region)|black ?list",
        r"blocklist|\blisted (?:at|in|by|on)",
        seen="525 5.7.13 Unauthorized IP address",
        unless=r"\btoo many\b",
    ),
    at_login(
        "other-host",
        r"(?:use|through|via|to|using) (?:our|your|the|a|an|this|@HOST|another)(?:'s)? ?(?:\w+[' ]?s? "
        r"){0,3}(?:relay|smarthost|outgoing (?:mail )?server|smtp server|server @HOST|submission server)",
        r"(?:use|connect to) @HOST\b|(?:moved|migrated) to @HOST",
        seen="535 5.7.0 Please use our relay smtp-relay.mail.example.net instead",
    ),
    # The ways that lead to this account, before the account and the password.
    at_login(
        "mechanism",
        r"(?:mechanism|auth(?:entication)? (?:type|method|scheme|mode)|auth\w* plain|"
        r"auth\w* login|plain auth\w*|login auth\w*)" + GAP + "(?:not |un|disabl|invalid|weak|no longer)",
        r"(?:invalid|unrecognized|unsupported|unknown|no|bad|unavailable|stronger|another) (?:\w+ "
        r"){0,2}(?:mechanism|authentication (?:type|method|scheme)|auth (?:type|method))",
        r"\bauth(?:entication)? (?:is )?(?:not (?:enabled|available|supported|implemented|offered|"
        r"advertised|allowed)|disabled)",
        "not advertised|does not support auth|auth command (?:not|unrec)",
        "unrecognized (?:command|auth)|command (?:not|un)",
        seen="535 5.7.8 Error: authentication failed: Invalid authentication mechanism",
        unless=r"basic auth|password auth|for (?:this|the|your) (?:user|account|mailbox|tenant)",
    ),
    at_login("mechanism", seen="504 no", code="504|500|502|503", unless=r"activat|incorrect|password|account"),
    at_login("mechanism", seen="534 no", code="534", bare=True),
    at_login(
        "policy",
        "basic auth|password[- ]based",
        r"password (?:auth\w*|logins?) (?:is |are )?(?:not|no longer|disabled)|oauth|modern auth",
        "security defaults|conditional access|meet the criteria|polic(?:y|ies)|less secure|xoauth",
        seen="550 5.7.30 Basic authentication is not supported for Client Submission.",
        unless=r"password policy|password (?:has )?expired",
    ),
    at_login("policy", seen="550 5.7.30 no", enhanced="x.7.30"),
    # Whether the account may use SMTP at all, and whether it may do anything.
    at_login(
        "smtp-access",
        _SMTP + r"(?: \w+){0,3} (?:is |are |was |has been )?(?:disabled|not (?:\w+ )?(?:enabled|open\w*|activ\w*|"
        r"allowed|permitted|available|authorized|turned on|subscribed)|turned off|switched off|closed|"
        r"restricted|denied|forbidden)",
        r"(?:no|not have|without|lacks?|insufficient) (?:\w+ ){0,3}(?:permission|right|access|privilege)s?",
        r"login (?:\w+ )?not (?:allowed|permitted)",
        r"not (?:allowed|permitted|authorized|entitled|enabled) (?:to|for) (?:\w+ ){0,4}(?:smtp|relay|"
        r"login|log in|send|access|service|submission|auth\w*)",
        "access (?:is )?restricted|not (?:an? )?(?:smtp|mail) user",
        r"(?:enable|activate|open|turn on|switch on) (?:the )?(?:\w+ )?(?:smtp|pop3|imap)|开启|未开通|未开启|无权",
        "关闭了?(?:smtp|服务)|(?:smtp|服务)已?被?(?:关闭|禁用)",
        r"\b(?:smtp|pop3?|imap)\b(?: \w+){0,3} (?:must|has to|have to|needs? to|should) be "
        "(?:enabled|activ|turned|switched)",
        seen="550 User has no permission",
        unless=r"account (?:is |has |was |been )*(?:suspended|locked|blocked|disabled|not (?:\w+ )?activ)",
    ),
    at_login(
        "expired",
        r"password (?:\w+ ){0,3}(?:expired|too (?:simple|weak|short|old)|must be changed|needs to be "
        r"changed|has to be changed|change required)",
        r"credentials (?:\w+ ){0,2}expired",
        "(?:change|reset|update) (?:your|the) password|password transition|expired password",
        seen="535 5.7.8 Your password has expired",
        unless=r"forgot",
    ),
    at_login("expired", seen="432 4.7.12 no", enhanced="x.7.12"),
    at_login(
        "account",
        r"(?:account|user|tenant|subscription|domain|customer|sender|sender address|address|mailbox|login|"
        r"organization|plan|trial|licen[cs]e|token|api key|username|@LOGIN|@MAILBOX|@SENDER)s?\b(?: \S+){0,8} "
        + _STOPPED,
        "(?:disabled|suspended|blocked|locked|inactive|deactivated|banned) (?:account|user|mailbox|sender)",
        "outgoing (?:mail )?(?:is |has been )?blocked",
        "sending (?:is |has been )?(?:paused|suspended|disabled)|spam|禁用|冻结|封禁|锁定|停用",
        seen="554 5.1.8 Sender Address Blocked",
        unless=r"(?:may|might) be|(?:or|,) (?:\w+ ){0,3}(?:incorrect|wrong|invalid)|service is not open",
    ),
    at_login("account", seen="525 5.7.13 no", code="525", enhanced="5.7.13"),
    at_login("server", "^auth(?:entication)? error", seen="451 auth error.", code="4.."),
    at_login(
        "credentials",
        r"(?:invalid|incorrect|wrong|bad|unknown|mismatch\w*|no such|not found|missing|expired|revoked|"
        r"fail\w*|rejected|denied|illegal|unable to verify|not loving|no match|unrecognized|error)"
        + GAP
        + r"(?:user|password|credential|login|log in|logon|account|authenticat|auth\b|username|grant|key|"
        r"token|api ?key|data)",
        r"(?:user|password|credentials?|login|logon|account|authentication|authorization|auth|username|grant|key|token|data|sasl)\b"
        + GAP
        + r"(?:invalid|incorrect|wrong|bad\b|unknown|not (?:accepted|found|valid|correct|exist|recognized|"
        r"match\w*|known|authenticated)|fail\w*|unsuccessful|reject\w*|denied|error|mismatch|refused|"
        r"unaccepted|does not (?:exist|match))",
        "login fail|could not (?:be )?authenticat|cannot authenticat|not authenticated|access denied",
        "unauthorized|not authorized|密码|password|passwor[dt]|mot de passe|contraseña|senha|пароль|hasło|wachtwoord",
        seen="535 Incorrect authentication data",
    ),
    # RFC 4954 gives 535 and 5.7.8 one meaning; so they say enough where the words say nothing.
    at_login("credentials", seen="535 5.7.8 Sorry.", bare=True, code="535|526", enhanced="|5.7.[0138]"),
    at_login("credentials", seen="550 5.7.8 no", bare=True, code="5..", enhanced="5.7.8"),
    at_login("server", "try (?:again )?later|closing|unavailable", seen="451 4.7.0 Please try again later", code="4.."),
    at_login("server", seen="454 no", code="454|435|421", bare=True),
    at_login("server", seen="451 4.3.5 no", code="4..", enhanced="4.3.\\d"),
)

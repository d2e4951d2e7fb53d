"""What a refusal says, read for meaning: in lower case, with names in place of whatever is named.

A reply mentions addresses, hosts and links whose letters mean nothing: ``relay@example.com`` says nothing about
relaying. So each is replaced by what it is for this test, in capitals, before any rule reads the text:

=====================  ================================================================
``@SENDER``            the from address (``@SENDER-DOMAIN``: its domain)
``@RECIPIENT``         the recipient's address (``@RECIPIENT-DOMAIN``: its domain)
``@MAILBOX``           the from address where it is the recipient too
``@LOGIN``             the user name, where it is an address and none of these
``@ADDRESS``           any other mail address
``@IP``                an IP address that is not the server's
``@EHLO``              the name that this machine gave itself
``@SERVER``            the server's own name or address
``@LIST``              a block list, by its name or link
``@URL``               any other link
=====================  ================================================================

What differs from writer to writer without another meaning is made one: brackets and quotes, contractions ("can't",
"cannot"), British and American spelling, "e-mail" and "email", "black-list" and "blacklist".
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pulumi_smtp_collab.connectivity.failure import Failure, Reply
from pulumi_smtp_collab.connectivity.failure_context import FailureContext
from pulumi_smtp_collab.model.report import StageName

_FIRST_READ, _LAST_READ = 400, 120
"""How much of a reply is read: what it means stands at its beginning or at its end. It bounds what a rule can cost."""

_AFTER_LOGIN: Final = ("sender", "recipient", "message")
_ENHANCED: Final = re.compile(r"#?([245]\.\d{1,3}\.\d{1,3})(?=[\s:;,)]|$)")
_ENHANCED_INSIDE: Final = re.compile(r"#([245]\.\d{1,3}\.\d{1,3})")
_LINK: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"']{1,400}")
_MAIL_ADDRESS: Final = re.compile(r"[\w.+%-]{1,64}@[\w.-]{1,255}")
_IP: Final = re.compile(
    r"(?<![\w.:])(?:ipv6:)?(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8})(?![\w])"
)
_HOST: Final = re.compile(r"(?<![\w.@-])[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){1,8}(?![\w@-])")
_LIST_NAMES: Final = re.compile(
    r"spamhaus|spamcop|barracuda|sorbs|uceprotect|abuseat|abusix|surbl|uribl|dnsbl|invaluement|mailspike|psbl|"
    r"backscatterer|senderscore|(?:^|[^a-z])rbl|block-?list|black-?list|\.bl\."
)
_LIST_LINKS: Final = re.compile(r"ipcheck|delist|blocked?-?ip|ip-?block|reputation|sender\.office\.com")
_SPF_LINKS: Final = re.compile(r"openspf|[/?]spf|spf[/?.]")
_PUNCTUATION: Final = str.maketrans(
    dict.fromkeys('<>()[]{}"*|\u201c\u201d\u00ab\u00bb', " ") | dict.fromkeys("\u2018\u2019\u00b4`", "'")
)
_ONE_SPELLING: Final = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (r"\b(?:can't|cant|can not)\b", "cannot"),
        (r"\b(?:won't)\b", "will not"),
        (r"\b(do|does|did|is|are|was|were|has|have|had|could|should|would|must)(?:n't| n't)", r"\1 not"),
        (r"\b(do|does|did|is|are|was)nt\b", r"\1 not"),
        (r"\bdosn't\b", "does not"),
        (r"(?<=[a-z])_(?=[a-z])", " "),
        (r"\b(authori|recogni|organi)s(?=[ei])", r"\1z"),
        (r"\be-mail", "email"),
        (r"\b(black|white|block|allow|deny|grey|gray)(?:ed)?[- ]?list", r"\1list"),
        (r"\bgraylist", "greylist"),
        (r"\bip[- ]address", "ip address"),
        (r"\b(?:user ?name|login ?name)\b", "username"),
        (r"\blog-in\b", "login"),
        (r"\bmail ?box", "mailbox"),
        (r"\bmail-from\b|\bmailfrom\b", "mail from"),
        # Another server that this one asked: its address says nothing of the client.
        (r"\b(host|connect to|connection (?:to|with))\s{1,4}@HOST\s{1,4}@IP\b", r"\1 @HOST"),
        (r"\s+", " "),
    )
)
# What RFC 5321 (section 4.2.3) writes beside 450, 451, 550 and 552, and many servers before what they really mean.
_HABIT: Final = re.compile(
    r"requested (?:mail )?action (?:not taken|aborted)(?: or ok(?:ay)?)?[ :;,.-]{0,4}(?:mailbox "
    r"unavailable|mailbox name not allowed)?"
)
# Gmail says to whom it speaks before it says what: "[203.0.113.5      15] Our system has detected …".
_ADDRESSEE: Final = re.compile(r"^\s{0,2}\[[0-9A-Fa-f.:]{7,45}(?:[ ]{1,20}\d{1,4})?\][ ]{1,3}(?=[A-Z][a-z])")
_WORD: Final = re.compile(r"[a-z]{3,}|@[A-Z]|[^\x00-\x7f]{2}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal as the rules read it.

    Attributes:
        stage: Where it was said.
        code: The three digits, as text.
        enhanced: The enhanced status code (RFC 3463), qmail's form "(#5.7.1)" too; empty where there is none.
        words: The text of all lines, without the codes, as the module's description says.
        logged_in: Whether a login had been accepted.
        over_tls: Whether the connection was encrypted.
        service: The kind of password that the host's service wants; empty where none is known.
    """

    stage: StageName
    code: str
    enhanced: str
    words: str
    logged_in: bool = False
    over_tls: bool = True
    service: str = ""

    @property
    def is_for_now(self) -> bool:
        """Whether its digits say that it may pass (4xx)."""
        return self.code.startswith("4")

    @property
    def is_bare(self) -> bool:
        """Whether there are hardly any words: what is meant then stands in the digits alone."""
        return len(_WORD.findall(self.words)) <= _FEW_WORDS


_FEW_WORDS = 2


def read(failure: Failure, around: FailureContext, service: str = "") -> Refusal | None:
    """Return the refusal that a failure holds; None where it has no reply."""
    if failure.reply is None:
        return None
    return Refusal(
        stage=failure.stage,
        code=str(failure.reply.code),
        enhanced=_enhanced(failure.reply),
        words=_words(failure.reply, _names(around)),
        logged_in=is_logged_in(failure, around),
        over_tls=around.tls_version is not None,
        service=service,
    )


def is_logged_in(failure: Failure, around: FailureContext) -> bool:
    """Return whether a login had been accepted when it failed."""
    return failure.stage in _AFTER_LOGIN and failure.credentials_sent and around.settings.username is not None


def _enhanced(reply: Reply) -> str:
    for line in reply.lines:
        found = _ENHANCED.match(line)
        if found:
            return found.group(1)
    inside = _ENHANCED_INSIDE.search(_bounded(" ".join(reply.lines[:_LINES_READ])))
    return inside.group(1) if inside else ""


_LINES_READ = 40


def _bounded(text: str) -> str:
    return text if len(text) <= _FIRST_READ + _LAST_READ else f"{text[:_FIRST_READ]} {text[-_LAST_READ:]}"


def _words(reply: Reply, names: Mapping[str, str]) -> str:
    lines = reply.lines if len(reply.lines) <= _LINES_READ else (*reply.lines[:_LINES_READ], *reply.lines[-5:])
    text = _bounded(" ".join(_ENHANCED.sub("", line, count=1) if _ENHANCED.match(line) else line for line in lines))
    text = _ADDRESSEE.sub("", text, count=1)
    text = text.lower().replace("[hidden]", "")  # our own word for what was scrubbed
    text = _LINK.sub(_link, text)
    text = _MAIL_ADDRESS.sub(lambda found: f" {names.get(found[0].strip('.'), '@ADDRESS')} ", text)
    text = _IP.sub(lambda found: _ip(found[0], names), text)
    text = _HOST.sub(lambda found: _host(found[0], names), text)
    text = _bounded(text)  # the names put in may be longer than what they stand for
    text = text.translate(_PUNCTUATION)
    for pattern, one in _ONE_SPELLING:
        text = pattern.sub(one, text)
    said = _HABIT.sub("", text).strip(" :;,.-")
    return said if len(_WORD.findall(said)) > 1 else text.strip()


def _names(around: FailureContext) -> dict[str, str]:
    """Return what this test's own names are, lower case; the last of the same spelling counts."""
    settings, test = around.settings, around.test
    recipient = test.recipient or settings.from_address
    names = {
        _domain(recipient): "@RECIPIENT-DOMAIN",
        _domain(settings.from_address): "@SENDER-DOMAIN",
        settings.host: "@SERVER",
        (around.peer or "").rpartition(":")[0].strip("[]"): "@SERVER",
        around.ehlo_name: "@EHLO",
        settings.username or "": "@LOGIN",
        recipient: "@RECIPIENT",
        settings.from_address: "@SENDER" if test.recipient not in (None, settings.from_address) else "@MAILBOX",
    }
    return {name.lower(): token for name, token in names.items() if name}


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _link(found: re.Match[str]) -> str:
    link = found[0]
    if _LIST_NAMES.search(link) or _LIST_LINKS.search(link):
        return " @LIST "
    return " spf @URL " if _SPF_LINKS.search(link) else " @URL "


def _ip(text: str, names: Mapping[str, str]) -> str:
    try:
        address = str(ipaddress.ip_address(text.removeprefix("ipv6:")))
    except ValueError:
        return text  # a time of day, a version
    return f" {names.get(address, '@IP')} "


def _host(text: str, names: Mapping[str, str]) -> str:
    if text in names:
        return f" {names[text]} "
    if _LIST_NAMES.search(text):
        return " @LIST "
    labels = text.split(".")
    # Two words with a stop and no space between them look like a name: they are left to be read.
    return " @HOST " if len(labels) > 2 and not labels[-1].isdigit() else text  # noqa: PLR2004

"""Causes that a reply names outside the login: greeting, EHLO, STARTTLS, sender, recipient, message."""

from __future__ import annotations

import re
from typing import Final

from pulumi_smtp_collab.connectivity.diagnosis.causes import CAUSES
from pulumi_smtp_collab.connectivity.diagnosis.facts import Facts, Finding, Words
from pulumi_smtp_collab.connectivity.diagnosis.names_and_connections import not_smtp, speaks_another_protocol
from pulumi_smtp_collab.connectivity.diagnosis.reading import Refusal, read
from pulumi_smtp_collab.connectivity.diagnosis.reply_words import REPLY_WORDS
from pulumi_smtp_collab.connectivity.diagnosis.rules import first_match
from pulumi_smtp_collab.connectivity.diagnosis.subjects import SUBJECTS

_THINGS: Final = {
    "greeting": "the connection",
    "ehlo": "EHLO",
    "starttls": "STARTTLS",
    "auth": "the login",
    "sender": "the sender {from_address}",
    "recipient": "the recipient {recipient}",
    "message": "the message",
}
_HINTS: Final = {
    "greeting": "{allow_list} {other_family}",
    "ehlo": "All that the server knows here is this machine's address and its name, which ehlo_name sets. "
    "{other_family}",
    "starttls": "Try the server's port for TLS from the start: port=465, ssl=True. {unsent}",
}
_UNKNOWN_COMMAND: Final = frozenset({500, 502})
_NO_EHLO: Final = (
    "It knows no EHLO, which every mail server has known since RFC 1869: it is very old, no mail server, or a firewall "
    "on the way changes what is said (an SMTP inspection)."
)
_TRANSIENT: Final = Words(
    "{where} refused {thing} for now: {said}.",
    "Try again later. {hint} If it stays so, the server's documentation or administrator can say what "
    "these words mean.",
)
_PERMANENT: Final = Words(
    "{where} refused {thing}: {said}.",
    "{hint} The server's documentation or administrator can say what these words mean.",
)
_UNEXPECTED: Final = Words(
    "{where} answered {thing} with a reply that has no meaning there: {said}.",
    "No mail server does this: check host and port, and have the server looked at, or what stands before it.",
)
_CLEARLY_THE_MAILBOX: Final = frozenset({"recipient-unknown", "recipient-mailbox-full", "recipient-mailbox-disabled"})


def cause_of(refusal: Refusal) -> str | None:
    """Return the code of what is the matter; None where no rule knows."""
    if refusal.stage == "starttls" and refusal.code == "454":
        return "starttls-unavailable"  # what RFC 3207 (section 4) has it for
    subject = first_match(SUBJECTS, refusal)
    cause = first_match(CAUSES[subject.name], refusal) if subject else None
    return cause.name if cause else None


def means_the_mailbox(refusal: Refusal | None) -> bool:
    """Return whether a refusal says clearly that the recipient's mailbox is the trouble, and nothing else can be."""
    if refusal is None or refusal.stage != "recipient":
        return False
    return cause_of(refusal) in _CLEARLY_THE_MAILBOX and not may_be_relaying(refusal)


def may_be_relaying(refusal: Refusal) -> bool:
    """Return whether words about an address may be all that a server says of what it does not relay.

    OpenSMTPD says "Invalid recipient" of a mailbox that it does not have and of a domain that it does not relay to;
    Exchange Online says "Access denied" of both.
    """
    if refusal.stage != "recipient" or refusal.is_for_now:
        return False
    says_little = any(words in refusal.words for words in _MAY_BE_RELAYING) or _ONLY_REJECTED.fullmatch(refusal.words)
    return bool(says_little) and not any(words in refusal.words for words in _SAYS_MAILBOX)


_MAY_BE_RELAYING: Final = (
    "invalid recipient",
    "invalid address",
    "recipient address rejected: access denied",
    "not accepted",
    "recipient rejected",
    "bad recipient",
    "recipient refused",
    "recipient not allowed",
)
_ONLY_REJECTED: Final = re.compile(r"(?:@RECIPIENT )?(?:recipient )?(?:address )?(?:rejected|refused)(?: @RECIPIENT)?")
_SAYS_MAILBOX: Final = ("unknown", "no such", "not exist", "not found", "unavailable", "full", "disabled", "quota")


def reply_finding(facts: Facts) -> Finding:
    """Name what a reply means, or show it as it came under a code for its stage and class."""
    failure = facts.failure
    if failure.stage == "ehlo" and speaks_another_protocol(facts.around.greeting):
        return not_smtp(facts, facts.around.greeting)
    refusal = read(failure, facts.around, facts.service.wants)
    code = cause_of(refusal) if refusal and refusal.code[0] in "45" else None
    if refusal and code in ("recipient-unknown", None) and may_be_relaying(refusal) and not refusal.logged_in:
        code = "relay-denied"
    return finding_for(facts, code, refusal)


def finding_for(facts: Facts, code: str | None, refusal: Refusal | None) -> Finding:
    """Return the words for a cause; those of the stage where there is none."""
    if code in REPLY_WORDS:
        return _with_reply_words(facts, refusal).finding(code, REPLY_WORDS[code])
    return _unknown(facts, code)


def _with_reply_words(facts: Facts, refusal: Refusal | None) -> Facts:
    around = facts.around
    domain = around.settings.from_address.rpartition("@")[2]
    has_login = around.settings.username is not None
    # Postfix's port for submission refuses the client, as it says, who only lacks a login.
    give_login = facts.give_login[0].lower() + facts.give_login[1:]
    lets_in = f"It offers a login, and most servers let in who has one: {give_login} Else:"
    try_login = lets_in if facts.offers("AUTH") and not has_login else ""
    suggestion = domain if "." in domain and not domain.startswith("[") else "ci.example.com"
    or_relaying = f"If it exists, the server may not relay for a client without a login: {give_login}"
    talks_of_connecting = (
        refusal is not None
        and refusal.stage == "greeting"
        and any(word in refusal.words for word in ("connect", "reach", "contact", "proxy", "upstream", "backend"))
    )
    in_between = (
        "What answered may not be the server itself: an antivirus, a proxy or a firewall on the "
        "way says so when it can't reach it."
    )
    return facts.with_words(
        from_domain=domain,
        ehlo_suggestion=suggestion,
        try_login=try_login,
        or_relaying=or_relaying if facts.failure.stage == "recipient" and not has_login else "",
        sender=facts.fill("{from_address}, logged in as {username}," if has_login else "{from_address}"),
        for_login=" for the login" if has_login else "",
        or_log_in=""
        if has_login
        else ", or hand mail in with a login: port=587, start_tls=True, username and password",
        then_log_in=_then_log_in(facts),
        in_between=in_between if talks_of_connecting else "",
    )


def _then_log_in(facts: Facts) -> str:
    """Return the rest of the way, where TLS alone would lead into the next refusal."""
    if facts.around.settings.username is not None:
        return ""
    return "The server may want a login as well: give username and password." if facts.port != _RELAY_PORT else ""


_RELAY_PORT: Final = 25


def _unknown(facts: Facts, code: str | None) -> Finding:
    stage, reply = facts.failure.stage, facts.failure.reply
    first_digit = reply.code // 100 if reply else 0
    kinds = {4: ("refused-transient", _TRANSIENT), 5: ("refused-permanent", _PERMANENT)}
    suffix, words = kinds.get(first_digit, ("unexpected-reply", _UNEXPECTED))
    about = code.partition("-")[0] if code else stage
    if stage == "ehlo" and reply and reply.code in _UNKNOWN_COMMAND:
        return facts.with_words(thing="EHLO", hint=_NO_EHLO).finding(f"{about}-{suffix}", words)
    thing, hint = facts.fill(_THINGS.get(about, about)), facts.fill(_HINTS.get(about, ""))
    return facts.with_words(thing=thing, hint=hint).finding(f"{about}-{suffix}", words)

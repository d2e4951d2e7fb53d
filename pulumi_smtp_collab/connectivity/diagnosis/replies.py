"""Causes that a reply names outside the login: greeting, EHLO, STARTTLS, sender, recipient, message."""

from __future__ import annotations

from typing import Final

from pulumi_smtp_collab.connectivity.diagnosis.facts import Facts, Finding, Words
from pulumi_smtp_collab.connectivity.diagnosis.names_and_connections import not_smtp, speaks_another_protocol
from pulumi_smtp_collab.connectivity.diagnosis.rules import REPLY_RULES, first_match

_WORDS: Final[dict[str, Words]] = {
    "greeting-refused-by-policy": Words(
        "{where} refuses connections from this machine: {said}.",
        "{allow_list} {other_family}",
    ),
    "client-refused": Words("{where} refuses this machine: {said}.", "{try_login} {allow_list} {other_family}"),
    "client-on-block-list": Words(
        "{where} refuses this machine, whose address is on a block list: {said}.",
        "{allow_list} Or have the address taken off that list, or hand mail in with a login: port=587, "
        "start_tls=True, username and password. {other_family}",
    ),
    "client-name-unknown": Words(
        "{where} refuses this machine, since the DNS has no name for its address: {said}.",
        "{allow_list} Or give that address a name in the reverse DNS, and that name the address. {other_family}",
    ),
    "no-mail-service": Words(
        "{where} takes no mail: {said}.",
        "Set host to the server that takes your organisation's outgoing mail.",
    ),
    "rate-limited": Words(
        "{where} limits how often it may be asked: {said}.",
        "Wait some minutes and try again; run fewer tests at once, or have the limit raised for this machine. "
        "{allow_list}",
    ),
    "service-unavailable": Words(
        "{where} is not available now: {said}.",
        "Try again later; if it stays so, ask the server's administrator.",
    ),
    "server-misconfigured": Words(
        "{where} reports an error in its own configuration: {said}.",
        "Nothing is wrong with these settings: the server's administrator finds the cause in its log.",
    ),
    "ehlo-name-refused": Words(
        "{where} refuses the name that this machine gives itself in EHLO ({ehlo_name}): {said}.",
        'Set ehlo_name to a qualified name that the DNS knows, such as ehlo_name="{ehlo_suggestion}".',
    ),
    "ehlo-name-not-registered": Words(
        "{where} ends the conversation at EHLO, where this machine calls itself {ehlo_name}: {said}.",
        "The server knows its clients by the domain in EHLO: set ehlo_name to one that is registered with it, such as "
        'ehlo_name="{from_domain}".',
    ),
    "starttls-unavailable": Words(
        "{where} offers STARTTLS, but can't begin it: {said}.",
        "The server's TLS is set up badly: its administrator has to look at its certificate and key. Try "
        "port=465, ssl=True in the meantime. {unsent}",
    ),
    "starttls-required": Words(
        "{where} wants STARTTLS first: {said}.",
        "Use Start TLS: start_tls=True, with port=587 or the port that is set.",
    ),
    "login-required": Words("{where} wants a login before it takes mail: {said}.", "{give_login}"),
    "greylisted": Words(
        "{where} puts unknown senders off for a while (greylisting): {said}.",
        "Wait some minutes and try again: a mail server does so by itself. {allow_list}",
    ),
    "sender-not-allowed": Words(
        "{where} does not let {sender} send: {said}.",
        "Set from_address to an address that this login may use, or have {from_address} authorised for it at the "
        "server (Exchange: Send As).",
    ),
    "sender-not-verified": Words(
        "The service at {where} does not know {from_address} as verified: {said}.",
        "Verify from_address or its domain in the service's console, in the same region and account, or use one that "
        "is verified. In the sandbox of Amazon SES the recipient has to be verified too.",
    ),
    "sender-domain-not-found": Words(
        "{where} can't find the domain of {from_address}: {said}.",
        "Check the domain {from_domain} of from_address: it needs an MX or address record that the server can see.",
    ),
    "relay-denied": Words(
        "{where} does not relay mail to {recipient} for this client: {said}.",
        "{give_login} {allow_list} {other_family}",
    ),
    "recipient-unknown": Words(
        "{where} does not know the recipient {recipient}: {said}.",
        "Set recipient in connectivity_test to a mailbox that exists.",
    ),
    "recipient-domain-not-found": Words(
        "{where} can't find the domain of the recipient {recipient}: {said}.",
        "Set recipient in connectivity_test to an address whose domain exists in the DNS that the server uses.",
    ),
    "recipient-mailbox-full": Words(
        "The mailbox of {recipient} is full, says {where}: {said}.",
        "Empty it, or set recipient in connectivity_test to another mailbox.",
    ),
    "quota-reached": Words(
        "The limit for sending through {where} is used up: {said}.",
        "Wait until the limit begins anew (mostly a day), or have it raised by the service.",
    ),
    "message-too-large": Words(
        "{where} finds even the small test message too large: {said}.",
        "Have the server's message size limit raised: the test message has less than 5 kB.",
    ),
}

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
    "ehlo": "If it is about the name in EHLO, set ehlo_name. {other_family}",
    "starttls": "Try the server's port for TLS from the start: port=465, ssl=True. {unsent}",
    "auth": "If it is about the credentials, check username and password.",
    "sender": "If it is about the address, set from_address to one that may be used with this login.",
    "recipient": "If it is about the address, set recipient in connectivity_test to another one.",
    "message": "If it is about the address, check from_address and recipient.",
}
_TRANSIENT: Final = Words("{where} refused {thing} for now: {said}.", "Try again later. {hint}")
_PERMANENT: Final = Words(
    "{where} refused {thing}: {said}.",
    "{hint} Else the server's documentation or administrator can say what these words mean.",
)
_UNEXPECTED: Final = Words(
    "{where} answered {thing} with a reply that has no meaning there: {said}.",
    "No mail server does this: check host and port, and have the server looked at, or what stands before it.",
)


def reply_finding(facts: Facts) -> Finding:
    """Name what a reply means, or show it as it came under a code for its stage and class."""
    failure = facts.failure
    if failure.stage == "ehlo" and speaks_another_protocol(facts.around.greeting):
        return not_smtp(facts, facts.around.greeting)
    code = first_match(REPLY_RULES, failure.stage, failure.reply) if failure.reply else None
    if code in _WORDS:
        return _with_login_words(facts).finding(code, _WORDS[code])
    return _unknown(facts, code)


def _with_login_words(facts: Facts) -> Facts:
    around = facts.around
    domain = around.settings.from_address.rpartition("@")[2]
    if around.settings.username is None:
        give_login = "Give username and password."
        sender = "{from_address}"
    else:
        give_login = "The login as {username} does not suffice: ask the server's administrator what it may do."
        sender = "{from_address}, logged in as {username},"
    # Postfix's port for submission refuses the client, as it says, who only lacks a login.
    offered = any(line.upper().startswith("AUTH ") for line in around.capabilities)
    lets_in = "It offers a login, and most servers let in who has one: give username and password. Else:"
    try_login = lets_in if offered and around.settings.username is None else ""
    suggestion = domain if "." in domain and not domain.startswith("[") else "ci.example.com"
    return facts.with_words(
        from_domain=domain,
        ehlo_suggestion=suggestion,
        give_login=facts.fill(give_login),
        try_login=try_login,
        sender=facts.fill(sender),
    )


def _unknown(facts: Facts, code: str | None) -> Finding:
    stage, reply = facts.failure.stage, facts.failure.reply
    first_digit = reply.code // 100 if reply else 0
    kinds = {4: ("refused-transient", _TRANSIENT), 5: ("refused-permanent", _PERMANENT)}
    suffix, words = kinds.get(first_digit, ("unexpected-reply", _UNEXPECTED))
    about = code.partition("-")[0] if code else stage
    thing, hint = facts.fill(_THINGS.get(about, about)), facts.fill(_HINTS.get(about, ""))
    return facts.with_words(thing=thing, hint=hint).finding(f"{about}-{suffix}", words)

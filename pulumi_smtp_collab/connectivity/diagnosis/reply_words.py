"""What is said of each cause that a reply names outside the login; ``Facts`` and ``replies`` fill the fields."""

from __future__ import annotations

from typing import Final

from pulumi_smtp_collab.connectivity.diagnosis.facts import Words

CONNECTION_WORDS: Final[dict[str, Words]] = {
    "greeting-refused-by-policy": Words(
        "{where} refuses connections from this machine: {said}.",
        "{allow_list} {other_family}",
    ),
    "client-refused": Words("{where} refuses this machine: {said}.", "{try_login} {let_in} {other_family}"),
    "client-on-block-list": Words(
        "{where} refuses this machine, whose address is on a block list: {said}.",
        "{let_in} Or have the address taken off that list{or_log_in}. {other_family}",
    ),
    "client-name-unknown": Words(
        "{where} refuses this machine, since the DNS has no name for its address: {said}.",
        "{let_in} Or give that address a name in the reverse DNS, and that name the address. {other_family}",
    ),
    "no-mail-service": Words(
        "{where} takes no mail: {said}.",
        "Set host to the server that takes your organisation's outgoing mail.",
    ),
    "other-host-wanted": Words(
        "{where} asks to use another host: {said}.",
        "Set host to the server that the reply names, or to your organisation's or provider's relay.",
    ),
    "rate-limited": Words(
        "{where} limits how often it may be asked: {said}.",
        "Wait some minutes and try again. If it comes back, run fewer tests at once or have the limit raised.",
    ),
    "service-unavailable": Words(
        "{where} is not available now: {said}.",
        "Try again later; if it stays so, ask the server's administrator. {in_between}",
    ),
    "server-misconfigured": Words(
        "{where} reports an error of its own: {said}.",
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
    "starttls-required": Words("{where} wants TLS first: {said}.", "{use_tls} {then_log_in}"),
}

MAIL_WORDS: Final[dict[str, Words]] = {
    "login-required": Words("{where} wants a login before it takes mail: {said}.", "{give_login}"),
    "greylisted": Words(
        "{where} puts unknown senders off for a while (greylisting): {said}.",
        "Wait some minutes and try again: a mail server does so by itself. {allow_list}",
    ),
    "sender-not-allowed": Words(
        "{where} does not let {sender} send: {said}.",
        "Set from_address to an address that may be used here, or have {from_address} authorised{for_login} at the "
        "server (Exchange: Send As).",
    ),
    "sender-not-verified": Words(
        "{the_service} does not know {from_address} as verified: {said}.",
        "Add and verify from_address or its domain in the service's console, in the same region and account, or use "
        "one that is verified. In a sandbox or trial the recipient has to be verified too.",
    ),
    "sender-authentication-failed": Words(
        "{where} does not accept that this mail comes from {from_domain}: {said}.",
        "The domain {from_domain} of from_address needs SPF, DKIM and DMARC records that admit this way: add the "
        "sending server to SPF, and have it sign with DKIM. Or set host to the domain's own relay.",
    ),
    "sender-on-block-list": Words(
        "{where} refuses {from_address}, since the address or its domain is on a block list: {said}.",
        "Have the domain {from_domain} taken off that list, or set from_address to an address of another domain.",
    ),
    "sender-domain-not-found": Words(
        "{where} can't find the domain of {from_address}: {said}.",
        "Check the domain {from_domain} of from_address: it needs an MX or address record that the server can see.",
    ),
    "account-restricted": Words(
        "{the_service} does not let this account send: {said}.",
        "The account is blocked or restricted, not the test: see its console or inbox for the reason, or have its "
        "administrator lift it.",
    ),
    "relay-denied": Words(
        "{where} does not relay mail to {recipient} for this client: {said}.",
        "{give_login} {allow_list} {other_family}",
    ),
    "recipient-unknown": Words(
        "{where} does not know the recipient {recipient}: {said}.",
        "Set recipient in connectivity_test to a mailbox that exists. {or_relaying}",
    ),
    "recipient-domain-not-found": Words(
        "{where} can't find the domain of the recipient {recipient}: {said}.",
        "Set recipient in connectivity_test to an address whose domain exists in the DNS that the server uses.",
    ),
    "recipient-domain-takes-no-mail": Words(
        "The domain of the recipient {recipient} takes no mail, says {where}: {said}.",
        "Set recipient in connectivity_test to an address of a domain that takes mail.",
    ),
    "recipient-mailbox-full": Words(
        "The mailbox of {recipient} is full, says {where}: {said}.",
        "Empty it, or set recipient in connectivity_test to another mailbox.",
    ),
    "recipient-mailbox-disabled": Words(
        "The mailbox of {recipient} is disabled, says {where}: {said}.",
        "Have it enabled, or set recipient in connectivity_test to another mailbox.",
    ),
    "recipient-suppressed": Words(
        "{the_service} sends {recipient} no more mail: {said}.",
        "Take the address off the service's suppression list, or set recipient in connectivity_test to another one.",
    ),
    "recipient-on-block-list": Words(
        "{where} has the recipient {recipient} on a block list: {said}.",
        "Set recipient in connectivity_test to another address, or have the server's administrator take it off.",
    ),
    "quota-reached": Words(
        "The limit for sending through {where} is used up: {said}.",
        "Wait until the limit begins anew (some hours, mostly a day), or have it raised by the service.",
    ),
    "message-too-large": Words(
        "{where} finds even the small test message too large: {said}.",
        "Have the server's message size limit raised: the test message has less than 5 kB.",
    ),
    "message-taken-for-spam": Words(
        "{where} takes the test message for spam, or minds what it holds: {said}.",
        'Have the server\'s filter let the test message pass, or test with depth="recipient".',
    ),
}

REPLY_WORDS: Final[dict[str, Words]] = {**CONNECTION_WORDS, **MAIL_WORDS}

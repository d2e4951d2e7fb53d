"""Refusals before the login: at the greeting, at EHLO and at STARTTLS, in the words of real products."""

from __future__ import annotations

from diagnosis_cases.case import NO_LOGIN, SSL, Case, replied
from pulumi_smtp_collab.connectivity.failure import Failure
from pulumi_smtp_collab.connectivity.failure_context import FamilyFinding

_SPAMHAUS = "554 5.7.1 Service unavailable; Client host [203.0.113.5] blocked using zen.spamhaus.org"

REPLIES: tuple[Case, ...] = (
    Case(
        "rate-limited",
        replied("greeting", "421 4.7.0 mx.example.com Error: too many connections from 203.0.113.5"),
        ("Wait",),
        transient=True,
        product="Postfix",
    ),
    Case(
        "service-unavailable",
        replied("greeting", "421 Try later"),
        ("later",),
        transient=True,
        product="any greeting with 421",
    ),
    Case(
        "rate-limited",
        replied("recipient", "450 4.7.1 Error: too much mail from 203.0.113.5"),
        ("Wait",),
        transient=True,
        product="Postfix at RCPT",
    ),
    Case(
        "service-unavailable",
        replied("greeting", "421 4.3.2 Service not available, closing transmission channel"),
        ("later",),
        transient=True,
    ),
    Case(
        "service-unavailable",
        replied("sender", "421 mx.example.com closing"),
        ("later",),
        transient=True,
        product="421",
    ),
    Case(
        "greeting-refused-by-policy",
        replied("greeting", "554 5.7.1 No SMTP service for you"),
        ("The connection came from 192.0.2.99: allow-list it",),
        ('"554 5.7.1 No SMTP service for you"',),
        around={"local_address": "192.0.2.99"},
    ),
    Case(
        "greeting-refused-by-policy",
        replied("greeting", "550 Access from [203.0.113.5] refused"),
        ("The relay sees 203.0.113.5 (this machine knows itself as 192.0.2.99): allow-list it",),
        product="the refusal names the address",
        around={"local_address": "192.0.2.99", "peer": "192.0.2.10:587"},
    ),
    Case(
        "client-on-block-list",
        replied("recipient", _SPAMHAUS),
        ("203.0.113.5", "username"),
        product="Postfix",
        settings=NO_LOGIN,
    ),
    Case(
        "client-on-block-list",
        replied(
            "greeting", "554-mx.example.com\n554 Your access has been rejected due to a poor reputation (blacklist)"
        ),
        ("taken off",),
        product="at the greeting",
    ),
    Case(
        "client-refused",
        replied("recipient", "554 5.7.1 <unknown[203.0.113.5]>: Client host rejected: Access denied"),
        ("The relay sees 203.0.113.5: allow-list it",),
        product="Postfix",
    ),
    Case(
        "client-refused",
        replied("ehlo", "550 5.7.1 Your host may not talk to us"),
        ("The relay sees 203.0.113.5: allow-list it", 'address_family="ipv4"'),
        product="at EHLO",
        around={
            "seen_as": "203.0.113.5",
            "other_family": FamilyFinding("ipv4", "192.0.2.10:587", let_in=True),
        },
    ),
    Case(
        "client-name-unknown",
        replied("recipient", "450 4.7.25 Client host rejected: cannot find your hostname, [203.0.113.5]"),
        ("203.0.113.5", "reverse DNS"),
        product="Postfix",
    ),
    Case(
        "client-name-unknown",
        replied("greeting", "550 5.7.25 [203.0.113.5] The IP address sending this message does not have a PTR record"),
        ("reverse DNS",),
        product="Gmail",
    ),
    Case("no-mail-service", replied("greeting", "521 mx.example.com does not accept mail"), ("host",)),
    Case(
        "server-misconfigured",
        replied("recipient", "451 4.3.5 Server configuration error"),
        ("administrator",),
        transient=True,
        product="Postfix",
    ),
    Case(
        "ehlo-name-refused",
        replied("ehlo", "501 Syntactically invalid EHLO argument(s)"),
        ('ehlo_name="example.com"',),
        ("(ci_1)", '"501 Syntactically'),
        product="Exim",
        around={"ehlo_name": "ci_1"},
    ),
    Case(
        "ehlo-name-refused",
        replied("recipient", "504 5.5.2 <ci>: Helo command rejected: need fully-qualified hostname"),
        ("ehlo_name=",),
        product="Postfix at RCPT",
        around={"ehlo_name": "ci"},
    ),
    Case(
        "ehlo-name-refused",
        replied("recipient", "450 4.7.1 <ci.test>: Helo command rejected: Host not found"),
        ("ehlo_name=",),
        product="Postfix: the name does not exist",
        around={"ehlo_name": "ci.test"},
    ),
    Case(
        "ehlo-name-refused",
        replied("ehlo", "501 5.0.0 Invalid domain name"),
        ("ehlo_name=",),
        product="sendmail",
        around={"ehlo_name": "[192.0.2.99]"},
    ),
    Case(
        "ehlo-name-not-registered",
        replied("ehlo", "421 4.7.0 Try again later, closing connection. (EHLO) a1-2b3.45 - gsmtp"),
        ('ehlo_name="example.com"',),
        ("[192.0.2.99]",),
        product="Gmail's relay",
        around={"ehlo_name": "[192.0.2.99]"},
    ),
    Case(
        "ehlo-refused-permanent",
        replied("ehlo", "502 5.5.1 Command not implemented"),
        ("knows no EHLO",),
        ('"502 5.5.1 Command not implemented"',),
    ),
    Case("ehlo-refused-permanent", replied("ehlo", "554 5.0.0 no"), ("ehlo_name",), product="other"),
    Case("ehlo-refused-transient", replied("ehlo", "450 not now"), ("later",), ("for now",), transient=True),
    Case("ehlo-unexpected-reply", replied("ehlo", "354 go on"), ("host and port",)),
    Case("greeting-refused-permanent", replied("greeting", "535 what is this"), ("llow-list",)),
    Case("greeting-refused-transient", replied("greeting", "450 4.0.0 no"), ("later",), transient=True),
    Case("greeting-unexpected-reply", replied("greeting", "250 OK"), ("host and port",), ('"250 OK"',)),
    Case(
        "starttls-not-offered",
        Failure("starttls", "not-offered", awaited="STARTTLS"),
        ("port=465, ssl=True", "No credentials were sent."),
        ("it offers PIPELINING, SIZE 10240000",),
        around={"capabilities": ("PIPELINING", "SIZE 10240000")},
    ),
    Case(
        "starttls-unavailable",
        replied("starttls", "454 4.7.0 TLS not available due to local problem"),
        ("certificate and key", "port=465, ssl=True", "No credentials were sent."),
        transient=True,
        product="Postfix",
    ),
    Case("starttls-refused-permanent", replied("starttls", "502 5.5.1 Error: command not implemented"), ("port=465",)),
    Case("starttls-refused-transient", replied("starttls", "451 4.0.0 no"), ("port=465",), transient=True),
    Case("starttls-unexpected-reply", replied("starttls", "250 OK"), ("host and port",)),
    Case(
        "starttls-injection",
        Failure("tls", "plain-bytes", raw="250 2.0.0 forged"),
        ("port=465, ssl=True", "RFC 3207", "No credentials were sent."),
        ('"250 2.0.0 forged"',),
    ),
    Case(
        "starttls-required",
        replied("sender", "530 5.7.0 Must issue a STARTTLS command first"),
        ("start_tls=True",),
        product="Postfix",
        settings={"start_tls": False, "allow_plaintext_login": True},
    ),
    Case(
        "starttls-required",
        replied("auth", "530 5.7.0 Must issue a STARTTLS command first. a1-gsmtp", credentials_sent=False),
        ("start_tls=True",),
        product="Gmail, at the login",
        settings={"start_tls": False, "allow_plaintext_login": True},
    ),
    Case(
        "smtputf8-not-offered",
        Failure("sender", "not-offered", awaited="SMTPUTF8"),
        ("from_address",),
        ("jörg@example.com",),
        settings={"from_address": "jörg@example.com"},
    ),
    Case(
        "smtputf8-not-offered",
        Failure("sender", "not-offered", awaited="SMTPUTF8"),
        ("recipient in connectivity_test",),
        ("jörg@example.com",),
        product="the recipient's address",
        test={"recipient": "jörg@example.com"},
    ),
    Case(
        "plain-port",
        Failure("tls", "plain-peer"),
        ("port=587, start_tls=True",),
        product="nothing readable",
        settings=SSL,
    ),
)

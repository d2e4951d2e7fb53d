"""Servers, or somebody on the way, that speak out of turn: replies ahead of commands, plain text in place of TLS."""

from __future__ import annotations

from mailservers import Wire, greet, hang, pause, send, start_tls

from hostile_cases.case import READY_FOR_TLS, SSL, START_TLS, Case, after, talk, talk_over_tls

_EHLO = b"250-mail.example.test\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n"
_FORGED = b"250 2.0.0 forged\r\n"
_AHEAD = "unsolicited-reply"
_INJECTION = "starttls-injection"


def _stripped(wire: Wire) -> None:
    """Refuse STARTTLS, and would offer a login without it in a second EHLO reply."""
    wire.send(b"250-mail.example.test\r\n")
    offered = not any(line.startswith("C: STARTTLS") for line in wire.transcript)
    wire.send(b"250-STARTTLS\r\n250 AUTH PLAIN\r\n" if offered else b"250 AUTH PLAIN\r\n")


OUT_OF_TURN: tuple[Case, ...] = (
    Case("ahead-of-ehlo", [send(b"220 mail.example.test\r\n" + _EHLO), hang()], _AHEAD, "ehlo", verbs=()),
    Case(
        "ahead-of-starttls",
        talk({"EHLO": after(_EHLO + READY_FOR_TLS, hang())}),
        _AHEAD,
        "starttls",
        settings=START_TLS,
        verbs=("EHLO",),
    ),
    Case("ahead-of-login", talk({"EHLO": after(_EHLO + b"235 2.7.0 OK\r\n", hang())}), _AHEAD, "auth", verbs=("EHLO",)),
    Case(
        "ahead-of-sender",
        talk({"AUTH": after(b"235 2.7.0 OK\r\n" + _FORGED, hang())}),
        _AHEAD,
        "sender",
        verbs=("EHLO", "AUTH"),
    ),
    Case(
        "ahead-of-a-flight",
        talk({"AUTH": after(b"235 2.7.0 OK\r\n" + _FORGED * 3, hang())}, "PIPELINING", "AUTH PLAIN"),
        _AHEAD,
        "sender",
        verbs=("EHLO", "AUTH"),
    ),
    Case("ahead-of-recipient", talk({"MAIL": after(_FORGED * 2, hang())}), _AHEAD, "recipient"),
    Case(
        "ahead-over-tls",
        talk_over_tls({"EHLO": after(_EHLO + b"235 2.7.0 OK\r\n", hang())}),
        _AHEAD,
        "auth",
        settings=SSL,
        verbs=("EHLO",),
    ),
    Case(
        "injection-in-the-same-segment",
        talk({"STARTTLS": after(READY_FOR_TLS + _FORGED, start_tls())}),
        _INJECTION,
        "tls",
        settings=START_TLS,
        verbs=("EHLO", "STARTTLS"),
    ),
    Case(
        "injection-of-part-of-a-line",
        talk({"STARTTLS": after(READY_FOR_TLS + b"2", start_tls())}),
        _INJECTION,
        "tls",
        settings=START_TLS,
        verbs=("EHLO", "STARTTLS"),
    ),
    Case(
        "injection-in-a-later-segment",
        talk({"STARTTLS": after(READY_FOR_TLS, pause(0.2), send(_FORGED), start_tls())}),
        _INJECTION,
        "tls",
        settings=START_TLS,
        verbs=("EHLO", "STARTTLS"),
    ),
    Case(
        "starttls-refused-and-not-offered-again",
        [greet(), *talk({"EHLO": _stripped, "STARTTLS": b"502 5.5.1 Not implemented"})[1:]],
        "starttls-refused-permanent",
        "starttls",
        settings=START_TLS,
        verbs=("EHLO", "STARTTLS", "QUIT"),
    ),
    Case(
        "starttls-put-off",
        talk({"EHLO": _stripped, "STARTTLS": b"454 4.7.0 TLS not available"}),
        "starttls-unavailable",
        "starttls",
        settings=START_TLS,
        verbs=("EHLO", "STARTTLS", "QUIT"),
    ),
    Case(
        "starttls-agreed-to-and-then-refused",
        talk({"STARTTLS": after(READY_FOR_TLS + b"454 4.7.0 TLS not available\r\n", hang())}),
        "starttls-unavailable",
        "starttls",
        settings=START_TLS,
        verbs=("EHLO", "STARTTLS", "QUIT"),
    ),
    Case(
        "starttls-agreed-to-and-refused-later",
        talk({"STARTTLS": after(READY_FOR_TLS, pause(0.2), send(b"454 4.7.0 TLS not available\r\n"), hang())}),
        "starttls-unavailable",
        "starttls",
        settings=START_TLS,
    ),
    Case(
        "injection-of-half-a-refusal",
        talk({"STARTTLS": after(READY_FOR_TLS + b"45", start_tls())}),
        _INJECTION,
        "tls",
        settings=START_TLS,
        verbs=("EHLO", "STARTTLS"),
    ),
    Case(
        "starttls-stripped",
        talk({}, "AUTH PLAIN LOGIN"),
        "starttls-not-offered",
        "starttls",
        settings=START_TLS,
        verbs=("EHLO", "QUIT"),
    ),
    Case(
        "starttls-answered-as-any-command",
        talk({"STARTTLS": b"250 2.0.0 OK"}),
        "starttls-unexpected-reply",
        "starttls",
        settings=START_TLS,
        verbs=("EHLO", "STARTTLS", "QUIT"),
    ),
)

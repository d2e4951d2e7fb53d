"""Servers that answer slowly or not at all: no limit on single waits would ever end them."""

from __future__ import annotations

from itertools import repeat

from mailservers import Wire, drip, greet, hang, send, start_tls

from hostile_cases.case import DEPTH_MESSAGE, READY_FOR_TLS, SSL, START_TLS, Case, after, talk, talk_over_tls

EVERY_SECONDS = 0.5


def _line_by_line(wire: Wire) -> None:
    """Go on with its EHLO reply, a whole line at a time."""
    for line in repeat(b"250-AND ANOTHER\r\n"):
        wire.send(line)
        wire.pause(EVERY_SECONDS / 5)


def _slow(name: str, script: object, stage: str, **more: object) -> Case:
    return Case(f"slow-{name}", script, f"{stage}-timeout", stage, held=True, **more)  # type: ignore[arg-type]


SLOW: tuple[Case, ...] = (
    _slow("greeting", drip(b"220 mail.example.test ESMTP\r\n", EVERY_SECONDS), "greeting"),
    _slow("greeting-of-lines", drip(b"220-a\r\n" * 100, EVERY_SECONDS), "greeting"),
    _slow("ehlo", talk({"EHLO": drip(b"250-a\r\n250-b\r\n250 c\r\n", EVERY_SECONDS)}), "ehlo"),
    _slow("ehlo-line-by-line", talk({"EHLO": _line_by_line}), "ehlo"),
    _slow("starttls", talk({"STARTTLS": drip(READY_FOR_TLS, EVERY_SECONDS)}), "starttls", settings=START_TLS),
    _slow(
        "handshake", talk({"STARTTLS": after(READY_FOR_TLS, start_tls(every=EVERY_SECONDS))}), "tls", settings=START_TLS
    ),
    _slow("handshake-from-the-start", start_tls(every=EVERY_SECONDS), "tls", settings=SSL),
    _slow("login", talk({"AUTH": drip(b"235 2.7.0 Accepted\r\n", EVERY_SECONDS)}), "auth"),
    _slow("sender", talk({"MAIL": drip(b"250 2.1.0 OK\r\n", EVERY_SECONDS)}), "sender"),
    _slow("sender-over-tls", talk_over_tls({"MAIL": drip(b"250 2.1.0 OK\r\n", EVERY_SECONDS)}), "sender", settings=SSL),
)


def _silent(name: str, script: object, stage: str, **more: object) -> Case:
    return Case(f"silent-{name}", script, f"{stage}-timeout", stage, held=True, **more)  # type: ignore[arg-type]


SILENT: tuple[Case, ...] = (
    _silent("greeting", hang(), "greeting"),
    _silent("within-the-greeting", [send(b"220-mail.exam"), hang()], "greeting"),
    _silent("ehlo", talk({"EHLO": hang()}), "ehlo"),
    _silent("within-ehlo", talk({"EHLO": after(b"250-mail.example.test\r\n250-SIZE\r\n", hang())}), "ehlo"),
    _silent("starttls", talk({"STARTTLS": hang()}), "starttls", settings=START_TLS),
    _silent("handshake", talk({"STARTTLS": after(READY_FOR_TLS, hang())}), "tls", settings=START_TLS),
    _silent("handshake-from-the-start", hang(), "tls", settings=SSL),
    _silent("greeting-over-tls", [start_tls(), hang()], "greeting", settings=SSL),
    _silent("ehlo-over-tls", talk({"STARTTLS": after(READY_FOR_TLS, start_tls(), hang())}), "ehlo", settings=START_TLS),
    _silent("login", talk({"AUTH": hang()}), "auth"),
    _silent("login-user", [greet(), *talk({"AUTH": after(b"334 VXNlcm5hbWU6\r\n", hang())}, "AUTH LOGIN")[1:]], "auth"),
    _silent("sender", talk({"MAIL": hang()}), "sender"),
    _silent("flight", talk({"MAIL": hang()}, "PIPELINING", "AUTH PLAIN"), "sender"),
    _silent("recipient", talk({"RCPT": hang()}), "recipient"),
    _silent("data", talk({"DATA": hang()}), "message", test=DEPTH_MESSAGE),
    _silent("final-dot", talk({".": hang()}), "message", test=DEPTH_MESSAGE),
)

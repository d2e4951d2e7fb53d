"""Servers that end the connection, in good order or by a reset, wherever that is possible."""

from __future__ import annotations

from collections.abc import Iterator

from mailservers import Step, close, pause, reset, send, start_tls

from hostile_cases.case import DEPTH_MESSAGE, READY_FOR_TLS, SSL, START_TLS, Case, after, talk, talk_over_tls


def _cases(how: str, end: Step) -> Iterator[Case]:
    """The same end at each stage."""

    def dropped(place: str, script: object, stage: str, **more: object) -> Case:
        return Case(f"{how}-at-{place}", script, f"{stage}-dropped", stage, **more)  # type: ignore[arg-type]

    yield dropped("greeting", end, "greeting")
    yield dropped("half-a-greeting", [send(b"220-mail.exam"), pause(0.1), end], "greeting")
    yield dropped("ehlo", talk({"EHLO": end}), "ehlo")
    yield dropped("half-of-ehlo", talk({"EHLO": after(b"250-mail.example.test\r\n", pause(0.1), end)}), "ehlo")
    yield dropped("starttls", talk({"STARTTLS": end}), "starttls", settings=START_TLS)
    yield dropped("handshake", talk({"STARTTLS": after(READY_FOR_TLS, end)}), "tls", settings=START_TLS)
    begun = after(READY_FOR_TLS, pause(0.1), end)
    yield dropped("handshake-begun", talk({"STARTTLS": begun}), "tls", settings=START_TLS)
    yield dropped("handshake-from-the-start", end, "tls", settings=SSL)
    yield dropped("greeting-over-tls", [start_tls(), end], "greeting", settings=SSL)
    yield dropped("ehlo-over-tls", talk_over_tls({"EHLO": end}), "ehlo", settings=SSL)
    yield dropped("login", talk({"AUTH": end}), "auth")
    yield dropped("sender", talk({"MAIL": end}), "sender")
    yield dropped("flight", talk({"MAIL": end}, "PIPELINING", "AUTH PLAIN"), "sender")
    yield dropped("recipient", talk({"RCPT": end}), "recipient")
    yield dropped("data", talk({"DATA": end}), "message", test=DEPTH_MESSAGE)
    yield dropped("final-dot", talk({".": end}), "message", test=DEPTH_MESSAGE)


DROPPING: tuple[Case, ...] = (
    *_cases("close", close()),
    *_cases("reset", reset()),
    # Without TLS's own goodbye an end may be an attacker's (RFC 8446, section 6.1): it is an end all the same.
    Case("close-unsaid-over-tls", talk_over_tls({"EHLO": close(notify=False)}), "ehlo-dropped", "ehlo", settings=SSL),
)

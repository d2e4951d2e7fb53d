"""Servers that send without end, or a gigabyte: what is read is bounded, and so is the time."""

from __future__ import annotations

from mailservers import endless, huge_line, send, start_tls

from hostile_cases.case import READY_FOR_TLS, SSL, START_TLS, Case, after, talk, talk_over_tls

GIGABYTE = 1_000_000_000
_TOO_LONG = "reply-too-long"

ENDLESS: tuple[Case, ...] = (
    Case("endless-banner", [send(b"220 "), endless(b"x")], _TOO_LONG, "greeting"),
    Case("endless-letters", endless(b"x"), _TOO_LONG, "greeting"),
    Case("endless-greeting-of-lines", endless(b"220-welcome to a server of many words\r\n"), _TOO_LONG, "greeting"),
    Case("endless-short-lines", endless(b"220-\r\n"), _TOO_LONG, "greeting"),
    Case("gigabyte-line", huge_line(GIGABYTE), _TOO_LONG, "greeting"),
    Case("gigabyte-line-in-ehlo", talk({"EHLO": huge_line(GIGABYTE, b"250-")}), _TOO_LONG, "ehlo"),
    Case("endless-ehlo", talk({"EHLO": endless(b"250-X-EXTENSION of many\r\n")}), _TOO_LONG, "ehlo"),
    Case("endless-starttls", talk({"STARTTLS": endless(b"220-go\r\n")}), _TOO_LONG, "starttls", settings=START_TLS),
    Case(
        "endless-plain-text-in-the-handshake",
        talk({"STARTTLS": after(READY_FOR_TLS, endless(b"no TLS here "))}),
        "starttls-injection",
        "tls",
        settings=START_TLS,
        verbs=("EHLO", "STARTTLS"),
    ),
    # A handshake message of 16 MB, in records that are well formed.
    Case("endless-records", endless(b"\x16\x03\x03\x40\x00" + b"\x02\xff\xff\xff" * 4096), "tls-failed", "tls", SSL),
    Case("endless-banner-over-tls", [start_tls(), endless(b"220-x\r\n")], _TOO_LONG, "greeting", settings=SSL),
    Case("endless-login", talk({"AUTH": endless(b"334-more\r\n")}), _TOO_LONG, "auth"),
    Case("endless-sender", talk_over_tls({"MAIL": endless(b"250-fine\r\n")}), _TOO_LONG, "sender", settings=SSL),
    Case("endless-recipient", talk({"RCPT": endless(b"550-no\r\n")}), _TOO_LONG, "recipient"),
)

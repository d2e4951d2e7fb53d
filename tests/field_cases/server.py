"""A scripted server that says what a case's server said, and the test of it with the reporter's settings."""

from __future__ import annotations

import base64
import socket
from collections.abc import Mapping
from typing import Any

from mailservers import Authority, ScriptedServer, Wire
from relay_settings import run_on

from field_cases.cases import FieldCase
from pulumi_smtp_collab import ConnectivityReport, ConnectivityTest, SmtpSettings
from pulumi_smtp_collab.connectivity.machine import Machine

USER = "ci@example.com"
_RECIPIENT = "ops@example.net"
_HEALTHY = "250-{host}\n250-PIPELINING\n250-SIZE 52428800\n250-8BITMIME\n250 AUTH PLAIN LOGIN"
_MODES: Mapping[str, Mapping[str, bool]] = {"none": {}, "starttls": {"start_tls": True}, "implicit": {"ssl": True}}


def run(case: FieldCase, authority: Authority) -> ConnectivityReport:
    """Return what the test finds at a server that does as the case's did."""
    host, mode = case.settings["host"], case.settings["tls"]
    arguments = {name: value for name, value in case.settings.items() if name not in {"tls", "login"}}
    if case.settings["login"]:
        arguments |= {"username": USER, "password": "not-the-real-one-7", "allow_plaintext_login": mode == "none"}
    if mode != "none":
        arguments["ca_certificates"] = authority.pem
    settings = SmtpSettings(**{"from_address": USER, **_MODES[mode], **arguments})
    machine = Machine(
        name="ci.example.com",
        resolver=lambda _host, port, _family: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))],
    )
    with ScriptedServer(_Conversation(case.server, host), tls_context=authority.server_context(host)) as server:
        test = {"recipient": _RECIPIENT, "attempts": 1, **case.test, "connect_to": f"127.0.0.1:{server.port}"}
        return run_on(machine, settings, ConnectivityTest(**test))


class _Conversation:
    """One connection of a case's server."""

    def __init__(self, server: Mapping[str, Any], host: str) -> None:
        self._host = host
        self._tls = server.get("tls", "starttls")
        self._greeting = server.get("greeting", "220 {host} ESMTP")
        self._ehlo = server.get("ehlo", _HEALTHY)
        self._ehlo_plain = server.get("ehlo_plain") or (
            _with_starttls(self._ehlo) if self._tls == "starttls" else self._ehlo
        )
        self._auth: Mapping[str, Any] = server.get("auth", {})
        self._prompts = server.get("prompts", ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"])
        self._plain_without_initial = server.get("plain_without_initial", "334 ")
        self._replies: Mapping[str, Any] = server.get("replies", {})
        self._close_after = server.get("close_after", ())

    def __call__(self, wire: Wire) -> None:
        """Play it."""
        if self._tls == "implicit":
            wire.start_tls()
        self._say(wire, self._greeting)
        if "greeting" in self._close_after or not str(self._greeting).startswith(("2", "{")):
            wire.close()
        while True:
            verb, _, argument = wire.read_line().decode("latin-1").partition(" ")
            verb = verb.upper()
            self._answer(wire, verb, argument)
            if verb in self._close_after:
                wire.close()

    def _answer(self, wire: Wire, verb: str, argument: str) -> None:
        if verb in self._replies:
            self._say(wire, self._replies[verb])
            if verb == "DATA" and str(self._replies[verb]).startswith("354"):
                self._take_message(wire)
        elif verb in {"EHLO", "HELO"}:
            self._say(wire, self._ehlo if wire.tls_version else self._ehlo_plain)
        elif verb == "STARTTLS":
            self._say(wire, "220 2.0.0 Ready to start TLS")
            wire.start_tls()
        elif verb == "AUTH":
            self._log_in(wire, *argument.upper().split(" ", 1))
        elif verb == "DATA":
            self._say(wire, "354 End data with <CR><LF>.<CR><LF>")
            self._take_message(wire)
        elif verb == "QUIT":
            self._say(wire, "221 2.0.0 Bye")
            wire.close()
        else:
            self._say(wire, "250 2.0.0 OK")

    def _take_message(self, wire: Wire) -> None:
        wire.read_message()
        self._say(wire, self._replies.get("DOT", "250 2.0.0 OK: queued"))
        if "DOT" in self._close_after:
            wire.close()

    def _log_in(self, wire: Wire, mechanism: str, initial: str = "") -> None:
        final = self._auth.get(mechanism, self._auth.get("", "235 2.7.0 Authentication successful"))
        if isinstance(final, str) and final.startswith(("500", "502", "504")):
            self._say(wire, final)  # it refuses the command, and asks for nothing
            return
        asked = {
            "PLAIN": [] if initial else [self._plain_without_initial],
            "LOGIN": self._prompts[1:] if initial else self._prompts,
            "CRAM-MD5": ["334 " + base64.b64encode(b"<1.2@example.com>").decode()],
        }
        for prompt in asked.get(mechanism, []):
            self._say(wire, prompt)
            if not prompt.startswith("334"):
                return
            wire.read_line()
        self._say(wire, final)

    def _say(self, wire: Wire, reply: str | Mapping[str, str]) -> None:
        if isinstance(reply, Mapping):
            wire.send(reply["bytes"].encode("latin-1"))
            return
        text = reply.replace("{host}", self._host)
        wire.send("".join(f"{line}\r\n" for line in text.split("\n")).encode())


def _with_starttls(ehlo: str) -> str:
    """Return an EHLO reply in plain text: STARTTLS in the place of the login."""
    lines = [line for line in ehlo.split("\n") if not line[4:].upper().startswith("AUTH")]
    if any(line[4:].upper() == "STARTTLS" for line in lines):
        return ehlo
    return "\n".join([*(f"250-{line[4:]}" for line in lines), "250 STARTTLS"])

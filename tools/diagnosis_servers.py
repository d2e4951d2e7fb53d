"""The servers that make a failure happen: for a case of the diagnosis, one that does the same on the wire."""

from __future__ import annotations

import contextlib
import errno
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from diagnosis_cases import Case
from mailservers import (
    Answer,
    Authority,
    ScriptedServer,
    Step,
    Wire,
    close,
    closed_port,
    endless,
    filtered_port,
    greet,
    hang,
    pause,
    reset,
    send,
    serve,
    start_tls,
)

from pulumi_smtp_collab.connectivity.failure import Failure

NAME = "smtp.example.com"
_NOTHING: Mapping[str, object] = {}
_HURRY: Mapping[str, object] = {"deadline_seconds": 3}
# What a server calls the client in its EHLO reply: the address behind the NAT, as many do.
_EHLO = f"{NAME} Hello ci.example.com [203.0.113.5]"
_VERBS = {"ehlo": "EHLO", "starttls": "STARTTLS", "auth": "AUTH", "sender": "MAIL", "recipient": "RCPT", "message": "."}


@dataclass(frozen=True)
class Stand:
    """What is tested in a scene: where it listens, and what the settings and the test need beside the case's own.

    A tunnel, the usual way to a server on a free port, is left out where it would show (`direct`); `twice` asks for a
    second test.
    """

    port: int
    settings: Mapping[str, object] = field(default_factory=dict)
    test: Mapping[str, object] = field(default_factory=dict)
    direct: bool = False
    twice: bool = False


Scene: TypeAlias = contextlib.AbstractContextManager[Stand]


def scene(case: Case, authority: Authority) -> Scene | None:
    """Return the servers for a case; None where no server can bring it about."""
    failure = case.failure
    if failure.kind == "unreachable":
        return _unreachable(failure)
    if failure.kind == "certificate":
        return _certificate(case, authority)
    if failure.kind == "tls":
        return _alert(case, authority)
    if failure.kind == "remembered" and failure.remembered is not None:
        return _twice(case, authority)
    make = _BY_KIND.get(failure.kind)
    return make(case, authority) if make else None


def _unreachable(failure: Failure) -> Scene | None:
    first = failure.addresses[-1].error
    if first.errno == errno.ECONNREFUSED:
        return _at_port(closed_port())
    return _at_port(filtered_port(), _HURRY) if first.errno == errno.ETIMEDOUT else None


@contextlib.contextmanager
def _at_port(port: contextlib.AbstractContextManager[int], test: Mapping[str, object] = _NOTHING) -> Iterator[Stand]:
    with port as number:
        yield Stand(number, {"port": number}, {"second_look": "off", **test}, direct=True)


@contextlib.contextmanager
def _served(
    server: ScriptedServer, *, settings: Mapping[str, object] = _NOTHING, test: Mapping[str, object] = _NOTHING
) -> Iterator[Stand]:
    with server:
        yield Stand(server.port, settings, test)


def _extensions(case: Case) -> list[str]:
    """Return what the case's server offers: as it says, else what an ordinary one does."""
    offered = case.around.get("capabilities")
    if offered is not None:
        return list(offered)
    mechanisms = " ".join(case.failure.mechanisms) or "PLAIN LOGIN"
    return [*(["STARTTLS"] if case.failure_context.settings.start_tls else []), f"AUTH {mechanisms}"]


def _conversation(
    case: Case, authority: Authority, answers: Mapping[str, Answer], test: Mapping[str, object] = _NOTHING
) -> Scene:
    context = authority.server_context(case.failure_context.settings.host)
    return _served(ScriptedServer([greet(), serve(answers, _extensions(case), _EHLO)], tls_context=context), test=test)


def _at_stage(case: Case, authority: Authority, step: Step, test: Mapping[str, object] = _NOTHING) -> Scene:
    """Play a step where the case's stage awaits something."""
    stage = case.failure.stage
    if stage == "greeting":
        return _served(ScriptedServer(step), test=test)
    if stage == "tls":
        # After a while, so that the client has begun its handshake: else it may see the end as one in good order.
        agreed = _then(b"220 2.0.0 Ready to start TLS\r\n", pause(0.3), step)
        return _conversation(case, authority, {"STARTTLS": agreed}, test)
    return _conversation(case, authority, {_VERBS[stage]: step}, test)


def _then(reply: bytes, *steps: Step) -> Step:
    def play(wire: Wire) -> None:
        wire.send(reply)
        for step in steps:
            step(wire)

    return play


def _reply(case: Case, authority: Authority) -> Scene:
    reply = case.failure.reply
    if reply is None:
        raise ValueError(f"The case {case} has no reply.")
    *first, last = reply.lines
    text = "".join(f"{reply.code}-{line}\r\n" for line in first) + f"{reply.code} {last}\r\n"
    if case.failure.stage == "auth" and "starttls" in case.code:
        return _conversation(case, authority, {"AUTH": text.encode()})
    return _at_stage(case, authority, send(text.encode()))


def _deadline(case: Case, authority: Authority) -> Scene | None:
    look = case.failure_context.second_look
    if case.failure.stage in ("dns", "connect"):
        return None
    if look is not None and look.speaks == "tls":
        script = [start_tls(), greet(), serve()]
        server = ScriptedServer(script, tls_context=authority.server_context(NAME))
        return _served(server, test=_HURRY)
    return _at_stage(case, authority, hang(), _HURRY)


def _raw(case: Case) -> bytes:
    return case.failure.raw.encode() + b"\r\n"


def _not_smtp(case: Case, authority: Authority) -> Scene:
    return _at_stage(case, authority, send(_raw(case)))


def _unsolicited(case: Case, authority: Authority) -> Scene:
    del authority
    script = [send(b"220 smtp.example.com ESMTP\r\n" + _raw(case)), hang()]
    return _served(ScriptedServer(script))


def _injection(case: Case, authority: Authority) -> Scene:
    return _conversation(case, authority, {"STARTTLS": b"220 2.0.0 Ready to start TLS\r\n" + _raw(case)})


def _plain_peer(case: Case, authority: Authority) -> Scene:
    look = case.failure_context.second_look
    offers = ["STARTTLS"] if look is not None and look.speaks == "starttls" else []
    return _served(ScriptedServer([send(_raw(case)), serve({}, offers)], tls_context=authority.server_context(NAME)))


def _not_offered(case: Case, authority: Authority) -> Scene:
    if case.failure.awaited == "SMTPUTF8" or case.failure_context.tls_version is None:
        return _conversation(case, authority, {})
    offered = ["STARTTLS", *_extensions(case)]
    server = ScriptedServer([greet(), serve({}, offered, _EHLO)], tls_context=authority.server_context(NAME))
    return _served(server)


_BY_KIND: Mapping[str, Callable[[Case, Authority], Scene | None]] = {
    "reply": _reply,
    "deadline": _deadline,
    "closed": lambda case, authority: _at_stage(case, authority, close()),
    "reset": lambda case, authority: _at_stage(case, authority, reset()),
    "too-long": lambda case, authority: _at_stage(case, authority, endless(b"250-and so on\r\n")),
    "not-smtp": _not_smtp,
    "unsolicited": _unsolicited,
    "plain-bytes": _injection,
    "plain-peer": _plain_peer,
    "not-offered": _not_offered,
    "no-mechanism": lambda case, authority: _conversation(case, authority, {}),
}


def _with_tls(context: ssl.SSLContext, trusted: str | None) -> Scene:
    script = [start_tls(), greet(), serve()]
    settings = {"ca_certificates": trusted, "ssl": True, "start_tls": False, "port": 465}
    return _served(ScriptedServer(script, tls_context=context), settings=settings)


def _certificate(case: Case, authority: Authority) -> Scene | None:
    """A server whose certificate has the case's fault (the strict checks of Python 3.13 are left out)."""
    faults: Mapping[str, Mapping[str, Any]] = {
        "tls-certificate-expired": {"expired": True},
        "tls-certificate-not-yet-valid": {"not_yet_valid": True},
        "tls-self-signed": {"self_signed": True},
        "tls-weak-key": {"key": "rsa1024"},
        "tls-weak-digest": {"digest": "sha1"},
        "tls-incomplete-chain": {"send_chain": False},
        "tls-untrusted-root": {"send_root": True},
        "tls-unknown-ca": {"intermediate": True},
        "tls-empty-trust-store": {},
    }
    if case.code == "tls-name-mismatch":
        return _with_tls(authority.server_context("mail.example.net", "*.example.net"), authority.pem)
    if case.code == "tls-address-mismatch":
        return _with_tls(authority.server_context(NAME), authority.pem)
    if case.code not in faults:
        return None
    untrusted = ("tls-untrusted-root", "tls-unknown-ca", "tls-empty-trust-store")
    trusted = None if case.code in untrusted else authority.pem
    return _with_tls(authority.server_context(NAME, **faults[case.code]), trusted)


def _alert(case: Case, authority: Authority) -> Scene | None:
    """A server that makes the TLS library say what the case says."""
    faults: Mapping[str, Mapping[str, Any]] = {
        "tls-version-too-old": {"maximum_version": ssl.TLSVersion.TLSv1_1},
        "tls-client-certificate-required": {"require_client_certificate": True},
        "tls-handshake-refused": {"maximum_version": ssl.TLSVersion.TLSv1_2, "ciphers": "NULL"},
        "tls-weak-dh": {"small_dh": True},
    }
    alerts = {
        "tls-name-not-served": ssl.AlertDescription.ALERT_DESCRIPTION_UNRECOGNIZED_NAME,
        "tls-server-error": ssl.AlertDescription.ALERT_DESCRIPTION_INTERNAL_ERROR,
        "tls-failed": ssl.AlertDescription.ALERT_DESCRIPTION_ACCESS_DENIED,
    }
    if case.code not in faults and case.code not in alerts:
        return None
    context = authority.server_context(NAME, **faults.get(case.code, {}))
    if case.code in alerts:
        context.sni_callback = lambda *_: alerts[case.code]
    return _with_tls(context, authority.pem)


@contextlib.contextmanager
def _twice(case: Case, authority: Authority) -> Iterator[Stand]:
    """What the case's first failure needs, to be tested twice."""
    if case.failure.remembered is None:
        raise ValueError(f"The case {case} remembers nothing.")
    first = scene(Case(case.code, case.failure.remembered, settings=case.settings), authority)
    if first is None:
        raise ValueError(f"The first failure of the case {case} can't be brought about.")
    with first as stand:
        yield replace(stand, twice=True)

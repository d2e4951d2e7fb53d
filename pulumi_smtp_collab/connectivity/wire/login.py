"""One login: by the first mechanism that the server takes, so that a wrong password is one failed login, not three."""

from __future__ import annotations

import base64
import hmac
from typing import NoReturn

from pulumi_smtp_collab.connectivity.failure import Reply
from pulumi_smtp_collab.connectivity.wire.session import Session

_ACCEPTED = 235
_GO_ON = 334
_NO_SUCH_COMMAND = (500, 502, 504)
_MAX_COMMAND_BYTES = 512  # RFC 5321, section 4.5.3.1.4: a longer initial response has to wait (RFC 4954, section 4)


def log_in(session: Session, username: str, password: str) -> str:
    """Log in by PLAIN, else LOGIN, else CRAM-MD5: the first that the server offers (RFC 4954).

    Over verified TLS, PLAIN is as safe as the others and takes one round trip where they take two. Where the server
    refuses the command of a mechanism that it offers (500, 502, 504), the next one is tried: no login was refused.

    Returns:
        What was accepted, for the report.

    Raises:
        StageFailed: No login. Only 235 is one: a server that answers 503 or 250 to AUTH has not checked anything.
    """
    offered = session.esmtp_features.get("auth", "").upper().split()
    if not offered:
        session.raise_failure("not-offered", awaited="AUTH")
    usable = [name for name in _MECHANISMS if name in offered and (name != "CRAM-MD5" or _knows_md5())]
    for mechanism in usable:
        accepted = _accepted_by(mechanism, session, username, password)
        if accepted is not None:
            return accepted
    if usable:
        session.raise_refusal()
    shown = tuple(dict.fromkeys(session.scrubber.clean(name.encode("latin-1", "replace")) for name in offered))
    notes = () if "CRAM-MD5" not in offered else ("This machine's cryptography policy (FIPS) has no MD5.",)
    return session.raise_failure("no-mechanism", mechanisms=shown, notes=notes)


def _accepted_by(mechanism: str, session: Session, username: str, password: str) -> str | None:
    """Log in by one mechanism; None where the server refuses its command."""
    try:
        return _MECHANISMS[mechanism](session, username.encode(), password.encode())
    except _CommandRefusedError:
        return None


def _plain(session: Session, username: bytes, password: bytes) -> str:
    blob = _base64(b"\0" + username + b"\0" + password)  # RFC 4616
    if len(f"AUTH PLAIN {blob}\r\n") <= _MAX_COMMAND_BYTES:
        session.credentials_sent = True
        return _accepted(session, "PLAIN", _begun(session.ask("AUTH", f"PLAIN {blob}", shown="AUTH PLAIN")))
    _challenged(session, "PLAIN", _begun(session.ask("AUTH", "PLAIN", shown="AUTH PLAIN")))
    session.credentials_sent = True
    return _accepted(session, "PLAIN", session.ask(blob, shown="AUTH PLAIN"))


def _login(session: Session, username: bytes, password: bytes) -> str:
    _challenged(session, "LOGIN", _begun(session.ask("AUTH", "LOGIN", shown="AUTH LOGIN")))
    session.credentials_sent = True
    _challenged(session, "LOGIN", session.ask(_base64(username), shown="AUTH LOGIN"))
    return _accepted(session, "LOGIN", session.ask(_base64(password), shown="AUTH LOGIN"))


def _cram_md5(session: Session, username: bytes, password: bytes) -> str:
    _challenged(session, "CRAM-MD5", _begun(session.ask("AUTH", "CRAM-MD5", shown="AUTH CRAM-MD5")))
    try:
        text = base64.b64decode(session.text, validate=True)
    except ValueError:
        _give_up(session, "the challenge is not base64")
    digest = hmac.new(password, text, "md5").hexdigest().encode()  # RFC 2195
    answer = _base64(username + b" " + digest)
    session.scrubber.also((digest, answer.encode()))
    session.credentials_sent = True
    return _accepted(session, "CRAM-MD5", session.ask(answer, shown="AUTH CRAM-MD5"))


_MECHANISMS = {"PLAIN": _plain, "LOGIN": _login, "CRAM-MD5": _cram_md5}


class _CommandRefusedError(Exception):
    """The server refused the command itself: nothing was judged, neither user name nor password."""


def _begun(reply: Reply) -> Reply:
    """Return the reply to the command of a mechanism.

    Raises:
        _CommandRefusedError: The server does not know or not implement it (RFC 5321, section 4.2.2; RFC 4954).
    """
    if reply.code in _NO_SUCH_COMMAND:
        raise _CommandRefusedError
    return reply


def _accepted(session: Session, mechanism: str, reply: Reply) -> str:
    if reply.code == _ACCEPTED:
        return f"{mechanism} accepted: {reply.text}"
    if reply.code == _GO_ON:
        _give_up(session, f"{mechanism} has nothing more to send")
    return session.raise_refusal()


def _challenged(session: Session, mechanism: str, reply: Reply) -> None:
    if reply.code != _GO_ON:
        note = (f"{mechanism} was not over: this is no login.",) if reply.code == _ACCEPTED else ()
        session.raise_refusal(*note)


def _give_up(session: Session, reason: str) -> NoReturn:
    session.cancel()
    session.raise_refusal(f"The server asked for more, but {reason}.")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _knows_md5() -> bool:
    try:
        hmac.new(b"key", b"", "md5")
    except ValueError:  # FIPS
        return False
    return True

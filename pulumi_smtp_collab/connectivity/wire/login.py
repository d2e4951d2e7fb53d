"""One login by one mechanism, once: a wrong password is one failed login at the server, not three."""

from __future__ import annotations

import base64
import hmac
from typing import NoReturn

from pulumi_smtp_collab.connectivity.failure import Reply
from pulumi_smtp_collab.connectivity.wire.session import Session

_ACCEPTED = 235
_GO_ON = 334
_MAX_COMMAND_BYTES = 512  # RFC 5321, section 4.5.3.1.4: a longer initial response has to wait (RFC 4954, section 4)


def log_in(session: Session, username: str, password: str) -> str:
    """Log in by PLAIN, else LOGIN, else CRAM-MD5: the first that the server offers (RFC 4954).

    Over verified TLS, PLAIN is as safe as the others and takes one round trip where they take two.

    Returns:
        What was accepted, for the report.

    Raises:
        StageFailed: No login. Only 235 is one: a server that answers 503 or 250 to AUTH has not checked anything.
    """
    offered = session.esmtp_features.get("auth", "").upper().split()
    if not offered:
        session.fail("not-offered", awaited="AUTH")
    for mechanism, exchange in _MECHANISMS.items():
        if mechanism in offered and (mechanism != "CRAM-MD5" or _knows_md5()):
            return exchange(session, username.encode(), password.encode())
    shown = tuple(dict.fromkeys(session.scrubber.clean(name.encode("latin-1", "replace")) for name in offered))
    notes = () if "CRAM-MD5" not in offered else ("This machine's cryptography policy (FIPS) has no MD5.",)
    return session.fail("no-mechanism", mechanisms=shown, notes=notes)


def _plain(session: Session, username: bytes, password: bytes) -> str:
    blob = _base64(b"\0" + username + b"\0" + password)  # RFC 4616
    if len(f"AUTH PLAIN {blob}\r\n") <= _MAX_COMMAND_BYTES:
        session.credentials_sent = True
        return _accepted(session, "PLAIN", session.ask("AUTH", f"PLAIN {blob}", shown="AUTH PLAIN"))
    _challenged(session, "PLAIN", session.ask("AUTH", "PLAIN", shown="AUTH PLAIN"))
    session.credentials_sent = True
    return _accepted(session, "PLAIN", session.ask(blob, shown="AUTH PLAIN"))


def _login(session: Session, username: bytes, password: bytes) -> str:
    _challenged(session, "LOGIN", session.ask("AUTH", "LOGIN", shown="AUTH LOGIN"))
    session.credentials_sent = True
    _challenged(session, "LOGIN", session.ask(_base64(username), shown="AUTH LOGIN"))
    return _accepted(session, "LOGIN", session.ask(_base64(password), shown="AUTH LOGIN"))


def _cram_md5(session: Session, username: bytes, password: bytes) -> str:
    _challenged(session, "CRAM-MD5", session.ask("AUTH", "CRAM-MD5", shown="AUTH CRAM-MD5"))
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


def _accepted(session: Session, mechanism: str, reply: Reply) -> str:
    if reply.code == _ACCEPTED:
        return f"{mechanism} accepted: {reply.text}"
    if reply.code == _GO_ON:
        _give_up(session, f"{mechanism} has nothing more to send")
    return session.refused()


def _challenged(session: Session, mechanism: str, reply: Reply) -> None:
    if reply.code != _GO_ON:
        note = (f"{mechanism} was not over: this is no login.",) if reply.code == _ACCEPTED else ()
        session.refused(*note)


def _give_up(session: Session, reason: str) -> NoReturn:
    session.cancel()
    session.refused(f"The server asked for more, but {reason}.")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _knows_md5() -> bool:
    try:
        hmac.new(b"key", b"", "md5")
    except ValueError:  # FIPS
        return False
    return True

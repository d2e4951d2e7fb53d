"""The TLS handshake: verified, under the deadline, and told apart from plain text where TLS had to begin."""

from __future__ import annotations

import socket
import ssl
from typing import NoReturn

from pulumi_smtp_collab.connectivity.channel import Channel, ClosedError, OutOfTimeError
from pulumi_smtp_collab.connectivity.deadline import Deadline
from pulumi_smtp_collab.connectivity.failure import Failure, StageFailed
from pulumi_smtp_collab.connectivity.redaction import Scrubber

_RECORD_TYPES = range(20, 24)  # RFC 8446, section 5.1, and change_cipher_spec
_REST_OF_LINE_SECONDS = 1.0
_MAX_PLAIN_BYTES = 1024


class PlainTextError(Exception):
    """Plain text came where TLS had to begin; the argument is its first line, as it came."""

    def __init__(self, line: bytes) -> None:
        super().__init__()
        self.line = line


def shake_hands(sock: socket.socket, context: ssl.SSLContext, server_name: str, deadline: Deadline) -> ssl.SSLSocket:
    """Makes the handshake on a connected socket that does not block, which the given one is no more afterwards.

    Raises:
        PlainTextError: The server answered with plain text.
        OutOfTimeError: The deadline passed, even if bytes still dripped in.
        ClosedError: The server ended the connection.
        ssl.SSLError: The handshake failed.
        OSError: The connection broke.
    """
    tls = context.wrap_socket(sock, server_hostname=server_name, do_handshake_on_connect=False)
    try:
        _step_by_step(tls, deadline)
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
        tls.close()
        raise ClosedError from None
    except BaseException:
        tls.close()
        raise
    return tls


def _step_by_step(tls: ssl.SSLSocket, deadline: Deadline) -> None:
    answered = False
    while True:
        try:
            tls.do_handshake()
        except ssl.SSLWantReadError:
            has_to_send = False
        except ssl.SSLWantWriteError:
            has_to_send = True
        else:
            return
        if not deadline.wait_for(tls, writable=has_to_send):
            raise OutOfTimeError
        if not answered and not has_to_send:
            _refuse_plain_text(tls, deadline)
            answered = True


def _refuse_plain_text(tls: ssl.SSLSocket, deadline: Deadline) -> None:
    """Looks at the first byte of the server's answer before the TLS library takes it, which only says WRONG_VERSION."""
    first = socket.socket.recv(tls, 1, socket.MSG_PEEK)
    if not first:
        raise ClosedError
    if first[0] in _RECORD_TYPES:
        return
    rest_of_line = deadline.part(_REST_OF_LINE_SECONDS)
    line = bytearray()
    while b"\n" not in line and len(line) < _MAX_PLAIN_BYTES and rest_of_line.wait_for(tls):
        try:
            chunk = socket.socket.recv(tls, _MAX_PLAIN_BYTES)
        except OSError:
            break
        if not chunk:
            break
        line += chunk
    raise PlainTextError(bytes(line).partition(b"\n")[0].rstrip(b"\r"))


def change_to_tls(
    channel: Channel, context: ssl.SSLContext, server_name: str, scrubber: Scrubber, *, asked: bool
) -> None:
    """Makes a channel one over TLS.

    Args:
        channel: The connection, in plain text until now; closed where it fails.
        context: The TLS context, a verifying one wherever credentials follow.
        server_name: The name for SNI, which the certificate has to carry.
        scrubber: Makes the server's text safe to show.
        asked: Whether STARTTLS was answered before; else TLS is from the start.

    Raises:
        StageFailed: No TLS.
    """
    ahead = channel.arrived() if asked else b""
    if ahead:
        # RFC 3207, section 6, and CVE-2011-0411: what was sent in plain text must not count as sent over TLS.
        channel.close()
        raise StageFailed(Failure("tls", "plain-bytes", raw=scrubber.clean(ahead.partition(b"\n")[0].rstrip(b"\r"))))
    try:
        channel.sock = shake_hands(channel.sock, context, server_name, channel.deadline)
    except PlainTextError as plain:
        raise StageFailed(
            Failure("tls", "plain-bytes" if asked else "plain-peer", raw=scrubber.clean(plain.line))
        ) from None
    except Exception as error:  # noqa: BLE001 - sorted there; what it does not know it raises again
        raise_tls_failure(error)


def raise_tls_failure(error: Exception) -> NoReturn:
    """Raises what a failed handshake means.

    Raises:
        StageFailed: The certificate was not accepted, TLS failed otherwise, or the connection did.
    """
    awaited = "the TLS handshake"
    error.with_traceback(None)
    if isinstance(error, OutOfTimeError):
        raise StageFailed(Failure("tls", "deadline", awaited=awaited)) from None
    if isinstance(error, ClosedError):
        raise StageFailed(Failure("tls", "closed", awaited=awaited)) from None
    if isinstance(error, ssl.SSLCertVerificationError):
        raise StageFailed(Failure("tls", "certificate", error=error, verify_code=error.verify_code)) from None
    if isinstance(error, ssl.SSLError):
        raise StageFailed(Failure("tls", "tls", error=error)) from None
    if isinstance(error, OSError):
        raise StageFailed(Failure("tls", "reset", awaited=awaited, error=error)) from None
    raise error

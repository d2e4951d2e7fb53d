"""TLS on a connection: verified, under the deadline, and told apart from plain text where TLS had to begin."""

from __future__ import annotations

import re
import socket
import ssl
from contextlib import suppress
from typing import NoReturn

from pulumi_smtp_collab.connectivity.failure import Failure, Reply, StageFailed
from pulumi_smtp_collab.connectivity.redaction import Scrubber
from pulumi_smtp_collab.connectivity.wire.channel import (
    Channel,
    ClosedError,
    NotSmtpError,
    OutOfTimeError,
    TooLongError,
)
from pulumi_smtp_collab.connectivity.wire.deadline import Deadline

_RECORD_TYPES = range(20, 24)  # RFC 8446, section 5.1, and change_cipher_spec
_REST_OF_LINE_SECONDS = 1.0
_MAX_PLAIN_BYTES = 1024
_CHUNK_BYTES = 16384
_REFUSAL = re.compile(rb"([45][0-9][0-9])[ -](.*)", re.DOTALL)


class PlainTextError(Exception):
    """Plain text came where TLS had to begin; the argument is its first line, as it came."""

    def __init__(self, line: bytes) -> None:
        super().__init__()
        self.line = line


class TlsStream:
    """TLS over a socket that does not block.

    The TLS library never reads the socket itself: what the server sends first is seen before it is taken for TLS, and
    is still there to be shown where it is none.

    Attributes:
        session: What is known of the other side.
        round_trips: How often the handshake waited for an answer.

    Args:
        sock: The socket, which stays its owner's.
        context: The TLS context.
        server_name: The name for SNI, which the certificate has to carry.
    """

    def __init__(self, sock: socket.socket, context: ssl.SSLContext, server_name: str) -> None:
        self._sock = sock
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._unsent = b""
        self._taken = 0
        self._ended = False
        self.round_trips = 0
        self.session = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)

    @property
    def ready(self) -> bool:
        """Whether there is something to read before more comes from the socket."""
        return self._ended or bool(self._incoming.pending or self.session.pending())

    def shake_hands(self, deadline: Deadline) -> None:
        """Make the handshake.

        Raises:
            PlainTextError: The server answered with plain text.
            OutOfTimeError: The deadline passed, even if bytes still dripped in.
            ClosedError: The server ended the connection.
            ssl.SSLError: The handshake failed.
            OSError: The connection broke.
        """
        answered = False
        while not self._stepped():
            self.round_trips += bool(self._outgoing.pending)
            self._send_all(deadline)
            answer = self._receive(deadline)
            if not answered and answer and answer[0] not in _RECORD_TYPES:
                raise PlainTextError(self._line(answer, deadline))
            answered = True
            self._take(answer)
        self._send_all(deadline)

    def send(self, data: memoryview) -> int:
        """Send data, all of it; where that would block it is to be called again with the same data."""
        if not self._unsent:
            self._taken = self.session.write(data)
            self._unsent = self._outgoing.read()
        self._flush()
        return self._taken

    def recv(self, size: int) -> bytes:
        """Return what has come, decrypted; nothing where the server has ended the connection."""
        decrypted = self._decrypted(size)
        if decrypted is None:
            self._take(self._sock.recv(_CHUNK_BYTES))
            decrypted = self._decrypted(size)
        if decrypted is None:
            # Part of a record, or tickets (RFC 8446, section 4.6.1), which may come without end: not one call's time.
            raise BlockingIOError
        return decrypted

    def say_goodbye(self) -> None:
        """Send close_notify; the server's own is not waited for."""
        with suppress(ssl.SSLError):
            self.session.unwrap()
        self._send_alert()

    def _decrypted(self, size: int) -> bytes | None:
        try:
            return self.session.read(size)
        except ssl.SSLWantReadError:
            return None
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            self._ended = True
            return b""

    def _take(self, received: bytes) -> None:
        if received:
            self._incoming.write(received)
        else:
            self._incoming.write_eof()

    def _stepped(self) -> bool:
        """Go on with the handshake; True where it is done."""
        try:
            self.session.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLEOFError:
            raise ClosedError from None
        except ssl.SSLError:
            self._send_alert()
            raise
        return True

    def _receive(self, deadline: Deadline) -> bytes:
        while (received := self._received()) is None:
            if not deadline.wait_for(self._sock):
                raise OutOfTimeError
        return received

    def _received(self) -> bytes | None:
        try:
            return self._sock.recv(_CHUNK_BYTES)
        except BlockingIOError:
            return None

    def _send_all(self, deadline: Deadline) -> None:
        self._unsent += self._outgoing.read()
        while not self._flushed():
            if not deadline.wait_for(self._sock, writable=True):
                raise OutOfTimeError

    def _flushed(self) -> bool:
        try:
            self._flush()
        except BlockingIOError:
            return False
        except OSError:
            self._unsent = b""  # what the server said before it hung up is the reason, and is read next
        return True

    def _flush(self) -> None:
        while self._unsent:
            self._unsent = self._unsent[self._sock.send(self._unsent) :]

    def _send_alert(self) -> None:
        """Tell the server why, if that is possible at once."""
        with suppress(OSError):
            self._sock.send(self._outgoing.read())

    def _line(self, start: bytes, deadline: Deadline) -> bytes:
        """Return the first line of what began so, as far as it comes within a second."""
        deadline = deadline.part(_REST_OF_LINE_SECONDS)
        line = bytearray(start)
        with suppress(OutOfTimeError, OSError):
            while b"\n" not in line and len(line) < _MAX_PLAIN_BYTES:
                chunk = self._receive(deadline)
                if not chunk:
                    break
                line += chunk
        return bytes(line[:_MAX_PLAIN_BYTES]).partition(b"\n")[0].rstrip(b"\r")


def change_to_tls(
    channel: Channel, context: ssl.SSLContext, server_name: str, scrubber: Scrubber, *, asked: bool
) -> None:
    """Make a channel one over TLS.

    Args:
        channel: The connection, in plain text until now.
        context: The TLS context, a verifying one wherever credentials follow.
        server_name: The name for SNI, which the certificate has to carry.
        scrubber: Makes the server's text safe to show.
        asked: Whether STARTTLS was answered before; else TLS is from the start.

    Raises:
        StageFailed: No TLS.
    """
    if asked and channel.arrived():
        raise StageFailed(_in_place_of_tls(_first_line(channel), scrubber))
    stream = TlsStream(channel.sock, context, server_name)
    try:
        stream.shake_hands(channel.deadline)
    except PlainTextError as plain:
        failure = _in_place_of_tls(plain.line, scrubber) if asked else None
        raise StageFailed(failure or Failure("tls", "plain-peer", raw=scrubber.clean(plain.line))) from None
    except Exception as error:  # noqa: BLE001 - sorted there; what is not known there is raised again
        _raise_failure(error)
    finally:
        channel.round_trips += stream.round_trips
    channel.use_tls(stream)


def _first_line(channel: Channel) -> bytes:
    """Return the first line of what came in plain text, as far as it comes within a second."""
    deadline, channel.deadline = channel.deadline, channel.deadline.part(_REST_OF_LINE_SECONDS)
    try:
        return channel.read_line()
    except NotSmtpError as other:
        return other.line
    except (OutOfTimeError, ClosedError, TooLongError, OSError):
        return channel.take()[:_MAX_PLAIN_BYTES]
    finally:
        channel.deadline = deadline


def _in_place_of_tls(line: bytes, scrubber: Scrubber) -> Failure:
    """Return what plain text means that follows the 220 to STARTTLS.

    A refusal is a server that has no TLS after all. Anything else was smuggled in: what was sent in plain text must
    not count as sent over TLS (RFC 3207, section 6, and CVE-2011-0411).
    """
    refusal = _REFUSAL.fullmatch(line)
    if refusal is None:
        return Failure("tls", "plain-bytes", raw=scrubber.clean(line))
    reply = Reply(int(refusal[1]), scrubber.clean_all([refusal[2].strip()]))
    return Failure("starttls", "reply", command="STARTTLS", reply=reply)


def _raise_failure(error: Exception) -> NoReturn:
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

"""Reading and sending on one connection: bounded in time by the deadline, and in memory whatever the server sends."""

from __future__ import annotations

import re
import select
import socket
import ssl
from contextlib import suppress
from copy import copy
from typing import Protocol

from pulumi_smtp_collab.connectivity.wire.deadline import Deadline

MAX_LINE_BYTES = 8192
"""Sixteen times what a reply line may be (RFC 5321, section 4.5.3.1.5)."""

MAX_REPLY_BYTES = 65536
MAX_REPLY_LINES = 512

_CHUNK_BYTES = 8192
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)
_REPLY_LINE = re.compile(rb"([2-5][0-9][0-9])([ -].*)?", re.DOTALL)


class OutOfTimeError(Exception):
    """The deadline passed while a reply was awaited or a command was on its way."""


class ClosedError(Exception):
    """The server ended the connection in good order."""


class TooLongError(Exception):
    """A line or a reply is longer than is read."""


class NotSmtpError(Exception):
    """A line came that is none of an SMTP reply; it is the argument, as it came."""

    def __init__(self, line: bytes) -> None:
        super().__init__()
        self.line = line


class Stream(Protocol):
    """What a channel sends to and reads from: its socket, or TLS over it."""

    def send(self, data: memoryview, /) -> int:
        """Send some of the data, or raise BlockingIOError."""

    def recv(self, size: int, /) -> bytes:
        """Return what has come, or raise BlockingIOError."""


class TlsSession(Stream, Protocol):
    """TLS over a channel's socket."""

    @property
    def session(self) -> ssl.SSLObject:
        """What is known of the other side."""

    @property
    def ready(self) -> bool:
        """Whether there is something to read before more comes from the socket."""

    def say_goodbye(self) -> None:
        """Send close_notify."""


class Channel:
    """One connection, plain or TLS, that never blocks beyond its deadline.

    Errors of the operating system and of the TLS library go through as they are.

    Attributes:
        round_trips: How often an answer was waited for: to the connection itself (the greeting), to what was sent, and
            in handshakes.

    Args:
        sock: The socket, which must not block; it is closed by ``close``.
        deadline: When everything has to be over.
    """

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self.sock = sock
        self.deadline = deadline
        self.round_trips = 0
        self._answer_is_due = True
        self._owns_connection = True
        self._stream: Stream = sock
        self._tls: TlsSession | None = None
        self._buffer = bytearray()
        self._broken: OSError | None = None
        self._partly_answered = False
        self._incoming = select.poll()
        self._incoming.register(sock, select.POLLIN)

    @property
    def tls(self) -> ssl.SSLObject | None:
        """The TLS that is in use; None in plain text."""
        return self._tls.session if self._tls is not None else None

    def use_tls(self, stream: TlsSession) -> None:
        """Send and read by TLS from now on."""
        self._stream = self._tls = stream
        self._answer_is_due = True

    def send(self, data: bytes) -> None:
        """Send all of the data.

        A connection that breaks is not reported here but by the next read: what the server said before (a 421, a TLS
        alert) is still to be read, and it is the reason.

        Raises:
            OutOfTimeError: The deadline passed before the server took the data.
        """
        self._partly_answered = False
        self._answer_is_due = True
        view = memoryview(data)
        while view and self._broken is None:
            sent = self._send_some(view)
            if sent is None:
                self._wait(writable=True)
            else:
                view = view[sent:]

    def read_reply(self) -> tuple[int, list[bytes]]:
        """Read one reply (RFC 5321, section 4.2.1).

        Returns:
            The code, and the text of each line without it.

        Raises:
            OutOfTimeError: The deadline passed.
            ClosedError: The server ended the connection.
            TooLongError: A line or the whole is longer than is read.
            NotSmtpError: A line is no reply line.
        """
        lines: list[bytes] = []
        total = 0
        while True:
            line = self.read_line()
            match = _REPLY_LINE.fullmatch(line)
            if match is None:
                raise NotSmtpError(line)
            code, rest = match.group(1), match.group(2) or b""
            lines.append(rest[1:].strip())
            total += len(line)
            if not rest.startswith(b"-"):
                return int(code), lines
            if total > MAX_REPLY_BYTES or len(lines) >= MAX_REPLY_LINES:
                raise TooLongError

    def read_line(self) -> bytes:
        """Read one line, without its end.

        Raises:
            OutOfTimeError: The deadline passed.
            ClosedError: The server ended the connection.
            TooLongError: The line is longer than is read.
            NotSmtpError: The connection ended within a line, which is the argument.
        """
        self.round_trips += self._answer_is_due
        self._answer_is_due = False
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > MAX_LINE_BYTES:
                raise TooLongError
            try:
                self._receive()
            except (ClosedError, OutOfTimeError):
                if searched and not re.match(rb"[2-5][0-9]{0,2}([ -]|$)", self._buffer):
                    raise NotSmtpError(self.take()) from None
                raise
        if end > MAX_LINE_BYTES:
            raise TooLongError
        line = bytes(self._buffer[:end]).rstrip(b"\r")
        del self._buffer[: end + 1]
        return line

    def comes_within(self, seconds: float) -> bool:
        """Wait until something has come that was not read; False where nothing has after so many seconds.

        True too where the connection has ended, or no time is left at all: reading tells.
        """
        brief = self.deadline.part(seconds)
        return bool(self.arrived()) or brief.wait_for(self.sock) or brief.ends == self.deadline.ends

    def arrived(self) -> bytes:
        """Return what has come without having been asked for, and wait for nothing; it stays to be read."""
        if not self._buffer and self._broken is None and (self._is_decrypted() or self._incoming.poll(0)):
            try:
                self._buffer += self._take_chunk()
            except (BlockingIOError, ClosedError):
                pass
            except OSError as error:
                self._broken = error
        return bytes(self._buffer)

    def take(self) -> bytes:
        """Return what has come and not been read, and forget it."""
        taken = bytes(self._buffer)
        self._buffer.clear()
        return taken

    def hand_over(self) -> Channel:
        """Return a channel that owns the connection from now on: ``close`` of this one leaves it open."""
        successor = copy(self)
        self._owns_connection = False
        return successor

    def close(self) -> None:
        """End the connection at once, unless it was handed over."""
        if self._owns_connection:
            self.sock.close()

    def end(self) -> None:
        """End the connection in good order, without waiting for the server."""
        with suppress(OSError):
            if self._tls is not None:
                self._tls.say_goodbye()
            self.sock.shutdown(socket.SHUT_WR)
            # What is closed with unread replies is reset, and a reset may overtake QUIT at the server.
            self.sock.recv(MAX_REPLY_BYTES)
        self.close()

    def _send_some(self, view: memoryview) -> int | None:
        """Send what is taken at once; None where nothing is."""
        try:
            return self._stream.send(view)
        except BlockingIOError:
            return None
        except OSError as error:
            self._broken = error
            return 0

    def _receive(self) -> None:
        # To look at once for the answer to what was just sent would be in vain.
        if self._broken is None and not self._is_decrypted():
            self._wait()
        while not self._receive_some():
            self._wait()

    def _is_decrypted(self) -> bool:
        """Return whether TLS has something to read for which nothing more has to come."""
        return self._tls is not None and self._tls.ready

    def _receive_some(self) -> bool:
        """Read what is there; False where nothing is yet."""
        try:
            self._buffer += self._take_chunk()
        except BlockingIOError:
            if self._broken is not None:
                raise self._broken from None
            return False
        except (ClosedError, OSError):
            # Where sending broke, that is the reason, and this its consequence.
            if self._broken is not None:
                raise self._broken from None
            raise
        return True

    def _take_chunk(self) -> bytes:
        chunk = self._stream.recv(_CHUNK_BYTES)
        if not chunk:
            raise ClosedError
        return chunk

    def _wait(self, *, writable: bool = False) -> None:
        if self._partly_answered and _QUICKACK is not None:
            # A server with Nagle's algorithm sends the rest when what came is acknowledged, which the kernel puts off.
            self.sock.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
        if not self.deadline.wait_for(self.sock, writable=writable):
            raise OutOfTimeError
        self._partly_answered = not writable

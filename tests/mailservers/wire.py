"""The scripted server's end of one connection: bytes, lines, pauses, TLS whose handshake can drip, and rude endings."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from typing import NoReturn

_CHUNK = 65_536
_TRANSCRIPT_LIMIT = 2_000


class GoneError(Exception):
    """The client has left, or the server is being stopped: the script ends here, and that is no fault."""


class ScriptFaultError(AssertionError):
    """The client did something else than the script expected."""


class Wire:
    """What a script is played on.

    Attributes:
        received: everything that the client sent, after decryption.
        line: the last line that was read, without its line end.
        transcript: `C: …` and `S: …`, each shortened to some hundred characters; for messages of failing tests.
        number: 0 for the server's first connection, 1 for the second.
    """

    def __init__(
        self, client: socket.socket, number: int, stopping: threading.Event, tls_context: ssl.SSLContext | None
    ) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = bytearray()
        self.line = b""
        self.transcript: list[str] = []
        self.number = number
        self.tls_context = tls_context
        self._client = client
        self._stopping = stopping
        self._unread = bytearray()
        self._tls: ssl.SSLObject | None = None
        self._from_client = ssl.MemoryBIO()
        self._to_client = ssl.MemoryBIO()

    @property
    def tls_version(self) -> str | None:
        """Such as `TLSv1.3`; None without TLS."""
        return self._tls.version() if self._tls else None

    def send(self, data: bytes) -> None:
        """Send the bytes as they are, as one segment where they fit into one."""
        self._note("S", data)
        self._send(data)

    def drip(self, data: bytes, every: float = 0.5) -> None:
        """Send one byte at a time, `every` so many seconds."""
        self._note("S (dripping)", data)
        for byte in data:
            self._send(bytes([byte]))
            self.pause(every)

    def endless(self, pattern: bytes, limit: int | None = None) -> None:
        """Send the pattern over and over, as fast as it goes, until the client leaves or `limit` bytes are sent."""
        self._note("S (endless)", pattern)
        block = pattern * max(1, _CHUNK // len(pattern))
        sent = 0
        while limit is None or sent < limit:
            piece = block if limit is None else block[: limit - sent]
            self._send(piece)
            sent += len(piece)

    def pause(self, seconds: float) -> None:
        """Wait; what the client sends meanwhile is read later."""
        if self._stopping.wait(seconds):
            raise GoneError

    def hang(self) -> NoReturn:
        """Say nothing more; reads until the client leaves."""
        while self._receive():
            self._unread.clear()
        raise GoneError

    def read_line(self) -> bytes:
        """The client's next line, without its line end."""
        while b"\n" not in self._unread:
            if not self._receive():
                raise GoneError
        line, _, rest = bytes(self._unread).partition(b"\n")
        self._unread[:] = rest
        self.line = line.rstrip(b"\r")
        self._note("C", self.line)
        return self.line

    def expect(self, start: bytes) -> bytes:
        """Read a line, which has to begin so (in capitals or not), and return it.

        Raises:
            ScriptFaultError: it begins otherwise; the test fails when the server is stopped.
        """
        line = self.read_line()
        if not line.upper().startswith(start.upper()):
            raise ScriptFaultError(f"The script expected {start!r} and the client sent {line!r}.")
        return line

    def read_message(self) -> bytes:
        """What follows DATA, up to the line that is a dot (not included); not unstuffed."""
        lines = []
        while self.read_line() != b".":
            lines.append(self.line + b"\r\n")
        return b"".join(lines)

    def start_tls(self, context: ssl.SSLContext | None = None, every: float = 0.0) -> None:
        """Shake hands as the server, by the server's `tls_context` if none is given; `every` > 0: its bytes drip."""
        context = context or self.tls_context
        if context is None:
            raise ValueError("start_tls needs a context: give it one, or give ScriptedServer a tls_context.")
        self._from_client.write(bytes(self._unread))
        self._unread.clear()
        tls = context.wrap_bio(self._from_client, self._to_client, server_side=True)
        while not self._shook_hands(tls):
            self._flush(every)
            self._from_client.write(self._from_socket() or self._leave())
        self._flush(every)
        self._tls = tls
        self._note("TLS", (tls.version() or "").encode())

    def close(self, *, notify: bool = True) -> NoReturn:
        """End the connection in good order (without `notify`, TLS isn't told), then read until the client does."""
        if self._tls and notify:
            with contextlib.suppress(ssl.SSLError):
                self._tls.unwrap()
            self._flush()
        self._note("S", b"(close)")
        with contextlib.suppress(OSError):
            self._client.shutdown(socket.SHUT_WR)
        with contextlib.suppress(GoneError):
            # Closing while something is unread would send a reset, which may overtake our last reply.
            while self._receive():
                self._unread.clear()
        self._client.close()
        raise GoneError

    def reset(self) -> NoReturn:
        """End the connection by a TCP reset."""
        self._note("S", b"(reset)")
        self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._client.close()
        raise GoneError

    def interrupt(self) -> None:
        """Wake whatever blocks in another thread; for the server's end."""
        with contextlib.suppress(OSError):
            self._client.shutdown(socket.SHUT_RDWR)

    def discard(self) -> None:
        """Free the socket."""
        self._client.close()

    def _send(self, data: bytes) -> None:
        if self._tls is None:
            self._to_socket(data)
            return
        try:
            self._tls.write(data)
        except ssl.SSLError:
            self._leave()
        self._flush()

    def _receive(self) -> bytes:
        data = self._from_socket() if self._tls is None else self._decrypted(self._tls)
        self.received += data
        self._unread += data
        return data

    def _shook_hands(self, tls: ssl.SSLObject) -> bool:
        try:
            tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError as error:
            self._note("TLS", str(error).encode())
            self._flush()  # the alert, which a reset must not overtake
            self.close(notify=False)
        return True

    def _decrypted(self, tls: ssl.SSLObject) -> bytes:
        try:
            return tls.read(_CHUNK)
        except ssl.SSLWantReadError:
            data = self._from_socket()
            self._from_client.write(data)
            return self._decrypted(tls) if data else b""
        except ssl.SSLError:
            # close_notify, or an alert: a TLS 1.3 client refuses a certificate when the server's handshake is over.
            return b""

    def _flush(self, every: float = 0.0) -> None:
        data = self._to_client.read()
        if every <= 0:
            self._to_socket(data)
            return
        for byte in data:
            self._to_socket(bytes([byte]))
            self.pause(every)

    def _to_socket(self, data: bytes) -> None:
        try:
            self._client.sendall(data)
        except OSError:
            self._leave()

    def _from_socket(self) -> bytes:
        try:
            return self._client.recv(_CHUNK)
        except OSError:
            self._leave()

    def _leave(self) -> NoReturn:
        raise GoneError from None

    def _note(self, who: str, data: bytes) -> None:
        if len(self.transcript) < _TRANSCRIPT_LIMIT:
            text = data[:100].decode("ascii", "backslashreplace").replace("\r\n", "⏎")
            self.transcript.append(f"{who}: {text}{'…' if len(data) > 100 else ''}")

r"""A server that plays a script on each connection: for what no well-behaved mail server would do.

    with ScriptedServer([send(b"220 hi\r\n"), answer(b"EHLO", b"250 me\r\n"), hang()]) as server: ...

A script is a step or a list of them; a step is any function that takes the connection (a `Wire`), so that a test may
write its own where the vocabulary below ends. Several scripts are for successive connections; the last one is for all
that follow.
"""

from __future__ import annotations

import contextlib
import functools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from mailservers.wire import GoneError, ScriptFaultError, Wire

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

Step = Callable[[Wire], None]
Script = Step | Sequence[Step]
Answer = bytes | Step | Sequence[bytes | Step]

GREETING = b"220 scripted.example.test ESMTP\r\n"


class ScriptedServer:
    """A TCP server on loopback, with a thread for each connection, running from `__enter__` to `__exit__`.

    When a script has ended, its connection is closed in good order. When the server is stopped every script ends at
    once, wherever it is. A script that fails (`ScriptFaultError` of an `expect`, or any other error of a step) makes
    `__exit__` raise an AssertionError, unless the test has failed already.

    Args:
        scripts: one for every connection, or one for each of the first ones.
        tls_context: what `start_tls()` and a `serve` with STARTTLS use. A script for implicit TLS begins with
            `start_tls()`.
        host: `127.0.0.1` or `::1`.
    """

    def __init__(self, *scripts: Script, tls_context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        if not scripts:
            raise ValueError("ScriptedServer needs at least one script.")
        self.host = host
        self.port = 0
        self.wires: list[Wire] = []
        self.faults: list[str] = []
        self._scripts = scripts
        self._tls_context = tls_context
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def connections(self) -> int:
        """How many connections were accepted."""
        return len(self.wires)

    @property
    def received(self) -> list[bytes]:
        """What the client sent, decrypted, by connection."""
        return [bytes(wire.received) for wire in self.wires]

    @property
    def transcript(self) -> str:
        """What was said on all connections, a line each, shortened."""
        return "\n".join(f"[{wire.number}] {line}" for wire in self.wires for line in wire.transcript)

    def wait_until_idle(self, timeout_seconds: float = 5.0) -> None:
        """Return when every script has ended, so that what a client sent last (QUIT) is recorded.

        Raises:
            TimeoutError: a script is still running after the timeout.
        """
        end = time.monotonic() + timeout_seconds
        for thread in self._threads[1:]:
            thread.join(max(0.0, end - time.monotonic()))
            if thread.is_alive():
                raise TimeoutError(f"A script still runs after {timeout_seconds} s:\n{self.transcript}")

    def __enter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        listener = socket.create_server((self.host, 0), family=family, backlog=128)
        self.port = listener.getsockname()[1]
        self._start(functools.partial(self._accept, listener))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            socket.create_connection((self.host, self.port), timeout=5).close()  # wakes the accept
        self._threads[0].join()
        for wire in self.wires:
            wire.interrupt()
        for thread in self._threads:
            thread.join()
        if self.faults and error is None:
            raise AssertionError("\n".join([*self.faults, self.transcript]))

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=f"scripted server on port {self.port}")
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        with listener:
            while True:
                client, _ = listener.accept()
                if self._stopping.is_set():
                    client.close()
                    return
                wire = Wire(client, len(self.wires), self._stopping, self._tls_context)
                self.wires.append(wire)
                self._start(functools.partial(self._play, wire))

    def _play(self, wire: Wire) -> None:
        try:
            script = self._scripts[min(wire.number, len(self._scripts) - 1)]
            for step in [script] if callable(script) else script:
                step(wire)
            wire.close()
        except GoneError:
            pass
        except ScriptFaultError as fault:
            self.faults.append(f"Connection {wire.number}: {fault}")
        except Exception as error:  # noqa: BLE001 - whatever a test's step raises is shown when the server is stopped
            self.faults.append(f"Connection {wire.number}: {type(error).__name__}: {error}")
        finally:
            wire.discard()


class Crowd:
    """A server's answer to MAIL that counts how many wait for it at once.

    Args:
        expected: how many should be there; each is answered a moment after so many were, so that more would be seen.
        seconds: how long that moment is.
    """

    def __init__(self, expected: int, seconds: float = 0.05) -> None:
        self.most = 0
        self._expected = expected
        self._seconds = seconds
        self._now = 0
        self._changed = threading.Condition()

    def __call__(self, wire: Wire) -> None:
        with self._changed:
            self._now += 1
            self.most = max(self.most, self._now)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.most >= self._expected, timeout=3)
        wire.pause(self._seconds)
        with self._changed:
            self._now -= 1
        wire.send(b"250 2.1.0 OK\r\n")


def send(data: bytes) -> Step:
    """Send the bytes as they are, line end and all."""
    return lambda wire: wire.send(data)


def greet() -> Step:
    """An ordinary greeting."""
    return send(GREETING)


def drip(data: bytes, every: float = 0.5) -> Step:
    """Send a byte every so many seconds."""
    return lambda wire: wire.drip(data, every)


def endless(pattern: bytes, limit: int | None = None) -> Step:
    """Send the pattern for ever (or up to `limit` bytes), as fast as it goes."""
    return lambda wire: wire.endless(pattern, limit)


def huge_line(size: int, start: bytes = b"220 ") -> Step:
    """Send one line of `size` bytes and its line end."""

    def play(wire: Wire) -> None:
        wire.send(start)
        wire.endless(b"x", size - len(start))
        wire.send(b"\r\n")

    return play


def pause(seconds: float) -> Step:
    """Wait."""
    return lambda wire: wire.pause(seconds)


def hang() -> Step:
    """Say nothing more until the client leaves."""
    return lambda wire: wire.hang()


def close(*, notify: bool = True) -> Step:
    """End the connection in good order; without `notify`, TLS isn't told."""
    return lambda wire: wire.close(notify=notify)


def reset() -> Step:
    """End the connection by a TCP reset."""
    return lambda wire: wire.reset()


def start_tls(context: ssl.SSLContext | None = None, every: float = 0.0) -> Step:
    """Shake hands; `every` > 0: a byte of the server's every so many seconds."""
    return lambda wire: wire.start_tls(context, every)


def expect(start: bytes) -> Step:
    """Read a line that has to begin so, whether in capitals or not."""

    def play(wire: Wire) -> None:
        wire.expect(start)

    return play


def answer(start: bytes, reply: bytes) -> Step:
    """`expect`, then `send`."""

    def play(wire: Wire) -> None:
        wire.expect(start)
        wire.send(reply)

    return play


def echo(code: bytes = b"500 ") -> Step:
    """Send the code and the last line that the client sent."""
    return lambda wire: wire.send(code + wire.line + b"\r\n")


def serve(
    answers: Mapping[str, Answer] | None = None, extensions: Sequence[str] = (), name: str = "scripted.example.test"
) -> Step:
    """Answer commands until QUIT, as a mail server that accepts everything, but for `answers`.

    Their keys are the beginnings of commands in capitals (`"AUTH PLAIN"` goes before `"AUTH"`), `"."` the end of a
    message. An answer is bytes (a missing line end is added), a step, or a sequence of these, one for each time, the
    last for all that follow. `extensions` are EHLO lines; with a STARTTLS among them the server's `tls_context` is
    used.
    """

    def introduce(wire: Wire) -> None:
        lines = [name, *(line for line in extensions if not (line == "STARTTLS" and wire.tls_version))]
        wire.send("".join(f"250{' ' if line is lines[-1] else '-'}{line}\r\n" for line in lines).encode())

    usual: dict[str, Answer] = {
        "EHLO": introduce,
        "STARTTLS": _agree_to_tls,
        "AUTH": b"235 2.7.0 Authentication successful",
        "DATA": b"354 End data with <CR><LF>.<CR><LF>",
        "QUIT": _say_goodbye,
        "": b"500 5.5.2 Command unknown",
        **dict.fromkeys(("HELO", "MAIL", "RCPT", "RSET", "NOOP", "."), b"250 2.0.0 OK"),
    }

    def play(wire: Wire) -> None:
        # By connection: successive answers begin anew with each.
        left = {start: _as_list(reply) for start, reply in {**usual, **(answers or {})}.items()}

        def reply_to(command: str) -> bytes | Step:
            start = max((start for start in left if command.startswith(start)), key=len)
            return left[start].pop(0) if len(left[start]) > 1 else left[start][0]

        while True:
            command = wire.read_line().decode("ascii", "replace").upper()
            reply = reply_to(command if command != "." else "")
            _give(wire, reply)
            if command.startswith("DATA") and isinstance(reply, bytes) and reply.startswith(b"354"):
                wire.read_message()
                _give(wire, reply_to("."))

    return play


def _give(wire: Wire, reply: bytes | Step) -> None:
    if isinstance(reply, bytes):
        wire.send(reply if reply.endswith(b"\n") else reply + b"\r\n")
    else:
        reply(wire)


def _as_list(reply: Answer) -> list[bytes | Step]:
    return [reply] if isinstance(reply, bytes) or callable(reply) else list(reply)


def _agree_to_tls(wire: Wire) -> None:
    if wire.tls_context is None or wire.tls_version:
        wire.send(b"502 5.5.1 TLS is not available\r\n")
        return
    wire.send(b"220 2.0.0 Ready to start TLS\r\n")
    wire.start_tls()


def _say_goodbye(wire: Wire) -> None:
    wire.send(b"221 2.0.0 Bye\r\n")
    wire.close()

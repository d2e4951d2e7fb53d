"""A delay line: a way from a client to a server on one machine that takes as long as one through the world.

``open_delay_line`` gives the best line that the machine allows: packets held back in a network namespace of its own
(Linux, as root or with user namespaces), else a TCP relay, which says of itself that it cannot delay the handshake.
Nothing outside the processes that are started through the line changes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from abc import ABC, abstractmethod
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING

from held_packets import DIAL_ADDRESS, LISTEN_ADDRESS

if TYPE_CHECKING:
    from typing_extensions import Self

_HERE = Path(__file__).resolve().parent


class NoDelayLineError(OSError):
    """The machine does not allow this kind of delay line; the text says what was refused."""


def _first_line(process: subprocess.Popen[str]) -> str:
    stream: IO[str] | None = process.stdout
    assert stream is not None
    return stream.readline().strip()


def _end(process: subprocess.Popen[str]) -> None:
    """End one of our programs by ending its standard input, and wait for it."""
    try:
        process.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


class DelayLine(ABC):
    """Where servers listen, where clients dial, and how a program is put on the line.

    Attributes:
        round_trip_seconds: what the line takes there and back.
        delays_handshake: whether the TCP handshake is delayed too; if not, a measurement adds a round trip for it.
        description: one clause for a table.
        listen_address: the address that a server binds to, at the far end; dialled, it is reached without delay.
        dial_host: the address that clients dial to reach it over the line, with the port that ``dial`` gives.
    """

    delays_handshake: bool
    description: str
    listen_address: str
    dial_host: str

    def __init__(self, round_trip_ms: float) -> None:
        self.round_trip_seconds = round_trip_ms / 1000
        self._programs = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._programs.close()

    def _start(self, program: str, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, str(_HERE / program), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._programs.callback(_end, process)
        return process

    @abstractmethod
    def command(self, *command: str) -> list[str]:
        """Return the command that runs ``command`` on the line; for the servers and for the clients."""

    @abstractmethod
    def dial(self, port: int) -> tuple[str, int]:
        """Return the address and port that lead through the line to a server's ``port``."""


class PacketLine(DelayLine):
    """Packets held back in a network namespace: what a real distance does, the TCP handshake included."""

    delays_handshake = True
    description = "every packet held back between two ends of the kernel's TCP, TCP handshake included"
    listen_address = LISTEN_ADDRESS
    dial_host = DIAL_ADDRESS

    def __init__(self, round_trip_ms: float, *, user_namespace: bool | None = None) -> None:
        """Make the namespace.

        Args:
            round_trip_ms: milliseconds there and back.
            user_namespace: whether to make a user namespace too; by default unless root.

        Raises:
            NoDelayLineError: where the machine does not allow it.
        """
        super().__init__(round_trip_ms)
        if user_namespace is None:
            user_namespace = not hasattr(os, "geteuid") or os.geteuid() != 0
        options = ["--user-namespace"] if user_namespace else []
        self._forwarder = self._start("held_packets.py", "forward", "--round-trip-ms", str(round_trip_ms), *options)
        answer = _first_line(self._forwarder)
        if answer != "ready":
            self._programs.close()
            raise NoDelayLineError(answer)

    def command(self, *command: str) -> list[str]:
        """Run ``command`` in the namespace."""
        return [sys.executable, str(_HERE / "held_packets.py"), "join", str(self._forwarder.pid), "--", *command]

    def dial(self, port: int) -> tuple[str, int]:
        """Dial the address that lies behind the device; the port is the server's own."""
        return self.dial_host, port


class RelayLine(DelayLine):
    """Bytes held back by a TCP relay: for machines where no namespace can be made."""

    delays_handshake = False
    description = (
        "bytes held back by a TCP relay; it cannot delay the TCP handshake, which is counted as one round trip "
        "instead, nor acknowledgements, so that what Nagle's algorithm costs is not seen"
    )
    listen_address = "127.0.0.1"
    dial_host = "127.0.0.1"

    def __init__(self, round_trip_ms: float) -> None:
        super().__init__(round_trip_ms)
        self._round_trip_ms = round_trip_ms
        self._relays: dict[int, int] = {}

    def command(self, *command: str) -> list[str]:
        """Run ``command`` as it is: the relay is dialled from anywhere."""
        return list(command)

    def dial(self, port: int) -> tuple[str, int]:
        """Dial the relay of that port; the first call starts it."""
        if port not in self._relays:
            relay = self._start("relay.py", "--round-trip-ms", str(self._round_trip_ms), "--to", str(port))
            self._relays[port] = int(_first_line(relay))
        return self.dial_host, self._relays[port]


def open_delay_line(round_trip_ms: float) -> DelayLine:
    """Return the best delay line that this machine allows; use it as a context manager."""
    try:
        return PacketLine(round_trip_ms)
    except NoDelayLineError:
        return RelayLine(round_trip_ms)

"""One point in time by which everything has to end: names, addresses, TLS, every reply."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Clock: TypeAlias = Callable[[], float]
"""A clock that only runs forward, in seconds."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point in time on a clock that only runs forward.

    Attributes:
        ends: When it passes, in seconds of the clock.
        clock: The clock.
    """

    ends: float
    clock: Clock = time.monotonic

    @classmethod
    def within(cls, seconds: float, clock: Clock = time.monotonic) -> Deadline:
        """Return the deadline so many seconds from now."""
        return cls(clock() + seconds, clock)

    def left(self) -> float:
        """Return the seconds that are left; never below 0."""
        return max(0.0, self.ends - self.clock())

    def part(self, seconds: float) -> Deadline:
        """Return the deadline so many seconds from now, or this one where it passes earlier."""
        return Deadline(min(self.ends, self.clock() + seconds), self.clock)

    def wait_for(self, sock: socket.socket, *, writable: bool = False) -> bool:
        """Wait until a socket can be read from (or written to).

        Returns:
            False where the deadline passed before.
        """
        poller = select.poll()
        poller.register(sock, select.POLLOUT if writable else select.POLLIN)
        left = self.left()
        # At least a millisecond, since less would be a busy loop for the last of them.
        return left > 0 and bool(poller.poll(max(1, left * 1000)))

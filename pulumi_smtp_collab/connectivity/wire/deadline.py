"""One point in time by which everything has to end: names, addresses, TLS, every reply."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from pulumi_smtp_collab.model.progress import Cancel

Clock: TypeAlias = Callable[[], float]
"""A clock that only runs forward, in seconds."""

_ASK_AGAIN_SECONDS = 0.2
"""How long is waited at a stretch where somebody may cancel: an event can't be waited for beside a socket."""


class CancelledError(Exception):
    """Whoever ran the test has ended it."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point in time on a clock that only runs forward, before which somebody may cancel.

    Attributes:
        ends: When it passes, in seconds of the clock.
        clock: The clock.
        cancel: What ends every wait early; None where nobody can.
    """

    ends: float
    clock: Clock = time.monotonic
    cancel: Cancel | None = None

    @classmethod
    def within(cls, seconds: float, clock: Clock = time.monotonic, cancel: Cancel | None = None) -> Deadline:
        """Return the deadline so many seconds from now."""
        return cls(clock() + seconds, clock, cancel)

    def left(self) -> float:
        """Return the seconds that are left; never below 0."""
        return max(0.0, self.ends - self.clock())

    def part(self, seconds: float) -> Deadline:
        """Return the deadline so many seconds from now, or this one where it passes earlier."""
        return Deadline(min(self.ends, self.clock() + seconds), self.clock, self.cancel)

    def raise_if_cancelled(self) -> None:
        """Return if nobody has cancelled.

        Raises:
            CancelledError: Somebody has.
        """
        if self.cancel is not None and self.cancel.is_set():
            raise CancelledError

    def stretches(self) -> Iterator[float]:
        """Return the seconds to wait for, one after the other, until the deadline passes.

        Raises:
            CancelledError: Somebody has cancelled, before a stretch or between two.
        """
        while (left := self.left()) > 0:
            self.raise_if_cancelled()
            yield self.stretch(left)
            if self.cancel is None:
                return

    def stretch(self, seconds: float) -> float:
        """Return how much of so many seconds may be waited before ``raise_if_cancelled`` is called again."""
        return seconds if self.cancel is None else min(seconds, _ASK_AGAIN_SECONDS)

    def wait_for(self, sock: socket.socket, *, writable: bool = False) -> bool:
        """Wait until a socket can be read from (or written to).

        Returns:
            False where the deadline passed before.

        Raises:
            CancelledError: Somebody has cancelled.
        """
        poller = select.poll()
        poller.register(sock, select.POLLOUT if writable else select.POLLIN)
        # At least a millisecond, since less would be a busy loop for the last of them.
        return any(poller.poll(max(1, seconds * 1000)) for seconds in self.stretches())

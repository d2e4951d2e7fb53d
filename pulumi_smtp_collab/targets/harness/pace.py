"""How often and how long apart a request is repeated: bounded, with full jitter, as the server asks."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timezone
from email.utils import parsedate_to_datetime

_CROWDED = 8


@dataclass(frozen=True, slots=True)
class Pace:
    """The limits of repetition. Times are in seconds.

    Attributes:
        attempts: How often a request is made at most.
        first_wait: The longest first wait; it doubles with each attempt.
        longest_wait: The longest wait that is our own choice.
        longest_retry_after: The longest wait that the server may ask for; where it asks for more, we give up.
        total: After this time no further attempt begins.
        sleep: Waits.
        clock: Gives a time that never goes back.
        wall_clock: Gives the time since 1970, for a Retry-After that is a date.
        chance: Gives a number from 0 to 1.
    """

    attempts: int = 4
    first_wait: float = 0.5
    longest_wait: float = 8.0
    longest_retry_after: float = 60.0
    total: float = 150.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    wall_clock: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random

    def wait_before_next(
        self, attempt: int, started: float, retry_after: str | None = None, *, crowded: bool = False
    ) -> float | None:
        """Return how long to wait before the next attempt; None to give up.

        Args:
            attempt: How many attempts were made.
            started: When the first began, by the clock.
            retry_after: The header of that name (RFC 9110, section 10.2.3): seconds or a date.
            crowded: Whether too many requests were made (429): without a Retry-After, waits are longer then, as
                Harness counts by the minute.
        """
        if attempt >= self.attempts:
            return None
        asked = None if retry_after is None else self._seconds(retry_after)
        if asked is not None and asked > self.longest_retry_after:
            return None
        longest = min(self.longest_wait, self.first_wait * 2 ** (attempt - 1))
        jittered = self.chance() * longest * (_CROWDED if crowded and asked is None else 1)
        # On top of what the server asks for, so that all who were told the same don't come back at once.
        wait = jittered if asked is None else asked + min(jittered, 1.0)
        return None if self.clock() + wait - started > self.total else wait

    def _seconds(self, retry_after: str) -> float | None:
        text = retry_after.strip()
        if text.isascii() and text.isdigit():
            return float(text[:9])
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        return max(0.0, moment.timestamp() - self.wall_clock())

"""What a test takes from its machine: time, chance, names. One place, so that all of it can be another's."""

from __future__ import annotations

import random
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone

from pulumi_smtp_collab.connectivity.wire.deadline import Clock
from pulumi_smtp_collab.connectivity.wire.names import Resolver, ask_resolver
from pulumi_smtp_collab.model.hosts import address_literal

_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_QUALIFIED = re.compile(rf"(?!localhost\.)({_LABEL}\.)+(?=[A-Za-z]){_LABEL}")


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine that a test runs on.

    Attributes:
        clock: A clock that only runs forward, in seconds.
        sleep: Waits for so many seconds.
        now: The time of day (UTC, aware).
        chance: A number from 0 up to the given one.
        resolver: Gives the addresses of a name.
        name: The name of the machine.
    """

    clock: Clock = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = _utc_now
    chance: Callable[[float], float] = field(default=lambda most: random.uniform(0, most))  # noqa: S311 - no secret
    resolver: Resolver = ask_resolver
    name: str = field(default_factory=socket.gethostname)

    def ehlo_name(self, local_ip: str) -> str:
        """Return what this machine calls itself in EHLO (RFC 5321, section 4.1.4).

        Never asks the DNS, as ``socket.getfqdn`` would: where that hangs, no deadline ends it.

        Args:
            local_ip: The address of this machine that the connection comes from.
        """
        if _QUALIFIED.fullmatch(self.name):
            return self.name
        return address_literal(local_ip.partition("%")[0])

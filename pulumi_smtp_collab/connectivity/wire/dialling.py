"""Connecting to whichever address of a host answers first (RFC 8305, section 5), in one thread."""

from __future__ import annotations

import errno
import os
import select
import socket
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from pulumi_smtp_collab.connectivity.failure import FailedAddress, Failure, StageFailed
from pulumi_smtp_collab.connectivity.wire.deadline import Deadline
from pulumi_smtp_collab.connectivity.wire.names import Address
from pulumi_smtp_collab.model.report import AddressResult

SPACING_SECONDS = 0.25
"""How long an address may hang before the next one is started beside it (RFC 8305, section 5)."""

_IN_PROGRESS = (errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EINTR)
# The connection stood, and was reset before it was looked at: a port that nobody listens on says ECONNREFUSED.
_BROKEN_OFF = (errno.ECONNRESET, errno.EPIPE)


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection that stands; its socket does not block.

    Attributes:
        sock: The socket; who takes it closes it.
        address: Where it leads to.
        addresses: What became of each address.
    """

    sock: socket.socket
    address: Address
    addresses: tuple[AddressResult, ...]


def dial(addresses: Sequence[Address], deadline: Deadline) -> Connection:
    """Connect to the first of the addresses that answers; the others are closed.

    Raises:
        StageFailed: No address answered in time.
    """
    race = _Race(addresses, deadline)
    try:
        return race.run()
    finally:
        race.end()


class _Race:
    def __init__(self, addresses: Sequence[Address], deadline: Deadline) -> None:
        self._deadline = deadline
        self._addresses = addresses
        self._waiting = deque(addresses)
        self._started: dict[Address, float] = {}
        self._failed: dict[Address, FailedAddress] = {}
        self._running: dict[Address, socket.socket] = {}
        self._by_number: dict[int, Address] = {}
        self._poller = select.poll()

    def run(self) -> Connection:
        next_start = 0.0
        while self._waiting or self._running:
            self._deadline.raise_if_cancelled()
            now = self._deadline.clock()
            if now >= self._deadline.ends:
                break
            if self._waiting and (not self._running or now >= next_start):
                self._start(self._waiting.popleft())
                next_start = now + SPACING_SECONDS
                continue
            until = min(self._deadline.ends, next_start) if self._waiting else self._deadline.ends
            # At least a millisecond, since less would be a busy loop for the last of them.
            for number, _ in self._poller.poll(max(1.0, self._deadline.stretch(until - now) * 1000)):
                winner = self._outcome(self._by_number[number])
                if winner is not None:
                    return winner
        raise StageFailed(Failure("connect", "unreachable", addresses=tuple(self._failures())))

    def end(self) -> None:
        for sock in self._running.values():
            sock.close()

    def _start(self, address: Address) -> None:
        self._started[address] = self._deadline.clock()
        try:
            sock = socket.socket(address.family, socket.SOCK_STREAM)
        except OSError as error:  # a machine without IPv6
            self._fail(address, error)
            return
        self._running[address] = sock
        sock.setblocking(False)
        # Else EHLO waits behind TLS Finished for an acknowledgement: one round trip more.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        number = sock.connect_ex(address.where)
        if number not in (0, *_IN_PROGRESS):
            self._fail(address, OSError(number, os.strerror(number)))
            return
        self._by_number[sock.fileno()] = address
        self._poller.register(sock, select.POLLOUT)

    def _outcome(self, address: Address) -> Connection | None:
        sock = self._running[address]
        self._poller.unregister(sock)
        number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number and number not in _BROKEN_OFF:
            self._fail(address, OSError(number, os.strerror(number)))
            return None
        del self._running[address]
        return Connection(sock, address, tuple(self._result(each, address) for each in self._addresses))

    def _fail(self, address: Address, error: OSError) -> None:
        self._failed[address] = FailedAddress(str(address), error, self._elapsed_ms(address))
        sock = self._running.pop(address, None)
        if sock is not None:
            sock.close()

    def _failures(self) -> list[FailedAddress]:
        unanswered = TimeoutError(errno.ETIMEDOUT, "no answer")
        untried = TimeoutError(errno.ETIMEDOUT, "not tried, the time was used up")
        return [
            self._failed.get(address)
            or FailedAddress(
                str(address), unanswered if address in self._started else untried, self._elapsed_ms(address)
            )
            for address in self._addresses
        ]

    def _result(self, address: Address, winner: Address) -> AddressResult:
        if address in self._failed:
            return address_result(self._failed[address])
        if address == winner:
            outcome = "connected"
        elif address in self._started:
            outcome = "no answer before another one connected"
        else:
            outcome = "not needed"
        return AddressResult(address=str(address), outcome=outcome, duration_ms=self._elapsed_ms(address))

    def _elapsed_ms(self, address: Address) -> int:
        started = self._started.get(address)
        return 0 if started is None else round((self._deadline.clock() - started) * 1000)


def address_result(failed: FailedAddress) -> AddressResult:
    """Return what the report says of an address that could not be connected to."""
    reason = failed.error.strerror or type(failed.error).__name__
    return AddressResult(address=failed.address, outcome=reason, duration_ms=failed.duration_ms)

"""From a host to its addresses, under a deadline, in the order in which they are to be tried."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, TypeAlias

from pulumi_smtp_collab.connectivity.failure import Failure, StageFailed
from pulumi_smtp_collab.connectivity.wire.deadline import Deadline
from pulumi_smtp_collab.model.connectivity_test import AddressFamily
from pulumi_smtp_collab.model.hosts import endpoint

Resolver: TypeAlias = Callable[[str, int, int], Sequence[tuple[Any, ...]]]
"""Takes a host, a port and a socket family and gives what ``socket.getaddrinfo`` gives."""

_Answer: TypeAlias = Sequence[tuple[Any, ...]] | Exception

_FAMILIES: dict[AddressFamily, socket.AddressFamily] = {
    "any": socket.AF_UNSPEC,
    "ipv4": socket.AF_INET,
    "ipv6": socket.AF_INET6,
}


@dataclass(frozen=True, slots=True)
class Address:
    """An address to connect to, as the socket module wants it."""

    family: int
    where: tuple[Any, ...]

    @property
    def ip(self) -> str:
        """The IP address alone."""
        return str(self.where[0])

    def __str__(self) -> str:
        return endpoint(self.ip, self.where[1])


def ask_resolver(host: str, port: int, family: int) -> Sequence[tuple[Any, ...]]:
    """Ask the operating system."""
    return socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)


def resolve(
    host: str, port: int, family: AddressFamily, deadline: Deadline, resolver: Resolver = ask_resolver
) -> list[Address]:
    """Return the addresses of a host in the order of RFC 8305, section 4: the families take turns.

    Raises:
        StageFailed: There is no such name, it has no address of this family, the resolver refused, or it did not
            answer in time.
    """
    literal = _literal(host, port)
    if literal is not None:
        wanted = _FAMILIES[family]
        if wanted in (socket.AF_UNSPEC, literal.family):
            return [literal]
        raise StageFailed(Failure("dns", "name", error=socket.gaierror(socket.EAI_ADDRFAMILY, "another family")))
    found = _ask_in_time(host, port, _FAMILIES[family], deadline, resolver)
    unique = dict.fromkeys(
        Address(entry[0], entry[4]) for entry in found if entry[0] in (socket.AF_INET, socket.AF_INET6)
    )
    if not unique:
        raise StageFailed(Failure("dns", "name", error=socket.gaierror(socket.EAI_NONAME, "no address")))
    return _interleaved(list(unique))


def _literal(host: str, port: int) -> Address | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.inet_pton(family, host.partition("%")[0])
    except OSError:
        return None
    if "%" in host:  # the resolver knows the number of a scope (RFC 4007, section 11)
        return Address(family, socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4])
    return Address(family, (host, port, 0, 0) if family == socket.AF_INET6 else (host, port))


def _ask_in_time(
    host: str, port: int, family: int, deadline: Deadline, resolver: Resolver
) -> Sequence[tuple[Any, ...]]:
    """Ask in a daemon thread: the resolver can't be interrupted, and an executor would wait for it at exit."""
    answers: queue.SimpleQueue[_Answer] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolver(host, port, family))
        except UnicodeError as error:  # Python's own codec refuses a label before anybody is asked
            answers.put(socket.gaierror(socket.EAI_NONAME, str(error)))
        except Exception as error:  # noqa: BLE001 - it belongs to the thread that waits
            answers.put(error)

    threading.Thread(target=ask, name="smtp-collab name look-up", daemon=True).start()
    answer = _taken_in_time(answers, deadline)
    if isinstance(answer, OSError):
        raise StageFailed(Failure("dns", "name", error=answer)) from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _taken_in_time(answers: queue.SimpleQueue[_Answer], deadline: Deadline) -> _Answer:
    for seconds in deadline.stretches():
        with suppress(queue.Empty):
            return answers.get(timeout=seconds)
    raise StageFailed(Failure("dns", "deadline", awaited="the resolver's answer"))


def _interleaved(addresses: list[Address]) -> list[Address]:
    first = addresses[0].family
    ours = [address for address in addresses if address.family == first]
    others = [address for address in addresses if address.family != first]
    return [address for pair in zip_longest(ours, others) for address in pair if address is not None]

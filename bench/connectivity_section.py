"""The connectivity test's figures as the section of a page: four tables, and above them what made them."""

from __future__ import annotations

import os
import platform
import ssl
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, TypeAlias

from clients import ONE_BY_ONE_TASKS, OURS, TASKS, Task, versions
from cost import THREADS
from document import table
from memory import LIMIT_BYTES, LIMIT_SECONDS
from round_trips import WITH_QUIT

RoundTrips: TypeAlias = Mapping[str, Mapping[str, float]]
"""By client, then by task."""

POSTFIX_TASKS = tuple(task for task in TASKS if task.kind != "plain" and task.check != "sender")
"""What is measured against Postfix: logins, which it takes over TLS, and the whole check."""

_CHECKS = {
    "none": "Until the last of these is answered: EHLO, or AUTH where there is a login",
    "sender": "With the sender checked too (MAIL FROM)",
    "recipient": "With sender and recipient checked too (MAIL FROM, RCPT TO)",
}


@dataclass(frozen=True)
class Results:
    """What was measured, as the programs of the bench print it.

    Attributes:
        command: the command that made it all.
        line: what the delay line delays, as a clause.
        handshake_counted: whether a round trip was added for a TCP handshake that the line did not delay.
        round_trip_ms: the line's round trip.
        rounds: how often round trips were measured.
        runs: how often the time per test was measured.
        round_trips: by client and task.
        postfix: the same against Postfix, or as a clause why it was not measured.
        milliseconds: by client and task.
        per_second: by client and task.
        memory: by client, then "plain" and "flood": bytes, seconds, end.
    """

    command: str
    line: str
    handshake_counted: bool
    round_trip_ms: float
    rounds: int
    runs: int
    round_trips: RoundTrips
    postfix: RoundTrips | str | None
    milliseconds: Mapping[str, Mapping[str, float]]
    per_second: Mapping[str, Mapping[str, float]]
    memory: Mapping[str, Mapping[str, Mapping[str, Any]]]


def _label(client: str) -> str:
    return f"**{client}**" if client == OURS else client


def machine() -> str:
    """Return the machine that measured, in a clause."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB of memory, {platform.system()} {platform.release().split('-')[0]} "
        f"({platform.machine()}), Python {sys.version.split()[0]}, {ssl.OPENSSL_VERSION}"
    )


def _base_name(task: Task) -> str:
    return task.name.removesuffix(f", {task.check}")


def _round_trip_table(tasks: Sequence[Task], round_trips: RoundTrips, *, added: int) -> str:
    rows = [["*floor*", *(f"*{task.floor}*" for task in tasks)]]
    for client, figures in round_trips.items():
        counts = [(figures[task.name] + added, task.floor) for task in tasks]
        rows.append([_label(client), *(f"{count:.2f} ({count / floor:.2f})" for count, floor in counts)])
    return table(["client", *map(_base_name, tasks)], rows)


def _round_trips(results: Results) -> str:
    added = 1 if results.handshake_counted else 0
    parts = [
        "### Round trips\n\n"
        f"Wall time divided by the delay line's round trip of {results.round_trip_ms:g} ms ({results.line}), the "
        f"median of {results.rounds}; in brackets the ratio to the floor. The floor counts the TCP handshake, the "
        "TLS 1.3 handshake and each flight that has to wait for an answer; sender and recipient share one flight, "
        "since the relay offers PIPELINING (RFC 2920). Ours is timed from call to return: it sends QUIT and does not "
        "wait. Of the others, one row ends before QUIT and one after QUIT's answer; of swaks, a program, the same run "
        "at no delay is taken off, so that its start is not counted."
    ]
    for check, title in _CHECKS.items():
        tasks = [task for task in TASKS if task.check == check]
        parts.append(f"{title}:\n\n{_round_trip_table(tasks, results.round_trips, added=added)}")
    parts.append(
        "With the sender checked, by a relay that offers no PIPELINING (QUIT alone takes the sender back):\n\n"
        + _round_trip_table(ONE_BY_ONE_TASKS, results.round_trips, added=added)
    )
    parts.append("### Round trips against Postfix")
    if results.postfix is None or isinstance(results.postfix, str):
        parts.append(f"Not measured on this machine: {results.postfix}.")
    else:
        parts.append(
            "As above, the relay a Postfix with Cyrus SASL. After a TLS 1.3 handshake Postfix sends its session "
            "tickets and then its next reply, which Nagle's algorithm holds back on its side until the tickets are "
            "acknowledged: one round trip above the floor that no client can save. What a client can save is the delay "
            "of that acknowledgement (up to 40 ms on Linux; TCP_QUICKACK)."
        )
        for check, title in _CHECKS.items():
            if tasks := [task for task in POSTFIX_TASKS if task.check == check]:
                parts.append(f"{title}:\n\n{_round_trip_table(tasks, results.postfix, added=added)}")
    return "\n\n".join(parts)


def _milliseconds(results: Results) -> str:
    everyone = [client for client in results.milliseconds if client != OURS]
    measured = {client: results.milliseconds[client] for client in everyone}
    ours = results.milliseconds.get(OURS, {})
    rows = []
    for task in TASKS:
        row = [task.name]
        row += [f"**{ours[task.name]:.2f}**" if ours else "not measured"]
        for client in everyone:
            its = measured[client][task.name]
            row.append(f"{its:.2f} ({ours[task.name] / its:.2f})" if ours else f"{its:.2f}")
        rows.append(row)
    return (
        "### Time of a test at no delay\n\n"
        f"Milliseconds from call to return over the loopback device, the median of {results.runs} runs, the clients "
        "taking turns, the relay in a process of its own; in brackets how many times that ours takes. The others wait "
        "for QUIT's answer, as they do in use. Our arguments are made and checked once, before, and our TLS context is "
        "kept from test to test; smtplib is measured in both ways, with a context for each test, as its documentation "
        "shows, and with one that is kept.\n\n"
        "In plain text ours takes one to some tenths of a millisecond longer than smtplib. No single place costs it: "
        "a profile spreads it over what smtplib does not do. Every reply is read within a limit of bytes and up to the "
        "deadline, and what the server said is scrubbed where it enters; the credentials are taken out of all that is "
        "kept of it, in the forms that a login has; a refused login is remembered by an HMAC of the password, so that "
        "it is not sent twice; and each stage leaves a record with its time. Over a network it is lost in the first "
        "round trip.\n\n" + table(["test", _label(OURS), *everyone], rows)
    )


def _per_second(results: Results) -> str:
    tasks = [task for task in TASKS if task.check == "none"]
    rows = [
        [_label(client), *(f"{figures[task.name]:.0f}" for task in tasks)]
        for client, figures in results.per_second.items()
    ]
    return (
        f"### Tests per second, {THREADS} threads\n\n"
        "In one process, our limit of tests at once for one relay raised; the relay shares the same cores.\n\n"
        + table(["client", *(task.name for task in tasks)], rows)
    )


def _memory(results: Results) -> str:
    rows = []
    for client, figures in results.memory.items():
        usual, flood = figures["plain"], figures["flood"]
        more = (flood["bytes"] - usual["bytes"]) / 1e6
        megabytes = [f"{figure['bytes'] / 1e6:.0f}" for figure in (usual, flood)]
        rows.append([_label(client), *megabytes, f"{more:+.1f}", flood["end"]])
    header = ["client", "usual test, MB", "endless greeting, MB", "difference, MB", "how it ended"]
    return (
        "### Memory under a greeting without end\n\n"
        "Peak resident size of a process of its own that does one test (getrusage): of a relay that behaves, and of "
        f"one whose `220-` greeting never ends. What bounds nothing is stopped by the bench at "
        f"{LIMIT_BYTES // 1_000_000} MB or after {LIMIT_SECONDS:.0f} s, whichever is first.\n\n" + table(header, rows)
    )


def render(results: Results) -> str:
    """Return the section as Markdown."""
    now = datetime.now(timezone.utc)
    named = ", ".join(
        f"{client} ({said})"
        for client, said in versions().items()
        if client in results.memory or any(row.removesuffix(WITH_QUIT) == client for row in results.round_trips)
    )
    return "\n\n".join(
        (
            "## The connectivity test",
            f"Made by `{results.command}` on {now:%Y-%m-%d}. The machine: {machine()}. Compared with: {named}.",
            _round_trips(results),
            _milliseconds(results),
            _per_second(results),
            _memory(results),
        )
    )

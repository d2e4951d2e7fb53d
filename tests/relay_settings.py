"""Settings for the tests' servers, and a test on a machine whose clock, chance and resolver are the test's."""

from __future__ import annotations

import socket
from typing import Any, Protocol

from pulumi_smtp_collab import ConnectivityReport, ConnectivityTest, SmtpSettings
from pulumi_smtp_collab.connectivity.machine import Machine
from pulumi_smtp_collab.connectivity.plan import Plan
from pulumi_smtp_collab.connectivity.run import report_on
from pulumi_smtp_collab.connectivity.server_gate import Gate

PASSWORD = "correct horse battery"


class Listening(Protocol):
    """A server of the tests."""

    port: int


def settings_for(server: Listening, **arguments: Any) -> SmtpSettings:
    """Settings for a server on this machine; the arguments go before what is given here."""
    return SmtpSettings(**{"host": "localhost", "port": server.port, "from_address": "from@example.test", **arguments})


def login(password: str = PASSWORD) -> dict[str, str]:
    """The arguments of a login."""
    return {"username": "user", "password": password}


def run_on(
    machine: Machine,
    settings: SmtpSettings,
    test: ConnectivityTest | None = None,
    *,
    gate: Gate | None = None,
    **plan: Any,
) -> ConnectivityReport:
    """Run a test on a given machine, beside no other tests unless a gate is given.

    Args:
        machine: The machine.
        settings: The server's settings.
        test: How to test; the defaults where it is left out.
        gate: The other tests.
        plan: What else the plan says: ``label``, ``secret_arguments``, ``on_stage``, ``cancel``.
    """
    return report_on(Plan.of(settings, test or ConnectivityTest(), machine, **plan), gate or Gate())


def resolved(*addresses: tuple[str, int]) -> Any:
    """A resolver that gives these addresses, with ports of their own, in this order."""

    def resolve(_host: str, _port: int, family: int) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        for ip, port in addresses:
            is_six = ":" in ip
            its = socket.AF_INET6 if is_six else socket.AF_INET
            if family in (socket.AF_UNSPEC, its):
                found.append((its, socket.SOCK_STREAM, 6, "", (ip, port, 0, 0) if is_six else (ip, port)))
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return found

    return resolve

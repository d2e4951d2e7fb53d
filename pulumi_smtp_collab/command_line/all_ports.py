"""What a host speaks on the usual ports, without credentials, and the lines to write for the best of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import rich_click as click
from rich.text import Text

from pulumi_smtp_collab.command_line.connection import TestPlan, plan_of, split_host
from pulumi_smtp_collab.command_line.exit_codes import ExitCode, exit_code_of
from pulumi_smtp_collab.command_line.hanging import print_hanging
from pulumi_smtp_collab.command_line.options import ConnectionOptions
from pulumi_smtp_collab.command_line.passwords import PasswordSource
from pulumi_smtp_collab.command_line.program_lines import (
    Declaration,
    configuration_lines,
    declaration_lines,
    server_arguments,
)
from pulumi_smtp_collab.command_line.running import InterruptedRun, Work
from pulumi_smtp_collab.command_line.terminal import FAILED, FAINT, PASSED, WARNING, Stream
from pulumi_smtp_collab.connectivity import run_connectivity_test
from pulumi_smtp_collab.model.report import ConnectivityReport

PORTS = (25, 465, 587, 2525)
_IMPLICIT = 465
_DEADLINE_SECONDS = 10.0
_PREFERRED = (465, 587, 2525, 25)
"""RFC 8314, section 3: TLS from the start goes before STARTTLS, and submission before relay."""


@dataclass(frozen=True, slots=True)
class PortLook:
    """What one port showed.

    Attributes:
        port: The port.
        report: The report of a test to the depth tls, without a login.
        implicit: Whether the look began with TLS.
    """

    port: int
    report: ConnectivityReport
    implicit: bool

    @property
    def tls_mode(self) -> str | None:
        """The TLS mode that works here; none for plain SMTP; None where nothing does."""
        if self.report.passed:
            return "implicit" if self.implicit else "starttls"
        diagnosis = self.report.diagnosis
        return "none" if diagnosis is not None and diagnosis.code == "starttls-not-offered" else None

    @property
    def words(self) -> str:
        """What it speaks, in a few words."""
        server, diagnosis = self.report.server, self.report.diagnosis
        mode = self.tls_mode
        if mode == "none":
            return "SMTP without TLS"
        if mode is not None and server is not None:
            how = "TLS from the start" if mode == "implicit" else "STARTTLS"
            return f"{how}, {server.tls_version}, certificate verified{self._login()}"
        return f"{diagnosis.summary} [{diagnosis.code}]" if diagnosis is not None else "unknown"

    @property
    def logins(self) -> tuple[str, ...]:
        """The mechanisms of a login that it offers."""
        offered = (self.report.server.capabilities or ()) if self.report.server else ()
        return next((tuple(line.split()[1:]) for line in offered if line.upper().startswith("AUTH ")), ())

    def _login(self) -> str:
        return f", login by {' '.join(self.logins)}" if self.logins else ", no login offered"


def test_all_ports(connection: ConnectionOptions, *, as_json: bool) -> ExitCode:
    """Look at every port and print what each speaks, then the lines for a program.

    Returns:
        That all is well where one of the ports can be used with TLS; else the class of the best port's failure.

    Raises:
        click.UsageError: A port was given, or an option is wrong.
    """
    if connection.host is None:
        raise click.UsageError("HOST is missing: the SMTP server, such as smtp.example.com.")
    if split_host(connection.host)[1] is not None:
        raise click.UsageError("--all-ports takes HOST without a port.")
    if connection.connect_to is not None:
        raise click.UsageError("--all-ports goes without --connect-to, which leads to one port alone.")
    out = Stream.of(sys.stdout)
    looks = look_at_all(connection, told=out.is_terminal and not as_json)
    best = best_of(looks)
    if as_json:
        ports = [{"port": look.port, "tlsMode": look.tls_mode, "report": look.report.to_wire()} for look in looks]
        sys.stdout.write(json.dumps({"ports": ports, "recommended": best and best.port}, indent=2) + "\n")
    else:
        _show(looks, best, connection, out)
    return ExitCode.DONE if best is not None else failure_of(looks)


def look_at_all(connection: ConnectionOptions, *, told: bool) -> list[PortLook]:
    """Look at the usual ports of a host side by side.

    Args:
        connection: The host, and how it is reached.
        told: Whether standard error says so, since it may take some seconds.

    Raises:
        click.UsageError: An option is wrong.
        InterruptedRun: By ^C.
    """
    return look_at(connection, [(port, port == _IMPLICIT) for port in PORTS], told=told)


def look_at(connection: ConnectionOptions, ports: Sequence[tuple[int, bool]], *, told: bool) -> list[PortLook]:
    """Look at ports of a host side by side, as `look_at_all` does.

    Args:
        connection: The host without a port, and how it is reached.
        ports: The ports, each with whether TLS is to begin at once.
        told: Whether standard error says so.
    """
    plans = [(_plan(connection, port, implicit=implicit), implicit) for port, implicit in ports]
    if told:
        shown = ", ".join(str(port) for port, _ in ports)
        sys.stderr.write(f"Looking at {connection.host}, port{'s' if len(ports) > 1 else ''} {shown} …\n")
    work = Work(lambda _: _look_at(plans))
    try:
        return work.result()
    except KeyboardInterrupt:
        raise InterruptedRun(f"Interrupted while looking at the ports of {connection.host}.") from None


def failure_of(looks: Sequence[PortLook]) -> ExitCode:
    """Return the class of the failure, where no port can be used: that of the first one at which a server answered."""
    return exit_code_of(next((look.report for look in looks if look.report.server), looks[-1].report))


def best_of(looks: Sequence[PortLook]) -> PortLook | None:
    """Return the port to use: one with TLS, or None."""
    usable = {look.port: look for look in looks if look.tls_mode in {"implicit", "starttls"}}
    return next((usable[port] for port in _PREFERRED if port in usable), None)


def _plan(connection: ConnectionOptions, port: int, *, implicit: bool) -> TestPlan:
    host = connection.host or ""
    shown = f"[{host}]" if host.count(":") > 1 and not host.startswith("[") else host
    looked = replace(
        connection,
        host=f"{shown}:{port}",
        ssl=implicit,
        start_tls=not implicit,
        allow_plaintext_login=False,
        username=None,
        password_source=PasswordSource(),
        depth="tls",
        recipient=None,
        attempts=1,
        settle=None,
        second_look="off",
        deadline=connection.deadline or _DEADLINE_SECONDS,
    )
    return plan_of(looked)


def _look_at(plans: Sequence[tuple[TestPlan, bool]]) -> list[PortLook]:
    with ThreadPoolExecutor(len(plans)) as pool:
        reports = pool.map(lambda each: run_connectivity_test(each[0].settings, each[0].test), plans)
        return [
            PortLook(plan.settings.port, report, implicit)
            for (plan, implicit), report in zip(plans, reports, strict=True)
        ]


def show_looks(looks: Sequence[PortLook], out: Stream) -> None:
    """Print a line for each port: whether it can be used, and what it speaks."""
    console = out.console()
    for look in looks:
        mode = look.tls_mode
        style, word = {"none": (WARNING, "bare"), None: (FAILED, "no")}.get(mode, (PASSED, "yes"))
        line = Text(f"{look.port:>5}  ")
        line.append(f"{word:<5}", style=f"bold {style}")
        line.append(look.words)
        print_hanging(console, line, out.width)


def _show(looks: Sequence[PortLook], best: PortLook | None, connection: ConnectionOptions, out: Stream) -> None:
    show_looks(looks, out)
    console = out.console()
    console.print()
    if best is None:
        console.print(Text("No port of this host can be used with TLS from this machine."), soft_wrap=True)
        return
    host = looks[0].report.host
    declared = Declaration(
        server_arguments(host, best.tls_mode or "", best.port, connection.from_address, connection.username)
    )
    console.print(Text(f"Write in the program (port {best.port}):"))
    for text in [*declaration_lines(declared), *configuration_lines(declared)]:
        console.print(Text(f"  {text}", style=FAINT if text.startswith("pulumi ") else ""), soft_wrap=True)

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
from pulumi_smtp_collab.command_line.program_lines import Declaration, configuration_lines, python_lines
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
    """

    port: int
    report: ConnectivityReport

    @property
    def tls_mode(self) -> str | None:
        """The TLS mode that works here; none for plain SMTP; None where nothing does."""
        if self.report.passed:
            return "implicit" if self.port == _IMPLICIT else "starttls"
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

    def _login(self) -> str:
        offered = (self.report.server.capabilities or ()) if self.report.server else ()
        methods = next((line.split()[1:] for line in offered if line.upper().startswith("AUTH ")), [])
        return f", login by {' '.join(methods)}" if methods else ", no login offered"


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
    plans = [_plan(connection, port) for port in PORTS]
    out = Stream.of(sys.stdout)
    if out.is_terminal and not as_json:
        sys.stderr.write(f"Looking at {connection.host}, ports {', '.join(map(str, PORTS))} …\n")
    work = Work(lambda _: _look_at(plans))
    try:
        looks = work.result()
    except KeyboardInterrupt:
        raise InterruptedRun(f"Interrupted while looking at the ports of {connection.host}.") from None
    best = best_of(looks)
    if as_json:
        ports = [{"port": look.port, "tlsMode": look.tls_mode, "report": look.report.to_wire()} for look in looks]
        sys.stdout.write(json.dumps({"ports": ports, "recommended": best and best.port}, indent=2) + "\n")
    else:
        _show(looks, best, connection, out)
    if best is not None:
        return ExitCode.DONE
    return exit_code_of(next((look.report for look in looks if look.report.server), looks[-1].report))


def best_of(looks: Sequence[PortLook]) -> PortLook | None:
    """Return the port to use: one with TLS, or None."""
    usable = {look.port: look for look in looks if look.tls_mode in {"implicit", "starttls"}}
    return next((usable[port] for port in _PREFERRED if port in usable), None)


def _plan(connection: ConnectionOptions, port: int) -> TestPlan:
    host = connection.host or ""
    shown = f"[{host}]" if host.count(":") > 1 and not host.startswith("[") else host
    looked = replace(
        connection,
        host=f"{shown}:{port}",
        ssl=port == _IMPLICIT,
        start_tls=port != _IMPLICIT,
        username=None,
        password_source=PasswordSource(),
        depth="tls",
        attempts=1,
        second_look="off",
        deadline=connection.deadline or _DEADLINE_SECONDS,
        connect_to=None,
    )
    return plan_of(looked)


def _look_at(plans: Sequence[TestPlan]) -> list[PortLook]:
    with ThreadPoolExecutor(len(plans)) as pool:
        reports = pool.map(lambda plan: run_connectivity_test(plan.settings, plan.test), plans)
        return [PortLook(plan.settings.port, report) for plan, report in zip(plans, reports, strict=True)]


def _show(looks: Sequence[PortLook], best: PortLook | None, connection: ConnectionOptions, out: Stream) -> None:
    console = out.console()
    for look in looks:
        mode = look.tls_mode
        style, word = {"none": (WARNING, "bare"), None: (FAILED, "no")}.get(mode, (PASSED, "yes"))
        line = Text(f"{look.port:>5}  ")
        line.append(f"{word:<5}", style=f"bold {style}")
        line.append(look.words)
        print_hanging(console, line, out.width)
    console.print()
    if best is None:
        console.print(Text("No port of this host can be used with TLS from this machine."), soft_wrap=True)
        return
    host = looks[0].report.host
    declared = Declaration(host, best.tls_mode or "", best.port, connection.from_address, connection.username)
    console.print(Text(f"Write in the program (port {best.port}):"))
    for text in [*python_lines(declared), *configuration_lines(declared)]:
        console.print(Text(f"  {text}", style=FAINT if text.startswith("pulumi ") else ""), soft_wrap=True)

"""`smtp-collab status` on a terminal and in a pipe."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pulumi_smtp_collab.command_line.exit_codes import ExitCode
from pulumi_smtp_collab.command_line.fleet import Fleet, FleetRow, SavedFleet, age_of, fleet_of, read_stacks
from pulumi_smtp_collab.command_line.fleet_formats import as_html, as_json, as_junit, days_of, password_of
from pulumi_smtp_collab.command_line.hanging import print_hanging
from pulumi_smtp_collab.command_line.picture import svg_of, write_file
from pulumi_smtp_collab.command_line.running import InterruptedRun, Work
from pulumi_smtp_collab.command_line.stacks import Project
from pulumi_smtp_collab.command_line.terminal import FAILED, FAINT, PASSED, WARNING, Stream

_STYLES = {"passed": PASSED, "failed": FAILED, "notTested": WARNING}
_WIDE = 100
_PICTURE = 150


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at, and how.

    Attributes:
        stacks: The names of the stacks; all of the project where there are none.
        all_projects: Whether those of every project of the backend are meant.
        retest: Whether all are tested now.
    """

    stacks: Sequence[str]
    all_projects: bool = False
    retest: bool = False


def show_status(
    project: Project, look: Look, *, check: bool, as_format: str, html: Path | None, svg: Path | None, quiet: bool
) -> ExitCode:
    """Show what the stacks hold.

    Args:
        project: The project.
        look: What is looked at, and how.
        check: Whether something to look at is a failure.
        as_format: table, json or junit.
        html: The file for the page; None for none.
        svg: The file for the picture; None for none.
        quiet: Whether nothing is printed.

    Returns:
        That all is well, or with ``check`` that something deserves a look.
    """
    progress = _Progress(len(look.stacks))

    def read(_: threading.Event) -> SavedFleet:
        names = list(look.stacks) or project.stacks(all_projects=look.all_projects)
        progress.total = len(names)
        return read_stacks(project, names, progress.step, secrets=look.retest)

    try:
        saved = Work(read).result()
    except KeyboardInterrupt:
        raise InterruptedRun(f"Interrupted after {progress.done} of {progress.total} stacks.") from None
    finally:
        progress.end()
    retests = None
    if look.retest:
        from pulumi_smtp_collab.command_line.fleet_retests import retest

        retests = retest(saved.providers, silent=quiet)
    fleet = fleet_of(saved, datetime.now(timezone.utc), retests)
    if html is not None:
        write_file(html, as_html(fleet, f"SMTP providers of {project.folder.resolve().name}"), "--html")
    if svg is not None:
        write_file(svg, svg_of([_table(fleet), "", *_below(fleet)], width=_PICTURE), "--svg")
    if not quiet:
        if as_format == "table":
            _show(fleet)
        else:
            sys.stdout.write(as_json(fleet) if as_format == "json" else as_junit(fleet))
    return fleet.exit_code if check else ExitCode.DONE


class _Progress:
    """How many stacks were read, on a terminal's last line of standard error."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self._shown = sys.stderr.isatty()
        self._lock = threading.Lock()

    def step(self, stack: str) -> None:
        """Count a stack."""
        with self._lock:
            self.done += 1
            if self._shown:
                sys.stderr.write(f"\r\x1b[KReading stacks: {self.done} of {self.total} ({stack})")
                sys.stderr.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._shown and self.done:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _show(fleet: Fleet) -> None:
    stream = Stream.of(sys.stdout)
    console = stream.console()
    if not fleet.rows and not fleet.unread:
        console.print("No stack holds a provider.", soft_wrap=True)
        return
    if stream.width is not None and stream.width < _WIDE:
        for row in fleet.rows:
            _show_narrow(console, row, fleet, stream.width)
    elif fleet.rows:
        console.print(_table(fleet))
    below = list(_below(fleet))
    if below:
        console.print()
    for line in below:
        print_hanging(console, line, stream.width)


def _below(fleet: Fleet) -> Iterator[Text]:
    """Return the lines below the table: what deserves a look, in words."""
    for row in fleet.rows:
        for text in row.findings:
            yield _labelled("To look at", WARNING, f"{row.stack}/{row.provider}: {text}")
    for row in fleet.rows:
        for name in row.drift:
            text = f"{row.stack}/{row.provider}: its {name} ({getattr(row, name)}) differs from that of most stacks."
            yield _labelled("Differs", WARNING, text)
    for stack, why in fleet.unread:
        yield _labelled("Not read", FAILED, f"{stack}: {why}")


def _table(fleet: Fleet) -> Table:
    table = Table(box=None, pad_edge=False, header_style=FAINT, expand=False)
    for heading in (
        "stack",
        "provider",
        "server",
        "TLS",
        "from",
        "verified",
        "age",
        "certificate",
        "password",
        "next up",
    ):
        table.add_column(heading, overflow="fold")
    for row in fleet.rows:
        table.add_row(
            row.stack,
            row.provider,
            row.host or "[secret]",
            f"{row.tls or '[secret]'}{'*' if 'tls' in row.drift else ''}",
            row.sender or "[secret]",
            Text(row.status, style=_STYLES.get(row.status, "")),
            age_of(row.checked_at, fleet.now),
            "" if row.certificate_days is None else days_of(row.certificate_days),
            password_of(row),
            row.next_up,
        )
    return table


def _show_narrow(console: Console, row: FleetRow, fleet: Fleet, width: int) -> None:
    title = Text.assemble((f"{row.stack}/{row.provider}  ", "bold"), (row.status, _STYLES.get(row.status, "")))
    console.print(title)
    certificate = "" if row.certificate_days is None else f", certificate {days_of(row.certificate_days)}"
    _line(console, "Server", FAINT, f"{row.host or '[secret]'}, {row.tls or '[secret]'}", width)
    _line(console, "From", FAINT, row.sender or "[secret]", width)
    password = f", password {password_of(row)}" if password_of(row) else ""
    verified = f"{age_of(row.checked_at, fleet.now)}{certificate}{password}; {row.next_up}"
    _line(console, "Verified", FAINT, verified, width)


def _line(console: Console, label: str, style: str, text: str, width: int | None) -> None:
    print_hanging(console, _labelled(label, style, text), width)


def _labelled(label: str, style: str, text: str) -> Text:
    return Text.assemble((f"{label:<12}", style), text)

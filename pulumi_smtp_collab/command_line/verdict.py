"""The end of a test's output: the verdict, its cause and fix, the warnings, and what was not proven."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from rich.text import Text

from pulumi_smtp_collab.command_line.terminal import FAILED, FAINT, PASSED, WARNING
from pulumi_smtp_collab.command_line.waterfall import time_of
from pulumi_smtp_collab.command_line.wording import Wording
from pulumi_smtp_collab.model.hosts import endpoint

if TYPE_CHECKING:
    from pulumi_smtp_collab.model.report import ConnectivityReport, ServerFacts

_LABEL = 12


def verdict(report: ConnectivityReport, wording: Wording, *, now: datetime | None = None) -> Iterator[Text]:
    """Return the lines, each of which may be wrapped.

    Args:
        report: What was found.
        wording: How arguments are named: as a program or as the command line calls them.
        now: The moment that a certificate's days are counted from.
    """
    where = endpoint(report.host, report.port)
    took = time_of(report.duration_ms)
    diagnosis = report.diagnosis
    if report.status == "notTested":
        yield _line("NOT TESTED", WARNING, f"{where}: the mode is off.")
        return
    if diagnosis is None:
        yield _line("PASSED", PASSED, f"{where} passed the test to the depth {report.depth} in {took}.")
    else:
        yield _line("FAILED", FAILED, f"{where} failed at the stage {diagnosis.stage} after {took} [{diagnosis.code}].")
        yield _line("Seen", "", diagnosis.summary)
        yield _line("Fix", "bold", wording.of(diagnosis.advice))
        again = " It may pass by itself: try again later." if diagnosis.transient else ""
        yield _line("More", FAINT, f"smtp-collab explain {diagnosis.code}{'.' if again else ''}{again}")
    tls = _tls(report.server, now or datetime.now(timezone.utc))
    if tls:
        yield _line("TLS", "", tls)
    for warning in report.warnings:
        yield _line("Warning", WARNING, wording.of(warning))
    for sentence in report.not_proven:
        yield _line("Not proven", FAINT, wording.of(sentence))


def _line(label: str, style: str, text: str) -> Text:
    line = Text()
    line.append(f"{label:<{_LABEL}}", style=f"bold {style}".strip())
    line.append(text)
    return line


def _tls(server: ServerFacts | None, now: datetime) -> str:
    if server is None or server.tls_version is None:
        return ""
    text = f"{server.tls_version}, {server.cipher}"
    if server.certificate_not_after:
        days = days_left(server.certificate_not_after, now)
        names = ", ".join(server.certificate_names or ())
        text += f"; certificate for {names or server.certificate_subject}, {days} days left"
    return text


def days_left(not_after: str, now: datetime) -> int:
    """Return the whole days until a moment (RFC 3339); below 0 where it has passed."""
    end = datetime.fromisoformat(not_after.replace("Z", "+00:00"))
    return (end - now).days

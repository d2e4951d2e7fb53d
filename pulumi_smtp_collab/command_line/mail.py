"""From options to a mail, and what became of it."""

from __future__ import annotations

import json
import mimetypes
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import rich_click as click
from rich.text import Text

from pulumi_smtp_collab.command_line.connection import TestPlan, plan_of
from pulumi_smtp_collab.command_line.exit_codes import ExitCode, exit_code_of_diagnosis
from pulumi_smtp_collab.command_line.hanging import print_hanging
from pulumi_smtp_collab.command_line.options import ConnectionOptions
from pulumi_smtp_collab.command_line.running import InterruptedRun, Work
from pulumi_smtp_collab.command_line.terminal import FAILED, FAINT, PASSED, WARNING, Stream
from pulumi_smtp_collab.command_line.test_view import shown_live
from pulumi_smtp_collab.command_line.verdict import verdict
from pulumi_smtp_collab.connectivity import send_mail
from pulumi_smtp_collab.connectivity.mail_preparation import thread_id
from pulumi_smtp_collab.model.delivery import DeliveryReport

_DEADLINE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class MailOptions:
    """What was given about the mail, as it was given."""

    to: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    reply_to: str | None
    from_name: str | None
    subject: str
    body: Path | None
    html: Path | None
    attach: tuple[Path, ...]
    thread: str | None
    deadline: float | None
    stack: str | None
    resource: str | None
    cwd: Path | None

    @property
    def recipients(self) -> tuple[str, ...]:
        """Everybody who gets it."""
        return self.to + self.cc + self.bcc


def send(connection: ConnectionOptions, mail: MailOptions, *, as_json: bool, quiet: bool) -> ExitCode:
    """Send the mail and show what became of it.

    Raises:
        click.UsageError: An option is missing or wrong.
    """
    if not mail.recipients:
        raise click.UsageError("--to is missing: who gets the mail.")
    if mail.body is None and mail.html is None:
        raise click.UsageError("--body is missing: the file with the text, or - for standard input (or give --html).")
    if str(mail.body) == "-" and connection.password_source.stdin:
        raise click.UsageError("--body - and --password-stdin exclude each other: both read standard input.")
    wanted = replace(
        connection, depth="message", recipient=mail.recipients[0], deadline=mail.deadline or _DEADLINE_SECONDS
    )
    plan = _plan_of(wanted, mail)
    try:
        message = message_of(mail, plan.settings.from_address)
        report = _run(plan, message, mail.recipients, silent=as_json or quiet)
    except ValueError as error:
        raise click.UsageError(_in_options(str(error))) from None
    if as_json:
        sys.stdout.write(json.dumps(report.to_wire(), indent=2, ensure_ascii=False) + "\n")
    elif not quiet:
        _show(plan, report)
    if report.status == "partial":
        return ExitCode.PARTIAL
    return exit_code_of_diagnosis(report.diagnosis)


def _plan_of(connection: ConnectionOptions, mail: MailOptions) -> TestPlan:
    if mail.stack is None:
        if mail.resource is not None or mail.cwd is not None:
            raise click.UsageError("--stack is missing: --resource and --cwd go with it.")
        return plan_of(connection)
    from pulumi_smtp_collab.command_line.stack_tests import plans_of
    from pulumi_smtp_collab.command_line.stacks import Project

    plans = plans_of(Project(mail.cwd or Path.cwd()), mail.stack, mail.resource, connection)
    if len(plans) > 1:
        raise click.UsageError(f"--resource is missing: the stack {mail.stack} has {len(plans)} providers.")
    return plans[0]


def message_of(mail: MailOptions, sender: str) -> EmailMessage:
    """Return the mail.

    Raises:
        ValueError: A header or a file can't be right; the message names the option.
    """
    message = EmailMessage()
    message["From"] = Address(display_name=mail.from_name or "", addr_spec=sender)
    for name, option, value in (
        ("Subject", "--subject", mail.subject),
        ("To", "--to", ", ".join(mail.to)),
        ("Cc", "--cc", ", ".join(mail.cc)),
        ("Reply-To", "--reply-to", mail.reply_to),
    ):
        if value:
            try:
                message[name] = value
            except ValueError:
                raise ValueError(f"{option}: it holds a line break.") from None
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834, section 5: no out-of-office note answers it
    if mail.thread is not None:
        root = thread_id(mail.thread, sender)
        message["In-Reply-To"] = root
        message["References"] = root
    if mail.body is not None:
        message.set_content(_text_of(mail.body, "--body"))
        if mail.html is not None:
            message.add_alternative(_text_of(mail.html, "--html"), subtype="html")
    elif mail.html is not None:
        message.set_content(_text_of(mail.html, "--html"), subtype="html")
    for path in mail.attach:
        kind, encoding = mimetypes.guess_type(path.name)
        main, _, sub = (kind if kind and not encoding else "application/octet-stream").partition("/")
        if main == "text":
            main, sub = "application", "octet-stream"  # as it is, whatever its encoding
        message.add_attachment(path.read_bytes(), maintype=main, subtype=sub, filename=path.name)
    return message


def _text_of(path: Path, option: str) -> str:
    raw = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{option}: the file is no UTF-8 text.") from None


def _run(plan: TestPlan, message: EmailMessage, recipients: Sequence[str], *, silent: bool) -> DeliveryReport:
    with shown_live(plan, silent=silent) as timeline:
        work = Work(
            lambda cancel: send_mail(
                plan.settings,
                message,
                list(recipients),
                plan.test,
                label=plan.label,
                secret_arguments=plan.secret_arguments,
                on_stage=timeline,
                cancel=cancel,
            )
        )
        try:
            return work.result()
        except KeyboardInterrupt:
            where = f" at {timeline.where}" if timeline.where else ""
            taken = " The server may have taken the mail." if timeline.where == "message" else " No mail was sent."
            raise InterruptedRun(f"Interrupted{where}, after {timeline.seconds:.1f} s.{taken}") from None


def _show(plan: TestPlan, report: DeliveryReport) -> None:
    stream = Stream.of(sys.stdout)
    console = stream.console()
    console.print()
    if report.diagnosis is not None:
        lines = list(verdict(report.connectivity, plan.wording))
        if report.status == "unknown":
            text = "The mail was handed over and no answer came: the server may have taken it. Nothing was repeated."
            lines.append(Text.assemble((f"{'Unknown':<12}", f"bold {WARNING}"), text))
    else:
        taken = len(report.recipients) - len(report.refused)
        word, style = ("SENT", PASSED) if report.sent else ("PARTIAL", WARNING)
        text = f"The server took the mail for {taken} of {len(report.recipients)} recipients: {report.reply}"
        lines = [Text.assemble((f"{word:<12}", f"bold {style}"), text)]
        for each in report.refused:
            lines.append(Text.assemble((f"{'Refused':<12}", f"bold {FAILED}"), f"{each.address}: {each.reply}"))
        lines.append(Text.assemble((f"{'Message-ID':<12}", FAINT), report.message_id))
        lines.append(
            Text.assemble((f"{'Not proven':<12}", FAINT), "Whether it reaches the mailbox, or is filed as spam.")
        )
    for line in lines:
        print_hanging(console, line, stream.width)


def _in_options(text: str) -> str:
    return text.replace("recipients: ", "--to, --cc, --bcc: ", 1).replace("message: ", "", 1)

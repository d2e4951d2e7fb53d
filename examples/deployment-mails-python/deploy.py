"""Runs `up` of a stack with mails around it: the changes to the approvers, the outcome to the environment's group."""

import argparse
import sys
import time
from datetime import datetime, timezone
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import mails
from pulumi import automation

from pulumi_smtp_collab import SmtpSettings, send_mail


def settings_of(folder: Path, stack: str) -> SmtpSettings:
    """The mail server that another stack has tested and keeps: its outputs, the password decrypted for this process."""
    outputs = automation.select_stack(stack, work_dir=str(folder)).outputs()
    known = {name: output.value for name, output in outputs.items()}
    missing = [name for name in ("smtpHost", "smtpPort", "smtpTls", "fromAddress") if name not in known]
    if missing:
        sys.exit(f"The stack {stack} of {folder} exports no {', '.join(missing)}: see examples/environments-python.")
    tls = known["smtpTls"]
    return SmtpSettings(
        host=known["smtpHost"],
        port=int(known["smtpPort"]),
        ssl=tls == "implicit",
        start_tls=tls == "starttls",
        from_address=known["fromAddress"],
        username=known.get("smtpUsername"),
        password=known.get("smtpPassword"),
        ca_certificates=known.get("caCertificates"),
    )


class Thread:
    """The mails of one deployment: one conversation, whoever gets which."""

    def __init__(self, settings: SmtpSettings, subject: str) -> None:
        self.settings = settings
        self.subject = subject
        self.first: str | None = None

    def send(self, to: list[str], content: tuple[str, str]) -> bool:
        mail: EmailMessage = mails.message(self.subject, to, content, self.first)
        report = send_mail(self.settings, mail)
        if report.diagnosis is None:
            self.first = self.first or report.message_id
        else:
            print(report, file=sys.stderr)
        for refused in report.refused if report.diagnosis is None else ():
            print(f"{refused.address} does not get the mail: {refused.reply}", file=sys.stderr)
        return report.diagnosis is None


def approved(name: str) -> bool:
    """Wait for the answer at the terminal; nothing but the stack's name is a yes."""
    try:
        return input(f"Approved? Type the stack's name ({name}) to deploy: ").strip() == name
    except EOFError:
        print("\nNobody is there to answer, and --approve was not given.", file=sys.stderr)
        return False


def deploy(given: argparse.Namespace) -> int:
    stack = automation.select_stack(given.stack, work_dir=str(given.project))
    name = f"{stack.workspace.project_settings().name}/{given.stack}"
    settings = settings_of(given.mail_project, given.mail_stack or given.stack)
    thread = Thread(settings, f"{name}, {datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC")

    plan, start = mails.Watch(), time.monotonic()
    try:
        stack.preview(color="never", on_output=print, on_event=plan)
    except automation.CommandError:
        thread.send(given.group, mails.failed_mail(name, "preview", time.monotonic() - start, plan.diagnostics))
        return 1
    if not plan.changes:
        print("Nothing to deploy, and no mail to send.")
        return 0
    how = "Deployed without waiting (--approve)." if given.approve else "It waits for the answer at its terminal."
    asked = thread.send(given.approvers, mails.changes_mail(name, plan.changes, how))
    if not given.approve:
        if not asked:
            print("Nothing was deployed, as the approvers could not be asked.", file=sys.stderr)
            return 1
        if not approved(given.stack):
            thread.send(given.approvers, mails.declined_mail(name, "Nothing was deployed."))
            return 1

    run, start = mails.Watch(), time.monotonic()
    try:
        done = stack.up(color="never", on_output=print, on_event=run)
    except automation.CommandError:
        thread.send(given.group, mails.failed_mail(name, "up", time.monotonic() - start, run.diagnostics))
        return 1
    summary = {str(kind): count for kind, count in (done.summary.resource_changes or {}).items()}
    outputs = mails.shown_outputs(done.outputs)
    # The deployment has succeeded, whatever becomes of its mail.
    thread.send(given.group, mails.done_mail(name, summary, time.monotonic() - start, outputs))
    return 0


def address(given: str) -> str:
    """A mail address, or the end before anything is done."""
    try:
        return Address(addr_spec=given).addr_spec
    except (ValueError, HeaderParseError):
        raise argparse.ArgumentTypeError(f"{given!r} is no mail address") from None


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path, help="the folder of the project to deploy")
    parser.add_argument("--stack", required=True, help="its stack")
    parser.add_argument("--mail-project", type=Path, required=True, help="the folder of the project with the provider")
    parser.add_argument("--mail-stack", help="its stack; the same name where it is left out")
    parser.add_argument(
        "--approvers", nargs="+", type=address, required=True, metavar="ADDRESS", help="who gets the changes"
    )
    parser.add_argument(
        "--group", nargs="+", type=address, required=True, metavar="ADDRESS", help="who gets the outcome"
    )
    parser.add_argument("--approve", action="store_true", help="tell the approvers, and don't wait for an answer")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(deploy(arguments()))

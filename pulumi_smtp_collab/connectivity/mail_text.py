"""The mail of the depth message: it says by itself that it is a test, whose and why, and that nobody has to act."""

from __future__ import annotations

import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, make_msgid

from pulumi_smtp_collab._version import __version__
from pulumi_smtp_collab.model.mailboxes import split_mailbox

_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


def subject_of(label: str) -> str:
    """Return the subject of a test mail, whoever sends it.

    Args:
        label: What is tested.
    """
    return f"[test] SMTP check, no action needed: {' '.join(label.split())}"


def test_mail(*, sender: str, recipient: str, label: str, server: str, machine: str, now: datetime) -> bytes:
    """Return the mail as DATA takes it, leading dots doubled, without the final one (RFC 5321, section 4.5.2).

    Args:
        sender: The From address.
        recipient: The To address.
        label: What is tested, as the subject names it.
        server: The host and port that the mail is handed to.
        machine: The machine that hands it over.
        now: The moment (aware).
    """
    international = not (sender + recipient).isascii()
    mail = EmailMessage(SMTPUTF8 if international else SMTP)
    mail["From"] = sender
    mail["To"] = recipient
    mail["Subject"] = subject_of(label)
    mail["Date"] = format_datetime(now)
    domain = split_mailbox(sender)[1]
    # With a domain, since without one it would be asked of the DNS.
    mail["Message-ID"] = make_msgid(domain=domain.strip("[]") if domain.isascii() else "smtp-collab.invalid")
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834, section 5: no out-of-office note answers it
    mail.set_content(
        "This mail is a test. Nobody has to do anything; it can be deleted.\n\n"
        f"What:  the SMTP settings of {label}\n"
        f"Who:   pulumi-smtp-collab {__version__} on the machine {machine}\n"
        f"Where: handed to {server}, from {sender} to {recipient}\n"
        f"When:  {now.strftime('%Y-%m-%d %H:%M:%S UTC')}\n"
        "Why:   the settings are tested with a real mail before they are saved, because the connectivity test was "
        'given the depth "message".\n',
        cte="quoted-printable",
    )
    return _LEADING_DOT.sub(b"..", mail.as_bytes())

"""`smtp-collab send`: a pipeline's mail arrives, and what the server said is told."""

from __future__ import annotations

import email
import email.policy
import json
from pathlib import Path

import pytest
from command_line_runs import Terminal, smtp_collab
from mailservers import Authority, MailServer

PASSWORD = "Kanarienvogel-7431/geheim+7"
FROM = "ci@example.test"


def read(server: MailServer, number: int = 0) -> email.message.EmailMessage:
    """A mail that the server took, as a mail client reads it."""
    mail = email.message_from_bytes(server.messages[number].content, policy=email.policy.default)
    assert isinstance(mail, email.message.EmailMessage)
    assert not mail.defects
    return mail


def test_a_mail_with_all_its_parts_arrives(authority: Authority, tmp_path: Path) -> None:
    """Text of standard input, HTML, a file, names in UTF-8, one conversation; the password stays secret."""
    (tmp_path / "mail.html").write_text("<p>läuft ✓</p>", encoding="utf-8")
    (tmp_path / "plan.txt").write_bytes(b"\xff\xfe changes")
    context = authority.server_context("localhost")
    with MailServer("starttls", context, credentials={"user": PASSWORD}, login_required=True) as server:
        given = [
            "send", f"localhost:{server.port}", "--start-tls", "--ca", str(authority.pem_path), "--from", FROM,
            "--username", "user", "--to", "ops@example.net", "--bcc", "audit@example.net", "--subject", "Läuft: 1.4",
            "--from-name", "Förderband", "--body", "-", "--html", str(tmp_path / "mail.html"),
            "--attach", str(tmp_path / "plan.txt"), "--thread", "shop/prod/17",
        ]  # fmt: skip
        more = {"SMTP_COLLAB_PASSWORD": PASSWORD}
        first = smtp_collab(*given, more=more, stdin="läuft\n")
        second = smtp_collab(*given, "--json", more=more, stdin="läuft\n")
        assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
        assert list(server.messages[0].recipients) == ["ops@example.net", "audit@example.net"]
        one, two = read(server), read(server, 1)
    assert one["Subject"] == "Läuft: 1.4"
    assert str(one["From"]) == "Förderband <ci@example.test>"
    assert one["Auto-Submitted"] == "auto-generated"
    assert one["Bcc"] is None
    plain, html = one.get_body(("plain",)), one.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().strip() == "läuft"
    assert "läuft ✓" in html.get_content()
    (attachment,) = one.iter_attachments()
    assert attachment.get_content() == b"\xff\xfe changes"
    assert one["References"] == two["References"] == one["In-Reply-To"]
    assert one["Message-ID"] != two["Message-ID"]
    assert "SENT        The server took the mail for 2 of 2 recipients: 250" in first.stdout
    report = json.loads(second.stdout)
    assert report["status"] == "sent"
    assert report["messageId"] == two["Message-ID"]
    assert PASSWORD not in first.stdout + first.stderr + second.stdout + second.stderr


def test_refused_recipients_are_named(tmp_path: Path) -> None:
    """Exit code 13 where some get it; the class of the failure where nobody does."""
    (tmp_path / "text").write_text("text", encoding="utf-8")
    with MailServer(refuse_recipient={"gone@example.net": "550 5.1.1 No such user"}) as server:
        given = ("send", f"localhost:{server.port}", "--from", FROM, "--subject", "s", "--body", str(tmp_path / "text"))
        some = smtp_collab(*given, "--to", "ops@example.net", "--to", "gone@example.net")
        nobody = smtp_collab(*given, "--to", "gone@example.net")
    assert some.returncode == 13
    assert "Refused     gone@example.net: 550 5.1.1 No such user" in some.stdout
    assert nobody.returncode == 8
    assert "[recipient-unknown]" in nobody.stdout


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--subject", "s", "--body", "/etc/hostname"], "--to is missing"),
        (["--subject", "s", "--to", "ops@example.net"], "--body is missing"),
        (["--to", "ops@example.net", "--body", "/etc/hostname"], "--subject"),
        (["--subject", "s\nBcc: x@example.net", "--to", "ops@example.net", "--body", "/etc/hostname"], "--subject: "),
        (["--subject", "s", "--to", "nobody", "--body", "/etc/hostname"], "must be a mail address"),
        (["--subject", "s", "--to", "ops@example.net", "--body", "/bin/sh"], "--body: the file is no UTF-8 text"),
        (["--subject", "s", "--to", "o@example.net", "--body", "-", "--password-stdin", "-u", "u"], "standard input"),
    ],
)
def test_bad_input_names_the_option(given: list[str], told: str) -> None:
    """Exit code 2 and one sentence, before anything is sent."""
    with MailServer() as server:
        done = smtp_collab("send", f"localhost:{server.port}", "--from", FROM, *given)
        assert server.connections == 0
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mail_is_watched_in_a_terminal() -> None:
    """At 80 columns: the picture down to the message, then what the server said."""
    with MailServer() as server, Terminal(80) as terminal:
        shown = terminal.run(
            f"smtp-collab send localhost:{server.port} --from {FROM} --to o@example.net --subject s "
            "--body /etc/hostname"
        )
    lines = shown.splitlines()
    assert lines[-1] == "ended with 0."
    assert any(line.startswith("message ") and "━" in line for line in lines)
    assert any(line.startswith("SENT        The server took the mail for 1 of 1 recipients") for line in lines)

"""`send_mail`: a mail arrives as RFC 5322 wants it, and what the server said of it is told."""

from __future__ import annotations

import email
import email.policy
import threading
from email.message import EmailMessage
from typing import Any

import pytest
from mailservers import Authority, MailServer, ScriptedServer, greet, serve
from pulumi_stack import secret_forms
from relay_settings import PASSWORD, login, settings_for

from pulumi_smtp_collab import ConnectivityTest, ConnectivityTestCancelled, DeliveryReport, send_mail
from pulumi_smtp_collab.connectivity.mail_preparation import thread_id

TO = "ops@example.net"


def a_mail(text: str = "Deployed.\n", **headers: str) -> EmailMessage:
    """A mail to TO, unless the headers say otherwise."""
    mail = EmailMessage()
    for name, value in {"To": TO, "Subject": "Deployment", **headers}.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def delivered(server: MailServer) -> EmailMessage:
    """The one mail that the server took, as a mail client reads it."""
    (message,) = server.messages
    read = email.message_from_bytes(message.content, policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    assert not read.defects
    return read


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_mail_arrives_over_tls_with_one_login(pipelining: bool, authority: Authority) -> None:
    """Through STARTTLS and a login to every recipient; From, Date and Message-ID are filled in, Bcc is not shown."""
    context = authority.server_context("localhost")
    with MailServer("starttls", context, credentials={"user": PASSWORD}, pipelining=pipelining) as server:
        mail = a_mail(Cc="cc@example.net", Bcc="bcc@example.net")
        report = send_mail(settings_for(server, start_tls=True, ca_certificates=authority.pem, **login()), mail)
        assert report.status == "sent", str(report)
        assert report.sent
        assert [each.address for each in report.recipients] == [TO, "cc@example.net", "bcc@example.net"]
        assert all(each.accepted and each.reply.startswith("250") for each in report.recipients)
        assert report.reply.startswith("250")
        assert list(server.messages[0].recipients) == [TO, "cc@example.net", "bcc@example.net"]
        assert server.logins == [("user", True)]
        assert server.connections == 1
        read = delivered(server)
    assert read["From"] == "from@example.test"
    assert read["Message-ID"] == report.message_id
    assert report.message_id.endswith("@example.test>")
    assert read["Date"].datetime is not None
    assert read["Bcc"] is None
    assert mail["From"] is None, "the caller's message is left as it is"
    assert mail["Bcc"] == "bcc@example.net"


def test_names_subjects_and_texts_of_any_language_survive() -> None:
    """Non-ASCII in names, subject, text, HTML and a file's name; long lines; leading dots; all in seven bits."""
    text = ".a dot\n..two\n" + "ä" * 3000 + "\nEnde ✓\n"
    mail = a_mail(
        text, Subject="Ausrollung «Prod» — läuft " + ("sehr " * 40).strip(), From="Bär Müller <from@example.test>"
    )
    mail.replace_header("To", f"Bär <{TO}>, Zoë <zoe@example.net>")
    mail.add_alternative("<p>läuft ✓</p>", subtype="html")
    mail.add_attachment(bytes(range(256)) * 40, maintype="application", subtype="octet-stream", filename="größe.bin")
    with MailServer() as server:
        assert send_mail(settings_for(server), mail).sent
        raw = server.messages[0].content
        read = delivered(server)
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.splitlines())
    assert read["Subject"] == mail["Subject"]
    assert read["From"].addresses[0].display_name == "Bär Müller"
    assert [each.display_name for each in read["To"].addresses] == ["Bär", "Zoë"]
    body = read.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == text.splitlines()
    (attachment,) = read.iter_attachments()
    assert attachment.get_filename() == "größe.bin"
    assert attachment.get_content() == bytes(range(256)) * 40


def test_some_refused_recipients_are_named_and_the_others_get_the_mail() -> None:
    """Partial success is no success and no failure: the report names who was refused and why."""
    with MailServer(refuse_recipient={"gone@example.net": "550 5.1.1 No such user"}, pipelining=True) as server:
        report = send_mail(settings_for(server), a_mail(), [TO, "gone@example.net"])
        assert list(server.messages[0].recipients) == [TO]
    assert report.status == "partial"
    assert not report.sent
    assert report.diagnosis is None
    assert [(each.address, each.accepted) for each in report.recipients] == [(TO, True), ("gone@example.net", False)]
    assert "gone@example.net" in str(report)
    assert "550 5.1.1 No such user" in str(report)


def test_a_mail_that_nobody_gets_has_a_diagnosis() -> None:
    """Every recipient refused, the sender refused, the mail refused: the stage, the cause and the fix."""

    def stage_of(**refusals: Any) -> tuple[str, str]:
        with MailServer(**refusals) as server:
            report = send_mail(settings_for(server), a_mail(), [TO, "two@example.net"])
            assert not server.messages
        assert report.status == "failed"
        assert not any(each.accepted for each in report.recipients)
        assert report.diagnosis is not None
        assert report.diagnosis.advice
        return report.diagnosis.stage, report.diagnosis.code

    assert stage_of(refuse_recipient="550 5.1.1 No such user") == ("recipient", "recipient-unknown")
    assert stage_of(refuse_sender="550 5.7.1 Sender not allowed")[0] == "sender"
    assert stage_of(refuse_message="554 5.7.1 Spam")[0] == "message"


def test_nothing_is_repeated_after_the_final_dot() -> None:
    """A server that takes the mail and falls silent or breaks off: unknown, told so, and one mail at most."""

    def data(wire: Any) -> None:
        wire.send(b"354 go on\r\n")
        wire.read_message()
        wire.close()

    with ScriptedServer([greet(), serve({"DATA": data})]) as server:
        report = send_mail(settings_for(server), a_mail(), test=ConnectivityTest(attempts=5, deadline_seconds=20))
        assert server.connections == 1
    assert report.status == "unknown"
    assert "may have taken the mail" in str(report)


def test_what_failed_before_the_mail_is_tried_again() -> None:
    """A server that is busy at first: the second attempt delivers, once."""
    with MailServer(greeting=("450 4.3.2 try again", "220 hello")) as server:
        report = send_mail(settings_for(server), a_mail())
        assert report.sent, str(report)
        assert len(report.connectivity.attempts) == 2
        assert len(server.messages) == 1


@pytest.mark.parametrize(
    ("headers", "recipients", "told"),
    [
        ({"To": ""}, None, "there is no recipient"),
        ({}, [], "recipients: there is no recipient"),
        ({}, ["nobody"], "recipients: a recipient must be a mail address"),
        ({}, ["a@example.net\r\nRCPT TO:<b@example.net>"], "recipients: a recipient"),
        ({}, TO, "must be a list"),
        ({}, [f"n{number}@example.net" for number in range(101)], "more than the 100"),
        ({"From": "boss@example.com"}, None, "its From must be from@example.test"),
    ],
)
def test_a_mail_that_can_not_be_right_is_refused_before_anything_is_sent(
    headers: dict[str, str], recipients: Any, told: str
) -> None:
    """A ValueError names the argument; no connection is made."""
    with MailServer() as server:
        with pytest.raises(ValueError, match=told):
            send_mail(settings_for(server), a_mail(**headers), recipients)
        assert server.connections == 0


def test_an_international_address_needs_smtputf8() -> None:
    """With SMTPUTF8 it is sent as it is; without, nothing is sent and the diagnosis says so."""
    with MailServer() as server:
        assert send_mail(settings_for(server), a_mail(To="käthe@example.net")).sent
    with MailServer(smtputf8=False) as server:
        report = send_mail(settings_for(server), a_mail(To="käthe@example.net"))
        assert not server.messages
    assert report.diagnosis is not None
    assert report.diagnosis.code == "smtputf8-not-offered"


def test_a_mail_is_cancelled_like_a_test() -> None:
    """The event that ends a test ends a mail, before there is a result."""
    event = threading.Event()
    event.set()
    with MailServer() as server:
        with pytest.raises(ConnectivityTestCancelled):
            send_mail(settings_for(server), a_mail(), cancel=event)
        assert not server.messages


def test_no_reply_of_the_server_gives_the_password_or_a_secret_host_away() -> None:
    """Replies to recipients and to the mail are scrubbed as all others are."""
    secret = "Kanarienvogel-7431/geheim+7"
    script: Any = [
        greet(),
        serve({"RCPT": b"250 2.1.5 ok " + secret.encode() + b" at localhost\r\n"}, ["AUTH PLAIN"]),
    ]
    with ScriptedServer(script) as server:
        report: DeliveryReport = send_mail(settings_for(server, **login(secret)), a_mail(), secret_arguments={"host"})
    told = f"{report} {report.model_dump_json()}"
    for name, form in secret_forms(secret, "user").items():
        assert form.decode() not in told, name
    assert "at localhost" not in told
    assert "[secret host]" in told


def test_the_mails_of_one_conversation_refer_to_one_id() -> None:
    """The same key and domain give the same id, another key another one; it is a Message-ID that is never folded."""
    first = thread_id("shop/prod", "ci@example.com")
    assert first == thread_id("shop/prod", "other@example.com") != thread_id("shop/dev", "ci@example.com")
    assert first.startswith("<thread.")
    assert first.endswith("@example.com>")
    assert len(thread_id("x" * 500, f"ci@{'long.' * 40}example.com")) < 76


def test_leading_dots_arrive_as_they_were_written() -> None:
    """Dots at the beginning of lines arrive as they were written (RFC 5321, section 4.5.2)."""
    with MailServer() as server:
        assert send_mail(settings_for(server), a_mail(".\n..\n.end\n")).sent
        assert delivered(server).get_content().splitlines() == [".", "..", ".end"]

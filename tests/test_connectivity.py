"""The connectivity test against a server that behaves: every depth, every TLS mode, with and without a login."""

from __future__ import annotations

import ast
import email
import email.policy
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mailservers import Authority, MailServer, ScriptedServer, answer, greet, serve
from relay_settings import PASSWORD, login, settings_for

import pulumi_smtp_collab
from pulumi_smtp_collab import ConnectivityTest, SmtpSettings, __version__, run_connectivity_test
from pulumi_smtp_collab.model.connectivity_test import DEPTHS

BOXES: dict[str, dict[str, bool]] = {"none": {}, "starttls": {"start_tls": True}, "implicit": {"ssl": True}}


def server_for(mode: Any, authority: Authority, **options: Any) -> MailServer:
    context = None if mode == "none" else authority.server_context()
    return MailServer(mode, context, plaintext_login=mode == "none", **options)


@pytest.mark.parametrize("mode", BOXES)
@pytest.mark.parametrize("pipelining", [False, True])
@pytest.mark.parametrize("with_login", [False, True])
def test_each_mode_passes_at_the_default_depth(
    mode: str, authority: Authority, *, with_login: bool, pipelining: bool
) -> None:
    """Every TLS mode passes with and without a login, whether or not the server takes commands in one flight."""
    credentials = {"user": PASSWORD} if with_login else None
    options: Any = {"credentials": credentials, "login_required": with_login, "pipelining": pipelining}
    with server_for(mode, authority, **options) as server:
        arguments = {**BOXES[mode], **(login() if with_login else {}), "ca_certificates": authority.pem}
        report = run_connectivity_test(settings_for(server, **arguments))
        server.wait_until_idle()
    assert report.passed, report
    tls = {"none": [], "starttls": ["EHLO", "STARTTLS"], "implicit": []}[mode]
    auth = ["AUTH"] if with_login else []
    assert server.verbs == [*tls, "EHLO", *auth, "MAIL", "RCPT", "QUIT"]
    assert server.logins == ([("user", True)] if with_login else [])
    assert not server.messages
    assert server.connections == 1


STAGES: dict[str, dict[str, list[str]]] = {
    "none": {
        "connect": ["dns", "connect", "greeting", "ehlo"],
        "tls": ["dns", "connect", "greeting", "ehlo"],
        "login": ["dns", "connect", "greeting", "ehlo", "auth"],
        "sender": ["dns", "connect", "greeting", "ehlo", "auth", "sender"],
        "recipient": ["dns", "connect", "greeting", "ehlo", "auth", "sender", "recipient"],
        "message": ["dns", "connect", "greeting", "ehlo", "auth", "sender", "recipient", "message"],
    }
}
STAGES["implicit"] = {depth: ["dns", "connect", "tls", *stages[2:]] for depth, stages in STAGES["none"].items()}
STAGES["starttls"] = {
    depth: stages if depth == "connect" else [*stages[:4], "starttls", "tls", "ehlo", *stages[4:]]
    for depth, stages in STAGES["none"].items()
}


@pytest.mark.parametrize("mode", BOXES)
@pytest.mark.parametrize("depth", DEPTHS)
def test_each_depth_ends_where_it_says(mode: str, depth: Any, authority: Authority) -> None:
    """A depth goes through its stages in their order, and no further."""
    with server_for(mode, authority, credentials={"user": PASSWORD}) as server:
        settings = settings_for(server, **BOXES[mode], **login(), ca_certificates=authority.pem)
        report = run_connectivity_test(settings, ConnectivityTest(depth=depth, recipient="to@example.test"))
    assert report.passed, report
    assert [stage.name for stage in report.stages] == STAGES[mode][depth]
    assert {stage.status for stage in report.stages} == {"passed"}
    assert len(server.messages) == (depth == "message")
    assert report.depth == depth
    assert report.not_proven, "each depth leaves something unproven, and says what"


def test_the_report_is_evidence(authority: Authority) -> None:
    """A passed report says what was met: address, TLS, certificate, extensions, who tested from where."""
    with MailServer("starttls", authority.server_context(), credentials={"user": PASSWORD}) as server:
        report = run_connectivity_test(settings_for(server, start_tls=True, **login(), ca_certificates=authority.pem))
    assert report.server is not None
    assert report.server.address == f"127.0.0.1:{server.port}"
    assert report.server.greeting_name == "mail.example.test"
    assert report.server.tls_version == "TLSv1.3"
    assert report.server.cipher is not None
    assert report.server.cipher.startswith("TLS_")
    assert report.server.certificate_subject is not None
    assert report.server.certificate_subject.startswith("CN=localhost")
    assert report.server.certificate_issuer is not None
    assert report.server.certificate_issuer.startswith("CN=Test CA")
    assert report.server.certificate_names == ("localhost", "127.0.0.1", "::1")
    assert report.server.certificate_not_after is not None
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", report.server.certificate_not_after)
    assert report.server.capabilities is not None
    assert "AUTH PLAIN LOGIN" in report.server.capabilities
    assert "STARTTLS" not in report.server.capabilities, "the extensions are those of the EHLO reply over TLS"
    assert report.tested_from is not None
    assert report.tested_from.address == "127.0.0.1"
    assert report.tested_from.version == __version__
    details = {stage.name: stage.detail for stage in report.stages}
    assert details["connect"] == f"127.0.0.1:{server.port}"
    assert details["greeting"] == "220 mail.example.test ESMTP"
    assert details["tls"] == f"TLSv1.3 {report.server.cipher}"
    assert details["auth"] == "PLAIN accepted: 235 2.7.0 Authentication successful"
    assert report.addresses[0].outcome == "connected"
    assert f"The connectivity test of localhost:{server.port} passed up to recipient in " in str(report)


def test_the_address_that_the_server_sees_is_reported() -> None:
    """Where the EHLO reply names an address of ours, the report has it."""
    with MailServer(ehlo_text="mail.example.test Hello ci.example [203.0.113.5], pleased to meet you") as server:
        report = run_connectivity_test(settings_for(server))
    assert report.server is not None
    assert report.server.seen_as == "203.0.113.5"


def test_the_mail_of_the_depth_message_explains_itself() -> None:
    """It says in subject and body that it is a test, whose and why, and asks for no automatic answer (RFC 3834)."""
    with MailServer() as server:
        test = ConnectivityTest(depth="message", recipient="to@example.test")
        report = run_connectivity_test(settings_for(server), test, label="shop/prod/mail")
        server.wait_until_idle()
    assert report.passed, report
    (message,) = server.messages
    assert message.sender == "from@example.test"
    assert message.recipients == ("to@example.test",)
    mail: Any = email.message_from_bytes(message.content, policy=email.policy.default)
    assert mail["Subject"] == "[test] SMTP check, no action needed: shop/prod/mail"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[^@]+@example\.test>", mail["Message-ID"])
    assert mail["Date"].datetime.tzinfo is not None
    body = mail.get_content()
    assert "Nobody has to do anything" in body
    assert f"handed to localhost:{server.port}, from from@example.test to to@example.test" in body
    assert report.tested_from is not None
    assert report.tested_from.machine in body
    assert server.verbs[-3:] == ["RCPT", "DATA", "QUIT"]


def test_a_mail_without_a_label_names_the_host() -> None:
    """The subject is never without what was tested."""
    with MailServer() as server:
        test = ConnectivityTest(depth="message", recipient="to@example.test")
        assert run_connectivity_test(settings_for(server), test).passed
    mail = email.message_from_bytes(server.messages[0].content)
    assert mail["Subject"] == "[test] SMTP check, no action needed: localhost"


def test_nothing_is_repeated_after_the_final_dot() -> None:
    """A mail that was put off after its final dot may have been taken: it is sent once."""
    with MailServer(refuse_message="451 4.3.0 try again later") as server:
        test = ConnectivityTest(depth="message", recipient="to@example.test", attempts=5)
        report = run_connectivity_test(settings_for(server), test)
    assert not report.passed
    assert report.stages[-1].name == "message"
    assert server.verbs.count("DATA") == 1


def test_international_addresses_are_sent_as_such() -> None:
    """An address beyond ASCII goes by SMTPUTF8 (RFC 6531), in the envelope and in the mail."""
    with MailServer() as server:
        settings = settings_for(server, from_address="grüße@straße.example")
        test = ConnectivityTest(depth="message", recipient="to@example.test")
        report = run_connectivity_test(settings, test)
    assert report.passed, report
    assert server.messages[0].sender == "grüße@xn--strae-oqa.example"
    assert "grüße@xn--strae-oqa.example".encode() in server.messages[0].content


def test_international_addresses_need_the_extension() -> None:
    """Without SMTPUTF8 such an address is not sent at all, and the stage says what is missing."""
    with MailServer(smtputf8=False) as server:
        report = run_connectivity_test(settings_for(server, from_address="grüße@example.test"))
    assert report.stages[-1].name == "sender"
    assert report.stages[-1].detail == "SMTPUTF8 is not offered"
    assert "MAIL" not in server.verbs


def test_a_refusal_of_the_default_recipient_is_a_warning() -> None:
    """Nobody said that the from address receives mail: that it does not is a warning, if the recipient was left out."""
    refusal = "550 5.1.1 <from@example.test>: no such user"
    with MailServer(refuse_recipient=refusal) as server:
        report = run_connectivity_test(settings_for(server))
        given = run_connectivity_test(settings_for(server), ConnectivityTest(recipient="to@example.test"))
    assert report.passed, report
    assert refusal in report.warnings[0]
    assert "connectivity_test.recipient" in report.warnings[0]
    assert not given.passed


@pytest.mark.parametrize(
    "refusal", ["550 5.7.1 relaying denied", "550 5.1.8 sender address rejected", "550 no relaying"]
)
def test_any_other_refusal_of_the_default_recipient_fails(refusal: str) -> None:
    """What is not about the recipient's mailbox is no matter of which recipient was taken."""
    with MailServer(refuse_recipient=refusal) as server:
        report = run_connectivity_test(settings_for(server), ConnectivityTest(second_look="off"))
    assert not report.passed


@pytest.mark.parametrize("place", ["refuse_sender", "refuse_recipient"])
def test_greylisting_passes_with_a_warning_up_to_recipient(place: str) -> None:
    """A server that says that it greylists would take the mail later."""
    options: Any = {place: "450 4.2.0 Greylisted, see http://greylisting.example"}
    with MailServer(**options) as server:
        report = run_connectivity_test(settings_for(server))
        message = ConnectivityTest(depth="message", recipient="to@example.test", attempts=1)
        deep = run_connectivity_test(settings_for(server), message)
    assert report.passed, report
    assert "greylists" in report.warnings[0]
    assert any("greylisting" in sentence for sentence in report.not_proven)
    assert not deep.passed
    assert not server.messages


def test_another_temporary_refusal_is_no_greylisting() -> None:
    """Postfix answers 450 to much that never passes by itself: only the text makes it greylisting."""
    with MailServer(refuse_sender_at_rcpt="450 4.1.8 sender address rejected: domain not found") as server:
        report = run_connectivity_test(settings_for(server), ConnectivityTest(attempts=1))
    assert not report.passed
    assert report.stages[-1].name == "recipient"


def test_one_mechanism_is_tried_once(authority: Authority) -> None:
    """A wrong password is one failed login at the server, however many mechanisms it offers."""
    mechanisms = ("CRAM-MD5", "LOGIN", "PLAIN")
    with server_for("implicit", authority, credentials={"user": "another"}, mechanisms=mechanisms) as server:
        report = run_connectivity_test(
            settings_for(server, ssl=True, **login(), ca_certificates=authority.pem), ConnectivityTest(attempts=5)
        )
        server.wait_until_idle()
    assert report.stages[-1].name == "auth"
    assert report.stages[-1].detail.startswith("535 ")
    assert server.logins == [("user", False)]
    assert server.commands[-2:] == ["AUTH PLAIN ***", "QUIT"]


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
@pytest.mark.parametrize("password", [PASSWORD, "pässwörd ✓", "x" * 600])
def test_each_mechanism_works_alone(mechanism: str, password: str) -> None:
    """PLAIN, LOGIN and CRAM-MD5, with a password in UTF-8, and one that no command line holds."""
    options: Any = {"credentials": {"user": password}, "mechanisms": (mechanism,), "plaintext_login": True}
    with MailServer(**options) as server:
        report = run_connectivity_test(settings_for(server, **login(password)), ConnectivityTest(depth="login"))
    assert report.passed, report
    assert report.stages[-1].detail.startswith(f"{mechanism} accepted: 235 ")


def test_a_login_in_plain_text_is_checked_by_where_the_connection_leads() -> None:
    """What only the host's name said to be this machine, and is not, gets no password."""
    settings = SmtpSettings(host="localhost", from_address="from@example.test", **login())
    assert settings.tls_mode == "none"
    own = _own_address()
    if own is None:
        pytest.fail("This machine has no address but loopback's to connect to.")
    with MailServer(host=own, credentials={"user": PASSWORD}, plaintext_login=True) as server:
        test = ConnectivityTest(connect_to=f"{own}:{server.port}")
        report = run_connectivity_test(settings, test)
        accepted = run_connectivity_test(settings.model_copy(update={"allow_plaintext_login": True}), test)
    assert report.stages[-1].name == "auth"
    assert server.logins == [("user", True)], "only the run that accepted it has logged in"
    assert accepted.passed, accepted


def _own_address() -> str | None:
    import socket  # noqa: PLC0415 - for this alone

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: only the routing table is asked
        except OSError:
            return None
        return str(probe.getsockname()[0])


def test_start_tls_is_required_where_it_is_selected() -> None:
    """A server without STARTTLS fails the test, and sees no credentials."""
    with MailServer(credentials={"user": PASSWORD}, plaintext_login=True) as server:
        report = run_connectivity_test(settings_for(server, start_tls=True, **login()))
    assert report.stages[-1].name == "starttls"
    assert "AUTH" not in server.verbs
    assert not server.logins


def test_the_name_on_the_certificate_may_be_given(authority: Authority) -> None:
    """SNI and the certificate's name follow tls_server_name, whatever the host is."""
    with MailServer("implicit", authority.server_context("relay.example")) as server:
        arguments: Any = {"ssl": True, "ca_certificates": authority.pem}
        wrong = run_connectivity_test(settings_for(server, **arguments))
        right = run_connectivity_test(settings_for(server, **arguments, tls_server_name="relay.example"))
    assert wrong.stages[-1].name == "tls"
    assert right.passed, right
    assert server.conversations[-1].server_name == "relay.example"


def test_a_tunnel_keeps_host_and_name(authority: Authority) -> None:
    """connect_to is where is dialled; SNI, the certificate's name and the report keep the host."""
    with MailServer("implicit", authority.server_context("relay.example")) as server:
        settings = SmtpSettings(
            host="relay.example", ssl=True, from_address="from@example.test", ca_certificates=authority.pem
        )
        report = run_connectivity_test(settings, ConnectivityTest(connect_to=f"127.0.0.1:{server.port}"))
    assert report.passed, report
    assert (report.host, report.port) == ("relay.example", 465)
    assert server.conversations[0].server_name == "relay.example"


@pytest.mark.parametrize(("days_left", "warned"), [(13, True), (20, False)])
def test_a_certificate_that_ends_soon_is_a_warning(days_left: float, authority: Authority, *, warned: bool) -> None:
    """Of ninety days, less than fourteen left is late, and twenty is not."""
    with MailServer("implicit", authority.server_context(days_left=days_left, lifetime_days=90)) as server:
        report = run_connectivity_test(settings_for(server, ssl=True, ca_certificates=authority.pem))
    assert report.passed, report
    assert bool(report.warnings) == warned, report.warnings


def test_a_short_lived_certificate_is_not_late_by_days(authority: Authority) -> None:
    """Of six days, three left is no warning: less than a third would be."""
    with MailServer("implicit", authority.server_context(days_left=3, lifetime_days=6)) as server:
        report = run_connectivity_test(settings_for(server, ssl=True, ca_certificates=authority.pem))
    assert report.passed
    assert not report.warnings


def test_the_mode_off_tests_nothing() -> None:
    """Without a test there is no connection and no verdict."""
    with MailServer() as server:
        report = run_connectivity_test(settings_for(server), ConnectivityTest(mode="off"))
    assert report.status == "notTested"
    assert not report.passed
    assert not server.connections


def test_a_flight_is_one_segment_where_the_server_takes_flights() -> None:
    """MAIL, RCPT and QUIT come in one piece with PIPELINING (RFC 2920), and one by one without."""
    lines = b"250-mail.example.test\r\n250 PIPELINING\r\n"
    flights: list[bytes] = []

    def take_flight(wire: Any) -> None:
        flights.append(wire._receive())
        wire.send(b"250 sender\r\n250 recipient\r\n221 bye\r\n")
        wire.close()

    with ScriptedServer([greet(), answer(b"EHLO", lines), take_flight]) as server:
        report = run_connectivity_test(settings_for(server))
    assert report.passed, report
    assert flights == [b"MAIL FROM:<from@example.test>\r\nRCPT TO:<from@example.test>\r\nQUIT\r\n"]


def test_no_reply_to_quit_is_waited_for() -> None:
    """A server that never answers QUIT costs nothing."""
    with ScriptedServer([greet(), serve({"QUIT": lambda wire: wire.hang()})]) as server:
        report = run_connectivity_test(settings_for(server), ConnectivityTest(depth="connect"))
        assert report.passed, report
        server.wait_until_idle()
    assert b"QUIT\r\n" in server.received[0]
    assert report.duration_ms < 1000


def test_no_thread_and_no_open_socket_is_left(authority: Authority) -> None:
    """A second after the test has returned its connections are closed and nothing of it runs, passed or failed."""
    code = """
import json, sys, threading, warnings
warnings.simplefilter("error")
sys.unraisablehook = lambda unraisable: print("UNRAISABLE", unraisable.exc_value)
from pulumi_smtp_collab import ConnectivityTest, SmtpSettings, run_connectivity_test
for arguments in json.load(sys.stdin):
    run_connectivity_test(SmtpSettings(**arguments), ConnectivityTest(deadline_seconds=2, attempts=1))
import gc, time
time.sleep(1.1)  # how long an answer to QUIT is read at most
gc.collect()
print([thread.name for thread in threading.enumerate()])
"""
    with (
        MailServer("implicit", authority.server_context()) as tls,
        MailServer() as plain,
        ScriptedServer(lambda wire: wire.hang()) as silent,
        ScriptedServer(lambda wire: wire.reset()) as rude,
    ):
        common: dict[str, Any] = {"from_address": "from@example.test", "host": "127.0.0.1"}
        cases = [
            {**common, "port": server.port, "ssl": ssl, "ca_certificates": authority.pem if trusted else None}
            for server in (tls, plain, silent, rude)
            for ssl in (True, False)
            for trusted in (True, False)
        ]
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-c", code],
            input=json.dumps(cases),
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
            cwd=Path(pulumi_smtp_collab.__file__).parent.parent,
        )
    assert done.stdout == "['MainThread']\n"
    assert "ResourceWarning" not in done.stderr


def test_the_public_function_needs_nothing_of_pulumi() -> None:
    """A test that passes or fails loads neither the SDK nor, unless a chain is to be shown, cryptography."""
    code = (
        "import sys\n"
        "from pulumi_smtp_collab import ConnectivityTest, SmtpSettings, run_connectivity_test\n"
        "run_connectivity_test(SmtpSettings(host='127.0.0.1', port=1, from_address='a@b.test'),"
        " ConnectivityTest(second_look='off', attempts=1))\n"
        "print([name for name in ('pulumi', 'cryptography') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ast.literal_eval(done.stdout) == []

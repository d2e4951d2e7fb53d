"""The tests' own mail servers do what they say: otherwise the tests that use them would prove nothing."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from mailservers import (
    Answer,
    Authority,
    Conversation,
    MailServer,
    Postfix,
    ScriptedServer,
    Wire,
    answer,
    close,
    closed_port,
    drip,
    echo,
    endless,
    expect,
    filtered_port,
    greet,
    hang,
    huge_line,
    pause,
    reset,
    send,
    serve,
    start_tls,
)

CREDENTIALS = {"ann@example.test": "correct horse"}


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No server leaves a thread behind."""
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in set(threading.enumerate()) - before]
    assert not left


def dial(port: int, host: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection((host, port), timeout=5)


def read_all(connection: socket.socket) -> bytes:
    data = b""
    while piece := connection.recv(65_536):
        data += piece
    return data


def talk(port: int, said: bytes) -> None:
    """Say it, and wait for the other side to go, however it goes."""
    with dial(port) as connection, contextlib.suppress(ConnectionError):
        connection.sendall(said)
        read_all(connection)


def handshake(port: int, context: ssl.SSLContext, name: str = "localhost") -> str | None:
    """The TLS version that is agreed on, after a first read."""
    with dial(port) as connection, context.wrap_socket(connection, server_hostname=name) as tls:
        assert tls.recv(3) == b"220"
        return tls.version()


def smtp(port: int) -> smtplib.SMTP:
    return smtplib.SMTP("localhost", port, local_hostname="client.example.test", timeout=5)


# ---- certificates


@pytest.mark.parametrize(
    ("options", "name", "code"),
    [
        ({"expired": True}, "localhost", 10),
        ({"not_yet_valid": True}, "localhost", 9),
        ({"self_signed": True}, "localhost", 18),
        ({}, "other.example.test", 62),
        ({}, "192.0.2.1", 64),
        ({"send_chain": False}, "localhost", 20),
        ({"key": "rsa1024"}, "localhost", 66),
        ({"digest": "sha1"}, "localhost", 68),
    ],
)
def test_each_odd_certificate_is_refused_for_its_own_reason(
    authority: Authority, options: Any, name: str, code: int
) -> None:
    """A client with Python's defaults fails with exactly the verify code that the oddity stands for."""
    with MailServer("implicit", authority.server_context(**options)) as server:
        with pytest.raises(ssl.SSLCertVerificationError) as refused:
            handshake(server.port, authority.client_context(), name)
        assert refused.value.verify_code == code


@pytest.mark.parametrize(
    ("flaw", "code"),
    [
        ({"key_usage": False}, 92),
        ({"critical_basic_constraints": False}, 89),
        ({"subject_key_identifier": False}, 86),
        ({"authority_key_identifier": False}, 85),
    ],
)
def test_a_ca_that_breaks_rfc_5280_fails_only_under_the_strict_checks(flaw: Any, code: int) -> None:
    """The same certificate passes without VERIFY_X509_STRICT and fails with it, by its own code."""
    with Authority(**flaw) as odd, MailServer("implicit", odd.server_context()) as server:
        context = odd.client_context()
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        assert handshake(server.port, context) == "TLSv1.3"
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        with pytest.raises(ssl.SSLCertVerificationError) as refused:
            handshake(server.port, context)
        assert refused.value.verify_code == code


def test_unknown_roots_and_intermediates(authority: Authority) -> None:
    """A sent chain is followed; a root that is sent and not trusted is 19, one that isn't sent 20."""
    with MailServer("implicit", authority.server_context(intermediate=True)) as server:
        assert handshake(server.port, authority.client_context()) == "TLSv1.3"
    with Authority("Another CA") as other:
        for send_root, code in ((True, 19), (False, 20)):
            with MailServer("implicit", authority.server_context(send_root=send_root)) as server:
                with pytest.raises(ssl.SSLCertVerificationError) as refused:
                    handshake(server.port, other.client_context())
                assert refused.value.verify_code == code


def test_good_certificates_pass_the_strict_checks(authority: Authority) -> None:
    """Names, addresses and an intermediate, with VERIFY_X509_STRICT as Python 3.13 sets it."""
    context = authority.client_context()
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    with MailServer(
        "implicit", authority.server_context("mail.example.test", "127.0.0.1", intermediate=True)
    ) as server:
        assert handshake(server.port, context, "mail.example.test") == "TLSv1.3"
        assert handshake(server.port, context, "127.0.0.1") == "TLSv1.3"
        server.wait_until_idle()
        assert [conversation.server_name for conversation in server.conversations] == ["mail.example.test", None]


def test_days_left_is_what_the_certificate_says(authority: Authority) -> None:
    """A certificate that is nearly expired still passes, and ends when it was told to."""
    with (
        MailServer("implicit", authority.server_context(days_left=5, lifetime_days=90)) as server,
        dial(server.port) as connection,
        authority.client_context().wrap_socket(connection, server_hostname="localhost") as tls,
    ):
        certificate = tls.getpeercert() or {}
    start, end = (ssl.cert_time_to_seconds(str(certificate[side])) for side in ("notBefore", "notAfter"))
    assert end - start == 90 * 86_400
    assert 4.9 < (end - time.time()) / 86_400 <= 5


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"maximum_version": ssl.TLSVersion.TLSv1_1}, "TLSV1_ALERT_PROTOCOL_VERSION"),
        (
            {"maximum_version": ssl.TLSVersion.TLSv1_2, "ciphers": "AES128-SHA256", "key": "rsa2048"},
            "HANDSHAKE_FAILURE",
        ),
        ({"small_dh": True}, "DH_KEY_TOO_SMALL"),
        ({"maximum_version": ssl.TLSVersion.TLSv1_2, "require_client_certificate": True}, "HANDSHAKE_FAILURE"),
        ({"require_client_certificate": True}, "CERTIFICATE_REQUIRED"),
    ],
    ids=["tls-1.1", "no-common-cipher", "small-dh", "client-certificate-1.2", "client-certificate-1.3"],
)
def test_servers_of_other_tls_habits(authority: Authority, options: Any, reason: str) -> None:
    """Old versions, foreign ciphers, short parameters and client certificates fail as OpenSSL names them."""
    with ScriptedServer([start_tls(), greet()], tls_context=authority.server_context(**options)) as server:
        with pytest.raises(ssl.SSLError) as refused:
            handshake(server.port, authority.client_context())
        assert reason in str(refused.value)


def test_files_go_when_the_authority_closes() -> None:
    """Nothing of a throwaway authority stays on the disk; the same certificate is issued once."""
    with Authority() as made:
        chain, key = made.certificate_files("mail.example.test")
        assert made.certificate_files("mail.example.test") == (chain, key)
        assert made.pem_path.read_text() == made.pem
    assert not chain.exists()
    assert not key.exists()
    assert not made.pem_path.exists()


# ---- the aiosmtpd server


@pytest.mark.parametrize("tls", ["none", "starttls", "implicit"])
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_a_message_by_each_mode_and_mechanism(authority: Authority, tls: Any, mechanism: str) -> None:
    """Login and a message pass; commands, logins, messages and TLS are recorded, credentials never."""
    context = None if tls == "none" else authority.server_context()
    with MailServer(
        tls,
        context,
        credentials=CREDENTIALS,
        login_required=True,
        plaintext_login=tls == "none",
        mechanisms=[mechanism],
    ) as server:
        trust = authority.client_context()
        name = "client.example.test"
        client = (
            smtplib.SMTP_SSL("localhost", server.port, name, context=trust) if tls == "implicit" else smtp(server.port)
        )
        with client:
            if tls == "starttls":
                client.starttls(context=trust)
            client.ehlo()
            assert client.esmtp_features["auth"].split() == [mechanism]
            assert client.mail("ann@example.test")[0] == 530
            client.login("ann@example.test", "correct horse")
            client.sendmail("ann@example.test", ["bob@example.test"], "Subject: hi\r\n\r\n.dot\r\n")
        server.wait_until_idle()
        assert server.logins == [("ann@example.test", True)]
        assert [(message.sender, message.recipients) for message in server.messages] == [
            ("ann@example.test", ("bob@example.test",))
        ]
        assert server.messages[0].content == b"Subject: hi\r\n\r\n.dot\r\n"
        assert server.conversations[0].tls == (None if tls == "none" else "TLSv1.3")
        assert server.conversations[0].user == "ann@example.test"
        assert server.connections == 1
        assert f"AUTH {mechanism}" in " ".join(server.commands)
        assert "correct" not in str(server.conversations)
        assert "Y29ycmVjdC" not in str(server.conversations)
        assert "hi" not in server.commands
        assert server.verbs[-2:] == ["DATA", "QUIT"]
        assert server.faults == []


def test_auth_is_hidden_without_tls(authority: Authority) -> None:
    """Unless plaintext_login says otherwise, AUTH is neither offered nor taken before STARTTLS."""
    with (
        MailServer("starttls", authority.server_context(), credentials=CREDENTIALS) as server,
        smtp(server.port) as client,
    ):
        client.ehlo()
        assert client.has_extn("starttls")
        assert not client.has_extn("auth")
        assert client.docmd("AUTH PLAIN AGEAYg==")[0] == 538
    assert "AUTH PLAIN ***" in server.commands


def test_refusals_always_for_a_time_or_by_address() -> None:
    """Each kind of refusal gives its reply where it belongs, and what it doesn't cover passes."""
    with MailServer(
        credentials=CREDENTIALS,
        plaintext_login=True,
        refuse_login=["454 4.7.0 Try again"],
        refuse_sender={"bad@example.test": "550 5.7.1 Not yours"},
        refuse_sender_at_rcpt={"late@example.test": "553 5.7.1 Not yours either"},
        refuse_recipient={"nobody@example.test": "550 5.1.1 Unknown"},
        refuse_message="554 5.6.0 No",
        replies={"VRFY": "252 2.0.0 Perhaps", "NOOP": ["451 4.3.5 First", "452 4.3.5 Second"]},
    ) as server:
        with smtp(server.port) as client:
            client.ehlo()
            assert client.docmd("AUTH PLAIN AGFubkBleGFtcGxlLnRlc3QAd3Jvbmc=") == (454, b"4.7.0 Try again")
            assert client.docmd("AUTH PLAIN AGFubkBleGFtcGxlLnRlc3QAd3Jvbmc=")[0] == 535
            assert client.docmd("AUTH PLAIN AGFubkBleGFtcGxlLnRlc3QAY29ycmVjdCBob3JzZQ==")[0] == 235
            assert client.mail("bad@example.test") == (550, b"5.7.1 Not yours")
            assert client.mail("late@example.test")[0] == 250
            assert client.rcpt("bob@example.test") == (553, b"5.7.1 Not yours either")
            client.rset()
            client.mail("ann@example.test")
            assert client.rcpt("nobody@example.test") == (550, b"5.1.1 Unknown")
            assert client.rcpt("bob@example.test")[0] == 250
            assert client.data("x")[0] == 554
            assert [client.noop()[0] for _ in range(3)] == [451, 452, 250]
            assert client.verify("x")[0] == 252
        assert [ok for _, ok in server.logins] == [False, False, True]
        assert server.messages == []


def test_greetings_and_421_end_the_connection() -> None:
    """A refusing greeting, for the first connection only, is followed by a close; so is a 421 to a command."""
    with MailServer(greeting=["554 5.7.1 Go away"], refuse_sender="421 4.7.0 Too much") as server:
        with dial(server.port) as refused:
            assert read_all(refused) == b"554 5.7.1 Go away\r\n"
        with dial(server.port) as taken:
            taken.sendall(b"EHLO x\r\nMAIL FROM:<a@example.test>\r\n")
            assert read_all(taken).endswith(b"421 4.7.0 Too much\r\n")


def test_the_ehlo_reply_is_made_to_order() -> None:
    """Extensions, the size, the name and a foreign mechanism are as told; without credentials there is no AUTH."""
    with (
        MailServer(
            size=None, smtputf8=False, pipelining=True, extensions=["DSN"], ehlo_text="mx [203.0.113.5]"
        ) as server,
        smtp(server.port) as client,
    ):
        assert client.ehlo() == (250, b"mx [203.0.113.5]\n8BITMIME\nPIPELINING\nDSN")
    with (
        MailServer(credentials=CREDENTIALS, plaintext_login=True, mechanisms=["XOAUTH2"]) as server,
        smtp(server.port) as client,
    ):
        client.ehlo()
        assert client.esmtp_features["auth"].split() == ["XOAUTH2"]
        assert client.docmd("AUTH XOAUTH2 abc")[0] == 504


def test_a_flight_of_commands_is_answered_in_order() -> None:
    """What PIPELINING promises (RFC 2920): one write, five replies, in order."""
    with MailServer(pipelining=True) as server, dial(server.port) as client:
        client.sendall(b"EHLO x\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\nRSET\r\nQUIT\r\n")
        replies = read_all(client).split(b"\r\n")
        assert [reply[:4] for reply in replies[-5:-1]] == [b"250 ", b"250 ", b"250 ", b"221 "]
        assert server.verbs == ["EHLO", "MAIL", "RCPT", "RSET", "QUIT"]


def test_a_hook_sees_every_command() -> None:
    """It may answer by itself, with the conversation so far at hand."""

    def only_once(conversation: Conversation, verb: str, argument: str) -> str | None:
        again = conversation.commands.count(f"{verb} {argument}") > 1
        return "503 5.5.1 Once is enough" if again else None

    with MailServer(hook=only_once) as server, smtp(server.port) as client:
        assert client.docmd("EHLO x")[0] == 250
        assert client.docmd("EHLO x")[0] == 503


def test_it_stops_with_clients_in_every_state(authority: Authority) -> None:
    """Clients that never hang up, even amid a handshake, do not hold it."""
    with contextlib.ExitStack() as clients:
        states: list[tuple[Any, bytes]] = [
            ("implicit", b"\x16\x03"),
            ("starttls", b"EHLO x\r\nSTARTTLS\r\n"),
            ("starttls", b""),
        ]
        for tls, said in states:
            with MailServer(tls, authority.server_context()) as server:
                clients.enter_context(dial(server.port)).sendall(said)
                time.sleep(0.05)
                stopping = time.monotonic()
            assert time.monotonic() - stopping < 5
            assert server.faults == []


def test_ipv6() -> None:
    """Both kinds of server listen on ::1 where they are told to."""
    with MailServer(host="::1") as server, dial(server.port, "::1") as client:
        assert client.recv(3) == b"220"
    with ScriptedServer(greet(), host="::1") as scripted, dial(scripted.port, "::1") as client:
        assert read_all(client) == b"220 scripted.example.test ESMTP\r\n"


# ---- the scripted server


def test_a_script_is_played_and_recorded() -> None:
    """Steps run in order; what was sent and received is kept; each connection has its script, the last one stays."""
    first = [send(b"220 hi\r\n"), answer(b"EHLO", b"250 me\r\n"), expect(b"AUTH"), echo(b"535 you said ")]
    with ScriptedServer(first, [send(b"421 busy\r\n"), close()]) as server:
        with dial(server.port) as client:
            client.sendall(b"ehlo x\r\nAUTH PLAIN secret\r\n")
            assert read_all(client) == b"220 hi\r\n250 me\r\n535 you said AUTH PLAIN secret\r\n"
        for _ in range(2):
            with dial(server.port) as client:
                assert read_all(client) == b"421 busy\r\n"
        assert server.connections == 3
        assert server.received == [b"ehlo x\r\nAUTH PLAIN secret\r\n", b"", b""]
        assert "[0] C: ehlo x\n[0] S: 250 me" in server.transcript


def test_a_script_that_is_not_followed_fails_the_test() -> None:
    """A client that says something else, and a step that raises, surface when the server is stopped."""

    def broken(wire: Wire) -> None:
        raise LookupError(wire.number)

    for script, said in (
        (expect(b"EHLO"), "expected b'EHLO' and the client sent b'HELO x'"),
        (broken, "LookupError: 0"),
    ):
        with pytest.raises(AssertionError, match=said), ScriptedServer(script) as server:
            talk(server.port, b"HELO x\r\n")


def test_serve_is_a_mail_server_with_exceptions(authority: Authority) -> None:
    """A client is served through STARTTLS, AUTH and a message; answers are replaced, in turn and by prefix."""
    answers: dict[str, Answer] = {
        "MAIL": [b"450 4.7.1 Greylisted", b"250 OK"],
        "AUTH LOGIN": b"535 No",
        ".": b"250 2.0.0 queued as 1",
    }
    script = [greet(), serve(answers, ["STARTTLS", "AUTH PLAIN LOGIN"])]
    with ScriptedServer(script, tls_context=authority.server_context()) as server, smtp(server.port) as client:
        client.starttls(context=authority.client_context())
        client.ehlo()
        assert not client.has_extn("starttls")
        assert client.docmd("AUTH LOGIN")[0] == 535
        client.login("ann", "secret")
        assert client.mail("a@x.test")[0] == 450
        assert client.mail("a@x.test")[0] == 250
        assert client.rcpt("b@x.test")[0] == 250
        assert client.data("hi") == (250, b"2.0.0 queued as 1")
        assert client.docmd("XYZZY")[0] == 500


def test_rude_endings(authority: Authority) -> None:
    """A reset is a reset, a close an end of file; TLS is told of the close, or not."""
    # The reset may already meet the dialling.
    with ScriptedServer([reset()]) as server, pytest.raises(ConnectionResetError), dial(server.port) as client:
        client.recv(1)
    trust = authority.client_context()
    for step, rude in ((close(), False), (close(notify=False), True)):
        with (
            ScriptedServer([start_tls(), step], tls_context=authority.server_context()) as server,
            dial(server.port) as client,
            trust.wrap_socket(client, server_hostname="localhost", suppress_ragged_eofs=False) as tls,
            pytest.raises(ssl.SSLEOFError) if rude else contextlib.nullcontext(),
        ):
            assert tls.recv(1) == b""


@pytest.mark.parametrize("script", [endless(b"220-x\r\n"), huge_line(1_000_000_000)], ids=["endless", "huge line"])
def test_floods_are_fast_and_end_with_the_client(script: Any) -> None:
    """Well over 20 MB a second leave the server, and its thread ends as soon as the client has gone."""
    with ScriptedServer(script) as server:
        with dial(server.port) as client:
            end, size = time.monotonic() + 0.2, 0
            while time.monotonic() < end:
                size += len(client.recv(1_048_576))
        assert size > 4_000_000
        server.wait_until_idle(2)


def test_a_flood_may_have_an_end() -> None:
    """A huge line has exactly its size, and a limited flood its limit."""
    with ScriptedServer([huge_line(200_000), endless(b"abc", limit=100_000)]) as server, dial(server.port) as client:
        data = read_all(client)
        assert data.index(b"\r\n") == 200_000
        assert len(data) == 300_002


def test_dripping_is_slow_in_the_clear_and_in_the_handshake(authority: Authority) -> None:
    """One byte at a time, with the time between that was asked for."""
    begun = time.monotonic()
    with ScriptedServer([drip(b"220 hi\r\n", 0.05)]) as server, dial(server.port) as client:
        assert client.recv(100) == b"2"
        assert read_all(client) == b"20 hi\r\n"
    assert 0.35 < time.monotonic() - begun < 3
    context = authority.server_context()
    with ScriptedServer([start_tls(every=0.02), greet()], tls_context=context) as server, dial(server.port) as client:
        client.settimeout(0.5)
        with pytest.raises(TimeoutError):
            authority.client_context().wrap_socket(client, server_hostname="localhost")
    with ScriptedServer([start_tls(every=0.0001), greet()], tls_context=context) as server:
        assert handshake(server.port, authority.client_context()) == "TLSv1.3"


@pytest.mark.parametrize("script", [hang(), pause(60), drip(b"xy", 60), endless(b"x"), serve(), start_tls()])
def test_it_stops_at_once_amid_any_step(authority: Authority, script: Any) -> None:
    """Whatever a script is doing, and though the client stays, the server's end takes seconds at most."""
    with ScriptedServer(script, tls_context=authority.server_context()) as server:
        client = dial(server.port)
        time.sleep(0.1)
        stopping = time.monotonic()
    assert time.monotonic() - stopping < 5
    client.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_ports_without_a_server(host: str) -> None:
    """A closed port refuses at once, a filtered one says nothing."""
    with closed_port(host) as port, pytest.raises(ConnectionRefusedError):
        dial(port, host)
    with filtered_port(host) as port, pytest.raises(TimeoutError):
        socket.create_connection((host, port), timeout=0.5)


# ---- Postfix


@pytest.mark.postfix
def test_postfix_is_a_submission_server_and_a_relay(authority: Authority) -> None:
    """587, 465 and 25, as their operators know them: TLS only, login, relaying, senders and recipients."""
    with Postfix(
        authority,
        credentials=CREDENTIALS | {"user": "pass word"},
        known_recipients=["bob@example.test"],
        refuse_senders={"bad@example.test": "553 5.7.1 Not yours"},
    ) as postfix:
        with smtp(postfix.port_submission) as client:
            assert client.docmd("EHLO x")[0] == 250
            assert client.mail("ann@example.test") == (530, b"5.7.0 Must issue a STARTTLS command first")
            client.starttls(context=authority.client_context())
            client.ehlo()
            assert client.esmtp_features["auth"].split() == ["PLAIN", "LOGIN"]
            assert client.docmd("AUTH PLAIN AGFubkBleGFtcGxlLnRlc3QAd3Jvbmc=")[0] == 535
            client.mail("ann@example.test")
            assert client.rcpt("bob@example.test")[0] == 554
            client.rset()
            client.login("ann@example.test", "correct horse")
            client.sendmail("ann@example.test", ["someone@elsewhere.test"], "Subject: hi\r\n\r\nhi\r\n")
            assert client.mail("bad@example.test")[0] == 250
            code, text = client.rcpt("bob@example.test")
            assert (code, text[:5]) == (553, b"5.7.1")
        trust = authority.client_context()
        with smtplib.SMTP_SSL("localhost", postfix.port_implicit, "client.example.test", context=trust) as client:
            client.login("user", "pass word")
        with smtp(postfix.port_plain) as client:
            client.ehlo()
            assert not client.has_extn("auth")
            client.mail("ann@example.test")
            code, text = client.rcpt("someone@elsewhere.test")
            assert (code, text[:5]) == (554, b"5.7.1")
            assert b"Relay access denied" in text
            assert client.rcpt("bob@example.test")[0] == 250
            code, text = client.rcpt("nobody@example.test")
            assert (code, text[:5]) == (550, b"5.1.1")
        assert "to=<someone@elsewhere.test>, relay=none" in postfix.wait_for_log("status=sent")
    with pytest.raises(ConnectionRefusedError):
        dial(postfix.port_plain)


@pytest.mark.postfix
def test_postfix_greylists_and_limits(authority: Authority) -> None:
    """The policy service defers a first try and lets a later one pass; a third connection in a minute gets 421."""
    with Postfix(authority, greylist_seconds=0.3, connections_per_minute=2) as postfix:
        with smtp(postfix.port_plain) as client:
            client.ehlo()
            client.mail("ann@example.test")
            code, text = client.rcpt("bob@example.test")
            assert (code, text[:5]) == (450, b"4.2.0")
            assert b"Greylisted" in text
        assert postfix.greylisting is not None
        assert postfix.greylisting.deferred == [("ann@example.test", "bob@example.test")]
        time.sleep(0.3)
        with smtp(postfix.port_plain) as client:
            client.ehlo()
            client.mail("ann@example.test")
            assert client.rcpt("bob@example.test")[0] == 250
        with dial(postfix.port_plain) as client:
            assert read_all(client).startswith(b"421 4.7.0 mail.example.test Error: too many connections")


@pytest.mark.postfix
def test_postfix_that_can_not_start_says_why(authority: Authority) -> None:
    """Its own words are in the error, and nothing of it is left."""
    with (
        pytest.raises(RuntimeError, match="did not start"),
        Postfix(authority, settings={"inet_interfaces": "nowhere"}),
    ):
        pass

"""What the server says is untrusted, and what the program made secret stays so: nothing of either is shown as it is."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as some
from mailservers import Authority, MailServer, ScriptedServer, close, echo, greet, send, serve
from relay_settings import settings_for

from pulumi_smtp_collab import ConnectivityReport, ConnectivityTest, SmtpSettings, run_connectivity_test
from pulumi_smtp_collab.connectivity.attempt import attempt
from pulumi_smtp_collab.connectivity.redaction import Scrubber, visible

CANARY = "kanarie-Vögel 7#"
LOGIN = {"username": "user", "password": CANARY}


def disguises(password: str, username: str = "user") -> list[str]:
    """The forms of a password that a reader of logs, or of the wire, would know it by."""
    raw = password.encode()
    blobs = [raw, f"\0{username}\0{password}".encode(), f"{username}\0{username}\0{password}".encode()]
    encoded = [base64.b64encode(blob).decode() for blob in blobs]
    return [password, *encoded, *(each.rstrip("=") for each in encoded), raw.hex(), quote(password, safe="")]


def everything_of(report: ConnectivityReport) -> str:
    return f"{report.model_dump_json()}\n{report!r}\n{report}"


@pytest.mark.parametrize("form", disguises(CANARY))
@pytest.mark.parametrize("place", ["AUTH", "MAIL", "EHLO", "greeting"])
def test_a_server_that_repeats_the_password_is_not_quoted(form: str, place: str) -> None:
    """Whatever form it repeats it in, and wherever, the report says [hidden] instead."""
    words = f"550 you said <{form}>".encode()
    script: Any = (
        [send(words + b"\r\n"), close()] if place == "greeting" else [greet(), serve({place: words}, ["AUTH PLAIN"])]
    )
    with ScriptedServer(script) as server:
        report = run_connectivity_test(settings_for(server, **LOGIN), ConnectivityTest(second_look="off"))
    text = everything_of(report)
    assert "[hidden]" in text
    for hidden in disguises(CANARY):
        assert hidden not in text


def test_capabilities_are_scrubbed_too() -> None:
    """An extension that repeats the password is no way round."""
    with ScriptedServer(
        [greet(), serve({}, [f"XSPY {base64.b64encode(CANARY.encode()).decode()}", "AUTH PLAIN"])]
    ) as server:
        report = run_connectivity_test(settings_for(server, **LOGIN))
    assert report.passed, report
    assert report.server is not None
    assert report.server.capabilities is not None
    assert report.server.capabilities[0] == "XSPY [hidden]"


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_the_line_that_was_sent_is_not_quoted(mechanism: str) -> None:
    """A server that echoes each line of the login shows nothing of it: of CRAM-MD5 not even the answer."""
    answers: Any = {"AUTH": echo() if mechanism == "PLAIN" else b"334 PDEyMzRAeD4=", "": echo(b"535 5.7.8 ")}
    with ScriptedServer([greet(), serve(answers, [f"AUTH {mechanism}"])]) as server:
        report = run_connectivity_test(settings_for(server, **LOGIN))
    text = everything_of(report)
    sent = [line for line in server.received[0].decode().splitlines() if not line.startswith(("EHLO", "QUIT"))]
    secrets = [line.rpartition(" ")[2] for line in sent if line != f"AUTH {mechanism}"]
    assert secrets
    for secret in secrets:
        assert secret not in text


def test_a_password_of_one_letter_is_scrubbed_too() -> None:
    """It spoils the text, and that is the lesser evil."""
    assert Scrubber("user", "a").clean(b"535 bad day") == "535 b[hidden]d d[hidden]y"


@pytest.mark.parametrize(
    ("password", "reply"),
    [
        ("correct horse", b"550-you said correct\r\n550 horse or so"),
        ("correct horse", b"550 you said correct   horse or so"),
        ("one two three", b"550-one\r\n550-two\r\n550 three"),
    ],
)
def test_a_password_with_blanks_is_scrubbed_over_lines(password: str, reply: bytes) -> None:
    """A reply is shown on one line, and a run of blanks as one: neither puts a password together again."""
    with ScriptedServer([greet(), serve({"MAIL": reply}, ["AUTH PLAIN"])]) as server:
        report = run_connectivity_test(settings_for(server, username="user", password=password))
    assert not report.passed
    assert "[hidden]" in report.stages[-1].detail
    assert password not in everything_of(report)


def test_a_line_that_is_scrubbed_leaves_the_others() -> None:
    """Only what goes over the end of a line joins lines: EHLO's are the extensions, one by one."""
    scrubber = Scrubber("user", "correct horse")
    assert scrubber.clean_all([b"a correct horse", b"SIZE 1"]) == ("a [hidden]", "SIZE 1")
    assert scrubber.clean_all([b"a correct", b"horse SIZE 1"]) == ("a [hidden] SIZE 1",)


@given(some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), min_size=6))
def test_no_password_survives_scrubbing(password: str) -> None:
    """Any password of some length, in plain or in an AUTH PLAIN blob, is gone from any reply that holds it."""
    scrubber = Scrubber("user", password)
    for form in disguises(password):
        cleaned = scrubber.clean(f"535 said {form} again".encode())
        assert "[hidden]" in cleaned
        if form not in "535 said [hidden] again":
            assert form not in cleaned


def test_escape_sequences_are_made_visible() -> None:
    """A reply can't colour, clear or reorder the terminal that shows it."""
    nasty = b"550 \x1b[2J\x1b]0;title\x07 \xe2\x80\xae bad \x9b1m \x00 \xff"
    with ScriptedServer([greet(), serve({"MAIL": nasty})]) as server:
        report = run_connectivity_test(settings_for(server))
    detail = report.stages[-1].detail
    assert detail == "550 \\x1b[2J\\x1b]0;title\\x07 \\u202e bad \\x9b1m \\x00 \\xff"
    assert visible("\u2028\x85") == "\\u2028\\x85"


def test_a_long_reply_is_shown_in_part() -> None:
    """Text is bounded, and says that it was cut."""
    with ScriptedServer([greet(), serve({"MAIL": b"550 " + b"x" * 4000})]) as server:
        report = run_connectivity_test(settings_for(server))
    detail = report.stages[-1].detail
    assert len(detail) < 600
    assert detail.endswith("… (4000 bytes)")


def test_a_secret_host_is_named_and_not_shown(authority: Authority) -> None:
    """Neither the host, nor its address, nor what gives it away in greeting, EHLO reply and certificate."""
    context = authority.server_context("localhost", "relay.hidden.example", common_name="relay.hidden.example")
    with MailServer("implicit", context, hostname="relay.hidden.example") as server:
        trusting = settings_for(server, ssl=True, ca_certificates=authority.pem)
        report = run_connectivity_test(trusting, secret_arguments={"host"})
        failed = run_connectivity_test(settings_for(server, ssl=True), secret_arguments={"host"})
    assert report.passed, report
    assert not failed.passed
    for text in (everything_of(report), everything_of(failed)):
        assert "localhost" not in text
        assert "127.0.0.1" not in text
        assert "relay.hidden.example" not in text
    assert report.host == "[secret host]"
    assert report.server is not None
    assert report.server.greeting_name == "[secret host]"
    assert report.server.address == f"[secret host]:{server.port}"
    assert f"The connectivity test of [secret host]:{server.port} passed" in str(report)


def test_a_secret_host_is_not_in_the_test_mail() -> None:
    """A mail goes through other people's logs."""
    with MailServer() as server:
        test = ConnectivityTest(depth="message", recipient="to@example.test")
        report = run_connectivity_test(settings_for(server), test, secret_arguments={"host"})
    assert report.passed, report
    assert b"localhost" not in server.messages[0].content


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("username", "jane.doe@example.test"),
        ("from_address", "boss@example.test"),
        ("ehlo_name", "ci.hidden.example"),
        ("connectivity_test.recipient", "to@hidden.example"),
    ],
)
def test_any_secret_argument_is_named_and_not_shown(argument: str, value: str) -> None:
    """Where the server quotes it, or a message would name it, stands which argument it is."""
    arguments = {"username": "user", "password": CANARY, "from_address": "from@example.test", "ehlo_name": "ci.example"}
    test = ConnectivityTest(recipient="rcpt@example.test", attempts=1)
    if argument.startswith("connectivity_test."):
        test = ConnectivityTest(recipient=value, attempts=1)
    else:
        arguments[argument] = value
    with ScriptedServer([greet(), serve({"RCPT": f"550 5.7.1 <{value}> may not".encode()}, ["AUTH PLAIN"])]) as server:
        report = run_connectivity_test(settings_for(server, **arguments), test, secret_arguments={argument})
    assert value not in everything_of(report)
    assert report.stages[-1].detail == f"550 5.7.1 <[secret {argument}]> may not"


def test_a_secret_port_is_not_shown() -> None:
    """The report's port is a number: 0 stands for one that is not shown."""
    with MailServer() as server:
        report = run_connectivity_test(settings_for(server), secret_arguments={"port"})
    assert report.passed
    assert report.port == 0
    assert str(server.port) not in everything_of(report)


def test_no_exception_keeps_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that a failed login leaves behind refers to the password: no error, no frame of one."""
    failures: list[Any] = []

    def keep(*arguments: Any) -> Any:
        outcome = attempt(*arguments)
        failures.append(outcome.failure)
        return outcome

    monkeypatch.setattr("pulumi_smtp_collab.connectivity.test_run.attempt", keep)
    with ScriptedServer([greet(), serve({"AUTH": lambda wire: wire.reset()}, ["AUTH PLAIN"])]) as server:
        run_connectivity_test(settings_for(server, **LOGIN))
    (failure,) = failures
    assert isinstance(failure.error, ConnectionResetError)
    assert failure.error.__traceback__ is None
    assert failure.error.__context__ is None
    assert CANARY not in repr(failure)


def test_settings_never_show_the_password() -> None:
    """Neither do the settings that carry it there."""
    carrying = SmtpSettings(host="relay.example", start_tls=True, from_address="from@example.test", **LOGIN)
    assert CANARY not in repr(carrying)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", "535 请使用授权码登录。详情请看"),
        ("big5", "535 密碼錯誤"),
        ("cp1251", "535 Неверный пароль или имя пользователя"),
        ("koi8-r", "535 Неверный пароль или имя пользователя"),
        ("shift_jis", "535 パスワードが違います"),
        ("latin-1", "535 Authentification refusée : accès non autorisé"),
        ("utf-8", "535 密码错误"),
    ],
)
def test_a_reply_in_another_encoding_is_readable(encoding: str, text: str) -> None:
    """Some services answer in their country's encoding: the text is shown, not its bytes."""
    assert Scrubber("user", "another").clean(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("encoding", "password"),
    [
        ("gb18030", "密码密码密码"),
        ("big5", "密碼密碼密碼"),
        ("cp1251", "пароль-семь"),
        ("koi8-r", "пароль-семь"),
        ("latin-1", "Sésame-7"),
        ("utf-16-le", "kanarie-7"),
        ("utf-8", "密码密码密码"),
    ],
)
def test_a_password_in_another_encoding_is_scrubbed(encoding: str, password: str) -> None:
    """A server may repeat the password in any encoding: neither it nor its bytes are shown."""
    cleaned = Scrubber("user", password).clean(b"535 you said <" + password.encode(encoding) + b"> again")
    assert "[hidden]" in cleaned
    assert password not in cleaned
    assert cleaned.encode().decode() == cleaned


@given(some.binary(max_size=200))
def test_any_bytes_are_shown_as_text(raw: bytes) -> None:
    """Whatever a server sends, what is shown is valid UTF-8 without control characters, and bounded."""
    cleaned = Scrubber("user", "another").clean(raw)
    assert cleaned.encode("utf-8").decode() == cleaned
    assert cleaned == visible(cleaned)
    assert len(cleaned) <= 600

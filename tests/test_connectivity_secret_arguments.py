"""What the program made secret is named and not shown, whatever the server makes of it and whichever test says so."""

from __future__ import annotations

from typing import Any

import pytest
from mailservers import Authority, MailServer, ScriptedServer, close, closed_port, greet, hang, send, serve
from relay_settings import login, resolved, settings_for

from pulumi_smtp_collab import ConnectivityReport, ConnectivityTest, SmtpSettings, run_connectivity_test
from pulumi_smtp_collab.connectivity.machine import Machine
from pulumi_smtp_collab.connectivity.plan import Plan
from pulumi_smtp_collab.connectivity.run import report_on
from pulumi_smtp_collab.connectivity.server_gate import Gate

BRIEF = ConnectivityTest(deadline_seconds=2, attempts=1, second_look="off", address_family="ipv4")


def everything_of(report: ConnectivityReport) -> str:
    return f"{report.model_dump_json()}\n{report!r}\n{report}"


def refused_with(words: str, argument: str, **arguments: Any) -> str:
    """What is shown of a refusal of the recipient that uses these words, where an argument is a secret."""
    with ScriptedServer([greet(), serve({"RCPT": f"550 {words}".encode()}, ["AUTH PLAIN"])]) as server:
        report = run_connectivity_test(settings_for(server, **arguments), BRIEF, secret_arguments={argument})
    return report.stages[-1].detail


@pytest.mark.parametrize(
    ("username", "said"),
    [
        ("service", "\u017fervice"),
        ("ix", "\u0130x"),
        ("ix", "\u0131x"),
        ("\u0131x", "IX"),
        ("\u017fx", "SX"),
        ("kx", "\u212ax"),
        ("\u0130x", "i\u0307x"),
        ("straße", "STRASSE"),
    ],
)
def test_a_value_is_found_in_any_case(username: str, said: str) -> None:
    """Letters whose case is none of its own, or two letters, neither hide a value nor break the test."""
    shown = refused_with(f"no {said} here", "username", username=username, password="pw")
    assert shown == "550 no [secret username] here"


@pytest.mark.parametrize("around", ["uid_{}", "{}_1", "<{}>", "a-{}.b"])
def test_a_value_is_found_as_a_part_of_a_name(around: str) -> None:
    """An underscore joins words in identifiers, and ends a value all the same."""
    shown = refused_with(f"no {around.format('svcmail')} here", "username", username="svcmail", password="pw")
    assert shown == f"550 no {around.format('[secret username]')} here"


def test_a_value_inside_a_word_is_none() -> None:
    """A short value does not take the words apart that happen to hold it."""
    assert (
        refused_with("nobody is here", "username", username="here", password="pw") == "550 nobody is [secret username]"
    )
    assert refused_with("nowhere", "username", username="here", password="pw") == "550 nowhere"


@pytest.mark.parametrize("address", ["a@xn--bcher-kva.example", "a@bücher.example"])
def test_an_internationalised_address_is_found_in_both_forms(address: str) -> None:
    """Servers quote the domain as it travels, or as a person writes it."""
    for said in ("a@xn--bcher-kva.example", "a@bücher.example"):
        assert refused_with(f"<{said}> unknown", "from_address", from_address=address) == (
            "550 <[secret from_address]> unknown"
        )


def test_a_value_that_is_a_word_of_the_report_leaves_the_report_readable() -> None:
    """A user of the name "failed" is no reason to call a status something else."""
    with MailServer(credentials={"failed": "pw"}, plaintext_login=True) as server:
        settings = settings_for(server, username="failed", password="other")
        report = run_connectivity_test(settings, secret_arguments={"username"})
    assert report.status == "failed"
    assert report.stages[-1].name == "auth"
    assert report.stages[-1].status == "failed"


def test_a_test_may_be_secret_as_a_whole() -> None:
    """Then every value of it is one: the recipients, and the place that is dialled with its addresses."""
    words = "550 5.7.1 <to@hidden.example> and not <delegate@hidden.example>"
    with ScriptedServer([greet(), serve({"RCPT": words.encode()})]) as server:
        test = ConnectivityTest(
            recipient="to@hidden.example",
            delegate_test_recipient="delegate@hidden.example",
            connect_to=f"127.0.0.1:{server.port}",
            attempts=1,
        )
        settings = SmtpSettings(host="relay.example", port=25, from_address="from@example.test")
        report = run_connectivity_test(settings, test, secret_arguments={"connectivity_test"})
    text = everything_of(report)
    assert report.stages[-1].detail == (
        "550 5.7.1 <[secret connectivity_test.recipient]> and not <[secret connectivity_test.delegate_test_recipient]>"
    )
    assert report.server is not None
    assert report.server.address == "[secret connectivity_test.connect_to]"
    assert "hidden.example" not in text
    assert str(server.port) not in text
    assert report.depth == "recipient", "a word of a closed choice is no secret"
    assert "failed at the stage recipient" in str(report)


def test_a_name_that_is_no_argument_hides_nothing() -> None:
    """Arguments of the resource that the test does not have, and names that are none, may stand among them."""
    names = {"display_name", "tls_mode", "connectivity_test.nothing", "connectivity_test.tests_here", "password"}
    with MailServer() as server:
        assert run_connectivity_test(settings_for(server), secret_arguments=names).passed


def test_a_remembered_failure_hides_the_hosts_address() -> None:
    """The test that is spared has resolved nothing, and what the first one resolved stays hidden."""
    with closed_port() as port:
        settings = SmtpSettings(host="localhost", port=port, from_address="from@example.test")
        reports = [run_connectivity_test(settings, BRIEF, secret_arguments={"host"}) for _ in range(2)]
    assert reports[1].diagnosis is not None
    assert reports[1].diagnosis.code == "remembered-unreachable"
    for report in reports:
        assert "127.0.0.1" not in everything_of(report)
        assert "localhost" not in everything_of(report)


def test_a_remembered_refusal_hides_the_servers_names(authority: Authority) -> None:
    """A reply that names the server names the host, in the test that is spared as in the first one."""
    context = authority.server_context("localhost", "relay.hidden.example", common_name="cn.hidden.example")
    refusal = b"535 5.7.8 greeting.hidden.example, relay.hidden.example and cn.hidden.example refuse"
    script: list[Any] = [
        send(b"220 greeting.hidden.example ESMTP\r\n"),
        serve({"AUTH": refusal}, ["STARTTLS", "AUTH PLAIN"], name="ehlo.hidden.example"),
    ]
    with ScriptedServer(script, tls_context=context) as server:
        settings = settings_for(server, start_tls=True, ca_certificates=authority.pem, **login())
        reports = [run_connectivity_test(settings, BRIEF, secret_arguments={"host"}) for _ in range(2)]
        assert server.connections == 1
    assert reports[1].diagnosis is not None
    assert reports[1].diagnosis.code == "remembered-login"
    for report in reports:
        assert "hidden.example" not in everything_of(report)
        assert "535 5.7.8 [secret host], [secret host] and [secret host] refuse" in str(report)


def test_every_attempts_addresses_are_hidden() -> None:
    """A host that has another address in the second attempt is hidden in the record of the first one too."""
    with ScriptedServer([send(b"452 busy\r\n"), close()]) as server:
        answers = iter([resolved(("127.0.0.1", server.port)), resolved()])

        def resolver(host: str, port: int, family: int) -> Any:
            return next(answers)(host, port, family)

        test = ConnectivityTest(second_look="off", attempts=2)
        machine = Machine(resolver=resolver, chance=lambda _most: 0.0)
        report = report_on(Plan.of(settings_for(server), test, machine, secret_arguments={"host"}), Gate())
    assert len(report.attempts) == 2
    assert report.stages[-1].name == "dns"
    assert "127.0.0.1" not in everything_of(report)


@pytest.mark.parametrize("boxes", [{"ssl": True}, {"start_tls": True}])
def test_a_certificate_that_was_refused_does_not_give_the_host_away(authority: Authority, boxes: Any) -> None:
    """The names that it carries in place of the host's are names of the host."""
    context = authority.server_context("relay.hidden.example", common_name="relay.hidden.example")
    with MailServer("implicit" if "ssl" in boxes else "starttls", context, hostname="other.example.test") as server:
        settings = settings_for(server, ca_certificates=authority.pem, **boxes)
        report = run_connectivity_test(settings, secret_arguments={"host"})
    assert report.diagnosis is not None
    assert report.diagnosis.code == "tls-name-mismatch"
    assert "hidden.example" not in everything_of(report)
    assert "it carries [secret host]" in report.diagnosis.summary


@pytest.mark.parametrize("greeting", [b"220 relay.hidden.example hi\r\n", b"220-relay.hidden.example\r\n220 hi\r\n"])
def test_the_lines_of_further_looks_do_not_give_the_host_away(greeting: bytes) -> None:
    """What a port says in plain text where TLS was expected begins with the server's name."""
    with ScriptedServer([send(greeting), serve()]) as server:
        report = run_connectivity_test(settings_for(server, ssl=True), secret_arguments={"host"})
    assert report.diagnosis is not None
    assert "[secret host]" in report.stages[-1].detail
    assert "hidden.example" not in everything_of(report)


def test_the_words_of_a_refusal_are_no_names() -> None:
    """A greeting that refuses may begin with any word, which is not replaced wherever it stands."""
    with ScriptedServer([send(b"554 No service here\r\n"), hang()]) as server:
        report = run_connectivity_test(settings_for(server), BRIEF, secret_arguments={"host"})
    assert report.stages[-1].detail == "554 No service here"

"""The main job on the real engine: what passed is saved, what failed is not, and the message says why."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any

import pytest
from both_front_ends import front_end, make_stack, spelled
from mailservers import Authority, MailServer, Postfix, closed_port, require_postfix
from programs import KIND, provider
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.stack import Result, Stack

pytestmark = pytest.mark.engine
__all__ = ["front_end", "make_stack"]

LOGIN = {"username": "user", "password": "correct-horse"}
CREDENTIALS = {"user": "correct-horse"}


def saved(stack: Stack) -> dict[str, Any]:
    """Return the outputs of the one provider that is saved, without the secret ones: ciphertext is never the same."""
    (resource,) = stack.resources(KIND)
    return {name: value for name, value in resource["outputs"].items() if "ciphertext" not in str(value)}


def last_lines(result: Result, count: int = 4) -> list[str]:
    """Return the last lines of the resource's error, as the user reads it."""
    errors = [
        event["message"]
        for event in result.diagnostics
        if event["severity"] == "error" and "Stage:" in event["message"]
    ]
    assert len(errors) == 1, result.text
    return [line.strip() for line in errors[0].strip().splitlines()][-count:]


@pytest.mark.parametrize(("tls", "login"), [("none", False), ("starttls", True), ("implicit", True)])
def test_each_tls_mode_is_tested_and_saved(make_stack: MakeStack, authority: Authority, tls: str, login: bool) -> None:
    """The provider is saved with the evidence of its test; a second up changes nothing; destroy removes it."""
    context = None if tls == "none" else authority.server_context("localhost")
    options: dict[str, Any] = {"credentials": CREDENTIALS, "login_required": login, "plaintext_login": tls == "none"}
    with MailServer(tls, context, **options) as server:  # type: ignore[arg-type]
        arguments: dict[str, Any] = {"host": "localhost", "port": server.port, **(LOGIN if login else {})}
        if tls != "none":
            arguments |= {"ca_certificates": authority.pem, "ssl" if tls == "implicit" else "start_tls": True}
        stack = make_stack(provider(**arguments))

        assert stack.up().succeeded().changes == {"create": 2}
        (resource,) = stack.resources(KIND)
        uuid.UUID(resource["id"], version=4)
        outputs = resource["outputs"]
        assert outputs["type"] == "SMTP"
        assert outputs["tlsMode"] == tls
        verification = outputs["lastVerification"]
        assert verification["status"] == "passed"
        assert verification["depth"] == "recipient"
        assert "diagnosis" not in verification
        assert verification["testedFrom"]["version"]
        names = [stage["name"] for stage in verification["stages"]]
        assert names[-2:] == ["sender", "recipient"]
        assert ("auth" in names) == login
        assert ("tls" in names) == (tls != "none")
        assert not server.messages
        assert server.verbs[-2:] == ["RCPT", "QUIT"]

        seen = len(server.commands)
        assert stack.up("--expect-no-changes").succeeded().changes == {"same": 2}
        assert len(server.commands) == seen, "a second up must not touch the server"
        stack.destroy().succeeded()
        assert not stack.resources(KIND)


def test_a_wrong_password_is_refused_and_nothing_is_saved(make_stack: MakeStack, authority: Authority) -> None:
    """One login attempt is made; the error's last lines are stage, what was said, fix, and what is true now."""
    with MailServer("starttls", authority.server_context("localhost"), credentials=CREDENTIALS) as server:
        arguments = {"host": "localhost", "port": server.port, "start_tls": True, "ca_certificates": authority.pem}
        stack = make_stack(provider(**arguments, username="user", password="wrong-canary"))
        result = stack.up().failed()
        stage, seen, fix, outcome = last_lines(result)
        assert stage.startswith(f"Stage: auth of localhost:{server.port} [")
        assert "535" in seen
        assert fix.startswith("Fix: ")
        assert outcome == "Nothing was saved."
        assert "error: The connectivity test of" in result.text, "the message alone"
        assert "Traceback" not in result.text
        assert "wrong-canary" not in result.text
        assert [ok for _, ok in server.logins] == [False]
        assert not stack.resources(KIND)
        assert not stack.export()["deployment"].get("pending_operations")


@pytest.mark.inline
def test_failures_of_tls_save_nothing(make_stack: MakeStack, front_end: str, authority: Authority) -> None:
    """An unknown CA, a wrong name, an expired certificate, STARTTLS not offered: each named, nothing saved."""
    cases: list[tuple[str, dict[str, Any], str, str]] = [
        ("unknown CA", {}, "tls", "ca_certificates"),
        ("wrong name", {"names": ("other.example.test",)}, "tls", "other.example.test"),
        ("expired", {"expired": True}, "tls", "expired"),
        ("not offered", {"plain": True}, "starttls", "start_tls"),
    ]
    stack = make_stack(provider(host="localhost"))
    for case, options, stage, word in cases:
        plain = options.get("plain", False)
        names = options.get("names", ("localhost",))
        context = None if plain else authority.server_context(*names, expired=options.get("expired", False))
        with MailServer("none" if plain else "starttls", context, credentials=CREDENTIALS) as server:
            trusted = {} if case == "unknown CA" else {"ca_certificates": authority.pem}
            stack.write_program(provider(host="localhost", port=server.port, start_tls=True, **trusted, **LOGIN))
            lines = last_lines(stack.up().failed())
            assert lines[0].startswith(f"Stage: {stage} of localhost:{server.port} ["), (case, lines)
            assert spelled(word, front_end) in " ".join(lines[1:3]), (case, lines)
            assert lines[3] == "Nothing was saved."
            assert not server.logins, f"{case}: no credentials may be sent"
        assert not stack.resources(KIND)


@pytest.mark.inline
def test_a_server_that_is_not_there(make_stack: MakeStack) -> None:
    """A closed port and a name that does not exist are told apart."""
    with closed_port() as port:
        stack = make_stack(provider(host="127.0.0.1", port=port))
        lines = last_lines(stack.up().failed())
        assert lines[0].startswith(f"Stage: connect of 127.0.0.1:{port} [")
        assert lines[3] == "Nothing was saved."
    stack.write_program(provider(host="no-such-host.invalid"))
    lines = last_lines(stack.up().failed())
    assert lines[0].startswith("Stage: dns of no-such-host.invalid:25 [")
    assert not stack.resources(KIND)


@pytest.mark.inline
@pytest.mark.parametrize("at", ["refuse_sender", "refuse_sender_at_rcpt"])
def test_an_unacceptable_from_address(make_stack: MakeStack, front_end: str, at: str) -> None:
    """Whether the server says so at MAIL or, as Postfix does, at RCPT: the From address is named, nothing is saved."""
    reply = "553 5.7.1 <ci@example.test>: Sender address rejected: not owned by user"
    with MailServer(**{at: reply}) as server:  # type: ignore[arg-type]
        stack = make_stack(provider(host="127.0.0.1", port=server.port))
        lines = last_lines(stack.up().failed())
        assert reply in lines[1]
        assert spelled("from_address", front_end) in lines[2]
        assert lines[3] == "Nothing was saved."
        assert not stack.resources(KIND)


@pytest.mark.inline
def test_warn_saves_with_a_warning_and_off_does_not_test(make_stack: MakeStack) -> None:
    """With warn a failed test is saved as failed and warned of; with off nothing is tested, and it says notTested."""
    with closed_port() as port:
        stack = make_stack(provider(host="127.0.0.1", port=port, connectivity_test={"mode": "warn"}))
        result = stack.up().succeeded()
        assert "Stage: connect of 127.0.0.1" in result.text
        assert "It was saved all the same" in result.text
        verification = saved(stack)["lastVerification"]
        assert verification["status"] == "failed"
        assert verification["diagnosis"]["stage"] == "connect"

        stack.write_program(provider(host="127.0.0.1", port=port, connectivity_test={"mode": "off"}))
        stack.up().succeeded()
        assert saved(stack)["lastVerification"]["status"] == "notTested"
        stack.up("--expect-no-changes").succeeded()


def test_an_update_is_tested_before_it_is_saved(make_stack: MakeStack) -> None:
    """A failed update leaves what was verified in use and says so; a new display name alone is not tested."""
    with MailServer() as server, closed_port() as closed:
        stack = make_stack(provider(host="127.0.0.1", port=server.port))
        stack.up().succeeded()
        before = saved(stack)

        stack.write_program(provider(host="127.0.0.1", port=closed))
        lines = last_lines(stack.up().failed())
        checked_at = before["lastVerification"]["checkedAt"].replace("T", " ")[:16]
        assert lines[3] == f"Nothing was changed; in use are the settings verified {checked_at} UTC."
        assert saved(stack) == before

        connections = len(server.conversations)
        stack.write_program(provider(host="127.0.0.1", port=server.port, display_name="Renamed"))
        assert stack.up().succeeded().changes == {"same": 1, "update": 1}
        assert saved(stack)["displayName"] == "Renamed"
        assert saved(stack)["lastVerification"] == before["lastVerification"]
        assert len(server.conversations) == connections

        stack.write_program(provider(host="127.0.0.1", port=server.port, from_address="new@example.test"))
        stack.up().succeeded()
        assert len(server.conversations) == connections + 1


@pytest.mark.inline
def test_equal_arguments_are_no_change(make_stack: MakeStack) -> None:
    """Floats, defaults given or left out, upper case, another order and outputs: the second up is empty."""
    with MailServer() as server:
        stack = make_stack(provider(host="LOCALHOST", port=server.port))
        stack.up().succeeded()
        stack.write_program(
            "import pulumi\n"
            "from pulumi_smtp_collab import SmtpCollaborationProvider, SmtpCollaborationProviderArgs\n"
            "from pulumi_smtp_collab import ConnectivityTestArgs\n"
            f"port = pulumi.Output.from_input({float(server.port)})\n"
            "test = ConnectivityTestArgs(attempts=2.0, deadline_seconds=60, mode='enforce', depth='recipient')\n"
            "args = SmtpCollaborationProviderArgs(connectivity_test=test, start_tls=False, display_name='mail',\n"
            "    tls_server_name='localhost.', from_address='ci@EXAMPLE.test', port=port, ssl=False,\n"
            "    host='localhost')\n"
            "SmtpCollaborationProvider('mail', args)\n"
        )
        stack.up("--expect-no-changes").succeeded()
        stack.preview("--expect-no-changes").succeeded()


@pytest.mark.inline
@pytest.mark.postfix
def test_postfix(make_stack: MakeStack, front_end: str, authority: Authority) -> None:
    """A real Postfix with SASL: submission by STARTTLS, TLS from the start, port 25, and its refusals."""
    require_postfix()
    with contextlib.ExitStack() as open_until_the_end:
        postfix = open_until_the_end.enter_context(
            Postfix(authority, names=("localhost",), refuse_senders={"barred@example.test": "553 5.7.1 Not yours"})
        )
        login = {"username": "user@mail.example.test", "password": "correct-horse"}
        secured: dict[str, Any] = {"host": "localhost", "ca_certificates": authority.pem, **login}
        stack = make_stack(provider(**secured, port=postfix.port_submission, start_tls=True))
        stack.up().succeeded()
        verification = saved(stack)["lastVerification"]
        assert "AUTH PLAIN LOGIN" in verification["server"]["capabilities"]

        stack.write_program(provider(**secured, port=postfix.port_implicit, ssl=True))
        stack.up().succeeded()
        stack.write_program(provider(host="localhost", port=postfix.port_plain))
        stack.up().succeeded()

        refused = provider(**secured, port=postfix.port_implicit, ssl=True)
        stack.write_program(refused.replace("ci@example.test", "barred@example.test"))
        lines = last_lines(stack.up().failed())
        assert "553 5.7.1" in lines[1]
        assert spelled("from_address", front_end) in lines[2]
        assert lines[3].startswith("Nothing was changed; in use are the settings verified")

        stack.write_program(refused.replace("correct-horse", "wrong"))
        lines = last_lines(stack.up().failed())
        assert lines[0].startswith("Stage: auth of localhost:")
        assert "535 5.7.8" in lines[1]

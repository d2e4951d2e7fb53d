"""The native plugin on the real engine, by YAML and Python programs: the same job as the dynamic resource's."""

from __future__ import annotations

import json
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from both_front_ends import as_native
from mailservers import Authority, MailServer, closed_port
from native_plugin import provider, with_plugin, yaml_stack
from programs import KIND
from programs import provider as python_program
from pulumi_stack import secret_forms
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.stack import Result, Stack

pytestmark = pytest.mark.engine

PASSWORD = "correct-horse-canary"
LOGIN = {"username": "user", "password": PASSWORD}
CREDENTIALS = {"user": PASSWORD}
SECRET = {"fn::secret": PASSWORD}


@pytest.fixture
def server(authority: Authority) -> Iterator[MailServer]:
    """A server with STARTTLS and a login."""
    with MailServer("starttls", authority.server_context("localhost"), credentials=CREDENTIALS) as running:
        yield running


@pytest.fixture
def arguments(authority: Authority, server: MailServer) -> dict[str, Any]:
    """The arguments that fit the server, as YAML writes them."""
    return {
        "host": "localhost",
        "port": server.port,
        "startTls": True,
        "caCertificates": authority.pem,
        "username": "user",
    }


def errors(result: Result) -> list[dict[str, Any]]:
    """Return the errors that are about a resource of ours."""
    return [each for each in result.diagnostics if each["severity"] == "error" and "smtp-collab" in each.get("urn", "")]


def test_a_yaml_program_goes_through_its_whole_life(
    make_stack: MakeStack, tmp_path: Path, arguments: dict[str, Any], server: MailServer
) -> None:
    """Preview, up, an empty second up, a change shown by property, refresh, destroy; the password is nowhere."""
    declared = {"mail": provider(**arguments, password=SECRET)}
    outputs = {"status": "${mail.lastVerification.status}", "tls": "${mail.tlsMode}", "password": "${mail.password}"}
    stack = yaml_stack(make_stack, tmp_path / "program", declared, outputs=outputs)
    assert stack.preview().succeeded().changes == {"create": 2}
    assert not server.logins, "a preview must not touch the server"
    up = stack.up().succeeded()
    assert up.changes == {"create": 2}
    assert not [each for each in up.diagnostics if each["severity"] == "warning"], up.text
    assert stack.outputs() == {"status": "passed", "tls": "starttls", "password": "[secret]"}
    assert len(server.logins) == 1
    assert stack.up("--expect-no-changes").succeeded().changes == {"same": 2}
    assert stack.refresh("--expect-no-changes").succeeded()

    declared["mail"]["properties"] |= {"displayName": "Other", "connectivityTest": {"depth": "sender"}}
    rewrite(stack, declared)
    shown = stack.preview("--diff").succeeded().text
    assert '~ displayName     : "mail" => "Other"' in shown or '~ displayName: "mail" => "Other"' in shown, shown
    assert '~ depth: "recipient" => "sender"' in shown, shown
    assert stack.up().succeeded().changes == {"same": 1, "update": 1}
    assert len(server.logins) == 1, "nothing that a test sees has changed"
    assert stack.destroy().succeeded()
    assert not stack.resources(KIND)
    assert not stack.leaks(secret_forms(PASSWORD))


def rewrite(stack: Stack, resources: dict[str, Any]) -> None:
    """Replace the resources of a YAML program, as a person edits them."""
    file = stack.folder / "Pulumi.yaml"
    project = yaml.safe_load(file.read_text(encoding="utf-8"))
    project["resources"] = resources
    file.write_text(yaml.safe_dump(project, sort_keys=False), encoding="utf-8")


def test_a_refused_login_is_the_message_alone(
    make_stack: MakeStack, tmp_path: Path, arguments: dict[str, Any], server: MailServer
) -> None:
    """The error stands at its resource, in our words and with their line breaks; a failed update changes nothing."""
    declared = {"mail": provider(**arguments, password={"fn::secret": "wrong-canary"})}
    stack = yaml_stack(make_stack, tmp_path / "program", declared)
    failed = stack.up().failed()
    (error,) = errors(failed)
    lines = error["message"].strip().splitlines()
    assert lines[0].endswith('The connectivity test of "mail" failed.')
    assert lines[-1].strip() == "Nothing was saved."
    assert "Traceback" not in failed.text
    assert "rpc error" not in failed.text
    assert "wrong-canary" not in failed.text
    assert [ok for _, ok in server.logins] == [False]
    assert not stack.resources(KIND)
    declared["mail"]["properties"]["password"] = SECRET
    rewrite(stack, declared)
    stack.up().succeeded()
    declared["mail"]["properties"]["password"] = {"fn::secret": "wrong-again"}
    rewrite(stack, declared)
    (error,) = errors(stack.up().failed())
    assert "in use are the settings verified" in error["message"]
    assert not stack.export()["deployment"].get("pending_operations")


def test_every_fault_is_told_in_preview(make_stack: MakeStack, tmp_path: Path) -> None:
    """Bad arguments are named as YAML names them, all at once, before anything is done."""
    declared = {"mail": provider(host="", port=70000, connectivityTest={"deadlineSeconds": 0})}
    result = yaml_stack(make_stack, tmp_path / "program", declared).preview().failed()
    for name in ("host: ", "port: ", "connectivityTest.deadlineSeconds: "):
        assert name in result.text, result.text


def test_the_configuration_holds_for_all_and_an_explicit_provider_for_its_own(
    make_stack: MakeStack, tmp_path: Path, arguments: dict[str, Any]
) -> None:
    """The stack's settings are those of the default provider; an explicit one has its own; a wrong one is refused."""
    off = provider(**arguments, password=SECRET, options={"provider": "${own}"})
    own = {"type": "pulumi:providers:smtp-collab", "properties": {"connectivityTestMode": "off"}}
    stack = yaml_stack(
        make_stack, tmp_path / "program", {"mail": provider(**arguments, password=SECRET), "own": own, "off": off}
    )
    stack.config_set("smtp-collab:connectivityTestDepth", "tls")
    stack.up().succeeded()
    found = {each["urn"].rpartition("::")[2]: each["outputs"]["lastVerification"] for each in stack.resources(KIND)}
    assert (found["mail"]["status"], found["mail"]["depth"]) == ("passed", "tls")
    assert found["off"]["status"] == "notTested"
    stack.config_set("smtp-collab:connectivityTestDepth", "deep")
    assert "smtp-collab:connectivityTestDepth: " in stack.preview().failed().text


def test_a_function_tests_and_saves_nothing(
    make_stack: MakeStack, tmp_path: Path, arguments: dict[str, Any], server: MailServer
) -> None:
    """A YAML program reads a report without declaring a resource; a failure is a result with its fix."""
    call = {
        "fn::invoke": {
            "function": "smtp-collab:testConnectivity",
            "arguments": {"fromAddress": "a@example.test", **arguments, "password": PASSWORD},
        }
    }
    with closed_port() as port:
        closed = {
            "fn::invoke": {
                "function": "smtp-collab:testConnectivity",
                "arguments": {"fromAddress": "a@example.test", "host": "127.0.0.1", "port": port},
                "return": "diagnosis",
            }
        }
        variables = {"report": call, "diagnosis": closed}
        outputs = {"passed": "${report.passed}", "status": "${report.status}", "code": "${diagnosis.code}"}
        stack = yaml_stack(make_stack, tmp_path / "program", {}, variables=variables, outputs=outputs)
        stack.up().succeeded()
    assert stack.outputs() == {"passed": True, "status": "passed", "code": "connect-refused"}
    assert not stack.resources(KIND)
    assert [ok for _, ok in server.logins][-1:] == [True]


def test_changing_one_import_moves_a_stack(make_stack: MakeStack, authority: Authority, server: MailServer) -> None:
    """A stack of the dynamic resource goes over to the plugin: nothing is replaced or tested again."""
    given = {"host": "localhost", "port": server.port, "start_tls": True, "ca_certificates": authority.pem, **LOGIN}
    program = python_program(**given)
    stack = with_plugin(make_stack(program))
    stack.up().succeeded()
    (before,) = stack.decrypted_resources(KIND)
    assert before["type"].startswith("pulumi-python:dynamic")
    stack.write_program(as_native(program))
    assert stack.preview("--expect-no-changes").succeeded()
    moved = stack.up().succeeded()
    assert moved.changes == {"same": 2}, moved.text
    (after,) = stack.decrypted_resources(KIND)
    assert after["type"] == "smtp-collab:index:SmtpCollaborationProvider"
    assert after["id"] == before["id"]
    assert after["outputs"]["lastVerification"] == before["outputs"]["lastVerification"]
    assert [ok for _, ok in server.logins] == [True]
    assert stack.up("--expect-no-changes").succeeded()
    assert stack.refresh().succeeded()
    assert not stack.leaks(secret_forms(PASSWORD))
    stack.destroy().succeeded()


def test_a_custom_timeout_reaches_the_test(make_stack: MakeStack, tmp_path: Path) -> None:
    """A create that may take two seconds ends in about two, and the message says where the time went."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        declared = {"mail": provider(host="127.0.0.1", port=port, options={"customTimeouts": {"create": "2s"}})}
        stack = yaml_stack(make_stack, tmp_path / "program", declared)
        result = stack.up().failed()
        (error,) = errors(result)
        assert "Stage: greeting" in error["message"]
        assert result.seconds < 25, "the deadline of the arguments is 60 seconds"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_engine_that_is_ended_ends_its_test(make_stack: MakeStack, tmp_path: Path, how: signal.Signals) -> None:
    """After an interrupt, and once the engine was killed, the test ends at once; nothing is saved."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        declared = {"mail": provider(host="127.0.0.1", port=silent.getsockname()[1])}
        stack = yaml_stack(make_stack, tmp_path / "program", declared)
        running = stack.start("up", "--yes", "--skip-preview")
        connection, _ = silent.accept()
        with connection:
            running.send_signal(how)
            began = time.monotonic()
            connection.settimeout(20)
            assert connection.recv(1) == b""
            assert time.monotonic() - began < 10, "the deadline of the arguments is 60 seconds"
        running.communicate(timeout=60)
        assert running.returncode != 0
        assert not stack.resources(KIND)


def test_a_stage_that_lasts_is_told_while_it_lasts(make_stack: MakeStack, tmp_path: Path) -> None:
    """Without a terminal, a stage that takes longer than a second is told at its resource, as a passing message."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        declared = {
            "mail": provider(
                host="127.0.0.1", port=silent.getsockname()[1], options={"customTimeouts": {"create": "5s"}}
            )
        }
        stack = yaml_stack(make_stack, tmp_path / "program", declared)
        told = [each for each in stack.up().failed().diagnostics if each.get("ephemeral")]
        assert [each["message"].strip() for each in told if "smtp-collab" in each["urn"]][:1] == ["test: greeting"]


def test_a_warning_stands_at_its_resource_once(
    make_stack: MakeStack, tmp_path: Path, arguments: dict[str, Any]
) -> None:
    """A test whose failure only warns is told once, at its resource; so is a pair of settings seldom meant."""
    with closed_port() as port:
        declared = {
            "mail": provider(
                host="127.0.0.1",
                port=port,
                caCertificates=arguments["caCertificates"],
                connectivityTest={"mode": "warn"},
            )
        }
        stack = yaml_stack(make_stack, tmp_path / "program", declared)
        up = stack.up().succeeded()
    warnings = [each for each in up.diagnostics if each["severity"] == "warning"]
    assert {each.get("urn", "").rpartition("::")[2] for each in warnings} == {"mail"}
    texts = [each["message"] for each in warnings]
    assert len(texts) == len(set(texts)) == 2, texts
    assert any("It was saved all the same" in text for text in texts)
    assert any("caCertificates has no effect without TLS" in text for text in texts)


def test_the_schema_is_served_by_the_engine(make_stack: MakeStack, tmp_path: Path) -> None:
    """`pulumi package get-schema ./program` prints what the file holds, all of it."""
    stack = yaml_stack(make_stack, tmp_path / "program", {})
    program = stack.workspace / "plugin" / "pulumi-resource-smtp-collab"
    printed = json.loads(stack.run("package", "get-schema", str(program)).succeeded().stdout)
    schema = json.loads((Path(__file__).parent.parent / "schema.json").read_text("utf-8"))
    assert printed == schema

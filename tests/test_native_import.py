"""What exists already: imported and read by the native plugin, without the password in anything that is printed."""

from __future__ import annotations

from pathlib import Path

import grpc
import pytest
import yaml
from fake_harness import Account, FakeHarness
from harness_stacks import PASSWORD, assert_nothing_leaks, in_harness, way_to, writes
from mailservers import MailServer
from native_plugin import TEXT_TYPE, TYPE, Plugin, plugin, provider, urn, yaml_stack
from pulumi.runtime.proto import provider_pb2
from pulumi_stack.fixtures import MakeStack

from pulumi_smtp_collab.provider.wire_values import from_wire


@pytest.mark.engine
def test_pulumi_import_takes_over_what_harness_holds(
    make_stack: MakeStack, tmp_path: Path, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """Imported without a warning, and printed as a program that lacks the password alone, which is asked for.

    With it, the next up tests it and saves it. The same config is read by `get`, and no refresh finds a difference.
    """
    held = {"host": "127.0.0.1", "port": mail.port, "fromAddress": "ci@example.test", "username": "pipeline"}
    theirs = account.set_smtp_config("corp mail", **held, password=PASSWORD)
    stack = in_harness(yaml_stack(make_stack, tmp_path / "program", {}))
    stack.environment |= way_to(harness, account)
    imported = stack.run("import", TYPE, "mail", "account", "--yes").succeeded()
    assert "warning" not in imported.text
    assert "the program has to give it: password: is missing" in imported.text
    printed = yaml.safe_load(imported.stdout[imported.stdout.index("\nresources:") :])["resources"]
    declared = {"displayName": "corp mail", **held, "ssl": False, "startTls": False}
    assert printed["mail"]["properties"] == declared
    (resource,) = stack.resources(TYPE)
    assert (resource["id"], resource["outputs"]["savedIn"]["passwordKnown"]) == (theirs.uuid, False)

    seen = {"type": TYPE, "get": {"id": theirs.uuid}}
    resources = {"mail": provider(**declared, password={"fn::secret": PASSWORD}), "seen": seen}
    file = stack.folder / "Pulumi.yaml"
    program = yaml.safe_load(file.read_text("utf-8")) | {"resources": resources, "outputs": {"port": "${seen.port}"}}
    file.write_text(yaml.safe_dump(program, sort_keys=False), encoding="utf-8")
    assert stack.up().succeeded().changes == {"same": 1, "update": 1}
    assert stack.outputs() == {"port": mail.port}
    assert (mail.logins, writes(harness)) == ([("pipeline", True)], ["PUT"])
    stack.up("--expect-no-changes").succeeded()
    stack.refresh("--expect-no-changes").succeeded()
    assert "was adopted, so it stays" in stack.destroy().succeeded().text
    assert account.smtp_config is theirs
    assert_nothing_leaks(stack, harness, PASSWORD)


def read(started: Plugin, kind: str, identifier: str) -> provider_pb2.ReadResponse:
    """Read what is in no state yet, as an import does."""
    return started.stub.Read(provider_pb2.ReadRequest(id=identifier, urn=urn(kind=kind)), timeout=30)


def way_to_firstgen(harness: FakeHarness, account: Account) -> dict[str, str]:
    """Return the environment variables of FirstGen's users."""
    return {
        "HARNESS_ENDPOINT": harness.endpoint,
        "HARNESS_ACCOUNT_ID": account.id,
        "HARNESS_API_KEY": account.api_key(generation="firstgen"),
    }


def test_a_firstgen_provider_is_imported_with_the_secret_that_it_refers_to(
    harness: FakeHarness, account: Account
) -> None:
    """The program that is printed is whole: the Encrypted Text is named, and its value is nowhere."""
    secret = account.add_encrypted_text("team pw", PASSWORD)
    fields = {"host": "smtp.example.com", "port": 587, "from_address": "ci@example.test", "username": "pipeline"}
    account.add_firstgen_provider("corp mail", **fields, password_id=secret.id)
    with plugin(way_to_firstgen(harness, account)) as started:
        started.configure(target="harness-firstgen")
        found, text = read(started, TYPE, "corp mail"), read(started, TEXT_TYPE, "team pw")
    inputs, _ = from_wire(found.inputs)
    assert (inputs["host"], inputs["displayName"]) == ("smtp.example.com", "corp mail")
    assert inputs["passwordReference"]["name"] == "team pw"
    assert PASSWORD not in str(found)
    assert (text.id, from_wire(text.inputs)[0]["name"]) == (secret.id, "team pw")
    assert PASSWORD not in str(text)


def test_what_an_import_lacks_is_a_fault_of_a_program_alone(harness: FakeHarness, account: Account) -> None:
    """The check of what an import has just read passes, once; the same from a program is refused."""
    account.set_smtp_config("corp", host="smtp.example.com", port=25, fromAddress="a@example.test", username="u")
    with plugin(way_to(harness, account)) as started:
        found = read(started.configure(target="harness"), TYPE, "account")
        request = provider_pb2.CheckRequest(urn=urn(), olds=found.inputs, news=found.inputs)
        checked = started.stub.Check(request, timeout=30)
        assert (list(checked.failures), checked.inputs) == ([], found.inputs)
        faults = [fault.reason for fault in started.stub.Check(request, timeout=30).failures]
        assert any(fault.startswith("password: is missing") for fault in faults)


@pytest.mark.parametrize(
    ("target", "provider_said", "text_said"),
    [
        ("state", "read that stack's outputs with pulumi.StackReference", "which has no other place to ask"),
        ("harness", "There is no SMTP config in", "a secret's value can't be read back"),
        ("harness-firstgen", "'nothing'", "There is no Encrypted Text named 'nothing'"),
    ],
)
def test_what_is_not_there_is_told_where_it_was_looked_for(
    harness: FakeHarness, account: Account, target: str, provider_said: str, text_said: str
) -> None:
    """In each target, what can't be imported is refused in words that say why."""
    with plugin(way_to_firstgen(harness, account) | way_to(harness, account)) as started:
        started.configure(target=target)
        for kind, said in ((TYPE, provider_said), (TEXT_TYPE, text_said)):
            with pytest.raises(grpc.RpcError) as error:
                read(started, kind, "nothing")
            assert error.value.code() == grpc.StatusCode.FAILED_PRECONDITION
            assert said in error.value.details()

"""What the native plugin finds to differ, by raw gRPC: property by property, of whatever state there is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_harness import Account, FakeHarness
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]
from harness_stacks import PASSWORD, stored, way_to
from mailservers import MailServer
from native_plugin import GIVEN, Plugin, engine_log, plugin, struct, urn
from pulumi.runtime import rpc
from pulumi.runtime.proto import engine_pb2, provider_pb2

from pulumi_smtp_collab.model.partial_validation import UNKNOWN
from pulumi_smtp_collab.provider.wire_values import Secret, from_wire, to_wire

KINDS = provider_pb2.PropertyDiff.Kind


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plugin]:
    """One configured plugin for all tests that only ask it."""
    with plugin(folder=tmp_path_factory.mktemp("plugin")) as started:
        yield started.configure()


def test_a_diff_names_each_property(running: Plugin) -> None:
    """Added, changed, removed, nested and unknown properties are named with how they differ; equal ones are not."""
    off = {"mode": "off"}
    saved = running.create({**GIVEN, "port": 25, "ehloName": "a.example", "connectivityTest": off}).properties
    same = running.check({**GIVEN, "connectivityTest": off, "ehloName": "a.example"}).inputs
    answer = running.stub.Diff(provider_pb2.DiffRequest(id="x", urn=urn(), olds=saved, news=same))
    assert answer.changes == provider_pb2.DiffResponse.DIFF_NONE
    given = {"host": rpc.UNKNOWN, "fromAddress": "ci@example.test", "port": 26, "tlsServerName": "b.example"}
    news = running.check({**given, "startTls": True, "connectivityTest": {**off, "attempts": 3}}).inputs
    answer = running.stub.Diff(provider_pb2.DiffRequest(id="x", urn=urn(), olds=saved, news=news))
    assert answer.hasDetailedDiff
    assert {path: each.kind for path, each in answer.detailedDiff.items()} == {
        "host": KINDS.UPDATE,
        "port": KINDS.UPDATE,
        "startTls": KINDS.UPDATE,
        "ehloName": KINDS.DELETE,
        "tlsServerName": KINDS.ADD,
        "connectivityTest.attempts": KINDS.UPDATE,
    }
    assert not answer.replaces


def test_after_a_move_from_the_dynamic_type_nothing_is_replaced(running: Plugin) -> None:
    """The dynamic provider's state, its internal inputs and the whole stack's configuration make no difference."""
    off = {**GIVEN, "connectivityTest": {"mode": "off"}}
    saved = running.create(off).properties
    internal = {"__provider": "gASV", "__secretArguments": [], "__stack": "trial/dev"}
    olds = to_wire({**from_wire(saved)[0], **internal})
    inputs = running.check(off).inputs
    old_inputs = to_wire({**from_wire(inputs)[0], **internal})
    request = provider_pb2.DiffRequest(id="x", urn=urn(), olds=olds, news=inputs, old_inputs=old_inputs)
    assert running.stub.Diff(request).changes == provider_pb2.DiffResponse.DIFF_NONE
    config = {"trial:password": "TOPSECRET", "smtp-collab:target": "state", "__internal": {}}
    moved = running.stub.DiffConfig(provider_pb2.DiffRequest(olds=struct(config), news=struct({"version": "1.0.0"})))
    assert not moved.replaces
    assert moved.changes == provider_pb2.DiffResponse.DIFF_NONE


def test_a_changed_setting_is_told_and_replaces_nothing(running: Plugin) -> None:
    """An explicit provider whose settings change is updated; what has to move is found by each resource's diff."""
    answer = running.stub.DiffConfig(
        provider_pb2.DiffRequest(olds=struct({"target": "state"}), news=struct({"target": "harness"}))
    )
    assert (answer.changes, list(answer.diffs)) == (provider_pb2.DiffResponse.DIFF_SOME, ["target"])
    assert not answer.replaces
    assert not answer.deleteBeforeReplace


def test_the_configuration_is_checked_at_once_and_its_key_is_secret(running: Plugin) -> None:
    """Every fault of the configuration is found in one answer, without a value; the API key is marked secret."""
    given = {"target": "harness", "connectivityTestMode": "maybe", "harnessApiKey": "pat.TOPSECRET", "version": "1.0.0"}
    checked = running.stub.CheckConfig(provider_pb2.CheckRequest(news=struct(given)))
    faults = [failure.reason for failure in checked.failures]
    assert any("smtp-collab:connectivityTestMode" in fault for fault in faults)
    assert any("HARNESS_ACCOUNT_ID" in fault for fault in faults)
    assert "TOPSECRET" not in str(faults)
    assert from_wire(checked.inputs)[0]["harnessApiKey"] == Secret("pat.TOPSECRET")
    unknown = running.stub.CheckConfig(provider_pb2.CheckRequest(news=to_wire({"target": UNKNOWN})))
    assert not unknown.failures


IN_HARNESS = {
    "HARNESS_ENDPOINT": "https://harness.example.test/gateway",
    "HARNESS_ACCOUNT_ID": "acc",
    "HARNESS_PLATFORM_API_KEY": "pat.acc.x.y",
    "HARNESS_API_KEY": "key",
}


@pytest.mark.parametrize(
    ("target", "changed", "first"),
    [
        ("state", {"host": "other"}, False),
        ("harness", {"host": "other"}, True),
        ("harness", {"displayName": "other"}, True),
        ("harness-firstgen", {"host": "other"}, True),
        ("harness-firstgen", {"displayName": "other"}, False),
    ],
)
def test_what_has_no_room_beside_itself_goes_first(
    tmp_path: Path, target: str, changed: dict[str, str], *, first: bool
) -> None:
    """Where the program or the engine replaces: NextGen has one config for an account, FirstGen one for a name.

    To another account it moves with the old one still there, and nothing is asked of the network.
    """
    given = {**GIVEN, "displayName": "mail"}
    saved_in = {"target": target, "endpoint": IN_HARNESS["HARNESS_ENDPOINT"], "accountId": "acc"}
    with plugin(IN_HARNESS, tmp_path) as started:
        started.configure(target=target)
        elsewhere = {**saved_in, "accountId": "another"}
        for place, alone in ((saved_in, first), (elsewhere, False if target != "state" else first)):
            olds = struct({**given, "type": "SMTP", "savedIn": place, "password": "x"})
            news = struct({**given, **changed})
            answer = started.stub.Diff(provider_pb2.DiffRequest(id="x", urn=urn(), olds=olds, news=news), timeout=30)
            assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
            assert answer.deleteBeforeReplace is alone


def test_a_forced_replacement_keeps_what_it_took_over(
    tmp_path: Path, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """`--replace` asks no plugin: the create takes NextGen's one config over, and the delete leaves it and says so."""
    given = {**GIVEN, "host": "127.0.0.1", "port": mail.port, "username": "pipeline", "password": PASSWORD}
    with engine_log() as (engine, address), plugin(way_to(harness, account), tmp_path) as started:
        started.stub.Handshake(provider_pb2.ProviderHandshakeRequest(engine_address=address))
        first = started.configure(target="harness").create(given)
        again = started.create(given)
        assert again.id == first.id
        request = provider_pb2.DeleteRequest(id=first.id, urn=urn(), properties=first.properties)
        started.stub.Delete(request, timeout=30)
        told = " ".join(each.message for each in engine.told if each.severity == engine_pb2.WARNING)
    assert "now belongs to another resource of this stack, so it was not deleted" in told
    assert stored(account).uuid == first.id


def test_an_old_state_is_read_leniently(running: Plugin) -> None:
    """An argument of another version, of a wrong type or missing shows as a difference, never as an error."""
    olds = struct({"host": "localhost", "port": "many", "gone": 1, "lastVerification": "nonsense", "type": "SMTP"})
    news = running.check(GIVEN).inputs
    answer = running.stub.Diff(provider_pb2.DiffRequest(id="x", urn=urn(), olds=olds, news=news))
    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert running.stub.Read(provider_pb2.ReadRequest(id="x", urn=urn(), properties=olds)).id == "x"
    running.stub.Delete(provider_pb2.DeleteRequest(id="x", urn=urn(), properties=olds))
    running.stub.Delete(provider_pb2.DeleteRequest(id="x", urn=urn(), properties=Struct()))

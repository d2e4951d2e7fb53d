"""The native plugin by raw gRPC: every method is answered, whatever it is given, in words and never in frames."""

from __future__ import annotations

import concurrent.futures
import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mailservers import Authority, MailServer, closed_port
from native_plugin import TEXT_TYPE, TYPE, Plugin, plugin, struct, urn
from pulumi.runtime import rpc
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from pulumi_smtp_collab import __version__
from pulumi_smtp_collab.model.partial_validation import UNKNOWN
from pulumi_smtp_collab.provider.wire_values import Secret, from_wire, to_wire

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "schema.json").read_text("utf-8"))
GIVEN = {"host": "localhost", "fromAddress": "ci@example.test"}
METHODS = [name for name in vars(provider_pb2_grpc.ResourceProviderServicer) if name[0].isupper()]
NOT_DONE = {"Parameterize", "Call", "Construct", "List", "GetMapping", "GetMappings"}
KINDS = provider_pb2.PropertyDiff.Kind


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plugin]:
    """One configured plugin for all tests that only ask it."""
    with plugin(folder=tmp_path_factory.mktemp("plugin")) as started:
        yield started.configure()


def request_of(method: str) -> Any:
    """Return an empty request of a method."""
    service = provider_pb2.DESCRIPTOR.services_by_name["ResourceProvider"]
    name = service.methods_by_name[method].input_type.name
    return {"Empty": Empty, "PluginAttach": plugin_pb2.PluginAttach}.get(name) or getattr(provider_pb2, name)


def call(running: Plugin, method: str, request: Any) -> Any:
    """Call a method; of a stream, take all."""
    answer = getattr(running.stub, method)(request, timeout=30)
    return list(answer) if method == "List" else answer


def refusal(running: Plugin, method: str, request: Any) -> tuple[grpc.StatusCode, str]:
    """Return with what code and words a call is refused."""
    with pytest.raises(grpc.RpcError) as error:
        call(running, method, request)
    return error.value.code(), error.value.details()


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_answered_or_unimplemented(running: Plugin, method: str) -> None:
    """No method is left to chance: an empty request gets an answer, or a refusal in words."""
    if method == "Cancel":
        return  # it ends the tests of the plugin for good: see below
    request = request_of(method)()
    if method in NOT_DONE:
        text = f"pulumi-smtp-collab {__version__} does not do {method}"
        assert refusal(running, method, request) == (grpc.StatusCode.UNIMPLEMENTED, text)
        return
    if method in {"Check", "Diff", "Create", "Read", "Update", "Delete", "Invoke"}:
        code, text = refusal(running, method, request)
        assert code == grpc.StatusCode.NOT_FOUND
        assert " is no " in text
    else:
        call(running, method, request)


def test_before_configure_a_resource_is_refused(tmp_path: Path) -> None:
    """Without a configuration nothing is done, and that is said."""
    with plugin(folder=tmp_path) as started:
        code, text = refusal(started, "Check", provider_pb2.CheckRequest(urn=urn(), news=struct(GIVEN)))
        assert code == grpc.StatusCode.FAILED_PRECONDITION
        assert "Configure" in text


def test_what_it_is_and_serves(running: Plugin) -> None:
    """It takes secrets and resources, has the distribution's version, and serves schema.json byte for byte."""
    shaken = running.stub.Handshake(provider_pb2.ProviderHandshakeRequest())
    assert (shaken.accept_secrets, shaken.accept_resources, shaken.accept_outputs) == (True, True, False)
    assert running.stub.GetPluginInfo(Empty()).version == __version__
    served = running.stub.GetSchema(provider_pb2.GetSchemaRequest()).schema
    assert served.encode() == (ROOT / "schema.json").read_bytes()


@pytest.mark.parametrize("kind", [TYPE, TEXT_TYPE])
@pytest.mark.parametrize("value", [UNKNOWN, Secret(UNKNOWN), Secret("a secret"), Secret(5), None, 5, True, "x", [], {}])
def test_each_argument_takes_each_kind_of_value(running: Plugin, kind: str, value: Any) -> None:
    """In every position an unknown stays unknown, a secret stays secret, and a bad type is a fault and no error."""
    for name in SCHEMA["resources"][kind]["inputProperties"]:
        base = GIVEN if kind == TYPE else {"value": "x"}
        wired = to_wire({**base, name: value})
        checked = running.stub.Check(provider_pb2.CheckRequest(urn=urn(kind=kind), news=wired), timeout=30)
        inputs, _ = from_wire(checked.inputs)
        assert not [failure.property for failure in checked.failures if failure.property]
        if value is UNKNOWN or (isinstance(value, Secret) and value.value is UNKNOWN):
            assert not checked.failures, name
            assert inputs[name] in (value, Secret(UNKNOWN)), name
        if isinstance(value, Secret) and name in inputs and inputs[name] not in ("", None):
            assert isinstance(inputs[name], Secret), name
        assert "a secret" not in str(checked.failures)


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=12) | st.just(UNKNOWN),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3) | inner.map(Secret)
    ),
    max_leaves=6,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_given_the_answer_is_no_fault_of_ours(running: Plugin, data: st.DataObject) -> None:
    """Arbitrary arguments and arbitrary old state are checked and compared; nothing is answered by a traceback."""
    kind = data.draw(st.sampled_from([TYPE, TEXT_TYPE]))
    names = sorted(SCHEMA["resources"][kind]["properties"])
    some = st.dictionaries(st.sampled_from(names) | st.text(max_size=6), VALUES, max_size=6)
    news, olds = data.draw(some), data.draw(some)
    checked = running.stub.Check(provider_pb2.CheckRequest(urn=urn(kind=kind), news=to_wire(news)), timeout=30)
    request = provider_pb2.DiffRequest(id="x", urn=urn(kind=kind), olds=to_wire(olds), news=checked.inputs)
    running.stub.Diff(request, timeout=30)
    preview = provider_pb2.UpdateRequest(urn=urn(kind=kind), olds=to_wire(olds), news=checked.inputs, preview=True)
    running.stub.Update(preview, timeout=30)
    config = provider_pb2.DiffRequest(olds=to_wire(olds), news=to_wire(news))
    assert not running.stub.DiffConfig(config, timeout=30).replaces
    running.stub.CheckConfig(provider_pb2.CheckRequest(news=to_wire(news)), timeout=30)


def test_an_asset_and_a_resource_are_refused_by_name(running: Plugin) -> None:
    """What is no plain value is named with its argument, beside the other faults, in wire names."""
    asset = {rpc._special_sig_key: rpc._special_asset_sig, "text": "x"}
    faults = [failure.reason for failure in running.check({"host": "h", "fromAddress": asset, "port": 0}).failures]
    assert "fromAddress: must be a plain value, not an asset" in faults
    assert any(fault.startswith("port: ") for fault in faults)


def test_a_nested_secret_stays_where_it_is(running: Plugin) -> None:
    """A secret inside an argument is a secret there alone, in inputs and in a preview's outputs."""
    nested = {"recipient": rpc.wrap_rpc_secret("to@example.test"), "depth": "sender"}
    checked = running.check({**GIVEN, "connectivityTest": nested})
    request = provider_pb2.CreateRequest(urn=urn(), properties=checked.inputs, preview=True)
    for sent in (checked.inputs, running.stub.Create(request).properties):
        test = from_wire(sent)[0]["connectivityTest"]
        assert test["recipient"] == Secret("to@example.test")
        assert test["depth"] == "sender"


def test_a_password_is_wrapped_and_the_name_stands_in(running: Plugin) -> None:
    """A plain password becomes a secret, and the resource's name is the display name that nobody gave."""
    values, _ = from_wire(running.check({**GIVEN, "username": "u", "password": "plain", "startTls": True}).inputs)
    assert values["password"] == Secret("plain")
    assert values["displayName"] == "mail"
    text, _ = from_wire(running.check({"value": "plain"}, urn("token", TEXT_TYPE)).inputs)
    assert (text["value"], text["name"]) == (Secret("plain"), "token")


def test_a_preview_is_honest(running: Plugin) -> None:
    """What a test will write is unknown, what it won't is known; an update that tests nothing keeps what there is."""
    checked = running.check({**GIVEN, "startTls": True})
    created = running.stub.Create(provider_pb2.CreateRequest(urn=urn(), properties=checked.inputs, preview=True))
    outputs, _ = from_wire(created.properties)
    assert not created.id
    assert outputs["lastVerification"] is UNKNOWN
    assert outputs["verifiedArguments"] == Secret(UNKNOWN)
    assert (outputs["tlsMode"], outputs["type"], outputs["host"]) == ("starttls", "SMTP", "localhost")
    off = {**GIVEN, "connectivityTest": {"mode": "off"}}
    saved = running.create(off).properties
    renamed = running.check({**off, "displayName": "Other"}).inputs
    request = provider_pb2.UpdateRequest(urn=urn(), olds=saved, news=renamed, preview=True)
    outputs, _ = from_wire(running.stub.Update(request).properties)
    assert outputs["lastVerification"]["status"] == "notTested"
    assert outputs["displayName"] == "Other"


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


def test_a_failure_is_the_message_alone(running: Plugin) -> None:
    """A refused connection is told in our words, with their line breaks, and with nothing around them."""
    with closed_port() as port:
        checked = running.check({**GIVEN, "host": "127.0.0.1", "port": port})
        code, text = refusal(running, "Create", provider_pb2.CreateRequest(urn=urn(), properties=checked.inputs))
    assert code == grpc.StatusCode.FAILED_PRECONDITION
    assert text.startswith('The connectivity test of "mail" failed.\n')
    assert text.endswith("\nNothing was saved.")
    assert "Traceback" not in text
    assert "start_tls" not in text


def test_a_fault_of_ours_is_told_as_one(running: Plugin) -> None:
    """Inputs that were never checked are an error of another kind: its type and place are told, and no value."""
    request = provider_pb2.CreateRequest(urn=urn(), properties=struct({"password": "TOPSECRET"}))
    code, text = refusal(running, "Create", request)
    assert code == grpc.StatusCode.INTERNAL
    assert text.startswith(f"This is a fault of pulumi-smtp-collab {__version__}")
    assert "ValidationError in provider/native/resources.py, line " in text
    assert "TOPSECRET" not in text


def test_the_functions(running: Plugin) -> None:
    """A test that fails is a result without a secret; bad arguments are faults; an unknown function is named."""
    asked = {"host": "127.0.0.1", "fromAddress": "a@example.test", "username": "u", "password": "TOPSECRET"}
    token = "smtp-collab:index:testConnectivity"
    with closed_port() as port:
        asked |= {"port": port, "allowPlaintextLogin": True}
        answer = running.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=struct(asked)), timeout=30)
    result, _ = from_wire(getattr(answer, "return"))
    assert not answer.failures
    assert result["passed"] is False
    assert result["diagnosis"]["code"] == "connect-refused"
    assert result.keys() <= SCHEMA["functions"][token]["outputs"]["properties"].keys()
    assert set(SCHEMA["functions"][token]["outputs"]["required"]) <= result.keys()
    assert "TOPSECRET" not in str(answer)
    faulty = running.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=struct({"host": 5})), timeout=30)
    assert {fault.reason.split(":")[0] for fault in faulty.failures} >= {"host", "fromAddress"}
    token = "smtp-collab:index:getSmtpCollaborationProvider"
    assert running.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=struct({})), timeout=30).failures
    code, text = refusal(running, "Invoke", provider_pb2.InvokeRequest(tok=token, args=struct({"id": "x"})))
    assert code == grpc.StatusCode.FAILED_PRECONDITION, text
    assert refusal(running, "Invoke", provider_pb2.InvokeRequest(tok="other:f"))[0] == grpc.StatusCode.NOT_FOUND


def test_two_hundred_calls_at_once(running: Plugin) -> None:
    """Two hundred checks and previews that overlap are each answered for their own resource."""

    def one(number: int) -> str:
        name = f"mail-{number}"
        checked = running.check({**GIVEN, "port": 1000 + number}, urn(name))
        request = provider_pb2.CreateRequest(urn=urn(name), properties=checked.inputs, preview=True)
        outputs, _ = from_wire(running.stub.Create(request, timeout=60).properties)
        return f"{outputs['displayName']} {outputs['port']}"

    with concurrent.futures.ThreadPoolExecutor(200) as pool:
        assert list(pool.map(one, range(200))) == [f"mail-{number} {1000 + number}" for number in range(200)]


@pytest.fixture
def silent() -> Iterator[tuple[int, threading.Event]]:
    """A server that takes a connection and says nothing, and whether one was made."""
    connected = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(30)

        def accept() -> None:
            try:
                held = [listening.accept()]
                connected.set()
                held[0][0].recv(1)
            except OSError:
                return

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listening.getsockname()[1], connected


def waiting(running: Plugin, port: int, **options: Any) -> Any:
    """Start a create that waits for a silent server, and return its future."""
    checked = running.check({**GIVEN, "host": "127.0.0.1", "port": port})
    return running.stub.Create.future(
        provider_pb2.CreateRequest(urn=urn(), properties=checked.inputs, **options), timeout=60
    )


def test_a_custom_timeout_bounds_the_test(running: Plugin, silent: tuple[int, threading.Event]) -> None:
    """A create's timeout of a second ends the test in that second, and the message names it."""
    began = time.monotonic()
    with pytest.raises(grpc.RpcError) as error:
        waiting(running, silent[0], timeout=1.0).result()
    assert time.monotonic() - began < 10, "the deadline of the arguments is 60 seconds"
    assert error.value.code() == grpc.StatusCode.FAILED_PRECONDITION
    assert "Stage: greeting" in error.value.details()


@pytest.mark.parametrize("how", ["cancel", "interrupt", "engine gone"])
def test_a_running_test_is_ended(tmp_path: Path, silent: tuple[int, threading.Event], how: str) -> None:
    """Cancel ends a running test within a second; so do an interrupt and the end of standard input, with the plugin."""
    port, connected = silent
    with plugin(folder=tmp_path) as started:
        future = waiting(started.configure(), port)
        assert connected.wait(20)
        began = time.monotonic()
        if how == "cancel":
            started.stub.Cancel(Empty())
        elif how == "interrupt":
            started.process.send_signal(signal.SIGINT)
        else:
            assert started.process.stdin is not None
            started.process.stdin.close()
        with pytest.raises(grpc.RpcError) as error:
            future.result()
        assert time.monotonic() - began < 5, "the deadline of the arguments is 60 seconds"
        if how == "cancel":
            assert "was cancelled at the stage " in error.value.details()
            assert started.process.poll() is None
        else:
            assert started.process.wait(10) == 0


def test_a_client_that_breaks_off_ends_its_test(running: Plugin) -> None:
    """Where nobody waits for an answer any more, the connection to the server is closed."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(30)
        future = waiting(running, listening.getsockname()[1])
        connection, _ = listening.accept()
        with connection:
            future.cancel()
            connection.settimeout(15)
            assert connection.recv(1) == b"", "the test goes on"


def test_only_the_port_is_on_standard_output(tmp_path: Path) -> None:
    """After the port nothing is written there, whatever happens."""
    with plugin(folder=tmp_path) as started:
        started.configure().check({"host": 5})
        started.process.send_signal(signal.SIGTERM)
        assert started.process.wait(10) == 0
        assert started.process.stdout is not None
        assert started.process.stdout.read() == ""
        assert started.process.stderr is not None
        assert "Traceback" not in started.process.stderr.read()


def test_create_update_read_and_delete(running: Plugin) -> None:
    """A provider is tested and saved; an update of what no test sees tests nothing; read and delete do their part."""
    with Authority() as authority, MailServer("starttls", authority.server_context("localhost")) as server:
        arguments = {**GIVEN, "port": server.port, "startTls": True, "caCertificates": authority.pem}
        created = running.create(arguments)
        outputs, _ = from_wire(created.properties)
        assert outputs["lastVerification"]["status"] == "passed"
        assert isinstance(outputs["verifiedArguments"], Secret)
        tested = server.verbs.count("EHLO")
        inputs = running.check({**arguments, "displayName": "Other"}).inputs
        request = provider_pb2.UpdateRequest(id=created.id, urn=urn(), olds=created.properties, news=inputs)
        updated = running.stub.Update(request).properties
        assert from_wire(updated)[0]["displayName"] == "Other"
        assert from_wire(updated)[0]["lastVerification"] == outputs["lastVerification"]
        read = running.stub.Read(provider_pb2.ReadRequest(id=created.id, urn=urn(), properties=updated, inputs=inputs))
        assert (read.id, read.properties, read.inputs) == (created.id, updated, inputs)
        running.stub.Delete(provider_pb2.DeleteRequest(id=created.id, urn=urn(), properties=updated))
        assert server.verbs.count("EHLO") == tested


def test_an_old_state_is_read_leniently(running: Plugin) -> None:
    """An argument of another version, of a wrong type or missing shows as a difference, never as an error."""
    olds = struct({"host": "localhost", "port": "many", "gone": 1, "lastVerification": "nonsense", "type": "SMTP"})
    news = running.check(GIVEN).inputs
    answer = running.stub.Diff(provider_pb2.DiffRequest(id="x", urn=urn(), olds=olds, news=news))
    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert running.stub.Read(provider_pb2.ReadRequest(id="x", urn=urn(), properties=olds)).id == "x"
    running.stub.Delete(provider_pb2.DeleteRequest(id="x", urn=urn(), properties=olds))
    running.stub.Delete(provider_pb2.DeleteRequest(id="x", urn=urn(), properties=Struct()))

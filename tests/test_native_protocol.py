"""The native plugin by raw gRPC: every method is answered, whatever it is given, in words and never in frames."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mailservers import Authority, MailServer, closed_port
from native_plugin import GIVEN, TEXT_TYPE, TYPE, Plugin, call, plugin, refusal, struct, urn
from pulumi.runtime import rpc
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from pulumi_smtp_collab import __version__
from pulumi_smtp_collab.model.partial_validation import UNKNOWN
from pulumi_smtp_collab.provider.wire_values import Secret, from_wire, to_wire

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "schema.json").read_text("utf-8"))
METHODS = [name for name in vars(provider_pb2_grpc.ResourceProviderServicer) if name[0].isupper()]
NOT_DONE = {"Parameterize", "Call", "Construct", "List", "GetMapping", "GetMappings"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plugin]:
    """One configured plugin for all tests that only ask it."""
    with plugin(folder=tmp_path_factory.mktemp("plugin")) as started:
        yield started.configure()


@pytest.fixture(scope="module")
def unconfigured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plugin]:
    """One plugin that a test configures as it likes."""
    with plugin(folder=tmp_path_factory.mktemp("plugin")) as started:
        yield started


def request_of(method: str) -> Any:
    """Return an empty request of a method."""
    service = provider_pb2.DESCRIPTOR.services_by_name["ResourceProvider"]
    name = service.methods_by_name[method].input_type.name
    return {"Empty": Empty, "PluginAttach": plugin_pb2.PluginAttach}.get(name) or getattr(provider_pb2, name)


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


SOME = {
    kind: st.dictionaries(
        st.sampled_from([*sorted(SCHEMA["resources"][kind]["properties"]), "__provider", "__secretArguments"])
        | st.text(max_size=6),
        VALUES,
        max_size=6,
    )
    for kind in (TYPE, TEXT_TYPE)
}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_given_the_answer_is_no_fault_of_ours(running: Plugin, data: st.DataObject) -> None:
    """Arbitrary arguments and old state, a dynamic resource's among it: in each method an answer, or a sentence.

    Unknown values and secrets stand in every position, and nothing is answered by a traceback.
    """
    kind = data.draw(st.sampled_from([TYPE, TEXT_TYPE]))
    news, olds = to_wire(data.draw(SOME[kind])), to_wire(data.draw(SOME[kind]))
    which = {"urn": urn(kind=kind)}
    checked = running.stub.Check(provider_pb2.CheckRequest(news=news, olds=olds, **which), timeout=30).inputs
    running.stub.Diff(provider_pb2.DiffRequest(id="x", olds=olds, old_inputs=olds, news=checked, **which), timeout=30)
    running.stub.Create(provider_pb2.CreateRequest(properties=checked, preview=True, **which), timeout=30)
    running.stub.Update(provider_pb2.UpdateRequest(olds=olds, news=checked, preview=True, **which), timeout=30)
    assert not running.stub.DiffConfig(provider_pb2.DiffRequest(olds=olds, news=news), timeout=30).replaces
    running.stub.CheckConfig(provider_pb2.CheckRequest(news=news), timeout=30)
    read = provider_pb2.ReadRequest(id="x", properties=olds, inputs=news, **which)
    delete = provider_pb2.DeleteRequest(id="x", properties=olds, **which)
    for asked in (running.stub.Read.future(read, timeout=30), running.stub.Delete.future(delete, timeout=30)):
        assert asked.code() in {grpc.StatusCode.OK, grpc.StatusCode.FAILED_PRECONDITION}, asked.details()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.dictionaries(st.sampled_from(sorted(SCHEMA["config"]["variables"])), VALUES, max_size=4))
def test_whatever_is_configured_is_refused_or_taken(unconfigured: Plugin, values: dict[str, Any]) -> None:
    """A setting of any type, unknown or secret: CheckConfig says what is wrong with it, and Configure never breaks."""
    news = to_wire(values)
    checked = unconfigured.stub.CheckConfig(provider_pb2.CheckRequest(news=news), timeout=30)
    assert not [failure.property for failure in checked.failures if failure.property]
    if values.get("harnessApiKey") is not None:
        assert isinstance(from_wire(checked.inputs)[0]["harnessApiKey"], Secret)
    unconfigured.stub.Configure(provider_pb2.ConfigureRequest(args=news), timeout=30)


@pytest.mark.parametrize("token", sorted(SCHEMA["functions"]))
@pytest.mark.parametrize("value", [UNKNOWN, Secret(5), None, 5, True, [], {}, rpc.UNKNOWN])
def test_a_function_refuses_what_it_can_t_use(running: Plugin, token: str, value: Any) -> None:
    """Each argument of a bad type, unknown or missing is a fault with its name; nothing is tested or asked."""
    for name in SCHEMA["functions"][token]["inputs"]["properties"]:
        request = provider_pb2.InvokeRequest(tok=token, args=to_wire({name: value}))
        answer = running.stub.Invoke(request, timeout=30)
        assert answer.failures, name
        assert not getattr(answer, "return").fields


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

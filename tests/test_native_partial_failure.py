"""What was saved and is not well is recorded as that: no orphan, no lie, and the next up makes it good."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from fake_harness import Account, FakeHarness
from harness_stacks import PASSWORD, SMTP, assert_nothing_leaks, in_harness, stored, way_to
from mailservers import MailServer
from native_plugin import TEXT_TYPE, TYPE, Plugin, plugin, provider, urn, yaml_stack
from pulumi.runtime.proto import provider_pb2, status_pb2
from pulumi_stack.fixtures import MakeStack

from pulumi_smtp_collab.provider.wire_values import Secret, from_wire, plain

TEST = {"delegateTestRecipient": "you@example.test"}


@pytest.fixture
def running(harness: FakeHarness, account: Account) -> Iterator[Plugin]:
    """A plugin that saves in the account."""
    with plugin(way_to(harness, account)) as started:
        yield started.configure(target="harness")


def given(mail: MailServer, **changes: Any) -> dict[str, Any]:
    """Return the arguments of a provider that a delegate tests too."""
    login = {"username": "pipeline", "password": PASSWORD}
    address = {"host": "127.0.0.1", "port": mail.port, "fromAddress": "ci@example.test"}
    return {**address, **login, "displayName": "corp mail", "connectivityTest": TEST, **changes}


def failure(call: Any, request: Any) -> tuple[str, provider_pb2.ErrorResourceInitFailed | None]:
    """Return the words of a failed call, and what it says was left."""
    with pytest.raises(grpc.RpcError) as error:
        call(request, timeout=60)
    assert error.value.code() == grpc.StatusCode.FAILED_PRECONDITION
    metadata = dict(error.value.trailing_metadata() or ())
    if "grpc-status-details-bin" not in metadata:
        return error.value.details(), None
    status = status_pb2.Status.FromString(metadata["grpc-status-details-bin"])
    assert (status.code, status.message) == (error.value.code().value[0], error.value.details())
    left = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(left)
    assert list(left.reasons) == [status.message]
    return error.value.details(), left


def test_what_a_create_can_t_remove_again_is_recorded(
    running: Plugin, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """A delegate's test fails and Harness is away: the resource keeps its identifier; the next update tests it."""
    account.delegate = "unable"
    harness.fault("DELETE", f"{SMTP}/*", kind=503, times=4)
    checked = running.check(given(mail))
    text, left = failure(running.stub.Create, provider_pb2.CreateRequest(urn=urn(), properties=checked.inputs))
    assert "so it is still in Harness" in text
    assert left is not None
    assert (left.id, left.inputs) == (stored(account).uuid, checked.inputs)
    outputs, _ = from_wire(left.properties)
    assert outputs["password"] == Secret(PASSWORD)
    assert (outputs["lastVerification"]["status"], outputs["delegateVerification"]["status"]) == ("failed", "failed")
    asked = {"id": left.id, "urn": urn(), "olds": left.properties, "news": checked.inputs}
    assert running.stub.Diff(provider_pb2.DiffRequest(**asked)).changes == provider_pb2.DiffResponse.DIFF_SOME
    again, stays = failure(running.stub.Update, provider_pb2.UpdateRequest(**asked))
    assert again.endswith("Nothing was changed in Harness.")
    assert stays is None
    account.delegate = "ok"
    updated, _ = from_wire(running.stub.Update(provider_pb2.UpdateRequest(**asked)).properties)
    assert (updated["lastVerification"]["status"], updated["delegateVerification"]["status"]) == ("passed", "passed")


def test_what_an_update_can_t_put_back_is_recorded(
    running: Plugin, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """The new settings stay in Harness and in the state; where putting back succeeds, the failure is a plain one."""
    made = running.create(given(mail))
    news = running.check(given(mail, displayName="new", username="second", password="canary-2nd")).inputs
    request = provider_pb2.UpdateRequest(id=made.id, urn=urn(), olds=made.properties, news=news)
    account.delegate = "unable"
    text, left = failure(running.stub.Update, request)
    assert "What was there before was put back" in text
    assert left is None
    harness.fault("PUT", SMTP, kind=503, skip=1, times=4)
    text, left = failure(running.stub.Update, request)
    assert "the new settings stay in Harness" in text
    assert left is not None
    assert stored(account).name == from_wire(left.properties)[0]["displayName"] == "new"
    assert "verifiedArguments" not in left.properties.fields, "nobody verified them"


def test_a_secret_that_did_not_take_what_was_saved_is_made_good(
    running: Plugin, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """The provider is saved with a new password and its Encrypted Text can't be written: the next update writes it."""
    text = {"urn": urn("text", TEXT_TYPE)}
    value = running.check({"value": PASSWORD, "usedAsPassword": True}, text["urn"]).inputs
    made = running.stub.Create(provider_pb2.CreateRequest(properties=value, **text), timeout=60).properties
    reference = plain(from_wire(made)[0]["reference"])
    saved = running.create(given(mail, connectivityTest={}, passwordReference=reference))
    mail.credentials["pipeline"] = "canary-2nd"
    changed = given(mail, connectivityTest={}, passwordReference=reference, password="canary-2nd")
    news = running.check(changed).inputs
    (secret,) = account.secrets.values()
    harness.fault("PUT", "/ng/api/v2/secrets/*", kind=503, times=4)
    request = {"id": saved.id, "urn": urn(), "news": news}
    said, left = failure(running.stub.Update, provider_pb2.UpdateRequest(olds=saved.properties, **request))
    assert "Its Encrypted Text has not taken it" in said
    assert left is not None
    assert (stored(account).password, secret.value) == ("canary-2nd", PASSWORD)
    assert "canary" not in said
    updated = running.stub.Update(provider_pb2.UpdateRequest(olds=left.properties, **request)).properties
    assert from_wire(updated)[0]["lastVerification"]["status"] == "passed"
    assert secret.value == "canary-2nd"


@pytest.mark.engine
def test_the_engine_keeps_what_is_not_well_and_makes_it_good(
    make_stack: MakeStack, tmp_path: Path, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """After the failed up the state holds the resource with its error; the next up tests it, and clears that."""
    declared = {**provider(**given(mail, password={"fn::secret": PASSWORD}))}
    stack = in_harness(yaml_stack(make_stack, tmp_path / "program", {"mail": declared}))
    stack.environment |= way_to(harness, account)
    account.delegate = "unable"
    harness.fault("DELETE", f"{SMTP}/*", kind=503, times=4)
    assert "so it is still in Harness" in stack.up().failed().text
    (kept,) = stack.resources(TYPE)
    assert kept["id"] == stored(account).uuid
    assert "Harness's own connectivity test failed" in kept["initErrors"][0]
    account.delegate = "ok"
    assert stack.up().succeeded().changes == {"same": 1, "update": 1}
    (kept,) = stack.resources(TYPE)
    assert not kept.get("initErrors")
    assert kept["outputs"]["delegateVerification"]["status"] == "passed"
    stack.up("--expect-no-changes").succeeded()
    assert_nothing_leaks(stack, harness, PASSWORD)

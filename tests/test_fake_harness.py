"""The fake Harness as a server: keys and permissions, paths, TLS, the record of requests, and faults on demand."""

from __future__ import annotations

import base64
import http.client
import json
import re
import ssl
import threading
import time
from typing import Any

import pytest
from fake_harness import FakeHarness
from fake_harness.probe import READ, Answer, Client
from mailservers import Authority


def test_account_of_a_key_comes_from_account_identifier(harness: FakeHarness, client: Client) -> None:
    """`accountId` alone names no account to the key filter; another account's identifier makes the key a bad one."""
    path, account = "/ng/api/smtpConfig", client.account.id
    assert client.call("GET", path, accountIdentifier=account).status == 200
    assert client.call("GET", path, account=account, accountId=account).status == 200
    lost = client.call("GET", path, accountId=account)
    assert lost.error == (400, "INVALID_REQUEST", "Invalid request: Account detail is not present in the request")
    bad_token = (401, "INVALID_TOKEN", "Token is not valid.")
    assert client.call("GET", path, accountIdentifier=harness.add_account().id).error == bad_token
    client.account.revoke(client.key)
    assert client.smtp("GET").error == bad_token


def test_a_key_belongs_to_its_generation(harness: FakeHarness, client: Client, first: Client) -> None:
    """Keys have Harness's shapes, and neither generation takes the other's."""
    assert re.fullmatch(rf"pat\.{re.escape(client.account.id)}\.[0-9a-f]{{24}}\.[0-9A-Za-z]{{20}}", client.key)
    assert re.fullmatch(rf"{first.account.id}::[0-9A-Za-z]{{80}}", base64.b64decode(first.key).decode())
    assert Client(harness, first.account, first.key).smtp("GET").status == 401
    assert Client(harness, client.account, client.key).graphql(READ, id="x").status == 401


def test_a_key_of_the_older_form(harness: FakeHarness, client: Client) -> None:
    """Its second part is no account, and it is valid."""
    key = client.account.api_key(older=True)
    assert re.fullmatch(r"pat\.[0-9a-f]{24}\.[0-9A-Za-z]{20}", key)
    assert Client(harness, client.account, key).smtp("GET").status == 200


@pytest.mark.parametrize(
    ("method", "path", "missing"),
    [
        ("POST", "", "core_smtp_edit"),
        ("PUT", "", "core_smtp_edit"),
        ("GET", "", "core_smtp_view"),
        ("DELETE", "/x", "core_smtp_delete"),
    ],
)
def test_permissions(harness: FakeHarness, method: str, path: str, missing: str) -> None:
    """Each operation asks for its permission."""
    account = harness.add_account()
    client = Client(harness, account, account.api_key(permissions=[]))
    status, code, message = client.smtp(method, path, client.config(uuid="x")).error
    assert (status, code) == (403, "NG_ACCESS_DENIED")
    assert message.endswith(f"Missing permission {missing} on smtp")


def test_paths(harness: FakeHarness, client: Client) -> None:
    """With and without `/gateway` it is the same API; an unknown path is a 400."""
    bare = Client(harness, client.account, client.key, base=harness.origin)
    assert bare.smtp("GET").status == client.smtp("GET").status == 200
    assert client.call("GET", "/ng/api/nothing").error[:2] == (400, "RESOURCE_NOT_FOUND_EXCEPTION")


def test_tls(authority: Authority) -> None:
    """HTTPS with a certificate that is checked; a client that doesn't trust it shows in the record."""
    with FakeHarness(authority.server_context("localhost"), hostname="localhost") as harness:
        account = harness.add_account()
        client = Client(harness, account, account.api_key(), tls=authority.client_context())
        assert client.smtp("GET").data is None
        stranger = Client(harness, account, client.key, tls=ssl.create_default_context())
        with pytest.raises(ssl.SSLCertVerificationError):
            stranger.smtp("GET")
        deadline = time.monotonic() + 5
        while not harness.tls_failures and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(harness.tls_failures) == 1


def test_record(harness: FakeHarness, client: Client) -> None:
    """Each request is on record, with its key masked and named."""
    client.smtp("POST", sent=client.config(password="pw"))
    recorded = harness.requests[0]
    assert (recorded.method, recorded.path, recorded.status) == ("POST", "/ng/api/smtpConfig", 200)
    assert recorded.target.startswith("/gateway/ng/api/smtpConfig?")
    assert (recorded.key_name, recorded.headers["x-api-key"]) == ("ci", "********")
    assert recorded.json["value"]["password"] == "pw"
    assert harness.asked("POST", "/ng/api/smtpConfig") == [recorded]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", [429, 500, 502, 503, "drop", "reset", "malformed", "truncated"])
def test_fault(harness: FakeHarness, client: Client, kind: Any, when: Any) -> None:
    """Each fault hits once, and what was asked for is done or not done as it says."""
    fault = harness.fault("POST", "/ng/api/smtpConfig", kind=kind, when=when, retry_after=2)
    errors: dict[str, type[Exception]] = {
        "drop": http.client.RemoteDisconnected,
        "reset": ConnectionResetError,
        "truncated": http.client.IncompleteRead,
        "malformed": json.JSONDecodeError,
    }
    if kind in errors:
        with pytest.raises(errors[kind]) as caught:
            _ = client.smtp("POST", sent=client.config()).json
        assert caught.type is errors[kind]
    else:
        answer = client.smtp("POST", sent=client.config())
        assert answer.status == kind
        assert ("Retry-After" in answer.headers) == (kind in {429, 503})
        assert (b"<html>" in answer.body) == (kind == 502)
    assert (client.account.smtp_config is not None) == (when == "after")
    assert (fault.hits, fault.reached.is_set()) == (1, True)
    assert client.smtp("POST", sent=client.config()).status == (400 if when == "after" else 200)


@pytest.mark.parametrize("when", ["before", "after"])
def test_held_back_answer(harness: FakeHarness, client: Client, when: Any) -> None:
    """A held back answer tells when the change was made, and comes when it is let go."""
    fault = harness.fault("POST", "/ng/api/*", kind="timeout", when=when)
    answers: list[Answer] = []
    thread = threading.Thread(target=lambda: answers.append(client.smtp("POST", sent=client.config())))
    thread.start()
    assert fault.reached.wait(5)
    assert (client.account.smtp_config is not None) == (when == "after")
    assert client.smtp("GET").status == 200
    fault.release()
    thread.join(5)
    assert [one.status for one in answers] == [200]


def test_late_answers_and_choice_of_faults(harness: FakeHarness, client: Client, first: Client) -> None:
    """Latency is for all; a fault may pass some requests, or look for a text in the body; all can be taken away."""
    harness.latency = 0.1
    start = time.monotonic()
    assert client.smtp("GET").status == 200
    assert time.monotonic() - start >= 0.1
    harness.latency = 0.0
    harness.fault("GET", "/ng/api/*", kind=503, times=None, skip=1)
    assert [client.smtp("GET").status for _ in range(3)] == [200, 503, 503]
    harness.clear_faults()
    assert client.smtp("GET").status == 200
    harness.fault("*", "/api/graphql", kind=500, containing="createSecret")
    assert (first.graphql(READ, id="x").status, first.text().status) == (200, 500)
    with pytest.raises(ValueError, match="There is no fault 'storm'"):
        harness.fault("GET", "/", kind="storm")  # type: ignore[arg-type]

"""HTTP to Harness: where the key goes, what is repeated and what never, and what each error says and advises."""

from __future__ import annotations

import time
from email.utils import formatdate
from typing import Any

import pytest
from fake_harness import FakeHarness
from harness_access import InAccount, Timeless, config, http_answer
from mailservers import Authority, ScriptedServer, Step, close, closed_port, drip, hang, send

from pulumi_smtp_collab import TargetError
from pulumi_smtp_collab.targets.harness import client as client_module
from pulumi_smtp_collab.targets.harness.answers import nextgen_data
from pulumi_smtp_collab.targets.harness.api_keys import ApiKey
from pulumi_smtp_collab.targets.harness.client import HarnessClient, Request
from pulumi_smtp_collab.targets.harness.errors import (
    HarnessError,
    HarnessKeyRefused,
    HarnessNotTrusted,
    HarnessPermissionMissing,
    HarnessRateLimited,
    HarnessRefused,
    HarnessSilent,
    HarnessTimedOut,
    HarnessUnclear,
    HarnessUnreachable,
)
from pulumi_smtp_collab.targets.harness.settings import HarnessAccess

SMTP = "/ng/api/smtpConfig"
READ = Request("reading the SMTP config", "GET", SMTP, repeatable=True)
CREATE = Request("creating the SMTP config", "POST", SMTP, repeatable=False, json={})


@pytest.fixture
def here(harness: FakeHarness) -> InAccount:
    return InAccount(harness, harness.add_account())


def to(endpoint: str, *, from_config: bool = False, seconds: float = 5.0, **more: Any) -> HarnessClient:
    """A client for an endpoint that is not the fake's."""
    source = "the stack's configuration key smtp-collab:harnessApiKey" if from_config else "the environment variable K"
    key = ApiKey("pat.ACC.x.key", source, from_config)
    return HarnessClient(HarnessAccess("harness", endpoint, "ACC", key, **more), Timeless().pace(), seconds)


def failure(client: HarnessClient, request: Request = READ) -> HarnessError:
    with pytest.raises(HarnessError) as caught:
        client.ask(request)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    return caught.value


def test_each_request_names_the_account_and_hides_the_key(harness: FakeHarness, here: InAccount) -> None:
    """The key is in the header alone; accountIdentifier is in every query."""
    here.client.ask(READ)
    [request] = harness.requests
    assert request.key_name == "ci"
    assert request.query["accountIdentifier"] == request.query["accountId"] == [here.account.id]
    assert here.client.access.key.value not in request.target + repr(here.client) + repr(here.client.access)
    assert request.headers["user-agent"].startswith("pulumi-smtp-collab/")


@pytest.mark.parametrize("base", ["endpoint", "origin"])
def test_endpoint_keeps_its_path(harness: FakeHarness, here: InAccount, base: str) -> None:
    """With and without /gateway: what is asked for is below the endpoint as it was given."""
    InAccount(harness, here.account, endpoint=getattr(harness, base)).client.ask(READ)
    assert harness.requests[0].target.startswith("/gateway/ng" if base == "endpoint" else "/ng/")


def test_private_ca(authority: Authority) -> None:
    """A CA of the configuration is trusted beside the system's; without it the advice says where to put it."""
    with FakeHarness(authority.server_context("localhost"), hostname="localhost") as harness:
        account = harness.add_account()
        assert InAccount(harness, account, ca_certificates=authority.pem).nextgen.read("x") is None
        stranger = InAccount(harness, account)
        error = failure(stranger.client)
        assert stranger.time.waits == []
    assert isinstance(error, HarnessNotTrusted)
    assert not error.may_have_happened
    assert "the certificate was not accepted: " in str(error)
    assert "smtp-collab:harnessCaCertificates" in error.advice


@pytest.mark.parametrize("kind", [429, 500, 502, 503, "drop", "reset", "truncated"])
def test_reads_are_repeated(harness: FakeHarness, here: InAccount, kind: Any) -> None:
    """Faults that may pass are waited for, longer each time, three times at most."""
    harness.fault("GET", SMTP, kind=kind, times=3)
    assert here.client.ask(READ).status == 200
    assert len(harness.requests) == 4
    assert here.time.waits == ([4.0, 8.0, 16.0] if kind == 429 else [0.5, 1.0, 2.0])
    harness.fault("GET", SMTP, kind=kind, times=None)
    failure(here.client)
    assert len(harness.requests) == 8


@pytest.mark.parametrize("kind", [429, 500, 502, 503, "drop", "reset", "truncated"])
def test_creates_are_never_repeated(harness: FakeHarness, here: InAccount, kind: Any) -> None:
    """One request, and the error tells whether it may have been carried out."""
    harness.fault("POST", SMTP, kind=kind, times=None)
    error = failure(here.client, CREATE)
    assert len(harness.requests) == 1
    assert error.may_have_happened == (kind != 429)
    assert isinstance(error, HarnessRateLimited if kind == 429 else HarnessUnclear)
    assert isinstance(error, ConnectionError) == (kind in {"drop", "reset", "truncated"})
    assert here.time.waits == []


def test_timeouts(harness: FakeHarness, here: InAccount) -> None:
    """An answer that doesn't come in time is repeated for a read, and ambiguous for a create."""
    quick = InAccount(harness, here.account, answer_seconds=0.2)
    harness.fault("GET", SMTP, kind="timeout", times=1)
    assert quick.client.ask(READ).status == 200
    harness.fault("POST", SMTP, kind="timeout", times=None)
    error = failure(quick.client, CREATE)
    assert isinstance(error, HarnessTimedOut)
    assert isinstance(error, TimeoutError)
    assert error.may_have_happened


@pytest.mark.parametrize(
    ("retry_after", "waits"),
    [("7", [8.0]), (formatdate(1_000_060, usegmt=True), [61.0]), ("61", []), ("soon", [4.0, 8.0, 16.0])],
)
def test_retry_after(harness: FakeHarness, here: InAccount, retry_after: str, waits: list[float]) -> None:
    """What the server asks for is waited for, up to a minute; more than that is given up, nonsense is ignored."""
    time_ = Timeless()
    pace = time_.pace(wall_clock=lambda: 1_000_000.0, first_wait=1.0 if waits in ([8.0], [61.0]) else 0.5)
    client = HarnessClient(here.client.access, pace)
    harness.fault("GET", SMTP, kind=429, times=1 if waits in ([8.0], [61.0]) else None, retry_after=retry_after)
    if len(waits) == 1:
        client.ask(READ)
    else:
        assert "in a minute" in failure(client).advice
    assert time_.waits == waits


def test_waits_are_jittered_and_bounded(harness: FakeHarness, here: InAccount) -> None:
    """Full jitter: from nothing to the bound; and after the total time no attempt begins."""
    time_ = Timeless()
    harness.fault("GET", SMTP, kind=503, times=None)
    failure(HarnessClient(here.client.access, time_.pace(chance=lambda: 0.0)))
    assert time_.waits == [0.0, 0.0, 0.0]
    failure(HarnessClient(here.client.access, time_.pace(total=0.4)))
    assert time_.waits == [0.0, 0.0, 0.0]


def test_bad_key_says_where_it_was_read(harness: FakeHarness, here: InAccount) -> None:
    """401: Harness's words, the code, the correlationId, the variable's name; nothing is repeated."""
    here.account.revoke(here.client.access.key.value)
    error = failure(here.client)
    assert isinstance(error, HarnessKeyRefused)
    text = str(error)
    assert text.startswith(f"Reading the SMTP config failed at 127.0.0.1:{harness.port}.\nSeen: 401 INVALID_TOKEN: ")
    assert error.said.message == "Token is not valid."
    assert f"(correlationId {error.said.correlation_id})" in text
    assert len(error.said.correlation_id) == 36
    assert "read from the environment variable HARNESS_PLATFORM_API_KEY" in text
    assert "last up" not in text
    assert len(harness.requests) == 1


def test_bad_key_of_the_configuration(harness: FakeHarness) -> None:
    """Where the key comes from the configuration, the advice names what refresh and destroy use, and three ways out."""
    error = failure(to(harness.endpoint, from_config=True))
    for needed in ("configuration of the last up", "`pulumi up`", "`--run-program`", "HARNESS_PLATFORM_API_KEY"):
        assert needed in error.advice


@pytest.mark.parametrize(
    ("permissions", "missing", "method"),
    [(["core_smtp_view"], "core_smtp_edit", "POST"), ([], "core_smtp_view", "GET")],
)
def test_missing_permission(
    harness: FakeHarness, here: InAccount, permissions: list[str], missing: str, method: str
) -> None:
    """403: which permission, and who can grant it."""
    key = here.account.api_key(permissions=permissions)
    poor = InAccount(harness, here.account, key=key)
    with pytest.raises(HarnessPermissionMissing) as caught:
        poor.nextgen.create(config()) if method == "POST" else poor.nextgen.read("x")
    assert f"Missing permission {missing} on smtp" in caught.value.said.message
    assert f"needs {missing}" in caught.value.advice
    assert "Account Admin" in caught.value.advice
    assert "core_smtp_edit" in caught.value.advice
    assert isinstance(caught.value, PermissionError)


def test_bean_validation_names_our_arguments(here: InAccount) -> None:
    """400 FAILURE: Harness's text, and the fields by the names that a program uses."""
    error = failure(here.client, Request("saving", "POST", SMTP, repeatable=False, json={"value": {"host": ""}}))
    assert isinstance(error, HarnessRefused)
    assert error.said.code == "INVALID_REQUEST"
    assert error.said.fields == ("name", "accountId", "value.host")
    assert "display_name, accountId, host" in error.advice


def test_unknown_path(harness: FakeHarness, here: InAccount) -> None:
    """A path that isn't there: the endpoint has one /gateway too many or too few."""
    nowhere = Request("reading", "GET", "/nowhere", repeatable=True)
    assert "set HARNESS_ENDPOINT without /gateway" in failure(here.client, nowhere).advice
    bare = InAccount(harness, here.account, endpoint=harness.origin)
    assert "set HARNESS_ENDPOINT with /gateway" in failure(bare.client, nowhere).advice
    assert len(harness.requests) == 2


def test_internal_error_keeps_the_correlation_id(here: InAccount) -> None:
    """500: a PUT without a uuid is Harness's own slip, and its support asks for the correlationId."""
    body = {"accountId": "a", "name": "n", "value": {"host": "h"}}
    error = failure(here.client, Request("updating", "PUT", SMTP, repeatable=False, json=body))
    assert (error.said.status, error.said.code) == (500, "UNKNOWN_ERROR")
    assert error.said.correlation_id in str(error)
    assert "support" in error.advice


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (
            http_answer(b"<html><title>Log\x1b in</title>", "200 OK", "Content-Type: text/html"),
            HarnessUnclear,
            "Log\\x1b in",
        ),
        (http_answer(b"<!DOCTYPE html>blocked", "403 Forbidden"), HarnessRefused, "an HTML page"),
        (http_answer(b"default backend", "404 Not Found"), HarnessRefused, "no JSON object: default backend"),
        (http_answer(b"", "200 OK"), HarnessUnclear, "an empty answer"),
        (http_answer(b"[1]", "200 OK"), HarnessUnclear, "no JSON object: [1]"),
        (
            http_answer(b"", "302 Found", "Location: https://login.example/?a"),
            HarnessRefused,
            "a redirect to https://login",
        ),
        (http_answer(b"\x1f\x8b", "200 OK", "Content-Encoding: gzip"), HarnessSilent, "a compressed answer"),
        ([send(b"SSH-2.0-OpenSSH\r\n"), close()], HarnessSilent, "without a whole answer"),
    ],
)
def test_what_is_not_harness(answer: list[Step], kind: type[HarnessError], says: str) -> None:
    """A proxy's page, an empty answer, another protocol: said as what it is, control characters made visible."""
    with ScriptedServer(answer) as server:
        client = to(f"http://127.0.0.1:{server.port}")
        with pytest.raises(kind) as caught:
            nextgen_data(client.ask(CREATE))
    assert caught.type is kind
    assert says in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert "HARNESS_ENDPOINT" in caught.value.advice
    assert "core_" not in caught.value.advice


def test_long_bodies_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body has a limit, and one that drips has the limit of time as a whole."""
    monkeypatch.setattr(client_module, "MAX_BODY", 1000)
    with ScriptedServer(http_answer(b"x" * 5000, "200 OK")) as server:
        error = failure(to(f"http://127.0.0.1:{server.port}"), CREATE)
        assert "an answer longer than" in str(error)
        assert error.may_have_happened

    monkeypatch.setattr(client_module, "CONNECT_SECONDS", 0.1)
    slowly = drip(b"x" * 900, every=0.01)
    with ScriptedServer([send(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"), slowly, close()]) as server:
        access = to(f"http://127.0.0.1:{server.port}").access
        started = time.monotonic()
        assert isinstance(failure(HarnessClient(access, answer_seconds=0.2), CREATE), HarnessTimedOut)
        assert time.monotonic() - started < 3


def test_no_connection() -> None:
    """Nothing listens: not sent, so nothing may have happened, even for a create."""
    with closed_port() as port:
        error = failure(to(f"http://127.0.0.1:{port}"), CREATE)
    assert isinstance(error, HarnessUnreachable)
    assert not error.may_have_happened
    assert "HTTPS_PROXY" in error.advice


def test_proxies_by_the_usual_variables(harness: FakeHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP_PROXY is used, NO_PROXY excepts, and one that can't be used is named without its value."""
    account = harness.add_account()
    with ScriptedServer(http_answer(b"<html>proxy</html>", "502 Bad Gateway")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        assert "an HTML page" in str(failure(InAccount(harness, account).client, CREATE))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert InAccount(harness, account).client.ask(READ).status == 200
        assert proxy.connections == 1
    monkeypatch.setenv("HTTP_PROXY", "gopher://user:s3cret@proxy")
    with pytest.raises(TargetError, match="HTTPS_PROXY") as caught:
        InAccount(harness, account)
    assert "s3cret" not in str(caught.value)


def test_slow_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes the request and says nothing is given up after the time that was set."""
    monkeypatch.setattr(client_module, "CONNECT_SECONDS", 1.0)
    with ScriptedServer([hang()]) as server:
        assert isinstance(failure(to(f"http://127.0.0.1:{server.port}", seconds=0.2), CREATE), HarnessTimedOut)

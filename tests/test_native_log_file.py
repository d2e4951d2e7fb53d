"""The plugin's log file: only where it is asked for, enough to see what took how long, and never a value."""

from __future__ import annotations

import stat
from pathlib import Path

import grpc
import pytest
from mailservers import MailServer
from native_plugin import Plugin, engine_log, plugin, struct, urn
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2
from pulumi_stack import secret_forms

from pulumi_smtp_collab.provider.native.log_file import LOG_FILE

PASSWORD, USER = "log-canary/1+é", "user-canary"
VALUES = {"host": "localhost", "fromAddress": "from-canary@example.test", "username": USER, "password": PASSWORD}


def exercise(started: Plugin, port: int) -> None:
    """Let a test pass, let one be refused, and meet a fault of ours."""
    given = {**VALUES, "port": port, "allowPlaintextLogin": True, "ehloName": rpc.wrap_rpc_secret("ehlo-canary")}
    started.configure(harnessApiKey="key-canary")
    started.create(given)
    with pytest.raises(grpc.RpcError):
        started.create({**given, "password": "wrong-canary"})
    broken = provider_pb2.CreateRequest(urn=urn(), properties=struct({"password": PASSWORD}))
    with pytest.raises(grpc.RpcError):
        started.stub.Create(broken)


def test_a_log_tells_calls_stages_and_places_and_no_value(tmp_path: Path) -> None:
    """Each call with its resource, its status and its time, each stage, the place of a fault; for the user alone."""
    file = tmp_path / "plugin.log"
    with (
        MailServer(credentials={USER: PASSWORD}, plaintext_login=True) as server,
        plugin({LOG_FILE: str(file)}, tmp_path) as started,
    ):
        exercise(started, server.port)
        started.process.terminate()
        started.process.wait(10)
    log = file.read_text("utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for told in (
        "Configure begun",
        f"Create {urn()} answered after ",
        f"Create {urn()} refused: StatusCode.FAILED_PRECONDITION after ",
        f"Create {urn()} refused: StatusCode.INTERNAL after ",
        f"{urn()} stage auth passed",
        f"{urn()} stage auth failed",
        "fault of type ValidationError at ",
    ):
        assert told in log, log
    assert "canary" not in log
    assert "localhost" not in log
    assert not [form for form in secret_forms(PASSWORD, USER).values() if form in file.read_bytes()]


def test_without_being_asked_nothing_is_written(tmp_path: Path) -> None:
    """No file, and nothing on standard error."""
    with (
        MailServer(credentials={USER: PASSWORD}, plaintext_login=True) as server,
        plugin(folder=tmp_path) as started,
    ):
        exercise(started, server.port)
        started.process.terminate()
        assert started.process.stderr is not None
        assert started.process.stderr.read() == ""
    assert not list(tmp_path.rglob("*.log"))


def test_a_log_that_can_t_be_written_stops_nothing(tmp_path: Path) -> None:
    """The user is told why, once, and the plugin works all the same."""
    where = {LOG_FILE: str(tmp_path / "missing" / "plugin.log")}
    with engine_log() as (engine, address), plugin(where, tmp_path) as started:
        started.stub.Handshake(provider_pb2.ProviderHandshakeRequest(engine_address=address))
        off = {"host": "localhost", "fromAddress": "a@example.test", "connectivityTest": {"mode": "off"}}
        assert started.configure().create(off).id
        told = [each.message for each in engine.told]
    assert told == [f"{LOG_FILE}: nothing is logged, since the file can't be written: No such file or directory"]

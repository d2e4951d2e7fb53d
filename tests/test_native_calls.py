"""How the native plugin runs calls: many at once, each ended when its time is up or nobody waits for it any more."""

from __future__ import annotations

import concurrent.futures
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import grpc
import pytest
from fake_harness import Account, FakeHarness
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from harness_stacks import PASSWORD, stored, way_to, writes
from mailservers import MailServer, ScriptedServer, Step, Wire, greet, hang, serve
from native_plugin import GIVEN, Plugin, plugin, urn
from pulumi.runtime.proto import provider_pb2

from pulumi_smtp_collab.provider.wire_values import from_wire


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plugin]:
    """One configured plugin for all tests that only ask it."""
    with plugin(folder=tmp_path_factory.mktemp("plugin")) as started:
        yield started.configure()


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


def silence_at(verb: str, *extensions: str, reply: bytes = b"") -> list[Step]:
    """Return the script of a server that says nothing after a command, but for the reply."""

    def stop(wire: Wire) -> None:
        wire.send(reply)
        wire.hang()

    return [greet(), serve({verb: stop}, extensions)]


STAGES: dict[str, tuple[list[Step], bytes, dict[str, Any]]] = {
    "greeting": ([hang()], b"", {}),
    "ehlo": (silence_at("EHLO"), b"EHLO", {}),
    "starttls": (silence_at("STARTTLS", "STARTTLS"), b"STARTTLS", {"startTls": True}),
    "tls": (silence_at("STARTTLS", "STARTTLS", reply=b"220 go\r\n"), b"\x16\x03", {"startTls": True}),
    "auth": (silence_at("AUTH", "AUTH PLAIN"), b"AUTH", {"username": "u", "password": "p"}),
    "sender": (silence_at("MAIL"), b"MAIL", {}),
}
"""By stage: a server that falls silent there, what it has read by then, and the arguments that lead there."""


def asked(port: int, **arguments: Any) -> dict[str, Any]:
    """Return a provider's arguments, by its server's port."""
    once = {"attempts": 1, "secondLook": "off"}
    return {**GIVEN, "host": "127.0.0.1", "port": port, "connectivityTest": once, **arguments}


def wait_until(true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("how", ["cancel", "interrupt", "engine gone"])
def test_a_running_test_is_ended_at_each_stage(tmp_path: Path, how: str) -> None:
    """Cancel ends each running test within a second, and the plugin stays; what comes then is refused likewise.

    An interrupt, and the end of standard input, which a killed engine leaves, end the plugin too.
    """
    with ExitStack() as stack:
        started = stack.enter_context(plugin(folder=tmp_path)).configure()
        running: dict[str, Any] = {}
        for stage, (script, read, arguments) in STAGES.items():
            server = stack.enter_context(ScriptedServer(script))
            checked = started.check(asked(server.port, **arguments), urn(stage))
            request = provider_pb2.CreateRequest(urn=urn(stage), properties=checked.inputs)
            running[stage] = started.stub.Create.future(request, timeout=60)
            wait_until(lambda server=server, read=read: any(read in each for each in server.received))  # type: ignore[misc]
        began = time.monotonic()
        if how == "cancel":
            started.stub.Cancel(Empty())
        elif how == "interrupt":
            started.process.send_signal(signal.SIGINT)
        else:
            assert started.process.stdin is not None
            started.process.stdin.close()
        ends = {stage: future.exception(timeout=30) for stage, future in running.items()}
        assert time.monotonic() - began < 5, "the deadline of the arguments is 60 seconds"
        if how == "cancel":
            assert {stage: f"was cancelled at the stage {stage}" in end.details() for stage, end in ends.items()} == (
                dict.fromkeys(STAGES, True)
            )
            assert started.process.poll() is None
            with pytest.raises(grpc.RpcError, match="was cancelled"):
                started.create(asked(server.port))
        else:
            assert None not in ends.values()
            assert started.process.wait(10) == 0


def test_what_is_being_saved_is_saved(tmp_path: Path, harness: FakeHarness, account: Account, mail: MailServer) -> None:
    """A Cancel that comes while Harness is asked to save stops nothing half-way: what is saved is recorded."""
    with plugin(way_to(harness, account), tmp_path) as started:
        checked = started.configure(target="harness").check(asked(mail.port, username="pipeline", password=PASSWORD))
        harness.latency = 1.0
        request = provider_pb2.CreateRequest(urn=urn(), properties=checked.inputs)
        saving = started.stub.Create.future(request, timeout=60)
        wait_until(lambda: "POST" in writes(harness))
        started.stub.Cancel(Empty())
        assert saving.result(timeout=30).id == stored(account).uuid


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

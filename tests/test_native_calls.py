"""How the native plugin runs calls: many at once, each ended when its time is up or nobody waits for it any more."""

from __future__ import annotations

import concurrent.futures
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

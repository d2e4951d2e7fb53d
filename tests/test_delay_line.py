"""The bench's delay line delays by what it says, and changes nothing of what it carries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).resolve().parent.parent / "bench"
sys.path.insert(0, str(BENCH))

from delay_line import DelayLine, PacketLine, RelayLine, open_delay_line  # noqa: E402 (found on the path set above)

ROUND_TRIP_MS = 60

_FAR_END = """
import socket, sys, threading
address = sys.argv[1]
listener = socket.create_server((address, 0))
datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
datagrams.bind((address, 0))

def echo_datagrams():
    while True:
        datagrams.sendto(*datagrams.recvfrom(65535))

def echo_connection(connection):
    while data := connection.recv(65536):
        connection.sendall(data)
    connection.close()

def accept():
    while True:
        threading.Thread(target=echo_connection, args=listener.accept()[:1], daemon=True).start()

for serve in (echo_datagrams, accept):
    threading.Thread(target=serve, daemon=True).start()
print(listener.getsockname()[1], datagrams.getsockname()[1], flush=True)
sys.stdin.read()
"""

_STREAM = """
import hashlib, json, socket, sys, threading, time
host, port, near, near_port = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])

def connect_seconds(address):
    start = time.monotonic()
    connection = socket.create_connection(address, timeout=20)
    return connection, time.monotonic() - start

undelayed, near_seconds = connect_seconds((near, near_port))
undelayed.close()
connection, seconds = connect_seconds((host, port))
start = time.monotonic()
connection.sendall(b"?")
answer = connection.recv(1)
echo_seconds = time.monotonic() - start
sent = bytes(range(256)) * 2000

def send():
    connection.sendall(sent)
    connection.shutdown(socket.SHUT_WR)

threading.Thread(target=send).start()
back = hashlib.sha256()
while data := connection.recv(65536):
    back.update(data)
print(json.dumps({"near": near_seconds, "connect": seconds, "echo": echo_seconds, "answer": answer.decode(),
    "sent": hashlib.sha256(sent).hexdigest(), "back": back.hexdigest()}))
"""

_DATAGRAMS = """
import json, os, socket, sys, time
far = (sys.argv[1], int(sys.argv[2]))
link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
link.settimeout(20)
sent = [os.urandom(length) for length in (1, 2, 3, 511, 1024, 1472)]
start = time.monotonic()
for datagram in sent:
    link.sendto(datagram, far)
back = [link.recv(65535) for _ in sent]
print(json.dumps({"same": back == sent, "seconds": time.monotonic() - start}))
"""


@contextmanager
def _far_end(line: DelayLine) -> Iterator[tuple[int, int]]:
    """Run an echo server at the far end; yield its TCP and its UDP port."""
    command = line.command(sys.executable, "-c", _FAR_END, line.listen_address)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        tcp, udp = process.stdout.readline().split()
        yield int(tcp), int(udp)
        process.communicate(timeout=10)


def _on(line: DelayLine, program: str, *arguments: object) -> Any:
    command = line.command(sys.executable, "-c", program, *map(str, arguments))
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)


def _measure_stream(line: DelayLine) -> dict[str, Any]:
    with line, _far_end(line) as (port, _):
        result: dict[str, Any] = _on(line, _STREAM, *line.dial(port), line.listen_address, port)
    assert result["answer"] == "?"
    assert result["back"] == result["sent"], "what came back is not what was sent"
    return result


def _is_root() -> bool:
    return os.geteuid() == 0


_NEEDS_NAMESPACES = pytest.mark.skipif(
    not _is_root(), reason="without root a machine may allow no namespace; the bench uses its relay there"
)


@_NEEDS_NAMESPACES
@pytest.mark.parametrize("user_namespace", [False, True], ids=["root", "user namespace"])
def test_packets_take_the_round_trip_the_handshake_included(user_namespace: bool) -> None:
    """A TCP connect takes a round trip, an answer takes one more, and a long stream arrives as it was sent."""
    round_trip = ROUND_TRIP_MS / 1000
    result = _measure_stream(PacketLine(ROUND_TRIP_MS, user_namespace=user_namespace))
    assert result["connect"] >= round_trip
    assert result["echo"] >= round_trip
    assert result["near"] < round_trip, "the address without delay is delayed too"


@_NEEDS_NAMESPACES
def test_packets_arrive_unaltered_and_in_order() -> None:
    """Datagrams, which no TCP would repair, come back byte for byte in the order sent, a round trip later."""
    line = PacketLine(ROUND_TRIP_MS)
    with line, _far_end(line) as (_, port):
        result = _on(line, _DATAGRAMS, *line.dial(port))
    assert result["same"]
    assert result["seconds"] >= ROUND_TRIP_MS / 1000


def test_the_relay_delays_every_byte_but_not_the_handshake() -> None:
    """The line for machines without namespaces delays an answer by the round trip and says what it can't delay."""
    line = RelayLine(ROUND_TRIP_MS)
    result = _measure_stream(line)
    assert result["echo"] >= ROUND_TRIP_MS / 1000
    assert result["connect"] < ROUND_TRIP_MS / 1000
    assert not line.delays_handshake
    assert "cannot delay the TCP handshake" in line.description


@_NEEDS_NAMESPACES
def test_the_best_line_where_namespaces_are_allowed_delays_packets() -> None:
    """Where the machine allows it the handshake is delayed, and the line says so."""
    with open_delay_line(ROUND_TRIP_MS) as line:
        assert line.delays_handshake
        assert "handshake included" in line.description


_WITHOUT_THE_RIGHT = """
import ctypes, sys
sys.path.insert(0, sys.argv[1])
from delay_line import NoDelayLineError, PacketLine, open_delay_line
PR_CAPBSET_DROP, CAP_SYS_ADMIN = 24, 21
ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0)  # root in the programs started from here lacks it
try:
    PacketLine(1, user_namespace=False)
except NoDelayLineError as error:
    print(error)
if sys.argv[2] == "root":
    with open_delay_line(1) as line:
        print(line.description)
"""


def test_where_namespaces_are_refused_the_relay_takes_their_place() -> None:
    """Without the right to make namespaces the error is the system's sentence, and the best line is the relay."""
    command = [sys.executable, "-c", _WITHOUT_THE_RIGHT, str(BENCH), "root" if _is_root() else "user"]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    assert "unshare: Operation not permitted" in result.stdout
    if _is_root():
        assert RelayLine.description in result.stdout

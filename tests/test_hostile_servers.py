"""Whatever a server does, the test ends in time, stays small, names what it met, and gives nothing away.

The servers are those of ``hostile_cases``, each played here; the client is a process of its own, so that its memory is
its own and what it remembers of one server is forgotten before the next.
"""

from __future__ import annotations

import base64
import multiprocessing
import re
import socket
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from hostile_cases import CASES, LOGIN, PASSWORD, USERNAME, Case
from hostile_cases.measured import Measured, measure, measure_waste, size_bytes
from mailservers import Authority, Script, ScriptedServer, endless, hang, reset, start_tls
from pulumi_stack import secret_forms
from relay_settings import run_on, settings_for

from pulumi_smtp_collab import ConnectivityReport, ConnectivityTest
from pulumi_smtp_collab.connectivity.machine import Machine
from pulumi_smtp_collab.connectivity.wire.deadline import Deadline
from pulumi_smtp_collab.connectivity.wire.tls import TlsStream

SHARE = 0.4
"""What part of the deadline one attempt takes at most, as the argument's description says."""

LATE_SECONDS = 0.5
MOST_BYTES = 10_000_000
ONE_LOOK = {"attempts": 1, "second_look": "off"}
FORMS = secret_forms(PASSWORD, USERNAME)
BEFORE_LOGIN = ("greeting", "ehlo", "starttls", "tls")


@dataclass(frozen=True)
class Client:
    """The process that runs the tests, with everything loaded that a test needs.

    Attributes:
        process: The process.
        authority: The CA of the servers' certificates.
        start_bytes: How large it was before the first hostile server.
    """

    process: ProcessPoolExecutor
    authority: Authority
    start_bytes: int

    def test(self, server: ScriptedServer, settings: Mapping[str, Any], test: Mapping[str, Any]) -> Measured:
        """Test a server with a login, trusting its CA."""
        common = {"host": "127.0.0.1", "from_address": "from@example.test", "ca_certificates": self.authority.pem}
        return self.process.submit(measure, {**common, **LOGIN, "port": server.port, **settings}, test).result()


@pytest.fixture(scope="module")
def client(authority: Authority) -> Iterator[Client]:
    """The process that runs the tests."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        for settings in ({"ssl": True}, {"ssl": True, "ca_certificates": None}):
            with ScriptedServer(start_tls(), tls_context=authority.server_context()) as server:
                Client(process, authority, 0).test(server, settings, ONE_LOOK)
        yield Client(process, authority, process.submit(size_bytes).result())


def found(report: ConnectivityReport) -> tuple[str, str]:
    """Return the diagnosis' code, which is empty where the test passed, and the stage."""
    return ("", "") if report.diagnosis is None else (report.diagnosis.code, report.diagnosis.stage)


def verbs(received: bytes) -> tuple[str, ...]:
    """Return the commands that a server got."""
    # Between them may be what is no text: a ClientHello that a server left unread.
    return tuple(verb.decode().upper() for verb in re.findall(rb"^[A-Za-z]{4,}(?=[ \r])", received, re.MULTILINE))


def everything_of(report: ConnectivityReport) -> str:
    """Return all that a report can be shown as."""
    return f"{report}\n{report!r}\n{report.model_dump_json()}"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_hostile_server(case: Case, client: Client) -> None:
    """One attempt ends with its share of the deadline, in little memory, with its diagnosis; it tells no secret."""
    deadline = 2.5 if case.held else 10.0
    test = {"deadline_seconds": deadline, **ONE_LOOK, **case.test}
    with ScriptedServer(case.script, tls_context=client.authority.server_context()) as server:
        measured = client.test(server, case.settings, test)
        if not case.held:
            server.wait_until_idle()
    report = measured.report

    assert found(report) == (case.code, case.stage if case.code else ""), f"{report}\n{server.transcript}"
    assert measured.seconds <= deadline * SHARE + LATE_SECONDS
    assert measured.seconds >= deadline * SHARE or not case.held, "it gave up before its time was over"
    assert measured.peak_bytes - client.start_bytes <= MOST_BYTES

    assert server.connections == 1
    (received,) = server.received
    if case.stage in BEFORE_LOGIN:
        assert "AUTH" not in verbs(received)
        assert not [form for form, secret in FORMS.items() if secret in received]
    if case.verbs is not None:
        assert verbs(received) == case.verbs
    shown = everything_of(report).encode()
    assert not [form for form, secret in FORMS.items() if secret in shown]


@pytest.mark.parametrize("case", [case for case in CASES if case.name.startswith("echo")], ids=str)
def test_what_was_sent_at_the_login_is_not_quoted(case: Case, client: Client) -> None:
    """Not one of the lines that carried the login is in the report, and of CRAM-MD5 not the digest in it either."""
    with ScriptedServer(case.script) as server:
        report = client.test(server, case.settings, {**ONE_LOOK, **case.test}).report
        server.wait_until_idle()
    lines = server.received[0].decode().splitlines()
    login = lines[next(number for number, line in enumerate(lines) if line.startswith("AUTH")) :]
    sent = [word for line in login for word in line.split(" ")[-1:] if len(word) > len("CRAM-MD5")]
    shown = everything_of(report)
    assert sent
    assert "[hidden]" in shown
    for word in sent:
        assert word not in shown
        decoded = base64.b64decode(word).decode().rpartition(" ")[2]
        assert decoded == USERNAME or decoded not in shown  # messages name the user, whom the settings show too


WHOLE = (
    "slow-greeting",
    "slow-ehlo",
    "slow-handshake",
    "slow-handshake-from-the-start",
    "slow-sender",
    "silent-greeting",
    "silent-handshake-from-the-start",
    "silent-ehlo",
)


@pytest.mark.parametrize("name", WHOLE)
def test_all_attempts_and_looks_end_at_the_deadline(name: str, client: Client) -> None:
    """With attempts and further looks as they are by default the test is over at its deadline, and says the same."""
    (case,) = (each for each in CASES if each.name == name)
    with ScriptedServer(case.script, tls_context=client.authority.server_context()) as server:
        measured = client.test(server, case.settings, {"deadline_seconds": 2, **case.test})
    assert found(measured.report) == (case.code, case.stage), measured.report
    assert measured.seconds <= 2 + LATE_SECONDS
    assert measured.peak_bytes - client.start_bytes <= MOST_BYTES
    assert not [received for received in server.received if case.stage in BEFORE_LOGIN and b"AUTH" in received]


LOOKS: dict[str, Script] = {
    "silent": hang(),
    "slow": start_tls(every=0.5),
    "endless": endless(b"x"),
    "reset": reset(),
}


@pytest.mark.parametrize("look", LOOKS)
def test_the_look_at_a_certificate_is_held_by_nothing(look: str, client: Client) -> None:
    """A server that turns hostile when its chain is looked at changes neither the diagnosis nor the deadline."""
    context = client.authority.server_context()
    with ScriptedServer(start_tls(), LOOKS[look], tls_context=context) as server:
        measured = client.test(server, {"ssl": True, "ca_certificates": None}, {"deadline_seconds": 2})
        assert server.connections == 2
    assert found(measured.report) == ("tls-unknown-ca", "tls"), measured.report
    assert measured.seconds <= 2 + LATE_SECONDS
    assert measured.peak_bytes - client.start_bytes <= MOST_BYTES


def test_start_tls_that_is_put_off_and_then_stripped_is_never_gone_without(client: Client) -> None:
    """The next attempt finds STARTTLS gone and a login in its place: it takes its leave, and sends no credentials."""
    put_off, stripped = ("starttls-put-off", "starttls-stripped")
    scripts = [next(case.script for case in CASES if case.name == name) for name in (put_off, stripped)]
    with ScriptedServer(*scripts) as server:
        report = client.test(server, {"start_tls": True}, {"attempts": 5}).report
        server.wait_until_idle()
    assert found(report) == ("starttls-not-offered", "starttls"), report
    assert [verbs(received) for received in server.received] == [("EHLO", "STARTTLS", "QUIT"), ("EHLO", "QUIT")]


def test_the_memory_of_the_process_is_what_is_measured(client: Client) -> None:
    """Twenty megabytes that are taken and given back at once are seen: the measure above can fail."""
    assert client.process.submit(measure_waste, 20_000_000).result() >= 19_000_000


def test_tickets_without_end_are_read_piece_by_piece(authority: Authority) -> None:
    """Tickets of TLS 1.3 may come for ever (RFC 8446, section 4.6.1): between pieces of them the deadline is asked."""
    context = authority.server_context()
    context.num_tickets = 1000
    with (
        ScriptedServer([start_tls(), hang()], tls_context=context) as server,
        socket.create_connection(("127.0.0.1", server.port)) as sock,
    ):
        sock.setblocking(False)
        stream = TlsStream(sock, authority.client_context(), "localhost")
        deadline = Deadline.within(10)
        stream.shake_hands(deadline)
        while _waiting_bytes(sock) < MANY_PIECES:
            assert deadline.left() > 0
            time.sleep(0.01)
        with pytest.raises(BlockingIOError):
            stream.recv(1)
        assert _waiting_bytes(sock) > MANY_PIECES / 2, "one call has read them all"


MANY_PIECES = 65_536


def _waiting_bytes(sock: socket.socket) -> int:
    try:
        return len(sock.recv(MANY_PIECES, socket.MSG_PEEK))
    except BlockingIOError:
        return 0


def test_a_reset_before_the_connection_was_looked_at_is_one_at_the_greeting() -> None:
    """A server that resets at once, so fast that connecting is not over yet for us, has accepted all the same."""

    def slow_clock() -> float:
        time.sleep(0.02)  # each look at the clock takes so long that the reset has come by then
        return time.monotonic()

    with ScriptedServer(reset()) as server:
        test = ConnectivityTest(attempts=1, second_look="off")
        report = run_on(Machine(clock=slow_clock), settings_for(server, host="127.0.0.1"), test)
    assert found(report) == ("greeting-dropped", "greeting"), report

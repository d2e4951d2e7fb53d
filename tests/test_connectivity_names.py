"""From a host to a connection: names under the deadline, every address in turn, and what we call ourselves."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from mailservers import MailServer, closed_port, filtered_port
from relay_settings import resolved, run_on, settings_for

from pulumi_smtp_collab import ConnectivityTest, SmtpSettings
from pulumi_smtp_collab.connectivity.machine import Machine

SHALLOW = ConnectivityTest(depth="connect", attempts=1, second_look="off", deadline_seconds=5)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


def settings(**arguments: Any) -> SmtpSettings:
    return SmtpSettings(**{"host": "relay.example", "from_address": "from@example.test", **arguments})


def test_a_name_is_asked_for_as_its_a_labels(server: MailServer) -> None:
    """An internationalised name goes to the resolver by the rules of IDNA 2008, not as another domain."""
    asked: list[str] = []

    def resolve(host: str, _port: int, _family: int) -> Any:
        asked.append(host)
        return resolved(("127.0.0.1", server.port))(host, 0, socket.AF_UNSPEC)

    report = run_on(Machine(resolver=resolve), settings(host="straße.example"), SHALLOW)
    assert report.passed, report
    assert asked == ["xn--strae-oqa.example"]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_an_address_is_never_asked_for(host: str) -> None:
    """A literal address needs no resolver."""

    def resolve(*_: Any) -> Any:
        raise AssertionError

    with MailServer(host=host) as server:
        report = run_on(Machine(resolver=resolve), settings_for(server, host=host), SHALLOW)
    assert report.passed, report
    assert report.stages[0].detail == host


def test_a_dead_resolver_is_given_up_at_the_deadline() -> None:
    """DNS is under the deadline too, and the thread that hangs in it does not hold the process."""
    released = threading.Event()

    def resolve(*_: Any) -> Any:
        released.wait(30)
        return []

    began = time.monotonic()
    report = run_on(Machine(resolver=resolve), settings(), ConnectivityTest(deadline_seconds=2, attempts=1))
    elapsed = time.monotonic() - began
    hanging = [thread for thread in threading.enumerate() if "name look-up" in thread.name]
    released.set()
    assert report.stages[-1].name == "dns"
    assert report.stages[-1].status == "failed"
    assert elapsed < 1.9, "one attempt takes 40 % of the deadline"
    assert all(thread.daemon for thread in hanging)


def test_an_unknown_name_fails_at_dns() -> None:
    """The resolver's refusal is the stage's."""

    def resolve(*_: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    report = run_on(Machine(resolver=resolve), settings(), SHALLOW)
    assert [stage.name for stage in report.stages] == ["dns"]
    assert report.stages[0].detail == "Name or service not known"


@pytest.mark.parametrize(("family", "host"), [("ipv4", "127.0.0.1"), ("ipv6", "::1")])
def test_the_address_family_may_be_chosen(family: Any, host: str) -> None:
    """Only the addresses of that family are asked for and tried."""
    with MailServer(host="127.0.0.1") as four, MailServer(host="::1") as six:
        resolver = resolved(("::1", six.port), ("127.0.0.1", four.port))
        report = run_on(Machine(resolver=resolver), settings(), SHALLOW.model_copy(update={"address_family": family}))
        assert four.connections == (family == "ipv4")
        assert six.connections == (family == "ipv6")
    assert report.passed, report
    assert report.stages[0].detail == host


def test_the_families_take_turns() -> None:
    """RFC 8305, section 4: after the first address comes one of the other family, not the next of the same."""
    with closed_port() as four, closed_port("::1") as six:
        resolver = resolved(("::1", six), ("::1", six + 1), ("127.0.0.1", four), ("127.0.0.2", four))
        report = run_on(Machine(resolver=resolver), settings(), SHALLOW)
    assert report.stages[0].detail == "::1, 127.0.0.1, ::1, 127.0.0.2"
    assert report.stages[-1].name == "connect"
    assert len(report.addresses) == 4
    assert {address.outcome for address in report.addresses} == {os.strerror(111)}


def test_a_dead_address_costs_no_more_than_the_spacing(server: MailServer) -> None:
    """While the first address still hangs, the next is tried beside it, a quarter of a second later (RFC 8305)."""
    with filtered_port() as dead:
        resolver = resolved(("127.0.0.1", dead), ("127.0.0.1", server.port))
        report = run_on(Machine(resolver=resolver), settings(), SHALLOW)
    assert report.passed, report
    connect = report.stages[1]
    assert 240 <= connect.duration_ms < 2000, "the dead one alone has 24 seconds"
    assert [(address.address, address.outcome) for address in report.addresses] == [
        (f"127.0.0.1:{dead}", "no answer before another one connected"),
        (f"127.0.0.1:{server.port}", "connected"),
    ]


def test_a_refused_address_costs_nothing(server: MailServer) -> None:
    """An address that refuses is followed by the next at once."""
    with closed_port() as closed:
        resolver = resolved(("127.0.0.1", closed), ("127.0.0.1", server.port), ("127.0.0.2", server.port))
        report = run_on(Machine(resolver=resolver), settings(), SHALLOW)
    assert report.passed, report
    assert report.stages[1].duration_ms < 240, "the spacing of addresses that hang"
    assert [address.outcome for address in report.addresses] == [os.strerror(111), "connected", "not needed"]


def test_fifty_dead_addresses_end_at_the_deadline() -> None:
    """However many addresses hang, the test ends with its share of the deadline, and lists them all."""
    with filtered_port() as dead:
        resolver = resolved(*[(f"127.0.0.{number}", dead) for number in range(1, 51)])
        began = time.monotonic()
        report = run_on(
            Machine(resolver=resolver),
            settings(),
            ConnectivityTest(deadline_seconds=2.5, attempts=1, second_look="off"),
        )
        elapsed = time.monotonic() - began
    assert report.stages[-1].name == "connect"
    assert elapsed < 2.4
    assert len(report.addresses) == 50
    assert report.addresses[0].outcome == "no answer"
    assert report.addresses[-1].outcome == "not tried, the time was used up"


def test_the_ehlo_name_may_be_given(server: MailServer) -> None:
    """It is said as it was given."""
    assert run_on(Machine(), settings_for(server, ehlo_name="ci.example.com"), SHALLOW).passed
    assert server.commands[0] == "EHLO ci.example.com"


def test_a_qualified_machine_names_itself(server: MailServer) -> None:
    """Where the machine has a qualified name, that is what it says."""
    assert run_on(Machine(name="build-7.example.com"), settings_for(server), SHALLOW).passed
    assert server.commands[0] == "EHLO build-7.example.com"


@pytest.mark.parametrize("machine", ["laptop", "localhost.localdomain", "not a name.example", "x.123", ""])
@pytest.mark.parametrize(("host", "literal"), [("127.0.0.1", "[127.0.0.1]"), ("::1", "[IPv6:::1]")])
def test_any_other_machine_says_its_address(machine: str, host: str, literal: str) -> None:
    """Where it has none, it is the address literal of the connection (RFC 5321, section 4.1.4)."""
    with MailServer(host=host) as server:
        assert run_on(Machine(name=machine), settings_for(server, host=host), SHALLOW).passed
    assert server.commands[0] == f"EHLO {literal}"


def test_the_dns_is_never_asked_for_our_own_name(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """socket.getfqdn hangs where the DNS does; nothing here calls it."""

    def hang(*_: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(socket, "getfqdn", hang)
    assert run_on(Machine(name="laptop"), settings_for(server), SHALLOW).passed

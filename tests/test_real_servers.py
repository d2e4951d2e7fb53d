"""The connectivity test against a real Postfix: what it accepts passes, and what it refuses is named for what it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from mailservers import Authority, Postfix
from relay_settings import run_on

from pulumi_smtp_collab import ConnectivityReport, ConnectivityTest, SmtpSettings
from pulumi_smtp_collab.connectivity.machine import Machine
from pulumi_smtp_collab.connectivity.server_gate import gate

pytestmark = pytest.mark.postfix

USER = "user@mail.example.test"
PASSWORD = "correct-horse"
LOGIN: dict[str, Any] = {"username": USER, "password": PASSWORD}
START_TLS: dict[str, Any] = {"start_tls": True}
SSL: dict[str, Any] = {"ssl": True}
KNOWN = "ci@example.test"
BARRED = "boss@example.test"
NOT_OURS = "553 5.7.1 not owned by user"
ELSEWHERE = "someone@elsewhere.test"


@pytest.fixture(scope="module")
def postfix(authority: Authority) -> Iterator[Postfix]:
    """A relay for its users, and a server that takes mail for one mailbox, except from one address."""
    with Postfix(
        authority,
        known_recipients=(KNOWN,),
        refuse_senders={BARRED: NOT_OURS},
        settings={"smtpd_helo_restrictions": "reject_non_fqdn_helo_hostname"},
    ) as running:
        yield running


def outcome_of(
    port: int, authority: Authority | None = None, test: dict[str, Any] | None = None, **settings: Any
) -> ConnectivityReport:
    """Test a port of this machine with the default test, but for what is given; with a CA, it is trusted."""
    trusted = {"ca_certificates": authority.pem} if authority else {}
    common = {"host": "localhost", "port": port, "from_address": KNOWN, "ehlo_name": "ci.example.test"}
    # Pauses are drawn by lot; here each is as long as it may be, so that what needs a second gets it.
    machine = Machine(chance=lambda most: most)
    return run_on(
        machine, SmtpSettings(**{**common, **trusted, **settings}), ConnectivityTest(**(test or {})), gate=gate
    )


def found(report: ConnectivityReport) -> tuple[str, str]:
    """Return the diagnosis' code and stage."""
    assert report.diagnosis is not None, report
    return report.diagnosis.code, report.diagnosis.stage


def test_submission(postfix: Postfix, authority: Authority) -> None:
    """587 by STARTTLS and 465 by TLS from the start relay for who has logged in; the login is by PLAIN, and one."""
    test = {"recipient": ELSEWHERE}
    for port, boxes in ((postfix.port_submission, START_TLS), (postfix.port_implicit, SSL)):
        report = outcome_of(port, authority, test, **boxes, **LOGIN)
        assert report.passed, report
        assert not report.warnings
        stages = {stage.name: stage.detail for stage in report.stages}
        assert stages["auth"].startswith("PLAIN accepted: 235 2.7.0")
        assert stages["recipient"] == "250 2.1.5 Ok"
        assert report.server is not None
        assert report.server.tls_version == "TLSv1.3"
        assert "PIPELINING" in (report.server.capabilities or ())


@pytest.mark.parametrize("boxes", [{}, {"start_tls": True}], ids=["plain", "STARTTLS"])
def test_port_25(postfix: Postfix, authority: Authority, boxes: dict[str, Any]) -> None:
    """25 takes mail for its own mailbox from anybody, with and without TLS."""
    report = outcome_of(postfix.port_plain, authority, **boxes)
    assert report.passed, report
    assert not report.warnings


@pytest.mark.parametrize("mechanism", ["LOGIN", "CRAM-MD5"])
def test_other_mechanisms_of_sasl(authority: Authority, mechanism: str) -> None:
    """Where SASL offers LOGIN or CRAM-MD5 alone, that is the one, and Cyrus takes it."""
    with Postfix(authority, mechanisms=(mechanism,)) as server:
        report = outcome_of(server.port_submission, authority, start_tls=True, **LOGIN)
        assert report.passed, report
        wrong = outcome_of(server.port_submission, authority, start_tls=True, username=USER, password="wrong")
    assert any(stage.detail.startswith(f"{mechanism} accepted: 235") for stage in report.stages)
    assert found(wrong) == ("auth-wrong-credentials", "auth"), wrong


def test_a_wrong_password_is_one_failed_login(postfix: Postfix, authority: Authority) -> None:
    """Postfix's log has one failed login, whatever the attempts; and a second test of the same password makes none."""
    arguments: dict[str, Any] = {"start_tls": True, "username": "other@mail.example.test", "password": "wrong"}
    report = outcome_of(postfix.port_submission, authority, {"attempts": 5}, **arguments)
    assert found(report) == ("auth-wrong-credentials", "auth"), report
    again = outcome_of(postfix.port_submission, authority, **arguments)
    assert found(again) == ("remembered-login", "auth"), again
    log = postfix.wait_for_log("authentication failed")
    assert log.count("authentication failed") == 1, log


def test_a_mail_is_taken(postfix: Postfix, authority: Authority) -> None:
    """To the depth message a mail is handed over, and Postfix passes it on."""
    test = {"depth": "message", "recipient": ELSEWHERE}
    report = outcome_of(postfix.port_submission, authority, test, start_tls=True, **LOGIN)
    assert report.passed, report
    assert report.stages[-1].detail.startswith("250 2.0.0 Ok: queued as")
    assert f"to=<{ELSEWHERE}>" in postfix.wait_for_log("status=sent")


def test_tls_only(postfix: Postfix, authority: Authority) -> None:
    """A port that wants TLS is named as such, with and without a login, and so is one that has it from the start."""
    bare = outcome_of(postfix.port_submission)
    assert found(bare) == ("starttls-required", "sender"), bare
    hidden = outcome_of(postfix.port_submission, **LOGIN)
    assert found(hidden) == ("auth-hidden-until-tls", "auth"), hidden
    wrapped = outcome_of(postfix.port_submission, authority, ssl=True, **LOGIN)
    assert found(wrapped) == ("starttls-port", "tls"), wrapped
    plain = outcome_of(postfix.port_implicit, None, {"deadline_seconds": 3, "attempts": 1}, **LOGIN)
    assert found(plain) == ("port-speaks-tls", "greeting"), plain
    unknown = outcome_of(postfix.port_submission, None, start_tls=True, **LOGIN)
    assert found(unknown) == ("tls-unknown-ca", "tls"), unknown


def test_submission_wants_a_login(postfix: Postfix, authority: Authority) -> None:
    """Without a login the ports for submission refuse "the client": the advice is to log in, not to allow-list it."""
    for port, boxes in ((postfix.port_submission, START_TLS), (postfix.port_implicit, SSL)):
        report = outcome_of(port, authority, **boxes)
        assert found(report) == ("client-refused", "recipient"), report
        assert report.diagnosis is not None
        assert "give username and password" in report.diagnosis.advice


def test_relaying_is_denied(postfix: Postfix, authority: Authority) -> None:
    """Without a login there is no relaying to other domains; the advice is to give one."""
    report = outcome_of(postfix.port_plain, authority, {"recipient": ELSEWHERE}, start_tls=True)
    assert found(report) == ("relay-denied", "recipient"), report
    assert report.diagnosis is not None
    assert "Give username and password." in report.diagnosis.advice


@pytest.mark.parametrize("login", [{}, LOGIN], ids=["no login", "login"])
def test_a_sender_is_rejected(postfix: Postfix, authority: Authority, login: dict[str, Any]) -> None:
    """Postfix says at RCPT what it minds about the sender: the From address is named all the same."""
    port = postfix.port_submission if login else postfix.port_plain
    report = outcome_of(port, authority, start_tls=True, from_address=BARRED, **login)
    assert found(report) == ("sender-not-allowed", "recipient"), report
    assert report.diagnosis is not None
    assert "from_address" in report.diagnosis.advice


def test_an_ehlo_name_is_refused(postfix: Postfix) -> None:
    """Postfix says at RCPT too what it minds about EHLO: the name is what has to be changed."""
    report = outcome_of(postfix.port_plain, ehlo_name="laptop")
    assert found(report) == ("ehlo-name-refused", "recipient"), report


def test_a_recipient_is_unknown(postfix: Postfix, authority: Authority) -> None:
    """A mailbox that was named and is not there fails; of the From address, which nobody named, it is a warning."""
    unknown = "nobody@example.test"
    named = outcome_of(postfix.port_plain, authority, {"recipient": unknown}, start_tls=True)
    assert found(named) == ("recipient-unknown", "recipient"), named
    default = outcome_of(postfix.port_plain, authority, start_tls=True, from_address=unknown)
    assert default.passed, default
    assert len(default.warnings) == 1
    assert "550 5.1.1" in default.warnings[0]
    assert "connectivity_test.recipient" in default.warnings[0]


def test_greylisting(authority: Authority) -> None:
    """Up to the recipient it is a warning, and a mail is put off; tried again when its time has come, it is taken."""
    with Postfix(authority, greylist_seconds=0.5) as server:
        report = outcome_of(server.port_plain)
        assert report.passed, report
        assert len(report.warnings) == 1
        assert "greylists" in report.warnings[0]
        assert any("greylisting" in sentence for sentence in report.not_proven)
        put_off = outcome_of(
            server.port_plain, None, {"depth": "message", "recipient": "new@example.test", "attempts": 1}
        )
        assert found(put_off) == ("greylisted", "recipient"), put_off
        assert put_off.diagnosis is not None
        assert put_off.diagnosis.transient
        patient = outcome_of(server.port_plain, None, {"depth": "message", "recipient": "newer@example.test"})
        assert patient.passed, patient
        assert len(patient.attempts) == 2
        assert server.greylisting is not None
        assert len(server.greylisting.deferred) == 3


def test_too_many_connections(authority: Authority) -> None:
    """A 421 in place of the greeting is a limit, never tried again; it passes by itself."""
    with Postfix(authority, connections_per_minute=1) as server:
        assert outcome_of(server.port_plain).passed
        report = outcome_of(server.port_plain, None, {"attempts": 5})
        assert found(report) == ("rate-limited", "greeting"), report
        assert report.diagnosis is not None
        assert report.diagnosis.transient
        assert len(report.attempts) == 1
        log = server.wait_for_log("Connection rate limit exceeded")
        assert log.count("Connection rate limit exceeded") == 1, log

"""Which mechanism logs in: the next one where the server refuses the command of one, and never after it judged."""

from __future__ import annotations

import pytest
from mailservers import Answer, ScriptedServer, greet, serve
from relay_settings import PASSWORD, login, settings_for

from pulumi_smtp_collab import ConnectivityReport, ConnectivityTest, run_connectivity_test

LOGIN_DEPTH = ConnectivityTest(depth="login")


def outcome_of(answers: dict[str, Answer], offered: str) -> tuple[ConnectivityReport, list[str]]:
    """Test a login, and return the commands that the server got, without what carries credentials."""
    with ScriptedServer([greet(), serve(answers, [offered])]) as server:
        report = run_connectivity_test(settings_for(server, **login()), LOGIN_DEPTH)
        server.wait_until_idle()
        assert server.connections == 1
    lines = server.received[0].decode().splitlines()
    return report, [" ".join(line.split()[:2]) for line in lines if line.startswith("AUTH")]


@pytest.mark.parametrize("code", [500, 502, 504])
@pytest.mark.parametrize("text", ["", " 5.5.4 Unrecognized authentication type", " PLAIN is not permitted here"])
def test_a_mechanism_whose_command_is_refused_is_passed_over(code: int, text: str) -> None:
    """PLAIN is offered and not implemented, LOGIN works: the test logs in, and one login reached the server."""
    answers: dict[str, Answer] = {
        "AUTH PLAIN": f"{code}{text}".encode(),
        "AUTH LOGIN": b"334 VXNlcm5hbWU6",
        "": [b"334 UGFzc3dvcmQ6", b"235 2.7.0 Authentication successful"],
    }
    report, commands = outcome_of(answers, "AUTH PLAIN LOGIN")
    assert report.passed, report
    assert commands == ["AUTH PLAIN", "AUTH LOGIN"]
    assert report.stages[-1].detail.startswith("LOGIN accepted: 235")


@pytest.mark.parametrize(
    "reply",
    [
        b"535 5.7.8 Authentication credentials invalid",
        b"535 Invalid authentication mechanism",
        b"534 5.7.9 mechanism too weak",
        b"538 5.7.11 encryption required",
        b"501 5.5.2 cannot decode",
        b"503 5.5.1 bad sequence",
        b"550 5.7.1 no",
        b"454 4.7.0 temporary failure",
        b"421 4.7.0 too many",
        b"530 5.7.0 must issue STARTTLS",
    ],
)
def test_a_judgement_is_final(reply: bytes) -> None:
    """What may have judged the credentials, or asks for distance, is no reason to send them again in another way."""
    report, commands = outcome_of({"AUTH PLAIN": reply}, "AUTH PLAIN LOGIN CRAM-MD5")
    assert not report.passed
    assert commands == ["AUTH PLAIN"]
    assert report.stages[-1].detail == reply.decode()


def test_a_refusal_after_the_challenge_is_final() -> None:
    """A code for unknown commands in place of a judgement may hide a failed login: no other mechanism is tried."""
    answers: dict[str, Answer] = {"AUTH LOGIN": b"334 VXNlcm5hbWU6", "": b"500 5.5.2 what?"}
    report, commands = outcome_of(answers, "AUTH LOGIN CRAM-MD5")
    assert not report.passed
    assert commands == ["AUTH LOGIN"]


def test_where_every_command_is_refused_the_last_refusal_is_shown() -> None:
    """Each mechanism is tried once; the failure quotes the server, and nothing is remembered as a wrong password."""
    answers: dict[str, Answer] = {"AUTH": b"504 5.7.4 Unrecognized authentication type"}
    report, commands = outcome_of(answers, "AUTH PLAIN LOGIN CRAM-MD5")
    assert commands == ["AUTH PLAIN", "AUTH LOGIN", "AUTH CRAM-MD5"]
    assert report.stages[-1].detail == "504 5.7.4 Unrecognized authentication type"
    assert PASSWORD not in str(report)


def test_cram_md5_is_the_last_resort() -> None:
    """Where PLAIN and LOGIN are refused as commands, the challenge is answered."""
    answers: dict[str, Answer] = {
        "AUTH PLAIN": b"502 5.5.1 not implemented",
        "AUTH LOGIN": b"502 5.5.1 not implemented",
        "AUTH CRAM-MD5": b"334 PDEyMzRAbWFpbC5leGFtcGxlPg==",
        "": b"235 2.7.0 ok",
    }
    report, commands = outcome_of(answers, "AUTH PLAIN LOGIN CRAM-MD5")
    assert report.passed, report
    assert commands == ["AUTH PLAIN", "AUTH LOGIN", "AUTH CRAM-MD5"]

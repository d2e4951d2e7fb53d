"""The advice, followed to the letter, leads to a test that passes, and not into the next failure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from mailservers import Authority, MailServer
from relay_settings import PASSWORD, login, settings_for

from pulumi_smtp_collab import ConnectivityReport, ConnectivityTest, run_connectivity_test
from pulumi_smtp_collab.connectivity.server_gate import forget_failures

_RECIPIENT = ConnectivityTest(recipient="ops@example.test", attempts=1)


@pytest.fixture(autouse=True)
def _new_process() -> None:
    forget_failures()


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    with Authority() as authority:
        yield authority


def advised(report: ConnectivityReport) -> dict[str, Any]:
    """Return the arguments that the advice names first, for each, with the login where it asks for one."""
    assert report.diagnosis is not None, report
    advice = report.diagnosis.advice
    found = {name: value == "True" for name, value in re.findall(r"\b(start_tls|ssl)=(True|False)", advice)[:1]}
    return found | (login() if "username and password" in advice else {})


@pytest.mark.parametrize("given", [{}, {**login(), "allow_plaintext_login": True}, {"start_tls": True}])
def test_a_submission_server_is_reached_by_its_advice(given: dict[str, Any], authority: Authority) -> None:
    """Plain text without a login, with one, and STARTTLS without one: one advice is enough for each."""
    with MailServer(
        "starttls", authority.server_context(), credentials={"user": PASSWORD}, login_required=True
    ) as server:
        trusted = {"ca_certificates": authority.pem, **given}
        first = run_connectivity_test(settings_for(server, **trusted), _RECIPIENT)
        assert not first.passed
        then = run_connectivity_test(settings_for(server, **{**trusted, **advised(first)}), _RECIPIENT)
    assert then.passed, f"{first.diagnosis}\n{then}"

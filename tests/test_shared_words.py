"""What is written in many places is made in one: stamps, host and port, forms of a secret, the deadline's shares."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta, timezone

import pytest

from pulumi_smtp_collab import ConnectivityReport, ConnectivityTest
from pulumi_smtp_collab.model.connectivity_test import ATTEMPT_SHARE
from pulumi_smtp_collab.model.disguises import disguises
from pulumi_smtp_collab.model.hosts import endpoint, split_endpoint
from pulumi_smtp_collab.model.timestamps import rfc3339


def test_a_stamp_is_in_utc_to_the_second() -> None:
    """Whatever the zone of the moment, the stamp ends in Z and has no fraction."""
    moment = datetime(2026, 11, 25, 12, 0, 1, 999999, tzinfo=timezone(timedelta(hours=2)))
    assert rfc3339(moment) == "2026-11-25T10:00:01Z"


@pytest.mark.parametrize(
    ("host", "written"), [("mail.example", "mail.example:25"), ("2001:db8::1", "[2001:db8::1]:25")]
)
def test_host_and_port_can_be_read_back(host: str, written: str) -> None:
    """An IPv6 address stands in brackets, in a report too, and what is written is what connect_to takes."""
    assert endpoint(host, 25) == written
    assert split_endpoint(written) == (host, 25)
    report = ConnectivityReport(
        status="passed", host=host, port=25, checked_at="2026-11-25T10:00:00Z", depth="tls", duration_ms=1
    )
    assert f"test of {written} passed" in str(report)


def test_the_forms_of_a_secret() -> None:
    """Base64 by both alphabets, with and without padding, percent-encoding, hexadecimal: what a peer may echo."""
    secret = "pä ss/+?>>".encode()
    forms = disguises(secret)
    for form in (
        base64.b64encode(secret),
        base64.urlsafe_b64encode(secret),
        base64.b64encode(secret).rstrip(b"="),
        b"p%C3%A4%20ss%2F%2B%3F%3E%3E",
        b"p%C3%A4+ss%2F%2B%3F%3E%3E",
        secret.hex().encode(),
        secret.hex().upper().encode(),
    ):
        assert form in forms
    assert secret not in forms


def test_the_description_says_the_share_that_is_used() -> None:
    """The argument's description names the share of the deadline that one attempt may take."""
    description = ConnectivityTest.model_fields["deadline_seconds"].description
    assert description is not None
    assert f"at most {ATTEMPT_SHARE * 100:.0f} % of it" in description

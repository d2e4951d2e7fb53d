"""Failures that people met in the field: the test of a server that says the same finds what was the matter."""

from __future__ import annotations

import re

import pytest
from diagnosis_cases.case import NOW, reply
from field_cases import FieldCase, Wording, cases, faults, run, wordings
from mailservers import Authority

from pulumi_smtp_collab import ConnectivityTest, SmtpSettings
from pulumi_smtp_collab.connectivity.diagnosis import diagnose
from pulumi_smtp_collab.connectivity.failure import Failure
from pulumi_smtp_collab.connectivity.failure_context import FailureContext


@pytest.mark.parametrize("case", cases("smtp-replies", "setups"), ids=str)
def test_what_was_the_matter_is_found(case: FieldCase, authority: Authority) -> None:
    """Whether it passes, the code, the advice, what must not be said, and whether it may pass by itself."""
    report = run(case, authority)
    assert not faults(case, report), f"{case.symptom}\n{report}"


@pytest.mark.parametrize("wording", wordings(), ids=str)
def test_a_wording_is_understood(wording: Wording) -> None:
    """The code, what is advised and what must not be said, whatever words a kind of trouble comes in."""
    failure = Failure(
        wording.stage,
        "reply",
        reply=reply(wording.reply),
        command="AUTH PLAIN",
        credentials_sent=wording.setup == "in" and wording.stage not in {"greeting", "ehlo"},
    )
    context = FailureContext(
        settings=SmtpSettings(**wording.settings),
        test=ConnectivityTest(recipient="ops@example.net"),
        now=NOW,
        ehlo_name="ci.example.com",
        greeting="220 mx.example.com ESMTP",
    )
    diagnosis = diagnose(failure, context)
    assert re.fullmatch(wording.code, diagnosis.code), diagnosis
    own = f"{re.sub(chr(34) + '.*' + chr(34), '', diagnosis.summary)} {diagnosis.advice}"
    assert not wording.advice or re.search(wording.advice, own, re.IGNORECASE), own
    assert not wording.never or not re.search(wording.never, own, re.IGNORECASE), own
    assert wording.transient in (None, diagnosis.transient)

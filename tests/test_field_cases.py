"""Failures that people met in the field: the test of a server that says the same finds what was the matter."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from diagnosis_cases.case import NOW, reply
from field_cases import FieldCase, Wording, cases, faults, run, wordings
from mailservers import Authority

from pulumi_smtp_collab import ConnectivityTest, SmtpSettings
from pulumi_smtp_collab.connectivity.diagnosis import diagnose
from pulumi_smtp_collab.connectivity.failure import Failure
from pulumi_smtp_collab.connectivity.failure_context import FailureContext
from pulumi_smtp_collab.model.report import Diagnosis, StageName


@pytest.mark.parametrize("case", cases("smtp-replies", "setups"), ids=str)
def test_what_was_the_matter_is_found(case: FieldCase, authority: Authority) -> None:
    """Whether it passes, the code, the advice, what must not be said, and whether it may pass by itself."""
    report = run(case, authority)
    assert not faults(case, report), f"{case.symptom}\n{report}"


@pytest.mark.parametrize("wording", wordings(), ids=str)
def test_a_wording_is_understood(wording: Wording) -> None:
    """The code, what is advised and what must not be said, whatever words a kind of trouble comes in."""
    diagnosis = _diagnosis(wording)
    assert re.fullmatch(wording.code, diagnosis.code), diagnosis
    own = f"{re.sub(chr(34) + '.*' + chr(34), '', diagnosis.summary)} {diagnosis.advice}"
    assert not wording.advice or re.search(wording.advice, own, re.IGNORECASE), own
    assert not wording.never or not re.search(wording.never, own, re.IGNORECASE), own
    assert wording.transient in (None, diagnosis.transient)


@pytest.mark.parametrize("setup", ["in", "out"])
@pytest.mark.parametrize("stage", ["greeting", "ehlo", "sender", "recipient", "message"])
def test_whatever_is_said_wherever_there_is_advice(stage: StageName, setup: str) -> None:
    """Words that belong to another stage, or are said to another client, still get whole sentences of advice."""
    for wording in wordings():
        advice = _diagnosis(replace(wording, stage=stage, setup=setup)).advice
        assert len(advice.split()) > 3, wording
        assert advice[0].isupper() or advice[0].isdigit(), advice
        assert not advice.startswith("Or "), advice


def _diagnosis(wording: Wording) -> Diagnosis:
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
    return diagnose(failure, context)

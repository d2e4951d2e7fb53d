"""What a failure is called and what is advised: every code, in the words of real products."""

from __future__ import annotations

import re
import string
from collections import Counter

import pytest
from diagnosis_cases import CASES, PASSWORD, Case
from diagnosis_cases.case import replied
from hypothesis import given
from hypothesis import strategies as st

from pulumi_smtp_collab.connectivity.diagnosis import diagnose, diagnosis_codes
from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
from pulumi_smtp_collab.model.report import STAGES, StageName
from pulumi_smtp_collab.model.settings import SmtpSettings

_CODES = {row.code: row for row in diagnosis_codes()}
_ARGUMENTS = {*SmtpSettings.model_fields, *ConnectivityTest.model_fields, "connectivity_test"}
_REPLYING: tuple[StageName, ...] = ("greeting", "ehlo", "starttls", "auth", "sender", "recipient", "message")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_failure_gets_its_code_its_facts_and_its_advice(case: Case) -> None:
    """The code and whether it may pass are as expected; summary and advice hold the facts and the arguments."""
    diagnosis = diagnose(case.failure, case.failure_context)
    assert (diagnosis.code, diagnosis.transient) == (case.code, case.transient)
    assert diagnosis.stage == case.failure.stage
    for words in case.advice:
        assert words in diagnosis.advice
    for words in case.summary:
        assert words in diagnosis.summary


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_diagnosis_reads_well(case: Case) -> None:
    """Whole sentences on one line each: nothing left unfilled, no double blank or stop, host or port named."""
    diagnosis = diagnose(case.failure, case.failure_context)
    for text in (diagnosis.summary, diagnosis.advice):
        assert text
        assert text == " ".join(text.split())
        assert text[0].isupper() or text[0].isdigit() or text.startswith(case.failure_context.settings.host)
        assert not re.search(r"\{|\}|\.\.(?!\.)|\s[.,:;]|None|: \.", text.replace(case.failure.raw or "{", ""))
        assert PASSWORD not in text
    assert diagnosis.advice.endswith((".", ")")) or "https://" in diagnosis.advice.rsplit(" ", 1)[-1]
    assert case.failure_context.settings.host in diagnosis.summary


@pytest.mark.parametrize("case", CASES, ids=str)
def test_advice_names_only_arguments_that_exist(case: Case) -> None:
    """Whatever is written as argument=value can be written so in a program."""
    advice = diagnose(case.failure, case.failure_context).advice
    advice = re.sub(r"https?://\S+", "", advice)
    assert set(re.findall(r"\b([a-z][a-z_]+)=", advice)) <= _ARGUMENTS


def test_every_code_is_reached() -> None:
    """No code stands in the catalogue that no failure leads to."""
    reached = {diagnose(case.failure, case.failure_context).code for case in CASES}
    assert reached == set(_CODES)


def test_every_result_fits_its_row() -> None:
    """A diagnosis' stage is one of those that the catalogue names for its code."""
    for case in CASES:
        diagnosis = diagnose(case.failure, case.failure_context)
        assert diagnosis.stage in _CODES[diagnosis.code].stages, diagnosis


def test_the_catalogue_is_in_order() -> None:
    """Codes are kebab-case and unique; each has a stage and a meaning of one sentence."""
    assert [code for code, count in Counter(row.code for row in diagnosis_codes()).items() if count > 1] == []
    for row in diagnosis_codes():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.code)
        assert row.stages
        assert set(row.stages) <= set(STAGES)
        assert row.meaning.endswith(".")
    assert diagnosis_codes() == diagnosis_codes()


@given(
    stage=st.sampled_from(_REPLYING),
    code=st.integers(200, 599),
    text=st.text(alphabet=string.printable, max_size=80),
)
def test_any_reply_gets_a_code_and_is_shown(stage: StageName, code: int, text: str) -> None:
    """A reply that no row knows has a code for its stage and class, and is shown as it came, braces and all."""
    line = " ".join(text.split())
    case = Case("", replied(stage, f"{code} {line}"))
    diagnosis = diagnose(case.failure, case.failure_context)
    assert diagnosis.code in _CODES
    assert f"{code} {line}".strip() in diagnosis.summary


@pytest.mark.parametrize("stage", _REPLYING)
def test_a_reply_that_no_row_knows_is_named_by_its_class(stage: StageName) -> None:
    """4xx may pass, 5xx won't, and what is neither has no meaning there."""
    for text, suffix, transient in (
        ("499 {odd}", "refused-transient", True),
        ("599 {odd}", "refused-permanent", False),
        ("299 {odd}", "unexpected-reply", False),
    ):
        case = Case("", replied(stage, text))
        diagnosis = diagnose(case.failure, case.failure_context)
        assert (diagnosis.code, diagnosis.transient) == (f"{stage}-{suffix}", transient)
        assert f'"{text}"' in diagnosis.summary


def test_greylisting_is_named_only_where_the_text_says_so() -> None:
    """A bare 450 is Postfix's default for half a dozen causes, and none of them is greylisting."""
    case = Case("", replied("recipient", "450 4.1.1 <a@example.com>: Recipient address rejected: unverified address"))
    assert diagnose(case.failure, case.failure_context).code == "recipient-refused-transient"


def test_a_tunnel_is_named_beside_the_host() -> None:
    """Where connect_to dials another place, the message says both, and the advice is about the tunnel first."""
    refused = next(each.failure for each in CASES if each.code == "connect-refused")
    case = Case("", refused, test={"connect_to": "localhost:2525"})
    diagnosis = diagnose(case.failure, case.failure_context)
    assert "smtp.example.com:587 (dialled: localhost:2525)" in diagnosis.summary
    assert "Check that the tunnel at connect_to is up (localhost:2525)." in diagnosis.advice
    assert "port=465" not in diagnosis.advice

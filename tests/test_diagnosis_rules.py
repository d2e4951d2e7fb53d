"""The tables that a refusal is understood by: each rule has its evidence, keeps to its stage, and is never slow."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from diagnosis_cases.case import NOW, reply
from hypothesis import given
from hypothesis import strategies as some

from pulumi_smtp_collab import ConnectivityTest, SmtpSettings
from pulumi_smtp_collab.connectivity.diagnosis import diagnose, diagnosis_codes, reading
from pulumi_smtp_collab.connectivity.diagnosis.causes import CAUSES
from pulumi_smtp_collab.connectivity.diagnosis.login_causes import LOGIN_CAUSES
from pulumi_smtp_collab.connectivity.diagnosis.login_subjects import LOGIN_SUBJECTS
from pulumi_smtp_collab.connectivity.diagnosis.phrases import FAR, GAP, Phrases
from pulumi_smtp_collab.connectivity.diagnosis.reading import Refusal
from pulumi_smtp_collab.connectivity.diagnosis.rules import Rule, first_match
from pulumi_smtp_collab.connectivity.diagnosis.subjects import SUBJECTS
from pulumi_smtp_collab.connectivity.failure import Failure
from pulumi_smtp_collab.connectivity.failure_context import FailureContext
from pulumi_smtp_collab.model.report import StageName

try:
    from re import _constants, _parser  # type: ignore[attr-defined] # from Python 3.11
except ImportError:
    import sre_constants as _constants
    import sre_parse as _parser

_STAGES = {row.code: row.stages for row in diagnosis_codes()}
_TABLES: tuple[tuple[tuple[Rule, ...], Mapping[str, tuple[Rule, ...]]], ...] = (
    (SUBJECTS, CAUSES),
    (LOGIN_SUBJECTS, LOGIN_CAUSES),
)
_RULES = [
    rule for subjects, causes in _TABLES for rule in (*subjects, *(each for row in causes.values() for each in row))
]
_REPLYING: tuple[StageName, ...] = ("greeting", "ehlo", "starttls", "auth", "sender", "recipient", "message")


def _failure(stage: StageName, text: str, *, logged_in: bool = False) -> Failure:
    return Failure(stage, "reply", reply=reply(text), command="MAIL", credentials_sent=logged_in)


def _context(*, logged_in: bool = False, host: str = "smtp.example.com") -> FailureContext:
    login = {"username": "ci@example.com", "password": "not-the-real-one-7"} if logged_in else {}
    return FailureContext(
        settings=SmtpSettings(host=host, start_tls=True, from_address="ci@example.com", **login),
        test=ConnectivityTest(recipient="ops@example.net"),
        now=NOW,
        ehlo_name="ci.example.com",
        peer="192.0.2.25:587",
    )


def _seen(rule: Rule) -> Refusal:
    stage, _, text = rule.seen.partition(" ")
    logged_in = bool(rule.logged_in)
    read = reading.read(_failure(stage, text, logged_in=logged_in), _context(logged_in=logged_in), rule.service)  # type: ignore[arg-type]
    assert read is not None
    return read


def _rows() -> Iterator[Any]:
    for subjects, causes in _TABLES:
        for rule in subjects:
            yield pytest.param(subjects, rule, id=f"{rule.name}: {rule.seen}")
        for subject, row in causes.items():
            for rule in row:
                yield pytest.param(row, rule, id=f"{subject}, {rule.name}: {rule.seen}")


@pytest.mark.parametrize(("table", "rule"), list(_rows()))
def test_each_rule_is_reached_by_what_it_was_seen_in(table: tuple[Rule, ...], rule: Rule) -> None:
    """No rule above takes the reply that a rule was made for, so that none is dead."""
    assert first_match(table, _seen(rule)) is rule, _seen(rule)


def test_each_subject_has_its_causes_and_each_cause_its_subject() -> None:
    """What one table names the other knows."""
    for subjects, causes in _TABLES:
        assert {rule.name for rule in subjects} == set(causes)


def test_no_rule_names_a_cause_outside_its_stages() -> None:
    """A cause is found only in the stages that the catalogue has for it."""
    for _, causes in _TABLES:
        for row in causes.values():
            for rule in row:
                assert rule.at <= set(_STAGES[rule.name]), rule


def _repeats(pattern: Any) -> Iterator[int]:
    """Return the most of each repetition of a parsed pattern."""
    for kind, value in pattern:
        if kind in (_constants.MAX_REPEAT, _constants.MIN_REPEAT):
            yield value[1]
            yield from _repeats(value[2])
        elif kind is _constants.SUBPATTERN:
            yield from _repeats(value[3])
        elif kind is _constants.BRANCH:
            for branch in value[1]:
                yield from _repeats(branch)
        elif kind in (_constants.ASSERT, _constants.ASSERT_NOT):
            yield from _repeats(value[1])


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: f"{rule.name}: {rule.seen}")
def test_no_pattern_repeats_without_bound(rule: Rule) -> None:
    """A gap has an end and the text that is read has one, so that what a rule costs has one for every text."""
    digits = [pattern for pattern in (rule.code, rule.enhanced) if pattern is not None]
    for pattern in (*digits, *_patterns(rule)):
        assert max(_repeats(_parser.parse(pattern.pattern)), default=0) <= 120, pattern.pattern


def _patterns(rule: Rule) -> Iterator[re.Pattern[str]]:
    """Return each pattern that a rule goes over a text with."""
    for phrases in filter(None, (rule.words, rule.unless)):
        yield from phrases.patterns()


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: f"{rule.name}: {rule.seen}")
def test_no_pattern_looks_further_from_every_word(rule: Rule) -> None:
    """A gap that any other words may fill is measured, not searched: else a repeated word costs it each time anew."""
    for pattern in _patterns(rule):
        outside = re.sub(r"\(\?!.*?\)\)|\(\?!.*?\)", "", pattern.pattern)  # what must not follow is looked at once
        assert GAP not in outside, pattern.pattern
        assert FAR not in outside, pattern.pattern


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the limit of mails is exceeded", True),
        ("exceeded, they say, is the limit", False),
        ("the limit. It is exceeded", False),
        (f"the limit {'x' * 61} exceeded", False),
        (f"limit {'x' * 61} limit exceeded", True),
        ("limit", False),
        ("", False),
    ],
)
def test_a_gap_is_other_words_of_one_sentence(text: str, found: bool) -> None:
    """What stands before a gap and behind it is found in this order, in one sentence, and near enough."""
    phrases = Phrases.of(["limit" + GAP + "exceeded"])
    assert phrases is not None
    assert phrases.found_in(text) is found


def test_a_wide_gap_goes_over_a_full_stop() -> None:
    """FAR goes further than GAP, and alternatives beside a gap are cut where they stand outside of any group."""
    phrases = Phrases.of(["(?:no|none) here|limit" + FAR + "(?:later|wait)|[|]x"])
    assert phrases is not None
    assert phrases.found_in("The limit is reached. Wait, or come back later")
    assert phrases.found_in("none here")
    assert phrases.found_in("|x")
    assert not phrases.found_in(f"limit {'x' * 121} later")
    assert Phrases.of([""]) is None


@pytest.mark.parametrize(
    "piece", ["a ", "not ", "sender ", "@ip 1.2.3.4 ", "a@b.example ", "limit ", f"{'x' * 40} ", "1:2:3:"]
)
def test_a_long_reply_is_read_in_part(piece: str) -> None:
    """However much a server says, what the rules read is bounded."""
    refusal = reading.read(_failure("recipient", f"550 {piece * 20000}"), _context())
    assert refusal is not None
    assert len(refusal.words) < 6000


_WORDS = some.sampled_from(
    [word for rule in _RULES for word in rule.seen.split()] + ["{x}", "https://www.spamhaus.org/x", "<ops@example.net>"]
)


@given(
    stage=some.sampled_from(_REPLYING),
    code=some.sampled_from([*range(400, 600)]),
    words=some.lists(some.one_of(_WORDS, some.text(max_size=12)), max_size=30),
    logged_in=some.booleans(),
)
def test_any_words_are_diagnosed_within_their_stage(
    stage: StageName, code: int, words: list[str], *, logged_in: bool
) -> None:
    """No text crashes a rule, and no cause is named outside its stages."""
    text = " ".join(" ".join(words).split())
    diagnosis = diagnose(_failure(stage, f"{code} {text}", logged_in=logged_in), _context(logged_in=logged_in))
    assert diagnosis.stage in _STAGES[diagnosis.code], diagnosis


def test_a_stranger_sees_how_a_reply_is_read() -> None:
    """The tool that the tables name for a new case shows the words, the subject, the cause and the advice."""
    tool = Path(__file__).parent.parent / "tools" / "read_reply.py"
    arguments = ["recipient", "550-5.1.1 <ops@example.net>:\\n550 User unknown", "--login"]
    run = subprocess.run([sys.executable, tool, *arguments], capture_output=True, text=True, check=True, timeout=60)
    shown = dict(line.split(maxsplit=1) for line in run.stdout.splitlines())
    assert shown["words"].startswith("'@RECIPIENT : user unknown'")
    assert shown["subject"].startswith("recipient, by the rule that was seen in: ")
    assert shown["code"] == "recipient-unknown"
    assert "connectivity_test" in shown["advice"]

"""How a refusal is understood: whom it means first, and only then what is the matter.

A code stands for many causes (5.7.1 for half of all refusals), and the same words mean another thing of somebody else:
"not allowed" of an address, an account, a machine. So there are two kinds of tables, read from the top:

* ``subjects.SUBJECTS`` (at the login: ``login_subjects``) leads from words to the *subject*: the machine, the name in
  EHLO, the login, the account, the sender, the sender's authentication, the recipient, the message, a limit, the
  server itself.
* ``causes.CAUSES`` (at the login: ``login_causes``) leads from the subject and its words to the *cause*, a code of
  ``codes.py``. A subject may have no cause that fits: then the reply is shown as it came, with nothing guessed.

To add a case:

1. ``python tools/read_reply.py recipient "550 5.7.1 …" --login`` shows the words as the rules read them (``reading``
   says what is replaced), the subject and the cause, each with the rule that found it, and what is said.
2. Is the subject wrong? Search the tables of subjects for the ``seen`` of the rule that took it. Give the right
   subject's rule the words, or add a rule above the one that took it, and say in a comment why it has to stand there.
3. Is the cause wrong? Do the same under that subject in the tables of causes. A new cause gets a row in ``codes.py``
   and its sentences in ``reply_words.py`` or ``login_words.py``. What one service alone means by its words is no rule,
   but one of its ``sayings`` in ``model/services``.
4. A new rule's ``seen`` is the reply, its stage before it: a test holds that each rule is reached by what it was seen
   in. Words that join a rule need none.
5. Add the reply as one line to ``tests/field_cases/wordings*.yaml``, with what a careful administrator makes of it;
   where the conversation before it matters, as a case of ``tests/field_cases/setups.yaml``. Then run
   ``pytest tests/test_field_cases.py tests/test_diagnosis_rules.py tests/test_diagnosis.py``: no reply that was
   understood before may be lost.

What a rule costs is bounded for every text. No pattern repeats without bound; a test holds that. A gap (``GAP``,
``FAR``) outside of any group is no part of a pattern: what stands before it and behind it is looked for alone, once
each, and only then are the distances measured (``phrases``). So a text that repeats one word a hundred times costs no
more than another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pulumi_smtp_collab.connectivity.diagnosis.phrases import FAR, GAP, Phrases, compiled
from pulumi_smtp_collab.connectivity.diagnosis.reading import Refusal
from pulumi_smtp_collab.model.report import STAGES

__all__ = ["FAR", "GAP", "Rule", "first_match", "rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a table; it fits where everything that it asks for is so.

    Attributes:
        name: What it names: a subject, or a cause.
        words: What the text has to hold; empty where the codes say enough.
        seen: A reply that it was seen in, after its stage ("recipient 550 5.1.1 User unknown").
        at: The stages that it is for.
        code: What the three digits look like.
        enhanced: What the enhanced status code looks like.
        unless: What the text must not hold.
        logged_in: Whether a login was accepted; None where it does not matter.
        bare: Whether there are hardly any words; None where it does not matter.
        service: The kind of password that the host's service has to want (``services``); empty for any.
    """

    name: str
    words: Phrases | None
    seen: str
    at: frozenset[str]
    code: re.Pattern[str] | None = None
    enhanced: re.Pattern[str] | None = None
    unless: Phrases | None = None
    logged_in: bool | None = None
    bare: bool | None = None
    service: str = ""

    def fits(self, refusal: Refusal) -> bool:
        """Return whether the rule is for this refusal."""
        return (
            refusal.stage in self.at
            and (self.logged_in is None or self.logged_in == refusal.logged_in)
            and (not self.service or self.service == refusal.service)
            and (self.code is None or self.code.fullmatch(refusal.code) is not None)
            and (self.enhanced is None or self.enhanced.fullmatch(refusal.enhanced) is not None)
            and (self.words is None or self.words.found_in(refusal.words))
            and (self.unless is None or not self.unless.found_in(refusal.words))
            and (self.bare is None or self.bare == refusal.is_bare)
        )


def rule(
    name: str,
    *words: str,
    seen: str,
    at: str = "greeting ehlo starttls sender recipient message",
    code: str = "",
    enhanced: str = "",
    unless: str | tuple[str, ...] = "",
    logged_in: bool | None = None,
    bare: bool | None = None,
    service: str = "",
) -> Rule:
    """Return a rule: of the words one has to be there, of digits ("4..") and codes ("x.7.1") the whole has to fit."""
    stages = frozenset(at.split())
    unknown = stages - set(STAGES)
    if unknown:
        raise ValueError(f"No stage is called {', '.join(unknown)}.")
    return Rule(
        name=name,
        words=Phrases.of(words),
        seen=seen,
        at=stages,
        code=compiled(code) if code else None,
        enhanced=compiled(enhanced.replace(".", r"\.").replace("x", "[245]")) if enhanced else None,
        unless=Phrases.of((unless,) if isinstance(unless, str) else unless),
        logged_in=logged_in,
        bare=bare,
        service=service,
    )


def first_match(rules: Iterable[Rule], refusal: Refusal) -> Rule | None:
    """Return the first rule that fits; None where none does."""
    return next((each for each in rules if each.fits(refusal)), None)

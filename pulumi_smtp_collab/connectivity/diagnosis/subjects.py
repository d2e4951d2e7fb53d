"""Whom a refusal means: from its words to its subject, outside the login; ``rules`` says how the table is read.

The order: what means one thing whoever is named comes first (``BY_WORDS``), then who is named, most narrowly first, and
last what servers say by habit ("Service unavailable", "Access denied") and what the stage alone tells (``BY_NAME``).
"""

from __future__ import annotations

from typing import Final

from pulumi_smtp_collab.connectivity.diagnosis.rules import Rule
from pulumi_smtp_collab.connectivity.diagnosis.subjects_by_name import BY_NAME
from pulumi_smtp_collab.connectivity.diagnosis.subjects_by_words import BY_WORDS

SUBJECTS: Final[tuple[Rule, ...]] = (*BY_WORDS, *BY_NAME)

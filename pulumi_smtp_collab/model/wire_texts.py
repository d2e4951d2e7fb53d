"""Texts for those who know the arguments by their wire names, not by their Python names."""

from __future__ import annotations

import re
from functools import cache

from pydantic import BaseModel

from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
from pulumi_smtp_collab.model.encrypted_text import EncryptedTextArguments, SecretReference
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.target import SavedIn, TargetArguments
from pulumi_smtp_collab.model.usage_scope import UsageScope, UsageScopeEntry
from pulumi_smtp_collab.model.wire_names import wire_name

_MODELS: tuple[type[BaseModel], ...] = (
    ProviderArguments,
    ConnectivityTest,
    TargetArguments,
    EncryptedTextArguments,
    SecretReference,
    UsageScope,
    UsageScopeEntry,
    SavedIn,
)

_PYTHON_BOOLEAN = re.compile(r"\b(\w+)=(True|False)\b")


def in_wire_names(text: str) -> str:
    """Return a text in which each argument that it names by its Python name has its wire name.

    A switch that it names as Python writes it (``start_tls=True``) is written as YAML and TypeScript do. The words of a
    closed choice, and whatever is part of a longer word, stay as they are.
    """
    named = _names().sub(lambda match: wire_name(match[0]), text)
    return _PYTHON_BOOLEAN.sub(lambda match: f"{match[1]}: {match[2].lower()}", named)


@cache
def _names() -> re.Pattern[str]:
    names = {name for model in _MODELS for name in model.model_fields if "_" in name}
    return re.compile(rf"(?<![\w@-])(?:{'|'.join(sorted(names))})(?![\w@-])")

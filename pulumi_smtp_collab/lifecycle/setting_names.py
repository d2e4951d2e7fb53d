"""Which keys of a stack's configuration are ours: one that is misspelt must not be silently without effect."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pulumi_smtp_collab._version import __version__
from pulumi_smtp_collab.model.partial_validation import Fault
from pulumi_smtp_collab.targets.harness.api_keys import told_by

NAMESPACE = "smtp-collab"

SETTINGS = (
    "connectivityTestDeadlineSeconds",
    "connectivityTestDepth",
    "connectivityTestMode",
    "harnessAccountId",
    "harnessApiKey",
    "harnessCaCertificates",
    "harnessEndpoint",
    "requireTest",
    "target",
    "testsAtOnce",
)
"""The keys, without their namespace."""

_OTHER_NAMESPACES = frozenset({"smtpcollab", "pulumismtpcollab"})
"""Namespaces that are taken for ours, in small letters and without what parts the words."""

_ALIKE = 0.6
_ALIKE_IN_OUR_PROJECT = 0.85  # in a project that is named as we are, the other keys are the program's


def misspelt_keys(config: Mapping[str, Any], project: str | None) -> Iterator[Fault]:
    """Find the keys that were meant for us and are none of ours.

    A key that can hold an API key is nobody's mistake: ``target.api_key_config`` names it.

    Args:
        config: The stack's configuration, keys with their namespaces. No value is shown.
        project: The project's name, which is the namespace of the program's own keys.
    """
    for key in sorted(config):
        namespace, _, name = key.partition(":")
        text = ""
        if namespace == NAMESPACE and name not in SETTINGS and not _may_be_api_key(name, config[key]):
            text = _of_ours(name, is_our_project=project == NAMESPACE)
        elif namespace not in {NAMESPACE, project} and name in SETTINGS and _letters(namespace) in _OTHER_NAMESPACES:
            text = f"has no effect; did you mean {NAMESPACE}:{name}?"
        if text:
            yield Fault(key, text, text)


def _of_ours(name: str, *, is_our_project: bool) -> str:
    plain = {_letters(setting): setting for setting in SETTINGS}
    alike = _ALIKE_IN_OUR_PROJECT if is_our_project else _ALIKE
    close = get_close_matches(_letters(name), plain, n=1, cutoff=alike)
    unknown = f"is not a setting of pulumi-smtp-collab {__version__}"
    if close:
        return f"{unknown}; did you mean {NAMESPACE}:{plain[close[0]]}?"
    return "" if is_our_project else f"{unknown}: remove it, or use the version that has it"


def _may_be_api_key(name: str, value: object) -> bool:
    return any(word in name.lower() for word in ("key", "token")) or told_by(str(value)) is not None


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())

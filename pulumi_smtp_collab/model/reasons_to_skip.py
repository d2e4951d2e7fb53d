"""Why a runner skips connectivity tests, and what is no reason. Free of other imports, since every program loads it."""

from __future__ import annotations

SKIP_TEST = "SMTP_COLLAB_SKIP_TEST"
"""Environment variable: the reason why this runner can't test (it can't reach the relay, say)."""

_NO_REASONS = frozenset({"0", "disable", "disabled", "f", "false", "n", "never", "no", "none", "null", "off"})


def is_no_reason(text: str) -> bool:
    """Return whether somebody who writes this means that nothing is to be skipped."""
    return text.strip("\"' ").lower() in _NO_REASONS

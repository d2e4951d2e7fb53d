"""What Harness, a proxy or a configuration says is untrusted: hidden, visible and bounded before it is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from pulumi_smtp_collab.model.disguises import disguises
from pulumi_smtp_collab.model.marked_secrets import marked

MAX_SHOWN = 512
"""The longest text of others in a message, in characters."""

_HIDDEN = "[hidden]"
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb]"
)


def visible(text: str, limit: int = MAX_SHOWN) -> str:
    """Return a text whose control characters and marks of direction are written out, cut at the limit."""
    shown = _UNSAFE.sub(lambda match: _written_out(match.group()), text[:limit])
    return shown if len(text) <= limit else f"{shown}… ({len(text)} characters)"


def named(text: str) -> str:
    """Return a name of the program's as messages show it; not where the program marked it secret."""
    return "[secret]" if text in marked() else text


def quoted(text: str, limit: int = 160) -> str:
    """Return the same in quotes, visible and bounded."""
    return "[secret]" if text in marked() else visible(repr(text), limit)


def _written_out(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 - what two digits hold


class Scrubber:
    """Takes secrets out of what others say, in the forms in which they may echo them.

    Args:
        secrets: The API key, passwords and secret values.
    """

    def __init__(self, secrets: Iterable[str | None] = ()) -> None:
        forms = {form for secret in secrets if secret for form in _forms(secret)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(re.escape(form) for form in longest_first)) if forms else None

    def clean(self, text: str, limit: int = MAX_SHOWN) -> str:
        """Return the text without the secrets, visible and bounded."""
        # Hidden before it is cut: half a secret would not be recognised.
        hidden = text if self._pattern is None else self._pattern.sub(_HIDDEN, text)
        return visible(hidden, limit)

    def __repr__(self) -> str:
        return "Scrubber()"


def _forms(secret: str) -> set[str]:
    encoded = secret.encode("utf-8", "surrogatepass")
    in_json = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    return {secret, *(form.decode("ascii") for form in disguises(encoded)), *in_json}

"""Which of the known names a misspelt one is likely to mean. Free of other imports, since every program loads it."""

from __future__ import annotations

from collections.abc import Collection


def likely(name: str, known: Collection[str]) -> str:
    """Return ``; did you mean …?`` for a name that resembles a known one, else nothing.

    Underscores and capitals make no difference.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - needed for a misspelt name alone

    plain = {each.replace("_", "").lower(): each for each in known}
    close = get_close_matches(name.replace("_", "").lower(), plain, n=1)
    return f"; did you mean {plain[close[0]]}?" if close else ""

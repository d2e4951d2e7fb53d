"""The bench's figures as Markdown, and the places for them in a page that people edit too.

A page holds each generated section between two comments, ``<!-- bench: NAME -->`` and ``<!-- /bench: NAME -->``.
``write_section`` replaces what is between them and leaves the rest alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

_NEW_PAGE = "# Performance\n\nMeasured, not estimated: `make bench` makes each table here anew.\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; the first column is text, the others are figures."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def write_section(page: Path, name: str, body: str) -> None:
    """Put ``body`` into the section ``name`` of ``page``; a section or page that is not there yet is made.

    Raises:
        ValueError: the page has the section's first comment and not its last, or the other way round.
    """
    first, last = f"<!-- bench: {name} -->", f"<!-- /bench: {name} -->"
    text = page.read_text(encoding="utf-8") if page.exists() else _NEW_PAGE
    section = f"{first}\n\n{body.strip()}\n\n{last}"
    if first in text and last in text:
        before, _, rest = text.partition(first)
        text = before + section + rest.partition(last)[2]
    elif first in text or last in text:
        raise ValueError(f"{page}: the section {name!r} needs both {first} and {last}; restore the missing one.")
    else:
        text = f"{text.rstrip()}\n\n{section}\n"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text, encoding="utf-8")

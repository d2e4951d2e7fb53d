"""What a rule looks for in a text: patterns, and pairs of patterns with other words between them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

GAP: Final = r"[^.;]{0,60}?"
"""Other words of the same sentence."""

FAR: Final = r".{0,120}?"
"""Other words, over the end of a sentence too."""

_GAP: Final = re.compile(f"({re.escape(GAP)}|{re.escape(FAR)})")
_FARTHEST: Final = {GAP: 60, FAR: 120}
_STOPS: Final = re.compile("[.;]")


@dataclass(frozen=True, slots=True)
class Spread:
    """Patterns that follow each other, with other words between them.

    Attributes:
        patterns: What has to be there, in this order.
        gaps: What may stand between each and the next: ``GAP`` or ``FAR``.
    """

    patterns: tuple[re.Pattern[str], ...]
    gaps: tuple[str, ...]

    def found_in(self, text: str) -> bool:
        """Return whether a text holds all of them, near enough to each other.

        Each pattern goes over the text once. Of the matches before a gap the nearest is enough to look at: where that
        is too far away, or a sentence ends behind it, so it is for all that come before.
        """
        ends = [found.end() for found in self.patterns[0].finditer(text)]
        for gap, pattern in zip(self.gaps, self.patterns[1:], strict=True):
            if not ends:
                return False
            ends = [found.end() for found in pattern.finditer(text) if _follows(text, ends, found.start(), gap)]
        return bool(ends)


def _follows(text: str, ends: list[int], start: int, gap: str) -> bool:
    place = bisect_right(ends, start)
    if not place or start - ends[place - 1] > _FARTHEST[gap]:
        return False
    return gap == FAR or _STOPS.search(text, ends[place - 1], start) is None


@dataclass(frozen=True, slots=True)
class Phrases:
    """What a text has to hold one of.

    Attributes:
        beginnings: What any alternative begins with, as one pattern: most texts hold none of it, and that is all that
            they cost.
        pattern: The alternatives without a gap, as one pattern; None where there is none.
        spreads: Those with gaps.
    """

    beginnings: re.Pattern[str]
    pattern: re.Pattern[str] | None
    spreads: tuple[Spread, ...]

    @classmethod
    def of(cls, alternatives: Iterable[str]) -> Phrases | None:
        """Return the phrases that these patterns describe; None where they describe nothing."""
        each = [_cut_at_gaps(text) for alternative in alternatives for text in _cut(alternative, "|") if text]
        whole = [parts[0] for parts in each if len(parts) == 1]
        spread = [parts for parts in each if len(parts) > 1]
        return (
            cls(
                beginnings=compiled("|".join(parts[0] for parts in each)),
                pattern=compiled("|".join(whole)) if whole else None,
                spreads=tuple(
                    Spread(tuple(compiled(part) for part in parts[::2]), tuple(parts[1::2])) for parts in spread
                ),
            )
            if each
            else None
        )

    def found_in(self, text: str) -> bool:
        """Return whether a text holds one of them."""
        if self.beginnings.search(text) is None:
            return False
        if self.pattern is not None and (not self.spreads or self.pattern.search(text) is not None):
            return True
        return any(spread.found_in(text) for spread in self.spreads)

    def patterns(self) -> Iterator[re.Pattern[str]]:
        """Yield every pattern that is looked for."""
        yield self.beginnings
        for spread in self.spreads:
            yield from spread.patterns


def compiled(text: str) -> re.Pattern[str]:
    """Compile a pattern; a repetition that it leaves open ends where no real word or phrase is longer."""
    for open_end, closed in (("\\w+", "\\w{1,40}"), ("\\w*", "\\w{0,40}"), ("\\S+", "\\S{1,80}"), ("\\d+", "\\d{1,9}")):
        text = text.replace(open_end, closed)
    return re.compile(text.replace(")*", "){0,4}"))


def _cut_at_gaps(text: str) -> list[str]:
    """Cut a pattern at the gaps that stand outside of any group, the gaps among its parts."""
    parts = _GAP.split(text)
    return parts if all(_is_whole(part) for part in parts[::2]) else [text]


def _cut(text: str, separator: str) -> Iterator[str]:
    """Cut a pattern at a separator that stands outside of any group."""
    held = ""
    for part in text.split(separator):
        held = f"{held}{separator}{part}" if held else part
        if _is_whole(held):
            yield held
            held = ""
    if held:
        yield held


def _is_whole(text: str) -> bool:
    """Return whether a part of a pattern opens and closes its own groups."""
    plain = re.sub(r"\\.|\[[^\]]*\]", "", text)
    depth = -plain.count("[")
    for letter in plain:
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            return False
    return depth == 0

"""What a stream can show: colours, a live picture, and how wide it is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from rich.console import Console

PASSED: Final = "#4c9fd8"
FAILED: Final = "#e0641e"
WARNING: Final = "#d9a514"
FAINT: Final = "dim"
"""Blue, vermilion and amber of Okabe and Ito's palette: the colour-blind tell them apart; a word is beside each."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream of ours and what may be written to it.

    Attributes:
        file: The stream.
        is_terminal: Whether a person looks at it, so that it may be redrawn.
        is_coloured: Whether it may get escape sequences.
        width: Its columns; None where lines may be of any length.
        is_unicode: Whether it can show more than ASCII.
    """

    file: IO[str]
    is_terminal: bool
    is_coloured: bool
    width: int | None
    is_unicode: bool

    @classmethod
    def of(cls, file: IO[str], environment: Mapping[str, str] = os.environ) -> Stream:
        """Return what a stream can show.

        NO_COLOR (https://no-color.org) forbids colours; CLICOLOR_FORCE asks for them where there is no terminal, and
        CLICOLOR=0 forbids them on one (https://bixense.com/clicolors).
        """
        terminal = file.isatty() and environment.get("TERM") != "dumb"
        forced = environment.get("CLICOLOR_FORCE", "0") not in {"", "0"}
        wanted = forced or (terminal and environment.get("CLICOLOR") != "0")
        width = max(20, shutil.get_terminal_size((80, 24)).columns) if terminal else None
        return cls(
            file,
            is_terminal=terminal,
            is_coloured=wanted and not environment.get("NO_COLOR"),
            width=width,
            is_unicode=(getattr(file, "encoding", None) or "ascii").lower().startswith("utf"),
        )

    def console(self) -> Console:
        """Return what writes styled text to this stream; it takes nothing from the environment by itself."""
        from rich.console import Console

        return Console(
            file=self.file,
            force_terminal=self.is_terminal or self.is_coloured,
            no_color=not self.is_coloured,
            color_system=_colour_system() if self.is_coloured else None,
            width=self.width or 100_000,
            markup=False,
            emoji=False,
            highlight=False,
            legacy_windows=False,
            _environ={},
        )


def _colour_system() -> Literal["truecolor", "256", "standard"]:
    if os.environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return "truecolor"
    return "256" if "256color" in os.environ.get("TERM", "") else "standard"

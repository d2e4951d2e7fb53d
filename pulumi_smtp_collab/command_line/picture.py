"""The picture of a test as SVG: of text and shapes alone, so that it needs no font and no script of anybody."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import RenderableType

_WIDTH = 100
_THEME = TerminalTheme(
    (13, 17, 23),
    (230, 237, 243),
    [(230, 237, 243), (224, 100, 30), (76, 159, 216), (217, 165, 20), (76, 159, 216), (190, 130, 200), (90, 190, 200)],
)
# Rich's own form of it loads a font from the network.
_FORM = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>smtp-collab</title>
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
 font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; white-space: pre; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}</defs>
<rect fill="#0d1117" width="{width}" height="{height}" rx="8"/>
<g transform="translate({terminal_x}, 20)" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""


def svg_of(lines: Iterable[RenderableType], *, width: int = _WIDTH) -> str:
    """Return the lines as an SVG picture."""
    console = Console(
        record=True, width=width, file=io.StringIO(), force_terminal=True, color_system="truecolor", _environ={},
        markup=False, emoji=False, highlight=False,
    )  # fmt: skip
    for line in lines:
        console.print(line)
    text = console.export_svg(theme=_THEME, code_format=_FORM, unique_id="smtp-collab")
    return text.replace("\u00a0", "&#160;")


def write_file(path: Path, text: str, option: str) -> None:
    """Write a file that an option names.

    Raises:
        click.ClickException: It can't be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{option}: {path} could not be written: {error.strerror}.") from None


def wrapped(lines: Iterable[Text], width: int = _WIDTH, indent: int = 12) -> Iterable[Text]:
    """Return lines of a label and a text, wrapped as they are on a terminal."""
    console = Console(width=width, file=io.StringIO(), _environ={})
    for line in lines:
        label, text = line.divide([indent])
        for number, part in enumerate(text.wrap(console, width - indent)):
            yield Text.assemble(label if not number else " " * indent, part)

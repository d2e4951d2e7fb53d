"""Lines of a label and a text whose wrapped parts stand below the text."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text


def print_hanging(console: Console, line: Text, width: int | None, indent: int = 12) -> None:
    """Print a line of a label and a text; what is wrapped stands below the text."""
    if width is None or width < indent * 3:
        console.print(line, soft_wrap=width is None)
        return
    label, text = line.divide([indent])
    for number, part in enumerate(text.wrap(console, width - indent)):
        console.print(Text.assemble(label if not number else " " * indent, part))

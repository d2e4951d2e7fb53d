"""Many tests at once, with the limits held that all tests hold: where each is, drawn on a terminal."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from rich.live import Live
from rich.text import Text

from pulumi_smtp_collab.command_line.running import InterruptedRun, Work
from pulumi_smtp_collab.command_line.terminal import FAILED, FAINT, PASSED, WARNING, Stream

_AT_ONCE = 16
_REDRAWN_PER_SECOND = 8
_ROWS_SHOWN = 20
_STYLES = {"waits": FAINT, "passed": PASSED, "failed": FAILED}
_Item = TypeVar("_Item")
_Outcome = TypeVar("_Outcome")


class Board:
    """Where each test is; told in the tests' threads, drawn in another.

    Args:
        names: What is tested.
        stream: Where it is drawn.
        lines: Whether each end is a line, where there is no terminal.
    """

    def __init__(self, names: Sequence[str], stream: Stream, *, lines: bool) -> None:
        self._stages = dict.fromkeys(names, "waits")
        self._stream = stream
        self._lines = lines and not stream.is_terminal
        self._lock = threading.Lock()
        self.done = 0

    def at(self, name: str, stage: str) -> None:
        """Take in where a test is."""
        with self._lock:
            self._stages[name] = stage

    def ended(self, name: str, word: str, more: str = "") -> None:
        """Take in how a test ended."""
        with self._lock:
            self._stages[name] = f"{word} {more}".strip()
            self.done += 1
            if self._lines:
                self._stream.file.write(f"{word:<10} {name}{f': {more}' if more else ''}\n")
                self._stream.file.flush()

    def __rich__(self) -> Text:
        """Return the picture: what runs and what failed, and how many are through."""
        with self._lock:
            stages, done = dict(self._stages), self.done
        told = {name: stage for name, stage in stages.items() if not stage.startswith(("waits", "passed"))}
        text = Text(f"Testing: {done} of {len(stages)}", style="bold")
        for name, stage in list(told.items())[:_ROWS_SHOWN]:
            text.append(f"\n{name}  ", style="not bold")
            text.append(stage, style=f"not bold {_STYLES.get(stage.split()[0], WARNING)}")
        if len(told) > _ROWS_SHOWN:
            text.append(f"\nand {len(told) - _ROWS_SHOWN} more", style=f"not bold {FAINT}")
        return text


def run_side_by_side(
    items: Sequence[_Item],
    names: Sequence[str],
    test: Callable[[_Item, Board, threading.Event], _Outcome],
    *,
    silent: bool,
    lines: bool = True,
) -> list[_Outcome]:
    """Run the tests and return their outcomes in order.

    Args:
        items: What is tested.
        names: How each is called.
        test: Runs one; it is given the board to tell, and the event that cancels it.
        silent: Whether nothing is shown meanwhile.
        lines: Whether each end is a line on standard error, where that is no terminal.

    Raises:
        InterruptedRun: By ^C.
    """
    stream = Stream.of(sys.stderr)
    board = Board(names, stream, lines=lines and not silent)

    def run(cancel: threading.Event) -> list[_Outcome]:
        with ThreadPoolExecutor(min(_AT_ONCE, max(1, len(items)))) as pool:
            return list(pool.map(lambda each: test(each, board, cancel), items))

    with _shown(board, stream, silent=silent):
        try:
            return Work(run).result()
        except KeyboardInterrupt:
            raise InterruptedRun(f"Interrupted after {board.done} of {len(items)} tests.") from None


@contextmanager
def _shown(board: Board, stream: Stream, *, silent: bool) -> Iterator[None]:
    if silent or not stream.is_terminal:
        yield
        return
    with Live(board, console=stream.console(), refresh_per_second=_REDRAWN_PER_SECOND, transient=True):
        yield

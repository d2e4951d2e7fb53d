"""All providers of the fleet tested side by side, with the limits held that all tests hold, and watched."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import rich_click as click
from rich.live import Live
from rich.text import Text

from pulumi_smtp_collab.command_line.fleet import Retest
from pulumi_smtp_collab.command_line.options import no_options
from pulumi_smtp_collab.command_line.running import InterruptedRun, Work
from pulumi_smtp_collab.command_line.stack_tests import plan_of_saved
from pulumi_smtp_collab.command_line.stacks import SavedProvider
from pulumi_smtp_collab.command_line.terminal import FAILED, FAINT, PASSED, WARNING, Stream
from pulumi_smtp_collab.connectivity import run_connectivity_test
from pulumi_smtp_collab.connectivity.redaction import visible
from pulumi_smtp_collab.model.connectivity_test import DEPTHS
from pulumi_smtp_collab.model.progress import StageProgress
from pulumi_smtp_collab.model.report import ConnectivityReport, Verification

_AT_ONCE = 16
_DEEPEST = "recipient"
_REDRAWN_PER_SECOND = 8
_ROWS_SHOWN = 20
_STYLES = {"waits": FAINT, "passed": PASSED, "failed": FAILED}


class _Board:
    """Where each test is; told in the tests' threads, drawn in another."""

    def __init__(self, names: Sequence[str], stream: Stream) -> None:
        self._stages = dict.fromkeys(names, "waits")
        self._stream = stream
        self._lock = threading.Lock()
        self.done = 0

    def at(self, name: str, stage: str) -> None:
        """Take in where a test is."""
        with self._lock:
            self._stages[name] = stage

    def ended(self, name: str, word: str, more: str) -> None:
        """Take in how a test ended; without a terminal it is a line."""
        with self._lock:
            self._stages[name] = f"{word} {more}".strip()
            self.done += 1
            if not self._stream.is_terminal:
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


def retest(providers: Sequence[SavedProvider], *, silent: bool) -> dict[tuple[str, str], Retest]:
    """Test every provider as its last up did, never deeper than the recipient, so that no mail leaves.

    Args:
        providers: What the stacks hold, secrets decrypted.
        silent: Whether nothing is shown meanwhile.

    Raises:
        InterruptedRun: By ^C.
    """
    stream = Stream.of(sys.stderr)
    board = _Board([_name_of(each) for each in providers], stream)

    def run(cancel: threading.Event) -> list[Retest]:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(lambda each: _tested(each, board, cancel), providers))

    with _shown(board, stream, silent=silent):
        try:
            found = Work(run).result()
        except KeyboardInterrupt:
            raise InterruptedRun(f"Interrupted after {board.done} of {len(providers)} tests.") from None
    return {(each.stack, each.name): outcome for each, outcome in zip(providers, found, strict=True)}


@contextmanager
def _shown(board: _Board, stream: Stream, *, silent: bool) -> Iterator[None]:
    if silent or not stream.is_terminal:
        if silent:
            board.at = lambda *_: None  # type: ignore[method-assign]
            board.ended = lambda *_: None  # type: ignore[method-assign]
        yield
        return
    with Live(board, console=stream.console(), refresh_per_second=_REDRAWN_PER_SECOND, transient=True):
        yield


def _tested(saved: SavedProvider, board: _Board, cancel: threading.Event) -> Retest:
    name = _name_of(saved)
    try:
        if saved.record.arguments.connectivity_test.mode == "off":
            board.ended(name, "off", "")
            return Retest(None)
        plan = plan_of_saved(saved, no_options())
    except click.ClickException as error:
        board.ended(name, "untested", visible(error.format_message()))
        return Retest(None, visible(error.format_message()))
    except AttributeError:
        board.ended(name, "untested", "what the state holds can't be tested")
        return Retest(None, "what the state holds can't be tested.")
    depth = min(plan.test.depth, _DEEPEST, key=DEPTHS.index)
    plan = replace(plan, test=plan.test.model_copy(update={"depth": depth}))

    def on_stage(progress: StageProgress) -> None:
        if progress.status == "begun":
            board.at(name, progress.name)

    report: ConnectivityReport = run_connectivity_test(
        plan.settings,
        plan.test,
        label=plan.label,
        secret_arguments=plan.secret_arguments,
        on_stage=on_stage,
        cancel=cancel,
    )
    board.ended(name, report.status, f"[{report.diagnosis.code}]" if report.diagnosis is not None else "")
    return Retest(Verification.of(report))


def _name_of(saved: SavedProvider) -> str:
    return visible(f"{saved.stack}/{saved.name}")

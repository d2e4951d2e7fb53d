"""All providers of the fleet tested now, side by side."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

import rich_click as click

from pulumi_smtp_collab.command_line.fleet import Retest
from pulumi_smtp_collab.command_line.options import no_options
from pulumi_smtp_collab.command_line.running import tested
from pulumi_smtp_collab.command_line.side_by_side import Board, run_side_by_side
from pulumi_smtp_collab.command_line.stack_tests import plan_of_saved
from pulumi_smtp_collab.command_line.stacks import SavedProvider
from pulumi_smtp_collab.connectivity.redaction import visible
from pulumi_smtp_collab.model.connectivity_test import DEPTHS
from pulumi_smtp_collab.model.progress import StageProgress
from pulumi_smtp_collab.model.report import Verification

_DEEPEST = "recipient"
_ODD = "what the state holds can't be tested."


def retest(providers: Sequence[SavedProvider], *, silent: bool) -> dict[tuple[str, str], Retest]:
    """Test every provider as its last up did, never deeper than the recipient, so that no mail leaves.

    Args:
        providers: What the stacks hold, secrets decrypted.
        silent: Whether nothing is shown meanwhile.

    Raises:
        InterruptedRun: By ^C.
    """
    found = run_side_by_side(providers, [_name_of(each) for each in providers], _tested, silent=silent)
    return {(each.stack, each.name): outcome for each, outcome in zip(providers, found, strict=True)}


def _tested(saved: SavedProvider, board: Board, cancel: threading.Event) -> Retest:
    name = _name_of(saved)
    try:
        if saved.record.arguments.connectivity_test.mode == "off":
            board.ended(name, "off")
            return Retest(None)
        plan = plan_of_saved(saved, no_options())
    except (click.ClickException, AttributeError) as error:
        why = visible(error.format_message()) if isinstance(error, click.ClickException) else _ODD
        board.ended(name, "untested", why)
        return Retest(None, why)
    depth = min(plan.test.depth, _DEEPEST, key=DEPTHS.index)
    plan = replace(plan, test=plan.test.model_copy(update={"depth": depth}))

    def on_stage(progress: StageProgress) -> None:
        if progress.status == "begun":
            board.at(name, progress.name)

    report = tested(plan, on_stage, cancel)
    board.ended(name, report.status, f"[{report.diagnosis.code}]" if report.diagnosis is not None else "")
    return Retest(Verification.of(report))


def _name_of(saved: SavedProvider) -> str:
    return visible(f"{saved.stack}/{saved.name}")

"""One test from its plan to its exit code: shown, written as JSON or drawn."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rich.text import Text

from pulumi_smtp_collab.command_line.connection import TestPlan
from pulumi_smtp_collab.command_line.exit_codes import ExitCode, exit_code_of
from pulumi_smtp_collab.command_line.running import run_plan
from pulumi_smtp_collab.command_line.test_view import show_verdict, shown_live, title_of


def test_one(plan: TestPlan, *, as_json: bool, svg: Path | None, quiet: bool) -> ExitCode:
    """Run a test and show what it found.

    Args:
        plan: What is tested.
        as_json: Whether the report is printed as JSON instead.
        svg: The file for the picture; None for none.
        quiet: Whether nothing is printed.

    Returns:
        The class of the failure.
    """
    with shown_live(plan, silent=as_json or quiet) as timeline:
        report = run_plan(plan, timeline)
    if as_json:
        sys.stdout.write(json.dumps(report.to_wire(), indent=2, ensure_ascii=False) + "\n")
    elif not quiet:
        show_verdict(plan, report)
    if svg is not None:
        from pulumi_smtp_collab.command_line.picture import svg_of, wrapped, write_file
        from pulumi_smtp_collab.command_line.verdict import verdict
        from pulumi_smtp_collab.command_line.waterfall import waterfall

        lines: list[Text | str] = [
            title_of(plan),
            *waterfall(timeline.steps, 100),
            "",
            *wrapped(verdict(report, plan.wording)),
        ]
        write_file(svg, svg_of(lines), "--svg")
    return exit_code_of(report)

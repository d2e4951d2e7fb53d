"""What a diagnosis code means: from the catalogue, with an example that a test of a real or scripted server made."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from importlib.resources import files

import rich_click as click
from rich.text import Text

from pulumi_smtp_collab.command_line.exit_codes import ExitCode, class_of
from pulumi_smtp_collab.command_line.hanging import print_hanging
from pulumi_smtp_collab.command_line.terminal import FAINT, Stream
from pulumi_smtp_collab.command_line.wording import Wording
from pulumi_smtp_collab.connectivity.diagnosis import diagnosis_codes
from pulumi_smtp_collab.connectivity.diagnosis.codes import DiagnosisCode

EXAMPLES = "diagnosis_examples.json"
_CODE = 34


def explain(code: str | None, *, as_json: bool) -> ExitCode:
    """Print what a code means, or the list of them.

    Raises:
        click.UsageError: There is no such code; the message names the likeliest.
    """
    rows = {row.code: row for row in diagnosis_codes()}
    if code is not None and code not in rows:
        close = get_close_matches(code, rows, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise click.UsageError(
            f"CODE: there is no diagnosis code {code!r}.{hint} `smtp-collab explain` lists them all."
        )
    examples = _examples()
    wanted = list(rows.values()) if code is None else [rows[code]]
    if as_json:
        told = [_as_data(row, examples.get(row.code, {})) for row in wanted]
        sys.stdout.write(json.dumps(told if code is None else told[0], indent=2, ensure_ascii=False) + "\n")
    elif code is None:
        _show_list(wanted)
    else:
        _show(rows[code], examples.get(code, {}))
    return ExitCode.DONE


def _examples() -> Mapping[str, Mapping[str, str]]:
    text = files("pulumi_smtp_collab.command_line").joinpath(EXAMPLES).read_text(encoding="utf-8")
    examples: Mapping[str, Mapping[str, str]] = json.loads(text)
    return examples


def _as_data(row: DiagnosisCode, example: Mapping[str, str]) -> dict[str, object]:
    return {
        "code": row.code,
        "stages": list(row.stages),
        "meaning": row.meaning,
        "transient": row.transient,
        "exitCode": int(class_of(row.code, row.stages[0])),
        **({"example": dict(example)} if example else {}),
    }


def _show_list(rows: list[DiagnosisCode]) -> None:
    stream = Stream.of(sys.stdout)
    console = stream.console()
    for row in rows:
        print_hanging(console, Text.assemble((f"{row.code:<{_CODE}}", "bold"), row.meaning), stream.width, _CODE)


def _show(row: DiagnosisCode, example: Mapping[str, str]) -> None:
    stream = Stream.of(sys.stdout)
    console = stream.console()
    stages = "any stage" if len(row.stages) > 8 else ", ".join(row.stages)  # noqa: PLR2004 - nearly all of ten
    codes = dict.fromkeys(class_of(row.code, stage) for stage in row.stages)
    lines = [
        ("Code", row.code),
        ("Cause", row.meaning),
        ("Stage", stages),
        ("Transient", "yes: it may pass by itself" if row.transient else "no: it stays until something is changed"),
        ("Exit code", ", ".join(f"{code.value} ({code.name.lower()})" for code in codes)),
    ]
    if example:
        lines += [
            ("Example", example["seen"]),
            ("Fix", example["fix"]),
            ("As options", Wording.OPTIONS.of(example["fix"])),
        ]
        if lines[-1][1] == lines[-2][1]:
            lines.pop()
    for label, text in lines:
        print_hanging(
            console, Text.assemble((f"{label:<12}", "bold" if label in {"Code", "Fix"} else FAINT), text), stream.width
        )

"""The cases as the files hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class FieldCase:
    """One case: what a server says, with which settings it was met, and what a test of it should find."""

    number: int
    file: str
    symptom: str
    settings: Mapping[str, Any]
    expected: Mapping[str, Any]
    server: Mapping[str, Any] = field(default_factory=dict)
    test: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.file}-{self.number}"


def cases(*names: str) -> tuple[FieldCase, ...]:
    """Return the cases of these files, all files where none is named."""
    files = [FOLDER / f"{name}.yaml" for name in names] or sorted(FOLDER.glob("*.yaml"))
    return tuple(case for file in files for case in _cases_of(file))


def _cases_of(file: Path) -> list[FieldCase]:
    rows = yaml.safe_load(file.read_text("utf-8"))
    return [
        FieldCase(
            number,
            file.stem,
            row["symptom"],
            row["settings"],
            row["expected"],
            row.get("server") or {},
            row.get("test") or {},
        )
        for number, row in enumerate(rows, 1)
    ]

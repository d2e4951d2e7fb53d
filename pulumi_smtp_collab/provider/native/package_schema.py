"""The package's schema: the file schema.json, byte for byte."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[2]


@cache
def schema_text() -> str:
    """Return the text of schema.json: beside the package's modules where it is installed, else in the source tree."""
    installed = _PACKAGE / "schema.json"
    return (installed if installed.exists() else _PACKAGE.parent / "schema.json").read_text(encoding="utf-8")

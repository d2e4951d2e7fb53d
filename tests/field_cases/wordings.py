"""More wordings of the kinds that the cases stand for: one line each, judged by the diagnosis alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from field_cases.cases import FOLDER
from pulumi_smtp_collab.model.report import StageName

_SETUPS: Mapping[str, Mapping[str, Any]] = {
    "in": {"start_tls": True, "username": "ci@example.com", "password": "not-the-real-one-7"},
    "out": {"start_tls": True, "port": 25},
    "plain": {"port": 25},
}
"""Logged in over STARTTLS; without a login over STARTTLS; without a login in plain text."""


@dataclass(frozen=True)
class Wording:
    """What a server says at a stage, and what it has to be understood as.

    Attributes:
        kind: The kind, by its letter in the issue that named it, or a word.
        code: What the code may be, a regular expression.
        stage: Where it is said.
        setup: ``in``, ``out`` or ``plain``.
        reply: What is said.
        host: Whose server it is.
        transient: Whether it may pass by itself; None where the code says enough.
        advice: What has to be advised, a regular expression.
        never: What must not be said, a regular expression.
        seen: Who says so.
    """

    kind: str
    code: str
    stage: StageName
    setup: str
    reply: str
    host: str = "smtp.example.com"
    transient: bool | None = None
    advice: str = ""
    never: str = ""
    seen: str = ""

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of the test."""
        return {"host": self.host, "from_address": "ci@example.com", **_SETUPS[self.setup]}

    def __str__(self) -> str:
        return f"{self.kind}-{self.stage}-{self.reply[:60]}"


def wordings() -> tuple[Wording, ...]:
    """Return every wording of the files, in their order."""
    return tuple(
        Wording(kind=kind, **row)
        for file in sorted(FOLDER.glob("wordings*.yaml"))
        for kind, rows in yaml.safe_load(file.read_text("utf-8")).items()
        for row in rows
    )

"""A case of the diagnosis: facts as the wire gives them, and what has to become of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from pulumi_smtp_collab.connectivity.failure import Failure, Reply
from pulumi_smtp_collab.connectivity.failure_context import FailureContext
from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
from pulumi_smtp_collab.model.report import StageName
from pulumi_smtp_collab.model.settings import SmtpSettings

PASSWORD = "correct-horse-battery-staple"
NOW = datetime(2026, 10, 1, 12, 0, tzinfo=timezone.utc)
SETTINGS: Mapping[str, Any] = {
    "host": "smtp.example.com",
    "start_tls": True,
    "from_address": "ci@example.com",
    "username": "ci@example.com",
    "password": PASSWORD,
}
NO_LOGIN = {"username": None, "password": None}
SSL = {"ssl": True, "start_tls": False}


@dataclass(frozen=True)
class Case:
    """Facts and what has to become of them: the code, whether it may pass, and words of summary and advice."""

    code: str
    failure: Failure
    advice: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    transient: bool = False
    product: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    test: Mapping[str, Any] = field(default_factory=dict)
    around: Mapping[str, Any] = field(default_factory=dict)

    @property
    def failure_context(self) -> FailureContext:
        """What surrounded the failure."""
        return FailureContext(
            settings=SmtpSettings(**{**SETTINGS, **self.settings}),
            test=ConnectivityTest(**self.test),
            now=NOW,
            **self.around,
        )

    def __str__(self) -> str:
        return f"{self.code} {self.product}".strip()


def reply(text: str) -> Reply:
    """The reply that a server sends as this text, its lines as on the wire."""
    lines = text.split("\n")
    return Reply(int(lines[0][:3]), tuple(line[4:] for line in lines))


def replied(stage: StageName, text: str, **facts: Any) -> Failure:
    """A stage that failed by a reply."""
    commands = {"ehlo": "EHLO", "starttls": "STARTTLS", "auth": "AUTH PLAIN", "sender": "MAIL", "recipient": "RCPT"}
    facts.setdefault("credentials_sent", stage in {"auth", "sender", "recipient", "message"})
    return Failure(stage, "reply", reply=reply(text), command=commands.get(stage, ""), **facts)

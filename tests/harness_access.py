"""The way from a test to an account of the fake Harness: settings, a client whose clock costs nothing, both targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fake_harness import Account, FakeHarness
from mailservers import Step, Wire, close, send

from pulumi_smtp_collab.targets.harness.api_keys import ApiKey, Generation
from pulumi_smtp_collab.targets.harness.client import HarnessClient
from pulumi_smtp_collab.targets.harness.firstgen import FirstGenSmtpProviders
from pulumi_smtp_collab.targets.harness.firstgen_secrets import FirstGenSecrets
from pulumi_smtp_collab.targets.harness.nextgen import NextGenSmtpConfig
from pulumi_smtp_collab.targets.harness.nextgen_secrets import NextGenSecrets
from pulumi_smtp_collab.targets.harness.pace import Pace
from pulumi_smtp_collab.targets.harness.settings import HarnessAccess
from pulumi_smtp_collab.targets.harness.smtp_config import SmtpConfig


@dataclass
class Timeless:
    """A clock that moves by the waits alone, so that they are seen and cost nothing.

    Attributes:
        waits: Every wait, in seconds.
    """

    waits: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def pace(self, **changes: Any) -> Pace:
        return Pace(**{"sleep": self.sleep, "clock": lambda: sum(self.waits), "chance": lambda: 1.0, **changes})


@dataclass
class InAccount:
    """One account, a client for it, and the warnings that its targets gave."""

    harness: FakeHarness
    account: Account
    generation: Generation = "harness"
    key: str = ""
    answer_seconds: float = 5.0
    ca_certificates: str | None = None
    endpoint: str = ""
    time: Timeless = field(default_factory=Timeless)
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        kind: Any = "nextgen" if self.generation == "harness" else "firstgen"
        key = self.key or self.account.api_key(generation=kind)
        source = ApiKey(key, "the environment variable HARNESS_PLATFORM_API_KEY", from_config=False)
        endpoint = self.endpoint or self.harness.endpoint
        access = HarnessAccess(self.generation, endpoint, self.account.id, source, self.ca_certificates)
        self.client = HarnessClient(access, self.time.pace(), self.answer_seconds)
        self.nextgen = NextGenSmtpConfig(self.client, self.warnings.append)
        self.firstgen = FirstGenSmtpProviders(self.client, self.warnings.append)
        self.secrets = NextGenSecrets(self.client, self.warnings.append)
        self.texts = FirstGenSecrets(self.client, self.warnings.append)


def http_answer(body: bytes, status: str = "200 OK", *headers: str) -> list[Step]:
    """A script for one connection: reads a request's head, answers, hangs up."""

    def head(wire: Wire) -> None:
        while wire.read_line():
            pass

    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return [head, send("\r\n".join(lines).encode() + body), close()]


def config(**changes: Any) -> SmtpConfig:
    """An SMTP config as a program might have it."""
    given: dict[str, Any] = {
        "name": "corp mail",
        "host": "smtp.example.com",
        "port": 587,
        "from_address": "ci@example.com",
        "start_tls": True,
        "username": "u",
        "password": "pw-1",
    }
    return SmtpConfig(**{**given, **changes})

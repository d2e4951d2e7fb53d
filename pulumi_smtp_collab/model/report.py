"""What a connectivity test found: evidence, kept with what was verified, and readable by itself."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from pydantic import Field

from pulumi_smtp_collab.model.base import Record
from pulumi_smtp_collab.model.hosts import endpoint

StageName: TypeAlias = Literal[
    "dns", "connect", "greeting", "ehlo", "starttls", "tls", "auth", "sender", "recipient", "message"
]
"""The stages of a test, in the order of a plain connection (with SSL, tls comes after connect)."""

STAGES: tuple[StageName, ...] = get_args(StageName)

Status: TypeAlias = Literal["passed", "failed", "notTested"]


class StageResult(Record):
    """What one stage of the test showed."""

    name: str = Field(description="dns, connect, greeting, ehlo, starttls, tls, auth, sender, recipient or message.")
    status: str = Field(description="passed or failed.")
    duration_ms: int = Field(description="How long the stage took, in milliseconds.")
    detail: str = Field(default="", description="What was seen: an address, a reply, a TLS version.")


class Diagnosis(Record):
    """Why the test failed and what to do about it."""

    code: str = Field(description="The machine-readable cause, stable across versions, such as tls-unknown-ca.")
    stage: str = Field(description="The stage that failed.")
    summary: str = Field(description="What was seen, in one sentence.")
    advice: str = Field(description="What to change, and where.")
    transient: bool = Field(description="Whether the failure may pass by itself.")


class ServerFacts(Record):
    """What the server said of itself."""

    address: str | None = Field(default=None, description="The address and port that were connected to.")
    greeting_name: str | None = Field(default=None, description="The name in the server's greeting.")
    tls_version: str | None = Field(default=None, description="The TLS version, such as TLSv1.3.")
    cipher: str | None = Field(default=None, description="The TLS cipher suite.")
    certificate_subject: str | None = Field(default=None, description="The subject of the server's certificate.")
    certificate_issuer: str | None = Field(default=None, description="The issuer of the server's certificate.")
    certificate_names: tuple[str, ...] | None = Field(
        default=None, description="The names and addresses that the server's certificate carries."
    )
    certificate_not_after: str | None = Field(
        default=None, description="When the server's certificate expires (UTC, RFC 3339)."
    )
    capabilities: tuple[str, ...] | None = Field(
        default=None, description="The extensions of the last EHLO reply (RFC 5321 section 4.1.1.1)."
    )
    seen_as: str | None = Field(
        default=None, description="The address of ours that the server named in its EHLO reply, if it did."
    )


class TestedFrom(Record):
    """Where the test ran: a verification is evidence for that place."""

    machine: str = Field(description="The host name of the machine.")
    address: str | None = Field(default=None, description="The address that the connection came from.")
    version: str = Field(description="The version of pulumi-smtp-collab.")


class AddressResult(Record):
    """What became of one address of the host."""

    address: str = Field(description="The address and port.")
    outcome: str = Field(description="connected, not needed, or why it failed.")
    duration_ms: int = Field(description="How long it took, in milliseconds.")


class Attempt(Record):
    """One try of the test: the last one is what the report's stages show."""

    stages: tuple[StageResult, ...] = Field(default=(), description="The stages of this try.")
    diagnosis: Diagnosis | None = Field(default=None, description="Why this try failed.")
    addresses: tuple[AddressResult, ...] = Field(default=(), description="What became of each address.")


class ConnectivityReport(Record):
    """The report of a connectivity test; ``str()`` of it is the message that a person reads."""

    status: Status = Field(description="passed, failed or notTested.")
    host: str = Field(description="The host that was tested, as messages show it.")
    port: int = Field(description="The port that was tested.")
    checked_at: str = Field(description="When the test ended (UTC, RFC 3339).")
    depth: str = Field(description="How deep the test went.")
    duration_ms: int = Field(description="How long the whole test took, in milliseconds.")
    attempts: tuple[Attempt, ...] = Field(default=(), description="Every try, in order.")
    warnings: tuple[str, ...] = Field(default=(), description="What passed, but deserves a look.")
    server: ServerFacts | None = Field(default=None, description="What the server said of itself.")
    not_proven: tuple[str, ...] = Field(default=(), description="What a test of this depth can't show.")
    tested_from: TestedFrom | None = Field(default=None, description="Where the test ran.")

    @property
    def passed(self) -> bool:
        """Whether every stage up to the depth passed."""
        return self.status == "passed"

    @property
    def stages(self) -> tuple[StageResult, ...]:
        """The stages of the last try."""
        return self.attempts[-1].stages if self.attempts else ()

    @property
    def addresses(self) -> tuple[AddressResult, ...]:
        """What became of each address in the last try."""
        return self.attempts[-1].addresses if self.attempts else ()

    @property
    def diagnosis(self) -> Diagnosis | None:
        """Why the test failed; None where it passed."""
        return self.attempts[-1].diagnosis if self.attempts else None

    def __str__(self) -> str:
        """Return the report as a person reads it: the stages, then, of a failure, its cause and its fix, last."""
        lines = [f"{stage.name}: {stage.status}{f' ({stage.detail})' if stage.detail else ''}" for stage in self.stages]
        lines += [f"warning: {warning}" for warning in self.warnings]
        where = endpoint(self.host, self.port)
        diagnosis = self.diagnosis
        if diagnosis is None:
            lines.append(f"The connectivity test of {where} passed up to {self.depth} in {self.duration_ms} ms.")
        else:
            lines += [
                f"The connectivity test of {where} failed at the stage {diagnosis.stage} [{diagnosis.code}].",
                f"Seen: {diagnosis.summary}",
                f"Fix: {diagnosis.advice}",
            ]
        return "\n".join(lines)


class SkippedTest(Record):
    """A test that was due and did not run, since the environment said so."""

    reason: str = Field(description="What SMTP_COLLAB_SKIP_TEST gave as the reason.")
    at: str = Field(description="When (UTC, RFC 3339).")


class Verification(Record):
    """The outcome of the last connectivity test, as it is saved with the provider."""

    status: Status = Field(description="passed, failed or notTested.")
    checked_at: str | None = Field(default=None, description="When the test ended (UTC, RFC 3339).")
    depth: str | None = Field(default=None, description="How deep the test went.")
    duration_ms: int | None = Field(default=None, description="How long the whole test took, in milliseconds.")
    stages: tuple[StageResult, ...] = Field(default=(), description="The stages of the last try.")
    diagnosis: Diagnosis | None = Field(default=None, description="Why it failed; absent where it passed.")
    warnings: tuple[str, ...] = Field(default=(), description="What passed, but deserves a look.")
    server: ServerFacts | None = Field(default=None, description="What the server said of itself.")
    not_proven: tuple[str, ...] = Field(default=(), description="What a test of this depth can't show.")
    tested_from: TestedFrom | None = Field(default=None, description="Where the test ran.")
    retested_at: str | None = Field(
        default=None,
        description="When pulumi refresh last tested again, less deep than the depth that was verified, and it passed "
        "(UTC, RFC 3339).",
    )
    skipped: SkippedTest | None = Field(default=None, description="The last time that a due test was skipped.")

    @classmethod
    def of(cls, report: ConnectivityReport) -> Verification:
        """Return what is kept of a report."""
        return cls(
            status=report.status,
            checked_at=report.checked_at,
            depth=report.depth,
            duration_ms=report.duration_ms,
            stages=report.stages,
            diagnosis=report.diagnosis,
            warnings=report.warnings,
            server=report.server,
            not_proven=report.not_proven,
            tested_from=report.tested_from,
        )

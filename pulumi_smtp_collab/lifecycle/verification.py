"""When a provider is tested, what the outcome means, and what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from pydantic import ValidationError

from pulumi_smtp_collab.lifecycle.arguments import verified_digest
from pulumi_smtp_collab.model.connectivity_test import DEPTHS
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.report import SkippedTest, Status, Verification

LAST_VERIFICATION = "lastVerification"
VERIFIED_ARGUMENTS = "verifiedArguments"

NOT_TESTED = Verification(status="notTested")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a state holds of the last verification.

    Attributes:
        verification: Its outcome.
        digest: The digest over the arguments that it belongs to; None where there is none.
        mode: The test's mode when it was recorded; None where there is none.
    """

    verification: Verification
    digest: str | None = field(default=None, repr=False)
    mode: str | None = None

    @classmethod
    def of(cls, saved: Mapping[str, Any]) -> Recorded:
        """Read it from saved outputs, leniently: what can't be read was not verified."""
        digest = saved.get(VERIFIED_ARGUMENTS)
        try:
            verification = Verification.model_validate(saved.get(LAST_VERIFICATION))
        except ValidationError:
            verification, digest = NOT_TESTED, None
        test = saved.get("connectivityTest")
        mode = test.get("mode") if isinstance(test, Mapping) else None
        return cls(verification, digest if isinstance(digest, str) else None, mode)

    @classmethod
    def untested(cls, arguments: ProviderArguments, skipped: SkippedTest | None = None) -> Recorded:
        """Return what is kept of arguments that no test saw."""
        return cls(Verification(status="notTested", skipped=skipped), verified_digest(arguments))

    def by_delegate(self, verdict: Mapping[str, Any]) -> Recorded:
        """Return the same with the outcome of a test that ran in Harness alone."""
        statuses: dict[str, Status] = {"passed": "passed", "failed": "failed"}
        status = statuses.get(str(verdict.get("status")), "notTested")
        found = Verification(status=status, checked_at=str(verdict.get("checkedAt", "")), depth="message")
        return Recorded(found, self.digest, self.mode)

    def not_proving(self, sentences: Sequence[str]) -> Recorded:
        """Return the same with further sentences on what the test did not prove."""
        known = self.verification.not_proven
        added = tuple(sentence for sentence in sentences if sentence not in known)
        if not added:
            return self
        return Recorded(self.verification.model_copy(update={"not_proven": known + added}), self.digest, self.mode)

    def without_details(self) -> Recorded:
        """Return the same without what was seen on the way: it was written before an argument was marked secret."""
        kept = self.verification
        bare = Verification(
            status=kept.status, checked_at=kept.checked_at, depth=kept.depth, duration_ms=kept.duration_ms
        )
        return Recorded(bare, self.digest, self.mode)

    def to_outputs(self) -> dict[str, Any]:
        """Return the outputs that keep it."""
        outputs: dict[str, Any] = {LAST_VERIFICATION: self.verification.to_wire()}
        if self.digest is not None:
            outputs[VERIFIED_ARGUMENTS] = self.digest
        return outputs


@dataclass(frozen=True, slots=True)
class Due:
    """A test that is due.

    Attributes:
        reason: Why, after "The provider …: ".
        gates: Whether its failure stops the up: mail must not gate what did not touch it.
        quiet: Whether the reason is no cause for a warning.
    """

    reason: str
    gates: bool
    quiet: bool = False


def due_test(recorded: Recorded, arguments: ProviderArguments, now: datetime) -> Due | None:
    """Say whether arguments have to be tested before they are saved; None where what is recorded holds."""
    test, verification = arguments.connectivity_test, recorded.verification
    if test.mode == "off":
        return None
    if recorded.digest != verified_digest(arguments):
        return Due("these arguments were not tested yet", gates=True)
    changed_mode = recorded.mode != test.mode
    if verification.status == "notTested":
        # By "off" or by a skip: settled until the program says otherwise.
        return Due("it was not tested yet", gates=True) if changed_mode else None
    gates = test.on_stale_failure == "fail"
    if verification.status == "failed":
        code = f" ({verification.diagnosis.code})" if verification.diagnosis else ""
        when = f" on {_readable(verification.checked_at)}" if verification.checked_at else ""
        return Due(f"its last connectivity test failed{code}{when}", gates=gates or changed_mode)
    depth = arguments.tested_depth
    if verification.depth not in DEPTHS or DEPTHS.index(verification.depth) < DEPTHS.index(depth):
        return Due(f"it was tested up to {verification.depth}, and {depth} is asked for", gates=gates, quiet=True)
    age = age_in_days(verification, now)
    if test.max_age_days is not None and (age is None or age >= test.max_age_days):
        age_text = "at an unknown time" if age is None else f"{age} days ago"
        return Due(f"it was verified {age_text}, and max_age_days is {test.max_age_days}", gates=gates, quiet=True)
    return None


def age_in_days(verification: Verification, now: datetime) -> int | None:
    """Return the whole days since a verification; None where its time can't be read."""
    try:
        checked_at = datetime.fromisoformat((verification.checked_at or "").replace("Z", "+00:00"))
    except ValueError:
        return None
    if checked_at.tzinfo is None:
        checked_at = checked_at.replace(tzinfo=timezone.utc)
    age = now - checked_at
    # A time in the future was written by a clock that was wrong.
    return None if age.days < -1 else max(0, age.days)


def in_use(recorded: Recorded) -> str:
    """Say what is true after an update that failed."""
    verification = recorded.verification
    if verification.status == "passed" and verification.checked_at:
        return f"Nothing was changed; in use are the settings verified {_readable(verification.checked_at)}."
    return "Nothing was changed; in use are the former settings, which were not verified."


def timestamp(now: datetime) -> str:
    """Return a time as outputs hold it (UTC, RFC 3339)."""
    return now.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _readable(rfc3339: str | None) -> str:
    return f"{(rfc3339 or '').replace('T', ' ')[:16]} UTC"

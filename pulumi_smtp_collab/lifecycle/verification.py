"""When a provider is tested again, and what ties a verification to what was verified."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timezone

from pydantic import SecretStr

from pulumi_smtp_collab.model.connectivity_test import DEPTHS
from pulumi_smtp_collab.model.properties import property_value
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.record import ProviderRecord
from pulumi_smtp_collab.model.report import Verification

_SEEN_BY_THE_TEST = (
    "host",
    "port",
    "ssl",
    "start_tls",
    "from_address",
    "username",
    "password",
    "ca_certificates",
    "tls_server_name",
    "ehlo_name",
)
_SEEN_OF_THE_TEST = ("recipient", "connect_to", "address_family")


@dataclass(frozen=True, slots=True)
class DueTest:
    """A test that is due.

    Attributes:
        reason: Why, after "The provider …: ".
        gates: Whether its failure stops the up: mail must not gate what did not touch it.
        quiet: Whether the reason is no cause for a warning.
    """

    reason: str
    gates: bool
    quiet: bool = False


def due_test(recorded: ProviderRecord, arguments: ProviderArguments, now: datetime) -> DueTest | None:
    """Return the test that these arguments need before they are saved; None where what is recorded holds."""
    test, verification = arguments.connectivity_test, recorded.evidence.verification
    if test.mode == "off":
        return None
    if recorded.evidence.digest != verified_digest(arguments):
        return DueTest("these arguments were not tested yet", gates=True)
    changed_mode = recorded.arguments.connectivity_test.mode != test.mode
    return _due_by_its_outcome(verification, arguments, now, changed_mode=changed_mode)


def due_while_unchanged(recorded: ProviderRecord, now: datetime) -> DueTest | None:
    """Return the test that the next up runs where the program has not changed; no secret has to be known for that."""
    if recorded.arguments.connectivity_test.mode == "off":
        return None
    return _due_by_its_outcome(recorded.evidence.verification, recorded.arguments, now, changed_mode=False)


def _due_by_its_outcome(
    verification: Verification, arguments: ProviderArguments, now: datetime, *, changed_mode: bool
) -> DueTest | None:
    test = arguments.connectivity_test
    if verification.status == "notTested":
        # By "off" or by a skip: settled until the program says otherwise.
        return DueTest("it was not tested yet", gates=True) if changed_mode else None
    gates = test.on_stale_failure == "fail"
    if verification.status == "failed":
        code = f" ({verification.diagnosis.code})" if verification.diagnosis else ""
        when = f" on {_readable(verification.checked_at)}" if verification.checked_at else ""
        return DueTest(f"its last connectivity test failed{code}{when}", gates=gates or changed_mode)
    depth = arguments.tested_depth
    if verification.depth not in DEPTHS or DEPTHS.index(verification.depth) < DEPTHS.index(depth):
        return DueTest(f"it was tested up to {verification.depth}, and {depth} is asked for", gates=gates, quiet=True)
    age = age_in_days(verification, now)
    if test.max_age_days is not None and (age is None or age >= test.max_age_days):
        age_text = "at an unknown time" if age is None else f"{age} days ago"
        return DueTest(f"it was verified {age_text}, and max_age_days is {test.max_age_days}", gates=gates, quiet=True)
    return None


def verified_digest(arguments: ProviderArguments) -> SecretStr:
    """Return the SHA-256 digest over exactly what a connectivity test sees, the password among it.

    It ties a verification to what was verified. Since a weak password could be guessed from it, it is itself a
    secret.
    """
    seen = {name: property_value(getattr(arguments, name)) for name in _SEEN_BY_THE_TEST}
    seen |= {f"test.{name}": getattr(arguments.connectivity_test, name) for name in _SEEN_OF_THE_TEST}
    seen["tls_server_name"] = arguments.server_name
    if arguments.password is not None:
        seen["password"] = arguments.password.get_secret_value()
    if arguments.password_is_elsewhere and arguments.password_reference is not None:
        seen["password_reference"] = arguments.password_reference.secret_id
        seen["password_for_test_env"] = arguments.password_for_test_env
    present = {name: value for name, value in seen.items() if value is not None}
    text = json.dumps(present, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return SecretStr(hashlib.sha256(text.encode()).hexdigest())


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


def in_use(recorded: ProviderRecord) -> str:
    """Say what is true after an update that failed."""
    verification = recorded.evidence.verification
    if verification.status == "passed" and verification.checked_at:
        return f"Nothing was changed; in use are the settings verified {_readable(verification.checked_at)}."
    return "Nothing was changed; in use are the former settings, which were not verified."


def _readable(rfc3339: str | None) -> str:
    return f"{(rfc3339 or '').replace('T', ' ')[:16]} UTC"

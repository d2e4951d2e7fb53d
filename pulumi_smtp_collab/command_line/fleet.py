"""The fleet: what every stack holds, what was verified, and what deserves a look. Read from state alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pulumi_smtp_collab.command_line.exit_codes import ExitCode
from pulumi_smtp_collab.command_line.stacks import Project, SavedProvider, StackError
from pulumi_smtp_collab.connectivity.redaction import visible
from pulumi_smtp_collab.lifecycle.verification import due_while_unchanged
from pulumi_smtp_collab.model.record import ProviderRecord
from pulumi_smtp_collab.model.report import Verification

_AT_ONCE = 16
_EXPIRING_DAYS = 30


@dataclass(frozen=True, slots=True)
class FleetRow:
    """One provider of one stack, as a table shows it; what is secret or not known is None.

    Attributes:
        stack: The stack.
        provider: The resource's name.
        host: Host and port.
        tls: none, starttls or implicit.
        sender: The From address.
        status: passed, failed or notTested.
        checked_at: When it was verified.
        depth: How deep.
        certificate_days: The whole days until the server's certificate expires; below 0 where it has.
        password_days: The whole days that the password is old at least.
        findings: What deserves a look, each a sentence.
        drift: The settings in which it differs from the same provider of other stacks.
        next_up: What the next up would test, as far as the state tells.
    """

    stack: str
    provider: str
    host: str | None
    tls: str | None
    sender: str | None
    status: str
    checked_at: datetime | None
    depth: str | None
    certificate_days: int | None
    password_days: int | None = None
    findings: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()
    next_up: str = "nothing due"


@dataclass(frozen=True, slots=True)
class Retest:
    """What a test found just now.

    Attributes:
        verification: Its outcome; None where none ran.
        untested: Why none ran; empty where one did.
    """

    verification: Verification | None
    untested: str = ""


@dataclass(frozen=True, slots=True)
class Fleet:
    """All of it.

    Attributes:
        rows: Every provider, stack by stack.
        unread: The stacks that could not be read, and why.
        now: The moment of the look.
        retested: Whether all of them were tested just now.
    """

    rows: tuple[FleetRow, ...]
    unread: tuple[tuple[str, str], ...]
    now: datetime
    retested: bool = False

    @property
    def exit_code(self) -> ExitCode:
        """What --check ends with."""
        found = bool(self.unread) or any(row.findings for row in self.rows)
        return ExitCode.FAILED if found else ExitCode.DONE


@dataclass(frozen=True, slots=True)
class SavedFleet:
    """What the stacks hold.

    Attributes:
        providers: Every provider, stack by stack.
        unread: The stacks that could not be read, and why.
    """

    providers: tuple[SavedProvider, ...]
    unread: tuple[tuple[str, str], ...]


def read_stacks(
    project: Project, stacks: Sequence[str], on_stack: Callable[[str], None] = lambda _: None, *, secrets: bool = False
) -> SavedFleet:
    """Read the stacks side by side; one that can't be read does not keep the others from being shown.

    Args:
        project: The project.
        stacks: The names of the stacks.
        on_stack: Is told each stack that was read.
        secrets: Whether secrets are decrypted.
    """

    def read(stack: str) -> list[SavedProvider] | str:
        try:
            found: list[SavedProvider] | str = project.providers(stack, secrets=secrets)
        except StackError as error:
            found = error.format_message()
        on_stack(stack)
        return found

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = dict(zip(stacks, pool.map(read, stacks), strict=True))
    providers = tuple(each for found in answers.values() if not isinstance(found, str) for each in found)
    unread = tuple((visible(stack), visible(why)) for stack, why in answers.items() if isinstance(why, str))
    return SavedFleet(providers, unread)


def fleet_of(saved: SavedFleet, now: datetime, retests: Mapping[tuple[str, str], Retest] | None = None) -> Fleet:
    """Return what a table shows.

    Args:
        saved: What the stacks hold.
        now: The moment that ages are counted from.
        retests: What was found just now, by stack and resource; None where nothing was tested.
    """
    rows = [_row(each, now, (retests or {}).get((each.stack, each.name))) for each in saved.providers]
    return Fleet(_with_drift(rows), saved.unread, now, retested=retests is not None)


def _row(saved: SavedProvider, now: datetime, retest: Retest | None) -> FleetRow:
    record = saved.record
    arguments, verification = record.arguments, record.evidence.verification
    if retest is not None and retest.verification is not None:
        verification = retest.verification
    host = visible(arguments.host) if isinstance(arguments.host, str) else None
    port = arguments.port if isinstance(arguments.port, int) else None
    checked = moment_of(verification.checked_at)
    max_age = getattr(arguments.connectivity_test, "max_age_days", None)
    expires = moment_of(verification.server.certificate_not_after) if verification.server is not None else None
    days = (expires - now).days if expires is not None else None
    stale = checked is not None and isinstance(max_age, int) and now - checked >= timedelta(days=max_age)
    findings = [*_of_the_test(verification, stale=stale, max_age=max_age), *_of_the_certificate(days)]
    if retest is not None and retest.untested:
        findings.append(f"It could not be tested: {retest.untested}")
    if record.saved_in.drifted:
        findings.append("It was changed in the target; the next up puts it right.")
    return FleetRow(
        stack=visible(saved.stack),
        provider=visible(saved.name),
        host=None if host is None else f"{f'[{host}]' if ':' in host else host}:{port if port is not None else '?'}",
        tls=arguments.tls_mode if "ssl" not in record.origin.secret_arguments else None,
        sender=visible(arguments.from_address) if isinstance(arguments.from_address, str) else None,
        status=verification.status,
        checked_at=checked,
        depth=None if verification.depth is None else visible(verification.depth),
        certificate_days=days,
        password_days=_password_days(saved, now),
        findings=tuple(visible(each) for each in findings),
        next_up=_next_up(record, now),
    )


def _password_days(saved: SavedProvider, now: datetime) -> int | None:
    """Return the whole days that the password is old at least: since then nothing of the resource has changed."""
    changed = moment_of(saved.modified)
    if changed is None or not saved.has_password:
        return None
    return max(0, (now - changed).days)


def _next_up(record: ProviderRecord, now: datetime) -> str:
    try:
        if record.arguments.connectivity_test.mode == "off":
            return "tests nothing: off"
        return "nothing due" if due_while_unchanged(record, now) is None else "tests again"
    except (AttributeError, TypeError, ValueError):
        return "not known"  # what another version or another person wrote


def _of_the_test(verification: Verification, *, stale: bool, max_age: int | None) -> list[str]:
    if verification.status == "failed":
        diagnosis = verification.diagnosis
        return [f"Its last test failed: {diagnosis.code}." if diagnosis is not None else "Its last test failed."]
    if verification.status == "notTested":
        skipped = verification.skipped
        return [f"It was never tested{f' (skipped: {skipped.reason})' if skipped is not None else ''}."]
    return [f"Its verification is older than {max_age} days."] if stale else []


def _of_the_certificate(days: int | None) -> list[str]:
    if days is None or days >= _EXPIRING_DAYS:
        return []
    return [
        "The server's certificate has expired." if days < 0 else f"The server's certificate expires in {days} days."
    ]


def _with_drift(rows: Sequence[FleetRow]) -> tuple[FleetRow, ...]:
    """Mark where TLS mode or depth differ from those of most stacks; hosts and senders differ by nature."""
    groups: dict[tuple[str, str], list[FleetRow]] = defaultdict(list)
    for row in rows:
        groups[_family(row)].append(row)
    return tuple(replace(row, drift=_drift(row, groups[_family(row)])) for row in rows)


def _family(row: FleetRow) -> tuple[str, str]:
    """Return what is to be alike: a provider in all stacks of one project."""
    return row.stack.rpartition("/")[0], row.provider


def _drift(row: FleetRow, group: Sequence[FleetRow]) -> tuple[str, ...]:
    found = []
    for name in ("tls", "depth"):
        values = [getattr(each, name) for each in group]
        if len(set(values)) > 1 and values.count(getattr(row, name)) * 2 <= len(values):
            found.append(name)
    return tuple(found)


def moment_of(text: str | None) -> datetime | None:
    """Return the moment (RFC 3339); None where there is none, or it can't be read."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def age_of(moment: datetime | None, now: datetime) -> str:
    """Return how long ago a moment was: ``3 days``, ``5 h``, ``2 min``; ``never`` where there is none."""
    if moment is None:
        return "never"
    seconds = max(0.0, (now - moment).total_seconds())
    for size, word in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {'day' if word == 'days' and count == 1 else word}"
    return "now"

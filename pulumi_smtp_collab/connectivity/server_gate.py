"""Gentle to relays: few tests at once, no refused login sent twice, no dead host dialled by every test in turn."""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TypeAlias

from pulumi_smtp_collab.connectivity.failure import Failure
from pulumi_smtp_collab.connectivity.plan import Observed, Plan
from pulumi_smtp_collab.connectivity.probes import ProbeFindings
from pulumi_smtp_collab.connectivity.progress import Progress
from pulumi_smtp_collab.connectivity.wire.deadline import Deadline

UNREACHABLE_SECONDS = 60.0
"""How long it is remembered that a host and port could not be reached."""

REFUSED_LOGIN_SECONDS = 30 * 60.0
"""How long a refused login is remembered: longer than a run takes, and not for ever in a program that goes on for days,
where the account may have been unlocked."""

_MAX_REMEMBERED = 10_000

_Key: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class RememberedFailure:
    """A failure that a test of this process has met, and that another one would meet too.

    Attributes:
        failure: The failure, as one that was not tried again.
        findings: What the further looks of the test in earnest found.
        observed: What its attempts saw: the names and addresses that the failure may hold.
    """

    failure: Failure
    findings: ProbeFindings
    observed: tuple[Observed, ...] = ()


@dataclass(slots=True)
class Admission:
    """A test that may run, and what it leaves to those that follow.

    Attributes:
        known: The failure that another test has met and that this one would meet too; None where it has to be tried.
        failure: To be set: how the test failed, for the ones that follow; None where it passed.
        findings: To be set: what its further looks found.
        observed: To be set: what its attempts saw.
        authenticated: To be set: whether its login was accepted.
    """

    known: RememberedFailure | None
    failure: Failure | None = None
    findings: ProbeFindings = field(default_factory=ProbeFindings)
    observed: tuple[Observed, ...] = ()
    authenticated: bool = False


@dataclass(frozen=True, slots=True)
class _Memory:
    failure: Failure
    findings: ProbeFindings
    observed: tuple[Observed, ...]
    label: str
    at: float
    deadline_seconds: float
    settle_seconds: float


@dataclass(frozen=True, slots=True)
class _Keys:
    """What a test goes by: where it waits for its turn, whom it may find dead, and the login that it sends."""

    queue: _Key
    host: _Key
    login: _Key | None


class Gate:
    """What the tests of one process know of each other. Safe to use from many threads.

    Args:
        at_once: How many tests may run at once for one host, port and user.
    """

    def __init__(self, at_once: int = 2) -> None:
        self._at_once = at_once
        self._changed = threading.Condition()
        self._running: dict[_Key, int] = {}
        self._being_tried: set[_Key] = set()
        self._accepted: set[_Key] = set()
        self._refused: dict[_Key, _Memory] = {}
        self._unreachable: dict[_Key, _Memory] = {}
        # Not the password, nor a hash that could be tried against a list: the key ends with the process.
        self._hash_key = secrets.token_bytes(32)

    def set_limit(self, at_once: int) -> None:
        """Set how many tests may run at once, for those that wait already too."""
        with self._changed:
            self._at_once = at_once
            self._changed.notify_all()

    @contextmanager
    def admit(self, plan: Plan, progress: Progress) -> Iterator[Admission]:
        """Wait until it is this test's turn.

        While it is not known whether a login is accepted, one test alone finds it out; the others wait for that.

        Raises:
            CancelledError: Whoever runs the test has ended it while it waited.
        """
        keys = self._keys(plan)
        with self._changed:
            has_to_wait = self._known(keys, plan) is None and not self._may_run(keys)
        with progress.between_stages("turn") if has_to_wait else nullcontext():
            known = self._enter(keys, plan)
        admission = Admission(known)
        if known is not None:
            yield admission
            return
        try:
            yield admission
        finally:
            with self._changed:
                self._remember(keys, plan, admission)
                self._running[keys.queue] -= 1
                if not self._running[keys.queue]:
                    del self._running[keys.queue]
                if keys.login is not None:
                    self._being_tried.discard(keys.login)
                self._changed.notify_all()

    def _remember(self, keys: _Keys, plan: Plan, admission: Admission) -> None:
        if keys.login is not None and admission.authenticated:
            self._accepted.add(keys.login)
        failure = admission.failure
        if failure is None:
            return
        memory = _Memory(
            failure,
            admission.findings,
            admission.observed,
            plan.label,
            at=plan.machine.clock(),
            deadline_seconds=plan.test.deadline_seconds,
            settle_seconds=plan.test.credentials_settle_seconds,
        )
        if keys.login is not None and _is_refused_login(failure):
            self._accepted.discard(keys.login)
            _keep(self._refused, keys.login, memory)
        elif _is_unreachable(failure):
            _keep(self._unreachable, keys.host, memory)

    def forget(self) -> None:
        """Forget all failures and logins, as a new process does."""
        with self._changed:
            self._refused.clear()
            self._accepted.clear()
            self._unreachable.clear()

    def _enter(self, keys: _Keys, plan: Plan) -> RememberedFailure | None:
        for_ever = Deadline(math.inf, plan.machine.clock, plan.cancel)
        with self._changed:
            while (known := self._known(keys, plan)) is None and not self._may_run(keys):
                for_ever.raise_if_cancelled()
                self._changed.wait(None if plan.cancel is None else for_ever.stretch(math.inf))
            if known is None:
                self._running[keys.queue] = self._running.get(keys.queue, 0) + 1
                if keys.login is not None and keys.login not in self._accepted:
                    self._being_tried.add(keys.login)
        return known

    def _may_run(self, keys: _Keys) -> bool:
        return self._running.get(keys.queue, 0) < self._at_once and keys.login not in self._being_tried

    def _known(self, keys: _Keys, plan: Plan) -> RememberedFailure | None:
        now = plan.machine.clock()
        memory = self._remembered_refusal(keys, plan, now) or self._remembered_silence(keys, plan, now)
        if memory is None:
            return None
        failure = Failure(
            memory.failure.stage,
            "remembered",
            reply=memory.failure.reply,
            command=memory.failure.command,
            addresses=memory.failure.addresses,
            remembered=memory.failure,
            first=memory.label,
            seconds_ago=now - memory.at,
        )
        return RememberedFailure(failure, memory.findings, memory.observed)

    def _remembered_refusal(self, keys: _Keys, plan: Plan, now: float) -> _Memory | None:
        memory = self._refused.get(keys.login) if keys.login is not None else None
        if memory is None or now - memory.at >= REFUSED_LOGIN_SECONDS:
            return None
        # Given longer to settle, new credentials may be accepted.
        return memory if plan.test.credentials_settle_seconds <= memory.settle_seconds else None

    def _remembered_silence(self, keys: _Keys, plan: Plan, now: float) -> _Memory | None:
        memory = self._unreachable.get(keys.host)
        if memory is None or now - memory.at >= UNREACHABLE_SECONDS:
            return None
        # With more time it may be reached.
        return memory if plan.test.deadline_seconds <= memory.deadline_seconds else None

    def _keys(self, plan: Plan) -> _Keys:
        place = plan.dialled
        user, password = plan.settings.username, plan.settings.password
        login: _Key | None = None
        if plan.logs_in and password is not None:
            hashed = hmac.new(self._hash_key, password.get_secret_value().encode(), hashlib.sha256).digest()
            # Servers admit other logins, and other mechanisms, with TLS than without.
            tls_name = plan.settings.server_name if plan.settings.tls_mode != "none" else None
            login = (*place, plan.settings.tls_mode, tls_name, user, hashed)
        host = (*place, plan.test.address_family, plan.settings.tls_mode)
        return _Keys(queue=(*place, user if plan.logs_in else None), host=host, login=login)


def _keep(memories: dict[_Key, _Memory], key: _Key, memory: _Memory) -> None:
    while len(memories) >= _MAX_REMEMBERED:
        del memories[next(iter(memories))]
    memories[key] = memory


def _is_refused_login(failure: Failure) -> bool:
    """Return whether a login was refused for good: whatever the reason, its password is not sent the same way again."""
    reply = failure.reply
    return failure.stage == "auth" and failure.credentials_sent and reply is not None and reply.code // 100 == 5  # noqa: PLR2004


def _is_unreachable(failure: Failure) -> bool:
    """Return whether a host and port could not be reached, or took a connection and then said nothing at all."""
    return failure.kind == "unreachable" or (failure.kind == "deadline" and failure.stage in ("dns", "greeting", "tls"))


gate = Gate()
"""The gate of this process."""


def set_tests_at_once(number: int) -> None:
    """Set how many tests of this process may run at once for one host, port and user; 2 where it is not called.

    Args:
        number: At least 1.

    Raises:
        ValueError: The number is less.
    """
    if number < 1:
        raise ValueError(f"At least one test has to be able to run, not {number}.")
    gate.set_limit(number)


def forget_failures() -> None:
    """Forget which logins were refused and which hosts could not be reached in this process.

    Without it, a login that was refused is not sent again for half an hour, and a host that could not be reached is
    not dialled again for a minute. It is for a program that knows that something was repaired.
    """
    gate.forget()

"""Gentle to relays: few tests at once, no refused login sent twice, no dead host dialled by every test in turn."""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TypeAlias

from pulumi_smtp_collab.connectivity.failure import Failure, Reply
from pulumi_smtp_collab.connectivity.machine_gate import MachineGate, RefusedLogin
from pulumi_smtp_collab.connectivity.plan import Observed, Plan
from pulumi_smtp_collab.connectivity.probes import ProbeFindings
from pulumi_smtp_collab.connectivity.progress import Progress
from pulumi_smtp_collab.connectivity.remembered import (
    REFUSED_LOGIN_SECONDS,
    UNREACHABLE_SECONDS,
    Admission,
    RememberedFailure,
    is_refused_login,
    is_unreachable,
    remembered,
)
from pulumi_smtp_collab.connectivity.secret_arguments import hide_secrets
from pulumi_smtp_collab.connectivity.wire.deadline import Deadline
from pulumi_smtp_collab.model.progress import StageProgress

_MAX_REMEMBERED = 10_000

_Key: TypeAlias = tuple[object, ...]


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
    shared_login: str


class Gate:
    """What the tests of one process know of each other. Safe to use from many threads.

    Args:
        at_once: How many tests may run at once for one host, port and user.
        shared: What is held across processes; None where this process goes by itself.
    """

    def __init__(self, at_once: int = 2, shared: MachineGate | None = None) -> None:
        self._at_once = at_once
        self._shared = shared
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
        if known is not None:
            yield Admission(known)
            return
        admission = Admission(None)
        try:
            with self._admit_beside_other_processes(keys, plan, progress) as known:
                admission.known = known
                yield admission
                self._tell_other_processes(keys, plan, admission)
        finally:
            with self._changed:
                self._remember(keys, plan, admission)
                self._running[keys.queue] -= 1
                if not self._running[keys.queue]:
                    del self._running[keys.queue]
                if keys.login is not None:
                    self._being_tried.discard(keys.login)
                self._changed.notify_all()

    @contextmanager
    def _admit_beside_other_processes(
        self, keys: _Keys, plan: Plan, progress: Progress
    ) -> Iterator[RememberedFailure | None]:
        """Wait for other processes' tests, as ``admit`` does for this one's; a login first, then the server."""
        if self._shared is None:
            yield None
            return
        for_ever = Deadline(math.inf, plan.machine.clock, plan.cancel)
        waited = 0.0

        def wait(seconds: float) -> None:
            nonlocal waited
            if not waited:
                progress.tell(StageProgress("turn", "begun", progress.attempt))
            waited += seconds
            for_ever.raise_if_cancelled()
            time.sleep(seconds)

        finds_out = keys.login is not None and keys.login not in self._accepted
        with ExitStack() as held:
            known = None
            if finds_out:
                held.enter_context(self._shared.lock(f"login {keys.shared_login}", 1, wait))
                known = self._known_of_other_processes(keys, plan)
            if known is None:
                held.enter_context(self._shared.lock(f"server {keys.queue}", self._at_once, wait))
            if waited:
                progress.tell(StageProgress("turn", "passed", progress.attempt, duration_ms=round(waited * 1000)))
            yield known

    def _known_of_other_processes(self, keys: _Keys, plan: Plan) -> RememberedFailure | None:
        password = plan.settings.password
        if self._shared is None or password is None:
            return None
        refused = self._shared.refused(keys.shared_login, password.get_secret_value(), REFUSED_LOGIN_SECONDS)
        if refused is None or plan.test.credentials_settle_seconds > refused.settle_seconds:
            return None
        first = Failure(
            "auth", "reply", reply=Reply(refused.code, refused.lines), command=refused.command, credentials_sent=True
        )
        return RememberedFailure(remembered(first, refused.label, time.time() - refused.at), ProbeFindings())

    def _tell_other_processes(self, keys: _Keys, plan: Plan, admission: Admission) -> None:
        failure, password = admission.failure, plan.settings.password
        if self._shared is None or failure is None or failure.reply is None or password is None:
            return
        if keys.login is not None and is_refused_login(failure):
            refused = RefusedLogin(
                time.time(),
                plan.test.credentials_settle_seconds,
                plan.label,
                failure.command,
                failure.reply.code,
                tuple(hide_secrets(line, plan, admission.observed) for line in failure.reply.lines),
            )
            self._shared.remember(keys.shared_login, password.get_secret_value(), refused)

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
        if keys.login is not None and is_refused_login(failure):
            self._accepted.discard(keys.login)
            _keep(self._refused, keys.login, memory)
        elif is_unreachable(failure):
            _keep(self._unreachable, keys.host, memory)

    def forget(self) -> None:
        """Forget all failures and logins, as a new process does."""
        if self._shared is not None:
            self._shared.forget()
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
        failure = remembered(memory.failure, memory.label, now - memory.at)
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
        queue = (*place, user if plan.logs_in else None)
        return _Keys(queue, host, login, shared_login=repr(login[:-1]) if login is not None else "")


def _keep(memories: dict[_Key, _Memory], key: _Key, memory: _Memory) -> None:
    while len(memories) >= _MAX_REMEMBERED:
        del memories[next(iter(memories))]
    memories[key] = memory


gate = Gate(shared=MachineGate.of_user())
"""The gate of this process, which knows of the user's other ones."""


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

    Without it, a login that was refused (in another process of the user too) is not sent again for half an hour, and a
    host that could not be reached is not dialled again for a minute. It is for a program that knows that something was
    repaired.
    """
    gate.forget()

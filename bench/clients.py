"""The clients that the bench sets side by side: each does the same test of a relay in its own way.

Ours is ``run_connectivity_test``; the others are used as their documentation shows, with a verified context where there
is TLS. Each is told its EHLO name, so that no look-up of this machine's name (smtplib's ``getfqdn``) is in the figures.
A client raises when the test did not pass: a figure for something that failed would be worth nothing.
"""

from __future__ import annotations

import asyncio
import smtplib
import ssl
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from shutil import which
from time import perf_counter
from typing import TYPE_CHECKING

from far_server import ONE_BY_ONE, PASSWORD, USERNAME

if TYPE_CHECKING:
    from pulumi_smtp_collab import ConnectivityReport, ConnectivityTest, SmtpSettings

EHLO_NAME = "near.example.test"
SENDER = "from@example.test"
RECIPIENT = "to@example.test"
_PATIENCE_SECONDS = 60

OURS = "run_connectivity_test"
SMTPLIB = "smtplib"
SMTPLIB_KEEPING = "smtplib, TLS context kept"


@dataclass(frozen=True)
class Task:
    """What is tested: one row of the tables.

    Attributes:
        name: what the table calls it.
        kind: the far server's port: plain, starttls or implicit; without PIPELINING, the same with ``ONE_BY_ONE``.
        login: whether the credentials are tested.
        check: how far the addresses are tested: none, sender or recipient.
        floor: the least number of round trips that the protocols allow (RFC 8446, 5321, 4954, 2920).
    """

    name: str
    kind: str
    login: bool
    check: str
    floor: int

    @property
    def tls(self) -> str:
        """The port's TLS: plain, starttls or implicit."""
        return self.kind.removesuffix(ONE_BY_ONE)


_BASE = (
    Task("plain, EHLO only", "plain", login=False, check="none", floor=3),
    Task("plain + AUTH", "plain", login=True, check="none", floor=4),
    Task("implicit TLS 1.3 + AUTH", "implicit", login=True, check="none", floor=5),
    Task("STARTTLS, TLS 1.3 + AUTH", "starttls", login=True, check="none", floor=7),
)
TASKS = _BASE + tuple(
    Task(f"{task.name}, {check}", task.kind, task.login, check, task.floor + 1)
    for check in ("sender", "recipient")
    for task in _BASE
)
"""The four modes, alone and with MAIL FROM, and with MAIL FROM and RCPT TO: one more flight, as PIPELINING allows."""

ONE_BY_ONE_TASKS = (
    Task("plain + AUTH, no PIPELINING, sender", f"plain{ONE_BY_ONE}", login=True, check="sender", floor=5),
    Task(
        "STARTTLS, TLS 1.3 + AUTH, no PIPELINING, sender", f"starttls{ONE_BY_ONE}", login=True, check="sender", floor=8
    ),
)
"""A relay that takes one command at a time: QUIT takes the sender back, and is not waited for."""


@dataclass(frozen=True)
class Relay:
    """Where a client goes: the address to dial, and the file of the CA that signed the certificate for it."""

    host: str
    port: int
    ca_file: str


@dataclass(frozen=True)
class Seconds:
    """When a client had its last answer but QUIT's, and when it was done."""

    answered: float
    done: float


Client = Callable[[Relay, Task], Seconds]


class NotPassedError(AssertionError):
    """Our test did not pass; the text is the report's.

    Attributes:
        code: the diagnosis's code.
    """

    def __init__(self, report: ConnectivityReport) -> None:
        super().__init__(str(report))
        self.code = report.diagnosis.code if report.diagnosis else report.status


@lru_cache(maxsize=64)
def _arguments(relay: Relay, task: Task) -> tuple[SmtpSettings, ConnectivityTest]:
    """Our test's arguments, checked once: a program makes them once and may test with them many times."""
    from pulumi_smtp_collab import ConnectivityTest, SmtpSettings  # noqa: PLC0415

    depth = task.check if task.check != "none" else "login" if task.login else "connect"
    settings = SmtpSettings(
        host=relay.host,
        port=relay.port,
        ssl=task.tls == "implicit",
        start_tls=task.tls == "starttls",
        from_address=SENDER,
        username=USERNAME if task.login else None,
        password=PASSWORD if task.login else None,
        ca_certificates=Path(relay.ca_file).read_text(encoding="ascii"),
        ehlo_name=EHLO_NAME,
        allow_plaintext_login=task.tls == "plain",
    )
    return settings, ConnectivityTest(depth=depth, recipient=RECIPIENT if depth == "recipient" else None)


def ours(relay: Relay, task: Task) -> Seconds:
    """The test of this project. It sends QUIT and does not wait for the answer."""
    from pulumi_smtp_collab import run_connectivity_test  # noqa: PLC0415

    settings, test = _arguments(relay, task)
    start = perf_counter()
    report = run_connectivity_test(settings, test)
    done = perf_counter() - start
    if not report.passed:
        raise NotPassedError(report)
    return Seconds(done, done)


def plain_smtplib(relay: Relay, task: Task) -> Seconds:
    """The standard library's client as its documentation uses it, given a context that verifies."""
    start = perf_counter()
    context = ssl.create_default_context(cafile=relay.ca_file) if task.tls != "plain" else None
    return _smtplib(relay, task, context, start)


@lru_cache(maxsize=8)
def _kept_context(ca_file: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file)


def smtplib_with_kept_context(relay: Relay, task: Task) -> Seconds:
    """As ``plain_smtplib``, in a program that tests again and again and keeps its TLS context, as ours is kept."""
    context = _kept_context(relay.ca_file) if task.tls != "plain" else None
    return _smtplib(relay, task, context, perf_counter())


def _smtplib(relay: Relay, task: Task, context: ssl.SSLContext | None, start: float) -> Seconds:
    if task.tls == "implicit":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            relay.host, relay.port, local_hostname=EHLO_NAME, timeout=_PATIENCE_SECONDS, context=context
        )
    else:
        smtp = smtplib.SMTP(relay.host, relay.port, local_hostname=EHLO_NAME, timeout=_PATIENCE_SECONDS)
    with smtp:
        if task.tls == "starttls":
            smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()
        if task.login:
            smtp.login(USERNAME, PASSWORD)
        if task.check != "none":
            assert smtp.mail(SENDER)[0] == 250
        if task.check == "recipient":
            assert smtp.rcpt(RECIPIENT)[0] == 250
        answered = perf_counter() - start
        smtp.quit()
    return Seconds(answered, perf_counter() - start)


async def _aiosmtplib(relay: Relay, task: Task) -> Seconds:
    import aiosmtplib  # noqa: PLC0415

    start = perf_counter()
    smtp = aiosmtplib.SMTP(
        hostname=relay.host,
        port=relay.port,
        local_hostname=EHLO_NAME,
        timeout=_PATIENCE_SECONDS,
        use_tls=task.tls == "implicit",
        start_tls=task.tls == "starttls",
        tls_context=ssl.create_default_context(cafile=relay.ca_file) if task.tls != "plain" else None,
    )
    await smtp.connect()
    if task.login:
        await smtp.login(USERNAME, PASSWORD)
    else:
        await smtp.ehlo()
    if task.check != "none":
        await smtp.mail(SENDER)
    if task.check == "recipient":
        await smtp.rcpt(RECIPIENT)
    answered = perf_counter() - start
    await smtp.quit()
    return Seconds(answered, perf_counter() - start)


def aiosmtplib_client(relay: Relay, task: Task) -> Seconds:
    """Aiosmtplib, an event loop of its own each time."""
    return asyncio.run(_aiosmtplib(relay, task))


def swaks(relay: Relay, task: Task) -> Seconds:
    """The program swaks, from its start to its end: QUIT is waited for."""
    stop_after = {"none": "AUTH" if task.login else "FIRST-EHLO", "sender": "MAIL", "recipient": "RCPT"}[task.check]
    command = ["swaks", "--server", relay.host, "--port", str(relay.port), "--helo", EHLO_NAME, "--from", SENDER]
    command += ["--to", RECIPIENT, "--quit-after", stop_after, "--timeout", str(_PATIENCE_SECONDS), "--hide-all"]
    if task.login:
        command += ["--auth", "PLAIN", "--auth-user", USERNAME, "--auth-password", PASSWORD]
    if task.tls != "plain":
        command += ["--tls" if task.tls == "starttls" else "--tls-on-connect"]
        command += ["--tls-verify", "--tls-ca-path", relay.ca_file]
    start = perf_counter()
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=2 * _PATIENCE_SECONDS)
    done = perf_counter() - start
    if result.returncode != 0:
        raise AssertionError(f"swaks failed ({result.returncode}): {result.stdout}{result.stderr}")
    return Seconds(done, done)


def _installed(distribution: str) -> bool:
    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True


_EVERY_CLIENT: dict[str, Client] = {
    OURS: ours,
    SMTPLIB: plain_smtplib,
    SMTPLIB_KEEPING: smtplib_with_kept_context,
    "aiosmtplib": aiosmtplib_client,
    "swaks": swaks,
}


def why_no_swaks() -> str:
    """Return why swaks can't be measured here, as a clause; empty where it can."""
    if not which("swaks"):
        return "there is no swaks on PATH"
    said = subprocess.run(["swaks", "--support"], capture_output=True, text=True, check=False).stdout
    return "" if "=== TLS supported" in said else "swaks has no TLS here (it needs Net::SSLeay)"


def names_here() -> list[str]:
    """Return the names of the clients that this machine has. Ours and smtplib are always there.

    The smtplib that keeps its context is not among them: it differs in nothing but the time of a test.
    """
    there = {SMTPLIB_KEEPING: False, "aiosmtplib": _installed("aiosmtplib"), "swaks": not why_no_swaks()}
    return [name for name in _EVERY_CLIENT if there.get(name, True)]


def clients(names: list[str]) -> dict[str, Client]:
    """Return the clients of these names.

    Raises:
        KeyError: no client has that name.
    """
    return {name: _EVERY_CLIENT[name] for name in names}


def versions() -> dict[str, str]:
    """Return what the tables say about each client's version."""
    said = {"smtplib": f"Python {sys.version.split()[0]}"}
    if _installed("aiosmtplib"):
        said["aiosmtplib"] = version("aiosmtplib")
    if which("swaks"):
        first_line = subprocess.run(["swaks", "--version"], capture_output=True, text=True, check=True).stdout
        said["swaks"] = first_line.splitlines()[0].rpartition(" ")[2]
    return said

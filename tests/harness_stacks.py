"""Stacks that save in an account of the fake Harness: the way there, the program, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fake_harness import MASK, Account, FakeHarness, RecordedRequest, StoredSmtpConfig
from mailservers import MailServer
from pages import PROJECT_FOLDER
from programs import KIND, provider
from pulumi_stack import secret_forms
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.stack import Stack

SMTP = "/ng/api/smtpConfig"
VALIDATE = f"{SMTP}/validate-connectivity"
PASSWORD = "canary-pw/1+é"
LOGIN = {"username": "pipeline", "password": PASSWORD}


def relay(**options: Any) -> MailServer:
    """A relay that takes mail after a login, in plain text as it is on this machine."""
    credentials = {"pipeline": PASSWORD, "second": "canary-2nd"}
    return MailServer(credentials=credentials, login_required=True, plaintext_login=True, **options)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """The relay, running; `tests/conftest.py` names this module as a plugin."""
    with relay() as server:
        yield server


def mail_by(server: MailServer, **arguments: Any) -> str:
    """Return a program with one provider that uses the relay, its login included."""
    return provider(**{"host": "127.0.0.1", "port": server.port, "display_name": "corp mail", **LOGIN, **arguments})


def way_to(harness: FakeHarness, account: Account, key: str = "") -> dict[str, str]:
    """Return the environment variables that Harness's users know."""
    return {
        "HARNESS_ENDPOINT": harness.endpoint,
        "HARNESS_ACCOUNT_ID": account.id,
        "HARNESS_PLATFORM_API_KEY": key or account.api_key(),
    }


def in_harness(stack: Stack) -> Stack:
    """Say in the stack's committed configuration that it saves in Harness (no command: each costs a second)."""
    path = stack.folder / f"Pulumi.{stack.name}.yaml"
    text = path.read_text("utf-8") if path.exists() else ""
    path.write_text(f"{text}config:\n  smtp-collab:target: harness\n", encoding="utf-8")
    return stack


def harness_stack(make_stack: MakeStack, harness: FakeHarness, account: Account, program: str, key: str = "") -> Stack:
    """Make a stack that saves in the account, with all else from the environment."""
    return in_harness(make_stack(program, environment=way_to(harness, account, key)))


def stored(account: Account) -> StoredSmtpConfig:
    """Return what the account holds; it has to be there."""
    assert account.smtp_config is not None, f"the account {account.id} holds no SMTP config"
    return account.smtp_config


def saved(stack: Stack) -> dict[str, Any]:
    """Return the one provider that the state holds."""
    (resource,) = stack.resources(KIND)
    return resource


def writes(harness: FakeHarness) -> list[str]:
    """Return the methods of all writes that arrived, in order."""
    return [one.method for one in harness.requests if one.method != "GET" and one.path != VALIDATE]


def assert_nothing_leaks(stack: Stack, harness: FakeHarness, *secrets: str) -> None:
    """Assert that neither the stack's files and output nor the URLs and headers of requests show a secret."""
    for secret in secrets:
        forms = secret_forms(secret, "pipeline")
        assert not stack.leaks(forms)
        for request in harness.requests:
            shown = f"{request.target} {dict(request.headers)}".encode()
            assert not any(form in shown for form in forms.values()), request.target
    assert not any(MASK.encode() in one.body for one in harness.requests), "the mask is never sent"


def last_request(harness: FakeHarness, method: str) -> RecordedRequest:
    """Return the last request of a method."""
    return [one for one in harness.requests if one.method == method][-1]


def at_harness(harness: FakeHarness, standing_for: Mapping[str, str]) -> dict[str, str]:
    """Return what the page has in place of a run's host and of more."""
    return {f"127.0.0.1:{harness.port}": "app.harness.io", **standing_for}


def assert_documented(printed: str, standing_for: Mapping[str, str]) -> None:
    """Assert that `docs/harness.md` shows this message as it was printed.

    Args:
        printed: What Pulumi printed.
        standing_for: What the run had (a host, an account) and what the page has in its place.
    """
    for real, shown in standing_for.items():
        printed = printed.replace(real, shown)
    page = (PROJECT_FOLDER / "docs" / "harness.md").read_text("utf-8")
    blocks = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    assert any(_lines(block) <= _within(_lines(block), printed) for block in blocks), f"not on the page:\n{printed}"


def _lines(block: str) -> set[str]:
    return {_masked(line) for line in block.splitlines() if line.strip() not in {"", "..."}}


def _within(lines: set[str], printed: str) -> set[str]:
    shown = "\n".join(_masked(line) for line in printed.splitlines())
    return {line for line in lines if line in shown}


def _masked(line: str) -> str:
    """Return a line without what differs from run to run: identifiers and times."""
    line = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "CORRELATION", line.strip())
    line = re.sub(r"(?<![\w-])[\w-]{22}(?![\w-])", "UUID", line)
    return re.sub(r"\d+ ms", "MILLISECONDS", line)

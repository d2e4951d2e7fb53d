"""The fixtures of tests on the fake Harness; `tests/conftest.py` names this module as a plugin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fake_harness.accounts import Account
from fake_harness.probe import Client
from fake_harness.server import FakeHarness


@pytest.fixture
def harness() -> Iterator[FakeHarness]:
    """A Harness without accounts.

    Its delegates have a fifth of the time that Harness gives them: enough for real mails on a busy machine. A test that
    waits for a limit to pass says `account.delegates.time_scale = 0.02`.
    """
    with FakeHarness(time_scale=0.2) as server:
        yield server


@pytest.fixture
def account(harness: FakeHarness) -> Account:
    """An account of it."""
    return harness.add_account()


@pytest.fixture
def client(harness: FakeHarness) -> Client:
    """A client of NextGen, with an account of its own."""
    account = harness.add_account()
    return Client(harness, account, account.api_key())


@pytest.fixture
def first(harness: FakeHarness) -> Client:
    """A client of FirstGen, with an account of its own."""
    account = harness.add_account()
    return Client(harness, account, account.api_key(generation="firstgen"))

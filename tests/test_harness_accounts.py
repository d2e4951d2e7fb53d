"""From the settings to the account: what is saved stays in its account, and moving it needs both accounts' keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fake_harness import Account, FakeHarness
from harness_access import config
from mailservers import Authority

from pulumi_smtp_collab import TargetError
from pulumi_smtp_collab.model.target import TargetArguments
from pulumi_smtp_collab.targets.harness.client import HarnessClient
from pulumi_smtp_collab.targets.harness.nextgen import NextGenSmtpConfig
from pulumi_smtp_collab.targets.harness.settings import HarnessAccess, TargetSettings


@pytest.fixture
def harness(authority: Authority) -> Iterator[FakeHarness]:
    """A self-managed Harness with a certificate of a private CA."""
    with FakeHarness(authority.server_context("localhost"), hostname="localhost") as harness:
        yield harness


def target(access: HarnessAccess | None) -> NextGenSmtpConfig:
    assert access is not None
    warnings: list[str] = []
    return NextGenSmtpConfig(HarnessClient(access), warnings.append)


def settings(harness: FakeHarness, authority: Authority, account: Account, **variables: str) -> TargetSettings:
    """The settings of a stack that is meant for an account."""
    stack = {
        "smtp-collab:target": "harness",
        "smtp-collab:harnessEndpoint": harness.endpoint,
        "smtp-collab:harnessAccountId": account.id,
        "smtp-collab:harnessCaCertificates": authority.pem,
    }
    return TargetSettings(stack.get, variables)


def test_moving_to_another_account(harness: FakeHarness, authority: Authority) -> None:
    """The new config is made with the new key, the old one deleted with the old key; with one key it stops."""
    old, new = harness.add_account(), harness.add_account()
    keys = {account.id: account.api_key() for account in (old, new)}
    before = settings(harness, authority, old, HARNESS_PLATFORM_API_KEY=keys[old.id]).choose().access
    made = target(before).create(config()).held
    assert before is not None
    recorded = before.saved_in

    one_key = settings(harness, authority, new, HARNESS_PLATFORM_API_KEY=keys[new.id])
    target(one_key.choose().access).create(config())
    with pytest.raises(TargetError, match="only keys of other accounts"):
        one_key.for_recorded(recorded)
    assert old.smtp_config is not None

    both = settings(harness, authority, new, HARNESS_PLATFORM_API_KEY=keys[new.id], OLD=keys[old.id])
    target(both.for_recorded(recorded, TargetArguments(api_key_env="OLD"))).delete(made)
    assert [account.smtp_config is None for account in (old, new)] == [True, False]


def test_two_accounts_in_one_program(harness: FakeHarness, authority: Authority) -> None:
    """Each resource's target names its account and where its key is."""
    accounts = harness.add_account(), harness.add_account()
    keys = {f"KEY_{number}": account.api_key() for number, account in enumerate(accounts)}
    stack = settings(harness, authority, accounts[0], **keys)
    for number, account in enumerate(accounts):
        chosen = stack.choose({"accountId": account.id, "apiKeyEnv": f"KEY_{number}"})
        target(chosen.access).create(config(name=f"n{number}"))
    assert [account.smtp_config.name for account in accounts if account.smtp_config] == ["n0", "n1"]

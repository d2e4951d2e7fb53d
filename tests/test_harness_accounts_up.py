"""Which account a stack saves in, on the real engine: chosen, missing, moved, and its keys rotated or refused."""

from __future__ import annotations

import pytest
from fake_harness import NEXTGEN_PERMISSIONS, Account, FakeHarness
from harness_stacks import (
    PASSWORD,
    SMTP,
    assert_documented,
    assert_nothing_leaks,
    at_harness,
    harness_stack,
    in_harness,
    mail_by,
    saved,
    stored,
    way_to,
    writes,
)
from mailservers import Authority, MailServer
from programs import KIND, Code, declaration, program
from pulumi_stack.fixtures import MakeStack

pytestmark = [pytest.mark.engine, pytest.mark.inline]


def configured(harness: FakeHarness, account: Account) -> dict[str, str]:
    """Return the plain configuration of a stack that saves in the account."""
    return {
        "smtp-collab:target": "harness",
        "smtp-collab:harnessEndpoint": harness.origin,
        "smtp-collab:harnessAccountId": account.id,
    }


def test_all_by_configuration_and_a_rotated_key(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """The configuration is enough, and what refresh and destroy use is that of the last up.

    So after a new key in it their 401 says what to do: the environment variable, which wins, or an up.
    """
    first, second = account.api_key(), account.api_key()
    stack = make_stack(mail_by(mail))
    stack.config_set_all(configured(harness, account), {"smtp-collab:harnessApiKey": first})
    stack.up().succeeded()
    assert saved(stack)["outputs"]["savedIn"]["endpoint"] == harness.origin

    stack.config_set("smtp-collab:harnessApiKey", second, secret=True)
    account.revoke(first)
    refused = stack.refresh().failed().text
    assert f"Reading the SMTP config failed at 127.0.0.1:{harness.port}." in refused
    assert "Seen: 401 INVALID_TOKEN: Token is not valid. (correlationId " in refused
    assert "the API key was read from the stack's configuration key smtp-collab:harnessApiKey" in refused
    assert "run `pulumi up` first, or give `--run-program`, or set the environment variable" in refused
    assert_documented(refused, at_harness(harness, {account.id: "ACCOUNT"}))
    assert "401 INVALID_TOKEN" in stack.destroy().failed().text
    assert account.smtp_config is not None

    stack.environment["HARNESS_PLATFORM_API_KEY"] = second
    stack.refresh("--expect-no-changes").succeeded()
    del stack.environment["HARNESS_PLATFORM_API_KEY"]
    stack.up("--expect-no-changes").succeeded()
    stack.destroy().succeeded()
    assert account.smtp_config is None
    assert_nothing_leaks(stack, harness, first, second, PASSWORD)


def test_what_is_wrong_or_missing_is_found_in_preview(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """Every setting by its name, no key ever shown, and nobody asked."""
    stack = in_harness(make_stack(mail_by(mail)))
    text = stack.preview().failed().text
    assert "HARNESS_PLATFORM_API_KEY: is missing: the target harness needs an API key" in text
    assert "HARNESS_ACCOUNT_ID: is missing: the target harness needs the account's id" in text
    assert_documented(text, {})

    other = harness.add_account()
    key = other.api_key()
    stack.environment |= way_to(harness, account, key) | {"HARNESS_ENDPOINT": "http://harness.example.com"}
    text = stack.preview().failed().text
    assert "HARNESS_ENDPOINT: must be an https URL" in text
    assert f"holds a key of the account {other.id}, and the account is {account.id}" in text

    target = {"kind": "harness", "api_key_env": key}
    stack.write_program(mail_by(mail, target=target, connectivity_test={"test_from": "both"}))
    text = stack.preview().failed().text
    assert "target.api_key_env: must be the name of an environment variable, never a key" in text
    assert "connectivity_test.delegate_test_recipient: is missing" in text

    misspelt = stack.folder / "Pulumi.dev.yaml"
    misspelt.write_text(misspelt.read_text("utf-8").replace("target: harness", "target: harnes"), encoding="utf-8")
    stack.write_program(mail_by(mail, delegate_selectors=["k8s"]))
    text = stack.preview().failed().text
    assert "smtp-collab:target: must be one of state, harness, harness-firstgen: 'harnes'" in text
    misspelt.write_text(misspelt.read_text("utf-8").replace("target: harnes", "target: state"), encoding="utf-8")
    assert "delegate_selectors: is for providers that are saved in Harness" in stack.preview().failed().text
    assert not harness.requests
    assert_nothing_leaks(stack, harness, key)


def test_two_accounts_in_one_program(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """The target argument wins over environment and configuration; it names where a key lies, and holds none."""
    second, third = harness.add_account(), harness.add_account()
    key, second_key, third_key = account.api_key(), second.api_key(), third.api_key()
    login = {"username": "pipeline", "password": PASSWORD}
    relayed = {"host": "127.0.0.1", "port": mail.port, "from_address": "ci@example.test", **login}
    relayed["display_name"] = "corp mail"  # unique in each target
    stack = harness_stack(
        make_stack,
        harness,
        account,
        "from pulumi_smtp_collab import TargetArgs\n"
        + program(
            declaration("one", **relayed),
            declaration(
                "two", **relayed, target=Code(f"TargetArgs(account_id={second.id!r}, api_key_env='SECOND_KEY')")
            ),
            declaration("three", **relayed, target={"account_id": third.id, "api_key_config": "thirdKey"}),
            declaration("four", **relayed, target={"kind": "state"}),
        ),
        key,
    )
    stack.environment["SECOND_KEY"] = second_key
    stack.config_set("smtp-collab:thirdKey", third_key, secret=True)
    stack.up().succeeded()
    assert [stored(each).name for each in (account, second, third)] == ["corp mail"] * 3
    stack.up("--refresh", "--expect-no-changes").succeeded()
    stack.destroy().succeeded()
    assert [each.smtp_config for each in (account, second, third)] == [None] * 3
    assert_nothing_leaks(stack, harness, key, second_key, third_key, PASSWORD)


def test_moving_to_another_account_needs_both_keys(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """The environment wins over the configuration: what the stack saves moves to the account that it names.

    Without a key of the old account nothing is asked of either, and nothing is lost.
    """
    other = harness.add_account()
    key, other_key = account.api_key(), other.api_key()
    stack = make_stack(mail_by(mail))
    stack.config_set_all(configured(harness, account), {"smtp-collab:harnessApiKey": key})
    stack.up().succeeded()
    old = saved(stack)["id"]

    stack.run("config", "rm", "smtp-collab:harnessApiKey").succeeded()
    stack.environment |= way_to(harness, other, other_key)
    refused = stack.up().failed().text
    assert f"It is saved in the account {account.id} of 127.0.0.1:{harness.port}, and there are only keys of other" in (
        refused
    )
    assert f"(of the account {other.id})" in refused
    assert_documented(refused, at_harness(harness, {account.id: "OLD", other.id: "NEW"}))
    assert (stored(account).uuid, other.smtp_config, saved(stack)["id"]) == (old, None, old)

    stack.config_set("smtp-collab:harnessApiKey", key, secret=True)
    assert "replace" in stack.preview().succeeded().text
    stack.up().succeeded()
    assert account.smtp_config is None
    assert saved(stack)["id"] == stored(other).uuid
    assert saved(stack)["outputs"]["savedIn"]["accountId"] == other.id
    assert_nothing_leaks(stack, harness, key, other_key)


def test_a_missing_permission_says_who_can_grant_it(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """Of saving and of deleting; nothing is saved, nothing is lost."""
    key = account.api_key(NEXTGEN_PERMISSIONS - {"core_smtp_edit"})
    stack = harness_stack(make_stack, harness, account, mail_by(mail), key)
    refused = stack.up().failed().text
    assert "Seen: 403 NG_ACCESS_DENIED: User not authorized. Missing permission core_smtp_edit on smtp" in refused
    assert "a resource group with SMTP is enough" in refused
    assert_documented(refused, at_harness(harness, {}))
    assert "Nothing was saved." in refused
    assert not stack.resources(KIND)

    stack.environment["HARNESS_PLATFORM_API_KEY"] = account.api_key(NEXTGEN_PERMISSIONS - {"core_smtp_delete"})
    stack.up().succeeded()
    assert "Missing permission core_smtp_delete" in stack.destroy().failed().text
    assert saved(stack)["id"] == stored(account).uuid


def test_a_private_ca_of_the_endpoint(make_stack: MakeStack, mail: MailServer) -> None:
    """A self-managed Harness behind a private CA is trusted where the stack's configuration holds the CA."""
    with (
        Authority() as authority,
        FakeHarness(authority.server_context("localhost"), hostname="localhost") as harness,
    ):
        account = harness.add_account()
        stack = harness_stack(make_stack, harness, account, mail_by(mail))
        refused = stack.up().failed().text
        assert "the certificate was not accepted" in refused
        assert "smtp-collab:harnessCaCertificates" in refused
        assert not harness.requests
        stack.config_set("smtp-collab:harnessCaCertificates", authority.pem)
        stack.up().succeeded()
        assert stored(account).name == "corp mail"


def test_a_provider_moves_from_the_state_to_harness(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """The stack's configuration changes the target: the provider is replaced, and saved in Harness from then on."""
    stack = make_stack(mail_by(mail), environment=way_to(harness, account))
    stack.up().succeeded()
    assert saved(stack)["outputs"]["savedIn"]["target"] == "state"
    in_harness(stack)
    stack.up().succeeded()
    assert saved(stack)["id"] == stored(account).uuid
    assert [one.path for one in harness.requests if one.method == "POST"] == [SMTP]
    assert writes(harness) == ["POST"]

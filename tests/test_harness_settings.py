"""Which target, account and key are meant: precedence, and every wrong or missing setting found by its name."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from life_cycle_cases import EncryptedTextCase, ProviderCase
from mailservers import Authority

from pulumi_smtp_collab import TargetError
from pulumi_smtp_collab.model.partial_validation import UNKNOWN
from pulumi_smtp_collab.model.properties import saved_provider_arguments
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.target import SavedIn, TargetArguments
from pulumi_smtp_collab.targets.harness.endpoints import SAAS
from pulumi_smtp_collab.targets.harness.settings import TargetChoice, TargetSettings

A, B = "accountA0123456789abcd", "accountB0123456789abcd"
KEY_A, KEY_B = f"pat.{A}.65f0.s3cretA", f"sat.{B}.65f0.s3cretB"
OLD_KEY_A = base64.b64encode(f"{A}::{'k' * 80}".encode()).decode()
SECRETS = ("s3cret", OLD_KEY_A)


def settings(config: dict[str, Any], environment: dict[str, str] | None = None) -> TargetSettings:
    return TargetSettings({f"smtp-collab:{name}": value for name, value in config.items()}.get, environment or {})


def choose(
    config: dict[str, Any], environment: dict[str, str] | None = None, given: dict[str, Any] | None = None
) -> TargetChoice:
    choice = settings(config, environment).choose(given)
    shown = repr(choice) + "".join(fault.reason + fault.rule for fault in choice.faults)
    assert not any(secret in shown for secret in SECRETS)
    return choice


def faults(*given: Any) -> dict[str, str]:
    choice = choose(*given)
    assert choice.access is None
    return {fault.argument: fault.reason for fault in choice.faults}


def test_state_is_the_default() -> None:
    """Without a target nothing is needed, and Harness's variables mean nothing."""
    assert choose({}, {"HARNESS_ENDPOINT": "nonsense"}) == TargetChoice("state")


def test_all_by_configuration() -> None:
    """The stack's configuration is enough; the endpoint is the SaaS by default."""
    choice = choose({"target": "harness", "harnessAccountId": A, "harnessApiKey": KEY_A})
    assert choice.access is not None
    assert (choice.access.generation, choice.access.endpoint, choice.access.account_id) == ("harness", SAAS, A)
    assert choice.access.key.value == KEY_A
    assert choice.access.key.source == "the stack's configuration key smtp-collab:harnessApiKey"
    assert choice.access.key.from_config
    assert choice.access.saved_in == SavedIn(target="harness", endpoint=SAAS, account_id=A)


def test_environment_wins_over_configuration() -> None:
    """Each of Harness's own variables replaces its configuration key; an empty one says nothing."""
    config = {
        "target": "harness",
        "harnessAccountId": A,
        "harnessApiKey": KEY_A,
        "harnessEndpoint": "https://a.example",
    }
    environment = {
        "HARNESS_ENDPOINT": "https://b.example/gateway/",
        "HARNESS_ACCOUNT_ID": B,
        "HARNESS_PLATFORM_API_KEY": KEY_B,
    }
    access = choose(config, environment).access
    assert access is not None
    assert (access.endpoint, access.account_id, access.key.value) == ("https://b.example/gateway", B, KEY_B)
    assert access.key.source == "the environment variable HARNESS_PLATFORM_API_KEY"
    empty = choose(config, dict.fromkeys(environment, "")).access
    assert empty is not None
    assert (empty.endpoint, empty.account_id) == ("https://a.example", A)


def test_firstgen_has_a_variable_of_its_own() -> None:
    """HARNESS_API_KEY is for FirstGen, HARNESS_PLATFORM_API_KEY for NextGen."""
    environment = {"HARNESS_ACCOUNT_ID": A, "HARNESS_API_KEY": OLD_KEY_A, "HARNESS_PLATFORM_API_KEY": KEY_A}
    choice = choose({"target": "harness-firstgen"}, environment)
    assert choice.access is not None
    assert choice.access.key.value == OLD_KEY_A
    assert choice.access.key.account_id == A


@pytest.mark.parametrize("kind", ["pat", "sat"])
def test_key_of_the_older_form(kind: str) -> None:
    """``pat.<token>.<secret>`` is valid and names no account: its second part is taken for none."""
    key = f"{kind}.65f0a1b2c3d4e5f6a7b8c9d0.s3cretA"
    access = choose({"target": "harness", "harnessAccountId": A, "harnessApiKey": key}).access
    assert access is not None
    assert (access.account_id, access.key.account_id) == (A, None)
    assert settings({"harnessApiKey": key}).for_recorded(RECORDED).key.value == key
    firstgen = faults({"target": "harness-firstgen", "harnessAccountId": A, "harnessApiKey": key})
    assert "key of NextGen" in next(iter(firstgen.values()))
    mistaken = faults({"target": "harness", "harnessAccountId": key, "harnessApiKey": KEY_A})
    assert "must be an account's id" in mistaken["smtp-collab:harnessAccountId"]


def test_the_resource_wins() -> None:
    """Two accounts in one program: the argument names where its key is, and holds none."""
    config = {"target": "harness", "harnessAccountId": A, "harnessApiKey": KEY_A, "otherKey": KEY_B}
    by_config = choose(config, {}, {"accountId": B, "apiKeyConfig": "otherKey"}).access
    by_variable = choose(config, {"OTHER": KEY_B}, {"kind": "harness", "account_id": B, "api_key_env": "OTHER"}).access
    assert by_config is not None
    assert by_variable is not None
    assert by_config.key.value == by_variable.key.value == KEY_B
    assert by_config.key.source == "the stack's configuration key smtp-collab:otherKey"
    assert choose(config, {}, {"kind": "state"}) == TargetChoice("state")


@pytest.mark.parametrize("name", ["kind", "endpoint", "account_id", "api_key_env"])
def test_unknown_values_wait(name: str) -> None:
    """What a preview doesn't know yet is no fault, and no way to an account."""
    config = {"target": "harness", "harnessAccountId": A, "harnessApiKey": KEY_A}
    choice = choose(config, {}, {name: UNKNOWN})
    assert (choice.access, choice.faults) == (None, ())


def test_everything_missing_is_named_at_once() -> None:
    """Account and key are both named, with the variable and the configuration key."""
    found = faults({"target": "harness"})
    assert set(found) == {"HARNESS_ACCOUNT_ID", "HARNESS_PLATFORM_API_KEY"}
    assert "smtp-collab:harnessAccountId" in found["HARNESS_ACCOUNT_ID"]
    assert "smtp-collab:harnessApiKey" in found["HARNESS_PLATFORM_API_KEY"]
    told = faults({"target": "harness", "harnessApiKey": KEY_A})
    assert A in told["HARNESS_ACCOUNT_ID"]
    assert "HARNESS_API_KEY" in faults({"target": "harness-firstgen", "harnessAccountId": A})


@pytest.mark.parametrize(
    ("config", "environment", "given", "named", "says"),
    [
        ({"target": "harnes"}, {}, {}, "smtp-collab:target", "must be one of state, harness, harness-firstgen"),
        ({}, {}, {"kind": "HARNESS"}, "target.kind", "must be one of"),
        ({"target": "harness"}, {}, {"api_key": KEY_A}, "target.api_key", "is not an argument"),
        ({}, {}, {"endpoint": "https://x"}, "target.endpoint", "no meaning for the target state"),
        ({}, {"HARNESS_ENDPOINT": "app.harness.io"}, {}, "HARNESS_ENDPOINT", "must be a URL such as"),
        ({}, {"HARNESS_ENDPOINT": "http://h.example"}, {}, "HARNESS_ENDPOINT", "must be an https URL"),
        ({"harnessEndpoint": "https://u:s3cret@h"}, {}, {}, "smtp-collab:harnessEndpoint", "without user, password"),
        ({}, {}, {"endpoint": "https://h:99999"}, "target.endpoint", "must be a URL such as"),
        ({}, {"HARNESS_ACCOUNT_ID": KEY_A}, {}, "HARNESS_ACCOUNT_ID", "must be an account's id"),
        ({"harnessAccountId": "a/b"}, {}, {}, "smtp-collab:harnessAccountId", "must be an account's id"),
        (
            {},
            {"HARNESS_PLATFORM_API_KEY": f"{KEY_A}\n"},
            {},
            "the environment variable HARNESS_PLATFORM",
            "a line break",
        ),
        ({"harnessApiKey": "s3cret ä"}, {}, {}, "the stack's configuration key smtp-collab:h", "that no API key has"),
        ({"harnessApiKey": OLD_KEY_A}, {}, {}, "the stack's configuration key", "a key of FirstGen"),
        (
            {"harnessApiKey": KEY_B},
            {},
            {},
            "the stack's configuration key",
            f"of the account {B}, and the account is {A}",
        ),
        ({}, {}, {"api_key_env": KEY_A}, "target.api_key_env", "name of an environment variable, never a key"),
        ({}, {}, {"api_key_env": OLD_KEY_A}, "target.api_key_env", "never a key"),
        ({}, {}, {"api_key_config": KEY_A}, "target.api_key_config", "name of a key of the stack's configuration"),
        ({}, {}, {"api_key_env": "NOWHERE"}, "target.api_key_env", "NOWHERE, which is not set"),
        ({}, {}, {"api_key_config": "no"}, "target.api_key_config", "smtp-collab:no, which is not set"),
        ({}, {}, {"api_key_env": "E", "api_key_config": "c"}, "target.api_key_env", "exclude each other"),
        ({"harnessCaCertificates": "ca.pem"}, {}, {}, "smtp-collab:harnessCaCertificates", "looks like a file's name"),
    ],
)
def test_wrong_settings(
    config: dict[str, Any], environment: dict[str, str], given: dict[str, Any], named: str, says: str
) -> None:
    """Each wrong setting is one fault that names it, and shows no key."""
    if "state" not in says and "one of" not in says:
        config = {"target": "harness", "harnessAccountId": A, "harnessApiKey": KEY_A, **config}
    found = faults(config, environment, given)
    assert len(found) == 1, found
    [(argument, reason)] = found.items()
    assert argument.startswith(named)
    assert says in reason


def test_private_ca_is_kept() -> None:
    """The CA's text is normalised and belongs to the access."""
    with Authority() as authority:
        config = {"target": "harness", "harnessAccountId": A, "harnessApiKey": KEY_A}
        access = choose({**config, "harnessCaCertificates": authority.pem}).access
    assert access is not None
    assert "BEGIN CERTIFICATE" in str(access.ca_certificates)


RECORDED = SavedIn(target="harness", endpoint="https://old.example", account_id=A)


def test_what_is_recorded_is_acted_on() -> None:
    """Endpoint and account are the recorded ones, be the settings others by now; the key is one of that account."""
    config = {"target": "harness", "harnessAccountId": B, "harnessApiKey": KEY_A}
    access = settings(config, {"HARNESS_PLATFORM_API_KEY": KEY_B}).for_recorded(RECORDED)
    assert (access.endpoint, access.account_id, access.key.value) == ("https://old.example", A, KEY_A)
    by_name = settings(config, {"OLD": KEY_A}).for_recorded(RECORDED, TargetArguments(api_key_env="OLD"))
    assert by_name.key.source == "the environment variable OLD"
    silent = settings({"harnessApiKey": "opaque"}).for_recorded(RECORDED)
    assert silent.key.value == "opaque"


def test_key_of_another_account_is_refused() -> None:
    """Moving to another account needs both keys: with the new one alone the old config is not touched."""
    with pytest.raises(
        TargetError, match=f"only keys of other accounts: .*HARNESS_PLATFORM_API_KEY .of the account {B}"
    ):
        settings({}, {"HARNESS_PLATFORM_API_KEY": KEY_B}).for_recorded(RECORDED)
    with pytest.raises(TargetError, match="there is no API key for it: set HARNESS_PLATFORM_API_KEY"):
        settings({}).for_recorded(RECORDED)
    with pytest.raises(TargetError, match="names the environment variable GONE, which is not set"):
        settings({}).for_recorded(RECORDED, TargetArguments(api_key_env="GONE"))
    with pytest.raises(TargetError, match="the recorded endpoint must be a URL"):
        settings({"harnessApiKey": KEY_A}).for_recorded(RECORDED.model_copy(update={"endpoint": "?"}))


@pytest.mark.parametrize("wrong", [{"kind": "harnes"}, {"kind": "state", "colour": "red"}])
def test_a_wrong_target_is_one_fault(wrong: dict[str, Any]) -> None:
    """What is wrong inside of the target is said once, by its full name, for a provider and for an Encrypted Text."""
    given = {"host": "localhost", "fromAddress": "ci@example.test", "displayName": "Mail", "target": wrong}
    (fault,) = ProviderCase().check(given).faults
    assert fault.startswith(f"target.{list(wrong)[-1]}: ")
    (fault,) = EncryptedTextCase().check({"name": "n", "value": "v", "target": wrong}).faults
    assert fault.startswith(f"target.{list(wrong)[-1]}: ")


def test_a_refresh_leaves_the_test_as_it_is() -> None:
    """What Harness holds is put over what is recorded, and the connectivity test is no part of it."""
    test = {"mode": "warn", "delegateTestRecipient": "you@example.com"}
    given = {"host": "h.example", "fromAddress": "a@b.example", "displayName": "Mail", "connectivityTest": test}
    recorded = ProviderArguments.model_validate(given)
    by_name = {name: getattr(recorded, name) for name in type(recorded).model_fields}
    assert saved_provider_arguments(by_name) == recorded

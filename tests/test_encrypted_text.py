"""Encrypted Text: a secret of its own, its usage scope, and the provider whose password it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from fake_harness import Account, FakeHarness
from harness_access import InAccount
from life_cycle_cases import EncryptedTextCase, ProviderCase
from pydantic import SecretStr

from pulumi_smtp_collab import (
    EncryptedText,
    SmtpCollaborationError,
    SmtpCollaborationProvider,
    UsageScope,
    UsageScopeEntry,
)
from pulumi_smtp_collab.model.encrypted_text import EncryptedTextArguments
from pulumi_smtp_collab.model.partial_validation import UNKNOWN
from pulumi_smtp_collab.targets.harness.firstgen_texts import FirstGenTexts

OLD, NEW = "canary-old/1+é", "canary-new/2+é"
PROD_SCOPE = {"entries": [{"applications": ["app"], "environmentTypes": ["PROD"], "environmentIds": []}]}
FIRSTGEN = {"smtp-collab:target": "harness-firstgen"}
NEXTGEN = {"smtp-collab:target": "harness"}
ACCOUNT = {"HARNESS_ENDPOINT": "https://harness.example.com/gateway", "HARNESS_ACCOUNT_ID": "acc"}
KEYS = {**ACCOUNT, "HARNESS_API_KEY": "a-key", "HARNESS_PLATFORM_API_KEY": "pat.acc.x.y"}


@pytest.fixture
def account(harness: FakeHarness) -> Account:
    made = harness.add_account()
    made.add_application("app", {"live": "PROD"})
    return made


def life_cycles(config: Mapping[str, str] = {}) -> tuple[EncryptedTextCase, ProviderCase]:
    """Return the life cycles of secrets and of providers, with a key for every target."""
    return EncryptedTextCase(config, KEYS), ProviderCase(config, KEYS)


def test_every_fault_of_an_encrypted_text_is_found_at_once_and_shows_no_value() -> None:
    """Name, value, scope, identifier, a project without org, an unknown argument: each named, the value not shown."""
    given = {"name": " n", "value": f"{OLD}\n", "usageScope": {"entries": [{"applications": []}]}, "identifier": "1-x"}
    found = life_cycles()[0].check({**given, "project": "p", "nmae": 1})
    named = {fault.split(":")[0] for fault in found.faults}
    assert named >= {"name", "value", "usage_scope", "identifier", "org", "nmae"}
    assert OLD not in str(found.faults)
    assert "did you mean name?" in str(found.faults)


def test_unknown_arguments_pass() -> None:
    """In a preview any argument may not be known yet: it passes, and is unknown in the inputs."""
    given = {"name": "n", "value": UNKNOWN, "usageScope": {"entries": UNKNOWN}, "tags": {"a": UNKNOWN}}
    found = life_cycles()[0].check(given)
    assert found.faults == ()
    assert found.inputs == {"name": "n", "value": UNKNOWN, "usageScope": UNKNOWN, "tags": UNKNOWN}


@pytest.mark.parametrize(
    ("config", "argument", "says"),
    [
        ({}, {"tags": {"a": "b"}}, "tags: is for secrets that are saved in Harness"),
        ({}, {"identifier": "x"}, "identifier: is for secrets that are saved in Harness"),
        (NEXTGEN, {"usageScope": {"scopedToAccount": True}}, "usage_scope: is FirstGen's; NextGen scopes a secret by"),
        (FIRSTGEN, {"org": "o"}, "org: is for NextGen's secrets"),
        (FIRSTGEN, {"name": "a:b"}, "name: must be letters, digits"),
        ({"smtp-collab:target": "harnes"}, {}, "smtp-collab:target: must be one of"),
    ],
)
def test_what_a_target_cannot_keep_is_refused_in_preview(
    config: Mapping[str, Any], argument: Mapping[str, Any], says: str
) -> None:
    """Each target refuses by name what it has no place for."""
    found = life_cycles(config)[0].check({"name": "n", "value": "v", **argument})
    assert [fault for fault in found.faults if says in fault], found.faults


def test_a_difference_is_one_of_values() -> None:
    """Defaults, an empty scope and the order of entries are no difference; what FirstGen can't change replaces."""
    text_cycle = life_cycles(FIRSTGEN)[0]
    place = {"target": "harness-firstgen", "endpoint": ACCOUNT["HARNESS_ENDPOINT"], "accountId": "acc"}
    saved = {"name": "n", "value": "v", "savedIn": place, "reference": {"name": "n"}}

    def diff(**changes: Any) -> Any:
        return text_cycle.diff(saved, text_cycle.check({"name": "n", "value": "v", **changes}).inputs)

    assert diff().what == "nothing"
    assert diff(usageScope={"entries": []}, tags={}).what == "nothing"
    scoped = diff(usageScope=PROD_SCOPE)
    assert (scoped.what, scoped.replacement) == ("arguments", None)
    assert diff(value="w").replacement.because == ("value",)
    assert diff(name="m", secretManager="s").replacement.because == ("name", "secretManager")
    assert life_cycles(NEXTGEN)[0].diff(saved, {"name": "n", "value": "v"}).what == "place"
    assert life_cycles()[0].diff({"name": "n", "value": "v"}, {"name": "n", "value": "w"}).replacement is None


def test_another_display_name_replaces_in_firstgen_alone() -> None:
    """In FirstGen it is what a provider is found by; a name that is not known yet may turn out to be the same."""
    place = {"target": "harness-firstgen", "endpoint": ACCOUNT["HARNESS_ENDPOINT"], "accountId": "acc"}
    wire = {"displayName": "m", "host": "localhost", "fromAddress": "a@b.test"}
    providers = life_cycles(FIRSTGEN)[1]
    saved = {**providers.check(wire).inputs, "savedIn": place}

    def diff(**changes: Any) -> Any:
        return providers.diff(saved, providers.check({**wire, **changes}).inputs)

    assert diff(displayName="n").replacement.because == ("displayName",)
    assert diff(host="h.test").replacement is None
    assert (diff(displayName=UNKNOWN).what, diff(displayName=UNKNOWN).replacement) == ("arguments", None)
    nextgen = life_cycles(NEXTGEN)[1]
    kept = {**saved, "savedIn": {**place, "target": "harness"}}
    assert nextgen.diff(kept, nextgen.check({**wire, "displayName": "n"}).inputs).replacement is None


def test_what_nextgen_cannot_change_replaces() -> None:
    """Identifier, org, project and secret manager; an identifier written out as it was made is no difference."""
    text_cycle = life_cycles(NEXTGEN)[0]
    place = {"target": "harness", "endpoint": ACCOUNT["HARNESS_ENDPOINT"], "accountId": "acc"}
    saved = {"name": "my pw", "value": "v", "savedIn": place, "reference": {"name": "my_pw"}}

    def difference(**changes: Any) -> Any:
        return text_cycle.diff(saved, {"name": "my pw", "value": "v", **changes})

    def replacement(**changes: Any) -> Any:
        return difference(**changes).replacement

    assert replacement(value="w", name="other", tags={"a": "b"}) is None
    assert replacement(identifier="my_pw") is None
    assert replacement(secretManager="harnessSecretManager") is None
    assert replacement(identifier="other").because == ("identifier",)
    assert replacement(org="o", project="p").because == ("org", "project")
    assert replacement(secretManager="vault").because == ("secretManager",)
    assert difference(secretManager="vault").delete_first
    assert difference(tags={"a": "b"}).delete_first, "in case the program asks for a replacement"
    assert not any(difference(**each).delete_first for each in ({"identifier": "other"}, {"org": "o"}))


def test_a_providers_usage_scope_is_inherited_and_not_given() -> None:
    """The sentence names EncryptedText, in the program and where a transform gives it."""
    given: Any = {"host": "h.test", "from_address": "a@b.test", "usage_scope": {}}
    with pytest.raises(TypeError, match=r"usage_scope is inherited from the EncryptedText .* a plain password has"):
        SmtpCollaborationProvider("mail", **given)
    with pytest.raises(TypeError, match="usage_scope is inherited from the EncryptedText"):
        SmtpCollaborationProvider("mail", given)
    wire = {"displayName": "m", "host": "h.test", "fromAddress": "a@b.test", "usageScope": {}}
    assert "usage_scope: is inherited from the EncryptedText" in str(life_cycles()[1].check(wire).faults)


@pytest.mark.parametrize("password", [{"password": OLD}, {"password": UNKNOWN}])
def test_firstgen_refuses_a_plain_password_in_preview(password: Mapping[str, Any]) -> None:
    """A FirstGen provider refers to a secret: the refusal names EncryptedText and shows no password."""
    wire = {"displayName": "m", "host": "localhost", "fromAddress": "a@b.test", "username": "u", **password}
    faults = str(life_cycles(FIRSTGEN)[1].check(wire).faults)
    assert "password: must be an EncryptedText for the target harness-firstgen" in faults
    assert OLD not in faults
    assert life_cycles(FIRSTGEN)[1].check({**wire, "passwordReference": UNKNOWN}).faults == ()


def test_firstgen_refuses_a_secret_that_is_saved_elsewhere() -> None:
    """A reference by name means another secret, or none, in another account or target."""
    wire = {"displayName": "m", "host": "localhost", "fromAddress": "a@b.test", "username": "u", "password": "p"}
    here = {"target": "harness-firstgen", "endpoint": ACCOUNT["HARNESS_ENDPOINT"], "accountId": "acc"}
    for change, refused in (({}, False), ({"accountId": "other"}, True), ({"target": "state"}, True)):
        reference = {"name": "pw", "secretId": "1", **here, **change}
        faults = life_cycles(FIRSTGEN)[1].check({**wire, "passwordReference": reference}).faults
        assert bool(faults) == refused, faults
        assert not refused or "must be an EncryptedText of the same account" in faults[0]


@pytest.mark.parametrize(("config", "why"), [({}, "saved in the state"), (NEXTGEN, "can't refer to a secret")])
def test_a_selected_secret_is_for_firstgen_alone(config: Mapping[str, Any], why: str) -> None:
    """State and NextGen need the value itself, which can't be read back: refused in preview, with what to write."""
    wire = {"displayName": "m", "host": "localhost", "fromAddress": "a@b.test", "username": "u"}
    reference = {"name": "pw", "secretId": "1", "selected": True, "target": "harness-firstgen"}
    (fault,) = life_cycles(config)[1].check({**wire, "passwordReference": reference}).faults
    assert why in fault
    assert "EncryptedText(value=...)" in fault


def test_the_variable_with_the_password_is_given_by_name() -> None:
    """A password in its place is refused unseen, and so is a variable where the value is known anyway."""
    wire = {"displayName": "m", "host": "localhost", "fromAddress": "a@b.test", "username": "u", "password": "p"}
    (fault,) = life_cycles()[1].check({**wire, "passwordForTestEnv": OLD}).faults
    assert fault == "password_for_test_env: must be the name of an environment variable, never a password"
    (fault,) = life_cycles()[1].check({**wire, "passwordForTestEnv": "SMTP_PASSWORD"}).faults
    assert fault.startswith("password_for_test_env: is for a password in an Encrypted Text that was selected")


def test_a_login_needs_a_user_name_with_a_selected_secret_too() -> None:
    """The rules between user name, password and plain text hold whether the value is known or not."""
    place = {"target": "harness-firstgen", "endpoint": ACCOUNT["HARNESS_ENDPOINT"], "accountId": "acc"}
    reference = {"name": "pw", "secretId": "1", "selected": True, **place}
    wire = {"displayName": "m", "host": "h.test", "fromAddress": "a@b.test", "passwordReference": reference}
    faults = str(life_cycles(FIRSTGEN)[1].check(wire).faults)
    assert "username: is missing" in faults
    assert "allow_plaintext_login" in faults


def test_a_name_that_is_taken_gets_a_suffix(harness: FakeHarness, account: Account) -> None:
    """Somebody else's secret is never written over; two requests create one whose name is free."""
    way = InAccount(harness, account, "harness-firstgen")
    store = FirstGenTexts(way.client.access, way.texts)
    wanted = EncryptedTextArguments(name="pw", value=OLD, usage_scope=UsageScope.everywhere())
    assert store.create(wanted).name == "pw"
    assert len(harness.requests) == 2
    again = store.create(wanted.model_copy(update={"value": SecretStr(NEW)}))
    assert re.fullmatch(r"pw-[0-9a-f]{8}", again.name)
    assert {one.name: one.value for one in account.encrypted_texts.values()} == {"pw": OLD, again.name: NEW}
    assert again.arguments == {"usage_scope": UsageScope.everywhere()}


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({}, "names the environment variable SMTP_PASSWORD, which is not set here"),
        ({"SMTP_PASSWORD": f"{OLD}\n"}, "holds what no SMTP login can carry"),
    ],
)
def test_a_test_without_its_password_stops_before_anything_is_saved(environment: Mapping[str, str], says: str) -> None:
    """The variable is missing, or ends with a line break: named in a sentence, its value not shown."""
    providers = ProviderCase(FIRSTGEN, {**KEYS, **environment})
    place = {"target": "harness-firstgen", "endpoint": ACCOUNT["HARNESS_ENDPOINT"], "accountId": "acc"}
    reference = {"name": "pw", "secretId": "1", "selected": True, **place}
    wire = {"displayName": "m", "host": "localhost", "fromAddress": "a@b.test", "username": "u"}
    checked = providers.check({**wire, "passwordReference": reference, "passwordForTestEnv": "SMTP_PASSWORD"})
    assert checked.faults == ()
    with pytest.raises(SmtpCollaborationError, match=f"{says}.*Nothing was saved") as raised:
        providers.create(checked.inputs)
    assert OLD not in str(raised.value)


def test_an_import_is_refused_with_what_to_do() -> None:
    """The engine's host can't import a dynamic resource: the message names select."""
    import pulumi  # noqa: PLC0415 - only its options

    with pytest.raises(ValueError, match=r"EncryptedText: import_ does not work .*EncryptedText\.select"):
        EncryptedText("pw", value="v", opts=pulumi.ResourceOptions(import_="x"))


def test_a_scope_is_one_on_the_wire() -> None:
    """All applications are a list on the wire, as in the schema, and the same scope again when it is read."""
    scope = UsageScope.everywhere()
    wire = scope.model_dump(mode="json", by_alias=True)
    assert wire["entries"][0]["applications"] == ["ALL"]
    assert UsageScope.model_validate(wire) == scope
    assert UsageScopeEntry(applications=("a",), environment_types=("PROD",)).applications == ("a",)

"""The secrets of both generations: Encrypted Text by GraphQL with its usage scope, and NextGen's by REST."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from typing import Any

import pytest
from fake_harness import FakeHarness, NextGenSecret, ScopeEntry
from harness_access import InAccount

from pulumi_smtp_collab import TargetError
from pulumi_smtp_collab.model.usage_scope import UsageScope, UsageScopeEntry
from pulumi_smtp_collab.targets.harness.client import HarnessClient
from pulumi_smtp_collab.targets.harness.errors import (
    HarnessError,
    HarnessKeyRefused,
    HarnessPermissionMissing,
    HarnessRateLimited,
    HarnessRefused,
    HarnessUnclear,
)
from pulumi_smtp_collab.targets.harness.firstgen_secrets import FirstGenSecrets, fresh_name, secret_name_fault
from pulumi_smtp_collab.targets.harness.nextgen_secrets import TextSecret, identifier_of
from pulumi_smtp_collab.targets.harness.provider_as_code import ProviderAsCode
from pulumi_smtp_collab.targets.harness.secret_scope import SecretScope

GRAPHQL = "/api/graphql"
SECRETS = "/ng/api/v2/secrets"
PROD = UsageScope(entries=(UsageScopeEntry(applications="ALL", environment_types=("PROD",)),))
ACCOUNT = UsageScope(scoped_to_account=True)
INHERITED = UsageScope(inherit_from_secret_manager=True)


@pytest.fixture
def here(harness: FakeHarness) -> InAccount:
    return InAccount(harness, harness.add_account(), answer_seconds=0.5)


@pytest.fixture
def first(harness: FakeHarness) -> InAccount:
    """An account of FirstGen."""
    return InAccount(harness, harness.add_account(), "harness-firstgen", answer_seconds=0.5)


def refused(call: Any, *args: Any, **options: Any) -> str:
    with pytest.raises(TargetError) as caught:
        call(*args, **options)
    return str(caught.value)


# FirstGen -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", [PROD, UsageScope.everywhere(), ACCOUNT, INHERITED, UsageScope()])
def test_encrypted_text(first: InAccount, scope: UsageScope) -> None:
    """Made with each kind of scope, read by id and by name with the same scope, deleted; gone twice is no error."""
    made = first.texts.create("smtp-pw", "pw-1", scope)
    stored = first.account.encrypted_texts[made.id]
    assert (stored.value, stored.scoped_to_account, stored.inherits) == (
        "pw-1",
        scope.scoped_to_account,
        scope.inherit_from_secret_manager,
    )
    assert (made.scope, made.secret_manager_id) == (scope, first.account.id)
    assert first.texts.read(made.id, scope) == first.texts.find("smtp-pw", scope) == made
    first.texts.delete(made.id)
    assert first.account.encrypted_texts == {}
    assert first.texts.read(made.id) is None
    first.texts.delete(made.id)


@pytest.mark.parametrize("before", [PROD, ACCOUNT, INHERITED, UsageScope()])
@pytest.mark.parametrize("after", [PROD, ACCOUNT, INHERITED, UsageScope()])
def test_every_scope_can_become_every_other(first: InAccount, before: UsageScope, after: UsageScope) -> None:
    """Whatever the patch rules: all three fields are sent, with real booleans."""
    made = first.texts.create("smtp-pw", "pw-1", before)
    changed = first.texts.update(made.id, scope=after)
    assert changed.scope == after
    stored = first.account.encrypted_texts[made.id]
    assert (stored.inherits, stored.scoped_to_account) == (after.inherit_from_secret_manager, after.scoped_to_account)
    assert (stored.scope or ()) == ((ScopeEntry(env_types=frozenset({"PROD"})),) if after == PROD else ())
    assert stored.value == "pw-1"


def test_update_is_a_patch(first: InAccount) -> None:
    """What is not given is kept; the id survives a new name."""
    made = first.texts.create("smtp-pw", "pw-1", PROD)
    first.texts.update(made.id, value="pw-2")
    renamed = first.texts.update(made.id, name="new")
    assert (renamed.id, renamed.name, renamed.scope) == (made.id, "new", PROD)
    assert first.account.encrypted_texts[made.id].value == "pw-2"


def test_drift_of_the_scope_is_read(first: InAccount) -> None:
    """What somebody else set is read, whatever was recorded."""
    made = first.texts.create("smtp-pw", "pw-1", ACCOUNT)
    stored = first.account.encrypted_texts[made.id]
    stored.scoped_to_account, stored.scope = False, (ScopeEntry(env_types=frozenset({"PROD"})),)
    read = first.texts.read(made.id, ACCOUNT)
    assert read is not None
    assert read.scope == PROD


def test_taken_name(first: InAccount) -> None:
    """Looked for first, by exactly that name; and where the key can't see it, Harness's own refusal."""
    first.account.add_encrypted_text("smtp-pw", "theirs")
    assert "already. Nothing was created" in refused(first.texts.create, "smtp-pw", "pw-1", PROD)
    hidden = InAccount(
        first.harness,
        first.account,
        "harness-firstgen",
        key=first.account.api_key(["MANAGE_SECRETS", "NON_PROD"], generation="firstgen"),
    )
    first.account.add_encrypted_text("hidden", "theirs", scope=(ScopeEntry(env_types=frozenset({"PROD"})),))
    text = refused(hidden.texts.create, "hidden", "pw-1", ACCOUNT)
    assert "choose another name" in text
    assert text.endswith("Nothing was created.")
    assert "Exception while fetching data" not in text


@pytest.mark.parametrize("name", ["", " a", "a.b", "a:b", "a/b", "a\n", "a'b"])
def test_refused_names(name: str) -> None:
    """What FirstGen refuses, and what a reference could not name, is found in preview."""
    fault = secret_name_fault(name, "name")
    assert fault is not None
    assert fault.argument == "name"
    assert secret_name_fault("smtp pw-1_A") is None


def test_fresh_names() -> None:
    """A new value's secret has a name of its own, which FirstGen takes."""
    names = {fresh_name("smtp-pw") for _ in range(50)}
    assert len(names) == 50
    assert all(re.fullmatch(r"smtp-pw-[0-9a-f]{8}", name) and secret_name_fault(name) is None for name in names)


@pytest.mark.parametrize(
    ("scope", "manager", "says", "advice"),
    [
        (
            UsageScope(entries=(UsageScopeEntry(applications=("X",), environment_types=("PROD",)),)),
            None,
            "Application X doesn't exist",
            "application's id",
        ),
        (
            UsageScope(entries=(UsageScopeEntry(applications=("app",), environment_ids=("X",)),)),
            None,
            "No env exists",
            "environment's id",
        ),
        (PROD, "nowhere", "Secret manager with id nowhere", "id of the secret manager"),
        (PROD, "narrow", "more relaxed than the secrets manager scopes", "covers the secret's"),
    ],
)
def test_errors_of_the_scope(first: InAccount, scope: UsageScope, manager: str | None, says: str, advice: str) -> None:
    """GraphQL's errors come in a 200: each is an error with Harness's own text and advice, and nothing is made."""
    first.account.add_application("app", {"e": "PROD"})
    narrow = first.account.add_secret_manager("n", scope=(ScopeEntry(env_types=frozenset({"NON_PROD"})),))
    manager_id = narrow.id if manager == "narrow" else manager
    with pytest.raises(HarnessRefused) as caught:
        first.texts.create("smtp-pw", "pw-1", scope, secret_manager_id=manager_id)
    assert caught.value.said.status == 200
    assert says in caught.value.said.message
    assert advice in caught.value.advice
    assert first.account.encrypted_texts == {}


def test_permissions_of_the_key(first: InAccount) -> None:
    """Manage Secrets, and rights to the environments of the scope."""
    key = first.account.api_key(["PROD"], generation="firstgen")
    poor = InAccount(first.harness, first.account, "harness-firstgen", key=key)
    with pytest.raises(HarnessPermissionMissing) as caught:
        poor.texts.create("smtp-pw", "pw-1", PROD)
    assert "Manage Secrets" in caught.value.advice
    first.account.revoke(key)
    with pytest.raises(HarnessKeyRefused):
        poor.texts.find("smtp-pw")
    first.harness.enable_graphql(enabled=False)
    assert "GraphQL API is switched off" in refused(first.texts.find, "smtp-pw")


def test_secret_in_use_is_not_deleted(first: InAccount) -> None:
    """Refused while a provider refers to it, after one more try."""
    made = first.texts.create("smtp-pw", "pw-1", UsageScope.everywhere())
    first.firstgen.create(ProviderAsCode("corp", "h.example", 25, "a@b.example", secret="smtp-pw"))
    text = refused(first.texts.delete, made.id)
    assert "still being used" in text
    assert "setup usages" in text
    assert first.time.waits == [5.0]
    assert made.id in first.account.encrypted_texts


def test_lagging_index_of_uses(first: InAccount) -> None:
    """The provider is gone and the index has not noticed: the second try works."""
    first.account.usage_index_lag = 3600
    made = first.texts.create("smtp-pw", "pw-1", UsageScope.everywhere())
    held = first.firstgen.create(ProviderAsCode("corp", "h.example", 25, "a@b.example", secret="smtp-pw"))
    first.firstgen.delete(held.id, held.provider)

    def the_index_catches_up(_seconds: float) -> None:
        first.account.usage_index_lag = 0

    client = HarnessClient(first.client.access, first.time.pace(sleep=the_index_catches_up))
    FirstGenSecrets(client, first.warnings.append).delete(made.id)
    assert first.account.encrypted_texts == {}


@pytest.mark.parametrize("kind", [500, "drop", "timeout", "malformed", 429])
def test_lost_answer_of_a_create(first: InAccount, kind: Any) -> None:
    """Carried out: found by its name, and given value and scope. Not carried out: sent again."""
    first.harness.fault("POST", GRAPHQL, kind=kind, when="after", containing="createSecret")
    made = first.texts.create("smtp-pw", "pw-1", ACCOUNT)
    assert (set(first.account.encrypted_texts), made.scope) == ({made.id}, ACCOUNT)
    assert "was lost" in first.warnings.pop()
    first.harness.fault("POST", GRAPHQL, kind=kind, when="before", containing="createSecret")
    first.texts.create("other", "pw-1", ACCOUNT)
    assert len(first.account.encrypted_texts) == 2
    assert first.warnings == []


def test_create_that_keeps_failing(first: InAccount) -> None:
    """Four times at most; the error says that nothing is there."""
    first.harness.fault("POST", GRAPHQL, kind=503, times=None, containing="createSecret")
    with pytest.raises(HarnessUnclear, match="doesn't hold it now"):
        first.texts.create("smtp-pw", "pw-1", ACCOUNT)
    assert first.account.encrypted_texts == {}
    assert sum(b"createSecret" in one.body for one in first.harness.requests) == 4


def test_create_beside_somebody_elses_secret(first: InAccount) -> None:
    """While ours failed for the moment somebody made one of that name with another scope: it keeps its value."""
    first.harness.fault("POST", GRAPHQL, kind=503, containing="createSecret")
    pace = first.time.pace(sleep=lambda _: first.account.add_encrypted_text("smtp-pw", "theirs") and None)
    secrets = FirstGenSecrets(HarnessClient(first.client.access, pace), first.warnings.append)
    assert "already. Nothing was created" in refused(secrets.create, "smtp-pw", "pw-1", PROD)
    [stored] = first.account.encrypted_texts.values()
    assert stored.value == "theirs"


@pytest.mark.parametrize("operation", ["updateSecret", "deleteSecret", "secret("])
def test_safe_operations_are_repeated(first: InAccount, operation: str) -> None:
    """A patch of given values, a deletion by id and a read may be made twice."""
    made = first.texts.create("smtp-pw", "pw-1", ACCOUNT)
    first.harness.fault("POST", GRAPHQL, kind="drop", when="after", containing=operation)
    if operation == "updateSecret":
        first.texts.update(made.id, value="pw-2")
        assert first.account.encrypted_texts[made.id].value == "pw-2"
    elif operation == "deleteSecret":
        first.texts.delete(made.id)
        assert first.account.encrypted_texts == {}
    else:
        assert first.texts.read(made.id, ACCOUNT) == made


def test_rate_limit(first: InAccount) -> None:
    """30 requests in a minute: reads wait and then say so."""
    first.harness.limit_graphql(1)
    first.texts.find("smtp-pw")
    with pytest.raises(HarnessRateLimited, match="rate limit for data queries"):
        first.texts.find("smtp-pw")
    assert first.time.waits == [4.0, 8.0, 16.0]


# NextGen --------------------------------------------------------------------------------------------------------------

SCOPES = [SecretScope(), SecretScope(org="o"), SecretScope(org="o", project="p")]


@pytest.mark.parametrize("scope", SCOPES)
def test_nextgen_secret(here: InAccount, scope: SecretScope) -> None:
    """Made, read, replaced and deleted in each scope; gone twice is no error."""
    secret = TextSecret("smtp_pw", "smtp pw", scope, description="d", tags={"a": "b"})
    assert here.secrets.create(secret, "pw-1") == secret
    assert here.secrets.read("smtp_pw", scope) == secret
    assert [here.secrets.read("smtp_pw", other) for other in SCOPES if other != scope] == [None, None]
    changed = TextSecret("smtp_pw", "new name", scope)
    assert here.secrets.update(changed, "pw-2") == changed
    [stored] = here.account.secrets.values()
    assert (stored.value, stored.name, stored.tags, stored.org, stored.project) == (
        "pw-2",
        "new name",
        {},
        scope.org,
        scope.project,
    )
    here.secrets.delete("smtp_pw", scope)
    assert here.account.secrets == {}
    assert here.secrets.read("smtp_pw", scope) is None
    here.secrets.delete("smtp_pw", scope)


def test_nextgen_identifier_that_is_taken(here: InAccount) -> None:
    """Looked for first; two that come at once are told by Harness."""
    here.secrets.create(TextSecret("smtp_pw", "theirs"), "theirs")
    text = refused(here.secrets.create, TextSecret("smtp_pw", "ours"), "pw-1")
    assert "identifier smtp_pw in the account scope" in text
    [stored] = here.account.secrets.values()
    assert stored.value == "theirs"


@pytest.mark.parametrize("kind", [500, "drop", "timeout", "malformed", 429])
def test_nextgen_lost_answer_of_a_create(here: InAccount, kind: Any) -> None:
    """Carried out: found by its identifier and given the value. Not carried out: sent again."""
    here.harness.fault("POST", SECRETS, kind=kind, when="after")
    assert here.secrets.create(TextSecret("smtp_pw", "smtp pw"), "pw-1").identifier == "smtp_pw"
    assert "was lost" in here.warnings.pop()
    here.harness.fault("POST", SECRETS, kind=kind, when="before")
    here.secrets.create(TextSecret("other", "other"), "pw-1")
    assert (len(here.account.secrets), here.warnings) == (2, [])


@pytest.mark.parametrize("theirs", ["another name", "smtp pw"])
def test_nextgen_secret_of_somebody_else_is_not_written_over(here: InAccount, theirs: str) -> None:
    """Made by somebody between our look and our create, or while ours failed: it keeps its value."""
    fault = here.harness.fault("POST", SECRETS, kind="timeout", when="before", seconds=0.2)
    results: list[str] = []
    thread = threading.Thread(
        target=lambda: results.append(refused(here.secrets.create, TextSecret("smtp_pw", "smtp pw"), "pw-1"))
    )
    thread.start()
    assert fault.reached.wait(5)
    here.account.secrets[None, None, "smtp_pw"] = NextGenSecret("smtp_pw", theirs, "theirs")
    thread.join(5)
    assert "Nothing was created, as that would overwrite it" in results[0]
    [stored] = here.account.secrets.values()
    assert stored.value == "theirs"


@pytest.mark.parametrize("operation", ["create", "update"])
def test_policy_that_denies_is_a_refusal(here: InAccount, operation: str) -> None:
    """200 SUCCESS without a secret: the policies' messages, nothing unclear, nothing asked again."""
    secret = here.secrets.create(TextSecret("there", "there"), "old")
    here.account.secret_policies |= {"no inline values": "values belong in the vault", "names": "must begin with ci"}
    call = {"create": here.secrets.create, "update": here.secrets.update}[operation]
    before = len(here.harness.requests)
    with pytest.raises(HarnessRefused) as caught:
        call(TextSecret("smtp_pw", "smtp pw") if operation == "create" else secret, "pw-1")
    text = str(caught.value)
    assert not caught.value.may_have_happened
    for said in (
        "no inline values: values belong in the vault",
        "names: must begin",
        "a policy of Harness denies",
    ):
        assert said in text
    assert "proxy" not in text
    assert text.endswith("Nothing was created.") == (operation == "create")
    assert len(here.harness.requests) - before == (2 if operation == "create" else 1)
    assert [one.value for one in here.account.secrets.values()] == ["old"]


def test_built_in_manager_that_is_disabled(here: InAccount) -> None:
    """The refusal names the argument that helps."""
    here.account.built_in_manager_disabled = True
    text = refused(here.secrets.create, TextSecret("smtp_pw", "smtp pw"), "pw-1")
    assert "EncryptedText(secret_manager=...)" in text
    assert here.secrets.create(TextSecret("a", "a", secret_manager="vault"), "pw-1").secret_manager == "vault"


def test_fields_of_a_newer_harness_are_carried_through(here: InAccount) -> None:
    """A PUT replaces the whole secret: what we have no argument for is sent as it is held."""
    here.secrets.create(TextSecret("smtp_pw", "smtp pw"), "pw-1")
    [stored] = here.account.secrets.values()
    stored.additional_metadata = {"values": {"version": "1"}}
    stored.description = "of the platform team"
    live = here.secrets.read("smtp_pw")
    assert live is not None
    here.secrets.update(replace(live, name="new"), "pw-2")
    assert (stored.name, stored.value, stored.description) == ("new", "pw-2", "of the platform team")
    assert stored.additional_metadata == {"values": {"version": "1"}}
    here.secrets.update(live, None)
    assert stored.value == "pw-2", "without a value the one that is held stays"


def test_missing_secret_and_missing_path_are_told_apart(here: InAccount) -> None:
    """Both have one code: a wrong endpoint must not look like a secret that is gone."""
    wrong = InAccount(here.harness, here.account, endpoint=f"{here.harness.origin}/wrong")
    with pytest.raises(HarnessRefused, match="/gateway"):
        wrong.secrets.read("smtp_pw")
    with pytest.raises(HarnessRefused, match="/gateway"):
        wrong.secrets.delete("smtp_pw")
    assert here.secrets.read("smtp_pw") is None


def test_nextgen_permission(here: InAccount) -> None:
    """403 names the secret's permission, not the mail's."""
    key = here.account.api_key(["core_secret_view"])
    with pytest.raises(HarnessPermissionMissing) as caught:
        InAccount(here.harness, here.account, key=key).secrets.create(TextSecret("a", "a"), "pw-1")
    assert "needs core_secret_edit" in caught.value.advice


def test_what_can_not_change(here: InAccount) -> None:
    """Another secret manager is Harness's refusal, with its words."""
    here.secrets.create(TextSecret("a", "a"), "pw-1")
    with pytest.raises(HarnessError, match="Cannot change secret manager"):
        here.secrets.update(TextSecret("a", "a", secret_manager="vault"), "pw-2")


@pytest.mark.parametrize(
    ("name", "identifier"), [("smtp pw", "smtp_pw"), ("1st", "_1st"), ("ä-b", "__b"), ("x" * 200, "x" * 128)]
)
def test_identifier_of_a_name(name: str, identifier: str) -> None:
    """What a name becomes is always an identifier."""
    assert identifier_of(name) == identifier
    assert SecretScope(org=identifier_of(name)).org == identifier

"""Usage scopes: what a program may write, what they allow, and that no form or order changes what they mean."""

from __future__ import annotations

from typing import Any

import pytest
from fake_harness.usage_scope import Application, as_graphql, read_scope
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pulumi_smtp_collab.model.encrypted_text import EncryptedTextArguments
from pulumi_smtp_collab.model.usage_scope import UsageScope, UsageScopeEntry
from pulumi_smtp_collab.targets.harness.secret_scope import SecretScope
from pulumi_smtp_collab.targets.harness.usage_scope import scope_from_graphql, scope_to_graphql

APPS = ("a", "b", "c")
ENVIRONMENTS = {app: {f"{app}-prod": "PROD", f"{app}-test": "NON_PROD"} for app in APPS}
TYPES = ("PROD", "NON_PROD")


@st.composite
def entries(draw: st.DrawFn) -> UsageScopeEntry:
    """Any entry that a program may write."""
    if draw(st.booleans()):
        app = draw(st.sampled_from(APPS))
        ids = draw(st.lists(st.sampled_from(sorted(ENVIRONMENTS[app])), min_size=1, max_size=3))
        return UsageScopeEntry(applications=(app,), environment_ids=tuple(ids))
    selected = st.lists(st.sampled_from(APPS), min_size=1, max_size=4).map(tuple)
    return UsageScopeEntry(
        applications=draw(st.just("ALL") | selected),
        environment_types=tuple(draw(st.lists(st.sampled_from(TYPES), min_size=1, max_size=3))),
    )


ENTRIES = st.lists(entries(), max_size=5)


def allowed(scope: UsageScope) -> set[tuple[str, str]]:
    """Every environment of every application that the scope allows."""
    return {
        (app, environment)
        for app, environments in ENVIRONMENTS.items()
        for environment, kind in environments.items()
        if scope.allows(app, environment, kind)  # type: ignore[arg-type]
    }


@given(given_entries=ENTRIES, shuffled=st.randoms())
def test_order_and_grouping_mean_nothing(given_entries: list[UsageScopeEntry], shuffled: Any) -> None:
    """Entries in another order, doubled, or taken apart, are the same scope."""
    other = [*given_entries, *given_entries]
    shuffled.shuffle(other)
    scope = UsageScope(entries=tuple(given_entries))
    assert scope == UsageScope(entries=tuple(other))
    assert scope == UsageScope(entries=scope.entries)
    apart = [
        UsageScopeEntry(applications=(app,) if app else "ALL", **{f"environment_{kind}s": (environment,)})
        for entry in given_entries
        for app, kind, environment in entry.pairs()
    ]
    assert UsageScope(entries=tuple(apart)) == scope


@given(given_entries=ENTRIES)
def test_a_scope_allows_what_one_of_its_entries_allows(given_entries: list[UsageScopeEntry]) -> None:
    """The canonical form means what the program wrote."""
    scope = UsageScope(entries=tuple(given_entries))
    for app, environments in ENVIRONMENTS.items():
        for environment, kind in environments.items():
            expected = any(entry.allows(app, environment, kind) for entry in given_entries)  # type: ignore[arg-type]
            assert scope.allows(app, environment, kind) == expected  # type: ignore[arg-type]


@given(given_entries=ENTRIES)
def test_graphql_and_back(given_entries: list[UsageScopeEntry]) -> None:
    """What is written by GraphQL reads back as the same scope, through the fake's reading of Harness's rules."""
    scope = UsageScope(entries=tuple(given_entries))
    applications = {app: Application(app, ENVIRONMENTS[app]) for app in APPS}  # type: ignore[arg-type]
    sent = scope_to_graphql(scope)
    assert (sent["scopedToAccount"], sent["inheritScopesFromSM"]) == (False, False)
    stored = read_scope(sent["usageScope"] or {}, applications)
    assert scope_from_graphql({"usageScope": as_graphql(stored)}) == scope


@given(given_entries=ENTRIES)
def test_by_wire_name_and_back(given_entries: list[UsageScopeEntry]) -> None:
    """What state holds is the same scope."""
    scope = UsageScope(entries=tuple(given_entries))
    assert UsageScope.model_validate(scope.model_dump(mode="json", by_alias=True)) == scope


def test_all_environments_are_two_entries_in_graphql() -> None:
    """GraphQL's filter holds one type."""
    sent = scope_to_graphql(UsageScope.everywhere())["usageScope"]["appEnvScopes"]
    assert sent == [
        {"application": {"filterType": "ALL"}, "environment": {"filterType": "NON_PRODUCTION_ENVIRONMENTS"}},
        {"application": {"filterType": "ALL"}, "environment": {"filterType": "PRODUCTION_ENVIRONMENTS"}},
    ]
    assert allowed(UsageScope.everywhere()) == {(app, one) for app in APPS for one in ENVIRONMENTS[app]}


def test_what_reads_back_as_null() -> None:
    """The account's scope is what was recorded, an inherited one is told by its flag, any other null is no scope."""
    account = UsageScope(scoped_to_account=True)
    null = {"usageScope": None, "scopedToAccount": False, "inheritScopesFromSM": False}
    assert scope_from_graphql(null, account) == account
    assert scope_from_graphql(null, UsageScope.everywhere()) == UsageScope()
    assert scope_from_graphql(null) == UsageScope()
    inherited = UsageScope(inherit_from_secret_manager=True)
    assert scope_from_graphql({**null, "inheritScopesFromSM": True}, account) == inherited
    assert scope_to_graphql(account) == {"usageScope": None, "scopedToAccount": True, "inheritScopesFromSM": False}


def test_the_account_alone_allows_no_application() -> None:
    """scoped_to_account excludes the rest; an inherited scope can't be answered from here."""
    assert allowed(UsageScope(scoped_to_account=True)) == allowed(UsageScope()) == set()
    with pytest.raises(ValueError, match="secret manager"):
        UsageScope(inherit_from_secret_manager=True).allows("a", "a-prod", "PROD")


def test_what_the_user_interface_saved_is_read() -> None:
    """Environments selected in all applications are more than a program may write, and are read."""
    shown = {"application": {"filterType": "ALL"}, "environment": {"envId": "a-prod"}}
    everywhere = scope_from_graphql({"usageScope": {"appEnvScopes": [shown]}})
    assert allowed(everywhere) == {("a", "a-prod")}


@pytest.mark.parametrize(
    ("given_entry", "says"),
    [
        ({"applications": "ALL"}, "neither is given"),
        ({"applications": "ALL", "environmentTypes": ["PROD"], "environmentIds": ["e"]}, "both are given"),
        ({"applications": "ALL", "environmentIds": ["e"]}, "exactly one application id"),
        ({"applications": ["a", "b"], "environmentIds": ["e"]}, "exactly one application id"),
        ({"applications": [], "environmentTypes": ["PROD"]}, 'must be "ALL" or a list of at least one'),
        ({"applications": ["a "], "environmentTypes": ["PROD"]}, "no whitespace around"),
        ({"applications": ["a"], "environmentTypes": ["TEST"]}, "PROD"),
        ({"applications": ["a"], "environmentTypes": ["PROD"], "colour": 1}, "Extra inputs"),
    ],
)
def test_refused_entries(given_entry: dict[str, Any], says: str) -> None:
    """Each rule of an entry says what it must be; an empty selection never means all."""
    with pytest.raises(ValidationError, match=says):
        UsageScopeEntry.model_validate(given_entry)


@pytest.mark.parametrize("given_scope", [{"entries": True}, {"inheritFromSecretManager": True}])
def test_kinds_of_scope_exclude_each_other(given_scope: dict[str, Any]) -> None:
    """The account's scope has neither entries nor a manager's scope."""
    if "entries" in given_scope:
        given_scope = {"entries": UsageScope.everywhere().entries}
    with pytest.raises(ValidationError, match="exclude each other"):
        UsageScope.model_validate({**given_scope, "scopedToAccount": True})


def test_nextgen_scopes() -> None:
    """Account, organisation or project of an organisation; an argument that names none is refused."""
    assert (SecretScope().level, SecretScope().to_query()) == ("account", {})
    assert SecretScope(org="o").level == "org"
    scope = SecretScope(org="o", project="p$_1")
    assert (scope.level, scope.to_query()) == ("project", {"orgIdentifier": "o", "projectIdentifier": "p$_1"})
    for wrong in ({"project": "p"}, {"org": "1o"}, {"org": "a-b"}, {"org": "x" * 129}):
        with pytest.raises(ValidationError):
            EncryptedTextArguments.model_validate({"name": "n", "value": "v", **wrong})

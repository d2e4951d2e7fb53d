"""A usage scope as FirstGen's GraphQL has it: each entry a pair of an application filter and an environment filter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_smtp_collab.model.usage_scope import Pair, UsageScope

_ALL = "ALL"
_TO_GRAPHQL = {"PROD": "PRODUCTION_ENVIRONMENTS", "NON_PROD": "NON_PRODUCTION_ENVIRONMENTS"}
_FROM_GRAPHQL = {name: kind for kind, name in _TO_GRAPHQL.items()}


def scope_to_graphql(scope: UsageScope) -> dict[str, Any]:
    """Return the three fields of GraphQL's inputs; always all three.

    An update is a patch: a field left out keeps what is stored, and a null for a boolean takes another field's value.
    All environments are two entries there.
    """
    shown = [_pair_to_graphql(pair) for pair in sorted(pair for entry in scope.entries for pair in entry.pairs())]
    return {
        "usageScope": {"appEnvScopes": shown} if shown else None,
        "scopedToAccount": scope.scoped_to_account,
        "inheritScopesFromSM": scope.inherit_from_secret_manager,
    }


def scope_from_graphql(secret: Mapping[str, Any], recorded: UsageScope | None = None) -> UsageScope:
    """Read what GraphQL shows of a secret.

    The account's scope, no scope and an empty one all read back as null, and ``scopedToAccount`` as false whatever is
    stored: then what was recorded holds, unless it is a scope that would have been shown.

    Args:
        secret: The fields of the answer.
        recorded: The scope that was recorded when the secret was last saved or read.
    """
    if secret.get("inheritScopesFromSM") is True:
        return UsageScope(inherit_from_secret_manager=True)
    shown = (secret.get("usageScope") or {}).get("appEnvScopes") or ()
    pairs = [pair for one in shown for pair in _pairs_from_graphql(one)]
    if not pairs and recorded is not None and recorded.scoped_to_account:
        return recorded
    return UsageScope.of_pairs(pairs)


def _pair_to_graphql(pair: Pair) -> dict[str, Any]:
    application, kind, environment = pair
    return {
        "application": {"appId": application} if application else {"filterType": _ALL},
        "environment": {"filterType": _TO_GRAPHQL[environment]} if kind == "type" else {"envId": environment},
    }


def _pairs_from_graphql(shown: Mapping[str, Any]) -> Iterator[Pair]:
    application = (shown.get("application") or {}).get("appId") or ""
    environment = shown.get("environment") or {}
    if environment.get("filterType") in _FROM_GRAPHQL:
        yield application, "type", _FROM_GRAPHQL[environment["filterType"]]
    if environment.get("envId"):
        yield application, "id", environment["envId"]

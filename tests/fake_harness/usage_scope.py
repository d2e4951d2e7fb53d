"""FirstGen's usage scopes: where a secret may be used, as GraphQL writes and reads it and as REST shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

EnvironmentType = Literal["PROD", "NON_PROD"]
_FROM_GRAPHQL: dict[str, EnvironmentType] = {
    "PRODUCTION_ENVIRONMENTS": "PROD",
    "NON_PRODUCTION_ENVIRONMENTS": "NON_PROD",
}
IR = "Invalid request: "
Scope = tuple["ScopeEntry", ...]


class ScopeRefusedError(Exception):
    """A usage scope that FirstGen refuses, with its text."""


@dataclass(frozen=True, slots=True)
class ScopeEntry:
    """One pair of application filter and environment filter.

    Attributes:
        app_ids: The selected applications; empty means ALL.
        env_types: PROD, NON_PROD or both (GraphQL can write only one of them, the user interface both).
        env_ids: The selected environments, instead of `env_types`.
    """

    app_ids: tuple[str, ...] = ()
    env_types: frozenset[EnvironmentType] = frozenset()
    env_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Application:
    """A FirstGen application and its environments with their types."""

    id: str
    environments: Mapping[str, EnvironmentType]


EVERYWHERE: Scope = (
    ScopeEntry(env_types=frozenset({"PROD"})),
    ScopeEntry(env_types=frozenset({"NON_PROD"})),
)


def read_scope(given: Mapping[str, Any], applications: Mapping[str, Application]) -> Scope:
    """The scope that a `UsageScopeInput` describes; an empty one is the empty tuple."""
    entries = (_read_entry(entry, applications) for entry in given.get("appEnvScopes") or ())
    return tuple(dict.fromkeys(entries))


def _read_entry(given: Mapping[str, Any], applications: Mapping[str, Application]) -> ScopeEntry:
    application, environment = given["application"], given["environment"]
    app_type, app_id = application.get("filterType"), application.get("appId")
    env_type, env_id = environment.get("filterType"), environment.get("envId")
    if app_type is None and app_id is None:
        raise ScopeRefusedError(f"{IR}No appId or filterType provided in the app filter")
    if app_type is not None and app_id is not None:
        raise ScopeRefusedError(f"{IR}Cannot set both appId and filterType in the app filter")
    if env_type is None and env_id is None:
        raise ScopeRefusedError(f"{IR}No envId or filterType provided in the env filter")
    if env_type is not None and env_id is not None:
        raise ScopeRefusedError(f"{IR}Cannot set both envId and filterType in the env filter")
    if env_id is not None and app_type is not None:
        raise ScopeRefusedError(f"{IR}EnvId cannot be supplied with app filterType ALL")
    if app_id is not None and app_id not in applications:
        raise ScopeRefusedError(f"Invalid argument(s): Application {app_id} doesn't exist")
    if env_id is not None and app_id is not None and env_id not in applications[app_id].environments:
        # The two ids are swapped in Harness's own text.
        raise ScopeRefusedError(f"{IR}No env exists with id {app_id} in application with id {env_id}")
    return ScopeEntry(
        app_ids=(app_id,) if app_id is not None else (),
        env_types=frozenset({_FROM_GRAPHQL[env_type]}) if env_type is not None else frozenset(),
        env_ids=(env_id,) if env_id is not None else (),
    )


def as_graphql(scope: Scope | None) -> dict[str, Any] | None:
    """The scope as GraphQL shows it: an empty one reads as null, and what GraphQL can't write is shown in part."""
    if not scope:
        return None
    return {"appEnvScopes": [_entry_as_graphql(entry) for entry in scope]}


def _entry_as_graphql(entry: ScopeEntry) -> dict[str, Any]:
    env_type = None
    if "NON_PROD" in entry.env_types:
        env_type = "NON_PRODUCTION_ENVIRONMENTS"
    elif "PROD" in entry.env_types:
        env_type = "PRODUCTION_ENVIRONMENTS"
    return {
        "application": {
            "filterType": None if entry.app_ids else "ALL",
            "appId": entry.app_ids[0] if entry.app_ids else None,
        },
        "environment": {"filterType": env_type, "envId": entry.env_ids[0] if entry.env_ids else None},
    }


def as_rest(scope: Scope | None) -> dict[str, Any] | None:
    """The scope as FirstGen's REST shows it, without a loss."""
    if scope is None:
        return None
    return {
        "appEnvRestrictions": [
            {
                "appFilter": {
                    "type": "GenericEntityFilter",
                    "filterType": "SELECTED" if entry.app_ids else "ALL",
                    "ids": list(entry.app_ids) or None,
                },
                "envFilter": {
                    "type": "EnvFilter",
                    "filterTypes": ["SELECTED"] if entry.env_ids else sorted(entry.env_types),
                    "ids": list(entry.env_ids) or None,
                },
            }
            for entry in scope
        ]
    }


def environment_types(scope: Iterable[ScopeEntry], applications: Mapping[str, Application]) -> set[EnvironmentType]:
    """The types of all environments that a scope names."""
    types: set[EnvironmentType] = set()
    for entry in scope:
        types |= entry.env_types | _types_of_ids(entry, applications)
    return types


def lies_within(scope: Sequence[ScopeEntry], wider: Sequence[ScopeEntry], apps: Mapping[str, Application]) -> bool:
    """Whether each entry of a scope is allowed by one entry of the wider one."""
    return all(any(_covers(outer, inner, apps) for outer in wider) for inner in scope)


def allows_application(scope: Sequence[ScopeEntry], app_id: str) -> bool:
    """Whether some environment of the application is in the scope."""
    return any(not entry.app_ids or app_id in entry.app_ids for entry in scope)


def _covers(outer: ScopeEntry, inner: ScopeEntry, applications: Mapping[str, Application]) -> bool:
    if outer.app_ids and not (inner.app_ids and set(inner.app_ids) <= set(outer.app_ids)):
        return False
    if outer.env_ids:
        return bool(inner.env_ids) and set(inner.env_ids) <= set(outer.env_ids)
    return inner.env_types | _types_of_ids(inner, applications) <= outer.env_types


def _types_of_ids(entry: ScopeEntry, applications: Mapping[str, Application]) -> set[EnvironmentType]:
    environments = {
        env_id: env_type
        for app_id in entry.app_ids
        if app_id in applications
        for env_id, env_type in applications[app_id].environments.items()
    }
    return {environments[env_id] for env_id in entry.env_ids if env_id in environments}

"""Where a FirstGen secret may be used: its usage scope.

A scope is a set of pairs of an application filter and an environment filter. How the pairs are grouped and
ordered means nothing, so a scope is kept in one canonical form: equal scopes are equal models.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, field_validator, model_validator
from typing_extensions import Self

from pulumi_smtp_collab.model.base import Arguments, broken

EnvironmentType: TypeAlias = Literal["PROD", "NON_PROD"]
"""The two types that FirstGen's environments have."""

Pair: TypeAlias = tuple[str, str, str]
"""Application id ("" for all), "type" or "id", and the environment type or id."""

_ALL = "ALL"
_AS_LIST = PlainSerializer(lambda held: [held] if held == _ALL else list(held), when_used="json")


def _ids(value: tuple[str, ...]) -> tuple[str, ...]:
    if any(not item or item != item.strip() for item in value):
        raise broken("must be ids, each with at least one character and no whitespace around it")
    return tuple(sorted(set(value)))


def _applications(value: object) -> object:
    """Refuse an empty selection: a list that happens to be empty must not mean "all"."""
    if value == _ALL or value == [_ALL]:  # noqa: PLR1714 - a list is in no set
        return _ALL
    if isinstance(value, (list, tuple)) and value and all(isinstance(item, str) for item in value):
        return _ids(tuple(value))
    raise broken('must be "ALL" or a list of at least one application id')


class UsageScopeEntry(Arguments):
    """Some applications, and the environments in them that are meant.

    Raises:
        pydantic.ValidationError: No environment is named, both types and ids are, or ids without the one application
            that they belong to.
    """

    applications: Annotated[Literal["ALL"] | tuple[str, ...], BeforeValidator(_applications), _AS_LIST] = Field(
        description='The applications: a list of their ids, or ["ALL"] (in Python "ALL" too).'
    )
    environment_types: Annotated[tuple[EnvironmentType, ...], AfterValidator(_ids)] = Field(
        default=(), description="Every environment of these types: PROD, NON_PROD or both."
    )
    environment_ids: Annotated[tuple[str, ...], AfterValidator(_ids)] = Field(
        default=(),
        description="Selected environments by their ids, instead of types. They belong to one application, so exactly "
        "one is selected.",
    )

    if TYPE_CHECKING:
        # Says what a program may give where a field's type says what it then holds: a list becomes a tuple.
        def __init__(
            self,
            *,
            applications: Literal["ALL"] | Sequence[str],
            environment_types: Sequence[EnvironmentType] = ...,
            environment_ids: Sequence[str] = ...,
        ) -> None: ...

    @model_validator(mode="after")
    def _check_environments(self) -> Self:
        if bool(self.environment_types) == bool(self.environment_ids):
            seen = "both are given" if self.environment_ids else "neither is given"
            raise broken("environment_types or environment_ids must be given, and not both", seen)
        if self.environment_ids and len(self._application_ids()) != 1:
            raise broken(
                "environment_ids need exactly one application id in applications, since an environment belongs to one; "
                "write an entry for each application"
            )
        return self

    def _application_ids(self) -> tuple[str, ...]:
        return () if self.applications == _ALL else tuple(self.applications)

    def allows(self, application: str, environment: str, environment_type: EnvironmentType) -> bool:
        """Return whether this entry covers an environment of an application."""
        of_application = self.applications == _ALL or application in self.applications
        return of_application and (environment_type in self.environment_types or environment in self.environment_ids)

    def pairs(self) -> Iterator[Pair]:
        """Return the entry taken apart into pairs of one application and one environment filter."""
        for application in self._application_ids() or ("",):
            yield from ((application, "type", kind) for kind in self.environment_types)
            yield from ((application, "id", environment) for environment in self.environment_ids)


class UsageScope(Arguments):
    """Where a FirstGen secret may be used.

    Nothing given at all is "no usage scope": no application may use it.

    Raises:
        pydantic.ValidationError: More than one of the three kinds of scope is given, or an entry breaks its rule.
    """

    entries: tuple[UsageScopeEntry, ...] = Field(
        default=(), description="The applications and environments that may use it; order and grouping mean nothing."
    )
    scoped_to_account: bool = Field(
        default=False, description="For the account alone: no application may use it. Excludes entries."
    )
    inherit_from_secret_manager: bool = Field(
        default=False, description="The scope is its secret manager's. Excludes entries and scoped_to_account."
    )

    if TYPE_CHECKING:
        # Likewise.
        def __init__(
            self,
            *,
            entries: Sequence[UsageScopeEntry] = ...,
            scoped_to_account: bool = ...,
            inherit_from_secret_manager: bool = ...,
        ) -> None: ...

    @field_validator("entries")
    @classmethod
    def _canonical(cls, entries: tuple[UsageScopeEntry, ...]) -> tuple[UsageScopeEntry, ...]:
        return _grouped(pair for entry in entries for pair in entry.pairs())

    @model_validator(mode="after")
    def _check_kinds(self) -> Self:
        given = [
            name
            for name, held in (
                ("entries", self.entries),
                ("scoped_to_account", self.scoped_to_account),
                ("inherit_from_secret_manager", self.inherit_from_secret_manager),
            )
            if held
        ]
        if len(given) > 1:
            raise broken(f"{' and '.join(given)} exclude each other")
        return self

    @classmethod
    def everywhere(cls) -> Self:
        """Return the scope of all environments of all applications."""
        return cls(entries=(UsageScopeEntry(applications="ALL", environment_types=("PROD", "NON_PROD")),))

    def allows(self, application: str, environment: str, environment_type: EnvironmentType) -> bool:
        """Return whether an environment of an application may use the secret.

        Args:
            application: The application's id.
            environment: The environment's id.
            environment_type: The environment's type.

        Raises:
            ValueError: The scope is the secret manager's, which is not known here.
        """
        if self.inherit_from_secret_manager:
            raise ValueError("The scope is inherited from the secret manager: ask the manager's scope.")
        return any(entry.allows(application, environment, environment_type) for entry in self.entries)

    @classmethod
    def of_pairs(cls, pairs: Iterable[Pair]) -> UsageScope:
        """Return the scope of pairs that were read, not checked: Harness may hold what a program may not write."""
        return cls.model_construct(entries=_grouped(pairs), scoped_to_account=False, inherit_from_secret_manager=False)


def _grouped(pairs: Iterable[Pair]) -> tuple[UsageScopeEntry, ...]:
    """Return the one grouping of a set of pairs: by environment types, then selected environments by application."""
    types: defaultdict[str, set[str]] = defaultdict(set)
    ids: defaultdict[str, set[str]] = defaultdict(set)
    for application, kind, environment in pairs:
        (types if kind == "type" else ids)[application].add(environment)
    applications: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for application, kinds in types.items():
        if application:
            applications[tuple(sorted(kinds))].append(application)
    entries = [_entry((), sorted(types[""]), ())] if "" in types else []
    entries += [_entry(sorted(applications[kinds]), kinds, ()) for kinds in sorted(applications)]
    entries += [
        _entry((application,) if application else (), (), sorted(ids[application])) for application in sorted(ids)
    ]
    return tuple(entries)


def _entry(applications: Iterable[str], kinds: Iterable[str], environments: Iterable[str]) -> UsageScopeEntry:
    # Not checked again: what a program wrote was, and what was read may be more than a program may write.
    fields: dict[str, Any] = {"applications": tuple(applications) or _ALL}
    fields |= {"environment_types": tuple(kinds), "environment_ids": tuple(environments)}
    return UsageScopeEntry.model_construct(**fields)

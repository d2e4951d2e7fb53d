"""Where a NextGen secret lives, and so may be used: the account, an organisation or a project of it."""

from __future__ import annotations

import re
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, model_validator
from typing_extensions import Self

from pulumi_smtp_collab.model.base import Arguments, broken

_IDENTIFIER = re.compile(r"[a-zA-Z_][0-9a-zA-Z_$]{0,127}")


def check_identifier(value: str) -> str:
    """Return a NextGen identifier as it is.

    Raises:
        PydanticCustomError: It is none.
    """
    if not _IDENTIFIER.fullmatch(value):
        rule = "must be an identifier of NextGen: 1 to 128 letters, digits, _ and $, beginning with a letter or _"
        raise broken(rule, repr(value))
    return value


Identifier: TypeAlias = Annotated[str, AfterValidator(check_identifier)]


class NextGenScope(Arguments):
    """Where a NextGen secret lives, and so may be used: the account, an organisation or a project of it.

    Raises:
        pydantic.ValidationError: No identifier, or a project without its organisation.
    """

    org: Identifier | None = Field(default=None, description="The organisation's identifier.")
    project: Identifier | None = Field(default=None, description="The project's identifier; with its organisation's.")

    @model_validator(mode="after")
    def _check_project(self) -> Self:
        if self.project is not None and self.org is None:
            raise broken("org is missing: a project belongs to an organisation")
        return self

    @property
    def level(self) -> Literal["account", "org", "project"]:
        """The level of the scope."""
        if self.project is not None:
            return "project"
        return "account" if self.org is None else "org"

    def to_query(self) -> dict[str, str]:
        """Return the parameters, and the fields of a secret, that name the scope; none for the account."""
        given = {"orgIdentifier": self.org, "projectIdentifier": self.project}
        return {name: value for name, value in given.items() if value is not None}

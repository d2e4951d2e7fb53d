"""Where a NextGen secret lives, and so may be used: the account, an organisation or a project of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class SecretScope:
    """A scope of secrets.

    Attributes:
        org: The organisation's identifier; None for the account.
        project: The project's identifier; None for the account or the organisation.
    """

    org: str | None = None
    project: str | None = None

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

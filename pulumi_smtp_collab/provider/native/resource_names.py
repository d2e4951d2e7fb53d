"""Which resource a call is about: its URN taken apart, and where its arguments come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_smtp_collab.model.origin import Origin
from pulumi_smtp_collab.provider.wire_values import plain, secret_names

_ALWAYS_SECRET = {"password", "value", "verified_arguments"}
"""What is secret whatever the program marks."""


@dataclass(frozen=True, slots=True)
class ResourceName:
    """The parts of a URN (``urn:pulumi:STACK::PROJECT::PARENTS$TYPE::NAME``).

    Attributes:
        urn: The whole.
        project: The project's name; empty where the URN is none.
        stack: The stack's name.
        type: The resource's type.
        name: The resource's name.
    """

    urn: str
    project: str = ""
    stack: str = ""
    type: str = ""
    name: str = ""

    @classmethod
    def of(cls, urn: str) -> ResourceName:
        """Take a URN apart; a name may hold colons."""
        parts = urn.split("::", 3)
        if len(parts) != 4 or not parts[0].startswith("urn:pulumi:"):  # noqa: PLR2004 - its parts
            return cls(urn)
        return cls(urn, parts[1], parts[0].removeprefix("urn:pulumi:"), parts[2].rpartition("$")[2], parts[3])

    def origin(self, values: Mapping[str, Any]) -> Origin:
        """Return where values were declared; what is marked secret among them is named and never shown."""
        told = plain(values.get("__secretArguments"))  # by the dynamic resource, in its state
        names = secret_names({name: value for name, value in values.items() if not name.startswith("_")})
        named = frozenset(map(str, told)) if isinstance(told, list) else frozenset()
        return Origin(self.project, self.stack, (names | named) - _ALWAYS_SECRET, self.name)

"""The base of every model, and how a rule says that it was broken."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from pulumi_smtp_collab.model.wire_names import wire_name


class Arguments(BaseModel):
    """What a program gives: nothing unknown is accepted, nothing changes later, no error shows a value."""

    model_config = ConfigDict(
        alias_generator=wire_name,
        validate_by_name=True,
        validate_by_alias=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )


class Record(BaseModel):
    """What we write and read back: a field that an older or newer version wrote must not break reading."""

    model_config = ConfigDict(
        alias_generator=wire_name,
        validate_by_name=True,
        validate_by_alias=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    def to_wire(self) -> dict[str, Any]:
        """Return the record under its wire names, without the fields that hold nothing."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def broken(rule: str, seen: str = "") -> PydanticCustomError:
    """Return the error for a broken rule.

    Args:
        rule: What the value must be, as the end of a sentence; never holds the value.
        seen: What was given and what to write instead; may hold the value, so it is left out where the value is
            a secret. It is never given for a password.
    """
    message = f"{rule}: {seen}" if seen else rule
    return PydanticCustomError("argument", "{message}", {"message": message, "rule": rule})

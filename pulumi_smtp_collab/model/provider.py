"""All arguments of a collaboration provider: the server, its display name and its connectivity test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator
from typing_extensions import Self

from pulumi_smtp_collab.model.base import broken
from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
from pulumi_smtp_collab.model.settings import (
    Faults,
    SmtpSettings,
    dialled_elsewhere_faults,
    raise_first,
)
from pulumi_smtp_collab.model.target import TargetArguments

MAX_DISPLAY_NAME = 128


def check_display_name(value: str) -> str:
    """Gives the display name as it is.

    Raises:
        PydanticCustomError: It is empty, too long, has blanks around it or holds a control character.
    """
    rule = f"must be 1 to {MAX_DISPLAY_NAME} characters without blanks around them and without control characters"
    if not value.strip():
        raise broken(rule, "it is empty")
    if value != value.strip():
        raise broken(rule, "remove the blanks around it")
    if len(value) > MAX_DISPLAY_NAME:
        raise broken(rule, f"it is {len(value)} characters long")
    if not value.isprintable():
        raise broken(rule, "it holds a control character or one that can't be shown")
    return value


class ProviderArguments(SmtpSettings):
    """An SMTP collaboration provider as a program declares it.

    Raises:
        pydantic.ValidationError: An argument breaks its rule; the message names it.
    """

    display_name: Annotated[str, AfterValidator(check_display_name)] = Field(
        description="The name that people see, 1 to 128 characters; unique among the program's providers of one "
        "target.",
        json_schema_extra={"shown_default": "the resource's name"},
    )
    connectivity_test: ConnectivityTest = Field(
        default_factory=ConnectivityTest,
        description="How the server is tested before anything is saved.",
        json_schema_extra={"shown_default": "tested up to the recipient, enforced"},
    )
    adopt: Annotated[str, Field(min_length=1)] | None = Field(
        default=None,
        description="The identifier, in the target, of a provider that exists there already: the first up takes it "
        "over instead of creating one. The state target has nothing to take over.",
    )
    adopt_overwrite: bool = Field(
        default=False,
        description="Lets an adoption replace what differs in the target. Without it an adoption changes nothing: it "
        "lists each difference and stops.",
    )
    delete_adopted: bool = Field(
        default=False,
        description="Lets destroy delete what was adopted. Without it, it stays in the target.",
    )
    delegate_selectors: tuple[str, ...] = Field(
        default=(),
        description="Harness only: the tags that a delegate must have to send mail with this provider.",
        json_schema_extra={"shown_default": "any delegate"},
    )
    target: TargetArguments | None = Field(
        default=None,
        description="Where the provider is saved, if not where the stack's configuration says.",
        json_schema_extra={"shown_default": "the stack's"},
    )

    @model_validator(mode="after")
    def _check_with_test(self) -> Self:
        values = {name: getattr(self, name) for name in type(self).model_fields}
        raise_first(dialled_elsewhere_faults(values, self.connectivity_test.connect_to))
        return self


def provider_faults(known: Mapping[str, Any], known_test: Mapping[str, Any]) -> Faults:
    """Gives the rules between the provider's arguments and its test's that the known values break."""
    return dialled_elsewhere_faults(known, known_test.get("connect_to"))

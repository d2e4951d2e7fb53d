"""All arguments of a collaboration provider: the server, its display name and its connectivity test."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator
from typing_extensions import Self

from pulumi_smtp_collab.model.base import broken
from pulumi_smtp_collab.model.connectivity_test import DEPTHS, ConnectivityTest, Depth
from pulumi_smtp_collab.model.encrypted_text import SecretReference
from pulumi_smtp_collab.model.settings import (
    Faults,
    SmtpSettings,
    dialled_elsewhere_faults,
    raise_first,
)
from pulumi_smtp_collab.model.target import TargetArguments

MAX_DISPLAY_NAME = 128
_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


def check_display_name(value: str) -> str:
    """Return the display name as it is.

    Raises:
        PydanticCustomError: It is empty, too long, has whitespace around it or holds a control character.
    """
    rule = f"must be 1 to {MAX_DISPLAY_NAME} characters without whitespace around them and without control characters"
    if not value.strip():
        raise broken(rule, "it is empty")
    if value != value.strip():
        raise broken(rule, "remove the whitespace around it")
    if len(value) > MAX_DISPLAY_NAME:
        raise broken(rule, f"it is {len(value)} characters long")
    if not value.isprintable():
        raise broken(rule, "it holds a control character or one that can't be shown")
    return value


def check_variable_name(value: str) -> str:
    """Return the name of an environment variable as it is.

    Raises:
        PydanticCustomError: It is none. It is not shown: a password may have been given by mistake.
    """
    if not _VARIABLE_NAME.fullmatch(value):
        raise broken("must be the name of an environment variable, never a password")
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
    password_reference: SecretReference | None = Field(
        default=None,
        description="The Encrypted Text that holds the password: set by password=EncryptedText(...).",
        json_schema_extra={"shown_default": "none: a plain password"},
    )
    password_for_test_env: Annotated[str, AfterValidator(check_variable_name)] | None = Field(
        default=None,
        description="For an Encrypted Text that was selected, whose value can't be read: the name of an environment "
        "variable that holds the password for the connectivity test; never the password itself. Without it the test "
        "goes no deeper than tls.",
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

    @property
    def password_is_elsewhere(self) -> bool:
        """Whether the password lies in a secret that was selected, so that it is not known here."""
        return self.password is None and self.password_reference is not None

    @property
    def tested_depth(self) -> Depth:
        """How deep the test can go: no deeper than TLS without a password for the login."""
        asked = self.connectivity_test.depth
        if not self.password_is_elsewhere or self.password_for_test_env is not None:
            return asked
        return min(asked, "tls", key=DEPTHS.index)

    @model_validator(mode="after")
    def _check_with_test(self) -> Self:
        values = {name: getattr(self, name) for name in type(self).model_fields}
        raise_first(provider_faults(values, {"connect_to": self.connectivity_test.connect_to}))
        return self


def provider_faults(known: Mapping[str, Any], known_test: Mapping[str, Any]) -> Faults:
    """Return the rules between the provider's arguments and its test's that the known values break."""
    faults = dialled_elsewhere_faults(known, known_test.get("connect_to"))
    reference = known.get("password_reference")
    is_known = "password_reference" in known and (reference is None or not reference.selected)
    if known.get("password_for_test_env") is not None and is_known:
        text = "is for a password in an Encrypted Text that was selected; the value of this one is known: remove it"
        faults.append(("password_for_test_env", text))
    if reference is not None and reference.selected and known.get("password") is not None:
        faults.append(("password", "is given, and so is a selected Encrypted Text: give one of them"))
    return faults

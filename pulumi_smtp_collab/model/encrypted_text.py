"""Encrypted Text: a secret of its own that holds a password, and how a provider refers to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, Field, SecretStr, model_validator
from typing_extensions import Self

from pulumi_smtp_collab.model.base import Arguments, broken
from pulumi_smtp_collab.model.credentials import check_password
from pulumi_smtp_collab.model.settings import Faults, raise_first
from pulumi_smtp_collab.model.target import TargetArguments, TargetKind
from pulumi_smtp_collab.model.usage_scope import UsageScope

MAX_SECRET_NAME = 128
_IDENTIFIER = re.compile(r"[a-zA-Z_][0-9a-zA-Z_$]{0,127}")


def check_secret_name(value: str) -> str:
    """Return a secret's name as it is.

    Raises:
        PydanticCustomError: It is empty, too long, has whitespace around it or holds a control character.
    """
    if not value or value != value.strip() or len(value) > MAX_SECRET_NAME or not value.isprintable():
        raise broken(
            f"must be 1 to {MAX_SECRET_NAME} characters without whitespace around them and without control characters"
        )
    return value


def check_identifier(value: str) -> str:
    """Return an identifier of Harness NextGen as it is.

    Raises:
        PydanticCustomError: It is none.
    """
    if not _IDENTIFIER.fullmatch(value):
        rule = "must be an identifier of NextGen: 1 to 128 letters, digits, _ and $, beginning with a letter or _"
        raise broken(rule, repr(value))
    return value


Identifier: TypeAlias = Annotated[str, AfterValidator(check_identifier)]


class EncryptedTextArguments(Arguments):
    """An Encrypted Text as a program declares it.

    Raises:
        pydantic.ValidationError: An argument breaks its rule; the message names it and never shows the value.
    """

    name: Annotated[str, AfterValidator(check_secret_name)] = Field(
        description="Its name, 1 to 128 characters.", json_schema_extra={"shown_default": "the resource's name"}
    )
    value: Annotated[SecretStr, AfterValidator(check_password)] = Field(
        description="What it holds. A secret in inputs, outputs, state, messages and logs, even where the program "
        "gives plain text."
    )
    usage_scope: UsageScope | None = Field(
        default=None,
        description="Where it may be used, in the targets harness-firstgen and state; a provider that uses it inherits "
        "this.",
        json_schema_extra={"shown_default": "no usage scope"},
    )
    identifier: Identifier | None = Field(
        default=None,
        description="Harness NextGen only: its identifier, fixed for good.",
        json_schema_extra={"shown_default": "made of the name"},
    )
    org: Identifier | None = Field(
        default=None,
        description="Harness NextGen only: the organisation that it belongs to.",
        json_schema_extra={"shown_default": "the account itself"},
    )
    project: Identifier | None = Field(
        default=None,
        description="Harness NextGen only: the project that it belongs to, with its org.",
        json_schema_extra={"shown_default": "none"},
    )
    secret_manager: Annotated[str, Field(min_length=1)] | None = Field(
        default=None,
        description="Harness only: the secret manager that keeps it, fixed for good: its identifier in NextGen, its id "
        "in FirstGen.",
        json_schema_extra={"shown_default": "NextGen: harnessSecretManager; FirstGen: the account's default"},
    )
    tags: Mapping[str, str] = Field(default_factory=dict, description="Harness NextGen only: its tags.")
    used_as_password: bool | None = Field(
        default=None,
        description="Harness NextGen only: whether a provider of the program has it as its password. Then that "
        "provider writes a new value into it, once its test of the value has passed. In Python "
        "password=EncryptedText(...) sets it.",
        json_schema_extra={"shown_default": "none: a new value is live at once"},
    )
    target: TargetArguments | None = Field(
        default=None,
        description="Where it is saved, if not where the stack's configuration says.",
        json_schema_extra={"shown_default": "the stack's"},
    )

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        raise_first(encrypted_text_faults({name: getattr(self, name) for name in type(self).model_fields}))
        return self


def encrypted_text_faults(known: Mapping[str, Any]) -> Faults:
    """Return the rules between an Encrypted Text's arguments that the known values break (see ``settings_faults``)."""
    if known.get("project") is not None and "org" in known and known["org"] is None:
        return [("org", "is missing: project is given, and a project belongs to an organisation")]
    return []


class SecretReference(Arguments):
    """What a provider says of the Encrypted Text that holds its password; an output of the Encrypted Text."""

    name: str = Field(description="What refers to it: its name, in NextGen its identifier, as it is saved.")
    secret_id: str = Field(description="The target's identifier of it.")
    selected: bool = Field(
        default=False, description="Whether it exists elsewhere and was selected: then its value is not known here."
    )
    target: TargetKind = Field(default="state", description="state, harness or harness-firstgen.")
    endpoint: str | None = Field(default=None, description="The base URL of Harness.")
    account_id: str | None = Field(default=None, description="The Harness account.")
    usage_scope: UsageScope | None = Field(default=None, description="Where it may be used.")

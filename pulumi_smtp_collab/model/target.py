"""Which target a provider is saved in, where the resource says so itself."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from pulumi_smtp_collab.model.base import Arguments, Record

TargetKind: TypeAlias = Literal["state", "harness", "harness-firstgen"]


class TargetArguments(Arguments):
    """The target of one provider; what is left out comes from the environment or the stack's configuration.

    It holds names of places where an API key lies, never a key.
    """

    kind: TargetKind | None = Field(
        default=None,
        description="Where the provider is saved.",
        json_schema_extra={"shown_default": "smtp-collab:target, else state"},
    )
    endpoint: str | None = Field(
        default=None,
        description="The base URL of Harness.",
        json_schema_extra={"shown_default": "HARNESS_ENDPOINT, smtp-collab:harnessEndpoint, else Harness SaaS"},
    )
    account_id: str | None = Field(
        default=None,
        description="The Harness account.",
        json_schema_extra={"shown_default": "HARNESS_ACCOUNT_ID, else smtp-collab:harnessAccountId"},
    )
    api_key_env: str | None = Field(
        default=None, description="The name of the environment variable that holds the API key; never the key itself."
    )
    api_key_config: str | None = Field(
        default=None,
        description="The name of the key of the stack's configuration that holds the API key; never that key itself.",
    )


class SavedIn(Record):
    """Where a provider is saved; read, update and delete act on it, whatever the configuration says by then."""

    target: str = Field(description="state, harness or harness-firstgen.")
    endpoint: str | None = Field(default=None, description="The base URL of Harness.")
    account_id: str | None = Field(default=None, description="The Harness account.")
    password_stored: bool | None = Field(default=None, description="Whether Harness holds a password.")
    password_known: bool | None = Field(
        default=None, description="Whether that password is the program's, and not one of before an adoption."
    )
    adopted: bool | None = Field(default=None, description="Whether it was taken over instead of created.")
    drifted: bool | None = Field(
        default=None, description="Whether the last refresh found it changed in the target; the next up puts it right."
    )
    secret_name: str | None = Field(
        default=None, description="FirstGen only: the name of the Encrypted Text that Harness holds for it."
    )
    secret_id: str | None = Field(default=None, description="FirstGen only: the id of that Encrypted Text.")


class DelegateVerification(Record):
    """The outcome of Harness's own test, by which a delegate sends a real mail."""

    status: str = Field(description="passed, failed or timedOut.")
    message: str = Field(default="", description="What Harness said.")
    checked_at: str = Field(description="When it ended (UTC, RFC 3339).")

"""What a stack's configuration, or an explicit provider of the native plugin, says for all of its resources."""

from __future__ import annotations

from pydantic import Field, SecretStr

from pulumi_smtp_collab.model.base import Arguments
from pulumi_smtp_collab.model.connectivity_test import Depth, Mode
from pulumi_smtp_collab.model.target import TargetKind


class StackConfiguration(Arguments):
    """The settings of a stack: each is the key ``smtp-collab:NAME`` of its configuration, by wire name.

    They are described here, and validated where they are used: by then the environment may have said otherwise.
    """

    target: TargetKind | None = Field(
        default=None,
        description="Where providers and Encrypted Texts are saved: state, harness (NextGen) or harness-firstgen.",
        json_schema_extra={"shown_default": "state"},
    )
    harness_endpoint: str | None = Field(
        default=None,
        description="The base URL of Harness, with /gateway or without; https.",
        json_schema_extra={"shown_default": "HARNESS_ENDPOINT, else Harness SaaS"},
    )
    harness_account_id: str | None = Field(
        default=None,
        description="The account of Harness.",
        json_schema_extra={"shown_default": "HARNESS_ACCOUNT_ID"},
    )
    harness_api_key: SecretStr | None = Field(
        default=None,
        description="The API key of Harness.",
        json_schema_extra={"shown_default": "HARNESS_PLATFORM_API_KEY (NextGen) or HARNESS_API_KEY (FirstGen)"},
    )
    harness_ca_certificates: str | None = Field(
        default=None,
        description="PEM text of CAs that are trusted for the endpoint in addition to the system's.",
    )
    connectivity_test_mode: Mode | None = Field(
        default=None,
        description="What a failed test means, where a provider does not say so itself: enforce, warn or off.",
        json_schema_extra={"shown_default": "enforce"},
    )
    connectivity_test_depth: Depth | None = Field(
        default=None,
        description="How deep tests go, where a provider does not say so itself: connect, tls, login, sender, "
        "recipient or message.",
        json_schema_extra={"shown_default": "recipient"},
    )
    connectivity_test_deadline_seconds: float | None = Field(
        default=None,
        description="Seconds that a whole test may take, 1 to 300, where a provider does not say so itself.",
        json_schema_extra={"shown_default": "60"},
    )
    tests_at_once: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="How many tests may run at once for one host, port and user, 1 to 1000; more wait for their turn.",
        json_schema_extra={"shown_default": "2"},
    )
    require_test: bool | None = Field(
        default=None,
        description="true forbids SMTP_COLLAB_SKIP_TEST, the environment variable by which a machine skips tests.",
        json_schema_extra={"shown_default": "false"},
    )

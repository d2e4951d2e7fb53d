"""Texts in wire names, for programs that are not written in Python."""

from __future__ import annotations

import inspect

import pytest

from pulumi_smtp_collab.lifecycle.setting_names import SETTINGS
from pulumi_smtp_collab.model.stack_configuration import StackConfiguration
from pulumi_smtp_collab.model.wire_names import wire_name
from pulumi_smtp_collab.model.wire_texts import in_wire_names
from pulumi_smtp_collab.native import Provider


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from_address: must be an address", "fromAddress: must be an address"),
        ("connectivity_test.deadline_seconds: must be 1 to 300", "connectivityTest.deadlineSeconds: must be 1 to 300"),
        ("ssl and start_tls exclude each other", "ssl and startTls exclude each other"),
        ("set target.api_key_env, or target.api_key_config", "set target.apiKeyEnv, or target.apiKeyConfig"),
        (
            "my_start_tls and start_tls_ and start_tls@example.com",
            "my_start_tls and start_tls_ and start_tls@example.com",
        ),
        ("port=587 with start_tls=True", "port=587 with startTls: true"),
        ("the environment variable SMTP_START_TLS", "the environment variable SMTP_START_TLS"),
    ],
)
def test_arguments_have_their_wire_names(text: str, expected: str) -> None:
    """Each argument's Python name becomes its wire name; longer words, addresses and variables stay as they are."""
    assert in_wire_names(text) == expected


def test_the_settings_of_a_stack_are_described_once() -> None:
    """The described settings are those that are known, and those that an explicit provider takes."""
    described = set(StackConfiguration.model_fields)
    assert {wire_name(name) for name in described} == set(SETTINGS)
    assert set(inspect.signature(Provider.__init__).parameters) - {"self", "resource_name", "opts"} == described

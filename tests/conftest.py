"""Fixtures of all tests."""

from __future__ import annotations

pytest_plugins = ["pulumi_stack.fixtures", "mailservers.fixtures", "fake_harness.fixtures", "harness_stacks"]

"""The inputs that the dynamic resources add: what the engine's Python host does not tell a provider by itself."""

from __future__ import annotations

SECRET_ARGUMENTS = "__secretArguments"  # noqa: S105 - a name
"""The Python names of the arguments that the program marked secret."""

STACK = "__stack"
"""Project and stack, for the test mail."""

"""Properties between the engine's values, with their marks of secrecy, and the life cycle's, which are plain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from pulumi_smtp_collab.provider.wire_values import Secret, marked_like, plain

_ALWAYS_SECRET = {"password", "value", "verifiedArguments"}


def own(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plain values that a program or this provider writes, without a dynamic resource's internal ones."""
    return {name: plain(value) for name, value in values.items() if not name.startswith("_")}


def sent(properties: Mapping[str, Any], example: Mapping[str, Any]) -> dict[str, Any]:
    """Return properties as the engine takes them: secret where the model says so, and where the example is marked.

    Args:
        properties: The life cycle's properties.
        example: The engine's values that they were made of.
    """
    marked = marked_like(bare(properties), example)
    return {
        name: Secret(value) if name in _ALWAYS_SECRET and not isinstance(value, Secret) else value
        for name, value in marked.items()
        if value is not None
    }


def bare(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return properties without the model's marks of secrecy."""
    return {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in properties.items()
    }

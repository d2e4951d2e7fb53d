"""What a provider's cost in a stack is compared with: a dynamic resource whose provider does nothing.

Importable and stateless, as ours is, so that its pickle in state is a reference and as small as ours.
"""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

LIKE = "BENCH_LIKE"
"""Environment variable: the file that holds what ours saved: ``inputs`` and ``outputs``, by wire name."""


@functools.cache
def _like() -> dict[str, dict[str, Any]]:
    saved: dict[str, dict[str, Any]] = json.loads(Path(os.environ[LIKE]).read_text(encoding="utf-8"))
    return saved


class NoOpResourceProvider(ResourceProvider):
    """Saves what it is given; check, diff, read and delete are the SDK's own."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Return the properties back, and where they are those of ours, what ours adds to them."""
        return CreateResult("no-op", {**_like()["outputs"], **props} if len(props) > 2 else props)


class NoOpResource(Resource, module="bench", name="NoOp"):
    """A dynamic resource with one property."""

    def __init__(self, name: str) -> None:
        super().__init__(NoOpResourceProvider(), name, {"host": "127.0.0.1"})


class NoOpLikeOurs(Resource, module="bench", name="NoOpLikeOurs"):
    """A dynamic resource with the properties of ours: inputs, outputs, and what is secret among them."""

    def __init__(self, name: str, output_names: tuple[str, ...]) -> None:
        properties: dict[str, Any] = {**dict.fromkeys(output_names), **_like()["inputs"], "displayName": name}
        properties["password"] = pulumi.Output.secret(properties["password"])
        secret = pulumi.ResourceOptions(additional_secret_outputs=["password", "verifiedArguments"])
        super().__init__(NoOpResourceProvider(), name, properties, secret)

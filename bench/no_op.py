"""What the life cycle's cost is compared with: a dynamic resource whose provider does nothing.

Importable and stateless, as ours is, so that its pickle in state is a reference and as small as ours.
"""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider, UpdateResult

_OUTPUTS = "__outputs"
"""Internal property: what the provider adds to the outputs, so that its state holds what ours holds."""


class NoOpResourceProvider(ResourceProvider):
    """Saves what it is given; check, diff, read and delete are those of the SDK."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Gives the properties back, and what ours would add."""
        return CreateResult("no-op", _outputs(props))

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Gives the new properties back."""
        return UpdateResult(_outputs(_news))


class NoOpResource(Resource, module="bench", name="NoOp"):
    """A dynamic resource with any properties."""

    def __init__(self, name: str, properties: dict[str, Any], opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(NoOpResourceProvider(), name, properties, opts)


def _outputs(properties: dict[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in properties.items() if name not in {"__provider", _OUTPUTS}}
    return {**given, **properties.get(_OUTPUTS, {})}

"""Which arguments a program marked secret: the provider can't see it, so the program passes their names along."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Mapping
from typing import Any

import pulumi


def secret_arguments(
    given: Mapping[str, Any], nested: str, always: str = "password"
) -> Awaitable[list[str] | None] | None:
    """Gives the Python names of the secret arguments; none where no argument is an output.

    Args:
        given: The arguments by Python name.
        nested: The argument that has arguments of its own.
        always: The argument that is a secret whatever the program gives.
    """
    outputs = {name: output for name, output in _outputs(given, nested) if name != always}
    if not outputs:
        return None

    async def names() -> list[str] | None:
        return [name for name, output in outputs.items() if await output.is_secret()] or None

    return names()


def _outputs(given: Mapping[str, Any], nested: str) -> Iterator[tuple[str, pulumi.Output[Any]]]:
    for name, value in given.items():
        if name == nested and not isinstance(value, pulumi.Output):
            inner = value if isinstance(value, Mapping) else getattr(value, "__dict__", {})
            for inner_name, inner_value in inner.items():
                if isinstance(inner_value, pulumi.Output):
                    yield f"{nested}.{inner_name}", inner_value
        elif isinstance(value, pulumi.Output):
            yield name, value

"""Which arguments a program marked secret: the provider can't see it, so the program passes their names along."""

from __future__ import annotations

from collections.abc import Awaitable, Generator, Iterator, Mapping
from typing import Any

import pulumi
from pulumi._types import is_input_type

from pulumi_smtp_collab.model.wire_names import python_name


def secret_arguments(given: Mapping[str, Any], always: str = "password") -> Awaitable[list[str] | None] | None:
    """Return the Python names of the secret arguments; none where no argument is an output.

    A secret inside an argument is named by its path (``connectivity_test.recipient``), one in a list by the list's.

    Args:
        given: The arguments by Python name.
        always: The argument that is a secret whatever the program gives.
    """
    outputs = [found for name, value in given.items() if name != always for found in _outputs(python_name(name), value)]
    return _SecretNames(outputs) if outputs else None


class _SecretNames(Awaitable[list[str] | None]):
    """The names, asked for when they are awaited: a coroutine that nobody awaits, since the program ends, is warned of.

    Args:
        outputs: The path of each output, and the output.
    """

    def __init__(self, outputs: list[tuple[str, pulumi.Output[Any]]]) -> None:
        self._outputs = outputs

    def __await__(self) -> Generator[Any, None, list[str] | None]:
        return self._names().__await__()

    async def _names(self) -> list[str] | None:
        secret = [path for path, output in self._outputs if await output.is_secret()]
        return list(dict.fromkeys(secret)) or None


def _outputs(path: str, value: object) -> Iterator[tuple[str, pulumi.Output[Any]]]:
    """Return every output in a value, with the path to it."""
    if isinstance(value, pulumi.Output):
        yield path, value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _outputs(path, item)
    elif isinstance(value, Mapping) or is_input_type(type(value)):
        for name, inner in (value if isinstance(value, Mapping) else vars(value)).items():
            yield from _outputs(f"{path}.{python_name(str(name))}", inner)

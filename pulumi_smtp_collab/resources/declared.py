"""A resource of ours as a program declares it; the front ends differ in what they hand to the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pulumi

from pulumi_smtp_collab.model.wire_names import python_name, wire_name
from pulumi_smtp_collab.resources.argument_parsing import refuse_positions

if TYPE_CHECKING:
    from typing_extensions import Self


class Declared(pulumi.CustomResource):
    """What all resources of ours have in common."""

    if not TYPE_CHECKING:

        def __new__(cls, *args: object, **kwargs: object) -> Self:
            """Refuse arguments by position, before Python does so in its own words.

            Not around the constructor: the engine takes the line above that for the place of the declaration.
            """
            refuse_positions(cls.__name__, args, kwargs)
            return super().__new__(cls)

    def translate_input_property(self, prop: str) -> str:
        """Return the wire name of an argument, of each part of a path too (``connectivity_test.depth``)."""
        return wire_name(prop)

    def translate_output_property(self, prop: str) -> str:
        """Return the Python name of an output."""
        return python_name(prop)

    def _register(
        self,
        resource_name: str,
        properties: dict[str, Any],
        options: pulumi.ResourceOptions,
        given: Mapping[str, Any] | None = None,
    ) -> None:
        """Hand it to the engine.

        Args:
            resource_name: The name of the resource in the program.
            properties: The inputs by Python name; None for each output that is none.
            options: The resource options, ours too.
            given: The arguments as they were given; None where it is only read.
        """
        raise NotImplementedError

    def _refuse_options(self, opts: pulumi.ResourceOptions | None) -> None:
        """Refuse options that the front end can't serve."""

    def _is_set_by_the_stack(self, _opts: pulumi.ResourceOptions | None) -> bool:
        """Return whether the stack's configuration holds for it, and not that of an explicit provider."""
        return True

"""What the operations give to a front end, for a provider and an Encrypted Text alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pulumi_smtp_collab.model.partial_validation import UNKNOWN, Fault
from pulumi_smtp_collab.targets import Replacement

SECRET_OUTPUTS = ("password", "value", "verifiedArguments")
"""The outputs, by wire name, that are always secret."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check.

    Attributes:
        inputs: The normalised inputs by wire name; what is not known yet is ``UNKNOWN``.
        faults: One sentence for each broken rule, beginning with the argument's name. No value that may be secret.
    """

    inputs: dict[str, Any] = field(repr=False)
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """The outcome of a diff.

    Attributes:
        what: nothing; arguments (the saved ones and the program's differ, or may differ); verification (only the
            verification has to be renewed); place (it has to be saved elsewhere, so it is replaced).
        replacement: Why an update can't make the difference good; None where it can.
    """

    what: Literal["nothing", "arguments", "verification", "place"]
    replacement: Replacement | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """What is saved: its identifier, its outputs by wire name and, where they drifted, its inputs."""

    id: str
    outputs: dict[str, Any] = field(repr=False)
    inputs: dict[str, Any] | None = field(default=None, repr=False)


def own(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs that a program writes, without the internal ones."""
    return {name: value for name, value in inputs.items() if not name.startswith("_")}


def internal(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the internal inputs."""
    return {name: value for name, value in inputs.items() if name.startswith("_")}


def holds_unknown(values: Mapping[str, Any]) -> bool:
    """Return whether a preview does not know some value yet."""
    return any(value is UNKNOWN or (isinstance(value, Mapping) and holds_unknown(value)) for value in values.values())


def sentence(fault: Fault, secret: frozenset[str] = frozenset()) -> str:
    """Return a fault as a person reads it; the value of a secret argument is not shown."""
    return f"{fault.argument}: {fault.rule if fault.is_about(secret) else fault.reason}"

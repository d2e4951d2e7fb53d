"""Property values as the engine sends them to a native plugin, and back.

The engine sends a ``google.protobuf.Struct``. What a Struct can't say is said by an object with a signature (a secret,
an output, an asset, an archive, a reference to a resource) or by a well-known string (an unknown). These are part of
the engine's wire protocol (pulumi/pulumi: sdk/go/common/resource/plugin/rpc.go, sdk/go/common/resource/sig).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from google.protobuf.struct_pb2 import Struct, Value  # type: ignore[import-untyped]

from pulumi_smtp_collab.model.partial_validation import UNKNOWN
from pulumi_smtp_collab.model.wire_names import python_name

_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a signature, as all of these
_OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_REFUSED: Final = {
    "c44067f5952c0a294b673a41bacd8c17": "an asset",
    "0def7320c3a5731c473e5ecbe6d01bc7": "an archive",
    "5cf8f73096256a8f31e491e813e4eb8e": "a resource: pass one of its outputs",
}
_UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWN_ASSETS: Final = {
    "030794c1-ac77-496b-92df-f27374a8bd58": "an asset",
    "e48ece36-62e2-4504-bad9-02848725956a": "an archive",
}
_UNKNOWNS: Final = {
    _UNKNOWN_TEXT,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # a boolean
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # a number
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # a list
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # an object
}


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that the program, the stack or this provider marked secret; it may hold further secrets."""

    value: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """A value of a kind that no argument takes.

    Attributes:
        argument: The path of the argument by wire names.
        kind: What was given instead of a value.
    """

    argument: str
    kind: str

    def __str__(self) -> str:
        return f"{self.argument}: must be a plain value, not {self.kind}"


def from_wire(struct: Struct) -> tuple[dict[str, Any], tuple[Refused, ...]]:
    """Return the values of a Struct, and what no argument takes among them.

    Whole numbers are ``int``, what is not known yet is ``UNKNOWN``, what is marked is a ``Secret`` where it stands,
    nested too. What is refused counts as not known, so that the other values can still be looked at.
    """
    refused: list[Refused] = []
    return {name: _read(value, name, refused) for name, value in struct.fields.items()}, tuple(refused)


def to_wire(values: Mapping[str, Any]) -> Struct:
    """Return the values as a Struct; a name whose value is None is left out, as the engine does."""
    return Struct(fields={name: _written(value) for name, value in values.items() if value is not None})


def plain(value: Any) -> Any:  # noqa: ANN401 - any value of a property, here and below
    """Return the value without its marks of secrecy."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def marked_like(value: Any, example: Any) -> Any:  # noqa: ANN401
    """Mark in a plain value what is marked secret in an example of it.

    A list that differs from the example's is marked as a whole where the example's holds a secret: its items may have
    changed their places.
    """
    if isinstance(example, Secret):
        return Secret(marked_like(value, example.value))
    if isinstance(value, Mapping) and isinstance(example, Mapping):
        return {name: marked_like(item, example.get(name)) for name, item in value.items()}
    if isinstance(value, list) and isinstance(example, list) and _holds_secret(example):
        if plain(example) == value:
            return [marked_like(item, like) for item, like in zip(value, example, strict=True)]
        return Secret(value)
    return value


def secret_names(values: Mapping[str, Any]) -> frozenset[str]:
    """Return the paths, in Python names, of the values that are marked secret; one in a list is the list's."""
    return frozenset(path for name, value in values.items() for path in _secret_paths(python_name(name), value))


def _secret_paths(path: str, value: Any) -> Iterator[str]:  # noqa: ANN401
    if isinstance(value, Secret):
        yield path
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _secret_paths(f"{path}.{python_name(name)}", item)
    elif _holds_secret(value):
        yield path


def _holds_secret(value: Any) -> bool:  # noqa: ANN401
    if isinstance(value, (Mapping, list)):
        return any(_holds_secret(item) for item in (value.values() if isinstance(value, Mapping) else value))
    return isinstance(value, Secret)


def _read(value: Value, path: str, refused: list[Refused]) -> Any:  # noqa: ANN401
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        if text in _UNKNOWN_ASSETS:
            return _refuse(path, _UNKNOWN_ASSETS[text], refused)
        return UNKNOWN if text in _UNKNOWNS else text
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [_read(item, f"{path}[{index}]", refused) for index, item in enumerate(value.list_value.values)]
    return _read_object(value.struct_value, path, refused) if kind == "struct_value" else None


def _read_object(struct: Struct, path: str, refused: list[Refused]) -> Any:  # noqa: ANN401
    fields = struct.fields
    if _SIGNATURE not in fields:
        return {name: _read(value, f"{path}.{name}", refused) for name, value in fields.items()}
    signature = fields[_SIGNATURE].string_value
    if signature == _SECRET:
        return Secret(_read(fields["value"], path, refused) if "value" in fields else None)
    if signature == _OUTPUT:
        value = _read(fields["value"], path, refused) if "value" in fields else UNKNOWN
        return Secret(value) if "secret" in fields and fields["secret"].bool_value else value
    return _refuse(path, _REFUSED.get(signature, "a value of a kind that this version does not know"), refused)


def _refuse(path: str, kind: str, refused: list[Refused]) -> Any:  # noqa: ANN401
    refused.append(Refused(path, kind))
    return UNKNOWN


def _written(value: Any) -> Value:  # noqa: ANN401
    if value is None:
        return Value(null_value=0)
    if value is UNKNOWN:
        return Value(string_value=_UNKNOWN_TEXT)
    if isinstance(value, Secret):
        return Value(struct_value=Struct(fields={_SIGNATURE: _written(_SECRET), "value": _written(value.value)}))
    if isinstance(value, bool):
        return Value(bool_value=value)
    if isinstance(value, (int, float)):
        return Value(number_value=value)
    if isinstance(value, str):
        return Value(string_value=value)
    if isinstance(value, Mapping):
        return Value(struct_value=to_wire(value))
    if isinstance(value, Sequence):
        written = Value()
        written.list_value.values.extend(_written(item) for item in value)
        return written
    raise TypeError(f"no property holds a value of the type {type(value).__name__}")

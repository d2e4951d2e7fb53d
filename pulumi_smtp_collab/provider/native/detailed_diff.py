"""What differs between saved and wanted arguments, property by property, as the engine shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2

_KIND = provider_pb2.PropertyDiff.Kind
_REPLACING = {
    _KIND.ADD: _KIND.ADD_REPLACE,
    _KIND.DELETE: _KIND.DELETE_REPLACE,
    _KIND.UPDATE: _KIND.UPDATE_REPLACE,
}


def detailed_diff(
    before: Mapping[str, Any], after: Mapping[str, Any], replacing: Collection[str] = ()
) -> dict[str, provider_pb2.PropertyDiff]:
    """Return the paths that differ, each with how.

    Args:
        before: The saved arguments by wire name, plain.
        after: The wanted ones, plain; what is not known yet differs from whatever was known.
        replacing: The arguments by wire name that no update can change.
    """
    found = {}
    for path, kind in _differences("", before, after):
        head = path.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]
        found[path] = provider_pb2.PropertyDiff(kind=_REPLACING[kind] if head in replacing else kind, inputDiff=True)
    return found


def _differences(path: str, before: Any, after: Any) -> Iterator[tuple[str, provider_pb2.PropertyDiff.Kind.ValueType]]:  # noqa: ANN401
    if before == after:
        return
    if before is None:
        yield path, _KIND.ADD
    elif after is None:
        yield path, _KIND.DELETE
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            inner = f"{path}.{name}" if path else name
            yield from _differences(inner, before.get(name), after.get(name))
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            pair = [each[index] if index < len(each) else None for each in (before, after)]
            yield from _differences(f"{path}[{index}]", *pair)
    else:
        yield path, _KIND.UPDATE

"""Display names are unique among a program's providers: the second one is refused, and both are named."""

from __future__ import annotations

from collections.abc import Awaitable
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import get_root_resource

_taken: WeakKeyDictionary[pulumi.Resource, dict[str, str]] = WeakKeyDictionary()
_lock = Lock()


def claim(display_name: Any, resource_name: str) -> Any:  # noqa: ANN401 - any input
    """Takes a display name for a resource.

    Names are kept by the run's root resource, so that two runs of the Automation API in one process don't meet.

    Returns:
        What to pass on as the argument: a name that is known later is looked at when it is known.

    Raises:
        ValueError: Another provider of this program has the name.
    """
    root = get_root_resource()
    if root is None:
        return display_name  # no run, no program to be unique in
    if isinstance(display_name, (pulumi.Output, Awaitable)):
        return pulumi.Output.from_input(display_name).apply(lambda name: _take(root, name, resource_name))
    return _take(root, display_name, resource_name)


def _take(root: pulumi.Resource, display_name: Any, resource_name: str) -> Any:  # noqa: ANN401 - any input
    if not isinstance(display_name, str):
        return display_name  # no name at all: the check says so
    with _lock:
        taken = _taken.setdefault(root, {})
        owner = taken.get(display_name)
        if owner is None:
            taken[display_name] = resource_name
            return display_name
    raise ValueError(
        f"display_name: {display_name!r} is taken by the provider {owner!r}, so the provider {resource_name!r} "
        "needs another one: display names are unique among a program's providers"
    )

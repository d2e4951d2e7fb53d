"""Display names are unique among a program's providers of one target: the second is refused, and both are named."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import get_root_resource

from pulumi_smtp_collab.model.display_names import DisplayNames
from pulumi_smtp_collab.model.wire_names import python_name
from pulumi_smtp_collab.resources.errors import WrongDeclaration

_PLACE = ("kind", "endpoint", "account_id")
_of_runs: WeakKeyDictionary[pulumi.Resource, DisplayNames] = WeakKeyDictionary()
_lock = Lock()


def claim(display_name: Any, resource_name: str, target: object = None) -> Any:  # noqa: ANN401 - any input
    """Take a display name for a resource, among those that are saved in the same target.

    Names are kept by the run's root resource, so that two runs of the Automation API in one process don't meet.

    Returns:
        What to pass on as the argument: a name that is known later is looked at when it is known.

    Raises:
        WrongDeclaration: Another provider of this program has the name.
    """
    root = get_root_resource()
    if root is None:
        return display_name  # no run, no program to be unique in
    place = _place(target, resource_name)
    if isinstance(display_name, (pulumi.Output, Awaitable)):
        return pulumi.Output.from_input(display_name).apply(lambda name: _take_later(root, place, name, resource_name))
    return _take(root, place, display_name, resource_name)


def _place(target: object, resource_name: str) -> str:
    """Return what tells the targets of a program apart; one that is known later is a place of its own.

    A target that is left out, and a kind that is, are what the stack's configuration says.
    """
    if isinstance(target, (pulumi.Output, Awaitable)):
        return f"where {resource_name} is"
    given = target if isinstance(target, Mapping) else getattr(target, "__dict__", {})
    told = {python_name(name): value for name, value in given.items() if value is not None}
    told.setdefault("kind", pulumi.Config("smtp-collab").get("target") or "state")
    if told["kind"] == "state":
        return "state"  # a stack has one
    known = {name: told[name] for name in _PLACE if name in told}
    return repr(known) if all(isinstance(value, str) for value in known.values()) else f"where {resource_name} is"


def _take(root: pulumi.Resource, place: str, display_name: Any, resource_name: str) -> Any:  # noqa: ANN401 - any input
    refusal = _refusal(root, place, display_name, resource_name)
    if refusal is not None:
        raise WrongDeclaration(refusal)
    return display_name


def _take_later(root: pulumi.Resource, place: str, display_name: Any, resource_name: str) -> Any:  # noqa: ANN401
    refusal = _refusal(root, place, display_name, resource_name)
    if refusal is not None:
        # No ValueError, in an output: Pulumi's serializer would wrap it, and its traceback hide the sentence.
        raise pulumi.RunError(refusal)
    return display_name


def _refusal(root: pulumi.Resource, place: str, display_name: object, resource_name: str) -> str | None:
    if not isinstance(display_name, str):
        return None  # no name at all: the check says so
    with _lock:
        names = _of_runs.setdefault(root, DisplayNames())
    refusal = names.take(place, display_name, resource_name)
    return None if refusal is None else f"display_name: {refusal}"

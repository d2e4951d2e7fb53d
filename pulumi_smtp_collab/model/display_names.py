"""Display names are unique among a program's providers of one target. Free of other imports: every program loads it."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock


class DisplayNames:
    """The display names that a program's providers have taken so far, by target."""

    def __init__(self) -> None:
        self._owners: dict[tuple[Hashable, str], str] = {}
        self._lock = Lock()

    def take(self, place: Hashable, name: str, resource: str, *, again: bool = False) -> str | None:
        """Take a name for a resource.

        Args:
            place: What tells the targets of a program apart.
            name: The display name.
            resource: The name of the resource.
            again: Whether the same resource may ask again, as a check does.

        Returns:
            None, or why it can't, after ``display_name: ``. The name itself is not shown: it may be secret.
        """
        with self._lock:
            owner = self._owners.get((place, name))
            if owner is None or (again and owner == resource):
                self._owners[place, name] = resource
                return None
        if owner == resource:
            return f"two providers named {resource!r} have it: give one of them another name, or another display_name"
        return (
            f"it is taken by the provider {owner!r}, so the provider {resource!r} needs another one: display names are "
            "unique among a program's providers of one target"
        )

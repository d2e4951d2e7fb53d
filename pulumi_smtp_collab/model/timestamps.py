"""How a moment is written, wherever it is saved or shown."""

from __future__ import annotations

from datetime import datetime, timezone


def rfc3339(moment: datetime) -> str:
    """Return a moment (aware) in UTC as RFC 3339 writes it, to the second: "2026-11-25T10:00:00Z"."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"

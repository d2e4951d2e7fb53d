"""Whether Pulumi's mocks stand in for the engine, as in unit tests of programs."""

from __future__ import annotations

from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor


def under_mocks() -> bool:
    """Return whether Pulumi's mocks stand in for the engine (``pulumi.runtime.set_mocks``)."""
    return isinstance(get_monitor(), MockMonitor)

"""Where a provider is saved: one interface, and the targets behind it."""

from __future__ import annotations

from pulumi_smtp_collab.target.interface import Saved, Target
from pulumi_smtp_collab.target.state import StateTarget

__all__ = ["Saved", "StateTarget", "Target"]

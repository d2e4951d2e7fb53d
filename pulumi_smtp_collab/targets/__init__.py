"""Where a provider is saved: one interface, and the targets behind it."""

from __future__ import annotations

from pulumi_smtp_collab.targets.choice import StackTargets
from pulumi_smtp_collab.targets.interface import (
    Choice,
    HeldSecret,
    Replacement,
    Saved,
    SaveRequest,
    SecretStore,
    StillSaved,
    StoreChoice,
    Target,
    Targets,
)
from pulumi_smtp_collab.targets.state import StateTarget

__all__ = [
    "Choice",
    "HeldSecret",
    "Replacement",
    "SaveRequest",
    "Saved",
    "SecretStore",
    "StackTargets",
    "StateTarget",
    "StillSaved",
    "StoreChoice",
    "Target",
    "Targets",
]

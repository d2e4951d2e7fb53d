"""Where a provider is saved: one interface, and the targets behind it."""

from __future__ import annotations

from pulumi_smtp_collab.target.choice import StackTargets
from pulumi_smtp_collab.target.interface import (
    Choice,
    HeldSecret,
    Intent,
    Replacement,
    Saved,
    SecretStore,
    StoreChoice,
    Target,
    Targets,
)
from pulumi_smtp_collab.target.state import StateTarget

__all__ = [
    "Choice",
    "HeldSecret",
    "Intent",
    "Replacement",
    "Saved",
    "SecretStore",
    "StackTargets",
    "StateTarget",
    "StoreChoice",
    "Target",
    "Targets",
]

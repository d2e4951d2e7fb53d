"""The types of what a program reads of its resources, as Pulumi's packages name them."""

from __future__ import annotations

from pulumi_smtp_collab.resources.generated.outputs import (
    ConnectivityTestSettings,
    DelegateVerification,
    Diagnosis,
    SavedIn,
    SecretReferenceSettings,
    ServerFacts,
    SkippedTest,
    StageResult,
    TargetSettings,
    TestedFrom,
    UsageScopeEntrySettings,
    UsageScopeSettings,
    Verification,
)

__all__ = [
    "ConnectivityTestSettings",
    "DelegateVerification",
    "Diagnosis",
    "SavedIn",
    "SecretReferenceSettings",
    "ServerFacts",
    "SkippedTest",
    "StageResult",
    "TargetSettings",
    "TestedFrom",
    "UsageScopeEntrySettings",
    "UsageScopeSettings",
    "Verification",
]

"""SMTP collaboration providers as Pulumi resources: tested before they are saved.

Each name is loaded when it is first used: a program that declares providers does not load the connectivity test.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from pulumi_smtp_collab._version import __version__

if TYPE_CHECKING:
    from pulumi_smtp_collab.connectivity import forget_failures, run_connectivity_test
    from pulumi_smtp_collab.connectivity.diagnosis import diagnosis_codes
    from pulumi_smtp_collab.lifecycle.errors import (
        ConnectFailed,
        ConnectivityTestFailed,
        EhloFailed,
        GreetingFailed,
        LoginFailed,
        MessageRefused,
        NameResolutionFailed,
        RecipientRefused,
        SenderRefused,
        StartTlsFailed,
        TlsFailed,
    )
    from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
    from pulumi_smtp_collab.model.errors import SmtpCollaborationError, TargetError
    from pulumi_smtp_collab.model.report import ConnectivityReport
    from pulumi_smtp_collab.model.settings import SmtpSettings
    from pulumi_smtp_collab.model.usage_scope import UsageScope, UsageScopeEntry
    from pulumi_smtp_collab.provider.arguments import (
        ConnectivityTestArgs,
        ConnectivityTestArgsDict,
        EncryptedTextArgs,
        EncryptedTextArgsDict,
        SecretReferenceArgs,
        SecretReferenceArgsDict,
        SmtpCollaborationProviderArgs,
        SmtpCollaborationProviderArgsDict,
        TargetArgs,
        TargetArgsDict,
        UsageScopeArgs,
        UsageScopeArgsDict,
        UsageScopeEntryArgs,
        UsageScopeEntryArgsDict,
    )
    from pulumi_smtp_collab.provider.encrypted_text import EncryptedText
    from pulumi_smtp_collab.provider.outputs import (
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
    from pulumi_smtp_collab.provider.resource import SmtpCollaborationProvider
    from pulumi_smtp_collab.target.harness.delegate_test import DelegateTestFailed
    from pulumi_smtp_collab.target.harness.errors import (
        HarnessError,
        HarnessKeyRefused,
        HarnessNotTrusted,
        HarnessPermissionMissing,
        HarnessRateLimited,
        HarnessRefused,
        HarnessSilent,
        HarnessTimedOut,
        HarnessUnclear,
        HarnessUnreachable,
    )

__all__ = [
    "ConnectFailed",
    "ConnectivityReport",
    "ConnectivityTest",
    "ConnectivityTestArgs",
    "ConnectivityTestArgsDict",
    "ConnectivityTestFailed",
    "ConnectivityTestSettings",
    "DelegateTestFailed",
    "DelegateVerification",
    "Diagnosis",
    "EhloFailed",
    "EncryptedText",
    "EncryptedTextArgs",
    "EncryptedTextArgsDict",
    "GreetingFailed",
    "HarnessError",
    "HarnessKeyRefused",
    "HarnessNotTrusted",
    "HarnessPermissionMissing",
    "HarnessRateLimited",
    "HarnessRefused",
    "HarnessSilent",
    "HarnessTimedOut",
    "HarnessUnclear",
    "HarnessUnreachable",
    "LoginFailed",
    "MessageRefused",
    "NameResolutionFailed",
    "RecipientRefused",
    "SavedIn",
    "SecretReferenceArgs",
    "SecretReferenceArgsDict",
    "SecretReferenceSettings",
    "SenderRefused",
    "ServerFacts",
    "SkippedTest",
    "SmtpCollaborationError",
    "SmtpCollaborationProvider",
    "SmtpCollaborationProviderArgs",
    "SmtpCollaborationProviderArgsDict",
    "SmtpSettings",
    "StageResult",
    "StartTlsFailed",
    "TargetArgs",
    "TargetArgsDict",
    "TargetError",
    "TargetSettings",
    "TestedFrom",
    "TlsFailed",
    "UsageScope",
    "UsageScopeArgs",
    "UsageScopeArgsDict",
    "UsageScopeEntry",
    "UsageScopeEntryArgs",
    "UsageScopeEntryArgsDict",
    "UsageScopeEntrySettings",
    "UsageScopeSettings",
    "Verification",
    "__version__",
    "diagnosis_codes",
    "forget_failures",
    "run_connectivity_test",
]

_HOMES = {
    "ConnectFailed": "lifecycle.errors",
    "ConnectivityReport": "model.report",
    "ConnectivityTest": "model.connectivity_test",
    "ConnectivityTestArgs": "provider.arguments",
    "ConnectivityTestArgsDict": "provider.arguments",
    "ConnectivityTestFailed": "lifecycle.errors",
    "ConnectivityTestSettings": "provider.outputs",
    "DelegateTestFailed": "target.harness.delegate_test",
    "DelegateVerification": "provider.outputs",
    "Diagnosis": "provider.outputs",
    "EhloFailed": "lifecycle.errors",
    "EncryptedText": "provider.encrypted_text",
    "EncryptedTextArgs": "provider.arguments",
    "EncryptedTextArgsDict": "provider.arguments",
    "GreetingFailed": "lifecycle.errors",
    "HarnessError": "target.harness.errors",
    "HarnessKeyRefused": "target.harness.errors",
    "HarnessNotTrusted": "target.harness.errors",
    "HarnessPermissionMissing": "target.harness.errors",
    "HarnessRateLimited": "target.harness.errors",
    "HarnessRefused": "target.harness.errors",
    "HarnessSilent": "target.harness.errors",
    "HarnessTimedOut": "target.harness.errors",
    "HarnessUnclear": "target.harness.errors",
    "HarnessUnreachable": "target.harness.errors",
    "LoginFailed": "lifecycle.errors",
    "MessageRefused": "lifecycle.errors",
    "NameResolutionFailed": "lifecycle.errors",
    "RecipientRefused": "lifecycle.errors",
    "SavedIn": "provider.outputs",
    "SecretReferenceArgs": "provider.arguments",
    "SecretReferenceArgsDict": "provider.arguments",
    "SecretReferenceSettings": "provider.outputs",
    "SenderRefused": "lifecycle.errors",
    "ServerFacts": "provider.outputs",
    "SkippedTest": "provider.outputs",
    "SmtpCollaborationError": "model.errors",
    "SmtpCollaborationProvider": "provider.resource",
    "SmtpCollaborationProviderArgs": "provider.arguments",
    "SmtpCollaborationProviderArgsDict": "provider.arguments",
    "SmtpSettings": "model.settings",
    "StageResult": "provider.outputs",
    "StartTlsFailed": "lifecycle.errors",
    "TargetArgs": "provider.arguments",
    "TargetArgsDict": "provider.arguments",
    "TargetError": "model.errors",
    "TargetSettings": "provider.outputs",
    "TestedFrom": "provider.outputs",
    "TlsFailed": "lifecycle.errors",
    "UsageScope": "model.usage_scope",
    "UsageScopeArgs": "provider.arguments",
    "UsageScopeArgsDict": "provider.arguments",
    "UsageScopeEntry": "model.usage_scope",
    "UsageScopeEntryArgs": "provider.arguments",
    "UsageScopeEntryArgsDict": "provider.arguments",
    "UsageScopeEntrySettings": "provider.outputs",
    "UsageScopeSettings": "provider.outputs",
    "Verification": "provider.outputs",
    "diagnosis_codes": "connectivity.diagnosis",
    "forget_failures": "connectivity",
    "run_connectivity_test": "connectivity",
}
"""The module that each public name lives in."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"pulumi_smtp_collab.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)

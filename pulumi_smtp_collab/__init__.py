"""SMTP collaboration providers as Pulumi resources: tested before they are saved.

Each name is loaded when it is first used: a program that declares providers does not load the connectivity test.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from pulumi_smtp_collab._version import __version__

if TYPE_CHECKING:
    from pulumi_smtp_collab.connectivity import forget_failures, run_connectivity_test, send_mail
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
    from pulumi_smtp_collab.model.delivery import DeliveryReport, RecipientResult
    from pulumi_smtp_collab.model.errors import ConnectivityTestCancelled, SmtpCollaborationError, TargetError
    from pulumi_smtp_collab.model.progress import StageProgress
    from pulumi_smtp_collab.model.report import ConnectivityReport
    from pulumi_smtp_collab.model.settings import SmtpSettings
    from pulumi_smtp_collab.model.usage_scope import UsageScope, UsageScopeEntry
    from pulumi_smtp_collab.resources.encrypted_text import EncryptedText
    from pulumi_smtp_collab.resources.generated.arguments import (
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
    from pulumi_smtp_collab.resources.smtp_collaboration_provider import SmtpCollaborationProvider
    from pulumi_smtp_collab.targets.harness.delegate_test import DelegateTestFailed
    from pulumi_smtp_collab.targets.harness.errors import (
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
    "ConnectivityTestCancelled",
    "ConnectivityTestFailed",
    "ConnectivityTestSettings",
    "DelegateTestFailed",
    "DelegateVerification",
    "DeliveryReport",
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
    "RecipientResult",
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
    "StageProgress",
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
    "send_mail",
]

_HOMES = {
    "ConnectFailed": "lifecycle.errors",
    "ConnectivityReport": "model.report",
    "ConnectivityTest": "model.connectivity_test",
    "ConnectivityTestArgs": "resources.generated.arguments",
    "ConnectivityTestArgsDict": "resources.generated.arguments",
    "ConnectivityTestCancelled": "model.errors",
    "ConnectivityTestFailed": "lifecycle.errors",
    "ConnectivityTestSettings": "resources.generated.outputs",
    "DelegateTestFailed": "targets.harness.delegate_test",
    "DelegateVerification": "resources.generated.outputs",
    "DeliveryReport": "model.delivery",
    "Diagnosis": "resources.generated.outputs",
    "EhloFailed": "lifecycle.errors",
    "EncryptedText": "resources.encrypted_text",
    "EncryptedTextArgs": "resources.generated.arguments",
    "EncryptedTextArgsDict": "resources.generated.arguments",
    "GreetingFailed": "lifecycle.errors",
    "HarnessError": "targets.harness.errors",
    "HarnessKeyRefused": "targets.harness.errors",
    "HarnessNotTrusted": "targets.harness.errors",
    "HarnessPermissionMissing": "targets.harness.errors",
    "HarnessRateLimited": "targets.harness.errors",
    "HarnessRefused": "targets.harness.errors",
    "HarnessSilent": "targets.harness.errors",
    "HarnessTimedOut": "targets.harness.errors",
    "HarnessUnclear": "targets.harness.errors",
    "HarnessUnreachable": "targets.harness.errors",
    "LoginFailed": "lifecycle.errors",
    "MessageRefused": "lifecycle.errors",
    "NameResolutionFailed": "lifecycle.errors",
    "RecipientRefused": "lifecycle.errors",
    "RecipientResult": "model.delivery",
    "SavedIn": "resources.generated.outputs",
    "SecretReferenceArgs": "resources.generated.arguments",
    "SecretReferenceArgsDict": "resources.generated.arguments",
    "SecretReferenceSettings": "resources.generated.outputs",
    "SenderRefused": "lifecycle.errors",
    "ServerFacts": "resources.generated.outputs",
    "SkippedTest": "resources.generated.outputs",
    "SmtpCollaborationError": "model.errors",
    "SmtpCollaborationProvider": "resources.smtp_collaboration_provider",
    "SmtpCollaborationProviderArgs": "resources.generated.arguments",
    "SmtpCollaborationProviderArgsDict": "resources.generated.arguments",
    "SmtpSettings": "model.settings",
    "StageProgress": "model.progress",
    "StageResult": "resources.generated.outputs",
    "StartTlsFailed": "lifecycle.errors",
    "TargetArgs": "resources.generated.arguments",
    "TargetArgsDict": "resources.generated.arguments",
    "TargetError": "model.errors",
    "TargetSettings": "resources.generated.outputs",
    "TestedFrom": "resources.generated.outputs",
    "TlsFailed": "lifecycle.errors",
    "UsageScope": "model.usage_scope",
    "UsageScopeArgs": "resources.generated.arguments",
    "UsageScopeArgsDict": "resources.generated.arguments",
    "UsageScopeEntry": "model.usage_scope",
    "UsageScopeEntryArgs": "resources.generated.arguments",
    "UsageScopeEntryArgsDict": "resources.generated.arguments",
    "UsageScopeEntrySettings": "resources.generated.outputs",
    "UsageScopeSettings": "resources.generated.outputs",
    "Verification": "resources.generated.outputs",
    "diagnosis_codes": "connectivity.diagnosis",
    "forget_failures": "connectivity",
    "run_connectivity_test": "connectivity",
    "send_mail": "connectivity",
}
"""The module that each public name lives in."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"pulumi_smtp_collab.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)

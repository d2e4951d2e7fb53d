"""SMTP collaboration providers as Pulumi resources: tested before they are saved.

Each name is loaded when it is first used: a program that declares providers does not load the connectivity test.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from pulumi_smtp_collab._version import __version__

if TYPE_CHECKING:
    from pulumi_smtp_collab.connectivity import run_connectivity_test
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
        EncryptedTextArgs,
        SmtpCollaborationProviderArgs,
        TargetArgs,
    )
    from pulumi_smtp_collab.provider.encrypted_text import EncryptedText
    from pulumi_smtp_collab.provider.resource import SmtpCollaborationProvider

__all__ = [
    "ConnectFailed",
    "ConnectivityReport",
    "ConnectivityTest",
    "ConnectivityTestArgs",
    "ConnectivityTestFailed",
    "EhloFailed",
    "EncryptedText",
    "EncryptedTextArgs",
    "GreetingFailed",
    "LoginFailed",
    "MessageRefused",
    "NameResolutionFailed",
    "RecipientRefused",
    "SenderRefused",
    "SmtpCollaborationError",
    "SmtpCollaborationProvider",
    "SmtpCollaborationProviderArgs",
    "SmtpSettings",
    "StartTlsFailed",
    "TargetArgs",
    "TargetError",
    "TlsFailed",
    "UsageScope",
    "UsageScopeEntry",
    "__version__",
    "diagnosis_codes",
    "run_connectivity_test",
]

_HOMES = {
    "ConnectFailed": "lifecycle.errors",
    "ConnectivityReport": "model.report",
    "ConnectivityTest": "model.connectivity_test",
    "ConnectivityTestArgs": "provider.arguments",
    "ConnectivityTestFailed": "lifecycle.errors",
    "EhloFailed": "lifecycle.errors",
    "EncryptedText": "provider.encrypted_text",
    "EncryptedTextArgs": "provider.arguments",
    "GreetingFailed": "lifecycle.errors",
    "LoginFailed": "lifecycle.errors",
    "MessageRefused": "lifecycle.errors",
    "NameResolutionFailed": "lifecycle.errors",
    "RecipientRefused": "lifecycle.errors",
    "SenderRefused": "lifecycle.errors",
    "SmtpCollaborationError": "model.errors",
    "TargetArgs": "provider.arguments",
    "TargetError": "model.errors",
    "SmtpCollaborationProvider": "provider.resource",
    "SmtpCollaborationProviderArgs": "provider.arguments",
    "SmtpSettings": "model.settings",
    "StartTlsFailed": "lifecycle.errors",
    "TlsFailed": "lifecycle.errors",
    "UsageScope": "model.usage_scope",
    "UsageScopeEntry": "model.usage_scope",
    "diagnosis_codes": "connectivity.diagnosis",
    "run_connectivity_test": "connectivity",
}
"""The module that each public name lives in."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"pulumi_smtp_collab.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)

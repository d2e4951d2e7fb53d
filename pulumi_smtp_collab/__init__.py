"""SMTP collaboration providers as Pulumi resources: tested before they are saved.

The resources and their arguments; the connectivity test with its models; the base of the errors. Output types are in
``pulumi_smtp_collab.outputs``, all errors in ``pulumi_smtp_collab.errors``. Each name is loaded when it is first used:
a program that declares providers does not load the connectivity test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_smtp_collab._lazy import lazily
from pulumi_smtp_collab._version import __version__ as __version__

if TYPE_CHECKING:
    from pulumi_smtp_collab.connectivity import forget_failures as forget_failures
    from pulumi_smtp_collab.connectivity import run_connectivity_test as run_connectivity_test
    from pulumi_smtp_collab.connectivity import send_mail as send_mail
    from pulumi_smtp_collab.connectivity.diagnosis import diagnosis_codes as diagnosis_codes
    from pulumi_smtp_collab.lifecycle.errors import ConnectivityTestFailed as ConnectivityTestFailed
    from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest as ConnectivityTest
    from pulumi_smtp_collab.model.delivery import DeliveryReport as DeliveryReport
    from pulumi_smtp_collab.model.delivery import RecipientResult as RecipientResult
    from pulumi_smtp_collab.model.errors import ConnectivityTestCancelled as ConnectivityTestCancelled
    from pulumi_smtp_collab.model.errors import SmtpCollaborationError as SmtpCollaborationError
    from pulumi_smtp_collab.model.errors import TargetError as TargetError
    from pulumi_smtp_collab.model.progress import StageProgress as StageProgress
    from pulumi_smtp_collab.model.report import ConnectivityReport as ConnectivityReport
    from pulumi_smtp_collab.model.report import Diagnosis as Diagnosis
    from pulumi_smtp_collab.model.report import ServerFacts as ServerFacts
    from pulumi_smtp_collab.model.report import StageResult as StageResult
    from pulumi_smtp_collab.model.settings import SmtpSettings as SmtpSettings
    from pulumi_smtp_collab.model.usage_scope import UsageScope as UsageScope
    from pulumi_smtp_collab.model.usage_scope import UsageScopeEntry as UsageScopeEntry
    from pulumi_smtp_collab.resources.dynamic import EncryptedText as EncryptedText
    from pulumi_smtp_collab.resources.dynamic import (
        SmtpCollaborationProvider as SmtpCollaborationProvider,
    )
    from pulumi_smtp_collab.resources.generated.arguments import ConnectivityTestArgs as ConnectivityTestArgs
    from pulumi_smtp_collab.resources.generated.arguments import ConnectivityTestArgsDict as ConnectivityTestArgsDict
    from pulumi_smtp_collab.resources.generated.arguments import EncryptedTextArgs as EncryptedTextArgs
    from pulumi_smtp_collab.resources.generated.arguments import EncryptedTextArgsDict as EncryptedTextArgsDict
    from pulumi_smtp_collab.resources.generated.arguments import SecretReferenceArgs as SecretReferenceArgs
    from pulumi_smtp_collab.resources.generated.arguments import SecretReferenceArgsDict as SecretReferenceArgsDict
    from pulumi_smtp_collab.resources.generated.arguments import (
        SmtpCollaborationProviderArgs as SmtpCollaborationProviderArgs,
    )
    from pulumi_smtp_collab.resources.generated.arguments import (
        SmtpCollaborationProviderArgsDict as SmtpCollaborationProviderArgsDict,
    )
    from pulumi_smtp_collab.resources.generated.arguments import TargetArgs as TargetArgs
    from pulumi_smtp_collab.resources.generated.arguments import TargetArgsDict as TargetArgsDict
    from pulumi_smtp_collab.resources.generated.arguments import UsageScopeArgs as UsageScopeArgs
    from pulumi_smtp_collab.resources.generated.arguments import UsageScopeArgsDict as UsageScopeArgsDict
    from pulumi_smtp_collab.resources.generated.arguments import UsageScopeEntryArgs as UsageScopeEntryArgs
    from pulumi_smtp_collab.resources.generated.arguments import UsageScopeEntryArgsDict as UsageScopeEntryArgsDict

__all__, __getattr__, __dir__ = lazily(
    __name__,
    {
        "connectivity": (
            "forget_failures",
            "run_connectivity_test",
            "send_mail",
        ),
        "connectivity.diagnosis": ("diagnosis_codes",),
        "lifecycle.errors": ("ConnectivityTestFailed",),
        "model.connectivity_test": ("ConnectivityTest",),
        "model.delivery": (
            "DeliveryReport",
            "RecipientResult",
        ),
        "model.errors": (
            "ConnectivityTestCancelled",
            "SmtpCollaborationError",
            "TargetError",
        ),
        "model.progress": ("StageProgress",),
        "model.report": (
            "ConnectivityReport",
            "Diagnosis",
            "ServerFacts",
            "StageResult",
        ),
        "model.settings": ("SmtpSettings",),
        "model.usage_scope": (
            "UsageScope",
            "UsageScopeEntry",
        ),
        "resources.generated.arguments": (
            "ConnectivityTestArgs",
            "ConnectivityTestArgsDict",
            "EncryptedTextArgs",
            "EncryptedTextArgsDict",
            "SecretReferenceArgs",
            "SecretReferenceArgsDict",
            "SmtpCollaborationProviderArgs",
            "SmtpCollaborationProviderArgsDict",
            "TargetArgs",
            "TargetArgsDict",
            "UsageScopeArgs",
            "UsageScopeArgsDict",
            "UsageScopeEntryArgs",
            "UsageScopeEntryArgsDict",
        ),
        "resources.dynamic": ("EncryptedText", "SmtpCollaborationProvider"),
    },
)

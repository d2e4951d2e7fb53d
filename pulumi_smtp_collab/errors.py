"""The errors of every operation, each loaded when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_smtp_collab._lazy import lazily

if TYPE_CHECKING:
    from pulumi_smtp_collab.lifecycle.errors import ConnectFailed as ConnectFailed
    from pulumi_smtp_collab.lifecycle.errors import ConnectivityTestFailed as ConnectivityTestFailed
    from pulumi_smtp_collab.lifecycle.errors import EhloFailed as EhloFailed
    from pulumi_smtp_collab.lifecycle.errors import GreetingFailed as GreetingFailed
    from pulumi_smtp_collab.lifecycle.errors import LoginFailed as LoginFailed
    from pulumi_smtp_collab.lifecycle.errors import MessageRefused as MessageRefused
    from pulumi_smtp_collab.lifecycle.errors import NameResolutionFailed as NameResolutionFailed
    from pulumi_smtp_collab.lifecycle.errors import RecipientRefused as RecipientRefused
    from pulumi_smtp_collab.lifecycle.errors import SenderRefused as SenderRefused
    from pulumi_smtp_collab.lifecycle.errors import StartTlsFailed as StartTlsFailed
    from pulumi_smtp_collab.lifecycle.errors import TlsFailed as TlsFailed
    from pulumi_smtp_collab.lifecycle.saved_not_well import SavedNotWell as SavedNotWell
    from pulumi_smtp_collab.model.errors import ConnectivityTestCancelled as ConnectivityTestCancelled
    from pulumi_smtp_collab.model.errors import SmtpCollaborationError as SmtpCollaborationError
    from pulumi_smtp_collab.model.errors import TargetError as TargetError
    from pulumi_smtp_collab.resources.errors import WrongArguments as WrongArguments
    from pulumi_smtp_collab.resources.errors import WrongDeclaration as WrongDeclaration
    from pulumi_smtp_collab.targets.harness.delegate_test import DelegateTestFailed as DelegateTestFailed
    from pulumi_smtp_collab.targets.harness.errors import HarnessError as HarnessError
    from pulumi_smtp_collab.targets.harness.errors import HarnessKeyRefused as HarnessKeyRefused
    from pulumi_smtp_collab.targets.harness.errors import HarnessNotTrusted as HarnessNotTrusted
    from pulumi_smtp_collab.targets.harness.errors import HarnessPermissionMissing as HarnessPermissionMissing
    from pulumi_smtp_collab.targets.harness.errors import HarnessRateLimited as HarnessRateLimited
    from pulumi_smtp_collab.targets.harness.errors import HarnessRefused as HarnessRefused
    from pulumi_smtp_collab.targets.harness.errors import HarnessSilent as HarnessSilent
    from pulumi_smtp_collab.targets.harness.errors import HarnessTimedOut as HarnessTimedOut
    from pulumi_smtp_collab.targets.harness.errors import HarnessUnclear as HarnessUnclear
    from pulumi_smtp_collab.targets.harness.errors import HarnessUnreachable as HarnessUnreachable

__all__, __getattr__, __dir__ = lazily(
    __name__,
    {
        "lifecycle.errors": (
            "ConnectFailed",
            "ConnectivityTestFailed",
            "EhloFailed",
            "GreetingFailed",
            "LoginFailed",
            "MessageRefused",
            "NameResolutionFailed",
            "RecipientRefused",
            "SenderRefused",
            "StartTlsFailed",
            "TlsFailed",
        ),
        "lifecycle.saved_not_well": ("SavedNotWell",),
        "model.errors": (
            "ConnectivityTestCancelled",
            "SmtpCollaborationError",
            "TargetError",
        ),
        "resources.errors": (
            "WrongArguments",
            "WrongDeclaration",
        ),
        "targets.harness.delegate_test": ("DelegateTestFailed",),
        "targets.harness.errors": (
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
        ),
    },
)

"""The one place that composes the life cycles of a stack: configuration, environment, log and clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from pulumi_smtp_collab.lifecycle.encrypted_texts import EncryptedTextLifeCycle
from pulumi_smtp_collab.lifecycle.providers import ProviderLifeCycle
from pulumi_smtp_collab.lifecycle.setting_names import misspelt_keys
from pulumi_smtp_collab.lifecycle.stack_settings import StackSettings
from pulumi_smtp_collab.lifecycle.verifier import Messages
from pulumi_smtp_collab.targets import StackTargets

__all__ = ["Messages", "StackLifeCycles", "open_stack"]


@dataclass(frozen=True, slots=True)
class StackLifeCycles:
    """The life cycles of one stack's resources.

    Attributes:
        providers: That of collaboration providers.
        encrypted_texts: That of Encrypted Texts.
    """

    providers: ProviderLifeCycle
    encrypted_texts: EncryptedTextLifeCycle


def open_stack(
    config: Mapping[str, Any],
    environment: Mapping[str, str],
    messages: Messages,
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    *,
    project: str | None = None,
) -> StackLifeCycles:
    """Return the life cycles of a stack. Nothing is asked of any server or target yet.

    Args:
        config: The stack's configuration, keys with their namespaces (``smtp-collab:target``).
        environment: The environment's variables.
        messages: Takes what the user is told.
        now: Gives the time.
        project: The project's name, which is the namespace of the program's own keys.
    """
    settings = StackSettings.read(config, environment, project)
    targets = StackTargets(config.get, environment, messages.warn)
    return StackLifeCycles(
        ProviderLifeCycle(settings, targets, messages, environment, now),
        EncryptedTextLifeCycle(targets, tuple(misspelt_keys(config, project))),
    )

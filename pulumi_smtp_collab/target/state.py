"""The default target: the provider lives in Pulumi's state, and nothing else is needed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.model.examination import Fault
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.target.interface import Saved

_NOTHING_TO_ASK = (
    "the provider is saved in the Pulumi state of the stack that declares it, and there is no other place to ask: read "
    "that stack's outputs with pulumi.StackReference"
)


class StateTarget:
    """Keeps providers in Pulumi's state: the engine saves what is returned, and forgets what is deleted."""

    def refusals(self, known: Mapping[str, Any]) -> Sequence[Fault]:
        """Refuses to take over what can't be there."""
        if known.get("adopt") is None:
            return ()
        return (Fault("adopt", *[f"there is nothing to take over: {_NOTHING_TO_ASK}"] * 2),)

    def find(self, identifier: str) -> Saved:
        """Can't find anything.

        Raises:
            TargetError: Always.
        """
        raise TargetError(f"The provider {identifier!r} can't be read: {_NOTHING_TO_ASK}.")

    def create(self, _arguments: ProviderArguments) -> Saved:
        """Gives the provider an identifier of its own."""
        return Saved(str(uuid.uuid4()))

    def take_over(self, held: Saved, _arguments: ProviderArguments) -> Saved:
        """Has nothing to do: nothing is ever found."""
        return held

    def read(self, identifier: str, _recorded: Mapping[str, Any]) -> Saved | None:
        """Gives what is recorded: there is nothing else to ask."""
        return Saved(identifier)

    def update(self, identifier: str, _recorded: Mapping[str, Any], _arguments: ProviderArguments) -> Saved:
        """Keeps the identifier; the engine saves the new arguments."""
        return Saved(identifier)

    def delete(self, _identifier: str, _recorded: Mapping[str, Any]) -> None:
        """Does nothing: the engine forgets the provider."""

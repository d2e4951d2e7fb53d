"""What failed after it was saved, and stays: it is recorded as what it is, and tested by the next update."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pulumi_smtp_collab.lifecycle.outcomes import ResourceState
from pulumi_smtp_collab.model.errors import SmtpCollaborationError
from pulumi_smtp_collab.model.origin import Origin
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.record import Evidence, ProviderRecord
from pulumi_smtp_collab.targets import StillSaved


class SavedNotWell(SmtpCollaborationError):  # noqa: N818 - it says what is true
    """An operation failed, and what it had saved could not be put back.

    Attributes:
        state: What is saved now, tested by nobody who could say that it is well.
    """

    def __init__(self, message: str, state: ResourceState[Any]) -> None:
        super().__init__(message)
        self.state = state


SavedNotWell.__module__ = "pulumi_smtp_collab.errors"


@contextmanager
def still_recorded(arguments: ProviderArguments, origin: Origin) -> Iterator[None]:
    """Record what stays after a failure, as verified by nobody: the next update tests it, whatever it changes.

    Args:
        arguments: What was saved.
        origin: Where it is declared.

    Raises:
        SavedNotWell: The failure, with what is to be recorded.
    """
    try:
        yield
    except StillSaved as error:
        held, verdict = error.saved, error.saved.delegate_verification
        evidence = Evidence() if verdict is None else Evidence().by_delegate(verdict)
        record = ProviderRecord(arguments, evidence, held.saved_in, verdict, origin)
        raise SavedNotWell(str(error), ResourceState(held.id, record)) from None

"""The base of every error that a user reads."""

from __future__ import annotations


class SmtpCollaborationError(Exception):
    """An operation failed; the message says where, what was seen, what to do, and what is true now."""


class TargetError(SmtpCollaborationError):
    """The target could not do what was asked of it; nothing was changed there unless the message says so."""


_BETWEEN_STAGES = {
    "turn": "while it waited for other tests of this server",
    "pause": "between two attempts",
    "look": "while it looked for the cause of a failure",
}


class ConnectivityTestCancelled(SmtpCollaborationError):  # noqa: N818 - it says what happened
    """A connectivity test was ended by whoever ran it; it has no result.

    Attributes:
        stage: Where it was: a stage of the report, or turn, pause or look.
        where: The host and port, as messages show them.
    """

    def __init__(self, where: str, stage: str) -> None:
        at = _BETWEEN_STAGES.get(stage, f"at the stage {stage}")
        taken = " The server may have taken the test mail." if stage == "message" else ""
        super().__init__(f"The connectivity test of {where} was cancelled {at}. It has no result.{taken}")
        self.where = where
        self.stage = stage


for _public in (SmtpCollaborationError, TargetError, ConnectivityTestCancelled):
    _public.__module__ = "pulumi_smtp_collab"

"""The base of every error that a user reads."""

from __future__ import annotations


class SmtpCollaborationError(Exception):
    """An operation failed; the message says where, what was seen, what to do, and what is true now."""


class TargetError(SmtpCollaborationError):
    """The target could not do what was asked of it; nothing was changed there unless the message says so."""


for _public in (SmtpCollaborationError, TargetError):
    _public.__module__ = "pulumi_smtp_collab"

"""Lets Pulumi's Python host print an expected error of ours as its message, without the traceback around it.

The host answers the engine with ``traceback.format_exc()`` of whatever a dynamic provider raises; there is no other
way to word the answer. Where the running host is the one that we know, its name ``traceback`` is replaced by a module
that gives the message alone for errors of ours. Every other exception, and every other provider of the process, is
printed as before; and so is everything in a host that has no such place.
"""

from __future__ import annotations

import sys
import traceback
from types import ModuleType
from typing import Any

from pulumi_smtp_collab.model.errors import SmtpCollaborationError

_HOST = "pulumi.dynamic.__main__"
_PLACE = "traceback"


class _MessageAlone(ModuleType):
    """The standard library's ``traceback``, but for errors of ours."""

    def format_exc(self, *args: Any, **kwargs: Any) -> str:  # noqa: ANN401 - those of traceback.format_exc
        """Return the message of the error that is being handled, where it is ours; else its traceback."""
        error = sys.exc_info()[1]
        return str(error) if isinstance(error, SmtpCollaborationError) else traceback.format_exc(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module has
        return getattr(traceback, name)


def print_messages_alone() -> bool:
    """Let the host print errors of ours as their message alone.

    Returns:
        Whether this process is the host that we know; otherwise nothing was changed.
    """
    host = sys.modules.get("__main__")
    if getattr(getattr(host, "__spec__", None), "name", None) != _HOST:
        return False
    place = getattr(host, _PLACE, None)
    if place is traceback:
        setattr(host, _PLACE, _MessageAlone(_PLACE))
    return place is traceback or isinstance(place, _MessageAlone)

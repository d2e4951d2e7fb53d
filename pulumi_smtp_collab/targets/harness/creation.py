"""A create that never makes two: after a failure that may pass, what is there is read before it is sent again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from pulumi_smtp_collab.targets.harness.errors import HarnessError, HarnessRateLimited
from pulumi_smtp_collab.targets.harness.pace import Pace

_Made = TypeVar("_Made")
_LAST_LOOK = 1.0  # seconds: a create whose answer was lost may still be on its way


@dataclass(frozen=True, slots=True)
class Creation(Generic[_Made]):
    """What came of a create.

    Attributes:
        what: What is there now.
        how: created: by this create; found: it is there after a failure, so it may be of this create; taken: it is
            somebody else's, made meanwhile.
    """

    what: _Made
    how: Literal["created", "found", "taken"]


def create_once(
    pace: Pace,
    send: Callable[[], _Made],
    find: Callable[[], _Made | None],
    taken: Callable[[HarnessError], bool],
    *,
    nothing: str = "Nothing was saved.",
) -> Creation[_Made]:
    """Create something, again where that failed for the moment, within the bounds of the pace.

    Args:
        pace: How often, and how long apart.
        send: Sends the create, once.
        find: Return what is there now under its name; None where there is nothing.
        taken: Return whether a refusal says that there is one already.
        nothing: What is true where it was refused.

    Returns:
        What is there. Unless this create made it, the caller compares it with what it wants.

    Raises:
        HarnessError: It was refused, or failed too often.
    """
    started, attempt, ambiguous = pace.clock(), 0, False
    while True:
        attempt += 1
        try:
            return Creation(send(), "created")
        except HarnessError as error:
            failure = error
        second = taken(failure)
        if not failure.may_pass and not second:
            raise failure.stating(nothing) from None
        wait = None
        if not second:
            crowded = isinstance(failure, HarnessRateLimited)
            wait = pace.wait_before_next(attempt, started, failure.retry_after, crowded=crowded)
            pace.sleep(_LAST_LOOK if wait is None else wait)
        try:
            found = find()
        except HarnessError:
            unknown = "Whether it was saved could not be read; the next `pulumi up` looks first."
            raise failure.stating(unknown if ambiguous or failure.may_have_happened else nothing) from None
        if found is not None:
            return Creation(found, "taken" if second and attempt == 1 else "found")
        ambiguous = ambiguous or failure.may_have_happened
        if wait is None:
            looks_again = "Harness doesn't hold it now; the next `pulumi up` looks again first."
            raise failure.stating(looks_again if ambiguous else nothing) from None

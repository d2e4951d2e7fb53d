"""The errors of Harness's targets: each says what was asked of which host, what was seen, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_smtp_collab.model.errors import TargetError

if TYPE_CHECKING:
    from pulumi_smtp_collab.targets.harness.smtp_config import Held


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer said, safe to show: scrubbed, visible, bounded.

    Attributes:
        status: The HTTP status; None where no answer came.
        code: Harness's own code, "" where it gave none.
        message: Harness's own message, or what was seen instead.
        correlation_id: What Harness's support asks for; "" where it gave none.
        fields: The fields that bean validation refused, by Harness's names.
    """

    status: int | None = None
    code: str = ""
    message: str = ""
    correlation_id: str = ""
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        head = " ".join(part for part in (str(self.status or ""), self.code) if part)
        text = ": ".join(part for part in (head, self.message) if part) or "nothing"
        return f"{text} (correlationId {self.correlation_id})" if self.correlation_id else text


class HarnessError(TargetError):
    """Harness did not do what was asked of it.

    Attributes:
        operation: What was asked, such as "creating the SMTP config".
        host: The endpoint's host (and port).
        said: What the answer said.
        advice: What to do.
        may_have_happened: True where the request may have been carried out all the same: no answer came, or one that
            doesn't tell.
        may_pass: True where the same request may do well a moment later.
        retry_after: What the answer's Retry-After asks for; None where it asks for nothing.
        left: What was saved before it and stays in Harness; None where nothing does.
    """

    may_have_happened = False
    may_pass = False
    retry_after: str | None = None
    left: Held | None = None

    def __init__(self, operation: str, host: str, said: Said, advice: str, outcome: str = "") -> None:
        head = f"{operation[:1].upper()}{operation[1:]} failed at {host}."
        super().__init__("\n".join((head, f"Seen: {said}", f"Fix: {advice}", *((outcome,) if outcome else ()))))
        self.operation = operation
        self.host = host
        self.said = said
        self.advice = advice

    def stating(self, outcome: str) -> HarnessError:
        """Return the same error with what is true now as its last line."""
        return type(self)(self.operation, self.host, self.said, self.advice, outcome)


class HarnessRefused(HarnessError):  # noqa: N818 - it is what the user reads
    """Harness refused the request: nothing was changed by it."""


class HarnessKeyRefused(HarnessRefused):
    """Harness doesn't accept the API key (401)."""


class HarnessPermissionMissing(HarnessRefused, PermissionError):  # noqa: N818 - like its siblings
    """The API key lacks a permission (403)."""


class HarnessRateLimited(HarnessRefused):
    """Harness refused the request for now, since too many were made (429)."""

    may_pass = True


class HarnessUnclear(HarnessError):  # noqa: N818 - like its siblings
    """The answer doesn't tell whether the request was carried out: a fault of the server, or no answer of Harness's."""

    may_have_happened = True
    may_pass = True


class HarnessUnreachable(HarnessError, ConnectionError):  # noqa: N818 - like its siblings
    """No answer came, and the request was not sent."""

    may_pass = True


class HarnessNotTrusted(HarnessUnreachable):
    """The endpoint's certificate was not accepted: nothing was sent."""

    may_pass = False


class HarnessSilent(HarnessUnclear, ConnectionError):  # noqa: N818 - like its siblings
    """The request was sent, and no whole answer came."""


class HarnessTimedOut(HarnessSilent, TimeoutError):  # noqa: N818 - like its siblings
    """The request was sent, and no whole answer came in time."""


def changed_meanwhile(operation: str, what: str) -> TargetError:
    """Return the error of a write that failed for the moment, and was not sent again over what others changed.

    Args:
        operation: What was asked, such as "updating the SMTP config".
        what: What was changed, such as "the SMTP config <uuid>".
    """
    return TargetError(
        f"{operation[:1].upper()}{operation[1:]} failed for the moment, and was not repeated: others changed {what} "
        "meanwhile. Run `pulumi refresh` to see the change, then run this again."
    )


for _public in (
    HarnessError,
    HarnessRefused,
    HarnessKeyRefused,
    HarnessPermissionMissing,
    HarnessRateLimited,
    HarnessUnclear,
    HarnessUnreachable,
    HarnessNotTrusted,
    HarnessSilent,
    HarnessTimedOut,
):
    _public.__module__ = "pulumi_smtp_collab.errors"

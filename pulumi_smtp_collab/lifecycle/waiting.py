"""Says once that a test waits, for a front end that can't show its stages while they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING

from pulumi_smtp_collab.model.progress import OnStage, StageProgress

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_SECONDS = 5.0
"""How long a step may take before the user is told what is waited for."""

_WAITS_FOR: Mapping[str, str] = {
    "dns": "the name to be resolved",
    "connect": "a connection",
    "greeting": "the server's greeting",
    "ehlo": "the answer to EHLO",
    "starttls": "the answer to STARTTLS",
    "tls": "the TLS handshake",
    "auth": "the answer to the login",
    "sender": "the answer about the From address",
    "recipient": "the answer about the recipient",
    "message": "the answer to the test mail",
    "turn": "other tests of the same server to end",
    "pause": "the next attempt",
    "look": "a further connection that may explain the failure",
}


@contextmanager
def tell_waiting(tell: Callable[[str], None], subject: str, where: str, deadline_seconds: float) -> Iterator[OnStage]:
    """Listen to a test, and say once what it waits for when a step takes longer than five seconds.

    Args:
        tell: Takes the message.
        subject: The provider, as messages show it.
        where: The host and port, as messages show them.
        deadline_seconds: The test's deadline, in seconds: when the waiting ends at the latest.
    """
    notice = _Notice(tell, subject, where, deadline_seconds)
    try:
        yield notice.on_stage
    finally:
        notice.end()


class _Notice:
    def __init__(self, tell: Callable[[str], None], subject: str, where: str, deadline_seconds: float) -> None:
        self._tell = tell
        self._text = f"{subject}: its connectivity test waits for {{}} ({where}); it ends after {deadline_seconds:g} s."
        self._lock = Lock()
        self._timer: Timer | None = None
        self._told = False

    def on_stage(self, progress: StageProgress) -> None:
        """Start to wait when a step begins, and stop when it ends."""
        with self._lock:
            self._stop()
            if progress.status == "begun" and not self._told:
                self._timer = Timer(PATIENCE_SECONDS, self._say, (_WAITS_FOR[progress.name],))
                self._timer.daemon = True
                self._timer.start()

    def end(self) -> None:
        """Say nothing any more."""
        with self._lock:
            self._told = True
            self._stop()

    def _say(self, what: str) -> None:
        with self._lock:
            if self._told:
                return
            self._told = True
        self._tell(self._text.format(what))

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

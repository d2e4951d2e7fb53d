"""A greylisting policy service for Postfix, in its policy delegation protocol (SMTPD_POLICY_README)."""

from __future__ import annotations

import socketserver
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

_DEFER = b"action=DEFER_IF_PERMIT 4.2.0 Greylisted, please try again later\n\n"
_PASS = b"action=DUNNO\n\n"


class Greylisting:
    """Defers each client, sender and recipient until `seconds` after they were first seen together.

    Attributes:
        port: where it listens on 127.0.0.1, from `__enter__` on.
        deferred: (sender, recipient) of each deferral.
    """

    def __init__(self, seconds: float) -> None:
        self.port = 0
        self.deferred: list[tuple[str, str]] = []
        self._seconds = seconds
        self._first_seen: dict[tuple[str, str, str], float] = {}

    def decide(self, asked: dict[str, str]) -> bytes:
        """The reply to one request of Postfix."""
        triplet = (asked.get("client_address", ""), asked.get("sender", ""), asked.get("recipient", ""))
        now = time.monotonic()
        if now - self._first_seen.setdefault(triplet, now) < self._seconds:
            self.deferred.append(triplet[1:])
            return _DEFER
        return _PASS

    def __enter__(self) -> Self:
        decide = self.decide

        class Requests(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                asked: dict[str, str] = {}
                for line in self.rfile:
                    name, separator, value = line.decode("utf-8", "replace").rstrip("\n").partition("=")
                    if separator:
                        asked[name] = value
                    else:  # an empty line ends a request; Postfix keeps the connection for the next
                        self.wfile.write(decide(asked))
                        asked = {}

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Requests)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="greylisting")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # After Postfix has stopped, so that its connections are closed and the requests' threads have ended.
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

"""What goes wrong between Harness and a client: refusals, silence, broken answers, before or after the commit."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal, get_args

from fake_harness.exchange import OOPS, Request, Response, as_json, nextgen_error

FaultKind = Literal["429", "500", "502", "503", "drop", "reset", "timeout", "malformed", "truncated"]
When = Literal["before", "after"]


@dataclass(eq=False)
class Fault:
    """A fault that waits for its request.

    Attributes:
        method: The HTTP method, or `*`.
        path: A shell pattern of the path without `/gateway`, such as `/ng/api/smtpConfig*`.
        kind: What happens. `drop` closes the connection without an answer, `reset` does so with a TCP reset;
            `timeout` holds the answer back, `malformed` is half a JSON document, `truncated` promises more bytes than
            it sends.
        times: How many requests it hits, None for all.
        when: `before`: the request changes nothing. `after`: it is carried out and only the answer is lost.
        skip: How many matching requests pass unharmed first.
        retry_after: The value of Retry-After for 429 and 503, None for no such header.
        seconds: For `timeout`, how long the answer is held back; None: until `release` or the server's end.
        containing: Only requests whose body contains this text (all GraphQL operations share one path).
        hits: How many requests it hit.
        reached: Set when a request is hit; with `when="after"`, once it was carried out.
    """

    method: str
    path: str
    kind: FaultKind
    times: int | None = 1
    when: When = "before"
    skip: int = 0
    retry_after: int | str | None = None
    seconds: float | None = None
    containing: str = ""
    hits: int = 0
    reached: threading.Event = field(default_factory=threading.Event)
    _released: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        if self.kind not in get_args(FaultKind):
            raise ValueError(f"There is no fault {self.kind!r}; the kinds are {', '.join(get_args(FaultKind))}.")

    def release(self) -> None:
        """Let go of the answers that a `timeout` holds back."""
        self._released.set()

    def hold(self, closing: threading.Event) -> bool:
        """Hold the answer back as long as the fault says; False if the server closed meanwhile."""
        waited = 0.0
        step = 0.02
        while not self._released.is_set() and (self.seconds is None or waited < self.seconds):
            if closing.wait(step):
                return False
            waited += step
        return True

    def matches(self, request: Request) -> bool:
        """Whether this request is one that the fault is for."""
        return (
            self.method in {"*", request.method}
            and fnmatchcase(request.path, self.path)
            and self.containing.encode() in request.body
        )

    def answer(self, honest: Response | None) -> Response | None:
        """The answer that replaces the honest one (None: nothing was carried out); None to close the connection."""
        retry = (("Retry-After", str(self.retry_after)),) if self.retry_after is not None else ()
        if self.kind in {"429", "500", "502", "503"}:
            return _REFUSALS[self.kind](retry)
        if self.kind == "malformed":
            return Response(honest.status if honest else 200, b'{"status":"SUCCESS","data":{"uuid":')
        if self.kind == "truncated":
            return honest or Response(200, b'{"status":"SUCCESS","data":null,"metaData":null,"correlationId":""}')
        return None


class Faults:
    """The faults of a server, taken in the order in which they were laid."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> Fault:
        """Lay a fault."""
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Take all faults away and let go of what they hold back."""
        with self._lock:
            faults, self._faults = self._faults, []
        for fault in faults:
            fault.release()

    def take(self, request: Request) -> Fault | None:
        """The fault that hits this request, if any."""
        with self._lock:
            for fault in self._faults:
                if fault.matches(request):
                    if fault.skip:
                        fault.skip -= 1
                        return None
                    if fault.times is None or fault.hits < fault.times:
                        fault.hits += 1
                        return fault
        return None


def _too_many(headers: tuple[tuple[str, str], ...]) -> Response:
    message = "Too many requests received, please try again later - Rate-Limit Limit 500 reached"
    return as_json(429, {"code": "TOO_MANY_REQUESTS", "message": message, "status": "Error"}, headers)


def _internal(_headers: tuple[tuple[str, str], ...]) -> Response:
    return nextgen_error(500, "UNKNOWN_ERROR", OOPS).response


def _bad_gateway(_headers: tuple[tuple[str, str], ...]) -> Response:
    page = (
        b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
        b"<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
    )
    return Response(502, page, "text/html")


def _unavailable(headers: tuple[tuple[str, str], ...]) -> Response:
    return Response(503, b"no healthy upstream", "text/plain", headers)


_REFUSALS = {"429": _too_many, "500": _internal, "502": _bad_gateway, "503": _unavailable}

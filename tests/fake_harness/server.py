"""The fake itself: its accounts, the record of requests, faults, and which API handles what."""

from __future__ import annotations

import json
import secrets as random_source
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, unquote, urlsplit

from fake_harness.accounts import Account, Accounts
from fake_harness.config_as_code import ConfigAsCodeApi
from fake_harness.connections import Connections
from fake_harness.exchange import OOPS, RefusedError, Request, Response, nextgen_error
from fake_harness.faults import Fault, FaultKind, Faults, When
from fake_harness.firstgen_settings import FirstGenSettingsApi
from fake_harness.graphql_secrets import REQUESTS_PER_MINUTE, GraphQLApi
from fake_harness.secrets import SecretsApi
from fake_harness.smtp_config import SmtpConfigApi

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from typing_extensions import Self

_GATEWAY = "/gateway"
_SECRET_HEADERS = frozenset({"x-api-key", "authorization", "proxy-authorization"})


@dataclass
class RecordedRequest:
    """A request as it arrived.

    Attributes:
        method: The HTTP method.
        target: The request's target, undecoded, with `/gateway` and query: what a log of URLs would show.
        path: The decoded path without `/gateway`.
        query: The decoded query.
        headers: By lower-case names; keys and tokens are masked.
        body: The body, unmasked.
        key_name: The name under which the key was made, None for an unknown one.
        status: The status that was sent, None where no answer was.
        fault: The fault that it met.
    """

    method: str
    target: str
    path: str
    query: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]
    body: bytes
    key_name: str | None
    status: int | None = None
    fault: Fault | None = None

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class FakeHarness:
    """A stand-in for Harness on 127.0.0.1, on a free port, from `with` to the end of its block.

    Args:
        tls_context: A server's TLS context to speak HTTPS; None for HTTP.
        hostname: The name in `endpoint`; `localhost` where a certificate is for that.
        time_scale: Multiplies Harness's own time limits (15 s for NextGen's wait for a test, 60 s and 120 s of the
            delegate).
        usage_index_lag: Seconds for which FirstGen's index of uses lags, for new accounts.

    Attributes:
        requests: Every request that arrived, in order.
        latency: Seconds by which every answer is late.
        tls_failures: TLS handshakes that failed, as text.
    """

    def __init__(
        self,
        tls_context: ssl.SSLContext | None = None,
        *,
        hostname: str = "127.0.0.1",
        time_scale: float = 1.0,
        usage_index_lag: float = 0.0,
    ) -> None:
        self.requests: list[RecordedRequest] = []
        self.latency = 0.0
        self.tls_failures: list[str] = []
        self._hostname = hostname
        self._time_scale = time_scale
        self._usage_index_lag = usage_index_lag
        self._accounts = Accounts()
        self._faults = Faults()
        self._defects: list[BaseException] = []
        self._graphql = GraphQLApi(self._accounts, self._defects.append)
        apis = (
            SmtpConfigApi(self._accounts),
            SecretsApi(self._accounts),
            ConfigAsCodeApi(self._accounts),
            FirstGenSettingsApi(self._accounts),
            self._graphql,
        )
        self._routes = tuple(route for api in apis for route in api.routes)
        self.closing = threading.Event()
        self._server = Connections(self, tls_context)
        self._scheme = "https" if tls_context else "http"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, name="fake-harness", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.close_connections()
        self._server.server_close()
        self._thread.join(5)
        if self._defects and kind is None:
            raise AssertionError("The fake Harness has a defect; see the cause.") from self._defects[0]

    @property
    def port(self) -> int:
        """The port."""
        return int(self._server.server_address[1])

    @property
    def origin(self) -> str:
        """Scheme, host and port: the base URL of a self-managed Harness without `/gateway`."""
        return f"{self._scheme}://{self._hostname}:{self.port}"

    @property
    def endpoint(self) -> str:
        """The base URL as the SaaS has it, with `/gateway`; `origin` is served the same."""
        return f"{self.origin}{_GATEWAY}"

    def add_account(self, account_id: str | None = None) -> Account:
        """A new account; without an id it gets one of Harness's shape (22 characters)."""
        account = Account(account_id or random_source.token_urlsafe(16), usage_index_lag=self._usage_index_lag)
        account.delegates.time_scale = self._time_scale
        self._accounts.by_id[account.id] = account
        return account

    def fault(
        self,
        method: str,
        path: str,
        *,
        kind: FaultKind | int,
        times: int | None = 1,
        when: When = "before",
        skip: int = 0,
        retry_after: int | str | None = None,
        seconds: float | None = None,
        containing: str = "",
    ) -> Fault:
        """Lay a fault; see `Fault` for what the arguments mean."""
        return self._faults.add(
            Fault(
                method,
                path,
                cast("FaultKind", str(kind)),
                times=times,
                when=when,
                skip=skip,
                retry_after=retry_after,
                seconds=seconds,
                containing=containing,
            )
        )

    def clear_faults(self) -> None:
        """Take all faults away."""
        self._faults.clear()

    def limit_graphql(self, requests_per_minute: int | None = REQUESTS_PER_MINUTE) -> None:
        """Switch GraphQL's limit per account and minute on; None switches it off, as at the start."""
        self._graphql.requests_per_minute = requests_per_minute

    def enable_graphql(self, *, enabled: bool) -> None:
        """Switch GraphQL as a feature off and on again."""
        self._graphql.enabled = enabled

    def asked(self, method: str, path: str) -> list[RecordedRequest]:
        """The requests of that method and path, in order."""
        return [one for one in self.requests if one.method == method and one.path == path]

    # What the HTTP layer calls --------------------------------------------------------------------------------------

    def record(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[Request, RecordedRequest]:
        """Put a request on record and into the form that the APIs take."""
        parts = urlsplit(target)
        path = unquote(parts.path)
        if path.startswith(f"{_GATEWAY}/"):
            path = path.removeprefix(_GATEWAY)
        query = parse_qs(parts.query, keep_blank_values=True)
        masked = {name: "********" if name in _SECRET_HEADERS else value for name, value in headers.items()}
        name = self._accounts.key_name(headers.get("x-api-key"))
        recorded = RecordedRequest(method, target, path, query, masked, body, name)
        self.requests.append(recorded)
        return Request(method, path, query, headers, body), recorded

    def answer(self, request: Request, recorded: RecordedRequest) -> Response | None:
        """The answer after latency and faults, None to send none."""
        if self.latency:
            self.closing.wait(self.latency)
        fault = recorded.fault = self._faults.take(request)
        if fault is None:
            return self._carry_out(request)
        honest = self._carry_out(request) if fault.when == "after" else None
        fault.reached.set()
        if fault.kind == "timeout":
            if not fault.hold(self.closing):
                return None
            return honest or self._carry_out(request)
        return fault.answer(honest)

    def note_handshake_failure(self, error: OSError) -> None:
        """Put a failed TLS handshake on record."""
        self.tls_failures.append(repr(error))

    def note_defect(self, error: BaseException) -> None:
        """Keep an error of the fake itself, raised at the end."""
        self._defects.append(error)

    def _carry_out(self, request: Request) -> Response:
        try:
            for one in self._routes:
                match = one.path.fullmatch(request.path)
                if match and one.method == request.method:
                    return one.handler(request, match)
        except RefusedError as refusal:
            return refusal.response
        except Exception as error:  # noqa: BLE001 - shown at the end of the block; the client gets Harness's 500
            self._defects.append(error)
            return nextgen_error(500, "UNKNOWN_ERROR", OOPS).response
        if any(one.path.fullmatch(request.path) for one in self._routes):
            return nextgen_error(500, "UNKNOWN_ERROR", OOPS).response
        return nextgen_error(400, "RESOURCE_NOT_FOUND_EXCEPTION", "HTTP 404 Not Found").response

"""HTTP to one account of Harness: the key in a header alone, time limits, bounded bodies, and safe repetition."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import httpx
from typing_extensions import Self

from pulumi_smtp_collab._version import __version__
from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.model.marked_secrets import marked
from pulumi_smtp_collab.targets.harness.advice import INTERRUPTED, TRUST, UNREACHABLE
from pulumi_smtp_collab.targets.harness.answers import Answer, Asked
from pulumi_smtp_collab.targets.harness.errors import (
    HarnessError,
    HarnessNotTrusted,
    HarnessRateLimited,
    HarnessSilent,
    HarnessTimedOut,
    HarnessUnreachable,
    Said,
)
from pulumi_smtp_collab.targets.harness.pace import Pace
from pulumi_smtp_collab.targets.harness.settings import HarnessAccess
from pulumi_smtp_collab.targets.harness.untrusted import Scrubber

MAX_BODY = 4 * 1024 * 1024
"""The longest answer that is read, in bytes."""

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 30.0
_SUCCESS = range(200, 300)
_REPEATED = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Request:
    """A request.

    Attributes:
        operation: What is asked, in words: "reading the SMTP config".
        method: The HTTP method.
        path: The path below the endpoint, quoted.
        repeatable: True where doing it twice is doing it once: reads, and writes of a whole value by id.
        query: Parameters beside the account's.
        json: The body as JSON, None for no body.
        form: The body as fields of multipart/form-data, None for none.
        secrets: What was sent and may never be shown.
        answer_seconds: How long the answer may take, in seconds; None for the client's limit.
        before_repeat: Looks before a write is sent again, since others may have changed meanwhile what it replaces.
    """

    operation: str
    method: str
    path: str
    repeatable: bool
    query: Mapping[str, str] = field(default_factory=dict)
    json: Any = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    secrets: tuple[str | None, ...] = field(default=(), repr=False)
    answer_seconds: float | None = None
    before_repeat: Callable[[], None] | None = field(default=None, repr=False, compare=False)


class HarnessClient:
    """Talks to one account; safe for several threads.

    Args:
        access: The endpoint, the account and the key.
        pace: How requests are repeated.
        answer_seconds: How long an answer may take, in seconds, where the request doesn't say.

    Raises:
        TargetError: The usual variables name a proxy that can't be used.
    """

    def __init__(self, access: HarnessAccess, pace: Pace | None = None, answer_seconds: float = ANSWER_SECONDS) -> None:
        self.access = access
        self._answer_seconds = answer_seconds
        self.pace = pace or Pace()
        try:
            # Redirects are not followed: the key goes to the endpoint and nowhere else.
            self._http = httpx.Client(verify=_trust(access), follow_redirects=False, trust_env=True)
        except (ValueError, ImportError):
            names = "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY"
            raise TargetError(f"{names} names no proxy that can be used: write http://host:port.") from None

    def __repr__(self) -> str:
        return f"HarnessClient({self.access.endpoint!r}, {self.access.account_id!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(self, request: Request) -> Answer:
        """Make a request, again where that is safe, and return the answer of a success (2xx).

        Raises:
            HarnessError: It failed; `may_have_happened` tells whether it may have been carried out.
            TargetError: Others changed meanwhile what it replaces, so it was not sent again.
        """
        asked = Asked(request.operation, self.access, Scrubber((self.access.key.value, *request.secrets, *marked())))
        started, attempt = self.pace.clock(), 0
        while True:
            attempt += 1
            try:
                answer, retry_after = self._once(request, asked)
                if answer.status in _SUCCESS:
                    return answer
                failure = answer.refusal()
                failure.retry_after = retry_after
                again = answer.status in _REPEATED
            except HarnessError as error:
                failure, again = error, error.may_pass
            if not again or not request.repeatable:
                raise failure from None
            crowded = isinstance(failure, HarnessRateLimited)
            wait = self.pace.wait_before_next(attempt, started, failure.retry_after, crowded=crowded)
            if wait is None:
                raise failure from None
            self.pace.sleep(wait)
            if request.before_repeat is not None:
                try:
                    request.before_repeat()
                except HarnessError:
                    raise failure from None

    def _once(self, request: Request, asked: Asked) -> tuple[Answer, str | None]:
        seconds = request.answer_seconds or self._answer_seconds
        end = self.pace.clock() + CONNECT_SECONDS + seconds
        account = {"accountIdentifier": self.access.account_id, "accountId": self.access.account_id}
        headers = {
            "x-api-key": self.access.key.value,
            "Accept": "application/json",
            "Accept-Encoding": "identity",  # so that the limit of a body's size is that of what is sent
            "User-Agent": f"pulumi-smtp-collab/{__version__}",
        }
        files = None if request.form is None else {name: (None, text) for name, text in request.form.items()}
        failure: HarnessError
        try:
            with self._http.stream(
                request.method,
                self.access.endpoint + request.path,
                params={**request.query, **account},
                json=request.json,
                files=files,
                headers=headers,
                timeout=httpx.Timeout(seconds, connect=CONNECT_SECONDS),
            ) as response:
                body = self._body(response, end, asked)
                kind = response.headers.get("content-type", "").lower()
                answer = Answer(asked, response.status_code, kind, body, response.headers.get("location", ""))
                return answer, response.headers.get("retry-after")
        except httpx.HTTPError as error:
            failure = _transport_failure(error, asked)
        except httpx.InvalidURL:
            failure = asked.error(HarnessUnreachable, Said(message="the endpoint is no URL"), UNREACHABLE)
        raise failure from None  # the cause holds the request, and the request the key

    def _body(self, response: httpx.Response, end: float, asked: Asked) -> bytes:
        """Return the body, bounded in size and, as a whole, in time."""
        status = response.status_code
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            said = Said(status, message="a compressed answer, though an uncompressed one was asked for")
            raise asked.error(HarnessSilent, said, UNREACHABLE)
        body = bytearray()
        for piece in response.iter_raw():
            body += piece
            if len(body) > MAX_BODY:
                said = Said(status, message=f"an answer longer than {MAX_BODY // 2**20} MiB")
                raise asked.error(HarnessSilent, said, UNREACHABLE)
            if self.pace.clock() > end:
                raise httpx.ReadTimeout("")
        return bytes(body)


def _trust(access: HarnessAccess) -> ssl.SSLContext:
    """Return the context that verifies the endpoint: by the system's trust store and the CAs of the configuration."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if access.endpoint.startswith("https:"):  # the store takes longer to load than a request
        context.load_default_certs()
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a bundle may end in an intermediate CA
        if access.ca_certificates is not None:
            context.load_verify_locations(cadata=access.ca_certificates)
    return context


def _transport_failure(error: httpx.HTTPError, asked: Asked) -> HarnessError:
    """Say what httpx's error means: whether the request was sent, and what to look at."""
    reason = asked.scrubber.clean(str(error), 200) or type(error).__name__
    certificate = _certificate_failure(error)
    if certificate is not None:
        return asked.error(HarnessNotTrusted, Said(message=asked.scrubber.clean(certificate, 200)), TRUST)
    if isinstance(error, httpx.ConnectTimeout):
        said = Said(message=f"no connection within {CONNECT_SECONDS:g} s")
        return asked.error(HarnessUnreachable, said, UNREACHABLE)
    if isinstance(error, httpx.ProxyError):
        return asked.error(HarnessUnreachable, Said(message=f"the proxy: {reason}"), UNREACHABLE)
    if isinstance(error, (httpx.ConnectError, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.LocalProtocolError)):
        return asked.error(HarnessUnreachable, Said(message=f"no connection: {reason}"), UNREACHABLE)
    if isinstance(error, httpx.TimeoutException):
        return asked.error(HarnessTimedOut, Said(message="no whole answer in time"), INTERRUPTED)
    return asked.error(
        HarnessSilent, Said(message=f"the connection ended without a whole answer: {reason}"), INTERRUPTED
    )


def _certificate_failure(error: BaseException | None) -> str | None:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"the certificate was not accepted: {error.verify_message}"
        error = error.__cause__ or error.__context__
    return None

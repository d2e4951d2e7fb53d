"""One HTTP exchange as the fake's APIs see it, and the envelopes in which Harness answers."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

OOPS = "Oops, something went wrong on our end. Please contact Harness Support."
CONTACT_SUPPORT = "An error has occurred. Please contact the Harness support team."


@dataclass(frozen=True, slots=True)
class Request:
    """A request after the HTTP layer: the path is decoded and has lost the `/gateway` of the SaaS front door."""

    method: str
    path: str
    query: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]
    body: bytes

    def param(self, name: str) -> str | None:
        """The first value of a query parameter, None where it is not given."""
        values = self.query.get(name)
        return values[0] if values else None

    def form_field(self, name: str) -> str | None:
        """A field of a multipart/form-data body as text, None where there is none of that name."""
        head = f"Content-Type: {self.headers.get('content-type', '')}\r\n\r\n".encode()
        message = BytesParser(policy=HTTP).parsebytes(head + self.body)
        for part in message.iter_parts() if message.is_multipart() else ():
            if part.get_param("name", header="content-disposition") == name:
                payload = part.get_payload(decode=True)
                return payload.decode("utf-8") if isinstance(payload, bytes) else ""
        return None


@dataclass(frozen=True, slots=True)
class Response:
    """An answer before the HTTP layer."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


class RefusedError(Exception):
    """Ends the handling of a request with the answer that it carries."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.body.decode("utf-8", "replace"))
        self.response = response


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path (a regular expression of the whole path, its groups are given to the handler)."""

    method: str
    path: re.Pattern[str]
    handler: Callable[..., Response]


def route(method: str, path: str, handler: Callable[..., Response]) -> Route:
    """A route whose `path` is written as a regular expression."""
    return Route(method, re.compile(path), handler)


def as_json(status: int, content: object, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """A JSON answer."""
    return Response(status, json.dumps(content).encode(), headers=headers)


def _response_message(code: str, message: str) -> dict[str, Any]:
    return {"code": code, "level": "ERROR", "message": message, "exception": None, "failureTypes": []}


# NextGen ------------------------------------------------------------------------------------------------------------


def nextgen_success(data: object) -> Response:
    """NextGen's envelope of a success."""
    return as_json(200, {"status": "SUCCESS", "data": data, "metaData": None, "correlationId": str(uuid.uuid4())})


def nextgen_error(status: int, code: str, message: str) -> RefusedError:
    """NextGen's envelope of an error, to be raised."""
    content = {
        "status": "ERROR",
        "code": code,
        "message": message,
        "correlationId": str(uuid.uuid4()),
        "detailedMessage": None,
        "responseMessages": [_response_message(code, message)],
        "metadata": None,
    }
    return RefusedError(as_json(status, content))


def invalid_request(message: str) -> RefusedError:
    """What Harness's InvalidRequestException becomes in NextGen, to be raised."""
    return nextgen_error(400, "INVALID_REQUEST", f"Invalid request: {message}")


def bean_validation(errors: Sequence[tuple[str, str]]) -> RefusedError:
    """NextGen's answer to a body or parameters that break the annotations of its model, to be raised."""
    content = {
        "status": "FAILURE",
        "code": "INVALID_REQUEST",
        "message": ", ".join(f"{field}: {error}" for field, error in errors),
        "correlationId": str(uuid.uuid4()),
        "errors": [{"fieldId": field, "error": error} for field, error in errors],
    }
    return RefusedError(as_json(400, content))


def nextgen_body(request: Request) -> dict[str, Any]:
    """The JSON object of a NextGen request; anything else is refused."""
    try:
        body = json.loads(request.body)
    except ValueError:
        raise nextgen_error(400, "INVALID_REQUEST", "Unable to process JSON") from None
    if not isinstance(body, dict):
        raise nextgen_error(400, "INVALID_REQUEST", "Unable to process JSON")
    return body


# FirstGen -----------------------------------------------------------------------------------------------------------


def firstgen_success(resource: object) -> Response:
    """FirstGen's REST envelope of a success."""
    return as_json(200, {"metaData": {}, "resource": resource, "responseMessages": []})


def firstgen_error(status: int, code: str, message: str) -> RefusedError:
    """FirstGen's REST envelope of an error, to be raised."""
    content = {"metaData": None, "resource": None, "responseMessages": [_response_message(code, message)]}
    return RefusedError(as_json(status, content, headers=(("X-Harness-Error", code),)))

"""A log of what the plugin is asked and how it answers, where somebody asks for one: never with a value.

It tells calls, resources, stages, times and the places of faults. What a program, a stack or a server says is not in
it: no host, no address, no message.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import grpc
import grpc.aio

LOG_FILE = "SMTP_COLLAB_LOG_FILE"
"""The environment variable that names the file; what is there already stays, and new lines follow."""

logger = logging.getLogger("pulumi_smtp_collab.plugin")

_Method = Callable[[Any, Any], Awaitable[Any]]


def open_log_file(environment: Mapping[str, str]) -> str | None:
    """Log into the file that the environment names; without one nothing is logged.

    Args:
        environment: The environment's variables.

    Returns:
        Why the file can't be used, for the user; None where it can, or where there is none.
    """
    logger.propagate = False
    name = environment.get(LOG_FILE)
    if not name:
        logger.addHandler(logging.NullHandler())
        return None
    try:
        os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        handler = logging.FileHandler(Path(name), encoding="utf-8")
    except OSError as error:
        logger.addHandler(logging.NullHandler())
        return (
            f"{LOG_FILE}: nothing is logged, since the file can't be written: {error.strerror or type(error).__name__}"
        )
    formatter = logging.Formatter("%(asctime)s.%(msecs)03dZ [%(process)d] %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    return None


class LoggedCalls(grpc.aio.ServerInterceptor):
    """Logs each call when it begins and when it ends, with its resource, its time and its status."""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:  # noqa: ANN401 - a handler of any method
        """Return the handler of a call, which logs where that is asked for."""
        handler = await continuation(handler_call_details)
        if handler is None or handler.unary_unary is None or not logger.isEnabledFor(logging.INFO):
            return handler
        method = _logged(handler_call_details.method.rpartition("/")[2], handler.unary_unary)
        return grpc.unary_unary_rpc_method_handler(method, handler.request_deserializer, handler.response_serializer)


def _logged(name: str, method: _Method) -> _Method:
    async def call(request: Any, context: Any) -> Any:  # noqa: ANN401 - of any method
        what = f"{name} {getattr(request, 'urn', '') or getattr(request, 'tok', '')}".strip()
        began, status = time.monotonic(), "broken off"
        logger.info("%s begun%s", what, " (preview)" if getattr(request, "preview", False) else "")
        try:
            answer = await method(request, context)
            status = "answered"
        except grpc.aio.AbortError:
            status = f"refused: {context.code()}"
            raise
        else:
            return answer
        finally:
            logger.info("%s %s after %.3f s", what, status, time.monotonic() - began)

    return call

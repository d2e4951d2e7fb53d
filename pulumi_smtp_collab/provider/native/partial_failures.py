"""What was saved and is not well: the engine records it, shows the error, and the next up updates it."""

from __future__ import annotations

from typing import Any, NoReturn

import grpc
import grpc.aio
from google.protobuf.any_pb2 import Any as Packed  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2, status_pb2

from pulumi_smtp_collab.model.wire_texts import in_wire_names
from pulumi_smtp_collab.provider.wire_values import to_wire

STATUS_METADATA = "grpc-status-details-bin"
"""The trailing metadata in which gRPC carries a ``google.rpc.Status``."""


class PartialFailure(Exception):  # noqa: N818 - it is no error of ours: it carries one
    """An operation failed, and left what has to be recorded.

    Attributes:
        id: The target's identifier of what was left.
        outputs: What is recorded of it, by wire name and marked secret where it is.
        inputs: The checked inputs that it was made of, likewise.
    """

    def __init__(self, message: str, identifier: str, outputs: dict[str, Any], inputs: dict[str, Any]) -> None:
        super().__init__(message)
        self.id = identifier
        self.outputs = outputs
        self.inputs = inputs


async def abort(context: grpc.aio.ServicerContext[Any, Any], failure: PartialFailure) -> NoReturn:
    """End a call with a failure that carries what has to be recorded."""
    code, text = grpc.StatusCode.FAILED_PRECONDITION, in_wire_names(str(failure))
    detail = Packed()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=failure.id, properties=to_wire(failure.outputs), inputs=to_wire(failure.inputs), reasons=[text]
        )
    )
    status = status_pb2.Status(code=code.value[0], message=text, details=[detail])
    context.set_trailing_metadata(((STATUS_METADATA, status.SerializeToString()),))
    await context.abort(code, text)
    raise AssertionError("abort raises")

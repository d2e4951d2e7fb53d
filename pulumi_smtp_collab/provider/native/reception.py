"""What the engine asks of a plugin first, answered at once; the life cycle is loaded for what comes after it.

A YAML program's host, and `pulumi package get-schema`, start a plugin for its schema alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from pulumi_smtp_collab._version import __version__
from pulumi_smtp_collab.provider.native.package_schema import schema_text

if TYPE_CHECKING:
    from pulumi_smtp_collab.provider.native.calls import Context
    from pulumi_smtp_collab.provider.native.servicer import Servicer


class Reception(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine: its first questions itself, the others by the life cycle.

    Args:
        warning: What the user is to be told at the beginning; None for nothing.
    """

    def __init__(self, warning: str | None = None) -> None:
        self._warning = warning
        self._engine = ""
        self._servicer: Servicer | None = None

    def connect(self, engine: str) -> None:
        """Let the user be told by the engine at this address; "" where it is not known yet."""
        self._engine = engine or self._engine
        if self._servicer is not None:
            self._servicer.connect(self._engine)

    def cancel(self) -> None:
        """End every running test."""
        if self._servicer is not None:
            self._servicer.cancel()

    async def close(self) -> None:
        """Send what was said, and take no more work."""
        if self._servicer is not None:
            await self._servicer.close()

    async def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: Context
    ) -> provider_pb2.ProviderHandshakeResponse:
        """Say what is understood: secrets where they stand, and resources, which are refused by name."""
        del context
        self.connect(request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, accept_resources=True, accept_outputs=False)

    async def Attach(self, request: plugin_pb2.PluginAttach, context: Context) -> Empty:
        """Use another engine's log: a person runs the plugin under a debugger."""
        del context
        self.connect(request.address)
        return Empty()

    async def GetPluginInfo(self, request: Empty, context: Context) -> plugin_pb2.PluginInfo:
        """Return the version."""
        del request, context
        return plugin_pb2.PluginInfo(version=__version__)

    async def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: Context
    ) -> provider_pb2.GetSchemaResponse:
        """Return schema.json."""
        if request.version not in {0, 1}:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"there is no schema of version {request.version}")
        return provider_pb2.GetSchemaResponse(schema=schema_text())

    def loaded(self) -> Servicer:
        """Return what answers by the life cycle, loaded by the first that asks for it."""
        if self._servicer is None:
            from pulumi_smtp_collab.provider.native.servicer import Servicer  # noqa: PLC0415 - not for a schema

            self._servicer = Servicer(self._warning)
            self._servicer.connect(self._engine)
        return self._servicer


def _passed_on(method: str) -> Callable[[Reception, Any, Context], Awaitable[Any]]:
    async def answer(self: Reception, request: Any, context: Context) -> Any:  # noqa: ANN401 - of any method
        return await getattr(self.loaded(), method)(request, context)

    return answer


for _method in vars(provider_pb2_grpc.ResourceProviderServicer):
    if _method[:1].isupper() and _method not in vars(Reception):
        setattr(Reception, _method, _passed_on(_method))

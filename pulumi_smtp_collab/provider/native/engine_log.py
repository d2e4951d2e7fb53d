"""What the plugin tells the user while it works: messages at their resource, in the order in which they were said."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

import grpc.aio
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from pulumi_smtp_collab.model.progress import OnStage, StageProgress
from pulumi_smtp_collab.model.wire_texts import in_wire_names
from pulumi_smtp_collab.provider.native.log_file import logger

_SPEAKS_AFTER_SECONDS = 1.0
"""Without a terminal each stage is a line of its own: only one that takes so long deserves it."""

_resource: ContextVar[str] = ContextVar("resource", default="")


@contextmanager
def about(urn: str) -> Iterator[None]:
    """Make a resource the one that messages are about, in this thread."""
    token = _resource.set(urn)
    try:
        yield
    finally:
        _resource.reset(token)


class EngineLog:
    """The engine's log. Threads hand messages in; one task sends them, since what is not awaited overtakes.

    Args:
        speaks_after: The seconds that a stage has to last before it is told.
    """

    def __init__(self, speaks_after: float | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[engine_pb2.LogRequest] = asyncio.Queue()
        self._engine: engine_pb2_grpc.EngineStub | None = None
        self._channel: grpc.aio.Channel | None = None
        self._said: set[tuple[str, str]] = set()
        self._sender: asyncio.Task[None] | None = None
        self._speaks_after = _speaks_after() if speaks_after is None else speaks_after

    def connect(self, address: str) -> None:
        """Use the engine at this address from now on."""
        if self._channel is not None or not address:
            return
        self._channel = grpc.aio.insecure_channel(address)
        self._engine = engine_pb2_grpc.EngineStub(self._channel)
        self._sender = asyncio.create_task(self._send())

    def warn(self, text: str) -> None:
        """Tell a warning at the resource that is worked on; once, however often it is said. From any thread."""
        self._say(engine_pb2.WARNING, text)

    def inform(self, text: str) -> None:
        """Tell a message that is no warning, likewise."""
        self._say(engine_pb2.INFO, text)

    def stages_of(self, urn: str) -> OnStage:
        """Return a listener that shows a test's stages in the resource's line, for as long as they last."""
        current = _Stage(self, urn)

        def tell(told: StageProgress) -> None:
            logger.info("%s stage %s %s", urn, told.name, told.status)
            self._loop.call_soon_threadsafe(current.changes, told)

        return tell

    async def flush(self) -> None:
        """Wait until everything has been sent that was said."""
        if self._sender is not None:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._queue.join(), timeout=1)

    async def close(self) -> None:
        """Send what was said, and let go of the engine."""
        await self.flush()
        if self._sender is not None:
            self._sender.cancel()
        if self._channel is not None:
            await self._channel.close()

    def show(self, urn: str, text: str) -> None:
        """Show a text in the resource's line until another takes its place. In the event loop alone."""
        self._put(engine_pb2.LogRequest(severity=engine_pb2.INFO, message=text, urn=urn, ephemeral=True))

    def later(self, call: asyncio.TimerHandle | None, urn: str, text: str) -> asyncio.TimerHandle:
        """Show a text once it has been true for long enough; the call before is taken back."""
        if call is not None:
            call.cancel()
        return self._loop.call_later(self._speaks_after, self.show, urn, text)

    def _say(self, severity: engine_pb2.LogSeverity.ValueType, text: str) -> None:
        urn = _resource.get()
        text = in_wire_names(text)
        if (urn, text) in self._said:
            return
        self._said.add((urn, text))
        self._loop.call_soon_threadsafe(self._put, engine_pb2.LogRequest(severity=severity, message=text, urn=urn))

    def _put(self, request: engine_pb2.LogRequest) -> None:
        if self._engine is not None:
            self._queue.put_nowait(request)

    async def _send(self) -> None:
        while True:
            request = await self._queue.get()
            try:
                if self._engine is not None:
                    await self._engine.Log(request)
            except grpc.aio.AioRpcError:
                pass  # the engine is going, and nobody reads any more
            finally:
                self._queue.task_done()


class _Stage:
    """The stage that a test is at."""

    def __init__(self, log: EngineLog, urn: str) -> None:
        self._log = log
        self._urn = urn
        self._timer: asyncio.TimerHandle | None = None

    def changes(self, told: StageProgress) -> None:
        if told.status == "begun":
            again = f" (attempt {told.attempt})" if told.attempt > 1 else ""
            self._timer = self._log.later(self._timer, self._urn, f"test: {told.name}{again}")
        elif self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _speaks_after() -> float:
    """Return 0 where the engine writes to a terminal, which shows a stage in place; else what deserves a line."""
    with suppress(OSError):
        output = Path(f"/proc/{os.getppid()}/fd/1").resolve()  # on Linux; elsewhere nobody says
        if output.is_relative_to("/dev/pts") or output.is_relative_to("/dev/tty"):
            return 0.0
    return _SPEAKS_AFTER_SECONDS

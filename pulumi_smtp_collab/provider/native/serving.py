"""The plugin as a server: it listens until the engine has no more use for it."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import sys
from contextlib import suppress

import grpc.aio
from pulumi.runtime.proto import provider_pb2_grpc

from pulumi_smtp_collab.provider.native.log_file import LoggedCalls, open_log_file
from pulumi_smtp_collab.provider.native.reception import Reception

_GRACE_SECONDS = 1.0
_UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
_STANDARD_INPUT = 0


async def serve(engine: str) -> None:
    """Print the port, and serve until an interrupt, or until the engine is gone.

    Args:
        engine: The engine's address, which takes what the user is told; "" where it comes with the handshake.
    """
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    # Also where the starter ignores SIGINT, as a shell does for what it runs in the background.
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    _end_with_standard_input(ended)
    reception = Reception(open_log_file(os.environ))
    reception.connect(engine)
    server = grpc.aio.server(interceptors=[LoggedCalls()], options=_UNLIMITED)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(reception, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)  # noqa: T201 - what the engine waits for
    sys.stdout = sys.stderr  # nothing else may be written there
    await ended.wait()
    reception.cancel()
    await server.stop(_GRACE_SECONDS)
    await reception.close()


def _end_with_standard_input(ended: asyncio.Event) -> None:
    """End when the engine is gone: it holds the other end of the pipe. Not where a person started the program."""
    with suppress(OSError):
        if stat.S_ISFIFO(os.fstat(_STANDARD_INPUT).st_mode):
            loop = asyncio.get_running_loop()

            def read() -> None:
                if not os.read(_STANDARD_INPUT, 4096):
                    loop.remove_reader(_STANDARD_INPUT)
                    ended.set()

            loop.add_reader(_STANDARD_INPUT, read)

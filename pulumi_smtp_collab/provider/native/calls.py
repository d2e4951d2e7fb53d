"""How a call of the engine is carried out: off the event loop, ended when it is cancelled, a failure in words."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import grpc
import grpc.aio

from pulumi_smtp_collab._version import __version__
from pulumi_smtp_collab.model.errors import SmtpCollaborationError
from pulumi_smtp_collab.model.wire_texts import in_wire_names
from pulumi_smtp_collab.provider.native import partial_failures
from pulumi_smtp_collab.provider.native.log_file import logger
from pulumi_smtp_collab.provider.native.partial_failures import PartialFailure

_Answer = TypeVar("_Answer")

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
"""The context of a call of the engine."""

_PACKAGE = Path(__file__).resolve().parents[2]
_TESTS_AT_ONCE = 512
"""More than an engine asks for at once; a thread is made only when one is needed."""


class Calls:
    """The calls that run: two pools of threads, so that a check never waits behind tests that wait for servers."""

    def __init__(self) -> None:
        self._quick = ThreadPoolExecutor(4, thread_name_prefix="quick")
        self._slow = ThreadPoolExecutor(_TESTS_AT_ONCE, thread_name_prefix="slow")
        self._running: set[threading.Event] = set()
        self._cancelled = False

    async def quick(self, context: Context, work: Callable[[], _Answer]) -> _Answer:
        """Do what needs no network."""
        return await self._run(self._quick, context, work, threading.Event())

    async def slow(self, context: Context, work: Callable[[threading.Event], _Answer]) -> _Answer:
        """Do what may wait for servers; the event is set once it is to end."""
        cancel = threading.Event()
        if self._cancelled:
            cancel.set()
        return await self._run(self._slow, context, lambda: work(cancel), cancel)

    def cancel(self) -> None:
        """End every running test, and whatever is asked for from now on."""
        self._cancelled = True
        for event in self._running:
            event.set()

    def close(self) -> None:
        """Take no more work."""
        self._quick.shutdown(wait=False, cancel_futures=True)
        self._slow.shutdown(wait=False, cancel_futures=True)

    async def _run(
        self,
        pool: ThreadPoolExecutor,
        context: Context,
        work: Callable[[], _Answer],
        cancel: threading.Event,
    ) -> _Answer:
        self._running.add(cancel)
        try:
            in_context = contextvars.copy_context().run
            return await asyncio.get_running_loop().run_in_executor(pool, in_context, work)
        except asyncio.CancelledError:
            cancel.set()  # the client broke off: nobody waits for the test any more
            raise
        except PartialFailure as failure:
            await partial_failures.abort(context, failure)
        except SmtpCollaborationError as error:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, in_wire_names(str(error)))
        except Exception as error:  # noqa: BLE001 - whatever it is, the user gets a sentence
            await context.abort(grpc.StatusCode.INTERNAL, fault_of_ours(error))
        finally:
            self._running.discard(cancel)
        raise AssertionError("abort raises")


def fault_of_ours(error: BaseException) -> str:
    """Return what is said of an error that nobody foresaw: its type and its place, no value."""
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(_PACKAGE)
    ]
    for frame in traceback.extract_tb(error.__traceback__):
        logger.info("fault of type %s at %s:%s in %s", type(error).__name__, frame.filename, frame.lineno, frame.name)
    place = f" in {Path(frames[-1].filename).relative_to(_PACKAGE)}, line {frames[-1].lineno}" if frames else ""
    return (
        f"This is a fault of pulumi-smtp-collab {__version__}, not of the program or the server: "
        f"{type(error).__name__}{place}. Please report it with this sentence; it holds none of your values."
    )

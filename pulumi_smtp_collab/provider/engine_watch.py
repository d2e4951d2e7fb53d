"""Ends the provider's process when the engine is gone.

An engine that is killed can't end its plugins: the Python host lives on and would finish a create or an update that
nobody waits for and nobody records. The host is told the engine's address as its first argument; a connection is
held to it, and when it breaks and can't be made again, the process ends.

The connection says nothing, so the engine's gRPC server closes it every 120 seconds, which it logs nowhere by default;
it is then made anew. It costs one thread that sleeps, and keeps neither the process nor the engine from ending.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from pathlib import Path

_ATTEMPTS = 3
_PAUSE_SECONDS = 0.2
_KILLED = 1


def watch_engine() -> bool:
    """Watch the engine from a daemon thread, if this is a provider's process.

    Returns:
        Whether there is an engine to watch.
    """
    address = _engine_address(sys.argv)
    if address is None:
        return False
    threading.Thread(target=_end_with, args=(address,), name="engine-watch", daemon=True).start()
    return True


def _engine_address(arguments: list[str]) -> tuple[str, int] | None:
    """Return the engine's address from the arguments of Pulumi's Python host; None in any other process."""
    host, colon, port = (arguments[1] if len(arguments) > 1 else "").rpartition(":")
    is_host = bool(arguments) and Path(arguments[0]).parts[-2:] == ("dynamic", "__main__.py")
    return (host, int(port)) if is_host and colon and port.isdigit() else None


def _end_with(address: tuple[str, int]) -> None:
    while _wait_for_the_end_of_a_connection(address):
        time.sleep(_PAUSE_SECONDS)  # the engine closes idle connections; it is gone only if it takes no new one
    os._exit(_KILLED)


def _wait_for_the_end_of_a_connection(address: tuple[str, int]) -> bool:
    """Hold a connection until it ends; False where none can be made."""
    for _ in range(_ATTEMPTS):
        try:
            with socket.create_connection(address, timeout=5) as connection:
                connection.settimeout(None)
                while connection.recv(4096):
                    pass
        except ConnectionRefusedError:  # noqa: PERF203 - three times at most
            time.sleep(_PAUSE_SECONDS)
        except OSError:
            return True  # broken or out of time: ask again
        else:
            return True
    return False

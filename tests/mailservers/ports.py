"""Ports where no server answers: one that refuses, one that swallows."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

_ENOUGH = 64


@contextlib.contextmanager
def closed_port(host: str = "127.0.0.1") -> Iterator[int]:
    """A port that refuses connections while the block runs: it is taken, so that nobody else listens on it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as taken:
        taken.bind((host, 0))
        yield taken.getsockname()[1]


@contextlib.contextmanager
def filtered_port(host: str = "127.0.0.1") -> Iterator[int]:
    """A port where a connection is neither taken nor refused, as behind a firewall that drops packets.

    It listens with the shortest of queues, which is kept full: the kernel (Linux) then drops further SYNs.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket(family))
        listener.bind((host, 0))
        listener.listen(0)
        port: int = listener.getsockname()[1]
        for _ in range(_ENOUGH):
            client = stack.enter_context(socket.socket(family))
            client.settimeout(0.1)
            try:
                client.connect((host, port))
            except TimeoutError:
                break
        else:
            raise RuntimeError(f"The queue of {host} port {port} took {_ENOUGH} connections and isn't full.")
        yield port

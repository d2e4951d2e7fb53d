"""A TCP relay that holds bytes back: the delay line where no namespace can be made.

``relay.py --round-trip-ms 100 --to PORT`` listens on 127.0.0.1, prints its port, and relays each connection to PORT on
127.0.0.1 until its standard input ends. Every byte is held for half a round trip. The kernel answers a client's SYN
before the relay knows of it, so the handshake is *not* delayed: who measures through it adds that one round trip. Nor
are acknowledgements, so that a small packet held back by Nagle's algorithm until one comes is not seen to wait.
"""

from __future__ import annotations

import argparse
import asyncio
import selectors
import sys
from contextlib import suppress

_LARGEST_READ = 65536


_Held = asyncio.Queue[tuple[float, bytes]]


async def _take(reader: asyncio.StreamReader, held: _Held, one_way_seconds: float) -> None:
    """Put what is read into ``held`` with the time when it is due; nothing (``b""``) stands for the end."""
    loop = asyncio.get_running_loop()
    data = b"-"
    while data:
        try:
            data = await reader.read(_LARGEST_READ)
        except ConnectionError:
            data = b""
        held.put_nowait((loop.time() + one_way_seconds, data))


async def _give(held: _Held, writer: asyncio.StreamWriter) -> None:
    """Write what is held when it is due, and pass the end on; the other direction goes on."""
    loop = asyncio.get_running_loop()
    with suppress(OSError):
        while True:
            due, data = await held.get()
            await asyncio.sleep(due - loop.time())
            if not data:
                break
            writer.write(data)
            await writer.drain()
        writer.write_eof()


async def _relay(near: asyncio.StreamReader, back: asyncio.StreamWriter, to_port: int, one_way_seconds: float) -> None:
    """Carry one connection."""
    there: _Held = asyncio.Queue()
    here: _Held = asyncio.Queue()
    taking = asyncio.create_task(_take(near, there, one_way_seconds))
    # The last packet of a client's handshake is under way for as long as its first bytes.
    await asyncio.sleep(one_way_seconds)
    far, forth = await asyncio.open_connection("127.0.0.1", to_port)
    await asyncio.gather(taking, _take(far, here, one_way_seconds), _give(there, forth), _give(here, back))
    forth.close()
    back.close()


async def _serve(to_port: int, one_way_seconds: float) -> None:
    """Relay until standard input ends."""
    connections: set[asyncio.Task[None]] = set()

    def accept(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        connection = asyncio.create_task(_relay(near, back, to_port, one_way_seconds))
        connections.add(connection)
        connection.add_done_callback(connections.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, ended.set)
    await ended.wait()
    server.close()
    for connection in connections:
        connection.cancel()
    await asyncio.gather(*connections, return_exceptions=True)


def main() -> None:
    """Relay as the arguments say."""
    parser = argparse.ArgumentParser(description="A TCP relay whose bytes are held back.")
    parser.add_argument("--round-trip-ms", type=float, required=True)
    parser.add_argument("--to", type=int, required=True)
    arguments = parser.parse_args()
    # select() waits to the microsecond; epoll, asyncio's choice, to the millisecond, which would be seen in the result.
    loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
    loop.run_until_complete(_serve(arguments.to, arguments.round_trip_ms / 2000))
    loop.close()


if __name__ == "__main__":
    main()

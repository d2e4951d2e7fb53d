"""A network of its own whose packets are held back: the program behind the delay line on Linux.

``held_packets.py forward --round-trip-ms 100`` makes a network namespace with one TUN device and forwards what is sent
into it until its standard input ends. ``held_packets.py join PID -- COMMAND…`` runs a command in the namespace of such
a process.

The device has the address ``LISTEN_ADDRESS``. What is sent to ``DIAL_ADDRESS`` leaves through the device, is held for
half a round trip, and comes back with source and destination exchanged: a client that dials ``DIAL_ADDRESS`` reaches
the server that listens on ``LISTEN_ADDRESS``, over two real ends of the kernel's TCP, every packet late, those of the
handshake included. Exchanging the two addresses leaves each checksum as it was (a one's complement sum, RFC 1071,
does not ask for the order), so nothing of a packet is computed anew. Both addresses are from 198.18.0.0/15, which is
set apart for benchmarks (RFC 2544, appendix C.2.2), and exist in that namespace alone.
"""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import os
import select
import socket
import struct
import sys
import time
from collections import deque
from pathlib import Path

LISTEN_ADDRESS = "198.18.0.1"
DIAL_ADDRESS = "198.18.0.2"
_NETMASK = "255.255.255.252"
_DEVICE = b"held0"

# From linux/sched.h, linux/if_tun.h, linux/sockios.h and linux/if.h: Python names none of them before 3.12.
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_TUNSETIFF = 0x400454CA
_IFF_TUN_WITHOUT_HEADER = 0x0001 | 0x1000
_SIOCGIFFLAGS = 0x8913
_SIOCSIFFLAGS = 0x8914
_SIOCSIFADDR = 0x8916
_SIOCSIFNETMASK = 0x891C
_IFF_UP = 0x1

_LARGEST_PACKET = 65535


def _kernel(call: str, *arguments: int) -> None:
    """Call a function of the C library that Python does not offer in every version we support."""
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, call)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}")


def _enter_new_namespace(*, user_namespace: bool) -> None:
    """Leave the machine's network for an empty one.

    Without root that takes a user namespace too, in which the caller is mapped to root.
    """
    user, group = os.geteuid(), os.getegid()
    _kernel("unshare", _CLONE_NEWNET | (_CLONE_NEWUSER if user_namespace else 0))
    if user_namespace:
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1", encoding="ascii")


def _bring_up(device: bytes, address: str | None = None) -> None:
    """Give a device of this namespace its address and switch it on (netdevice(7))."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        if address is not None:
            for request, value in ((_SIOCSIFADDR, address), (_SIOCSIFNETMASK, _NETMASK)):
                body = struct.pack("16sHH4s8x", device, socket.AF_INET, 0, socket.inet_aton(value))
                fcntl.ioctl(control, request, body)
        answer = fcntl.ioctl(control, _SIOCGIFFLAGS, struct.pack("16sH14x", device, 0))
        (flags,) = struct.unpack_from("H", answer, 16)
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sH14x", device, flags | _IFF_UP))


def _open_device() -> int:
    """Make the TUN device and return its descriptor, non-blocking: one read or write is one IP packet."""
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(descriptor, _TUNSETIFF, struct.pack("16sH22x", _DEVICE, _IFF_TUN_WITHOUT_HEADER))
    _bring_up(b"lo")
    _bring_up(_DEVICE, LISTEN_ADDRESS)
    return descriptor


def _read_packets(device: int) -> list[bytes]:
    """Take what the kernel has sent so far; the source and destination of each come back exchanged."""
    packets: list[bytes] = []
    while True:
        try:
            packet = os.read(device, _LARGEST_PACKET)
        except BlockingIOError:
            return packets
        if packet[0] >> 4 == 4:  # the kernel's own IPv6 chatter goes nowhere
            packets.append(packet[:12] + packet[16:20] + packet[12:16] + packet[20:])


def _forward(device: int, one_way_seconds: float) -> None:
    """Hold each packet for ``one_way_seconds``, in order, until standard input ends."""
    held: deque[tuple[float, bytes]] = deque()
    while True:
        wait = max(0.0, held[0][0] - time.monotonic()) if held else None
        readable, _, _ = select.select([device, sys.stdin], [], [], wait)
        if sys.stdin in readable:
            return
        if device in readable:
            due = time.monotonic() + one_way_seconds
            held.extend((due, packet) for packet in _read_packets(device))
        while held and held[0][0] <= time.monotonic():
            os.write(device, held.popleft()[1])


def _join(process: int, command: list[str]) -> None:
    """Become ``command`` in the namespaces of ``process``."""
    for kind in ("user", "net"):
        theirs, ours = f"/proc/{process}/ns/{kind}", f"/proc/self/ns/{kind}"
        if Path(theirs).readlink() != Path(ours).readlink():
            descriptor = os.open(theirs, os.O_RDONLY)
            _kernel("setns", descriptor, 0)
            os.close(descriptor)
    os.execvp(command[0], command)  # noqa: S606 (no shell is meant)


def main() -> int:
    """Forward or join, as the arguments say."""
    parser = argparse.ArgumentParser(description="A network namespace whose packets are held back.")
    what = parser.add_subparsers(dest="what", required=True)
    forward = what.add_parser("forward")
    forward.add_argument("--round-trip-ms", type=float, required=True)
    forward.add_argument("--user-namespace", action="store_true")
    join = what.add_parser("join")
    join.add_argument("process", type=int)
    join.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    if arguments.what == "join":
        command: list[str] = arguments.command
        _join(arguments.process, command[1:] if command[:1] == ["--"] else command)
    try:
        _enter_new_namespace(user_namespace=arguments.user_namespace)
        device = _open_device()
    except (OSError, AttributeError) as error:
        print(f"no delay line of packets: {error}", flush=True)
        return 1
    print("ready", flush=True)
    _forward(device, arguments.round_trip_ms / 2000)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The relay at the far end of the bench: a small ESMTP server that answers at once and costs little.

``far_server.py --bind ADDRESS --name NAME… [--step-seconds S]`` prints one line of JSON (the ports, and the file of
the CA that signed its certificate for each NAME) and serves until its standard input ends. It offers PIPELINING (but
for two ports that offer none) and AUTH PLAIN, speaks TLS 1.3 alone, sends each reply without Nagle's delay, and has one
port that sends a greeting without end. With ``--step-seconds`` its greeting and each flight of replies take that long.
"""

from __future__ import annotations

import argparse
import base64
import json
import socket
import socketserver
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import trustme

USERNAME = "relay-user"
PASSWORD = "correct horse battery staple"
ONE_BY_ONE = ", one by one"
"""The end of the kind of a port that offers no PIPELINING."""

_CREDENTIALS = base64.b64encode(f"\0{USERNAME}\0{PASSWORD}".encode())
_FLOOD = b"220-this greeting goes on and on, one line after another, and never comes to its end\r\n" * 700


class _Session(socketserver.BaseRequestHandler):
    """One connection: the greeting, then a reply for each line."""

    server: _Listener

    def setup(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def handle(self) -> None:
        # A client that has what it wanted may leave in any state.
        with suppress(OSError):
            if self.server.kind == "flood":
                while True:
                    self.request.sendall(_FLOOD)
            if self.server.kind == "implicit":
                self.request = self.server.tls.wrap_socket(self.request, server_side=True)
            time.sleep(self.server.step_seconds)
            self.request.sendall(b"220 far.example.test ESMTP\r\n")
            while self._converse():
                self.request = self.server.tls.wrap_socket(self.request, server_side=True)

    def _converse(self) -> bool:
        """Answer lines until the connection is to be upgraded (true) or is over (false)."""
        encrypted = isinstance(self.request, ssl.SSLSocket)
        unread = b""
        while data := self.request.recv(8192):
            *lines, unread = (unread + data).split(b"\r\n")
            replies = b""
            time.sleep(self.server.step_seconds if lines else 0)
            for line in lines:
                verb = line[:4].upper()
                replies += self._reply(verb, line, offers_starttls=self.server.offers_starttls and not encrypted)
                if verb in {b"QUIT", b"STAR"}:
                    self.request.sendall(replies)
                    return bool(verb == b"STAR")
            self.request.sendall(replies)
        return False

    def _reply(self, verb: bytes, line: bytes, *, offers_starttls: bool) -> bytes:
        if verb == b"EHLO":
            last = b"250 STARTTLS\r\n" if offers_starttls else b"250 AUTH PLAIN\r\n"
            pipelining = b"" if self.server.kind.endswith(ONE_BY_ONE) else b"250-PIPELINING\r\n"
            return b"250-far.example.test\r\n" + pipelining + b"250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n" + last
        if verb == b"AUTH":
            accepted = line[4:].split() == [b"PLAIN", _CREDENTIALS]
            return b"235 2.7.0 accepted\r\n" if accepted else b"535 5.7.8 wrong user or password\r\n"
        return {
            b"STAR": b"220 2.0.0 go ahead\r\n",
            b"MAIL": b"250 2.1.0 sender ok\r\n",
            b"RCPT": b"250 2.1.5 recipient ok\r\n",
            b"RSET": b"250 2.0.0 forgotten\r\n",
            b"NOOP": b"250 2.0.0 ok\r\n",
            b"QUIT": b"221 2.0.0 bye\r\n",
        }.get(verb, b"500 5.5.1 unknown command\r\n")


class _Listener(socketserver.ThreadingTCPServer):
    """One port; ``kind`` is plain, starttls, implicit or flood, the first two also without PIPELINING."""

    request_queue_size = 256
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: str, kind: str, tls: ssl.SSLContext, step_seconds: float) -> None:
        self.kind = kind
        self.offers_starttls = kind.startswith("starttls")
        self.tls = tls
        self.step_seconds = step_seconds
        super().__init__((address, 0), _Session)

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent about clients that leave: the measuring side says what went wrong."""


@contextmanager
def near_server(step_seconds: float = 0) -> Iterator[dict[str, Any]]:
    """Run it on this machine, in a process of its own; yield its ports and the file of its CA."""
    command = [sys.executable, __file__, "--bind", "127.0.0.1", "--name", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "--step-seconds", str(step_seconds)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
    finally:
        process.communicate(timeout=10)


def main() -> None:
    """Serve as the arguments say."""
    parser = argparse.ArgumentParser(description="The relay at the far end of the bench.")
    parser.add_argument("--bind", required=True)
    parser.add_argument("--name", action="append", required=True, help="a name or address for the certificate")
    parser.add_argument("--step-seconds", type=float, default=0, help="how long each answer takes (default: 0)")
    arguments = parser.parse_args()
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    authority.issue_cert(*arguments.name).configure_cert(context)
    with tempfile.TemporaryDirectory() as folder:
        ca_file = Path(folder) / "ca.pem"
        authority.cert_pem.write_to_path(str(ca_file))
        listeners = {
            kind: _Listener(arguments.bind, kind, context, arguments.step_seconds)
            for kind in ("plain", "starttls", "implicit", "flood", f"plain{ONE_BY_ONE}", f"starttls{ONE_BY_ONE}")
        }
        for listener in listeners.values():
            Thread(target=listener.serve_forever, daemon=True).start()
        ports = {kind: listener.server_address[1] for kind, listener in listeners.items()}
        print(json.dumps({"ports": ports, "ca_file": str(ca_file)}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()

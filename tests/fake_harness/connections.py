"""The sockets of the fake: HTTP/1.1 with connections kept open, TLS, and connections broken on purpose."""

from __future__ import annotations

import socket
import ssl
import struct
import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fake_harness.server import FakeHarness


class Connections(ThreadingHTTPServer):
    """The listening socket; each connection has a thread of its own, in which its TLS handshake takes place too."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, harness: FakeHarness, tls_context: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.harness = harness
        self._tls_context = tls_context
        self._open: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        if self._tls_context:
            connection = self._tls_context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, OSError):
            self.harness.note_defect(error)


class _Handler(BaseHTTPRequestHandler):
    """Reads requests off a connection and writes answers to it."""

    protocol_version = "HTTP/1.1"
    server_version = "fake-harness"
    sys_version = ""
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Connections

    def setup(self) -> None:
        if isinstance(self.request, ssl.SSLSocket):
            try:
                self.request.settimeout(10)
                self.request.do_handshake()
                self.request.settimeout(None)
            except OSError as error:
                self.server.harness.note_handshake_failure(error)
                raise
        super().setup()

    def do_GET(self) -> None:
        self._exchange()

    do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_GET  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Stay silent: the record of requests is for assertions."""

    def _exchange(self) -> None:
        if "Transfer-Encoding" in self.headers:
            self.send_error(411)
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request, recorded = self.server.harness.record(self.command, self.path, headers, body)
        response = self.server.harness.answer(request, recorded)
        kind = recorded.fault.kind if recorded.fault else None
        if response is None:
            self._hang_up(reset=kind == "reset")
            return
        recorded.status = response.status
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body if kind != "truncated" else response.body[: len(response.body) // 2])
        self.wfile.flush()
        if kind == "truncated":
            self._hang_up(reset=False)

    def _hang_up(self, *, reset: bool) -> None:
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

"""A mail server on aiosmtpd that records what it saw and refuses what it is told to refuse.

It listens and stops by itself, not by aiosmtpd's Controller: that one can't take port 0 (its readiness check dials the
port it was given) and, from Python 3.12, waits in `stop()` for clients that never hang up.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from mailservers.conversation import Conversation, Message, Refusal, Refusals, Talker, remember_requested_name

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self


class MailServer:
    """A server on loopback, running from `__enter__` to `__exit__`.

    Args:
        tls: `none`, `starttls` (offered) or `implicit`.
        context: the TLS context, required unless `tls` is `none` (see `Authority.server_context`).
        credentials: user → password. None: no AUTH is offered.
        login_required: MAIL, RCPT and DATA need a login (530 5.7.0).
        plaintext_login: AUTH is offered and taken without TLS.
        mechanisms: what AUTH offers. PLAIN, LOGIN and CRAM-MD5 work; any other is advertised and answered with 504.
        hostname: in the greeting and the EHLO reply.
        greeting: the greeting instead of `220 <hostname> ESMTP`, in a sequence one per connection; after any but 2xx
            the server hangs up.
        refuse_login: the reply to AUTH instead of 235 or 535. A wrong password that it doesn't cover gets 535 5.7.8.
        refuse_sender: the reply to MAIL.
        refuse_sender_at_rcpt: the reply to RCPT, by the sender's address.
        refuse_recipient: the reply to RCPT, by the recipient's.
        refuse_message: the reply after the final dot.
        replies: verb → reply instead of carrying the command out (`{"STARTTLS": "454 4.7.0 TLS not available"}`).
        hook: called with the conversation, the verb and its argument before each command, in the server's thread; what
            it returns is the reply, None lets the command take its way.
        size: the SIZE that is offered and enforced, bytes; None: not offered.
        smtputf8: offered or not.
        pipelining: offered or not. aiosmtpd answers a flight of commands in order, with a segment for each reply.
        extensions: further EHLO lines.
        ehlo_text: the first EHLO line instead of the host name.
        host: `127.0.0.1` or `::1`.
        port: 0: any that is free.

    As asyncio ends a handshake that fails without sending its alert, a client sees no more than the end: where the
    server is to refuse the handshake (old versions, ciphers, client certificates) a `ScriptedServer` tells it as
    OpenSSL's servers do.

    A refusal is a reply such as `550 5.7.1 Not yours` for always, a sequence of replies for the first times, or a
    mapping of addresses to replies. A reply that begins with 421 ends the connection.
    """

    def __init__(
        self,
        tls: Literal["none", "starttls", "implicit"] = "none",
        context: ssl.SSLContext | None = None,
        *,
        credentials: Mapping[str, str] | None = None,
        login_required: bool = False,
        plaintext_login: bool = False,
        mechanisms: Sequence[str] = ("PLAIN", "LOGIN"),
        hostname: str = "mail.example.test",
        greeting: Refusal = None,
        refuse_login: Refusal = None,
        refuse_sender: Refusal = None,
        refuse_sender_at_rcpt: Refusal = None,
        refuse_recipient: Refusal = None,
        refuse_message: Refusal = None,
        replies: Mapping[str, Refusal] | None = None,
        hook: Callable[[Conversation, str, str], str | None] | None = None,
        size: int | None = 33_554_432,
        smtputf8: bool = True,
        pipelining: bool = False,
        extensions: Sequence[str] = (),
        ehlo_text: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        if (tls == "none") != (context is None):
            raise ValueError('A context belongs to tls="starttls" and tls="implicit", and to these two always.')
        if context is not None:
            context.sni_callback = remember_requested_name
        self.tls: Literal["none", "starttls", "implicit"] = tls
        self.context = context
        self.credentials = credentials
        self.login_required = login_required
        self.plaintext_login = plaintext_login
        self.mechanisms = tuple(mechanisms)
        self.hostname = hostname
        self.hook = hook
        self.size = size
        self.smtputf8 = smtputf8
        self.extensions = (*(("PIPELINING",) if pipelining else ()), *extensions)
        self.ehlo_text = ehlo_text
        self.host = host
        self.port = port
        self.conversations: list[Conversation] = []
        self.logins: list[tuple[str, bool]] = []
        self.messages: list[Message] = []
        self.faults: list[str] = []
        self._refusals = {
            place: Refusals(refusal)
            for place, refusal in {
                "greeting": greeting,
                "login": refuse_login,
                "sender": refuse_sender,
                "sender at rcpt": refuse_sender_at_rcpt,
                "recipient": refuse_recipient,
                "message": refuse_message,
                **(replies or {}),
            }.items()
        }
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stop: asyncio.Event | None = None

    @property
    def connections(self) -> int:
        """How many TCP connections were accepted."""
        return len(self.conversations)

    @property
    def commands(self) -> list[str]:
        """The lines of all clients, in the order of their connections, credentials masked."""
        return [command for conversation in self.conversations for command in conversation.commands]

    @property
    def verbs(self) -> list[str]:
        """The first word of each of the `commands`, in capitals."""
        return [command.split(" ")[0].upper() for command in self.commands]

    def wait_until_idle(self, timeout_seconds: float = 5.0) -> None:
        """Return when every connection has ended, so that what a client sent last (QUIT) is recorded.

        Raises:
            TimeoutError: a connection is still open after the timeout.
        """
        end = time.monotonic() + timeout_seconds
        while not all(conversation.ended for conversation in self.conversations):
            if time.monotonic() > end:
                raise TimeoutError(f"{self.host} port {self.port} still has a client after {timeout_seconds} s.")
            time.sleep(0.005)

    def refusal(self, place: str, address: str = "") -> str | None:
        """The reply that is to be given at this place instead of the usual one; uses up one of a sequence."""
        refusals = self._refusals.get(place)
        return refusals.next(address) if refusals else None

    def __enter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        listener = socket.create_server((self.host, self.port), family=family, backlog=128)
        listener.setblocking(False)
        self.port = listener.getsockname()[1]
        # Listening already, so a client may connect from here on: nothing to wait for.
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, args=(self._loop, self._stop, listener), name="mail server")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop and self._thread and self._stop:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def _run(self, loop: asyncio.AbstractEventLoop, stop: asyncio.Event, listener: socket.socket) -> None:
        loop.set_exception_handler(lambda _, trouble: self.faults.append(str(trouble)))
        try:
            loop.run_until_complete(self._serve(stop, listener))
        finally:
            loop.close()

    async def _serve(self, stop: asyncio.Event, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        clients: dict[asyncio.Task[None], socket.socket] = {}

        def accept() -> None:
            # Not sock_accept: when it is cancelled, a client that it has just taken is lost, open.
            with contextlib.suppress(BlockingIOError):
                client, address = listener.accept()
                client.setblocking(False)
                conversation = Conversation(peer=str(address[0]))
                self.conversations.append(conversation)
                task = loop.create_task(self._converse(client, conversation))
                clients[task] = client
                task.add_done_callback(clients.pop)

        loop.add_reader(listener, accept)
        await stop.wait()
        loop.remove_reader(listener)
        listener.close()
        left = dict(clients)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        for client in left.values():
            client.close()  # of a task that was cancelled before its first step

    async def _converse(self, client: socket.socket, conversation: Conversation) -> None:
        talker = Talker(self, conversation, asyncio.get_running_loop())
        try:
            # A handshake that fails or a client that vanishes is the client's affair.
            with contextlib.suppress(OSError):
                await talker.talk(client, self.context if self.tls == "implicit" else None)
        finally:
            await talker.end()
            conversation.ended = True

"""One connection to the aiosmtpd server: what is recorded of it, and where its replies are replaced."""

from __future__ import annotations

import asyncio
import collections
import functools
import hashlib
import hmac
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, LoginPassword

if TYPE_CHECKING:
    from mailservers.server import MailServer

Refusal = str | Sequence[str] | Mapping[str, str] | None
"""A reply instead of the usual one: always (str), the first times (a sequence, one each), by address (a mapping)."""

IMPLEMENTED_MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5")


@dataclass(frozen=True)
class Message:
    """A message that was accepted."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


@dataclass
class Conversation:
    """One connection, as the server saw it."""

    peer: str
    """The client's address."""
    commands: list[str] = field(default_factory=list)
    """The client's lines as they came, without the message, and `***` for what follows `AUTH <mechanism>`."""
    replies: list[str] = field(default_factory=list)
    """The server's replies, a multi-line one as one text with line feeds."""
    tls: str | None = None
    """The TLS version, such as `TLSv1.3`, once the handshake is through."""
    server_name: str | None = None
    """The name that the client sent by SNI; None without SNI or before the handshake."""
    user: str | None = None
    """Who has logged in."""
    ended: bool = False


class Refusals:
    """A `Refusal` and how much of it is used up."""

    def __init__(self, refusal: Refusal) -> None:
        self._refusal = refusal
        self._used = 0

    def next(self, address: str) -> str | None:
        """The reply for this address and this time, or None."""
        if isinstance(self._refusal, Mapping):
            return self._refusal.get(address)
        if self._refusal is None or isinstance(self._refusal, str):
            return self._refusal
        self._used += 1
        return self._refusal[self._used - 1] if self._used <= len(self._refusal) else None


class Talker(SMTP):
    """aiosmtpd's side of one connection, told by a `MailServer` what to refuse."""

    line_length_limit = 16_384
    AuthLoginUsernameChallenge = "Username:"
    AuthLoginPasswordChallenge = "Password:"

    def __init__(self, server: MailServer, conversation: Conversation, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            _Handler(server, conversation),
            loop=loop,
            hostname=server.hostname,  # else it asks getfqdn
            ident="ESMTP",
            tls_context=server.context if server.tls == "starttls" else None,
            # aiosmtpd knows of no TLS but its own STARTTLS.
            auth_require_tls=not server.plaintext_login and server.tls != "implicit",
            auth_exclude_mechanism=[name for name in IMPLEMENTED_MECHANISMS if name not in server.mechanisms],
            authenticator=self._judge_login,
            data_size_limit=server.size,
            enable_SMTPUTF8=server.smtputf8,
        )
        self._auth_required = server.login_required  # as an argument it warns where TLS isn't required
        # An initial response may be longer than the 512 bytes that aiosmtpd allows a command (RFC 4954, section 4).
        self.command_size_limits = collections.defaultdict(lambda: self.line_length_limit)
        self._smtp_methods = {verb: self._gated(verb, method) for verb, method in self._smtp_methods.items()}
        self._server = server
        self._conversation = conversation
        self._greeted = False
        self._line = b""
        self._answered = "220"
        self._gone: asyncio.Future[None] = loop.create_future()

    async def talk(self, client: socket.socket, context: ssl.SSLContext | None) -> None:
        """Until the client or a reply ends the connection."""
        await self.loop.connect_accepted_socket(lambda: self, client, ssl=context)
        await self._gone

    async def end(self) -> None:
        """Drop what is left of the connection."""
        for transport in (self.transport, self._original_transport):
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()
            await asyncio.gather(self._handler_coroutine, return_exceptions=True)
        await asyncio.sleep(0)  # transports close their sockets in the loop's next turn

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        tls = transport.get_extra_info("ssl_object")
        if tls is not None:
            self._conversation.tls = tls.version()
            self._conversation.server_name = getattr(tls, "requested_name", None)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        if not self._gone.done():
            self._gone.set_result(None)

    def data_received(self, data: bytes) -> None:
        *lines, self._line = (self._line + data).split(b"\n")
        for line in lines:
            self._record(line.rstrip(b"\r").decode("utf-8", "backslashreplace"))
        super().data_received(data)

    async def push(self, status: Any) -> None:
        reply = status.decode("utf-8", "backslashreplace") if isinstance(status, bytes) else str(status)
        if not self._greeted:
            self._greeted = True
            reply = self._server.refusal("greeting") or reply
        self._answered = reply[:3]
        self._conversation.replies.append(reply.replace("\r\n", "\n"))
        await super().push(reply)
        # A greeting that is none, and 421 anywhere, end the connection (RFC 5321, sections 3.1 and 3.8).
        refused = len(self._conversation.replies) == 1 and not reply.startswith("2")
        if self.transport is not None and (refused or self._answered == "421"):
            self.transport.close()

    async def auth_CRAM__MD5(self, _: SMTP, _args: list[str]) -> AuthResult:  # noqa: N802 - how aiosmtpd finds it
        """RFC 2195."""
        challenge = f"<1896.697170952@{self.hostname}>".encode()
        answer = await self.challenge_auth(challenge)
        if not isinstance(answer, bytes):
            return AuthResult(success=False)
        user, _space, digest = answer.rpartition(b" ")
        password = (self._server.credentials or {}).get(user.decode(), "")
        right = hmac.new(password.encode(), challenge, hashlib.md5).hexdigest().encode()
        matches = bool(password) and hmac.compare_digest(digest, right)
        return self._login_result(user.decode("utf-8", "backslashreplace"), matches=matches)

    def _judge_login(self, _server: SMTP, _session: Any, _envelope: Envelope, mechanism: str, login: Any) -> AuthResult:
        if not isinstance(login, LoginPassword):
            raise TypeError(f"A login by {mechanism} came without a user and a password.")
        user = login.login.decode("utf-8", "backslashreplace")
        right = (self._server.credentials or {}).get(user)
        return self._login_result(user, matches=right is not None and right.encode() == login.password)

    def _login_result(self, user: str, *, matches: bool) -> AuthResult:
        refusal = self._server.refusal("login", user)
        succeeds = matches and refusal is None
        self._server.logins.append((user, succeeds))
        if succeeds:
            self._conversation.user = user
        return AuthResult(success=succeeds, handled=False, message=refusal)

    def _gated(
        self, verb: str, method: Callable[[str | None], Awaitable[None]]
    ) -> Callable[[str | None], Awaitable[None]]:
        @functools.wraps(method)  # HELP reads aiosmtpd's marks on it
        async def carry_out(argument: str | None) -> None:
            hook = self._server.hook
            reply = hook(self._conversation, verb, argument or "") if hook else None
            reply = reply or self._server.refusal(verb)
            await (method(argument) if reply is None else self.push(reply))

        return carry_out

    def _record(self, line: str) -> None:
        if self._answered == "354":
            return  # the message: aiosmtpd hands it over when it is complete
        if self._answered == "334":
            line = "***"
        verb, *rest = line.split(" ", 2)
        if verb.upper() == "AUTH" and len(rest) > 1:
            line = f"{verb} {rest[0]} ***"
        self._conversation.commands.append(line)


class _Handler:
    """aiosmtpd's hooks: they run after its own checks of order, syntax and login."""

    def __init__(self, server: MailServer, conversation: Conversation) -> None:
        self._server = server
        self._conversation = conversation

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _talker: SMTP, session: Any, _envelope: Envelope, name: str, lines: list[str]
    ) -> list[str]:
        session.host_name = name
        server = self._server
        offered = [line[4:] for line in lines[1:-1]]
        auth = next((line for line in offered if line.startswith("AUTH")), None)
        if auth:
            offered.remove(auth)
            if server.credentials is not None and server.mechanisms:
                offered.append(" ".join(("AUTH", *server.mechanisms)))
        words = [server.ehlo_text or server.hostname, *offered, *server.extensions]
        reply = [f"250-{word}" for word in words[:-1]] + [f"250 {words[-1]}"]
        return ["\r\n".join(reply)]  # one segment, as real servers send it

    async def handle_MAIL(  # noqa: N802
        self, _talker: SMTP, _session: Any, _envelope: Envelope, address: str, _options: list[str]
    ) -> Any:
        return self._server.refusal("sender", address) or MISSING

    async def handle_RCPT(  # noqa: N802
        self, _talker: SMTP, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> Any:
        sender = self._server.refusal("sender at rcpt", envelope.mail_from or "")
        return sender or self._server.refusal("recipient", address) or MISSING

    async def handle_DATA(self, _talker: SMTP, _session: Any, envelope: Envelope) -> Any:  # noqa: N802
        refusal = self._server.refusal("message", envelope.mail_from or "")
        if refusal is not None:
            return refusal
        content = envelope.original_content or b""
        self._server.messages.append(Message(envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
        return "250 2.0.0 OK: queued"


def remember_requested_name(tls: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
    """An `SSLContext.sni_callback`: keeps the name of the ClientHello, which the ssl module doesn't."""
    setattr(tls, "requested_name", name)  # noqa: B010 - an attribute that the class doesn't know

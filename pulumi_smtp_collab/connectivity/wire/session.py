"""The conversation with one server: smtplib's commands and parsing, on our own bounded reading and sending."""

from __future__ import annotations

import ipaddress
import re
import smtplib
import ssl
from typing import Any, NoReturn

from pulumi_smtp_collab.connectivity.failure import Failure, Kind, Reply, StageFailed
from pulumi_smtp_collab.connectivity.redaction import Scrubber
from pulumi_smtp_collab.connectivity.wire.channel import (
    Channel,
    ClosedError,
    NotSmtpError,
    OutOfTimeError,
    TooLongError,
)
from pulumi_smtp_collab.connectivity.wire.farewell import take_leave
from pulumi_smtp_collab.model.report import StageName

_READY = 220
_DONE = 250
_SHUTTING_DOWN = 421


class Session(smtplib.SMTP):
    """One connection as an SMTP client, whose every wait ends at the channel's deadline.

    Attributes:
        stage: The stage that a failure is reported for; who leads through the test sets it.
        credentials_sent: Whether user name or password have left this machine.
        greeting: The greeting as it came.
        ehlo_lines: The lines of the last EHLO reply, safe to show.
        text: The text of the last reply as it came, to be computed with and not to be shown.

    Args:
        channel: The connection.
        scrubber: Makes the server's text safe to show.
        ehlo_name: What to say in EHLO.
    """

    ehlo_msg = "EHLO"

    def __init__(self, channel: Channel, scrubber: Scrubber, ehlo_name: str) -> None:
        # With a name, since without one smtplib asks the DNS for it, which no deadline ends.
        super().__init__(local_hostname=ehlo_name)
        self.channel = channel
        self.scrubber = scrubber
        self.stage: StageName = "greeting"
        self.credentials_sent = False
        self.greeting: Reply | None = None
        self.ehlo_lines: tuple[str, ...] = ()
        self.text = b""
        self._command = ""
        self._awaited = "the greeting"
        self._outstanding = 1
        self._flight: bytearray | None = None
        self._last: Reply | None = None
        self._left = False

    @property
    def capabilities(self) -> tuple[str, ...]:
        """The extensions of the last EHLO reply."""
        return self.ehlo_lines[1:]

    @property
    def tls(self) -> ssl.SSLObject | None:
        """The TLS that is in use; None in plain text."""
        return self.channel.tls

    # What smtplib's commands are made of

    def send(self, s: Any) -> None:  # noqa: ANN401 - smtplib's signature
        """Send a command, or add it to the flight that is being collected."""
        data = s.encode(self.command_encoding) if isinstance(s, str) else bytes(s)
        if self._flight is not None:
            self._flight += data
            return
        self._refuse_what_was_not_asked_for()
        self._outstanding += 1
        self._carry(data)

    def getreply(self) -> tuple[int, bytes]:
        """Read a reply, in smtplib's form; ``last`` has it in ours.

        Raises:
            StageFailed: No reply came, or what came was none.
        """
        try:
            code, lines = self.channel.read_reply()
        except OutOfTimeError:
            self.raise_failure("deadline", awaited=self._awaited)
        except ClosedError:
            self.raise_failure("closed", awaited=self._awaited)
        except TooLongError:
            self.raise_failure("too-long", awaited=self._awaited)
        except NotSmtpError as other:
            self.raise_failure("not-smtp", awaited=self._awaited, raw=self.scrubber.clean(other.line))
        except ssl.SSLError as error:
            self._fail_in_tls(error)
        except OSError as error:
            self.raise_failure("reset", awaited=self._awaited, error=error)
        self._outstanding -= 1
        self._last = Reply(code, self.scrubber.clean_all(lines))
        self.text = b"\n".join(lines)
        return code, self.text

    def close(self) -> None:
        """End the connection at once."""
        self.channel.close()

    # What the test is made of

    def greet(self) -> Reply:
        """Read the greeting (RFC 5321, section 3.1)."""
        self.getreply()
        self.greeting = self._reply()
        if self.greeting.code != _READY:
            self.raise_refusal()
        return self.greeting

    def introduce(self) -> Reply:
        """Say EHLO (RFC 5321, section 4.1.1.1); there is no way back to HELO, which knows neither TLS nor login."""
        self._expect("EHLO")
        self.ehlo()
        reply = self._reply()
        if reply.code != _DONE:
            self.raise_refusal()
        self.ehlo_lines = reply.lines
        return reply

    def ask(self, command: str, arguments: str = "", *, shown: str = "") -> Reply:
        """Send a command and return its reply, whatever it is.

        Args:
            command: The verb.
            arguments: What follows it; may hold credentials.
            shown: What a failure names the command by, without arguments; the verb where it is left out.
        """
        self._expect(shown or command)
        self.putcmd(command, arguments)
        self.getreply()
        return self._reply()

    def ask_with(self, data: bytes, shown: str) -> Reply:
        """Send what is no command (a mail), and return the reply.

        Args:
            data: The bytes.
            shown: What a failure names them by.
        """
        self._expect(shown)
        self.send(data)
        self.getreply()
        return self._reply()

    def cancel(self) -> None:
        """Give up a login that is under way, without waiting for what the server says to it (RFC 4954, section 4)."""
        self._carry(b"*\r\n")

    def begin_flight(self) -> None:
        """Collect the commands that follow, to be sent as one (RFC 2920)."""
        self._flight = bytearray()

    def end_flight(self, replies: int, *, leaving: bool = False) -> None:
        """Send what was collected.

        Args:
            replies: How many replies are to follow.
            leaving: Whether QUIT ends the flight.
        """
        data, self._flight = bytes(self._flight or b""), None
        self._left = leaving
        self._refuse_what_was_not_asked_for()
        self._outstanding += replies
        self._carry(data)

    def next_reply(self, command: str) -> Reply:
        """Read the reply to a command of a flight."""
        self._expect(command)
        self.getreply()
        return self._reply()

    def forget_extensions(self) -> None:
        """Forget what was offered in plain text (RFC 3207, section 4.2)."""
        self.esmtp_features = {}
        self.ehlo_resp = None
        self.does_esmtp = False
        self.ehlo_lines = ()

    def leave(self) -> None:
        """Say QUIT and end the connection in good order, without waiting for the server. Never fails."""
        take_leave(self.channel, says_quit=not self._left)

    def raise_failure(self, kind: Kind, **facts: Any) -> NoReturn:  # noqa: ANN401 - the fields of Failure
        """End the stage.

        Raises:
            StageFailed: Always.
        """
        error = facts.get("error")
        if error is not None:  # its frames may hold credentials
            error.with_traceback(None)
            error.__context__ = None
        raise StageFailed(Failure(self.stage, kind, credentials_sent=self.credentials_sent, **facts)) from None

    def raise_refusal(self, *notes: str) -> NoReturn:
        """End the stage by the last reply.

        Raises:
            StageFailed: Always.
        """
        self.raise_failure("reply", reply=self._last, command=self._command, notes=notes)

    def _reply(self) -> Reply:
        if self._last is None:
            raise RuntimeError("No reply has been read.")
        return self._last

    def _expect(self, command: str) -> None:
        self._command = command
        self._awaited = f"the reply to {command}"

    def _carry(self, data: bytes) -> None:
        try:
            self.channel.send(data)
        except OutOfTimeError:
            self.raise_failure("deadline", awaited=f"the server to take {self._command or 'a command'}")

    def _refuse_what_was_not_asked_for(self) -> None:
        """Nothing may have come before the command that it would answer: replies would count for the wrong commands."""
        if self._outstanding:
            return
        ahead = self.channel.arrived()
        if not ahead:
            return
        if ahead.startswith(str(_SHUTTING_DOWN).encode()):
            # The one reply that may come at any time (RFC 5321, section 3.8).
            self._outstanding = 1
            self.getreply()
            self.raise_refusal()
        first = ahead.partition(b"\n")[0].rstrip(b"\r")
        self.raise_failure("unsolicited", awaited=self._awaited, command=self._command, raw=self.scrubber.clean(first))

    def _fail_in_tls(self, error: ssl.SSLError) -> NoReturn:
        if "CERTIFICATE_REQUIRED" in (error.reason or ""):
            # With TLS 1.3 the server objects after our side of the handshake is done (RFC 8446, section 4.4.2.4).
            self.stage = "tls"
        if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
            self.raise_failure("closed", awaited=self._awaited)
        self.raise_failure("tls", awaited=self._awaited, error=error)


_ADDRESS = re.compile(r"[0-9A-Fa-f:.]{3,45}")


def seen_as(ehlo_lines: tuple[str, ...], own: str) -> str | None:
    """Return the address of ours that the server names in its EHLO reply ("Hello ci.example [203.0.113.5]").

    Args:
        ehlo_lines: The lines of the reply.
        own: The server's address, which is not ours.
    """
    if not ehlo_lines:
        return None
    _, _, pleasantries = ehlo_lines[0].partition(" ")  # the first word is the server's own name
    for word in reversed(_ADDRESS.findall(pleasantries.replace("IPv6:", ""))):
        try:
            address = str(ipaddress.ip_address(word.strip(".")))
        except ValueError:
            continue
        if address != own:
            return address
    return None

"""From MAIL to QUIT: whether the server takes the sender, the recipient and, if that is wanted, a mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pulumi_smtp_collab.connectivity.failure import Reply
from pulumi_smtp_collab.connectivity.stages import Stages
from pulumi_smtp_collab.connectivity.wire.session import Session
from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest

_GO_ON = 354
_GREYLISTING = re.compile(r"gr[ea]y[\s_-]?list", re.IGNORECASE)
_NOT_SENT_ON = re.compile(
    r"suppress|discard|black-?hol|quarantin|sandbox|(?:will|was|is|has been) (?:not be |not )(?:sent|"
    r"delivered|relayed)|"
    r"not (?:be )?deliver|silently dropped|\b(?:dropped|held)\b|simulat",
    re.IGNORECASE,
)
"""What a service says that takes a mail and keeps it back: Oracle's answers 254 to a recipient it sends no more to."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is handed over, and how far.

    Attributes:
        sender: The address for MAIL FROM.
        recipient: The address for RCPT TO.
        test: How deep; ``sender``, ``recipient`` or ``message``.
        mail: Makes the mail of the depth message.
        refuses_mailbox: Whether a refusal of the recipient says clearly that this mailbox is the trouble.
    """

    sender: str
    recipient: str
    test: ConnectivityTest
    mail: Callable[[], bytes]
    refuses_mailbox: Callable[[Reply], bool]


def is_greylisting(reply: Reply | None) -> bool:
    """Return whether a reply is a greylist's: a temporary refusal whose text says so."""
    return reply is not None and reply.code // 100 == 4 and bool(_GREYLISTING.search(reply.text))  # noqa: PLR2004


def hand_over(session: Session, stages: Stages, envelope: Envelope) -> tuple[str, ...]:
    """Name sender and recipient to the server, and hand a mail over where one is wanted.

    Without a mail, QUIT alone takes them back (RFC 5321, section 4.1.1.10): nothing is waited for.

    Returns:
        The warnings: what passed, but deserves a look.

    Raises:
        StageFailed: The server does not take one of them, or the mail.
    """
    warnings: list[str] = []
    exchange = _InOneFlight if "pipelining" in session.esmtp_features else _OneByOne
    wants_recipient = envelope.test.depth != "sender"
    with stages.stage("sender") as seen:
        session.stage = "sender"
        options = _smtputf8(session, envelope, recipient=wants_recipient)
        commands = [("MAIL", f"FROM:<{envelope.sender}>{options}")]
        if wants_recipient:
            commands.append(("RCPT", f"TO:<{envelope.recipient}>"))
        talk = exchange(session, commands, leaving=envelope.test.depth != "message")
        reply = talk.reply("MAIL")
        seen.detail = reply.text
        settled = _settle(session, envelope, reply, warnings)
    if settled and wants_recipient:
        with stages.stage("recipient") as seen:
            session.stage = "recipient"
            reply = talk.reply("RCPT")
            seen.detail = reply.text
            settled = _settle(session, envelope, reply, warnings)
    if settled and envelope.test.depth == "message":
        with stages.stage("message") as seen:
            session.stage = "message"
            reply = _send(session, envelope)
            seen.detail = reply.text
            if _NOT_SENT_ON.search(reply.text):
                warnings.append(
                    f"The server took the mail, but says that it does not send it on ({reply.text}). The recipient may "
                    "be on the service's suppression list: mails to it will not arrive."
                )
    return tuple(warnings)


def _smtputf8(session: Session, envelope: Envelope, *, recipient: bool) -> str:
    addresses = envelope.sender + (envelope.recipient if recipient else "")
    if addresses.isascii():
        return ""
    if "smtputf8" not in session.esmtp_features:
        session.raise_failure("not-offered", awaited="SMTPUTF8")
    session.command_encoding = "utf-8"  # RFC 6531, section 3.4
    return " SMTPUTF8"


def _settle(session: Session, envelope: Envelope, reply: Reply, warnings: list[str]) -> bool:
    """Decide what a reply to MAIL or RCPT means.

    Returns:
        True to go on; False where nothing more can be asked, and a warning says why that is no failure.

    Raises:
        StageFailed: It is a failure.
    """
    if reply.code // 100 == 2:  # noqa: PLR2004 - a completion (RFC 5321, section 4.2.1)
        return True
    what = "the sender" if session.stage == "sender" else "the recipient"
    if is_greylisting(reply) and envelope.test.depth != "message":
        warnings.append(
            f"The server greylists: it puts {what} off and takes it when it is tried again later ({reply.text})."
        )
        return False
    if session.stage == "recipient" and envelope.test.recipient is None and envelope.refuses_mailbox(reply):
        warnings.append(
            f"The server does not take mail for {envelope.recipient} ({reply.text}). It is only the from address, used "
            "as the recipient because connectivity_test.recipient is not given; replies and bounces to it will fail."
        )
        return False
    return session.raise_refusal()


def _send(session: Session, envelope: Envelope) -> Reply:
    if session.ask("DATA").code != _GO_ON:
        session.raise_refusal()
    # What goes wrong from here on is never repeated: the server may have taken the mail all the same.
    reply = session.ask_with(envelope.mail() + b".\r\n", "the final dot")
    if reply.code // 100 != 2:  # noqa: PLR2004 - a completion
        session.raise_refusal()
    return reply


class _InOneFlight:
    """All commands at once, where the server says that it takes them so (RFC 2920): one round trip."""

    def __init__(self, session: Session, commands: list[tuple[str, str]], *, leaving: bool) -> None:
        self._session = session
        session.begin_flight()
        for verb, arguments in commands:
            session.putcmd(verb, arguments)
        if leaving:
            session.putcmd("QUIT")
        session.end_flight(len(commands) + leaving, leaving=leaving)

    def reply(self, verb: str) -> Reply:
        """Return the reply to a command, each in the order in which they were sent."""
        return self._session.next_reply(verb)


class _OneByOne:
    """Each command when the one before is answered."""

    def __init__(self, session: Session, commands: list[tuple[str, str]], *, leaving: bool) -> None:
        del leaving  # the session says QUIT when it is left
        self._session = session
        self._commands = dict(commands)

    def reply(self, verb: str) -> Reply:
        """Send a command and return its reply."""
        return self._session.ask(verb, self._commands[verb])

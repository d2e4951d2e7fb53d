"""Taking leave of a server: QUIT is said, and its answer is read behind the caller's back."""

from __future__ import annotations

import threading
from contextlib import suppress

from pulumi_smtp_collab.connectivity.wire.channel import Channel
from pulumi_smtp_collab.connectivity.wire.deadline import Deadline

_PATIENCE_SECONDS = 1.0
_BYE = 221


def take_leave(channel: Channel, *, after_greeting: bool = False, says_quit: bool = False) -> None:
    """Take over a connection, read what the server still says for a second at most, and end it. Never fails.

    A client should wait for the answer to QUIT (RFC 5321, section 4.1.1.10): a server that finds the connection ended
    before logs an unfinished command. Nobody waits for it here: it is read in a thread of its own, which ends with the
    process.

    Args:
        channel: The connection; who had it may close it and has nothing more to do with it.
        after_greeting: Whether the greeting is read first: a command may not come before it.
        says_quit: Whether QUIT is still to be said.
    """
    channel = channel.hand_over()
    work = threading.Thread(
        target=_see_out, args=(channel, after_greeting, says_quit), name="smtp-collab farewell", daemon=True
    )
    try:
        work.start()
    except RuntimeError:  # no more threads, or the process is about to end
        channel.end()


def _see_out(channel: Channel, after_greeting: bool, says_quit: bool) -> None:
    channel.deadline = Deadline.within(_PATIENCE_SECONDS)
    with suppress(Exception):  # whatever the server makes of it changes nothing
        if after_greeting:
            channel.read_reply()
        if says_quit:
            channel.send(b"QUIT\r\n")
        while channel.read_reply()[0] != _BYE:
            pass
    with suppress(Exception):
        channel.end()
    channel.close()

"""The mail servers of the tests: real ones (aiosmtpd, Postfix), hostile ones by script, and their certificates."""

from mailservers.authority import Authority
from mailservers.conversation import Conversation, Message, Refusal
from mailservers.ports import closed_port, filtered_port
from mailservers.postfix import Postfix, require_postfix
from mailservers.scripted import (
    Answer,
    Crowd,
    Script,
    ScriptedServer,
    Step,
    answer,
    close,
    drip,
    echo,
    endless,
    expect,
    greet,
    hang,
    huge_line,
    pause,
    reset,
    send,
    serve,
    start_tls,
)
from mailservers.server import MailServer
from mailservers.wire import Wire

__all__ = [
    "Answer",
    "Authority",
    "Conversation",
    "Crowd",
    "MailServer",
    "Message",
    "Postfix",
    "Refusal",
    "Script",
    "ScriptedServer",
    "Step",
    "Wire",
    "answer",
    "close",
    "closed_port",
    "drip",
    "echo",
    "endless",
    "expect",
    "filtered_port",
    "greet",
    "hang",
    "huge_line",
    "pause",
    "require_postfix",
    "reset",
    "send",
    "serve",
    "start_tls",
]

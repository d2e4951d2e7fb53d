"""A case: the script that a hostile server plays, and what the test has to say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mailservers import Answer, Script, Step, Wire, greet, serve, start_tls

USERNAME = "user@example.test"
PASSWORD = "kanarie/Vögel+7&Co"
LOGIN: Mapping[str, str] = {"username": USERNAME, "password": PASSWORD}
DEPTH_MESSAGE: Mapping[str, Any] = {"depth": "message", "recipient": "to@example.test"}
START_TLS: Mapping[str, Any] = {"start_tls": True}
SSL: Mapping[str, Any] = {"ssl": True}

READY_FOR_TLS = b"220 2.0.0 Ready to start TLS\r\n"


@dataclass(frozen=True)
class Case:
    """A hostile server.

    Attributes:
        name: What it does, as a test's and a resource's name.
        script: What it plays on each connection.
        code: The diagnosis; empty where the test passes all the same.
        stage: The stage that fails.
        settings: The arguments beside host, port, from address, CA and login.
        test: How it is tested.
        held: Whether it holds the client until its time is over.
        verbs: The commands that it may get, where that matters; of more connections than one it is the first's.
    """

    name: str
    script: Script
    code: str
    stage: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    test: Mapping[str, Any] = field(default_factory=dict)
    held: bool = False
    verbs: Sequence[str] | None = None

    def __str__(self) -> str:
        return self.name


def talk(answers: Mapping[str, Answer] | None = None, *extensions: str) -> list[Step]:
    """A mail server as any other, but for these answers; it offers AUTH PLAIN unless extensions are given."""
    return [greet(), serve(answers, extensions or ("STARTTLS", "AUTH PLAIN"))]


def talk_over_tls(answers: Mapping[str, Answer] | None = None, *extensions: str) -> list[Step]:
    """The same on a port that speaks TLS from the start."""
    return [start_tls(), *talk(answers, *(extensions or ("AUTH PLAIN",)))]


def after(reply: bytes, *steps: Step) -> Step:
    """Send a reply, then play the steps."""

    def play(wire: Wire) -> None:
        wire.send(reply)
        for step in steps:
            step(wire)

    return play

"""What every command prints, at the widths that people have: nothing is left to the terminal to break."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from command_line_runs import Terminal
from mailservers import Authority, MailServer, ScriptedServer, greet, hang, serve

from pulumi_smtp_collab.command_line.timeline import Step
from pulumi_smtp_collab.command_line.waterfall import waterfall

WIDTHS = (80, 120)
TEXTS = (
    "--help", "test --help", "init --help", "status --help", "send --help", "explain auth-wrong-credentials", "explain",
    "services", "services gmail", "services ses", "help exit-codes", "help environment", "help json",
    "test", "explain nothing", "test localhost --from nobody",
)  # fmt: skip
LONG = "550 5.7.1 " + "a-very-long-word-without-any-blank-in-it." * 5


@pytest.fixture(scope="module", params=WIDTHS)
def terminal(request: pytest.FixtureRequest) -> Iterator[Terminal]:
    """A terminal of this width, for one command after the other."""
    with Terminal(request.param, {"SMTP_COLLAB_PASSWORD": "wrong horse"}) as running:
        yield running


def test_texts_fit(terminal: Terminal) -> None:
    """Help, lists, explanations and errors."""
    for given in TEXTS:
        terminal.run(f"smtp-collab {given}")
        terminal.assert_nothing_is_broken()


def test_every_state_of_a_test_fits(terminal: Terminal, authority: Authority) -> None:
    """A refusal of a long line, a second attempt, silence, no host, all ports, a mail: cause and fix are to be read."""
    context = authority.server_context("localhost")
    refusal = [greet(), serve({"MAIL": LONG.encode() + b"\r\n"})]
    busy = [greet(), serve({"MAIL": b"451 4.3.0 try again later\r\n"})]
    cases: Sequence[tuple[str, list[list[object]], str]] = (
        ("--from ci@example.test --recipient o@example.net", [refusal], "Fix         "),
        ("--from ci@example.test", [busy, busy], "attempt 2"),
        ("--deadline 2 --attempts 1 --second-look off", [[hang()]], "greeting-timeout"),
    )
    for given, scripts, told in cases:
        with ScriptedServer(*scripts) as server:  # type: ignore[arg-type]
            shown = terminal.run(f"smtp-collab test localhost:{server.port} {given}")
        terminal.assert_nothing_is_broken()
        assert told in shown, shown
    with MailServer("starttls", context, credentials={"user": "x"}) as server:
        where = f"localhost:{server.port} --start-tls"
        trusted = f"--ca {authority.pem_path} --from ci@example.test --username user"
        for given, told in ((where, "tls-unknown-ca"), (f"{where} {trusted}", "auth-wrong-credentials")):
            shown = terminal.run(f"smtp-collab test {given}")
            terminal.assert_nothing_is_broken()
            assert told in " ".join(shown.split()), shown
        shown = terminal.run(f"smtp-collab send {where} {trusted} --to a@example.net --subject s --body /etc/hostname")
        terminal.assert_nothing_is_broken()
    for given in ("no-such-host.invalid --deadline 5 --attempts 1", "127.0.0.78 --all-ports"):
        shown = terminal.run(f"smtp-collab test {given}")
        terminal.assert_nothing_is_broken()
        assert "ended with 0." not in shown


@pytest.mark.parametrize("width", [20, 40, 59, 60, 80, 120, 200])
def test_no_line_of_the_picture_is_wider_than_asked(width: int) -> None:
    """Whatever a server says: long, empty, of wide letters; each state and each kind of step."""
    steps = [
        Step(name, status, attempt, 10.0 * number, 0.4 * 10**number, trips, detail, is_stage=name != "pause")
        for attempt in (1, 2)
        for number, (name, status, trips, detail) in enumerate(
            [
                ("dns", "passed", None, ""),
                ("connect", "passed", 1, "192.0.2.10:587"),
                ("greeting", "passed", 1, "220 邮件服务器 " * 20),
                ("ehlo", "passed", 12, LONG),
                ("pause", "passed", None, "before the next attempt"),
                ("recipient", "failed", 1, LONG),
                ("message", "running", None, ""),
            ]
        )
    ]
    for unicode in (True, False):
        for line in waterfall(steps, width, unicode=unicode):
            assert line.cell_len <= max(width, 34), line.plain

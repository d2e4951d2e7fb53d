"""`smtp-collab test` in a real terminal, at the widths that people have."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from command_line_runs import Terminal
from mailservers import Authority, MailServer, ScriptedServer, greet, hang

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def server(authority: Authority) -> Iterator[MailServer]:
    context = authority.server_context("localhost")
    with MailServer("starttls", context, credentials={"user": PASSWORD}, login_required=True) as running:
        yield running


def command(server: MailServer, authority: Authority) -> str:
    """The line that a person types."""
    return (
        f"smtp-collab test localhost:{server.port} --start-tls --ca {authority.pem_path} --from ci@example.test "
        "--username user"
    )


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_a_test_that_passes_is_a_picture(columns: int, server: MailServer, authority: Authority) -> None:
    """A line for each stage on one time axis, each inside the width, then the verdict."""
    with Terminal(columns, {"SMTP_COLLAB_PASSWORD": PASSWORD}) as terminal:
        shown = terminal.run(command(server, authority))
    lines = shown.splitlines()
    assert lines[-1] == "ended with 0."
    start = next(number for number, line in enumerate(lines) if line.startswith("stage "))
    assert lines[start].split()[1] == "time"
    assert lines[start].endswith((" ms", " s")), "the axis says how long all of it took"
    for name in ("dns", "connect", "greeting", "ehlo", "starttls", "tls", "auth", "sender", "recipient"):
        row = next(line for line in lines[start:] if line.startswith(f"{name} "))
        assert "━" in row
        assert " ms" in row
    assert any(line.startswith("PASSED      localhost") for line in lines)
    bars = [line.index("━") for line in lines[start + 1 :] if "━" in line]
    assert bars == sorted(bars), "one axis: nothing begins before what came before it"
    if columns >= 80:
        assert any(line.startswith("greeting ") and line.endswith("220 mail.example.test ESMTP") for line in lines)


@pytest.mark.parametrize("columns", [80, 120])
def test_a_test_that_fails_says_cause_and_fix(columns: int, server: MailServer, authority: Authority) -> None:
    """The failed stage is marked by a word, and the texts are wrapped below themselves."""
    with Terminal(columns, {"SMTP_COLLAB_PASSWORD": "wrong horse"}) as terminal:
        lines = terminal.run(command(server, authority)).splitlines()
    assert lines[-1] == "ended with 6."
    assert any(line.startswith("auth ") and "failed: 535 5.7.8" in line for line in lines)
    assert any(line.startswith("FAILED      localhost") for line in lines)
    fix = next(number for number, line in enumerate(lines) if line.startswith("Fix         Check username"))
    assert lines[fix + 1].startswith(" " * 12)
    assert lines[fix + 1][12] != " "
    assert all(len(line) <= columns for line in lines)


def test_a_running_stage_is_to_be_seen_and_interrupted() -> None:
    """While the server is silent the picture says so; ^C gives the prompt back and says where it was."""
    with ScriptedServer([greet(), hang()]) as silent, Terminal(80) as terminal:
        terminal.type(f"smtp-collab test localhost:{silent.port}; echo ended with $?.")
        terminal.wait_for("ehlo")
        terminal.press("C-c")
        shown = terminal.wait_for("ended with 130.")
    assert "Interrupted at ehlo, " in shown
    assert "Traceback" not in shown


def test_the_password_is_asked_for_and_not_shown(server: MailServer, authority: Authority) -> None:
    """At a terminal nothing has to be given beforehand."""
    with Terminal(120) as terminal:
        terminal.type(f"clear; {command(server, authority)}; echo ended with $?.")
        terminal.wait_for("Password of user:")
        terminal.type(PASSWORD)
        shown = terminal.wait_for("ended with 0.")
    assert PASSWORD not in shown
    assert "PASSED" in shown

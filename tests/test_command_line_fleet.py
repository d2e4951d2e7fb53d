"""`smtp-collab status` on a large fleet, in a terminal and on a page; a stand-in for Pulumi's CLI tells the states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from browser import look_at
from command_line_runs import Terminal
from fleet_backend import NOW, Backend, provider
from mailservers import MailServer, ScriptedServer, closed_port, hang


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[Backend]:
    return Backend(tmp_path)


def test_a_hundred_stacks_are_one_table(backend: Backend) -> None:
    """In order, each asked for once, none decrypted; a stack without resources is not asked for at all."""
    backend.stacks = {f"team-{number:03}": [provider()] for number in range(100)} | {"empty": []}
    done = backend.run("status", "--check")
    assert done.returncode == 0, done.stdout
    named = [line.split()[0] for line in done.stdout.splitlines()[1:]]
    assert named == [f"team-{number:03}" for number in range(100)]
    calls = (backend.folder / "calls").read_text("utf-8").splitlines()
    assert len(calls) == 100
    assert not [call for call in calls if "show-secrets" in call or "empty" in call]


def test_what_the_next_up_does_and_how_old_things_are(backend: Backend) -> None:
    """From the state alone: tests that are due, the certificate, and what the password's age is at least."""
    soon = (NOW + timedelta(days=9, hours=1)).isoformat()
    long_ago = (NOW - timedelta(days=1)).isoformat()
    aging = {"depth": "recipient", "mode": "enforce", "maxAgeDays": 2}
    backend.stacks = {
        "fine": [provider(modified=120)],
        "failed": [provider(verified={"status": "failed", "diagnosis": {
            "code": "tls-unknown-ca", "stage": "tls", "summary": "s", "advice": "a", "transient": False}})],
        "aged": [provider(connectivityTest=aging)],
        "deeper": [provider(verified={"depth": "tls"})],
        "settled": [provider(verified={"status": "notTested"})],
        "off": [provider(connectivityTest={"mode": "off"}, verified={"status": "notTested"})],
        "expiring": [provider(verified={"server": {"certificateNotAfter": soon}})],
        "expired": [provider(verified={"server": {"certificateNotAfter": long_ago}})],
        "no-login": [provider(username=None, password=None)],
    }  # fmt: skip
    rows = backend.rows()
    due = {name: row["nextUp"] for name, row in rows.items()}
    assert due == {
        "fine": "nothing due", "failed": "tests again", "aged": "tests again", "deeper": "tests again",
        "settled": "nothing due", "off": "tests nothing: off", "expiring": "nothing due", "expired": "nothing due",
        "no-login": "nothing due",
    }  # fmt: skip
    assert (rows["fine"]["passwordDaysAtLeast"], rows["no-login"]["passwordDaysAtLeast"]) == (120, None)
    assert rows["expiring"]["findings"] == ["The server's certificate expires in 9 days."]
    assert rows["expired"]["findings"] == ["The server's certificate has expired."]
    assert rows["fine"]["findings"] == []
    assert "at least 120 days old" in backend.run("status", "--stack", "fine").stdout


@pytest.mark.parametrize("columns", [80, 120])
def test_the_fleet_in_a_terminal(columns: int, backend: Backend) -> None:
    """Nothing is wider than the terminal; what deserves a look stands below, in words."""
    backend.stacks = {
        "production-europe": [provider("deployment-mail", fromAddress="deployments@production.example.com")],
        "dev": [provider(verified={"status": "notTested"}, host="a-relay.in-the-data-centre.of.example.com")],
    }
    backend.write()
    with Terminal(columns, backend.environment) as terminal:
        shown = terminal.run(f"cd {backend.folder}; smtp-collab status --check")
    lines = shown.splitlines()
    assert lines[-1] == "ended with 1."
    assert all(len(line) <= columns for line in lines)
    assert any(line.startswith("To look at  dev/mail: It was never tested.") for line in lines)
    if columns == 80:
        assert any(line.startswith("Server      a-relay.in-the-data-centre.of.example.com:587") for line in lines)
    assert "Reading stacks" not in shown, "the progress is taken away at the end"


def test_a_retest_is_watched_and_saved_nowhere(backend: Backend) -> None:
    """Side by side, no mail, a line for each; what can't be tested is told; the exit code of --check is that of now."""
    plain = {"startTls": False, "tlsMode": "none", "host": "localhost", "username": None, "password": None}
    deep = {"depth": "message", "recipient": "ops@example.net", "mode": "enforce"}
    with MailServer() as server, closed_port() as nobody:
        backend.stacks = {
            "passes": [provider(port=server.port, connectivityTest=deep, **plain)],
            "fails": [provider(port=nobody, connectivityTest={"attempts": 1}, **plain)],
            "off": [provider(connectivityTest={"mode": "off"}, **plain)],
            "odd": [provider(port="many", **plain)],
        }
        done = backend.run("status", "--retest", "--check")
        assert done.returncode == 1
        assert server.connections == 1
        assert not server.messages
        told = done.stderr.splitlines()
        assert sorted(line.split()[0] for line in told) == ["failed", "off", "passed", "untested"]
        assert "failed     fails/mail: [connect-refused]" in told
        assert "fails/mail: Its last test failed: connect-refused." in done.stdout
        assert "odd/mail: It could not be tested: " in done.stdout
        calls = (backend.folder / "calls").read_text("utf-8").splitlines()
        assert all("--show-secrets" in call for call in calls)
        with Terminal(80, backend.environment) as terminal:
            shown = terminal.run(f"cd {backend.folder}; smtp-collab status --retest")
    assert "passes/mail" in shown
    assert "Testing:" not in shown, "the live picture is taken away at the end"
    both = backend.run("status", "--all-projects", "--stack", "x")
    assert (both.returncode, "exclude each other" in both.stderr) == (2, True)


def test_all_providers_of_a_stack_are_tested_side_by_side(backend: Backend) -> None:
    """Shown one after the other, in order, each whole; the exit code is that of the first failure."""
    plain = {"startTls": False, "tlsMode": "none", "host": "localhost", "username": None, "password": None}
    with MailServer() as server, closed_port() as nobody:
        backend.stacks = {
            "dev": [
                provider("fails", port=nobody, connectivityTest={"attempts": 1}, **plain),
                provider("passes", port=server.port, **plain),
            ]
        }
        done = backend.run("test", "--stack", "dev", "--all")
        assert done.returncode == 4
        first, second = done.stdout.split("\n\nshop/dev/passes: ")
        assert first.startswith(f"shop/dev/fails: localhost:{nobody}")
        assert "FAILED" in first
        assert "Fix " in first
        assert [line.split()[0] for line in second.splitlines()[1:4]] == ["dns", "connect", "greeting"]
        assert "PASSED" in second
        backend.write()
        with Terminal(80, backend.environment) as terminal:
            shown = terminal.run(f"cd {backend.folder}; smtp-collab test --stack dev --all")
            terminal.assert_nothing_is_broken()
    assert shown.count("━") > 2
    assert "Testing:" not in shown


def test_a_retest_ends_at_once(backend: Backend) -> None:
    """^C while a server is silent: exit code 130, how far it was, and the terminal as before."""
    with ScriptedServer([hang()]) as silent:
        plain = {"startTls": False, "tlsMode": "none", "host": "localhost", "username": None, "password": None}
        backend.stacks = {"dev": [provider(port=silent.port, **plain)]}
        backend.write()
        with Terminal(80, backend.environment) as terminal:
            terminal.type(f"cd {backend.folder}; smtp-collab status --retest; echo ended with $?.")
            terminal.wait_for("dev/mail  greeting")
            terminal.press("C-c")
            shown = terminal.wait_for("ended with 130.")
    assert "Interrupted after 0 of 1 tests." in shown
    assert "Traceback" not in shown


def test_the_page_reads_well_on_a_phone_and_a_desk(backend: Backend) -> None:
    """In a real browser nobody scrolls sideways, whatever is long; colours have the contrast that WCAG asks for."""
    long = "x" * 90
    backend.stacks = {
        "production": [provider(f"mail-{long}", fromAddress=f"{long}@example.com")],
        long: [provider(host=f"{'a' * 60}.{'b' * 60}.example.com", verified={"status": "notTested"})],
        "soon": [provider(verified={"server": {"certificateNotAfter": (NOW + timedelta(days=5)).isoformat()}})],
    }
    page = backend.folder / "fleet.html"
    backend.run(
        "status", "--html", str(page), "--quiet", *(f"--stack={name}" for name in [*backend.stacks, f"no-{long}"])
    )
    text = page.read_text("utf-8")
    for shown in look_at(text)[0]:
        for told in ("production", "never tested", "Certificates", "4 days left", "Could not be read"):
            assert told in shown, shown
    light, dark = (dict(re.findall(r"--(\w+):(#\w+)", part)) for part in text.split("prefers-color-scheme:dark")[:2])
    for scheme in (light, dark):
        for name in ("fg", "faint", "ok", "bad", "warn"):
            assert contrast(scheme[name], scheme["bg"]) >= 4.5, (name, scheme)
    assert '<html lang="en">' in text
    assert text.count('scope="row"') + text.count('scope="col"') == text.count("<th ")


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2.2, section 1.4.3)."""

    def luminance(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(each * 2 for each in colour[1:])
        parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    first, second = sorted((luminance(one), luminance(other)), reverse=True)
    return (first + 0.05) / (second + 0.05)

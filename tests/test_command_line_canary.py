"""The password of a stack is on no surface of the command line, whatever the server says and whatever is asked for."""

from __future__ import annotations

import json
from pathlib import Path

from fleet_backend import Backend, provider
from mailservers import Conversation, MailServer
from pulumi_stack import secret_forms
from pulumi_stack.canary import search

CANARY = "Kanarienvogel-7431/geheim+7"
SECRET = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    "plaintext": json.dumps(CANARY),
}


def test_the_password_of_a_stack_is_on_no_surface(tmp_path: Path) -> None:
    """Every command that reads it, in every form of output, of a server that repeats it: outputs, files, processes."""
    processes: dict[str, bytes] = {}

    def tell(conversation: Conversation, verb: str, argument: str) -> str | None:  # noqa: ARG001 - a hook's arguments
        if verb != "AUTH":
            return None
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            if path.exists():
                processes[str(path)] = path.read_bytes()
        return f"535 5.7.8 {CANARY} is not the password"

    states, seen, home = tmp_path / "states", tmp_path / "seen", tmp_path / "home"
    for folder in (states, seen, home):
        folder.mkdir()
    backend = Backend(states)
    printed: dict[str, bytes] = {}
    with MailServer(credentials={"ci": CANARY}, plaintext_login=True, hook=tell) as server:
        plain = {"startTls": False, "tlsMode": "none", "host": "localhost", "port": server.port, "password": SECRET}
        backend.stacks = {"dev": [provider("mail", **plain), provider("more", **plain, fromAddress="b@example.com")]}
        one = ("--stack", "dev", "--resource", "mail")
        mail = ("--to", "ops@example.net", "--subject", "s", "--body", "/etc/hostname")
        for given in (
            ("status", "--retest"),
            ("status", "--retest", "--json"),
            ("status", "--retest", "--format", "junit", "--html", str(seen / "fleet.html")),
            ("test", *one, "--svg", str(seen / "test.svg")),
            ("test", *one, "--json"),
            ("test", "--stack", "dev", "--all"),
            ("test", "--stack", "dev", "--all", "--json"),
            ("send", *one, *mail),
            ("send", *one, *mail, "--json"),
        ):
            backend.more = {"HOME": str(home), "PYTHONDEVMODE": "1"}
            done = backend.run(*given)
            assert "Traceback" not in done.stderr, done.stderr
            assert done.returncode in {0, 6}, (given, done.stdout, done.stderr)
            printed[" ".join(given)] = (done.stdout + done.stderr).encode()
    assert server.logins or server.verbs.count("AUTH") >= 1
    assert any(b"command_line" in line for line in processes.values()), "else the process list was not looked at"
    assert all("FAILED" in text.decode() or "failed" in text.decode() for text in printed.values())
    assert search([seen, home], {**printed, **processes}, secret_forms(CANARY, "ci")) == []

"""`smtp-collab status` and `test --stack`: a project's stacks as they are, read through the real engine."""

from __future__ import annotations

import json
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from browser import look_at
from command_line_runs import smtp_collab
from mailservers import Authority, MailServer
from programs import Code, declaration, program
from pulumi_stack import Stack, secret_forms
from pulumi_stack.fixtures import MakeStack

pytestmark = pytest.mark.engine

PASSWORD = "Kanarienvogel-7431/geheim+7"
FROM = "ci@example.test"
SECRET_HOST = Code("pulumi.Output.secret('localhost')")


def run(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `smtp-collab` in the project's folder, as its user."""
    return smtp_collab(*arguments, folder=stack.folder, more=stack.environment)


def edit_state(stack: Stack, name: str, **outputs: object) -> None:
    """Write outputs of a provider into the saved state, as another version may have left them."""
    file = stack.state_file
    state = json.loads(file.read_text("utf-8"))
    for resource in state["checkpoint"]["latest"]["resources"]:
        if resource["urn"].endswith(f"::{name}"):
            resource["outputs"].update(outputs)
    file.write_text(json.dumps(state), encoding="utf-8")


def test_the_fleet_is_read_and_tested_from_its_stacks(  # noqa: PLR0915 - one project, from its ups to its odd end
    make_stack: MakeStack, authority: Authority, tmp_path: Path
) -> None:
    """Two stacks side by side; no secret is shown; one that fails, odd state and an unreadable stack stop nothing."""
    context = authority.server_context("localhost")
    with MailServer("starttls", context, credentials={"user": PASSWORD}, login_required=True) as server:
        common = {
            "port": server.port, "from_address": FROM, "start_tls": True, "ca_certificates": authority.pem,
            "username": "user", "password": PASSWORD,
        }  # fmt: skip
        text = program(
            declaration("mail", host="localhost", **common), declaration("hidden", host=SECRET_HOST, **common)
        )
        stack = make_stack(text)
        stack.up().succeeded()
        stack.run("stack", "init", "prod").succeeded()
        stack.run("up", "--stack", "prod", "--yes", "--skip-preview").succeeded()
        connections = server.connections

        shown = run(stack, "status")
        assert shown.returncode == 0, shown.stderr
        assert server.connections == connections, "no server is asked"
        assert shown.stdout.count(f"localhost:{server.port}") == 2
        assert shown.stdout.count("[secret]") == 2
        checked = run(stack, "status", "--check", "--json")
        assert checked.returncode == 0, checked.stdout
        rows = {(each["stack"], each["provider"]): each for each in json.loads(checked.stdout)["providers"]}
        assert set(rows) == {(name, each) for name in ("dev", "prod") for each in ("mail", "hidden")}
        assert rows["dev", "hidden"]["host"] is None
        assert rows["prod", "mail"]["status"] == "passed"
        assert rows["prod", "mail"]["certificateDaysLeft"] > 30

        assert {each["nextUp"] for each in rows.values()} == {"nothing due"}
        assert {each["passwordDaysAtLeast"] for each in rows.values()} == {0}
        retested = run(stack, "status", "--retest", "--all-projects", "--check", "--json")
        assert retested.returncode == 0, retested.stderr
        again = json.loads(retested.stdout)
        assert again["retested"] is True
        assert {each["stack"] for each in again["providers"]} == {"organization/trial/dev", "organization/trial/prod"}
        assert {each["status"] for each in again["providers"]} == {"passed"}
        assert server.connections == connections + 4
        assert retested.stderr.count("passed ") == 4, "a line for each, since nobody looks at a terminal"

        tested = run(stack, "test", "--stack", "prod", "--resource", "mail")
        assert tested.returncode == 0, tested.stdout + tested.stderr
        assert "PASSED" in tested.stdout
        assert server.logins[-1] == ("user", True)
        hidden = run(stack, "test", "--stack", "prod", "--all", "--json")
        assert hidden.returncode == 0
        reports = {each["label"]: each["report"] for each in json.loads(hidden.stdout)}
        assert set(reports) == {"trial/prod/mail", "trial/prod/hidden"}
        assert "localhost" not in json.dumps(reports["trial/prod/hidden"])
        mail = ("--to", "ops@example.net", "--subject", "Deployed", "--body", "Pulumi.yaml")
        sent = run(stack, "send", "--stack", "prod", "--resource", "mail", *mail)
        assert sent.returncode == 0, sent.stdout + sent.stderr
        assert "SENT " in sent.stdout
        assert list(server.messages[-1].recipients) == ["ops@example.net"]
        assert run(stack, "send", "--stack", "prod", *mail).returncode == 2, "two providers, and none is named"
        mixed = run(stack, "test", "--stack", "prod", "--all", "--from", "other@example.test")
        assert (mixed.returncode, "--from and --stack exclude" in mixed.stderr) == (2, True)
        ambiguous = run(stack, "test", "--stack", "prod")
        assert (ambiguous.returncode, "mail" in ambiguous.stderr) == (2, True)
        assert run(stack, "test", "--stack", "prod", "--resource", "nothing").returncode == 2
        missing = run(stack, "test", "--stack", "nowhere")
        assert missing.returncode == 12
        assert "nowhere" in missing.stderr

    failed = run(stack, "test", "--stack", "dev", "--resource", "mail", "--attempts", "1")
    assert failed.returncode == 4, "the server is gone"
    assert "[connect-refused]" in failed.stdout
    diagnosis = {"code": "tls-unknown-ca", "stage": "tls", "summary": "s", "advice": "a", "transient": False}
    edit_state(stack, "mail", lastVerification={"status": "failed", "diagnosis": diagnosis})
    edit_state(stack, "mail", fromAddress="a\x1b[31m<b>@example.test")
    edit_state(stack, "hidden", lastVerification=7, host=["odd"], tlsMode=None, connectivityTest="?")
    page, canary = tmp_path / "fleet.html", secret_forms(PASSWORD, "user")
    status = run(
        stack, "status", "--check", "--html", str(page), "--stack", "dev", "--stack", "prod", "--stack", "gone"
    )
    assert status.returncode == 1, status.stderr
    assert "Traceback" not in status.stderr
    assert "dev/mail: Its last test failed: tls-unknown-ca." in status.stdout
    assert "dev/hidden: It was never tested" in status.stdout
    assert "\x1b" not in status.stdout, "what a state holds is no escape sequence"
    assert "\\x1b[31m<b>" in status.stdout
    assert "&lt;b&gt;" in page.read_text("utf-8")
    assert "Not read    gone: " in status.stdout
    suite = ET.fromstring(run(stack, "status", "--format", "junit").stdout)  # noqa: S314 - our own
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "2", "0")
    for text in (
        sent.stdout,
        shown.stdout,
        checked.stdout,
        retested.stdout,
        retested.stderr,
        tested.stdout,
        hidden.stdout,
        status.stdout,
        page.read_text("utf-8"),
    ):
        for name, form in canary.items():
            assert form.decode() not in text, name
    assert_page_is_readable(page)


def assert_page_is_readable(page: Path) -> None:
    """Look at the page in a real browser, on a phone and a desk: all is there, and it refers to nothing outside."""
    text = page.read_text("utf-8")
    assert "http" not in text.replace("http-equiv", "")
    assert "<script" not in text
    for shown in look_at(text)[0]:
        for told in ("tls-unknown-ca", "days left", "Could not be read", "prod", "Certificates"):
            assert told in shown, shown

"""The example for Harness NextGen: its README is followed on the engine, against the fake and a real relay."""

from __future__ import annotations

import ast
import copy
from pathlib import Path

import pytest
from fake_harness import FakeHarness
from harness_stacks import assert_nothing_leaks, stored, way_to, writes
from mailservers import Authority, MailServer
from pages import PROJECT_FOLDER, Page
from pulumi_stack.fixtures import MakeStack

pytestmark = pytest.mark.engine

EXAMPLE = PROJECT_FOLDER / "examples" / "harness-python"
NO_LOGIN = PROJECT_FOLDER / "examples" / "harness-no-login-python"
NOTIFICATIONS = PROJECT_FOLDER / "examples" / "harness-notifications-python"
PASSWORD = "canary-of-harness"


def test_the_readme_is_true(make_stack: MakeStack) -> None:
    """The config is tested from both sides, other people's edit is found and put right, a reader owns nothing."""
    with (
        Authority() as authority,
        MailServer(
            "starttls", authority.server_context(), credentials={"harness": PASSWORD}, login_required=True
        ) as server,
        FakeHarness() as harness,
    ):
        account = harness.add_account()
        account.delegates.ca_bundle = authority.pem
        key = account.api_key()
        project = make_stack(EXAMPLE, name="not-used", environment=way_to(harness, account, key))
        owner = copy.copy(project)
        owner.name = "prod"
        page = Page("examples/harness-python/README.md", {"smtp.example.com": "localhost"})
        settings = owner.folder / "Pulumi.yaml"
        text = settings.read_text("utf-8").replace("default: 587", f"default: {server.port}")
        pem = "".join(f"      {line}\n" for line in authority.pem.splitlines())
        settings.write_text(f"{text}  caCertificates:\n    type: string\n    default: |\n{pem}", encoding="utf-8")

        page.run(owner, stdin=PASSWORD + "\n")
        assert (stored(account).name, stored(account).password) == ("Deployment notifications", PASSWORD)
        [message] = server.messages
        assert b"smtp-harness/prod/Deployment notifications" in message.content

        account.edit_smtp_config(fromAddress="someone@example.com")
        page.run(owner)
        assert stored(account).value["fromAddress"] == "harness@example.com"
        seen = writes(harness)
        page.run(owner)
        assert writes(harness) == seen, "a reader writes nothing"
        page.run(owner)
        assert (account.smtp_config, account.hidden_secrets) == (None, {})
        page.finished()
        assert_nothing_leaks(project, harness, key, PASSWORD)


def test_the_readme_of_the_one_without_a_login_is_true(make_stack: MakeStack) -> None:
    """A relay that knows the machine is saved without user and password."""
    with MailServer() as server, FakeHarness() as harness:
        account = harness.add_account()
        project = make_stack(NO_LOGIN, name="not-used", environment=way_to(harness, account))
        stack = copy.copy(project)
        stack.name = "prod"
        settings = stack.folder / "Pulumi.yaml"
        written = settings.read_text("utf-8")
        settings.write_text(f"{written}  smtpPort:\n    type: integer\n    default: {server.port}\n", encoding="utf-8")
        page = Page("examples/harness-no-login-python/README.md", {"relay.example.com": "127.0.0.1"})
        page.run(stack)
        page.finished()
        [saved] = [one.json["value"] for one in harness.requests if one.method == "POST"]
        assert (saved["host"], saved["username"], saved["password"]) == ("127.0.0.1", None, None)
        assert account.smtp_config is None


@pytest.mark.parametrize("folder", [EXAMPLE, NO_LOGIN, NOTIFICATIONS])
def test_it_is_a_project_as_a_person_would_copy_it(folder: Path) -> None:
    """No key and no stack's configuration is committed, and it names its requirements."""
    assert not list(folder.rglob("Pulumi.*.yaml"))
    assert "apiKey" not in "".join(path.read_text("utf-8") for path in folder.rglob("Pulumi.yaml"))
    assert "pulumi-smtp-collab" in (folder / "requirements.txt").read_text("utf-8").split()


def test_the_way_to_notifications_says_that_it_was_not_run() -> None:
    """Its text is Python, mail comes first by depends_on, and both the page and the program say what was not run."""
    source = (NOTIFICATIONS / "__main__.py").read_text("utf-8")
    tree = ast.parse(source)
    assert "NOT RUN" in (ast.get_docstring(tree) or "")
    assert "**Not run.**" in (NOTIFICATIONS / "README.md").read_text("utf-8")[:200]
    waits = [
        ast.unparse(one.value) for one in ast.walk(tree) if isinstance(one, ast.keyword) and one.arg == "depends_on"
    ]
    assert waits == ["[mail]", "[channel]"]

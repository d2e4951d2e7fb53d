"""The example for Harness NextGen: its README is followed on the engine, against the fake and a real relay."""

from __future__ import annotations

import copy

import pytest
from fake_harness import FakeHarness
from harness_stacks import assert_nothing_leaks, stored, way_to, writes
from mailservers import Authority, MailServer
from pages import PROJECT_FOLDER, Page
from pulumi_stack.fixtures import MakeStack

pytestmark = pytest.mark.engine

EXAMPLE = PROJECT_FOLDER / "examples" / "harness-python"
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
        [secret] = account.secrets.values()
        assert (secret.identifier, secret.value) == ("smtp_password", PASSWORD)
        [message] = server.messages
        assert b"smtp-harness/prod/Deployment notifications" in message.content

        account.edit_smtp_config(fromAddress="someone@example.com")
        page.run(owner)
        assert stored(account).value["fromAddress"] == "harness@example.com"
        seen = writes(harness)
        page.run(owner)
        assert writes(harness) == seen, "a reader writes nothing"
        page.run(owner)
        assert account.smtp_config is None
        assert not account.secrets
        page.finished()
        assert_nothing_leaks(project, harness, key, PASSWORD)


def test_it_is_a_project_as_a_person_would_copy_it() -> None:
    """No key and no stack's configuration is committed, and it names its requirements."""
    assert not list(EXAMPLE.rglob("Pulumi.*.yaml"))
    assert "apiKey" not in "".join(path.read_text("utf-8") for path in EXAMPLE.rglob("Pulumi.yaml"))
    assert (EXAMPLE / "requirements.txt").read_text("utf-8").strip() == "pulumi-smtp-collab"

"""The example for Harness FirstGen: its README is followed on the engine, against the fake and a real relay."""

from __future__ import annotations

import copy

import pytest
from fake_harness import FakeHarness
from firstgen_stacks import assert_nothing_leaks, in_use, texts
from mailservers import Authority, MailServer
from pages import PROJECT_FOLDER, Page
from pulumi_stack.fixtures import MakeStack

EXAMPLE = PROJECT_FOLDER / "examples" / "harness-firstgen-python"
PASSWORDS = {"releases": "canary-of-releases", "builds": "canary-of-builds"}
NEW_PASSWORD = "canary-of-new-releases"


@pytest.mark.engine
def test_the_readme_is_true(make_stack: MakeStack) -> None:
    """Two providers inherit two scopes, a rotation that fails leaves the old pair in use, destroy leaves nothing."""
    credentials = dict(PASSWORDS)
    with (
        Authority() as authority,
        MailServer("implicit", authority.server_context(), credentials=credentials, login_required=True) as server,
        FakeHarness() as harness,
    ):
        account = harness.add_account()
        account.add_application("kmpySmUISimoRrJL6NL73w", {"live": "PROD"})
        environment = {
            "HARNESS_ENDPOINT": harness.endpoint,
            "HARNESS_ACCOUNT_ID": account.id,
            "HARNESS_API_KEY": account.api_key(generation="firstgen"),
            "RELEASE_PASSWORD": PASSWORDS["releases"],
            "BUILD_PASSWORD": PASSWORDS["builds"],
            "NEW_RELEASE_PASSWORD": NEW_PASSWORD,
        }
        project = make_stack(EXAMPLE, name="not-used", environment=environment)
        stack = copy.copy(project)
        stack.name = "prod"
        page = Page("examples/harness-firstgen-python/README.md", {"smtp.example.com": "localhost"})
        settings = stack.folder / "Pulumi.yaml"
        text = settings.read_text("utf-8").replace("default: 465", f"default: {server.port}")
        pem = "".join(f"      {line}\n" for line in authority.pem.splitlines())
        settings.write_text(f"{text}  caCertificates:\n    type: string\n    default: |\n{pem}", encoding="utf-8")

        page.run(stack)
        for user, password in PASSWORDS.items():
            provider, secret = in_use(account, f"Mail of {user}")
            assert (provider.port, provider.use_ssl, secret.value) == (server.port, True, password)
        _, old = in_use(account, "Mail of releases")
        page.run(stack, fails=True)
        assert in_use(account, "Mail of releases")[1] is old
        credentials["releases"] = NEW_PASSWORD
        page.run(stack)
        assert in_use(account, "Mail of releases")[1].value == NEW_PASSWORD
        assert old.id not in account.encrypted_texts
        assert len(texts(account)) == 2
        page.run(stack)
        assert (account.firstgen_providers, account.encrypted_texts) == ({}, {})
        page.finished()
        assert_nothing_leaks(project, harness, environment["HARNESS_API_KEY"], NEW_PASSWORD, *PASSWORDS.values())


def test_it_is_a_project_as_a_person_would_copy_it() -> None:
    """No key and no stack's configuration is committed, and it names its requirements."""
    assert not list(EXAMPLE.rglob("Pulumi.*.yaml"))
    assert "apiKey" not in (EXAMPLE / "Pulumi.yaml").read_text("utf-8")
    assert (EXAMPLE / "requirements.txt").read_text("utf-8").strip() == "pulumi-smtp-collab"

"""The example with dev, staging and prod: its README is followed on the engine, against a catcher and real relays."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from catcher import catcher, free_port
from mailservers import Authority, MailServer
from pages import PROJECT_FOLDER, Page
from programs import KIND
from pulumi_stack.canary import secret_forms
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.stack import Stack

pytestmark = pytest.mark.engine

EXAMPLE = PROJECT_FOLDER / "examples" / "environments-python"
STAGING_PASSWORD = "canary-of-staging"
PROD_PASSWORD = "canary-of-prod"


def environment(project: Stack, name: str, **settings: str) -> Stack:
    """Return the example's stack of this name, with its committed configuration and real servers in it."""
    text = (EXAMPLE / f"Pulumi.{name}.yaml").read_text("utf-8")
    for key, value in settings.items():
        (line,) = (line for line in text.splitlines() if line.startswith(f"  smtp-environments:{key}:"))
        text = text.replace(line, f'  smtp-environments:{key}: "{value}"')
    (project.folder / f"Pulumi.{name}.yaml").write_text(text, encoding="utf-8")
    stack = copy.copy(project)
    stack.name = name
    return stack


def verification(stack: Stack, resource_name: str = "deployment-mail") -> dict[str, Any]:
    """Return the last verification that is saved of a provider."""
    (found,) = (each for each in stack.resources(KIND) if each["urn"].endswith(f"::{resource_name}"))
    outcome: dict[str, Any] = found["outputs"]["lastVerification"]
    return outcome


def test_the_readme_is_true(make_stack: MakeStack, tmp_path: Path) -> None:
    """Each environment goes up as its page says, with its own relay, TLS, depth and mode; the consumer reads prod."""
    log, catcher_port = tmp_path / "catcher.log", free_port()
    with (
        Authority() as authority,
        catcher(catcher_port, log),
        MailServer(
            "implicit",
            authority.server_context(),
            credentials={"staging-pipeline": STAGING_PASSWORD},
            login_required=True,
        ) as staging_relay,
        MailServer(
            "starttls", authority.server_context(), credentials={"prod-pipeline": PROD_PASSWORD}, login_required=True
        ) as prod_relay,
    ):
        project = make_stack(EXAMPLE, name="not-used")
        page = Page("examples/environments-python/README.md", {'"smtp.example.com"': '"localhost"'})
        dev = environment(project, "dev", smtpPort=str(catcher_port))
        staging = environment(project, "staging", smtpHost="localhost", smtpPort=str(staging_relay.port))
        prod = environment(project, "prod", smtpHost="localhost", smtpPort=str(prod_relay.port))

        page.run(dev)
        assert verification(dev)["depth"] == verification(dev, "alert-mail")["depth"] == "message"
        caught = " ".join(log.read_text("utf-8").split())
        assert "smtp-environments/dev/Deployment notifications (dev)" in caught
        assert "smtp-environments/dev/Alerts (dev)" in caught

        for stack in (staging, prod):
            trust(stack, authority)
        page.run(staging, stdin=STAGING_PASSWORD + "\n")
        assert staging_relay.logins == [("staging-pipeline", True)] * 2
        assert verification(staging, "alert-mail")["depth"] == "sender"
        page.run(prod, stdin=PROD_PASSWORD + "\n")
        assert prod_relay.logins == [("prod-pipeline", True)] * 2
        (alerts,) = (each for each in prod.resources(KIND) if each["urn"].endswith("::alert-mail"))
        assert alerts["inputs"]["connectivityTest"]["maxAgeDays"] == 30
        assert alerts["inputs"]["connectivityTest"]["mode"] == "enforce"
        assert "ciphertext" in alerts["inputs"]["password"]
        page.run(prod, fails=True)
        assert prod_relay.connections == 2
        page.run(prod)
        page.finished()

        consumer = prod.run("--cwd", "consumer", "stack", "output", "relayUrl", "--show-secrets", "--stack", "prod")
        prod.results.pop()  # what was asked for in the clear is no leak
        assert (
            consumer.succeeded().stdout.strip() == f"smtp://prod-pipeline:{PROD_PASSWORD}@localhost:{prod_relay.port}"
        )
        for password, user in ((STAGING_PASSWORD, "staging-pipeline"), (PROD_PASSWORD, "prod-pipeline")):
            assert not project.leaks(secret_forms(password, user))


def test_a_catcher_that_is_not_running_is_a_warning(make_stack: MakeStack) -> None:
    """In dev mode and depth come from the stack's settings alone: saved as failed, and tested again once it runs."""
    with MailServer() as later:
        project = make_stack(EXAMPLE, name="dev")
        settings = (project.folder / "Pulumi.dev.yaml").read_text("utf-8")
        environment(project, "dev", smtpPort="1")
        path = project.folder / "Pulumi.dev.yaml"
        path.write_text(path.read_text("utf-8") + settings, encoding="utf-8")
        result = project.up().succeeded()
        assert "Stage: connect of localhost:1" in result.text
        assert verification(project)["status"] == "failed"
        project.config_set("smtpPort", str(later.port))
        project.up().succeeded()
        assert verification(project)["status"] == "passed"
        assert len(later.messages) == 2


def trust(stack: Stack, authority: Authority) -> None:
    """Add the relay's CA to a stack's configuration, as a person with a private CA does."""
    path = stack.folder / f"Pulumi.{stack.name}.yaml"
    indented = "".join(f"    {line}\n" for line in authority.pem.splitlines())
    path.write_text(path.read_text("utf-8") + f"  smtp-environments:caCertificates: |\n{indented}", encoding="utf-8")


def test_it_is_a_project_as_a_person_would_copy_it() -> None:
    """No secret and no salt is committed, and both projects name their requirements."""
    for path in EXAMPLE.glob("Pulumi.*.yaml"):
        assert "secure:" not in path.read_text("utf-8")
        assert "encryptionsalt" not in path.read_text("utf-8")
    assert (EXAMPLE / "requirements.txt").read_text("utf-8").strip() == "pulumi-smtp-collab"

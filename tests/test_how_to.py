"""The how-to pages: programs and commands are run as they stand, against real servers, and print what they show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from catcher import catcher, free_port
from mailservers import Authority, MailServer
from pages import PROJECT_FOLDER, Page
from programs import KIND
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.stack import Stack

pytestmark = pytest.mark.engine

HOST = "smtp.example.com"
FOLDER = "docs/how-to"

PLATFORM_SERVICES = '''"""Stands for whatever else a team's program declares."""

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class _Provider(ResourceProvider):
    def create(self, props):
        return CreateResult(id_="service", outs=props)


class Service(Resource):
    def __init__(self, name, smtp_host=None, opts=None):
        super().__init__(_Provider(), name, {"smtp_host": smtp_host}, opts)
'''


def verification(stack: Stack) -> dict[str, Any]:
    """Return the last verification of the one provider that is saved."""
    (resource,) = stack.resources(KIND)
    outcome: dict[str, Any] = resource["outputs"]["lastVerification"]
    return outcome


def at(server: MailServer, authority: Authority) -> dict[str, str]:
    """Return what stands for the pages' relay."""
    return {
        "start_tls=True,": f"start_tls=True, ca_certificates={authority.pem!r},",
        "587": str(server.port),
    }


def test_rotating_a_password(make_stack: MakeStack, authority: Authority) -> None:
    """The second credential is tried before it is saved, a wrong one leaves the first in use, and no value is shown."""
    credentials = {"pipeline-1": "canary-1"}
    with MailServer("starttls", authority.server_context(), credentials=credentials, login_required=True) as server:
        page = Page(f"{FOLDER}/rotating-a-password.md", {HOST: "localhost", **at(server, authority)})
        stack = make_stack(page.code())
        stack.config_set_all({"smtpUsername": "pipeline-1"}, {"smtpPassword": "canary-1"})
        stack.up().succeeded()

        credentials["pipeline-2"] = "canary-2"
        printed = page.run(stack, stdin="canary-mistyped\n")
        printed += page.run(stack)
        assert server.logins == [("pipeline-1", True)]
        printed += page.run(stack, fails=True)
        assert server.logins == [("pipeline-1", True), ("pipeline-2", False)]
        printed += page.run(stack, stdin="canary-2\n")
        assert server.logins == [("pipeline-1", True), ("pipeline-2", False), ("pipeline-2", True)]

        del credentials["pipeline-1"]
        printed += page.run(stack)
        page.finished()
        assert "canary" not in printed
        assert server.connections == 3


def test_adopting_it_in_an_existing_stack(make_stack: MakeStack, authority: Authority) -> None:
    """Declared beside, then warned of, then enforced: what the stack's readers see does not change on the way."""
    refusal = {"wrong@example.com": "553 5.7.1 <wrong@example.com>: Sender address rejected: not owned by pipeline"}
    with MailServer(
        "starttls",
        authority.server_context(),
        credentials={"pipeline": "canary-1"},
        login_required=True,
        refuse_sender=refusal,
    ) as server:
        page = Page(f"{FOLDER}/adopting-in-an-existing-stack.md", at(server, authority))
        stack = make_stack(page.code())
        stack.config_set_all({"smtpHost": "localhost", "smtpFrom": "wrong@example.com"}, {"smtpPassword": "canary-1"})
        stack.up().succeeded()
        before = stack.outputs(show_secrets=True)

        stack.write_program(page.code())
        printed = page.run(stack)
        assert server.connections == 0
        printed += page.run(stack)
        assert before.items() <= stack.outputs(show_secrets=True).items()
        printed += page.run(stack)
        tested = server.connections

        stack.write_program(page.code())
        printed += page.run(stack)
        assert stack.outputs(show_secrets=True) == {**before, "smtpFrom": "deploy@example.com", "mailStatus": "passed"}
        assert server.connections == tested, "what passed needs no test to be enforced"

        stack.write_program(page.code())
        printed += page.run(stack, fails=True)
        page.finished()
        assert "canary" not in printed


def test_a_runner_without_access(make_stack: MakeStack) -> None:
    """Skipped with its reason, tested later, kept on the runner, and forbidden where the stack says so."""
    with MailServer() as server:
        page = Page(f"{FOLDER}/runner-without-access.md", {HOST: "localhost", "587": str(server.port)})
        stack = make_stack(page.code())
        page.run(stack)
        page.run(stack)
        assert server.connections == 0
        page.run(stack)
        assert server.connections == 1
        verified = verification(stack)
        page.run(stack)
        assert verification(stack) == verified
        page.run(stack, fails=True)
        page.finished()
        assert server.connections == 1


def test_a_relay_that_is_down_during_an_up(make_stack: MakeStack, tmp_path: Path) -> None:
    """All but what sends mail is deployed; the rest follows when the relay is back; later ups don't notice it."""
    port = free_port()
    page = Page(f"{FOLDER}/relay-down-during-up.md", {HOST: "localhost", "25": str(port)})
    stack = make_stack(page.code())
    (stack.folder / "platform_services.py").write_text(PLATFORM_SERVICES, encoding="utf-8")
    stack.config_set("services", "80")
    page.run(stack, fails=True)
    assert not stack.resources(KIND)
    assert not any(each["urn"].endswith("::digest") for each in stack.resources())
    with catcher(port, tmp_path / "relay.log"):
        page.run(stack)
    assert verification(stack)["status"] == "passed"
    page.run(stack)
    page.finished()


def test_every_page_is_followed() -> None:
    """No how-to page is without a test here."""
    text = Path(__file__).read_text("utf-8")
    text += Path(__file__).with_name("test_unit_testing.py").read_text("utf-8").replace(FOLDER, "{FOLDER}")
    for page in (PROJECT_FOLDER / FOLDER).glob("*.md"):
        assert f"{{FOLDER}}/{page.name}" in text, page

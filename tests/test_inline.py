"""A program that is a function, run in this process by the Automation API: the same job, end to end."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest
from mailservers import Authority, MailServer
from pulumi import automation
from pulumi_stack import PulumiSession, inline_up
from pulumi_stack.inline import inline_stack

from pulumi_smtp_collab import ConnectivityTestArgs, SmtpCollaborationProvider, SmtpCollaborationProviderArgs

pytestmark = pytest.mark.engine

CREDENTIALS = {"user": "correct-horse"}


@pytest.fixture
def interrupted(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """For runs that the engine ends early: the SDK drops their coroutines and grpc logs that with all their frames."""
    caplog.set_level(logging.CRITICAL, logger="grpc._server")
    yield
    gc.collect()


def declares(display_name: str, port: int, resource_name: str = "mail", **arguments: Any) -> Callable[[], None]:
    """Return a program with one provider, which exports what it read of it."""

    def program() -> None:
        provider = SmtpCollaborationProvider(
            resource_name,
            SmtpCollaborationProviderArgs(
                display_name=display_name,
                host="localhost",
                port=port,
                from_address="ci@example.test",
                connectivity_test=ConnectivityTestArgs(deadline_seconds=20),
                **arguments,
            ),
        )
        pulumi.export("status", provider.last_verification.apply(lambda it: it.status))
        pulumi.export("port", provider.port)
        pulumi.export("password", provider.password)

    return program


@pytest.mark.usefixtures("interrupted")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_whole_life_of_an_inline_program(
    pulumi_session: PulumiSession, tmp_path: Path, authority: Authority
) -> None:
    """Up tests and saves, a second up changes nothing, a wrong password is refused with its fix, destroy removes it."""
    with MailServer("starttls", authority.server_context("localhost"), credentials=CREDENTIALS) as server:

        def program(password: str) -> Callable[[], None]:
            login = {"username": "user", "password": password}
            return declares("Mail", server.port, start_tls=True, ca_certificates=authority.pem, **login)

        first = inline_up(program("correct-horse"), tmp_path, pulumi_session)
        assert first.ok, first.output
        assert first.outputs == {"status": "passed", "port": server.port, "password": "correct-horse"}
        assert first.secret_outputs == {"password"}, "a plain string becomes a secret output"
        assert first.changes == {"create": 2}
        assert server.logins == [("user", True)]
        assert "correct-horse" not in first.output

        second = inline_up(program("correct-horse"), tmp_path, pulumi_session)
        assert second.changes == {"same": 2}
        assert len(server.logins) == 1

        refused = inline_up(program("wrong-canary"), tmp_path, pulumi_session)
        assert not refused.ok
        assert "error: The connectivity test of" in refused.output, "the message alone"
        assert "Traceback" not in refused.output
        assert "Fix: " in refused.output
        assert "Nothing was changed; in use are the settings verified" in refused.output
        assert "wrong-canary" not in refused.output
        assert server.logins == [("user", True), ("user", False)]

        stack = inline_stack(program("correct-horse"), tmp_path, pulumi_session)
        stack.destroy(color="never", on_output=lambda _: None)
        assert not (stack.export_stack().deployment or {}).get("resources")


def test_two_runs_in_one_process_do_not_meet(pulumi_session: PulumiSession, tmp_path: Path) -> None:
    """Display names are unique in a run: one after the other, and at the same time, two programs may use the same."""
    with MailServer() as server:

        def program(name: str) -> Callable[[], None]:
            return declares("The same display name", server.port, name)

        for name in ("first", "second"):
            assert inline_up(program(name), tmp_path / name, pulumi_session, name=name).ok
        previews: list[automation.PreviewResult] = []
        stacks = [
            inline_stack(program(name), tmp_path / name, pulumi_session, name=name) for name in ("third", "fourth")
        ]

        def preview(stack: automation.Stack) -> None:
            previews.append(stack.preview(color="never", on_output=lambda _: None))

        threads = [threading.Thread(target=preview, args=[stack]) for stack in stacks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [each.change_summary for each in previews] == [{automation.OpType.CREATE: 2}] * 2


@pytest.mark.usefixtures("interrupted")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_name_that_is_taken_is_refused_in_an_inline_program(pulumi_session: PulumiSession, tmp_path: Path) -> None:
    """In the same run it is refused at the declaration; both providers are named."""

    def program() -> None:
        for name in ("first", "second"):
            SmtpCollaborationProvider(
                name,
                display_name="Mail",
                host="localhost",
                from_address="ci@example.test",
                connectivity_test={"mode": "off"},
            )

    result = inline_up(program, tmp_path, pulumi_session)
    assert not result.ok
    message = "display_name: it is taken by the provider 'first', so the provider 'second' needs another one"
    assert message in result.output

"""A test that waits for long says once what it waits for, where no front end shows its stages."""

from __future__ import annotations

import pytest
from life_cycle_cases import ProviderCase
from mailservers import ScriptedServer, hang, send
from programs import provider
from pulumi_stack.fixtures import MakeStack

from pulumi_smtp_collab.errors import ConnectivityTestFailed
from pulumi_smtp_collab.lifecycle import waiting
from pulumi_smtp_collab.lifecycle.stack import Messages, open_stack
from pulumi_smtp_collab.model.origin import Origin
from pulumi_smtp_collab.model.provider import ProviderArguments


def waited(port: int, origin: Origin) -> list[str]:
    """Return what was told of waiting while a provider of a silent server was created."""
    told: list[str] = []
    inputs = {"display_name": "mail", "host": "127.0.0.1", "port": port, "from_address": "ci@example.test"}
    test = {"deadline_seconds": 3, "attempts": 1, "second_look": "off"}
    messages = Messages(told.append, told.append, wait=told.append)
    with pytest.raises(ConnectivityTestFailed):
        open_stack({}, {}, messages).providers.create(
            ProviderArguments.model_validate({**inputs, "connectivity_test": test}), origin
        )
    return told


def test_what_is_waited_for_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent server is told of after some seconds, with what is waited for, where, and how long at the most."""
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.3)
    with ScriptedServer(hang()) as server:
        where = f"127.0.0.1:{server.port}"
        assert waited(server.port, Origin()) == [
            f'"mail": its connectivity test waits for the server\'s greeting ({where}); it ends after 3 s.'
        ]
    with ScriptedServer(hang()) as server:
        (told,) = waited(server.port, Origin(secret_arguments=frozenset({"host", "display_name"})))
        assert told.startswith("[secret display_name]: ")
        assert "127.0.0.1" not in told


def test_a_quick_test_says_nothing_of_waiting() -> None:
    """A server that refuses at once is not waited for."""
    with ScriptedServer(send(b"554 no service for you\r\n")) as server:
        assert waited(server.port, Origin()) == []


@pytest.mark.engine
@pytest.mark.inline
def test_the_message_reaches_the_terminal(make_stack: MakeStack) -> None:
    """During `pulumi up` a silent server is a message of the stack, once, before the error."""
    with ScriptedServer(hang()) as server:
        stack = make_stack(
            provider(
                host="127.0.0.1",
                port=server.port,
                connectivity_test={"deadline_seconds": 14, "attempts": 1, "second_look": "off"},
            )
        )
        result = stack.up().failed()
    told = [each["message"] for each in result.diagnostics if "its connectivity test waits for" in each["message"]]
    assert len(told) == 1, result.output
    assert f"waits for the server's greeting (127.0.0.1:{server.port})" in told[0]


def test_a_front_end_that_shows_stages_says_nothing_more() -> None:
    """Without a place for the message, as a front end with live stages has it, nothing is said."""
    case = ProviderCase()
    with ScriptedServer(hang()) as server, pytest.raises(ConnectivityTestFailed):
        case.create(
            {
                "displayName": "mail",
                "host": "127.0.0.1",
                "port": server.port,
                "fromAddress": "ci@example.test",
                "connectivityTest": {"deadlineSeconds": 3, "attempts": 1, "secondLook": "off"},
            }
        )
    assert case.messages == []

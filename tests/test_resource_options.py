"""Pulumi's resource options and what the CLI does to single resources: each does what a Pulumi user expects."""

from __future__ import annotations

import inspect
from typing import Any

import pulumi
import pytest
from mailservers import MailServer, closed_port
from pages import PROJECT_FOLDER
from programs import KIND, Code, declaration, program, provider
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.stack import Result, Stack

pytestmark = [pytest.mark.engine, pytest.mark.inline]


def opts(text: str) -> Code:
    """Return resource options as code."""
    return Code(f"pulumi.ResourceOptions({text})")


def steps(result: Result) -> list[tuple[str, str]]:
    """Return what the engine did to each provider, in order: the resource's name and the operation."""
    done = [event["resourcePreEvent"]["metadata"] for event in result.events if "resourcePreEvent" in event]
    return [(step["urn"].rpartition("::")[2], step["op"]) for step in done if step["type"].endswith(KIND)]


def operations(result: Result, name: str) -> list[str]:
    """Return what the engine did to one provider, in order."""
    return [operation for each, operation in steps(result) if each == name]


def saved(stack: Stack) -> dict[str, dict[str, Any]]:
    """Return the saved providers by the resource's name."""
    return {each["urn"].rpartition("::")[2]: each for each in stack.resources(KIND)}


def test_changes_are_ignored_and_replaced_as_the_options_say(make_stack: MakeStack) -> None:
    """What names arguments takes both spellings and nested names; protect and retain_on_delete hold.

    A replacement is tested like anything new, and created before the old one is deleted; with delete_before_replace
    after it.
    """
    kinds = {
        "snake": "replace_on_changes=['from_address']",
        "camel": "replace_on_changes=['fromAddress'], delete_before_replace=True",
        "nested": "replace_on_changes=['connectivity_test.recipient']",
        "ignoring": "ignore_changes=['from_address', 'displayName', 'connectivity_test.recipient']",
        "triggered": "replacement_trigger='SENDER', ignore_changes=['from_address']",
        "hidden": "hide_diffs=['from_address', 'connectivity_test.recipient']",
        "kept": "protect=True",
        "retained": "retain_on_delete=True",
    }
    with MailServer() as server:

        def text(sender: str) -> str:
            return program(
                *(
                    declaration(
                        name,
                        host="localhost",
                        port=server.port,
                        from_address=sender,
                        display_name=f"{name} {sender}",
                        connectivity_test={"recipient": sender},
                        opts=opts(options.replace("SENDER", sender)),
                    )
                    for name, options in kinds.items()
                )
            )

        stack = make_stack(text("a@example.test"))
        stack.up().succeeded()
        before = saved(stack)
        connections = server.connections
        stack.write_program(text("b@example.test"))
        result = stack.up().succeeded()
        assert operations(result, "snake") == ["create-replacement", "replace", "delete-replaced"]
        assert operations(result, "camel") == ["delete-replaced", "replace", "create-replacement"]
        assert operations(result, "nested") == ["create-replacement", "replace", "delete-replaced"]
        assert operations(result, "ignoring") == ["same"]
        assert operations(result, "triggered") == ["create-replacement", "replace", "delete-replaced"]
        for name in ("hidden", "kept", "retained"):
            assert operations(result, name) == ["update"]
        (line,) = (line for line in result.text.splitlines() if "hidden updating" in line)
        assert "[diff: ~displayName]" in line
        assert server.connections == connections + 7, "each of the seven that changed is tested, once"
        after = saved(stack)
        assert {name for name in kinds if before[name]["id"] != after[name]["id"]} == {
            "snake",
            "camel",
            "nested",
            "triggered",
        }
        assert after["ignoring"]["inputs"] == before["ignoring"]["inputs"]

        stack.write_program(program())
        assert "is protected" in stack.up().failed().text
        assert list(saved(stack)) == ["kept"]
        assert "[retain]" in stack.results[-1].text


def test_a_renamed_resource_keeps_its_provider_by_an_alias(make_stack: MakeStack) -> None:
    """With aliases a rename and a new parent are the same provider: same identifier, not tested again."""
    with MailServer() as server:
        place = {"host": "localhost", "port": server.port, "from_address": "ci@example.test", "display_name": "Mail"}
        stack = make_stack(program(declaration("mail", **place)))
        stack.up().succeeded()
        identifier = saved(stack)["mail"]["id"]
        team = "team = pulumi.ComponentResource('acme:index:Team', 'team')\n"
        alias = "parent=team, aliases=[pulumi.Alias(name='mail', parent=pulumi.ROOT_STACK_RESOURCE)]"
        stack.write_program(program(team, declaration("post", **place, opts=opts(alias))))
        assert stack.up().succeeded().changes == {"create": 1, "same": 2}
        assert {name: each["id"] for name, each in saved(stack).items()} == {"post": identifier}
        (resource,) = stack.resources(KIND)
        assert resource["urn"].split("::")[2] == f"acme:index:Team${resource['type']}"
        assert resource["parent"].endswith("acme:index:Team::team")
        assert server.connections == 1


def test_order_by_depends_on_and_by_outputs(make_stack: MakeStack) -> None:
    """What depends on a provider that failed is not tried; what does not depend on it is made."""
    with MailServer() as server, closed_port() as closed:
        place = {"host": "localhost", "from_address": "ci@example.test"}
        stack = make_stack(
            program(
                declaration("first", **place, port=closed, connectivity_test={"second_look": "off", "attempts": 1}),
                declaration("second", **place, port=server.port, opts=opts("depends_on=[first]")),
                declaration("third", **{**place, "host": Code("first.host")}, port=server.port),
                declaration("free", **place, port=server.port),
            )
        )
        result = stack.up("--continue-on-error").failed()
        assert sorted(steps(result)) == [("first", "create"), ("free", "create")]
        assert list(saved(stack)) == ["free"]
        assert server.connections == 1

        stack.write_program((stack.folder / "__main__.py").read_text("utf-8").replace(str(closed), str(server.port)))
        result = stack.up().succeeded()
        order = [name for name, operation in steps(result) if operation == "create"]
        assert order[0] == "first"
        assert sorted(order[1:]) == ["second", "third"]


def test_transforms_change_what_is_checked_tested_and_saved(make_stack: MakeStack) -> None:
    """Both kinds of transforms are followed: what they set is checked and tested as if the program had given it."""
    head = """
def by_engine(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult:
    return pulumi.ResourceTransformResult({**args.props, "fromAddress": "engine@example.test"}, args.opts)


def by_sdk(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
    return pulumi.ResourceTransformationResult({**args.props, "ehlo_name": "sdk.example.test"}, args.opts)


pulumi.runtime.register_resource_transform(by_engine)
"""
    with MailServer() as server:
        place = {"host": "localhost", "port": server.port, "from_address": "ci@example.test"}
        text = program(head, declaration("mail", **place, opts=opts("transformations=[by_sdk]")))
        stack = make_stack(text)
        stack.up().succeeded()
        inputs = saved(stack)["mail"]["inputs"]
        assert inputs["fromAddress"] == "engine@example.test"
        assert inputs["ehloName"] == "sdk.example.test"
        server.wait_until_idle()
        assert "EHLO sdk.example.test" in server.commands
        assert any(command.startswith("MAIL FROM:<engine@example.test>") for command in server.commands)
        stack.write_program(text.replace("engine@example.test", "no address"))
        assert "from_address: " in stack.preview().failed().text


def test_single_resources_by_target_replace_and_taint(make_stack: MakeStack) -> None:
    """--target leaves the others alone; --replace and taint make a new one, tested, before they delete the old one.

    The engine never asks whether there is a difference for these two, so that they test what no change would have
    tested; a test that fails leaves the old provider as it was.
    """
    refusing: list[str] = []
    with MailServer(hook=lambda _talk, verb, _argument: refusing[0] if refusing and verb == "MAIL" else None) as server:

        def text(sender: str) -> str:
            place = {"host": "localhost", "port": server.port, "from_address": sender}
            return program(declaration("one", **place), declaration("two", **place))

        stack = make_stack(text("a@example.test"))
        stack.up().succeeded()
        stack.write_program(text("b@example.test"))
        assert operations(stack.up("--target", "**::two").succeeded(), "two") == ["update"]
        assert saved(stack)["one"]["outputs"]["fromAddress"] == "a@example.test"
        assert saved(stack)["two"]["outputs"]["fromAddress"] == "b@example.test"
        stack.write_program(text("b@example.test"))
        stack.up().succeeded()

        before, connections = saved(stack), server.connections
        result = stack.up("--replace", "**::one").succeeded()
        assert operations(result, "one") == ["create-replacement", "replace", "delete-replaced"]
        assert operations(result, "two") == ["same"]
        assert saved(stack)["one"]["id"] != before["one"]["id"]
        assert server.connections == connections + 1

        before = saved(stack)
        refusing.append("550 5.7.1 Not today")
        stack.run("state", "taint", before["one"]["urn"], "--yes").succeeded()
        result = stack.up().failed()
        assert operations(result, "one") == ["create-replacement"]
        assert "Not today" in result.text
        assert saved(stack)["one"]["id"] == before["one"]["id"]
        refusing.clear()
        assert operations(stack.up().succeeded(), "one") == ["create-replacement", "replace", "delete-replaced"]
        assert saved(stack)["one"]["id"] != before["one"]["id"]


def test_options_that_can_not_work_say_so_at_the_resource(make_stack: MakeStack) -> None:
    """custom_timeouts is warned of with what to use instead; import_ ends the program before the engine's KeyError."""
    place = {"host": "mail.example.test"}
    stack = make_stack(provider(**place, opts=opts("custom_timeouts=pulumi.CustomTimeouts(create='2m')")))
    warnings = [each for each in stack.preview().succeeded().diagnostics if each["severity"] == "warning"]
    (warning,) = (each for each in warnings if "custom_timeouts" in each["message"])
    assert warning["urn"].endswith("::mail")
    assert "connectivity_test.deadline_seconds" in warning["message"]

    stack.write_program(provider(**place, opts=opts("import_='some-id'")))
    text = stack.preview().failed().text
    assert "__provider" not in text
    assert "import_ does not work" in text
    assert 'adopt="' in text
    assert "StackReference" in text


def test_reading_needs_a_target_that_can_be_asked(make_stack: MakeStack) -> None:
    """get() at the state target fails in preview, and says where to read instead."""
    stack = make_stack(program("SmtpCollaborationProvider.get('theirs', 'some-id')\n"))
    text = stack.preview().failed().text
    assert "error: Preview failed: The provider 'some-id' can't be read: " in text
    assert "pulumi.StackReference" in text
    assert not stack.resources(KIND)


def test_every_resource_option_is_documented() -> None:
    """The page names each option of the SDK, so that a new one is looked at."""
    page = (PROJECT_FOLDER / "docs" / "resource-options.md").read_text("utf-8")
    options = set(inspect.signature(pulumi.ResourceOptions.__init__).parameters) - {"self"}
    assert {option for option in options if f"`{option}`" not in page} == set()

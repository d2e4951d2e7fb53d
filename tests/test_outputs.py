"""What a program reads of a provider: typed, in Python's spelling, nested values too, and good as inputs elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from both_front_ends import front_end, make_stack
from mailservers import Authority, MailServer
from programs import KIND, Code, declaration, program
from pulumi_stack.fixtures import MakeStack

pytestmark = [pytest.mark.engine, pytest.mark.inline]
__all__ = ["front_end", "make_stack"]

CREDENTIALS = {"user": "correct-horse"}

READ = """
def kinds(provider):
    everything = {
        "port": provider.port,
        "ssl": provider.ssl,
        "start_tls": provider.start_tls,
        "tls_mode": provider.tls_mode,
        "type": provider.type,
        "display_name": provider.display_name,
        "from_address": provider.from_address,
        "username": provider.username,
        "allow_plaintext_login": provider.allow_plaintext_login,
        "ehlo_name": provider.ehlo_name,
        "connectivity_test": provider.connectivity_test,
        "connectivity_test.deadline_seconds": provider.connectivity_test.deadline_seconds,
        "connectivity_test.attempts": provider.connectivity_test.attempts,
        "connectivity_test.connect_to": provider.connectivity_test.connect_to,
        "connectivity_test.address_family": provider.connectivity_test.address_family,
        "last_verification": provider.last_verification,
        "last_verification.status": provider.last_verification.apply(lambda it: it.status),
        "last_verification.checked_at": provider.last_verification.apply(lambda it: it.checked_at),
        "last_verification.duration_ms": provider.last_verification.apply(lambda it: it.duration_ms),
        "last_verification.stages": provider.last_verification.apply(lambda it: it.stages),
        "last_verification.stages[0]": provider.last_verification.apply(lambda it: it.stages[0]),
        "last_verification.stages[0].duration_ms": provider.last_verification.stages[0].duration_ms,
        "last_verification.diagnosis": provider.last_verification.diagnosis,
        "last_verification.warnings": provider.last_verification.warnings,
        "last_verification.server": provider.last_verification.apply(lambda it: it.server),
        "last_verification.server.tls_version": provider.last_verification.apply(lambda it: it.server.tls_version),
        "last_verification.server.greeting_name": provider.last_verification.server.greeting_name,
        "last_verification.server.certificate_not_after": provider.last_verification.server.certificate_not_after,
        "last_verification.server.capabilities": provider.last_verification.server.capabilities,
        "last_verification.not_proven": provider.last_verification.not_proven,
        "last_verification.tested_from": provider.last_verification.tested_from,
        "last_verification.tested_from.machine": provider.last_verification.tested_from.machine,
    }
    return pulumi.Output.all(**everything).apply(
        lambda known: {name: [type(value).__name__, value] for name, value in known.items()}
    )


pulumi.export("read", kinds(first))
pulumi.export("password", first.password)
"""

EXPECTED_KINDS = {
    "port": "int",
    "ssl": "bool",
    "start_tls": "bool",
    "tls_mode": "str",
    "type": "str",
    "display_name": "str",
    "from_address": "str",
    "username": "str",
    "allow_plaintext_login": "bool",
    "ehlo_name": "NoneType",
    "connectivity_test": "ConnectivityTestSettings",
    "connectivity_test.deadline_seconds": "float",
    "connectivity_test.attempts": "int",
    "connectivity_test.connect_to": "NoneType",
    "connectivity_test.address_family": "str",
    "last_verification": "Verification",
    "last_verification.status": "str",
    "last_verification.checked_at": "str",
    "last_verification.duration_ms": "int",
    "last_verification.stages": "list",
    "last_verification.stages[0]": "StageResult",
    "last_verification.stages[0].duration_ms": "int",
    "last_verification.diagnosis": "NoneType",
    "last_verification.warnings": "list",
    "last_verification.server": "ServerFacts",
    "last_verification.server.tls_version": "str",
    "last_verification.server.greeting_name": "str",
    "last_verification.server.certificate_not_after": "str",
    "last_verification.server.capabilities": "list",
    "last_verification.not_proven": "list",
    "last_verification.tested_from": "TestedFrom",
    "last_verification.tested_from.machine": "str",
}


def test_outputs_are_typed_and_in_pythons_spelling(make_stack: MakeStack, authority: Authority) -> None:
    """Nested values are objects with snake_case attributes; in the up that tests as in one that reads the state."""
    with MailServer("starttls", authority.server_context("localhost"), credentials=CREDENTIALS) as server:
        login = {"username": "user", "password": "correct-horse"}
        first = declaration(
            "first",
            host="localhost",
            port=server.port,
            start_tls=True,
            from_address="ci@example.test",
            ca_certificates=authority.pem,
            connectivity_test={"deadline_seconds": 20.5},
            **login,
        )
        stack = make_stack(program(first, exports=READ))
        stack.preview().succeeded()
        for again in (False, True):
            result = stack.up().succeeded()
            assert result.changes == ({"same": 2} if again else {"create": 2})
            outputs = stack.outputs()
            assert outputs["password"] == "[secret]"
            read = outputs["read"]
            assert {name: kind for name, (kind, _) in read.items()} == EXPECTED_KINDS
            values = {name: value for name, (_, value) in read.items()}
            assert values["port"] == server.port
            assert values["tls_mode"] == "starttls"
            assert values["display_name"] == "first"
            assert values["connectivity_test.deadline_seconds"] == 20.5
            assert values["last_verification.status"] == "passed"
            assert values["last_verification.server.tls_version"] == "TLSv1.3"
            assert values["last_verification.server.greeting_name"] == server.hostname
        (resource,) = stack.resources(KIND)
        assert values["last_verification.checked_at"] == resource["outputs"]["lastVerification"]["checkedAt"]
        assert "pythonName" not in str(resource)
        assert not {name for name in _names(resource["outputs"]) if "_" in name.lstrip("_")}, "state has wire names"
        assert stack.outputs(show_secrets=True)["password"] == "correct-horse"


def test_an_output_is_an_input_of_another_provider(make_stack: MakeStack, authority: Authority) -> None:
    """Outputs, secret and nested ones among them, are unknown in the first preview, and tested with in up."""
    with MailServer("implicit", authority.server_context("localhost"), credentials=CREDENTIALS) as server:
        first = declaration(
            "first",
            host="localhost",
            port=server.port,
            ssl=True,
            from_address="ci@example.test",
            username="user",
            password="correct-horse",
            ca_certificates=authority.pem,
            connectivity_test={"deadline_seconds": 20, "depth": "sender"},
        )
        copied = {
            name: Code(f"first.{name}")
            for name in ("host", "port", "ssl", "from_address", "username", "password", "ca_certificates")
        }
        second = declaration(
            "second",
            **copied,
            connectivity_test=Code("first.connectivity_test"),
            display_name=Code("first.display_name.apply(lambda name: f'{name} again')"),
        )
        stack = make_stack(program(first, second))
        assert stack.preview().succeeded().changes == {"create": 3}
        stack.up().succeeded()
        assert server.logins == [("user", True)] * 2
        inputs = {each["inputs"]["displayName"]: each["inputs"] for each in stack.decrypted_resources(KIND)}
        assert inputs.keys() == {"first", "first again"}
        inputs["first"].pop("displayName")
        again = inputs["first again"]
        again.pop("displayName")
        assert again == {**inputs["first"], **{name: again[name] for name in again if name.startswith("__")}}
        stack.up("--expect-no-changes").succeeded()


def test_what_was_not_tested_has_nothing_to_show(make_stack: MakeStack) -> None:
    """Without a test the nested outputs are there and say so: a status, empty lists, and None."""
    only = declaration(
        "first", host="mail.example.test", from_address="a@example.test", connectivity_test={"mode": "off"}
    )
    exports = (
        "pulumi.export('shown', first.last_verification.apply(lambda it: [it.status, it.stages, it.warnings,"
        " it.diagnosis, it.server, it.depth, it.tested_from, it.skipped]))\n"
        "pulumi.export('port', first.port)\n"
    )
    stack = make_stack(program(only, exports=exports))
    stack.up().succeeded()
    assert stack.outputs() == {"port": 25, "shown": ["notTested", [], [], None, None, None, None, None]}


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _names(item)
    elif isinstance(value, list):
        for item in value:
            yield from _names(item)

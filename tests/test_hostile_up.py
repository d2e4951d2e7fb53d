"""The hostile servers once more, by ``pulumi up``: every resource fails by itself, nothing is saved, nothing leaks."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hostile_cases import CASES, LOGIN, PASSWORD, USERNAME, Case
from mailservers import Authority, ScriptedServer, filtered_port
from programs import KIND, declaration, program
from pulumi_stack import Stack, secret_forms
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.stack import Result

pytestmark = [pytest.mark.engine, pytest.mark.inline]

# What each process of Python runs before anything else, if it stands on its path: the provider's host too.
NAMES = '''\
"""The tests' DNS: one name hangs, one has fifty addresses."""

import socket
import time

ask = socket.getaddrinfo


def getaddrinfo(host, port, *arguments, **options):
    if host == "hangs.example.test":
        time.sleep(600)
    if host == "fifty.example.test":
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{n}", port)) for n in range(1, 51)]
    return ask(host, port, *arguments, **options)


socket.getaddrinfo = getaddrinfo
'''
NOTHING_SAVED = "Nothing was saved."


def declared(name: str, port: int, authority: Authority, case: Case | None = None, **arguments: Any) -> str:
    """Return the declaration of a provider: with a login, a short deadline, one attempt and no further look."""
    held = case is None or case.held
    test = {"deadline_seconds": 4 if held else 20, "attempts": 1, "second_look": "off"}
    return declaration(
        name,
        **{
            "host": "127.0.0.1",
            "port": port,
            "from_address": "ci@example.test",
            "ca_certificates": authority.pem,
            **LOGIN,
            **(case.settings if case else {}),
            **arguments,
            "connectivity_test": {**test, **(case.test if case else {})},
        },
    )


def errors(result: Result) -> dict[str, list[str]]:
    """Return the lines of each resource's error, by its name."""
    shown: dict[str, list[str]] = {}
    for event in result.diagnostics:
        if event["severity"] == "error" and "Stage:" in event["message"]:
            name = event["urn"].rpartition("::")[2]
            assert name not in shown, f"{name} has more than one error"
            shown[name] = [line.strip() for line in event["message"].strip().splitlines()]
    return shown


def stage_line(stage: str, where: str, code: str) -> str:
    """Return the line of an error that names stage, host and port, and code."""
    return f"Stage: {stage} of {where} [{code}]"


def use_names(stack: Stack) -> None:
    """Have the stack's processes ask the tests' DNS."""
    folder = stack.workspace / "names"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(NAMES, encoding="utf-8")
    path = [str(folder), stack.environment.get("PYTHONPATH", "")]
    stack.environment["PYTHONPATH"] = os.pathsep.join(filter(None, path))


def test_every_hostile_server_in_one_up(make_stack: MakeStack, authority: Authority) -> None:
    """Each provider's error names its own stage and code, what passed is saved, and no secret is anywhere."""
    with contextlib.ExitStack() as running:
        servers = {
            case.name: running.enter_context(ScriptedServer(case.script, tls_context=authority.server_context()))
            for case in CASES
        }
        filtered = running.enter_context(filtered_port("0.0.0.0"))  # noqa: S104 - every address of loopback
        names = {"fifty-addresses": "fifty.example.test", "dead-resolver": "hangs.example.test"}
        stack = make_stack(
            program(
                *(declared(case.name, servers[case.name].port, authority, case) for case in CASES),
                *(declared(name, filtered, authority, host=host, start_tls=True) for name, host in names.items()),
            )
        )
        use_names(stack)
        result = stack.up("--continue-on-error").failed()
        shown = errors(result)
        expected = {
            case.name: stage_line(case.stage, f"127.0.0.1:{servers[case.name].port}", case.code)
            for case in CASES
            if case.code
        }
        expected["fifty-addresses"] = stage_line("connect", f"fifty.example.test:{filtered}", "connect-filtered")
        expected["dead-resolver"] = stage_line("dns", f"hangs.example.test:{filtered}", "dns-timeout")
        for server in servers.values():
            assert server.connections == 1, server.transcript

    assert {name: lines[-4] for name, lines in shown.items()} == expected
    for name, (_, seen, fix, outcome) in {name: lines[-4:] for name, lines in shown.items()}.items():
        assert seen.startswith("Seen: "), name
        assert fix.startswith("Fix: "), name
        assert outcome == NOTHING_SAVED, name
    fifty = " ".join(shown["fifty-addresses"])
    assert len(set(re.findall(r"127\.0\.0\.\d+", fifty))) == 50, "each address has its own result"

    saved = {resource["urn"].rpartition("::")[2] for resource in stack.resources(KIND)}
    assert saved == {case.name for case in CASES if not case.code}
    assert not stack.export()["deployment"].get("pending_operations")
    no_credentials_where_they_must_not_be(servers)
    assert stack.leaks(secret_forms(PASSWORD, USERNAME)) == []


def no_credentials_where_they_must_not_be(servers: Mapping[str, ScriptedServer]) -> None:
    """Assert that whoever failed before the login has got none."""
    forms = secret_forms(PASSWORD, USERNAME)
    for case in CASES:
        if case.stage in ("greeting", "ehlo", "starttls", "tls") or "AUTH" not in (case.verbs or ("AUTH",)):
            received = b"".join(servers[case.name].received)
            assert not [form for form, secret in forms.items() if secret in received], case

"""Several accounts of Harness in one YAML program, with their secrets: each by an explicit provider of the plugin."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from fake_harness import FakeHarness
from firstgen_stacks import in_use
from harness_stacks import PASSWORD, SMTP, assert_nothing_leaks, stored
from mailservers import MailServer, ScriptedServer, greet, serve
from native_plugin import TEXT_TYPE, TYPE, provider, yaml_stack
from pulumi_stack.fixtures import MakeStack

pytestmark = pytest.mark.engine


def test_three_accounts_in_one_program(
    make_stack: MakeStack, tmp_path: Path, harness: FakeHarness, mail: MailServer
) -> None:
    """Two of NextGen and one of FirstGen: an Encrypted Text that is declared, one that is read, and a plain password.

    Each is saved in its own account; a second up and a refresh find no difference. What has no room beside itself is
    deleted first where the program asks for a replacement. Neither a key nor a password is anywhere in plain text.
    """
    accounts = {name: harness.add_account() for name in ("europe", "us", "old")}
    keys = {name: account.api_key() for name, account in accounts.items()}
    keys["old"] = accounts["old"].api_key(generation="firstgen")
    theirs = accounts["old"].add_encrypted_text("team pw", PASSWORD)

    def explicit(name: str) -> dict[str, Any]:
        target = "harness-firstgen" if name == "old" else "harness"
        place = {"harnessEndpoint": harness.endpoint, "harnessAccountId": accounts[name].id}
        key = {"fn::secret": keys[name]}
        return {
            "type": "pulumi:providers:smtp-collab",
            "properties": {"target": target, **place, "harnessApiKey": key},
        }

    def declared(name: str, **properties: Any) -> dict[str, Any]:
        relay = {"host": "127.0.0.1", "port": mail.port, "username": "pipeline", "displayName": "corp mail"}
        return provider(**relay, **properties, options={"provider": f"${{{name}}}"})

    text = {
        "type": TEXT_TYPE,
        "properties": {"name": "mail pw", "value": {"fn::secret": PASSWORD}, "usedAsPassword": True},
        "options": {"provider": "${europe}"},
    }
    by_text = {"password": "${text.value}", "passwordReference": "${text.reference}"}
    selected = {"passwordReference": "${selected.reference}", "passwordForTestEnv": "RELAY_PASSWORD"}
    resources = {
        **{name: explicit(name) for name in accounts},
        "text": text,
        "selected": {"type": TEXT_TYPE, "get": {"id": theirs.id, "state": {"name": "team pw"}}},
        "in-europe": declared("europe", **by_text),
        "in-us": declared("us", password={"fn::secret": PASSWORD}),
        "in-old": declared("old", **selected),
    }
    resources["selected"]["options"] = {"provider": "${old}"}
    resources["in-us"]["options"]["replaceOnChanges"] = ["delegateSelectors"]
    stack = yaml_stack(make_stack, tmp_path / "program", resources)
    stack.environment["RELAY_PASSWORD"] = PASSWORD
    assert stack.up().succeeded().changes["create"] == 8
    assert [ok for _, ok in mail.logins] == [True] * 3
    assert stored(accounts["europe"]).password == stored(accounts["us"]).password == PASSWORD
    assert [secret.value for secret in accounts["europe"].secrets.values()] == [PASSWORD]
    assert in_use(accounts["old"], "corp mail")[1] is theirs
    places = {each["outputs"]["savedIn"]["accountId"] for each in stack.resources(TYPE)}
    assert places == {account.id for account in accounts.values()}
    stack.up("--expect-no-changes").succeeded()
    stack.refresh("--expect-no-changes").succeeded()

    resources["in-us"]["properties"]["delegateSelectors"] = ["linux"]
    file = stack.folder / "Pulumi.yaml"
    project = yaml.safe_load(file.read_text("utf-8")) | {"resources": resources}
    file.write_text(yaml.safe_dump(project, sort_keys=False), encoding="utf-8")
    before, seen = stored(accounts["us"]).uuid, len(harness.requests)
    assert stack.up().succeeded().changes["replace"] == 1
    assert stored(accounts["us"]).uuid != before
    asked = [one.method for one in harness.requests[seen:] if one.path.startswith(SMTP)]
    assert [method for method in asked if method in {"DELETE", "POST"}] == ["DELETE", "POST"]
    stack.destroy().succeeded()
    assert [account.smtp_config for account in accounts.values()] == [None] * 3
    assert list(accounts["old"].encrypted_texts) == [theirs.id]
    assert_nothing_leaks(stack, harness, PASSWORD, *keys.values())


def test_as_many_tests_run_at_once_as_the_engine_asks_for(make_stack: MakeStack, tmp_path: Path) -> None:
    """With --parallel 64, 64 relays are tested at once: each greets only when all are there."""
    everybody = threading.Barrier(64)
    with ExitStack() as running:
        servers = [
            running.enter_context(ScriptedServer([lambda _wire: everybody.wait(60), greet(), serve()]))
            for _ in range(64)
        ]
        once = {"attempts": 1, "secondLook": "off", "deadlineSeconds": 120}
        declared = {
            f"mail-{number}": provider(host="127.0.0.1", port=server.port, connectivityTest=once)
            for number, server in enumerate(servers)
        }
        stack = yaml_stack(make_stack, tmp_path / "program", declared)
        assert stack.up("--parallel", "64").succeeded().changes == {"create": 65}
        assert {each["outputs"]["lastVerification"]["status"] for each in stack.resources(TYPE)} == {"passed"}

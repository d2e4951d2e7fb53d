"""Encrypted Text on the real engine: in the state, in NextGen and in FirstGen; rotated, moved, selected."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fake_harness import Account, FakeHarness
from firstgen_stacks import (
    TEXT_KIND,
    assert_nothing_leaks,
    firstgen_stack,
    in_use,
    saving_in,
    text,
    text_program,
    texts,
)
from mailservers import MailServer
from programs import KIND, Code, declaration
from pulumi_stack import secret_forms
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.inline]

OLD, NEW = "canary-old/1+é", "canary-new/2+é"
VALUE = Code("pulumi.Config().require_secret('value')")
PROD_ONLY = Code("UsageScope(entries=[UsageScopeEntry(applications=['app'], environment_types=['PROD'])])")
PROD_SCOPE = {"entries": [{"applications": ["app"], "environmentTypes": ["PROD"], "environmentIds": []}]}


@pytest.fixture
def account(harness: FakeHarness) -> Account:
    made = harness.add_account()
    made.add_application("app", {"live": "PROD"})
    return made


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer(credentials={"pipeline": OLD}, login_required=True, plaintext_login=True) as server:
        yield server


def mail_with(server: MailServer, **arguments: Any) -> str:
    """Return the statement of a provider whose password is the Encrypted Text ``pw``."""
    common = {"host": "127.0.0.1", "port": server.port, "from_address": "ci@example.test", "username": "pipeline"}
    return declaration("mail", **{**common, "password": Code("pw"), **arguments})


def with_value(stack: Stack, value: str = OLD) -> Stack:
    """Return the secret its value."""
    stack.config_set("value", value, secret=True)
    return stack


def outputs_of(stack: Stack, kind: str) -> dict[str, Any]:
    """Return the outputs of the one resource of a kind."""
    (resource,) = stack.resources(kind)
    found: dict[str, Any] = resource["outputs"]
    return found


def test_in_the_state(make_stack: MakeStack, mail: MailServer) -> None:
    """The value logs the provider in and is ciphertext; the scope is inherited.

    A rotation whose test fails changes nothing that is in use; no value is anywhere in plain text.
    """
    scope = "pulumi.export('scope', mail.usage_scope)\npulumi.export('prod', mail.usage_scope.apply(\n"
    scope += "    lambda it: UsageScope(entries=it['entries']).allows('app', 'live', 'PROD')))\n"
    stack = with_value(make_stack(text_program(text(value=VALUE, usage_scope=PROD_ONLY), mail_with(mail), scope)))
    stack.preview().succeeded()
    assert stack.up().succeeded().changes == {"create": 3}
    held, provider = outputs_of(stack, TEXT_KIND), outputs_of(stack, KIND)
    assert set(held["value"]) == set(provider["password"])
    assert "ciphertext" in held["value"]
    assert held["reference"]["target"] == "state"
    assert provider["usageScope"]["entries"] == PROD_SCOPE["entries"]
    assert stack.outputs()["prod"] is True
    assert mail.logins == [("pipeline", True)]
    stack.up("--refresh", "--expect-no-changes").succeeded()

    with_value(stack, NEW)
    assert "Nothing was changed; in use are the settings verified" in stack.up().failed().text
    (kept,) = stack.decrypted_resources(KIND)
    assert json.loads(kept["outputs"]["password"]["plaintext"]) == OLD
    mail.credentials["pipeline"] = NEW
    stack.up().succeeded()
    stack.destroy().succeeded()
    for secret in (OLD, NEW):
        assert not stack.leaks(secret_forms(secret, "pipeline"))


def test_a_plain_value_is_a_secret_all_the_same(make_stack: MakeStack, mail: MailServer) -> None:
    """A string in the program is ciphertext in inputs and outputs of the secret and of the provider.

    Here the arguments are an object and the scope a mapping, as a program may write them too.
    """
    scope = {"entries": [{"applications": "ALL", "environment_types": ["PROD"]}]}
    args = f"pw = EncryptedText('pw', EncryptedTextArgs(value={OLD!r}, usage_scope={scope!r}))\n"
    stack = make_stack(text_program("from pulumi_smtp_collab import EncryptedTextArgs\n", args, mail_with(mail)))
    stack.up().succeeded()
    for kind, name in ((TEXT_KIND, "value"), (KIND, "password")):
        (resource,) = stack.resources(kind)
        assert all("ciphertext" in resource[side][name] for side in ("inputs", "outputs")), kind
    assert outputs_of(stack, KIND)["usageScope"]["entries"] == [
        {"applications": ["ALL"], "environmentTypes": ["PROD"], "environmentIds": []}
    ]
    assert not stack.leaks(secret_forms(OLD, "pipeline"))


def test_moved_from_the_state_to_firstgen_and_back(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """Secret and provider are replaced together: created in the new place, tested there, then removed from the old."""
    program = text_program(text(value=VALUE), mail_with(mail))
    stack = with_value(firstgen_stack(make_stack, harness, account, program))
    path = stack.folder / f"Pulumi.{stack.name}.yaml"
    in_firstgen = path.read_text("utf-8")
    path.write_text(in_firstgen.replace("harness-firstgen", "state"), "utf-8")
    stack.up().succeeded()
    assert harness.requests == []
    path.write_text(in_firstgen, "utf-8")
    assert stack.up().succeeded().changes["replace"] == 2
    assert in_use(account, "mail")[1].value == OLD
    stack.up("--expect-no-changes").succeeded()
    path.write_text(in_firstgen.replace("harness-firstgen", "state"), "utf-8")
    stack.up().succeeded()
    assert (account.firstgen_providers, account.encrypted_texts) == ({}, {})
    stack.up("--expect-no-changes").succeeded()


def test_in_nextgen(make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer) -> None:
    """A text secret of a project, and its value in the SMTP config.

    It is rotated in place; drift of the name is found; another identifier replaces it; destroy deletes it.
    """
    arguments = {"org": "org", "project": "proj", "tags": {"team": "mail"}, "value": VALUE}
    environment = {
        "HARNESS_ENDPOINT": harness.endpoint,
        "HARNESS_ACCOUNT_ID": account.id,
        "HARNESS_PLATFORM_API_KEY": account.api_key(),
    }
    program = text_program(text(name="smtp pw", **arguments), mail_with(mail))
    stack = with_value(saving_in(make_stack(program, environment=environment), "harness"))
    stack.up().succeeded()
    secret = account.secrets["org", "proj", "smtp_pw"]
    assert (secret.value, secret.name, secret.tags) == (OLD, "smtp pw", {"team": "mail"})
    assert account.smtp_config is not None
    assert account.smtp_config.password == OLD
    assert outputs_of(stack, TEXT_KIND)["reference"]["name"] == "smtp_pw"
    seen = len(harness.requests)
    stack.up("--expect-no-changes").succeeded()
    assert len(harness.requests) == seen, "a second up must not ask Harness"
    stack.refresh("--expect-no-changes").succeeded()

    with_value(stack, NEW)
    stack.up().failed()
    assert account.smtp_config.password == OLD, "what was not tested is not live"
    mail.credentials["pipeline"] = NEW
    stack.up().succeeded()
    assert (account.secrets["org", "proj", "smtp_pw"].value, account.smtp_config.password) == (NEW, NEW)

    account.secrets["org", "proj", "smtp_pw"].name = "renamed"
    stack.refresh().succeeded()
    assert "~ name" in stack.preview("--diff").succeeded().text
    stack.write_program(text_program(text(name="smtp pw", identifier="other", **arguments), mail_with(mail)))
    stack.up().succeeded()
    assert set(account.secrets) == {("org", "proj", "other")}
    stack.destroy().succeeded()
    assert (account.secrets, account.smtp_config) == ({}, None)
    assert_nothing_leaks(stack, harness, OLD, NEW, environment["HARNESS_PLATFORM_API_KEY"])


def test_selected_in_firstgen(make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer) -> None:
    """The provider refers to it. The test logs in with a variable's value, which is no input.

    Without the variable it goes no deeper than TLS and says so; destroy leaves the secret.
    """
    held = account.add_encrypted_text("team pw", OLD)
    select = "pw = EncryptedText.select('pw', 'team pw')\n"
    program = text_program(select, mail_with(mail, password_for_test_env="SMTP_PASSWORD"))
    stack = firstgen_stack(make_stack, harness, account, program)
    refused = stack.up().failed()
    assert "names the environment variable SMTP_PASSWORD, which is not set here. Nothing was saved." in refused.text
    assert account.firstgen_providers == {}
    stack.environment["SMTP_PASSWORD"] = OLD
    stack.up().succeeded()
    assert mail.logins == [("pipeline", True)]
    assert in_use(account, "mail")[1] is held
    assert "password" not in outputs_of(stack, KIND)
    del stack.environment["SMTP_PASSWORD"]
    stack.up("--refresh", "--expect-no-changes").succeeded()

    stack.write_program(text_program(select, mail_with(mail)))
    shallow = stack.up().succeeded()
    assert "the test goes no deeper than tls: the login was not tested" in shallow.text
    assert (outputs_of(stack, KIND)["lastVerification"]["depth"], len(mail.logins)) == ("tls", 1)
    stack.destroy().succeeded()
    assert (list(texts(account)), account.firstgen_providers) == (["team pw"], {})
    assert_nothing_leaks(stack, harness, OLD)


def test_selecting_is_refused_in_preview_where_nothing_can_refer_to_it(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """In NextGen, in the state, and in FirstGen where there is no such secret: each with its reason."""
    program = text_program("pw = EncryptedText.select('pw', 'team pw')\n", mail_with(mail))
    stack = firstgen_stack(make_stack, harness, account, program)
    assert "There is no Encrypted Text named 'team pw' in the account" in stack.preview().failed().text
    stack.environment["HARNESS_PLATFORM_API_KEY"] = account.api_key()
    path = stack.folder / f"Pulumi.{stack.name}.yaml"
    committed = path.read_text("utf-8")
    path.write_text(committed.replace("harness-firstgen", "harness"), "utf-8")
    assert "NextGen's SMTP config can't refer to a secret" in stack.preview().failed().text
    path.write_text(committed.replace("harness-firstgen", "state"), "utf-8")
    assert "EncryptedText.select is for smtp-collab:target" in stack.preview().failed().text

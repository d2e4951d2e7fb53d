"""Providers in Harness FirstGen on the real engine: saved with their secrets, rotated, renamed, changed by others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fake_harness import Account, FakeHarness
from firstgen_stacks import (
    TEXT_KIND,
    assert_nothing_leaks,
    firstgen_stack,
    in_use,
    text,
    text_program,
    texts,
)
from mailservers import MailServer
from programs import KIND, Code, declaration
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.inline]

OLD, NEW, WRONG = "canary-old/1+é", "canary-new/2+é", "canary-wrong/3"
VALUE = Code("pulumi.Config().require_secret('value')")
PROD = Code("UsageScope(entries=[UsageScopeEntry(applications=['app'], environment_types=['PROD'])])")
ONE = Code("UsageScope(entries=[UsageScopeEntry(applications=['app'], environment_ids=['live'])])")
YAML = "/api/setup-as-code/yaml"


@pytest.fixture
def account(harness: FakeHarness) -> Account:
    made = harness.add_account()
    made.add_application("app", {"live": "PROD", "trial": "NON_PROD"})
    return made


@pytest.fixture
def mail() -> Iterator[MailServer]:
    credentials = {"pipeline": OLD, "second": "canary-2nd"}
    with MailServer(credentials=credentials, login_required=True, plaintext_login=True) as server:
        yield server


def mail_with(server: MailServer, resource_name: str = "mail", /, **arguments: Any) -> str:
    """Return the statement of a provider whose password is the Encrypted Text ``pw``."""
    common = {"host": "127.0.0.1", "port": server.port, "from_address": "ci@example.test", "username": "pipeline"}
    return declaration(resource_name, **{**common, "password": Code("pw"), **arguments})


def with_value(stack: Stack, value: str = OLD) -> Stack:
    """Return the secret its value."""
    stack.config_set("value", value, secret=True)
    return stack


def saved(stack: Stack, kind: str = KIND) -> dict[str, Any]:
    """Return the one resource of a kind."""
    (resource,) = stack.resources(kind)
    return resource


def writes(harness: FakeHarness) -> int:
    """Return how many requests changed a provider."""
    return sum(one.method != "GET" and one.path.startswith(YAML) for one in harness.requests)


def test_two_providers_with_usage_scopes(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """Each has a secret and inherits its scope; a scope is changed in place, and drift of it is found.

    A second up asks nothing. Destroy deletes providers, then secrets, although Harness's index of uses lags behind.
    """
    account.usage_index_lag = 3.0
    second = {"value": "canary-2nd", "usage_scope": PROD}

    def program(scope: Code) -> str:
        return text_program(
            text("pw", value=VALUE, usage_scope=scope),
            text("pw2", **second),
            mail_with(mail),
            mail_with(mail, "other", display_name="Other mail", username="second", password=Code("pw2")),
        )

    stack = with_value(firstgen_stack(make_stack, harness, account, program(PROD)))
    stack.preview().succeeded()
    assert harness.requests == [], "a preview of what is new asks nothing"
    assert stack.up().succeeded().changes == {"create": 5}
    assert sorted(mail.logins) == [("pipeline", True), ("second", True)]
    for name, value in (("mail", OLD), ("Other mail", "canary-2nd")):
        provider, secret = in_use(account, name)
        assert (secret.value, provider.port) == (value, mail.port)
        assert [(one.app_ids, one.env_types) for one in secret.scope or ()] == [(("app",), {"PROD"})]
    provider, _ = in_use(account, "Other mail")
    (other,) = (one for one in stack.resources(KIND) if one["outputs"]["displayName"] == "Other mail")
    assert other["id"] == provider.id
    assert other["outputs"]["usageScope"]["entries"][0]["environmentTypes"] == ["PROD"]
    assert other["outputs"]["savedIn"]["secretName"] == "pw2"
    seen = len(harness.requests)
    stack.up("--expect-no-changes").succeeded()
    assert len(harness.requests) == seen, "a second up must not ask Harness"
    stack.refresh("--expect-no-changes").succeeded()

    stack.write_program(program(ONE))
    stack.up().succeeded()
    assert [(one.app_ids, one.env_ids) for one in texts(account)["pw"].scope or ()] == [(("app",), ("live",))]
    assert len(mail.logins) == 2, "a usage scope is nothing that the test sees"
    texts(account)["pw"].scope = texts(account)["pw2"].scope
    stack.refresh().succeeded()
    assert "~ usageScope" in stack.up("--diff").succeeded().text
    assert [one.env_ids for one in texts(account)["pw"].scope or ()] == [("live",)]

    stack.destroy().succeeded()
    assert (account.firstgen_providers, account.encrypted_texts) == ({}, {})
    assert_nothing_leaks(stack, harness, OLD, "canary-2nd", stack.environment["HARNESS_API_KEY"])


def test_a_new_value_is_not_live_before_it_was_tested(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """A new value is a new secret. Where its test fails the old pair is in use.

    Where it passes the provider switches, and the old secrets are deleted.
    """
    stack = with_value(firstgen_stack(make_stack, harness, account, text_program(text(value=VALUE), mail_with(mail))))
    stack.up().succeeded()
    provider, first = in_use(account, "mail")
    assert first.name == "pw"

    with_value(stack, WRONG)
    preview = stack.preview("--diff").succeeded()
    assert "+-pulumi-python:dynamic/smtp-collab:EncryptedText: (replace)" in preview.text
    failed = stack.up().failed()
    assert "Stage: auth of" in failed.text
    assert "Nothing was changed; in use are the settings verified" in failed.text
    assert (in_use(account, "mail")[1].id, first.value) == (first.id, OLD)
    stack.up().failed()
    assert in_use(account, "mail")[1].id == first.id, "a second try changes nothing either"

    mail.credentials["pipeline"] = NEW
    with_value(stack, NEW)
    stack.up().succeeded()
    again, second = in_use(account, "mail")
    assert (again.id, second.value) == (provider.id, NEW)
    assert list(texts(account)) == [second.name], "the secrets that nothing uses any more are gone"
    assert second.name.startswith("pw")
    stack.up("--refresh", "--expect-no-changes").succeeded()
    stack.destroy().succeeded()
    assert account.encrypted_texts == {}
    assert_nothing_leaks(stack, harness, OLD, WRONG, NEW)


def test_another_display_name_is_another_provider(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """Renamed is replaced: created under the new name, then deleted under the old; a name of others is refused.

    Forced to be replaced by itself it is there afterwards.
    """

    def program(name: str) -> str:
        return text_program(text(value=VALUE), mail_with(mail, display_name=name))

    stack = with_value(firstgen_stack(make_stack, harness, account, program("one")))
    stack.up().succeeded()
    stack.write_program(program("two"))
    preview = stack.preview("--diff").succeeded().text
    assert '~ displayName: "one" => "two"' in preview
    assert preview.count("(replace)") == 1
    stack.up().succeeded()
    assert list(account.firstgen_providers) == ["two"]

    account.add_firstgen_provider("three", host="theirs.example.com", port=25, from_address="x@example.com")
    stack.write_program(program("three"))
    refused = stack.up().failed()
    assert "There is an SMTP provider named 'three'" in refused.text
    assert "take it over with adopt='three'" in refused.text
    assert account.firstgen_providers["three"].host == "theirs.example.com"
    assert "two" in account.firstgen_providers

    stack.write_program(program("two"))
    stack.up("--replace", saved(stack)["urn"]).succeeded()
    assert set(account.firstgen_providers) == {"two", "three"}
    stack.destroy().succeeded()
    assert set(account.firstgen_providers) == {"three"}


def test_what_firstgen_cannot_save_is_refused_in_preview(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """Start TLS, a plain password, NextGen's arguments, a name that is no file's: all at once, each with its reason."""
    refused = {"start_tls": True, "password": OLD, "delegate_selectors": ["linux"], "display_name": "a/b"}
    stack = firstgen_stack(make_stack, harness, account, text_program(mail_with(mail, **refused)))
    shown = stack.preview().failed().text
    assert "start_tls: can't be saved in the target harness-firstgen: config-as-code is all that an API key" in shown
    assert "password: must be an EncryptedText for the target harness-firstgen" in shown
    assert "delegate_selectors: is for Harness NextGen" in shown
    assert "display_name: must not hold /" in shown
    assert harness.requests == []
    assert_nothing_leaks(stack, harness, OLD)


def test_failures_in_an_answer_of_200_are_errors(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """Harness says FAILED, or GraphQL errors, in a 200: the up fails with its words, and the next one puts it right."""
    stack = with_value(firstgen_stack(make_stack, harness, account, text_program(text(value=VALUE), mail_with(mail))))
    key = stack.environment["HARNESS_API_KEY"]
    everything = account.keys[key].permissions
    account.keys[key].permissions = everything - {"MANAGE_SECRETS"}
    refused = stack.up().failed()
    assert "User not authorized" in refused.text
    assert "Manage Secrets" in refused.text
    assert (account.encrypted_texts, account.firstgen_providers) == ({}, {})

    account.keys[key].permissions = everything
    stack.up("--target", f"**{TEXT_KIND}::pw").succeeded()
    (secret,) = account.encrypted_texts.values()
    secret.name = "renamed by somebody"
    failed = stack.up().failed()
    assert "Could not find secret" in failed.text
    assert "Nothing was saved." in failed.text
    assert account.firstgen_providers == {}
    stack.refresh().succeeded()
    stack.up().succeeded()
    assert in_use(account, "mail")[1] is secret


def test_what_others_changed_is_found(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """Neither update nor destroy writes over a foreign change; refresh finds it, of the secret too.

    The next up puts it right; what is deleted in Harness is created again.
    """
    program = text_program(text(value=VALUE), mail_with(mail))
    stack = with_value(firstgen_stack(make_stack, harness, account, program))
    stack.up().succeeded()
    theirs = account.add_encrypted_text("theirs", "another")
    provider = account.firstgen_providers["mail"]
    provider.port, provider.password_id = 2525, theirs.id
    stack.write_program(text_program(text(value=VALUE), mail_with(mail, from_address="other@example.test")))
    written = writes(harness)
    refused = stack.up().failed()
    assert "was changed in Harness since it was last saved or read" in refused.text
    assert "port: recorded" in refused.text
    assert "password: recorded the secret pw, Harness holds the secret theirs" in refused.text
    assert "pulumi refresh" in refused.text
    assert "was changed in Harness" in stack.destroy().failed().text
    assert writes(harness) == written

    stack.refresh().succeeded()
    assert saved(stack)["outputs"]["port"] == 2525
    shown = stack.up("--diff").succeeded().text
    assert "~ port" in shown
    assert '~ name    : "theirs" => "pw"' in shown
    held, secret = in_use(account, "mail")
    assert (held.port, held.from_address, secret.name) == (mail.port, "other@example.test", "pw")

    del account.firstgen_providers["mail"]
    stack.refresh().succeeded()
    assert stack.resources(KIND) == []
    stack.up().succeeded()
    assert "mail" in account.firstgen_providers
    stack.destroy().succeeded()
    assert list(texts(account)) == ["theirs"]


def test_one_that_exists_is_adopted_and_read_by_its_name(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """Adopting changes nothing by itself and lists what differs; with adopt_overwrite it does; destroy leaves it.

    Another program reads it by name.
    """
    theirs = account.add_encrypted_text("team pw", OLD)
    found = account.add_firstgen_provider(
        "mail", host="127.0.0.1", port=26, from_address="ci@example.test", username="pipeline", password_id=theirs.id
    )
    select = "pw = EncryptedText.select('pw', 'team pw')\n"

    def program(**arguments: Any) -> str:
        return text_program(select, mail_with(mail, adopt="mail", password_for_test_env="SMTP_PASSWORD", **arguments))

    stack = firstgen_stack(make_stack, harness, account, program(), SMTP_PASSWORD=OLD)
    refused = stack.up().failed()
    assert f"port: Harness holds 26, the program says {mail.port}" in refused.text
    assert "adopt_overwrite=True" in refused.text
    stack.write_program(program(adopt_overwrite=True))
    stack.up().succeeded()
    assert (account.firstgen_providers["mail"].port, saved(stack)["id"]) == (mail.port, found.id)
    stack.up("--expect-no-changes").succeeded()

    reader = "mail = SmtpCollaborationProvider.get('mail', 'mail')\n"
    outputs = "pulumi.export('port', mail.port)\npulumi.export('secret', mail.saved_in.secret_name)\n"
    reading = firstgen_stack(make_stack, harness, account, text_program(reader, outputs))
    reading.up().succeeded()
    assert reading.outputs() == {"port": mail.port, "secret": "team pw"}
    reading.destroy().succeeded()
    assert "it stays in the account" in stack.destroy().succeeded().text
    assert list(account.firstgen_providers) == ["mail"]


def test_a_secret_that_others_use_is_not_destroyed(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """Harness refuses to delete what is in use: destroy says so, keeps it in the state, and works once it is free."""
    stack = with_value(firstgen_stack(make_stack, harness, account, text_program(text(value=VALUE), mail_with(mail))))
    stack.up().succeeded()
    _, secret = in_use(account, "mail")
    secret.used_by_applications.add("app")
    refused = stack.destroy().failed()
    assert "still being used" in refused.text
    assert "The secret was not deleted." in refused.text
    assert [one["id"] for one in stack.resources(TEXT_KIND)] == [secret.id]
    secret.used_by_applications.clear()
    stack.destroy().succeeded()
    assert account.encrypted_texts == {}

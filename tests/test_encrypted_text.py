"""Encrypted Text: a secret of its own, its usage scope, and the provider whose password it holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
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

from pulumi_smtp_collab import EncryptedText, SmtpCollaborationProvider, UsageScope, UsageScopeEntry
from pulumi_smtp_collab.lifecycle.encrypted_texts import EncryptedTextLifeCycle
from pulumi_smtp_collab.lifecycle.operations import LifeCycle
from pulumi_smtp_collab.model.examination import UNKNOWN
from pulumi_smtp_collab.target import StackTargets

OLD, NEW = "canary-old/1+é", "canary-new/2+é"
VALUE = Code("pulumi.Config().require_secret('value')")
PROD_ONLY = Code("UsageScope(entries=[UsageScopeEntry(applications=['app'], environment_types=['PROD'])])")
PROD_SCOPE = {"entries": [{"applications": ["app"], "environmentTypes": ["PROD"], "environmentIds": []}]}
FIRSTGEN = {"smtp-collab:target": "harness-firstgen"}
NEXTGEN = {"smtp-collab:target": "harness"}
ACCOUNT = {"HARNESS_ENDPOINT": "https://harness.example.com/gateway", "HARNESS_ACCOUNT_ID": "acc"}
KEYS = {**ACCOUNT, "HARNESS_API_KEY": "a-key", "HARNESS_PLATFORM_API_KEY": "pat.acc.x.y"}


@pytest.fixture
def harness() -> Iterator[FakeHarness]:
    with FakeHarness(time_scale=0.02) as server:
        yield server


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
    """Gives the statement of a provider whose password is the Encrypted Text ``pw``."""
    common = {"host": "127.0.0.1", "port": server.port, "from_address": "ci@example.test", "username": "pipeline"}
    return declaration("mail", **{**common, "password": Code("pw"), **arguments})


def with_value(stack: Stack, value: str = OLD) -> Stack:
    """Gives the secret its value."""
    stack.config_set("value", value, secret=True)
    return stack


def outputs_of(stack: Stack, kind: str) -> dict[str, Any]:
    """Gives the outputs of the one resource of a kind."""
    (resource,) = stack.resources(kind)
    found: dict[str, Any] = resource["outputs"]
    return found


def life_cycles(config: Mapping[str, Any] = {}) -> tuple[EncryptedTextLifeCycle, LifeCycle]:
    """Gives the life cycles of secrets and of providers, with a key for every target."""
    targets = StackTargets(config.get, KEYS, lambda _: None)
    return EncryptedTextLifeCycle(targets), LifeCycle(lambda _: None, lambda _: None, targets=targets)


# Without the engine --------------------------------------------------------------------------------------------------


def test_every_fault_of_an_encrypted_text_is_found_at_once_and_shows_no_value() -> None:
    """Name, value, scope, identifier, a project without org, an unknown argument: each named, the value not shown."""
    given = {"name": " n", "value": f"{OLD}\n", "usageScope": {"entries": [{"applications": []}]}, "identifier": "1-x"}
    found = life_cycles()[0].check({**given, "project": "p", "nmae": 1})
    named = {fault.split(":")[0] for fault in found.faults}
    assert named >= {"name", "value", "usage_scope", "identifier", "org", "nmae"}
    assert OLD not in str(found.faults)
    assert "did you mean name?" in str(found.faults)


def test_unknown_arguments_pass() -> None:
    """In a preview any argument may not be known yet: it passes, and is unknown in the inputs."""
    given = {"name": "n", "value": UNKNOWN, "usageScope": {"entries": UNKNOWN}, "tags": {"a": UNKNOWN}}
    found = life_cycles()[0].check(given)
    assert found.faults == ()
    assert found.inputs == {"name": "n", "value": UNKNOWN, "usageScope": UNKNOWN, "tags": UNKNOWN}


@pytest.mark.parametrize(
    ("config", "argument", "says"),
    [
        ({}, {"tags": {"a": "b"}}, "tags: is for secrets that are saved in Harness"),
        ({}, {"identifier": "x"}, "identifier: is for secrets that are saved in Harness"),
        (NEXTGEN, {"usageScope": {"scopedToAccount": True}}, "usage_scope: is FirstGen's; NextGen scopes a secret by"),
        (FIRSTGEN, {"org": "o"}, "org: is for NextGen's secrets"),
        (FIRSTGEN, {"name": "a:b"}, "name: must be letters, digits"),
        ({"smtp-collab:target": "harnes"}, {}, "smtp-collab:target: must be one of"),
    ],
)
def test_what_a_target_cannot_keep_is_refused_in_preview(
    config: Mapping[str, Any], argument: Mapping[str, Any], says: str
) -> None:
    """Each target refuses by name what it has no place for."""
    found = life_cycles(config)[0].check({"name": "n", "value": "v", **argument})
    assert [fault for fault in found.faults if says in fault], found.faults


def test_a_difference_is_one_of_values() -> None:
    """Defaults, an empty scope and the order of entries are no difference; what FirstGen can't change replaces."""
    text_cycle = life_cycles(FIRSTGEN)[0]
    place = {"target": "harness-firstgen", "endpoint": ACCOUNT["HARNESS_ENDPOINT"], "accountId": "acc"}
    saved = {"name": "n", "value": "v", "savedIn": place, "reference": {"name": "n"}}

    def diff(**changes: Any) -> Any:
        return text_cycle.diff(saved, text_cycle.check({"name": "n", "value": "v", **changes}).inputs)

    assert diff().what == "nothing"
    assert diff(usageScope={"entries": []}, tags={}).what == "nothing"
    scoped = diff(usageScope=PROD_SCOPE)
    assert (scoped.what, scoped.replacement) == ("arguments", None)
    assert diff(value="w").replacement.because == ("value",)
    assert diff(name="m", secretManager="s").replacement.because == ("name", "secretManager")
    assert life_cycles(NEXTGEN)[0].diff(saved, {"name": "n", "value": "v"}).what == "place"
    assert life_cycles()[0].diff({"name": "n", "value": "v"}, {"name": "n", "value": "w"}).replacement is None


def test_what_nextgen_cannot_change_replaces() -> None:
    """Identifier, org, project and secret manager; an identifier written out as it was made is no difference."""
    text_cycle = life_cycles(NEXTGEN)[0]
    place = {"target": "harness", "endpoint": ACCOUNT["HARNESS_ENDPOINT"], "accountId": "acc"}
    saved = {"name": "my pw", "value": "v", "savedIn": place, "reference": {"name": "my_pw"}}

    def replacement(**changes: Any) -> Any:
        return text_cycle.diff(saved, {"name": "my pw", "value": "v", **changes}).replacement

    assert replacement(value="w", name="other", tags={"a": "b"}) is None
    assert replacement(identifier="my_pw") is None
    assert replacement(secretManager="harnessSecretManager") is None
    assert replacement(identifier="other").because == ("identifier",)
    assert replacement(org="o", project="p").because == ("org", "project")
    assert (replacement(secretManager="vault").because, replacement(secretManager="vault").delete_first) == (
        ("secretManager",),
        True,
    )


def test_a_providers_usage_scope_is_inherited_and_not_given() -> None:
    """The sentence names EncryptedText, in the program and where a transform gives it."""
    given: Any = {"host": "h.test", "from_address": "a@b.test", "usage_scope": {}}
    with pytest.raises(TypeError, match=r"usage_scope is inherited from the EncryptedText .* a plain password has"):
        SmtpCollaborationProvider("mail", **given)
    with pytest.raises(TypeError, match="usage_scope is inherited from the EncryptedText"):
        SmtpCollaborationProvider("mail", given)
    wire = {"displayName": "m", "host": "h.test", "fromAddress": "a@b.test", "usageScope": {}}
    assert "usage_scope: is inherited from the EncryptedText" in str(life_cycles()[1].check(wire).faults)


@pytest.mark.parametrize("password", [{"password": OLD}, {"password": UNKNOWN}])
def test_firstgen_refuses_a_plain_password_in_preview(password: Mapping[str, Any]) -> None:
    """A FirstGen provider refers to a secret: the refusal names EncryptedText and shows no password."""
    wire = {"displayName": "m", "host": "localhost", "fromAddress": "a@b.test", "username": "u", **password}
    faults = str(life_cycles(FIRSTGEN)[1].check(wire).faults)
    assert "password: must be an EncryptedText for the target harness-firstgen" in faults
    assert OLD not in faults
    assert life_cycles(FIRSTGEN)[1].check({**wire, "passwordReference": UNKNOWN}).faults == ()


def test_firstgen_refuses_a_secret_that_is_saved_elsewhere() -> None:
    """A reference by name means another secret, or none, in another account or target."""
    wire = {"displayName": "m", "host": "localhost", "fromAddress": "a@b.test", "username": "u", "password": "p"}
    here = {"target": "harness-firstgen", "endpoint": ACCOUNT["HARNESS_ENDPOINT"], "accountId": "acc"}
    for change, refused in (({}, False), ({"accountId": "other"}, True), ({"target": "state"}, True)):
        reference = {"name": "pw", "secretId": "1", **here, **change}
        faults = life_cycles(FIRSTGEN)[1].check({**wire, "passwordReference": reference}).faults
        assert bool(faults) == refused, faults
        assert not refused or "must be an EncryptedText of the same account" in faults[0]


@pytest.mark.parametrize(("config", "why"), [({}, "saved in the state"), (NEXTGEN, "can't refer to a secret")])
def test_a_selected_secret_is_for_firstgen_alone(config: Mapping[str, Any], why: str) -> None:
    """State and NextGen need the value itself, which can't be read back: refused in preview, with what to write."""
    wire = {"displayName": "m", "host": "localhost", "fromAddress": "a@b.test", "username": "u"}
    reference = {"name": "pw", "secretId": "1", "selected": True, "target": "harness-firstgen"}
    (fault,) = life_cycles(config)[1].check({**wire, "passwordReference": reference}).faults
    assert why in fault
    assert "EncryptedText(value=...)" in fault


def test_the_variable_with_the_password_is_given_by_name() -> None:
    """A password in its place is refused unseen, and so is a variable where the value is known anyway."""
    wire = {"displayName": "m", "host": "localhost", "fromAddress": "a@b.test", "username": "u", "password": "p"}
    (fault,) = life_cycles()[1].check({**wire, "passwordForTestEnv": OLD}).faults
    assert fault == "password_for_test_env: must be the name of an environment variable, never a password"
    (fault,) = life_cycles()[1].check({**wire, "passwordForTestEnv": "SMTP_PASSWORD"}).faults
    assert fault.startswith("password_for_test_env: is for a password in an Encrypted Text that was selected")


def test_a_login_needs_a_user_name_with_a_selected_secret_too() -> None:
    """The rules between user name, password and plain text hold whether the value is known or not."""
    place = {"target": "harness-firstgen", "endpoint": ACCOUNT["HARNESS_ENDPOINT"], "accountId": "acc"}
    reference = {"name": "pw", "secretId": "1", "selected": True, **place}
    wire = {"displayName": "m", "host": "h.test", "fromAddress": "a@b.test", "passwordReference": reference}
    faults = str(life_cycles(FIRSTGEN)[1].check(wire).faults)
    assert "username: is missing" in faults
    assert "allow_plaintext_login" in faults


def test_an_import_is_refused_with_what_to_do() -> None:
    """The engine's host can't import a dynamic resource: the message names select."""
    import pulumi  # noqa: PLC0415 - only its options

    with pytest.raises(ValueError, match=r"EncryptedText: import_ does not work .*EncryptedText\.select"):
        EncryptedText("pw", value="v", opts=pulumi.ResourceOptions(import_="x"))


def test_a_scope_is_one_on_the_wire() -> None:
    """All applications are a list on the wire, as in the schema, and the same scope again when it is read."""
    scope = UsageScope.everywhere()
    wire = scope.model_dump(mode="json", by_alias=True)
    assert wire["entries"][0]["applications"] == ["ALL"]
    assert UsageScope.model_validate(wire) == scope
    assert UsageScopeEntry(applications=("a",), environment_types=("PROD",)).applications == ("a",)


# On the engine -------------------------------------------------------------------------------------------------------


@pytest.mark.engine
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
    stack.up("--expect-no-changes").succeeded()
    stack.refresh("--expect-no-changes").succeeded()

    with_value(stack, NEW)
    assert "Nothing was changed; in use are the settings verified" in stack.up().failed().text
    (kept,) = stack.decrypted_resources(KIND)
    assert json.loads(kept["outputs"]["password"]["plaintext"]) == OLD
    mail.credentials["pipeline"] = NEW
    stack.up().succeeded()
    stack.up("--expect-no-changes").succeeded()
    stack.destroy().succeeded()
    for secret in (OLD, NEW):
        assert not stack.leaks(secret_forms(secret, "pipeline"))


@pytest.mark.engine
def test_a_plain_value_is_a_secret_all_the_same(make_stack: MakeStack, mail: MailServer) -> None:
    """A string in the program is ciphertext in inputs and outputs of the secret and of the provider."""
    stack = make_stack(text_program(text(value=OLD), mail_with(mail)))
    stack.up().succeeded()
    for kind, name in ((TEXT_KIND, "value"), (KIND, "password")):
        (resource,) = stack.resources(kind)
        assert all("ciphertext" in resource[side][name] for side in ("inputs", "outputs")), kind
    assert not stack.leaks(secret_forms(OLD, "pipeline"))


@pytest.mark.engine
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


@pytest.mark.engine
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
    stack.up("--expect-no-changes").succeeded()
    stack.refresh("--expect-no-changes").succeeded()

    stack.write_program(text_program(select, mail_with(mail)))
    shallow = stack.up().succeeded()
    assert "the test goes no deeper than tls: the login was not tested" in shallow.text
    assert (outputs_of(stack, KIND)["lastVerification"]["depth"], len(mail.logins)) == ("tls", 1)
    stack.up("--expect-no-changes").succeeded()
    stack.destroy().succeeded()
    assert (list(texts(account)), account.firstgen_providers) == (["team pw"], {})
    assert_nothing_leaks(stack, harness, OLD)


@pytest.mark.engine
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

"""FirstGen's providers as config-as-code: several under unique names, passwords by reference, Start TLS refused."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from fake_harness import FakeHarness
from harness_access import InAccount, http_answer
from mailservers import ScriptedServer

from pulumi_smtp_collab import TargetError
from pulumi_smtp_collab.targets.harness.client import HarnessClient
from pulumi_smtp_collab.targets.harness.errors import HarnessPermissionMissing, HarnessRefused, HarnessUnclear
from pulumi_smtp_collab.targets.harness.firstgen import FirstGenSmtpProviders
from pulumi_smtp_collab.targets.harness.provider_as_code import (
    HeldProvider,
    ProviderAsCode,
    provider_differences,
    provider_faults,
)

UPSERT = "/api/setup-as-code/yaml/upsert-entity"
DELETE = "/api/setup-as-code/yaml/delete-entities"


@pytest.fixture
def here(harness: FakeHarness) -> InAccount:
    here = InAccount(harness, harness.add_account(), "harness-firstgen", answer_seconds=0.5)
    here.account.add_encrypted_text("smtp-pw", "pw-1")
    return here


def provider(**changes: Any) -> ProviderAsCode:
    given: dict[str, Any] = {
        "name": "corp",
        "host": "smtp.example.com",
        "port": 465,
        "from_address": "ci@example.com",
        "ssl": True,
        "username": "u",
        "secret": "smtp-pw",
    }
    return ProviderAsCode(**{**given, **changes})


def refused(call: Any, *args: Any, **options: Any) -> str:
    with pytest.raises(TargetError) as caught:
        call(*args, **options)
    return str(caught.value)


def test_create_read_update_delete(here: InAccount) -> None:
    """Saved with a reference to the secret, read back without a difference, replaced, deleted."""
    made = here.firstgen.create(provider())
    stored = here.account.firstgen_providers["corp"]
    assert (made.id, stored.use_ssl, stored.username) == (stored.id, True, "u")
    assert here.account.encrypted_texts[stored.password_id or ""].name == "smtp-pw"
    read = here.firstgen.read(made.id, "corp")
    assert read is not None
    assert (read.id, read.provider.secret, read.provider.to_arguments()) == (
        made.id,
        "smtp-pw",
        provider().to_arguments(),
    )
    updated = here.firstgen.update(made.id, provider(), provider(port=2465, secret=None, username=None))
    assert updated.id == made.id
    changed = here.account.firstgen_providers["corp"]
    assert (changed.port, changed.password_id, changed.username) == (2465, None, None)
    here.firstgen.delete(made.id, provider(port=2465, secret=None, username=None))
    assert here.account.firstgen_providers == {}
    assert here.firstgen.read(made.id, "corp") is None
    here.firstgen.delete(made.id, provider())
    assert here.warnings == []


def test_several_providers(here: InAccount) -> None:
    """Each has its name and its id; NextGen's config in the same table is none of them."""
    here.account.set_smtp_config("next")
    ids = {here.firstgen.create(provider(name=name)).id for name in ("a", "b", "c d-e_f.g")}
    assert len(ids) == 3
    assert here.firstgen.find("c d-e_f.g").id in ids
    assert "There is no SMTP provider named 'ngSmtpConfig-next'" in refused(here.firstgen.find, "ngSmtpConfig-next")


def test_existing_name_is_refused(here: InAccount) -> None:
    """An upsert would overwrite another team's provider: it is read first, and nothing is written."""
    theirs = here.account.add_firstgen_provider("corp", host="theirs.example.com")
    text = refused(here.firstgen.create, provider())
    assert f"named 'corp' in the account {here.account.id}" in text
    assert theirs.id in text
    assert here.harness.asked("POST", UPSERT) == []
    assert "corp" not in refused(here.firstgen.create, provider(), secret=frozenset({"display_name"}))


def test_existing_name_whose_reference_leads_nowhere_is_refused(here: InAccount) -> None:
    """Its export is an empty text, as if it weren't there; the list knows better."""
    theirs = here.account.add_firstgen_provider("corp", password_id="gone")
    assert theirs.id in refused(here.firstgen.create, provider())
    assert here.account.firstgen_providers["corp"] is theirs
    read = here.firstgen.read(theirs.id, "corp")
    assert read is not None
    assert read.provider.secret_id == "gone"


def test_rename_is_a_replacement(here: InAccount) -> None:
    """The name is the file's: an update to another one is refused."""
    made = here.firstgen.create(provider())
    assert "a new display name is a replacement" in refused(
        here.firstgen.update, made.id, provider(), provider(name="new")
    )


@pytest.mark.parametrize(
    ("known", "argument", "says"),
    [
        ({"start_tls": True}, "start_tls", "it has no Start TLS"),
        ({"display_name": "a/b"}, "display_name", "must not hold /"),
        ({"display_name": "a,b"}, "display_name", "must not hold /"),
        ({"display_name": "ngSmtpConfig-x"}, "display_name", "NextGen keeps its config there"),
    ],
)
def test_what_can_not_be_saved_is_found_in_preview(known: dict[str, Any], argument: str, says: str) -> None:
    """Start TLS with its reason, and names that are no file's."""
    [fault] = provider_faults(known)
    assert fault.argument == argument
    assert says in fault.reason
    assert provider_faults({"start_tls": False, "display_name": "corp (EU)"}) == ()


@pytest.mark.parametrize(
    ("wanted", "says", "advice"),
    [
        (provider(secret="none"), "Could not find secret: none in account", "create the Encrypted Text first"),
        (provider(host=""), "host cannot be empty", "change what Harness's message names"),
    ],
)
def test_failure_in_a_200(here: InAccount, wanted: ProviderAsCode, says: str, advice: str) -> None:
    """status: FAILED is an error, with Harness's text, and nothing is saved."""
    with pytest.raises(HarnessRefused) as caught:
        here.firstgen.create(wanted)
    assert (caught.value.said.status, caught.value.said.code) == (200, "FAILED")
    assert says in caught.value.said.message
    assert advice in caught.value.advice
    assert str(caught.value).endswith("Nothing was saved.")
    assert here.account.firstgen_providers == {}


@pytest.mark.parametrize("kind", [500, 502, "drop", "reset", "timeout", "malformed"])
def test_create_whose_answer_was_lost(here: InAccount, kind: Any) -> None:
    """Carried out: taken over with a warning. Not carried out: sent again."""
    here.harness.fault("POST", UPSERT, kind=kind, when="after")
    made = here.firstgen.create(provider())
    assert made.id == here.account.firstgen_providers["corp"].id
    assert "taken over" in here.warnings[0]
    here.harness.fault("POST", UPSERT, kind=kind, when="before")
    here.firstgen.create(provider(name="other"))
    assert len(here.harness.asked("POST", UPSERT)) == 3
    assert set(here.account.firstgen_providers) == {"corp", "other"}
    assert len(here.warnings) == 1
    here.harness.fault("POST", UPSERT, kind=kind, when="before", times=None)
    with pytest.raises(HarnessUnclear, match="looks again first"):
        here.firstgen.create(provider(name="third"))
    assert len(here.harness.asked("POST", UPSERT)) == 7


def test_create_beside_somebody_elses(here: InAccount) -> None:
    """While ours failed for the moment somebody saved another provider under that name: it is not written over."""
    here.harness.fault("POST", UPSERT, kind=503)
    pace = here.time.pace(
        sleep=lambda _: here.account.add_firstgen_provider("corp", host="theirs.example.com") and None
    )
    providers = FirstGenSmtpProviders(HarnessClient(here.client.access, pace), here.warnings.append)
    assert "already, id" in refused(providers.create, provider())
    assert here.account.firstgen_providers["corp"].host == "theirs.example.com"


def test_key_without_the_permission(here: InAccount) -> None:
    """403: config-as-code needs the management of the account."""
    key = here.account.api_key([], generation="firstgen")
    poor = InAccount(here.harness, here.account, "harness-firstgen", key=key)
    with pytest.raises(HarnessPermissionMissing) as caught:
        poor.firstgen.create(provider())
    assert "an Account Admin can grant it" in caught.value.advice


# References -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "exported",
    ["gcpkms:smtp-pw", "secretName:smtp-pw", "amazonkms:THE-ID", "THE-ID", "hashicorpvault://vault/path#key"],
)
def test_reference_is_compared_after_its_prefix(exported: str) -> None:
    """The name, the id, and a Vault path (which tells neither) are all the same secret."""
    text = f"harnessApiVersion: '1.0'\ntype: SMTP\nhost: smtp.example.com\nport: 465\npassword: {exported}\n"
    text += "fromAddress: ci@example.com\nuseSSL: true\nusername: u\nfuture: [1]\n"
    live = ProviderAsCode.from_yaml("corp", text)
    assert live is not None
    assert live.other == {"future": [1]}

    def differing(ours: ProviderAsCode) -> list[str]:
        return [one.argument for one in provider_differences(HeldProvider("x", ours), HeldProvider("x", live))]

    assert differing(provider(secret_id="THE-ID")) == []
    assert differing(provider(secret=None)) == ["password"]
    assert differing(provider(secret="other")) == ([] if "//" in exported else ["password"])


@pytest.mark.parametrize("value", ["yes", "007", "a: b", "#x", "ä\u2028", "'\"", "{x}", "- y"])
def test_values_that_yaml_could_take_for_something_else(here: InAccount, value: str) -> None:
    """A user name that looks like YAML arrives as it is."""
    made = here.firstgen.create(provider(username=value))
    assert here.account.firstgen_providers["corp"].username == value
    read = here.firstgen.read(made.id, "corp")
    assert read is not None
    assert read.provider.username == value


@pytest.mark.parametrize("text", ["", "[", "- 1", "type: SLACK", "a: &a [*a]"])
def test_what_is_no_provider(text: str) -> None:
    """An export that is no SMTP provider is none."""
    assert ProviderAsCode.from_yaml("x", text) is None


# Other people's changes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "line"),
    [
        ("host", "theirs.example.com", "host: recorded 'smtp.example.com', Harness holds 'theirs.example.com'"),
        ("port", 25, "port: recorded 465, Harness holds 25"),
        ("from_address", None, "from_address: recorded 'ci@example.com', Harness holds nothing"),
        ("use_ssl", False, "ssl: recorded true, Harness holds false"),
        ("start_tls", True, "start_tls: recorded false, Harness holds true"),
        ("username", "them", "username: recorded 'u', Harness holds 'them'"),
        ("password_id", None, "password: recorded the secret smtp-pw, Harness holds none"),
    ],
)
def test_foreign_change(here: InAccount, field: str, value: Any, line: str) -> None:
    """Update and delete stop and name it; a refresh reads it, and the next update puts it right."""
    made = here.firstgen.create(provider())
    stored = here.account.firstgen_providers["corp"]
    setattr(stored, field, value)
    for text in (
        refused(here.firstgen.update, made.id, provider(), provider(port=2465)),
        refused(here.firstgen.delete, made.id, provider()),
    ):
        assert line in text
        assert "`pulumi refresh`" in text
    assert here.account.firstgen_providers["corp"] is stored
    read = here.firstgen.read(made.id, "corp")
    assert read is not None
    assert here.firstgen.update(made.id, read.provider, provider()).provider == provider()
    assert here.account.firstgen_providers["corp"].start_tls is False


def test_gone_and_made_anew_is_not_ours(here: InAccount) -> None:
    """A provider of the same name with another id is somebody else's."""
    made = here.firstgen.create(provider())
    here.account.delete_firstgen_provider("corp")
    theirs = here.account.add_firstgen_provider("corp")
    assert here.firstgen.read(made.id, "corp") is None
    here.firstgen.delete(made.id, provider())
    assert "no longer in the account" in refused(here.firstgen.update, made.id, provider(), provider(port=1))
    assert here.account.firstgen_providers["corp"] is theirs


def test_adoption(here: InAccount) -> None:
    """By name; differences stop it unless they may be overwritten; what was adopted stays when it is destroyed."""
    theirs = here.account.add_firstgen_provider("corp", start_tls=True, from_address="ci@example.com")
    found = here.firstgen.find("corp")
    assert isinstance(found, HeldProvider)
    text = refused(here.firstgen.take_over, found, provider())
    assert "start_tls: Harness holds true, the program says false" in text
    assert "adopt_overwrite=True" in text
    assert here.account.firstgen_providers["corp"] is theirs
    held = here.firstgen.take_over(found, provider(), overwrite=True)
    assert held.id == theirs.id
    again = here.firstgen.take_over(here.firstgen.find("corp"), provider())
    assert again == HeldProvider(theirs.id, provider())
    assert "another display name" in refused(here.firstgen.take_over, found, provider(name="x"), overwrite=True)
    here.firstgen.delete(theirs.id, provider(), adopted=True)
    assert "corp" in here.account.firstgen_providers
    here.firstgen.delete(theirs.id, provider(), adopted=True, delete_adopted=True)
    assert here.account.firstgen_providers == {}


def test_a_list_of_several_pages(here: InAccount) -> None:
    """The list is read to its end and no further, each page from where the last one ended."""
    rows = [{"name": "a", "uuid": "1"}, {"name": "ngSmtpConfig-b", "uuid": "2"}, {"name": "c", "uuid": "3"}]
    pages = [
        json.dumps({"resource": {"response": part, "total": 3}, "responseMessages": []}).encode()
        for part in (rows[:2], rows[2:])
    ]
    with ScriptedServer(*(http_answer(page) for page in pages)) as server:
        endpoint = f"http://127.0.0.1:{server.port}"
        paged = InAccount(here.harness, here.account, "harness-firstgen", endpoint=endpoint)
        assert refused(paged.firstgen.find, "d").startswith("There is no SMTP provider named 'd'")
        offsets = [re.findall(rb"offset=(\d+)", received)[0] for received in server.received]
    assert offsets == [b"0", b"2"]


def test_secret_id_is_known_from_the_list(here: InAccount) -> None:
    """The list shows the reference as the secret's id, the export by its name: both are kept."""
    made = here.firstgen.create(provider())
    read = here.firstgen.read(made.id, "corp")
    assert read is not None
    assert read.provider.secret_id == here.account.firstgen_providers["corp"].password_id
    by_id = replace(provider(), secret="renamed", secret_id=read.provider.secret_id)
    here.firstgen.delete(made.id, by_id)
    assert here.harness.asked("DELETE", DELETE)

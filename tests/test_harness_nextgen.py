"""NextGen's one SMTP config of an account: every operation, the password on the wire, and other people's changes."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from fake_harness import MASK, FakeHarness
from harness_access import InAccount, config, http_answer
from mailservers import ScriptedServer
from pydantic import SecretStr

from pulumi_smtp_collab import TargetError
from pulumi_smtp_collab.model.origin import Origin
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.record import ProviderRecord
from pulumi_smtp_collab.model.target import SavedIn
from pulumi_smtp_collab.targets.harness.client import HarnessClient
from pulumi_smtp_collab.targets.harness.errors import HarnessError, HarnessRefused
from pulumi_smtp_collab.targets.harness.nextgen import NextGenSmtpConfig
from pulumi_smtp_collab.targets.harness.smtp_config import (
    Held,
    SmtpConfig,
    config_faults,
    config_warnings,
    password_removal,
    unsavable_name,
)
from pulumi_smtp_collab.targets.harness.smtp_config_api import SmtpConfigApi

SMTP = "/ng/api/smtpConfig"


@pytest.fixture
def here(harness: FakeHarness) -> InAccount:
    return InAccount(harness, harness.add_account())


def stored(here: InAccount) -> Any:
    """What the account holds; it has to be there."""
    assert here.account.smtp_config is not None
    return here.account.smtp_config


def sent(here: InAccount) -> list[Any]:
    """The passwords of all writes."""
    return [one.json["value"]["password"] for one in here.harness.requests if one.method in {"POST", "PUT"}]


def refused(call: Any, *args: Any, **options: Any) -> str:
    with pytest.raises(TargetError) as caught:
        call(*args, **options)
    return str(caught.value)


# The four operations ------------------------------------------------------------------------------------------------


def test_create_read_update_delete(here: InAccount) -> None:
    """What is saved reads back equal but for the password, a PUT replaces all, and gone is gone."""
    made = here.nextgen.create(config(delegate_selectors=("b", "a", "b"))).held
    assert made.config == config(delegate_selectors=("a", "b"))
    assert (made.password_stored, made.password_known) == (True, True)
    read = here.nextgen.read(made.uuid)
    assert read == Held(made.uuid, replace(made.config, password=None), password_stored=True)
    wanted = config(name="new name", host="mx.example.com", ssl=True, start_tls=False, port=465, password="pw-2")
    updated = here.nextgen.update(made, wanted).held
    assert (updated.uuid, updated.config) == (made.uuid, wanted)
    assert (stored(here).name, stored(here).password, stored(here).value["delegateSelectors"]) == (
        "new name",
        "pw-2",
        None,
    )
    here.nextgen.delete(updated)
    assert here.account.smtp_config is None
    assert here.nextgen.read(made.uuid) is None
    here.nextgen.delete(updated)
    assert here.warnings == []


def test_outputs_and_back(here: InAccount) -> None:
    """What is recorded in outputs is read back from them as it was."""
    made = here.nextgen.create(config(delegate_selectors=("k8s",))).held
    outputs = {**made.config.to_arguments(), "password": "pw-1", "other": 1}
    stored = SavedIn(target="harness", password_stored=made.password_stored, password_known=made.password_known)
    for saved_in in (stored, SavedIn(target="harness")):
        recorded = ProviderRecord.from_properties({**outputs, "savedIn": saved_in.to_wire()}, Origin())
        assert Held.recorded(made.uuid, recorded) == made


def test_config_of_another_uuid_is_not_ours(here: InAccount) -> None:
    """Deleted and made anew by somebody else: ours is gone, and theirs is not touched."""
    made = here.nextgen.create(config()).held
    other = here.account.set_smtp_config("theirs")
    assert here.nextgen.read(made.uuid) is None
    here.nextgen.delete(made)
    assert stored(here).uuid == other.uuid
    assert "no longer in the account" in refused(here.nextgen.update, made, config(port=25))


# The password on the wire -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "new"), [("pw-1", "pw-2"), (None, "pw-2"), ("pw-1", None), (None, None)])
def test_password_goes_with_each_put(here: InAccount, old: str | None, new: str | None) -> None:
    """PUT replaces the whole value: the program's password is sent each time, and none removes it. Never the mask."""
    made = here.nextgen.create(config(password=old)).held
    updated = here.nextgen.update(made, config(password=new, port=25)).held
    again = here.nextgen.update(updated, config(password=new, port=26)).held
    assert stored(here).password == new
    assert (again.password_stored, made.password_stored) == (new is not None, old is not None)
    removed = [old] if old and not new else []  # so that the hidden secret is found
    assert sent(here) == [old, *removed, new, new]


def test_mask_is_refused_before_it_is_sent(here: InAccount) -> None:
    """A mask that a program gives as its password is found in preview, and not sent by any way."""
    [fault] = config_faults({"display_name": "corp mail", "password": SecretStr(MASK)})
    assert fault.argument == "password"
    assert MASK not in fault.reason
    assert config_faults({"display_name": "corp mail", "password": SecretStr("pw")}) == ()
    with pytest.raises(ValueError, match="mask is no password"):
        here.nextgen.create(config(password=MASK))
    assert sent(here) == []


def test_preview_says_that_a_stored_password_will_be_removed() -> None:
    """Only where one is stored and the program gives none."""
    held = Held("u", config(password=None), password_stored=True)
    assert "removes it" in str(password_removal(held, config(password=None)))
    assert password_removal(held, config()) is None
    assert password_removal(replace(held, password_stored=False), config(password=None)) is None


def test_unknown_fields_are_carried_through(here: InAccount) -> None:
    """A field that a newer Harness has survives our PUT, as it is when the PUT is made."""
    made = here.nextgen.create(config()).held
    here.account.edit_smtp_config(tlsProfile="modern", password="theirs")
    here.nextgen.update(made, config(port=25))
    assert (stored(here).value["tlsProfile"], stored(here).password) == ("modern", "pw-1")


# One config per account ---------------------------------------------------------------------------------------------


def test_second_create_is_refused_and_says_how_to_adopt(here: InAccount) -> None:
    """Another config is not touched; the error names its uuid and the way to take it over."""
    theirs = here.account.set_smtp_config("theirs")
    text = refused(here.nextgen.create, config())
    assert f"'theirs', uuid {theirs.uuid}" in text
    assert f"adopt='{theirs.uuid}'" in text
    assert sent(here) == []
    assert "theirs" not in refused(here.nextgen.create, config(), secret=frozenset({"display_name"}))


def test_parallel_creates_make_one(harness: FakeHarness) -> None:
    """Of several at once one is saved; the others are refused with its uuid, also where they all had seen nothing."""
    account = harness.add_account()
    targets = [InAccount(harness, account) for _ in range(4)]
    results: list[Any] = []
    barrier = threading.Barrier(4)

    def create(number: int) -> None:
        barrier.wait()
        try:
            results.append(targets[number].nextgen.create(config(name=f"n{number}")).held)
        except TargetError as error:
            results.append(str(error))

    threads = [threading.Thread(target=create, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [made] = [one for one in results if isinstance(one, Held)]
    assert account.smtp_config is not None
    assert account.smtp_config.uuid == made.uuid
    assert all(f"uuid {made.uuid}" in one for one in results if isinstance(one, str))


def test_create_that_comes_second_names_the_first(here: InAccount) -> None:
    """Nothing was there when we looked, and Harness says otherwise: the config of the other one is named."""
    fault = here.harness.fault("POST", SMTP, kind="timeout", when="before", seconds=0.3)
    results: list[str] = []
    thread = threading.Thread(target=lambda: results.append(refused(here.nextgen.create, config())))
    thread.start()
    assert fault.reached.wait(5)
    theirs = here.account.set_smtp_config("theirs")
    thread.join(5)
    assert f"uuid {theirs.uuid}" in results[0]


# Ambiguous creates --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [500, 502, 503, "drop", "reset", "truncated", "malformed", "timeout"])
def test_create_whose_answer_was_lost_is_taken_over(harness: FakeHarness, kind: Any) -> None:
    """Carried out, and the answer is lost: read back, taken over with a warning, its password the program's."""
    here = InAccount(harness, harness.add_account(), answer_seconds=0.3)
    harness.fault("POST", SMTP, kind=kind, when="after")
    held = here.nextgen.create(config()).held
    assert (held.uuid, stored(here).password) == (stored(here).uuid, "pw-1")
    assert len(harness.asked("POST", SMTP)) == 1
    assert "taken over" in here.warnings[0]


@pytest.mark.parametrize("kind", [429, 500, 502, 503, "drop", "reset", "truncated", "malformed", "timeout"])
def test_create_that_failed_for_the_moment_is_sent_again(harness: FakeHarness, kind: Any) -> None:
    """Not carried out: nothing is there, so a moment later it is sent again. One config, and no warning."""
    here = InAccount(harness, harness.add_account(), answer_seconds=0.3)
    harness.fault("POST", SMTP, kind=kind, when="before")
    made = here.nextgen.create(config()).held
    assert (made.uuid, stored(here).password) == (stored(here).uuid, "pw-1")
    assert [one.method for one in harness.requests] == ["GET", "POST", "GET", "POST"]
    assert here.time.waits == [4.0 if kind == 429 else 0.5]
    assert here.warnings == []


@pytest.mark.parametrize(
    ("kind", "end"), [(429, "Nothing was saved."), (503, "the next `pulumi up` looks again first.")]
)
def test_create_that_keeps_failing_says_so(here: InAccount, kind: Any, end: str) -> None:
    """Four times at most, as everything that is repeated; the next up works."""
    here.harness.fault("POST", SMTP, kind=kind, times=None)
    assert refused(here.nextgen.create, config()).endswith(end)
    assert len(here.harness.asked("POST", SMTP)) == 4
    assert here.account.smtp_config is None
    here.harness.clear_faults()
    assert here.nextgen.create(config()).held.uuid == stored(here).uuid


def test_create_waits_as_harness_asks(here: InAccount) -> None:
    """Retry-After is honoured between creates too; where it asks for too long, the up ends."""
    here.harness.fault("POST", SMTP, kind=429, retry_after=7)
    here.nextgen.create(config())
    assert here.time.waits == [7.5]
    here.account.delete_smtp_config()
    here.account.hidden_secrets.clear()
    here.harness.fault("POST", SMTP, kind=429, retry_after=3600)
    assert refused(here.nextgen.create, config()).endswith("Nothing was saved.")


def test_create_beside_somebody_elses(here: InAccount) -> None:
    """Before it is sent again somebody else's config is there: it is named, and not written over."""
    fault = here.harness.fault("POST", SMTP, kind=503)
    pace = here.time.pace(sleep=lambda _: here.account.set_smtp_config("theirs", password="theirs") and None)
    client = HarnessClient(here.client.access, pace)
    text = refused(NextGenSmtpConfig(client, here.warnings.append).create, config())
    assert f"'theirs', uuid {stored(here).uuid}" in text
    assert (fault.hits, stored(here).password) == (1, "theirs")


def test_create_that_harness_carries_out_late(harness: FakeHarness) -> None:
    """Still on its way when its answer is given up: it is looked for after the wait, and taken over. Never two."""
    here = InAccount(harness, harness.add_account(), answer_seconds=0.2)
    fault = harness.fault("POST", SMTP, kind="timeout", when="before")
    waits = []

    def carried_out_meanwhile(seconds: float) -> None:
        waits.append(seconds)
        fault.release()
        end = time.monotonic() + 5
        while here.account.smtp_config is None and time.monotonic() < end:
            time.sleep(0.01)

    client = HarnessClient(here.client.access, here.time.pace(sleep=carried_out_meanwhile), 0.2)
    made = NextGenSmtpConfig(client, here.warnings.append).create(config()).held
    assert (made.uuid, waits) == (stored(here).uuid, [0.5])
    assert len(harness.asked("POST", SMTP)) == 1


def test_create_that_can_not_be_read_back(here: InAccount) -> None:
    """The answer is lost and Harness is away: the error says that it is not known, and the next up takes it over."""
    here.harness.fault("POST", SMTP, kind="drop", when="after")
    here.harness.fault("GET", SMTP, kind=503, skip=1, times=4)
    text = refused(here.nextgen.create, config())
    assert text.endswith("Whether it was saved could not be read; the next `pulumi up` looks first.")
    uuid = stored(here).uuid
    assert here.nextgen.create(config(password="pw-2")).held.uuid == uuid
    assert stored(here).password == "pw-2"
    assert "interrupted up" in here.warnings[0]


def test_refused_create_saves_nothing(here: InAccount) -> None:
    """A refusal ends it at once, with the reason and the argument's name."""
    text = refused(here.nextgen.create, config(name="a@b"))
    assert "change what Harness refused: display_name" in text
    assert text.endswith("Nothing was saved.")
    assert len(here.harness.asked("POST", SMTP)) == 1
    assert here.account.smtp_config is None


# Names --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a@b", "ä", "a\tb", "a,b"])
def test_names_that_harness_refuses_are_found_in_preview(name: str) -> None:
    """What its first check refuses never gets there."""
    [fault] = config_faults({"display_name": name})
    assert fault.argument == "display_name"
    assert name not in fault.rule
    assert config_faults({"display_name": "corp mail-1_A"}) == ()


@pytest.mark.parametrize("name", ["smtp.corp", "corp/mail"])
def test_names_with_a_dot_or_slash(here: InAccount, name: str) -> None:
    """They are created, read, adopted and deleted; only an update with a password can't save one, and says why."""
    assert config_faults({"display_name": name}) == ()
    made = here.nextgen.create(config(name=name)).held
    assert (stored(here).name, stored(here).password) == (name, "pw-1")
    text = refused(here.nextgen.update, made, config(name=name, password="pw-2"))
    assert "display_name: holds a dot or a slash" in text
    assert text.endswith("Nothing was changed.")
    assert unsavable_name(config(name=name, password=None)) is None
    renamed = here.nextgen.update(made, config(password="pw-2")).held
    assert (stored(here).name, stored(here).password) == ("corp mail", "pw-2")
    here.nextgen.delete(renamed)
    theirs = here.account.set_smtp_config(
        name, password="theirs", username="u", port=587, startTLS=True, fromAddress="ci@example.com"
    )
    adopted = here.nextgen.take_over(here.nextgen.find("account"), config(name=name)).held
    assert (adopted.uuid, theirs.password) == (theirs.uuid, "theirs")
    InAccount(here.harness, here.account).nextgen.delete(adopted, adopted=True, delete_adopted=True)
    assert here.account.smtp_config is None


def test_lost_create_of_a_name_that_no_update_can_save(here: InAccount) -> None:
    """What a lost answer left is taken over as it is: its password is what the create wrote."""
    here.harness.fault("POST", SMTP, kind="drop", when="after")
    held = here.nextgen.create(config(name="smtp.corp")).held
    assert (held.uuid, stored(here).password) == (stored(here).uuid, "pw-1")
    assert here.harness.asked("PUT", SMTP) == []
    assert "taken over as it is" in here.warnings[0]


# The hidden secret --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["corp mail", "corp-mail"])
@pytest.mark.parametrize("updated", [True, False])
def test_nothing_hidden_is_left_behind(here: InAccount, name: str, updated: bool) -> None:
    """Deleting the config, or removing its password, removes the hidden secret too; the next create works."""
    for _ in range(2):
        made = here.nextgen.create(config(name=name)).held
        if updated:
            made = here.nextgen.update(made, config(name=name, port=25)).held
        here.nextgen.delete(made)
        assert here.account.hidden_secrets == {}
    made = here.nextgen.create(config(name=name)).held
    bare = here.nextgen.update(made, config(name="other name", username=None, password=None)).held
    assert (here.account.hidden_secrets, stored(here).name, stored(here).password) == ({}, "other name", None)
    here.nextgen.delete(bare)


def test_orphan_of_others_does_not_block(here: InAccount) -> None:
    """A hidden secret that nobody sees is in the way of the create: the password then comes by an update."""
    here.account.hidden_secrets[f"ngSmtpConfig-corp-mail-{here.account.id}-SmtpSecret"] = "old"
    held = here.nextgen.create(config()).held
    assert (held.uuid, stored(here).password, held.password_stored) == (stored(here).uuid, "pw-1", True)
    here.nextgen.delete(held)
    text = refused(here.nextgen.create, config(name="corp-mail"))
    assert "choose another display_name" in text
    assert text.endswith("Nothing was saved.")
    assert here.account.smtp_config is None


def test_key_that_may_only_delete(here: InAccount) -> None:
    """It deletes the config all the same, and what is hidden stays."""
    made = here.nextgen.create(config()).held
    poor = InAccount(here.harness, here.account, key=here.account.api_key(["core_smtp_view", "core_smtp_delete"]))
    poor.nextgen.delete(made)
    assert here.account.smtp_config is None


def test_ca_certificates_never_reach_harness() -> None:
    """A warning says where a delegate takes a private CA from: once, where the argument is new."""
    known = {"ca_certificates": "PEM"}
    assert config_warnings({"ca_certificates": None}, None) == ()
    assert "/opt/harness-delegate/ca-bundle" in config_warnings(known, None)[0]
    without = ProviderRecord(ProviderArguments.model_construct(ca_certificates=None))
    assert len(config_warnings(known, without)) == 1
    assert config_warnings(known, ProviderRecord(ProviderArguments.model_construct(ca_certificates="PEM"))) == ()


# Other people's changes ---------------------------------------------------------------------------------------------

CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"name": "theirs"}, "display_name: recorded 'corp mail', Harness holds 'theirs'"),
    ({"host": "theirs.example.com"}, "host: recorded 'smtp.example.com', Harness holds 'theirs.example.com'"),
    ({"port": 2525}, "port: recorded 587, Harness holds 2525"),
    ({"fromAddress": None}, "from_address: recorded 'ci@example.com', Harness holds nothing"),
    ({"useSSL": True}, "ssl: recorded false, Harness holds true"),
    ({"startTLS": False}, "start_tls: recorded true, Harness holds false"),
    ({"username": "them"}, "username: recorded 'u', Harness holds 'them'"),
    ({"delegateSelectors": ["x"]}, "delegate_selectors: recorded nothing, Harness holds x"),
    ({"password": None}, "password: recorded one is stored, Harness holds none"),
]


@pytest.mark.parametrize(("change", "line"), CHANGES)
def test_foreign_change_is_refused(here: InAccount, change: dict[str, Any], line: str) -> None:
    """Update and delete both stop, name the field and what to do, and leave the other's change."""
    made = here.nextgen.create(config()).held
    here.account.edit_smtp_config(**change)
    before = (stored(here).name, dict(stored(here).value), stored(here).password)
    for text in (refused(here.nextgen.update, made, config(password="pw-2")), refused(here.nextgen.delete, made)):
        assert line in text
        assert "`pulumi refresh`" in text
        assert "Nothing was changed." in text
    assert (stored(here).name, dict(stored(here).value), stored(here).password) == before
    argument = line.partition(":")[0]
    hidden = refused(here.nextgen.delete, made, secret=frozenset({argument}))
    assert f"{argument}: differs (secret)" in hidden
    assert line not in hidden


@pytest.mark.parametrize(("change", "_line"), CHANGES)
def test_drift_is_read_and_can_be_put_right(here: InAccount, change: dict[str, Any], _line: str) -> None:
    """A refresh reads the change; recorded so, the next update replaces it."""
    made = here.nextgen.create(config()).held
    here.account.edit_smtp_config(**change)
    read = here.nextgen.read(made.uuid)
    assert read is not None
    assert (read.config != replace(made.config, password=None)) or not read.password_stored
    refreshed = replace(read, config=replace(read.config, password="pw-1" if read.password_stored else None))
    here.nextgen.update(refreshed, config())
    assert here.nextgen.read(made.uuid) == Held(made.uuid, replace(config(), password=None), password_stored=True)


def test_other_writings_of_the_same_are_no_change(here: InAccount) -> None:
    """A host in capitals, selectors in another order, an empty user name: nobody changed anything."""
    made = here.nextgen.create(config(delegate_selectors=("a", "b"), username=None, password=None)).held
    here.account.edit_smtp_config(
        host="SMTP.Example.COM", fromAddress="ci@EXAMPLE.com", delegateSelectors=["b", "a"], username=""
    )
    here.nextgen.update(made, config(port=25, username=None, password=None))
    assert stored(here).value["port"] == 25


def test_update_that_was_interrupted_does_not_block_the_next(here: InAccount) -> None:
    """The PUT was carried out and its answer lost for good: what is there already is no foreign change."""
    made = here.nextgen.create(config()).held
    wanted = config(host="new.example.com", password="pw-2")
    here.harness.fault("PUT", SMTP, kind="drop", when="after", times=4)
    text = refused(here.nextgen.update, made, wanted)
    assert text.endswith("It may have been saved all the same: the next `pulumi up` compares first.")
    assert stored(here).value["host"] == "new.example.com"
    assert here.nextgen.update(made, wanted).held.config == wanted


def test_lost_answers_of_put_and_delete_are_asked_again(here: InAccount) -> None:
    """Both are safe to repeat: a second PUT writes the same, a second DELETE finds nothing."""
    made = here.nextgen.create(config()).held
    here.harness.fault("PUT", SMTP, kind="drop", when="after")
    updated = here.nextgen.update(made, config(port=25)).held
    here.harness.fault("DELETE", f"{SMTP}/*", kind=502, when="after")
    here.nextgen.delete(updated)
    assert here.account.smtp_config is None
    assert [one.status for one in here.harness.requests if one.method == "DELETE"] == [502, 400]


def test_nothing_to_save_is_not_saved(here: InAccount) -> None:
    """An update for the verification's sake alone writes nothing."""
    made = here.nextgen.create(config()).held
    assert here.nextgen.update(made, config()).held == made
    assert here.harness.asked("PUT", SMTP) == []


def test_what_harness_saves_otherwise_is_told(here: InAccount) -> None:
    """An answer that shows another value than was sent is a warning that names the field."""
    saved = {"uuid": "u", **replace(config(), start_tls=False).to_wire(here.account.id)}
    answers = [{"status": "SUCCESS", "data": data} for data in (None, saved)]
    with ScriptedServer(*(http_answer(json.dumps(one).encode()) for one in answers)) as server:
        changed = InAccount(here.harness, here.account, endpoint=f"http://127.0.0.1:{server.port}")
        assert changed.nextgen.create(config()).held.config.start_tls is False
    assert "start_tls differ" in changed.warnings[0]


# Adoption -----------------------------------------------------------------------------------------------------------


def test_find(here: InAccount) -> None:
    """By uuid, by the word account, by the account's id; nothing else is found."""
    assert "There is no SMTP config in the account" in refused(here.nextgen.find, "account")
    theirs = here.account.set_smtp_config("theirs")
    for identifier in (theirs.uuid, "account", here.account.id):
        assert here.nextgen.find(identifier).uuid == theirs.uuid
    assert theirs.uuid in refused(here.nextgen.find, "x\x1b")


def test_adoption_lists_each_difference_and_changes_nothing(here: InAccount) -> None:
    """Every field that differs has its line, and nothing is written."""
    here.account.set_smtp_config("theirs", password=None, useSSL=True, port=465)
    text = refused(here.nextgen.take_over, here.nextgen.find("account"), config())
    for line in (
        "display_name: Harness holds 'theirs', the program says 'corp mail'",
        "port: Harness holds 465, the program says 587",
        "ssl: Harness holds true, the program says false",
        "start_tls: Harness holds false, the program says true",
        "password: Harness holds none, the program says one is stored",
    ):
        assert line in text
    assert "adopt_overwrite=True" in text
    assert sent(here) == []


def test_adoption_of_what_is_equal(here: InAccount) -> None:
    """Taken over as it is: the stored password stays, is recorded as unknown, and a warning says so."""
    theirs = here.account.set_smtp_config("corp mail", password="theirs", username="u", port=587, startTLS=True)
    here.account.edit_smtp_config(fromAddress="ci@example.com")
    held = here.nextgen.take_over(here.nextgen.find("account"), config()).held
    assert (held.uuid, held.password_stored, held.password_known) == (theirs.uuid, True, False)
    assert theirs.password == "theirs"
    assert "password can't be read" in here.warnings[0]
    assert (held.password_stored, held.password_known) == (True, False)


def test_adoption_that_overwrites(here: InAccount) -> None:
    """With adopt_overwrite the program's values replace what differs; unknown fields stay."""
    here.account.set_smtp_config("theirs", password="theirs", tlsProfile="modern")
    held = here.nextgen.take_over(here.nextgen.find("account"), config(), overwrite=True).held
    assert (replace(held.config, other={}), held.password_known) == (config(), True)
    assert (stored(here).name, stored(here).password, stored(here).value["tlsProfile"]) == (
        "corp mail",
        "pw-1",
        "modern",
    )


def test_destroying_what_was_adopted_leaves_it(here: InAccount) -> None:
    """It stays with a warning; delete_adopted deletes it."""
    made = here.nextgen.create(config()).held
    here.nextgen.delete(made, adopted=True)
    assert stored(here).uuid == made.uuid
    assert "delete_adopted=True" in here.warnings[0]
    here.nextgen.delete(made, adopted=True, delete_adopted=True)
    assert here.account.smtp_config is None


def test_strange_answers_are_no_config(here: InAccount) -> None:
    """What Harness could never say is an error, and nothing of it is taken for a config."""
    assert SmtpConfig.from_wire({"value": {"port": "many", "delegateSelectors": None}}).port == 0
    here.harness.fault("GET", SMTP, kind="malformed", times=None)
    with pytest.raises(HarnessError, match="no JSON object"):
        here.nextgen.read("x")


def test_unknown_uuid(here: InAccount) -> None:
    """Harness's 400 for a PUT of what is gone names the way on; for a DELETE it is what was wanted."""
    with pytest.raises(HarnessRefused) as caught:
        SmtpConfigApi(here.client).update(Held("gone", config(), password_stored=True), config())
    assert "`pulumi refresh`" in caught.value.advice
    SmtpConfigApi(here.client).delete(Held("gone", config(), password_stored=True))

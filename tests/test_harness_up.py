"""A provider in Harness NextGen on the real engine: saved, compared, changed by others, adopted, read, replaced."""

from __future__ import annotations

import pytest
from fake_harness import Account, FakeHarness
from harness_stacks import (
    PASSWORD,
    assert_documented,
    assert_nothing_leaks,
    at_harness,
    harness_stack,
    last_request,
    mail_by,
    saved,
    stored,
    writes,
)
from mailservers import MailServer
from programs import KIND
from pulumi_stack.fixtures import MakeStack

pytestmark = [pytest.mark.engine, pytest.mark.inline]


def test_a_whole_life(make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer) -> None:
    """Tested, then created; a second up asks Harness nothing; refresh finds no drift; destroy deletes.

    An update is a PUT with the password and all that we don't know. Key and password show nowhere.
    """
    key = account.api_key()
    stack = harness_stack(make_stack, harness, account, mail_by(mail, delegate_selectors=["linux", "k8s"]), key)
    assert stack.up().succeeded().changes == {"create": 2}
    held = stored(account)
    assert (held.name, held.password, held.value["delegateSelectors"]) == ("corp mail", PASSWORD, ["k8s", "linux"])
    assert (held.value["host"], held.value["port"], held.value["username"]) == ("127.0.0.1", mail.port, "pipeline")
    resource = saved(stack)
    assert resource["id"] == held.uuid
    assert resource["outputs"]["savedIn"] == {
        "target": "harness",
        "endpoint": harness.endpoint,
        "accountId": account.id,
        "passwordStored": True,
        "passwordKnown": True,
        "adopted": False,
    }
    verification = resource["outputs"]["lastVerification"]
    assert verification["status"] == "passed"
    assert "Not tested from where Harness sends" in verification["notProven"][-1]
    assert [ok for _, ok in mail.logins] == [True]

    seen = len(harness.requests)
    stack.up("--expect-no-changes").succeeded()
    assert len(harness.requests) == seen, "a second up must not ask Harness"

    account.edit_smtp_config(tlsProfile="modern")
    stack.write_program(mail_by(mail, display_name="corp mail 2"))
    stack.up().succeeded()
    value = last_request(harness, "PUT").json["value"]
    assert (value["tlsProfile"], value["password"], value["delegateSelectors"]) == ("modern", PASSWORD, None)
    assert (stored(account).uuid, stored(account).name) == (held.uuid, "corp mail 2")
    assert len(mail.logins) == 1, "a new display name is not tested anew"
    stack.up("--refresh", "--expect-no-changes").succeeded()

    stack.destroy().succeeded()
    assert account.smtp_config is None
    assert writes(harness) == ["POST", "PUT", "PUT", "DELETE"], "the last PUT lets Harness find the hidden secret"
    assert account.hidden_secrets == {}
    assert_nothing_leaks(stack, harness, key, PASSWORD)


def test_what_did_not_pass_is_not_saved(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """A wrong password never reaches Harness, neither as a new config nor in place of one that works."""
    stack = harness_stack(make_stack, harness, account, mail_by(mail, password="wrong-canary"))
    assert "Nothing was saved." in stack.up().failed().text
    assert not harness.requests
    stack.write_program(mail_by(mail))
    stack.up().succeeded()
    stack.write_program(mail_by(mail, password="wrong-canary"))
    assert "Nothing was changed; in use are the settings verified" in stack.up().failed().text
    assert writes(harness) == ["POST"]
    assert stored(account).password == PASSWORD


def test_names_that_harness_refuses(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """What no save takes is found in preview; a dot is saved, and only the update that can't save it is refused.

    Preview warns of that, and another name is the way on. Nothing hidden is left in the end.
    """
    stack = harness_stack(make_stack, harness, account, mail_by(mail, display_name="corp@mail"))
    text = stack.preview().failed().text
    assert "display_name: must hold letters, digits, -, _, ., / and spaces alone" in text
    assert "'corp@mail'" in text
    assert not harness.requests

    stack.write_program(mail_by(mail, display_name="smtp.corp"))
    stack.up().succeeded()
    stack.write_program(mail_by(mail, display_name="smtp.corp", delegate_selectors=["linux"]))
    assert "display_name: holds a dot or a slash" in stack.preview().succeeded().text
    assert "Nothing was changed." in stack.up().failed().text
    stack.write_program(mail_by(mail, display_name="smtp corp", delegate_selectors=["linux"]))
    stack.up().succeeded()
    assert (stored(account).name, stored(account).value["delegateSelectors"]) == ("smtp corp", ["linux"])


# Other people's changes ---------------------------------------------------------------------------------------------


def test_foreign_changes_are_refused_until_they_are_refreshed(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """Neither an update nor destroy writes over them; refresh takes them in, preview shows them, up puts them right.

    What was deleted in Harness is gone after refresh, and created again.
    """
    stack = harness_stack(make_stack, harness, account, mail_by(mail))
    stack.up().succeeded()
    account.edit_smtp_config(port=2525, fromAddress="other@example.test")
    stack.write_program(mail_by(mail, display_name="mine"))
    for refused in (stack.up().failed(), stack.destroy().failed()):
        assert "was changed in Harness since it was last saved or read:" in refused.text
        assert f"port: recorded {mail.port}, Harness holds 2525" in refused.text
        assert "from_address: recorded 'ci@example.test', Harness holds 'other@example.test'" in refused.text
        assert "Run `pulumi refresh`" in refused.text
    assert writes(harness) == ["POST"]
    standing_for = {account.id: "ACCOUNT", "ci@example.test": "harness@example.com"}
    standing_for |= {"other@example.test": "somebody@example.com"}
    assert_documented(refused.text, at_harness(harness, standing_for))

    stack.refresh().succeeded()
    assert (saved(stack)["outputs"]["port"], saved(stack)["inputs"]["port"]) == (2525, 2525)
    shown = stack.up("--diff").succeeded().text
    assert f"2525 => {mail.port}" in shown
    assert '"other@example.test" => "ci@example.test"' in shown
    assert (stored(account).value["port"], stored(account).name) == (mail.port, "mine")
    stack.up("--expect-no-changes").succeeded()

    account.delete_smtp_config()
    stack.refresh().succeeded()
    assert not stack.resources(KIND)
    assert stack.up().succeeded().changes == {"same": 1, "create": 1}
    assert stored(account).password == PASSWORD


def test_the_password_on_the_wire(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """One that somebody removed is drift and saved again; where the program gives none, preview says that it goes."""
    stack = harness_stack(make_stack, harness, account, mail_by(mail))
    stack.up().succeeded()
    account.edit_smtp_config(password=None)
    stack.refresh().succeeded()
    assert saved(stack)["outputs"]["savedIn"]["passwordStored"] is False
    stack.up().succeeded()
    assert stored(account).password == PASSWORD

    with MailServer() as open_relay:
        stack.write_program(mail_by(mail, port=open_relay.port, username=None, password=None))
        warning = "Harness holds a password for this SMTP config and the program gives none: an update removes it"
        assert warning in stack.preview().succeeded().text
        stack.up().succeeded()
    assert (stored(account).password, stored(account).value["username"]) == (None, None)
    assert_nothing_leaks(stack, harness, PASSWORD)


# One config for everybody -------------------------------------------------------------------------------------------


def test_adoption(make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer) -> None:
    """A config that exists is never written over: create names it, adopt= lists each difference and stops.

    Only adopt_overwrite replaces; destroy leaves it, unless delete_adopted.
    """
    theirs = account.set_smtp_config("theirs", host="127.0.0.1", port=mail.port, fromAddress="ci@example.test")
    stack = harness_stack(make_stack, harness, account, mail_by(mail))
    refused = stack.up().failed().text
    assert f"has an SMTP config already: 'theirs', uuid {theirs.uuid}" in refused
    assert f"adopt='{theirs.uuid}'" in refused
    assert_documented(refused, at_harness(harness, {account.id: "ACCOUNT"}))
    assert not stack.resources(KIND)

    stack.write_program(mail_by(mail, adopt=theirs.uuid))
    refused = stack.up().failed().text
    assert "display_name: Harness holds 'theirs', the program says 'corp mail'" in refused
    assert "username: Harness holds nothing, the program says 'pipeline'" in refused
    assert "password: Harness holds none, the program says one is stored" in refused
    assert "adopt_overwrite=True" in refused
    assert_documented(refused, at_harness(harness, {account.id: "ACCOUNT"}))
    assert writes(harness) == []

    stack.write_program(mail_by(mail, adopt="account", adopt_overwrite=True))
    stack.up().succeeded()
    assert saved(stack)["id"] == theirs.uuid
    assert saved(stack)["outputs"]["savedIn"]["adopted"] is True
    assert (theirs.name, theirs.password) == ("corp mail", PASSWORD)
    assert f"The SMTP config {theirs.uuid} was adopted, so it stays" in stack.destroy().succeeded().text
    assert account.smtp_config is theirs

    stack.write_program(mail_by(mail, adopt=account.id, delete_adopted=True))
    adopted = stack.up().succeeded().text
    assert "was adopted as it is. Its password can't be read" in adopted
    assert writes(harness) == ["PUT"], "adopting what is equal changes nothing"
    stack.destroy().succeeded()
    assert account.smtp_config is None


def test_another_stack_reads_without_owning(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """`get` gives what Harness holds, by account or uuid; destroying the reader deletes nothing."""
    theirs = account.set_smtp_config("corp mail", host="smtp.example.com", port=587, startTLS=True, password="x-canary")
    reader = harness_stack(
        make_stack,
        harness,
        account,
        "import pulumi\nfrom pulumi_smtp_collab import SmtpCollaborationProvider\n"
        f"mail = SmtpCollaborationProvider.get('mail', {theirs.uuid!r})\n"
        "for name in ('host', 'port', 'tls_mode', 'display_name', 'id'):\n"
        "    pulumi.export(name, getattr(mail, name))\n"
        "pulumi.export('by_account', SmtpCollaborationProvider.get('by-account', 'account').port)\n",
    )
    reader.up().succeeded()
    expected = {"host": "smtp.example.com", "port": 587, "tls_mode": "starttls", "display_name": "corp mail"}
    assert reader.outputs() == {**expected, "id": theirs.uuid, "by_account": 587}
    account.edit_smtp_config(port=2525)
    reader.refresh().succeeded()
    assert [each["outputs"]["port"] for each in reader.resources(KIND)] == [2525, 2525]
    reader.up().succeeded()
    assert reader.outputs()["by_account"] == 2525
    reader.destroy().succeeded()
    assert account.smtp_config is theirs
    assert writes(harness) == []
    assert mail.connections == 0


def test_a_replacement_deletes_before_it_creates(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """Forced by --replace too, where the engine asks nobody: the account has room for one config."""
    stack = harness_stack(make_stack, harness, account, mail_by(mail))
    stack.up().succeeded()
    first = stored(account).uuid
    stack.up("--replace", saved(stack)["urn"]).succeeded()
    assert writes(harness) == ["POST", "PUT", "DELETE", "POST"]
    assert saved(stack)["id"] == stored(account).uuid != first
    stack.up("--expect-no-changes").succeeded()


def test_a_renamed_resource_does_not_delete_what_it_took_over(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """Without an alias the engine creates, which finds an equal config and takes it over, and then deletes the old one.

    A replacement that the program wants to create first is the same. The config stays, and a warning says why.
    """
    program = mail_by(mail)
    stack = harness_stack(make_stack, harness, account, program)
    stack.up().succeeded()
    uuid = stored(account).uuid
    renamed = program.replace("'mail',", "'harness-mail',")
    assert renamed != program
    for text, options in (
        (renamed, ()),
        (
            renamed.replace("\n)", "\n    opts=pulumi.ResourceOptions(delete_before_replace=False),\n)"),
            ("--replace", "*"),
        ),
    ):
        stack.write_program(text)
        warned = stack.up(*(option.replace("*", saved(stack)["urn"]) for option in options)).succeeded().text
        assert f"The SMTP config {uuid} now belongs to another resource of this stack, so it was not deleted" in warned
        assert stored(account).uuid == saved(stack)["id"] == uuid
    stack.refresh("--expect-no-changes").succeeded()
    assert "DELETE" not in writes(harness)

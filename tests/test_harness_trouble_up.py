"""What goes wrong between the engine and Harness: a delegate's test, lost answers, a killed up, two stacks at once."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest
from fake_harness import Account, FakeHarness
from faults import wait_until
from firstgen_stacks import text, text_program
from harness_stacks import (
    PASSWORD,
    SMTP,
    VALIDATE,
    assert_documented,
    assert_nothing_leaks,
    at_harness,
    harness_stack,
    mail_by,
    saved,
    stored,
    writes,
)
from mailservers import Authority, MailServer
from programs import KIND
from pulumi_stack.fixtures import MakeStack

pytestmark = [pytest.mark.engine, pytest.mark.inline]

BY_DELEGATE: dict[str, Any] = {"delegate_test_recipient": "you@example.test"}


# A delegate's test --------------------------------------------------------------------------------------------------


def test_a_delegate_tests_what_was_saved(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """With a recipient both test, once: first we, then a delegate by a mail that says what it is.

    A failure undoes what was saved (deleted, or the old values back) and shows both views; no verdict in time is a
    warning, and a failure at once is none.
    """
    tested = mail_by(mail, connectivity_test=BY_DELEGATE)
    account.delegate = "ineligible"
    stack = harness_stack(make_stack, harness, account, tested)
    failed = stack.up().failed().text
    assert "From here, by our test:" in failed
    assert f"The connectivity test of 127.0.0.1:{mail.port} passed up to recipient" in failed
    assert "From Harness's delegate: No eligible delegate(s) in account to execute task." in failed
    assert "What was saved was deleted again; nothing is saved." in failed
    assert (account.smtp_config, account.hidden_secrets) == (None, {})
    assert not stack.resources(KIND)

    account.delegate = "ok"
    stack.up().succeeded()
    assert saved(stack)["outputs"]["delegateVerification"]["status"] == "passed"
    assert not any("Harness sends" in each for each in saved(stack)["outputs"]["lastVerification"]["notProven"])
    [message] = mail.messages
    assert b"Subject: [test]" in message.content
    assert b"trial/dev/corp mail" in message.content
    stack.up("--expect-no-changes").succeeded()

    account.delegate = "unable"
    changed = {"username": "second", "password": "canary-2nd", "display_name": "new"}
    stack.write_program(mail_by(mail, **changed, connectivity_test=BY_DELEGATE))
    failed = stack.up().failed().text
    assert "What was there before was put back, with the password that was last saved from here." in failed
    assert_documented(failed, {f"127.0.0.1:{mail.port}": "smtp.example.com:587"})
    assert (stored(account).name, stored(account).password) == ("corp mail", PASSWORD)

    account.delegate = "ok"
    harness.fault("POST", VALIDATE, kind=500)
    failed = stack.up().failed().text
    assert "Seen: 500 UNKNOWN_ERROR" in failed
    assert "last saved from here. A test mail may come all the same." in failed
    assert (stored(account).name, stored(account).password) == ("corp mail", PASSWORD)

    # As if it took 25 s: NextGen's own client gives up after 15, and asks twice more.
    account.delegates.latency, account.delegates.time_scale = 2.0, 0.08
    assert "gave no verdict in time" in stack.up().succeeded().text
    assert saved(stack)["outputs"]["delegateVerification"]["status"] == "timedOut"
    assert (stored(account).name, stored(account).password) == ("new", "canary-2nd")
    assert_nothing_leaks(stack, harness, PASSWORD, "canary-2nd")


def test_where_the_test_runs(make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer) -> None:
    """By "delegate" nothing is tested here, and the evidence is the delegate's; by "here" no delegate is asked.

    A runner that skips its own test leaves the delegate's.
    """
    test = {**BY_DELEGATE, "test_from": "delegate"}
    stack = harness_stack(make_stack, harness, account, mail_by(mail, connectivity_test=test))
    stack.up().succeeded()
    assert {each.commands[0] for each in mail.conversations} == {"ehlo delegate.harness.example"}, "nobody else came"
    verification = saved(stack)["outputs"]["lastVerification"]
    assert (verification["status"], verification["depth"]) == ("passed", "message")
    assert len(mail.messages) == 1
    stack.up("--expect-no-changes").succeeded()

    here = {**BY_DELEGATE, "test_from": "here"}
    stack.write_program(mail_by(mail, username="second", password="canary-2nd", connectivity_test=here))
    stack.up().succeeded()
    assert len(mail.messages) == len(harness.asked("POST", VALIDATE)) == 1
    assert "delegateVerification" not in saved(stack)["outputs"], "the old verdict was of other settings"

    stack.environment["SMTP_COLLAB_SKIP_TEST"] = "no route from this runner"
    stack.write_program(mail_by(mail, connectivity_test=BY_DELEGATE))
    assert "was skipped" in stack.up().succeeded().text
    assert len(mail.messages) == 2, "what this runner can't test a delegate can"
    outputs = saved(stack)["outputs"]
    assert (outputs["lastVerification"]["status"], outputs["delegateVerification"]["status"]) == ("notTested", "passed")


def test_a_test_that_could_not_be_undone(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """After an adoption the old password is not known: preview says so, up refuses, unless the program accepts it."""
    account.set_smtp_config(
        "corp mail",
        host="127.0.0.1",
        port=mail.port,
        fromAddress="ci@example.test",
        username="pipeline",
        password=PASSWORD,
    )
    stack = harness_stack(make_stack, harness, account, mail_by(mail, adopt="account"))
    stack.up().succeeded()
    new = {"username": "second", "password": "canary-2nd"}
    stack.write_program(mail_by(mail, **new, connectivity_test=BY_DELEGATE))
    assert "if the test fails, it can't be put back" in stack.preview().succeeded().text
    refused = stack.up().failed().text
    assert "allow_irreversible_test=True" in refused
    assert "Nothing was changed." in refused
    assert stored(account).password == PASSWORD

    accepted = {**BY_DELEGATE, "allow_irreversible_test": True}
    stack.write_program(mail_by(mail, **new, connectivity_test=accepted))
    stack.up().succeeded()
    assert stored(account).password == "canary-2nd"
    assert saved(stack)["outputs"]["savedIn"]["passwordKnown"] is True


# Lost answers, killed ups, others at the same time ------------------------------------------------------------------


def test_passing_troubles_are_repeated_and_lasting_ones_named(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """What may be repeated is, after 429 and 5xx, a create too; what stays is shown with its advice.

    A create whose answer was lost is read back, so that there are never two.
    """
    harness.fault("GET", SMTP, kind=503, times=None)
    stack = harness_stack(make_stack, harness, account, mail_by(mail))
    refused = stack.up().failed().text
    assert "Seen: 503: no JSON object: no healthy upstream" in refused
    assert len(harness.asked("GET", SMTP)) == 4
    harness.clear_faults()

    harness.fault("POST", SMTP, kind=429, retry_after=3600)
    refused = stack.up().failed().text
    assert "Seen: 429 TOO_MANY_REQUESTS" in refused
    assert "run `pulumi up` again in a minute" in refused
    assert "Nothing was saved." in refused

    harness.fault("GET", SMTP, kind=429, retry_after=0)
    harness.fault("POST", SMTP, kind=429, retry_after=0)
    harness.fault("POST", SMTP, kind=503)
    harness.fault("POST", SMTP, kind="drop", when="after")
    warned = stack.up().succeeded().text
    assert "was taken for what an interrupted up left there" in warned
    assert (len(harness.asked("POST", SMTP)), saved(stack)["id"]) == (4, stored(account).uuid)

    harness.fault("PUT", SMTP, kind=500, times=None, when="after")
    stack.write_program(mail_by(mail, display_name="new"))
    refused = stack.up().failed().text
    assert "Seen: 500 UNKNOWN_ERROR: Oops, something went wrong on our end." in refused
    assert "It may have been saved all the same: the next `pulumi up` compares first." in refused
    assert_documented(refused, at_harness(harness, {}))
    harness.clear_faults()
    assert stored(account).name == "new"
    stack.up().succeeded()  # what it finds is what it wants: no foreign change

    harness.fault("DELETE", "*", kind="drop", when="after")
    stack.destroy().succeeded()
    assert account.smtp_config is None
    assert_nothing_leaks(stack, harness, PASSWORD)


def test_an_up_that_is_killed_before_the_answer(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """The config is in Harness and in no state: the next up takes it over with a warning. Never two, none orphaned."""
    lost = harness.fault("POST", SMTP, kind="timeout", when="after")
    stack = harness_stack(make_stack, harness, account, mail_by(mail))
    up = stack.start("up", "--yes", "--skip-preview")
    assert lost.reached.wait(60)
    os.kill(up.pid, signal.SIGKILL)
    up.communicate(timeout=30)
    lost.release()
    orphan = stored(account).uuid
    assert not stack.resources(KIND)

    stack.run("cancel", "--yes").succeeded()
    assert "was taken for what an interrupted up left there" in stack.up().succeeded().text
    assert saved(stack)["id"] == stored(account).uuid == orphan
    assert writes(harness) == ["POST", "PUT"]
    stack.refresh("--clear-pending-creates").succeeded()
    stack.up("--expect-no-changes").succeeded()
    assert saved(stack)["id"] == orphan


def test_two_stacks_create_at_once(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """Both look and find nothing; Harness takes one, and the other is told whose it is and how to adopt it."""
    looking = harness.fault("GET", SMTP, kind="timeout", when="after", times=2)  # both are answered, late
    stacks = [harness_stack(make_stack, harness, account, mail_by(mail, display_name=name)) for name in ("one", "two")]
    ups = [stack.start("up", "--yes", "--skip-preview") for stack in stacks]
    wait_until(lambda: looking.hits == 2, "both stacks look", 60)
    looking.release()
    printed = ["".join(up.communicate(timeout=120)) for up in ups]
    assert min(up.returncode for up in ups) == 0, printed
    loser = next(text for up, text in zip(ups, printed, strict=True) if up.returncode)
    held = stored(account)
    assert f"has an SMTP config already: '{held.name}', uuid {held.uuid}" in loser
    assert f"adopt='{held.uuid}'" in loser
    assert sorted(len(stack.resources(KIND)) for stack in stacks) == [0, 1]
    assert [one.status for one in harness.asked("POST", SMTP)] == [200, 400]


# Both generations in one program ------------------------------------------------------------------------------------


def test_what_harness_refuses_and_what_it_is_not_asked(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """A policy's denial is a refusal with its words; a key of the older form is taken; a CA is warned of once.

    Drift of an argument that the program marked secret stops a destroy, in FirstGen too, and is not shown.
    """
    with Authority() as authority:
        place = f"host='127.0.0.1', port={mail.port}, from_address='ci@example.test'"
        firstgen = "target={'kind': 'harness-firstgen'}"
        program = text_program(
            text("denied", value="canary-denied", name="Denied"),
            f"SmtpCollaborationProvider('mail', {place}, username='pipeline', password={PASSWORD!r},\n"
            f"    ca_certificates={authority.pem!r})\n",
            f"pw = EncryptedText('pw', value={PASSWORD!r}, {firstgen})\n",
            f"SmtpCollaborationProvider('old', {place}, password=pw, {firstgen},\n"
            "    username=pulumi.Output.secret('pipeline'))\n",
        )
        account.secret_policies["no-mail"] = "secrets named Denied are denied"
        stack = harness_stack(make_stack, harness, account, program, account.api_key(older=True))
        stack.environment["HARNESS_API_KEY"] = account.api_key(generation="firstgen")
        ca = "ca_certificates is for the test from here alone and never reaches Harness"
        result = stack.up("--continue-on-error").failed()
        up = result.text
        assert "Seen: 200 POLICY_DENIED: no-mail: secrets named Denied are denied" in up
        assert "Fix: a policy of Harness denies it" in up
        assert "may have" not in up
        assert sum(ca in each["message"] for each in result.diagnostics) == 1
        assert (stored(account).name, account.firstgen_providers["old"].host) == ("mail", "127.0.0.1")

        account.secret_policies.clear()
        assert ca not in stack.up().succeeded().text, "it was told when it was new"
    account.firstgen_providers["old"].username = "canary-theirs"
    destroyed = stack.destroy("--continue-on-error").failed().text
    assert "username: differs (secret)" in destroyed
    assert "canary-theirs" not in destroyed
    assert (account.smtp_config, list(account.firstgen_providers)) == (None, ["old"])
    assert_nothing_leaks(stack, harness, PASSWORD, "canary-denied", "canary-theirs")


# A secret of its own ------------------------------------------------------------------------------------------------


def test_a_new_value_is_live_only_after_the_providers_test(
    make_stack: MakeStack, harness: FakeHarness, account: Account, mail: MailServer
) -> None:
    """Pipelines may refer to the secret: where the provider's test of a new value fails, it keeps the old one.

    Where it passes, the provider writes it. A secret that no provider takes goes live at once.
    """

    def program(value: str, alone: str, port: int) -> str:
        common = f"host='127.0.0.1', port={port}, from_address='ci@example.test', username='pipeline', password=pw"
        return text_program(
            text("pw", identifier="smtp_password", value=value),
            text("alone", value=alone),
            f"SmtpCollaborationProvider('mail', display_name='corp mail', {common})\n",
        )

    def values() -> dict[str, str]:
        return {one.identifier: one.value for one in account.secrets.values()}

    stack = harness_stack(make_stack, harness, account, program(PASSWORD, "canary-a", mail.port))
    stack.up().succeeded()
    assert values() == {"smtp_password": PASSWORD, "alone": "canary-a"}
    stack.write_program(program("canary-wrong", "canary-b", mail.port))
    assert "Stage: auth of" in stack.up().failed().text
    assert values() == {"smtp_password": PASSWORD, "alone": "canary-b"}
    assert stored(account).password == PASSWORD
    mail.credentials["pipeline"] = "canary-new"
    stack.write_program(program("canary-new", "canary-b", mail.port))
    stack.up().succeeded()
    assert values() == {"smtp_password": "canary-new", "alone": "canary-b"}
    assert stored(account).password == "canary-new"
    stack.up("--expect-no-changes").succeeded()
    assert_nothing_leaks(stack, harness, PASSWORD, "canary-wrong", "canary-new")

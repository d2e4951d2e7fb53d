"""Harness's own test by a delegate, with real SMTP behind it: what a failure puts back, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from typing import Any

import pytest
from fake_harness import FakeHarness
from harness_access import InAccount, config
from mailservers import Authority, MailServer, closed_port

from pulumi_smtp_collab import ConnectivityTest, SmtpSettings, TargetError, run_connectivity_test
from pulumi_smtp_collab.targets.harness.delegate_test import (
    DelegateTest,
    DelegateTestFailed,
    irreversible,
    run_delegate_test,
)
from pulumi_smtp_collab.targets.harness.errors import HarnessError
from pulumi_smtp_collab.targets.harness.smtp_config import Held, SmtpConfig
from pulumi_smtp_collab.targets.harness.smtp_config_api import SmtpConfigApi

SMTP = "/ng/api/smtpConfig"
VALIDATE = f"{SMTP}/validate-connectivity"
TEST = DelegateTest(
    "you@example.com", "[test] corp mail", "This mail is a test.\nIs it? 1 < 2.", our_view="It passed from here."
)


@pytest.fixture
def here(harness: FakeHarness) -> InAccount:
    return InAccount(harness, harness.add_account())


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A server that takes two passwords, the old one and the new one, one after the other."""
    with MailServer(credentials={"u": "pw-1", "v": "pw-2"}, plaintext_login=True, login_required=True) as server:
        yield server


def of(server: MailServer, **changes: Any) -> SmtpConfig:
    return config(**{"host": server.host, "port": server.port, "start_tls": False, **changes})


def failed(call: Any, *args: Any, **options: Any) -> DelegateTestFailed:
    with pytest.raises(DelegateTestFailed) as caught:
        call(*args, **options)
    return caught.value


def test_delegate_sends_our_test_mail(here: InAccount, mail: MailServer) -> None:
    """What is saved is tested once, by a real mail with our subject and text."""
    outcome = here.nextgen.create(of(mail), TEST)
    assert outcome.verdict is not None
    assert outcome.verdict.status == "passed"
    [message] = mail.messages
    content = message_from_bytes(message.content)
    assert content["Subject"] == "[test] corp mail"
    assert content.get_payload(decode=True) == b"This mail is a test.<br>\nIs it? 1 &lt; 2."
    assert len(here.harness.asked("POST", VALIDATE)) == 1


def test_failed_test_of_a_new_config_deletes_it(here: InAccount, mail: MailServer) -> None:
    """The error shows both views, ours and Harness's, and that nothing is saved."""
    with Authority() as authority, MailServer("starttls", authority.server_context("127.0.0.1")) as server:
        settings = SmtpSettings(
            host=server.host,
            port=server.port,
            start_tls=True,
            from_address="ci@example.com",
            ca_certificates=authority.pem,
        )
        report = run_connectivity_test(settings, ConnectivityTest())
        assert report.passed
        wanted = of(server, start_tls=True, username=None, password=None)
        error = failed(here.nextgen.create, wanted, replace(TEST, our_view=str(report)))
    text = str(error)
    assert f"The connectivity test of 127.0.0.1:{server.port} passed up to recipient" in text
    assert f"From Harness's delegate: Delegate(s) unable to connect to 127.0.0.1:{server.port}" in text
    assert text.endswith("What was saved was deleted again; nothing is saved.")
    assert here.account.smtp_config is None
    assert mail.connections == 0


@pytest.mark.parametrize("old_password", ["pw-1", None])
def test_failed_test_of_an_update_restores_what_was(
    here: InAccount, mail: MailServer, old_password: str | None
) -> None:
    """Every old value is back, the old password too, and what others added."""
    old = of(mail, password=old_password, username="u" if old_password else None, delegate_selectors=())
    made = here.nextgen.create(old).held
    here.account.edit_smtp_config(tlsProfile="modern")
    stored = here.account.smtp_config
    assert stored is not None
    before = (stored.name, dict(stored.value), stored.password)
    error = failed(
        here.nextgen.update, made, of(mail, name="new", username="u", password="wrong", port=mail.port), TEST
    )
    assert "From Harness's delegate: Email failed." in str(error)
    assert "The delegate's log holds the cause" in str(error)
    put_back = "What was there before was put back"
    known = f"{put_back}, with the password that was last saved from here."
    assert error.outcome == (known if old_password else f"{put_back}.")
    assert (stored.name, stored.value, stored.password) == before
    if old_password:
        assert here.nextgen.update(made, of(mail, username="v", password="pw-2"), TEST).verdict is not None


@pytest.mark.parametrize(
    ("status", "says", "advice"),
    [
        ("none", "no active delegates", 'test_from="here"'),
        ("ineligible", "No eligible delegate", "no connected delegate may take the task"),
        ("unable", "unable to connect", "firewall"),
    ],
)
def test_each_verdict_has_its_advice(here: InAccount, mail: MailServer, status: Any, says: str, advice: str) -> None:
    """No delegate, none that may, none that gets there."""
    here.account.delegate = status
    text = str(failed(here.nextgen.create, of(mail), TEST))
    assert says in text
    assert advice in text
    assert "select" not in text.replace("whatever delegate_selectors says", "")


@pytest.mark.parametrize("fault", ["slow", "timeout", "late drop"])
@pytest.mark.parametrize("enforce", [True, False])
def test_no_verdict_in_time_is_a_warning(
    harness: FakeHarness, mail: MailServer, fault: str, enforce: bool, monkeypatch: Any
) -> None:
    """A test that may have started, and gave no verdict in time, proves nothing: what was saved stays.

    It is never asked again, and the warning says that mails may come.
    """
    monkeypatch.setattr("pulumi_smtp_collab.targets.harness.smtp_config_api._TEST_SECONDS", 2.0)
    monkeypatch.setattr("pulumi_smtp_collab.targets.harness.delegate_test._WAITED", 0.5)
    monkeypatch.setattr("pulumi_smtp_collab.targets.harness.delegate_test._HARNESS_WAITS", 0.5)
    here = InAccount(harness, harness.add_account())
    if fault == "slow":
        here.account.delegates.time_scale = 0.02
        here.account.delegates.latency = 0.5
    elif fault == "timeout":
        harness.fault("POST", VALIDATE, kind="timeout", seconds=3)
    else:
        harness.latency = 0.6
        harness.fault("POST", VALIDATE, kind="drop")
    outcome = here.nextgen.create(of(mail), replace(TEST, enforce=enforce))
    assert outcome.verdict is not None
    assert outcome.verdict.status == "timedOut"
    assert here.account.smtp_config is not None
    assert "proves nothing" in here.warnings[0]
    assert "up to three mails may come all the same" in here.warnings[0]
    assert len(harness.asked("POST", VALIDATE)) == 1


@pytest.mark.parametrize("fault", [429, 500, 502, 503, "drop", "reset", "malformed", "truncated"])
def test_failure_at_once_is_no_pass(here: InAccount, mail: MailServer, fault: Any) -> None:
    """Harness, or what stands before it, failed at once: that is no verdict, and what was saved is put back."""
    here.harness.fault("POST", VALIDATE, kind=fault)
    with pytest.raises(HarnessError) as caught:
        here.nextgen.create(of(mail), TEST)
    assert here.account.smtp_config is None
    mail_may_come = str(caught.value).endswith("nothing is saved. A test mail may come all the same.")
    assert mail_may_come == (fault != 429)
    assert len(here.harness.asked("POST", VALIDATE)) == 1
    made = here.nextgen.create(of(mail)).held
    here.harness.fault("POST", VALIDATE, kind=fault)
    with pytest.raises(HarnessError, match="was put back, with the password that was last saved from here"):
        here.nextgen.update(made, of(mail, username="v", password="pw-2"), TEST)
    assert (here.account.smtp_config or made).password == "pw-1"  # type: ignore[union-attr]


def test_harness_that_is_away_is_no_pass(here: InAccount) -> None:
    """Saved, and then Harness can't be reached: no test can have run, and no mail is spoken of."""
    with closed_port() as port:
        away = InAccount(here.harness, here.account, endpoint=f"http://127.0.0.1:{port}")
        with pytest.raises(HarnessError, match="no connection") as caught:
            run_delegate_test(SmtpConfigApi(away.client), "uuid", TEST)
    assert "mail may come" not in str(caught.value)


def test_a_passed_test_ignores_the_selectors(here: InAccount, mail: MailServer) -> None:
    """Harness's test asks any delegate: it passes although none has the tags that real mail asks for."""
    outcome = here.nextgen.create(of(mail, delegate_selectors=("nobody-has-it",)), TEST)
    assert outcome.verdict is not None
    assert outcome.verdict.status == "passed"
    assert not here.account.delegates.would_send({"delegateSelectors": ["nobody-has-it"]})


def test_what_harness_repeats_of_a_secret_host_is_hidden(here: InAccount, mail: MailServer) -> None:
    """Its message names host and port; where the program marked the host secret, neither error nor verdict shows it."""
    here.account.delegate = "unable"
    warns = replace(TEST, enforce=False, secrets=(mail.host,))
    outcome = here.nextgen.create(of(mail), warns)
    assert outcome.verdict is not None
    assert "unable to connect to [hidden]:" in outcome.verdict.message
    assert mail.host not in here.warnings[0]


def test_refused_test_puts_back(here: InAccount, mail: MailServer) -> None:
    """A test that Harness doesn't run is no pass: what was saved is put back, and the refusal is the error."""
    here.harness.fault("POST", VALIDATE, kind=429)
    with pytest.raises(HarnessError, match="nothing is saved") as caught:
        here.nextgen.create(of(mail), TEST)
    assert caught.value.said.status == 429
    assert here.account.smtp_config is None


def test_test_that_is_not_enforced_warns(here: InAccount, mail: MailServer) -> None:
    """mode="warn": saved all the same, with the whole message as a warning."""
    warns = replace(TEST, enforce=False)
    outcome = here.nextgen.create(of(mail, password="wrong"), warns)
    assert outcome.verdict is not None
    assert (outcome.verdict.status, outcome.verdict.message) == ("failed", "Email failed.")
    assert here.warnings[0].endswith("It was saved all the same.")
    here.harness.fault("POST", VALIDATE, kind=429)
    assert here.nextgen.update(outcome.held, of(mail), warns).verdict is None
    assert "gave no verdict. It was saved all the same." in here.warnings[1]
    assert here.account.smtp_config is not None


# What can't be undone -----------------------------------------------------------------------------------------------


def adopted(here: InAccount, server: MailServer) -> Held:
    """A config of somebody else, equal to the program's but for its password, taken over."""
    here.account.set_smtp_config(
        "corp mail", password="theirs", host=server.host, port=server.port, fromAddress="ci@example.com", username="u"
    )
    return here.nextgen.take_over(here.nextgen.find("account"), of(server)).held


def test_unknown_old_password_is_refused_before_anything_is_saved(here: InAccount, mail: MailServer) -> None:
    """Preview says that it can't be undone, and up refuses; with allow_irreversible_test it goes ahead."""
    held = adopted(here, mail)
    assert "allow_irreversible_test=True" in str(irreversible(held))
    stored = here.account.smtp_config
    assert stored is not None
    with pytest.raises(TargetError, match=r"can't be put back.*Nothing was changed"):
        here.nextgen.update(held, of(mail, username="v", password="pw-2"), TEST)
    assert stored.password == "theirs"
    error = failed(
        here.nextgen.update, held, of(mail, password="wrong", name="new"), replace(TEST, allow_irreversible=True)
    )
    assert "can't be put back, as its password is not known: the new settings stay" in error.outcome
    assert (stored.name, stored.password) == ("new", "wrong")


def test_overwriting_adoption_with_a_password_is_irreversible(here: InAccount, mail: MailServer) -> None:
    """Adopting over a stored password is refused likewise; over none it can be put back."""
    stored = here.account.set_smtp_config("theirs", password="theirs", host=mail.host, port=mail.port)
    with pytest.raises(TargetError, match="allow_irreversible_test"):
        here.nextgen.take_over(here.nextgen.find("account"), of(mail), TEST, overwrite=True)
    assert stored.name == "theirs"
    stored = here.account.set_smtp_config("theirs", host=mail.host, port=mail.port)
    failed(here.nextgen.take_over, here.nextgen.find("account"), of(mail, password="wrong"), TEST, overwrite=True)
    assert (stored.name, stored.password) == ("theirs", None)


def test_password_of_ours_is_known() -> None:
    """What we saved ourselves can be put back, and so can a config without any password."""
    held = Held("u", config(), password_stored=True)
    assert irreversible(held) is None
    assert irreversible(replace(held, config=config(password=None), password_stored=False)) is None
    assert irreversible(replace(held, config=config(password=None))) is not None


def test_failed_test_of_an_adoption_changes_nothing(here: InAccount, mail: MailServer) -> None:
    """Adopted as it is: the delegate tests what is there, and there is nothing to put back."""
    stored = here.account.set_smtp_config(
        "corp mail", password="theirs", host=mail.host, port=mail.port, fromAddress="ci@example.com", username="u"
    )
    error = failed(here.nextgen.take_over, here.nextgen.find("account"), of(mail), TEST)
    assert error.outcome == "Nothing was changed in Harness."
    assert stored.password == "theirs"


# When putting back fails --------------------------------------------------------------------------------------------


def test_what_others_changed_meanwhile_is_left(here: InAccount, mail: MailServer) -> None:
    """Between our save and the failure somebody changed the config: theirs stays, and the error says so."""

    def meddle(*_: Any) -> None:
        if here.account.smtp_config is not None:
            here.account.edit_smtp_config(name="theirs")

    mail.hook = meddle
    error = failed(here.nextgen.create, of(mail, password="wrong"), TEST)
    assert "was changed in Harness meanwhile, so it was left there" in error.outcome
    here.account.delete_smtp_config()
    mail.hook = None
    made = here.nextgen.create(of(mail)).held
    mail.hook = meddle
    error = failed(here.nextgen.update, made, of(mail, password="wrong"), TEST)
    assert "was changed in Harness meanwhile, so it was left as it is" in error.outcome


def test_putting_back_that_fails_says_what_is_true(here: InAccount, mail: MailServer) -> None:
    """Harness is away when it is to be undone: the error holds both failures and what is saved now."""
    here.harness.fault("DELETE", f"{SMTP}/*", kind=503, times=4)
    error = failed(here.nextgen.create, of(mail, password="wrong"), TEST)
    stored = here.account.smtp_config
    assert stored is not None
    assert f"still in Harness, uuid {stored.uuid}" in error.outcome
    assert "503" in error.outcome
    made = here.nextgen.read(stored.uuid)
    assert made is not None
    known = replace(made, config=of(mail, password="wrong"))
    here.harness.fault("PUT", SMTP, kind=503, skip=1, times=4)
    error = failed(here.nextgen.update, known, of(mail, password="worse", name="new"), TEST)
    assert "the new settings stay in Harness" in error.outcome
    assert stored.name == "new"

"""The API key, passwords and secret values are in no exception, repr, URL, warning or log, whoever echoes them."""

from __future__ import annotations

import base64
import json
import logging
import unicodedata
from typing import Any
from urllib.parse import quote

import pytest
from fake_harness import FakeHarness
from harness_access import InAccount, config, http_answer
from hypothesis import given
from hypothesis import strategies as st
from life_cycle_cases import EncryptedTextCase, ProviderCase
from mailservers import MailServer, ScriptedServer
from pydantic import SecretStr

from pulumi_smtp_collab import TargetError
from pulumi_smtp_collab.model.encrypted_text import EncryptedTextArguments
from pulumi_smtp_collab.model.origin import Origin
from pulumi_smtp_collab.model.usage_scope import UsageScope
from pulumi_smtp_collab.targets.harness.delegate_test import DelegateTest
from pulumi_smtp_collab.targets.harness.firstgen import FirstGenSmtpProviders
from pulumi_smtp_collab.targets.harness.nextgen import NextGenSmtpConfig
from pulumi_smtp_collab.targets.harness.nextgen_secrets import TextSecret
from pulumi_smtp_collab.targets.harness.provider_as_code import ProviderAsCode
from pulumi_smtp_collab.targets.harness.untrusted import MAX_SHOWN, Scrubber

PASSWORD = 'c4nary "pä$$" wörd'
FAULTS: list[Any] = [429, 500, 502, 503, "drop", "reset", "timeout", "malformed", "truncated"]


def everything(error: BaseException | None) -> str:
    """All that an exception shows of itself, and of those behind it."""
    shown = []
    while error is not None:
        shown += [str(error), repr(error), repr(error.args), repr(vars(error))]
        error = error.__cause__ or error.__context__
    return "\n".join(shown)


def disguises(secret: str) -> set[str]:
    """The forms in which a secret could slip through."""
    encoded = secret.encode()
    return {
        secret,
        encoded.hex(),
        base64.b64encode(encoded).decode().rstrip("="),
        base64.urlsafe_b64encode(encoded).decode().rstrip("="),
        quote(secret, safe=""),
        json.dumps(secret)[1:-1],
        repr(secret)[1:-1],
    }


def assert_hidden(shown: str, *secrets: str) -> None:
    for secret in secrets:
        for form in disguises(secret):
            assert form not in shown


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("generation", ["harness", "harness-firstgen"])
def test_no_secret_is_shown_when_anything_fails(
    harness: FakeHarness, kind: Any, generation: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Every operation under every fault, with all logs at their finest: nothing of the three is shown."""
    caplog.set_level(logging.DEBUG)
    here = InAccount(harness, harness.add_account(), generation, answer_seconds=0.05)
    shown: list[str] = []
    operations: list[Any] = [
        lambda: here.nextgen.create(config(password=PASSWORD)),
        lambda: here.secrets.create(TextSecret("i", "n"), PASSWORD),
    ]
    if generation == "harness-firstgen":
        operations = [
            lambda: here.texts.create("n", PASSWORD, UsageScope.everywhere()),
            lambda: here.firstgen.create(ProviderAsCode("n", "h.example", 25, "a@b.example", secret="x")),
        ]
    for method in ("GET", "POST", "PUT"):
        for operation in operations:
            harness.clear_faults()
            harness.fault(method, "*", kind=kind, times=None)
            try:
                shown.append(repr(operation()))
            except TargetError as error:
                shown.append(everything(error))
    shown += [*here.warnings, caplog.text, repr(here.client), *(one.target for one in harness.requests)]
    shown += [repr(target) for target in (here.nextgen, here.firstgen, here.secrets, here.texts, config())]
    assert any("failed at 127.0.0.1" in one for one in shown)
    assert_hidden("\n".join(shown), here.client.access.key.value, PASSWORD)


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "403 Forbidden", "500 Oops", "200 OK"])
@pytest.mark.parametrize("html", [True, False])
def test_what_is_echoed_is_hidden(harness: FakeHarness, status: str, html: bool) -> None:
    """A server that answers with our own key and password, in any form and any place, shows [hidden]."""
    account = harness.add_account()
    key = account.api_key()
    echoed = " ".join(sorted(disguises(key) | disguises(PASSWORD)))
    said = {"status": "ERROR", "code": key, "message": echoed, "correlationId": PASSWORD}
    said["errors"] = [{"fieldId": PASSWORD}]  # type: ignore[assignment]
    body = f"<html><title>{key} {PASSWORD}</title>" if html else json.dumps(said)
    null = b'{"status":"SUCCESS","data":null}'
    answers = [http_answer(null), http_answer(body.encode(), status)] * 4  # what may pass is asked for four times
    with ScriptedServer(*answers, http_answer(null)) as server:
        here = InAccount(harness, account, key=key, endpoint=f"http://127.0.0.1:{server.port}")
        with pytest.raises(TargetError) as caught:
            here.nextgen.create(config(password=PASSWORD))
    text = everything(caught.value)
    assert "[hidden]" in text
    assert_hidden(text, key, PASSWORD)


def test_failed_delegate_test_shows_no_password(harness: FakeHarness) -> None:
    """Both views and what was put back, without the old or the new password."""
    here = InAccount(harness, harness.add_account())
    with MailServer(credentials={"u": "old-c4nary"}, plaintext_login=True, login_required=True) as server:
        old = config(host=server.host, port=server.port, start_tls=False, password="old-c4nary")
        made = here.nextgen.create(old).held
        new = config(host=server.host, port=server.port, start_tls=False, password=PASSWORD)
        with pytest.raises(TargetError) as caught:
            here.nextgen.update(made, new, DelegateTest("you@example.com", "s", "b"))
    shown = everything(caught.value) + repr(made) + repr(here.warnings)
    assert_hidden(shown, "old-c4nary", PASSWORD, here.client.access.key.value)
    assert_hidden(" ".join(one.target for one in harness.requests), "old-c4nary", PASSWORD)


def test_new_refusals_show_no_secret(harness: FakeHarness) -> None:
    """A policy that repeats the value, a delegate that repeats a secret host, drift of a secret argument, an orphan."""
    here = InAccount(harness, harness.add_account())
    shown: list[str] = []

    def attempt(call: Any) -> None:
        with pytest.raises(TargetError) as caught:
            call()
        shown.append(everything(caught.value))

    here.account.secret_policies[PASSWORD] = f"{PASSWORD} is no value for a policy"
    attempt(lambda: here.secrets.create(TextSecret("i", "n"), PASSWORD))
    host = "c4nary-host.example"
    here.account.delegate = "unable"
    secret = frozenset({"host", "username", "display_name"})
    test = DelegateTest("you@example.com", "s", "b", secrets=(host, PASSWORD))
    attempt(lambda: here.nextgen.create(config(host=host, password=PASSWORD), test, secret=secret))
    made = here.nextgen.create(config(host=host, username="c4nary-user", password=PASSWORD), secret=secret).held
    here.account.edit_smtp_config(host="theirs.example", username="them")
    attempt(lambda: here.nextgen.delete(made, secret=secret))
    attempt(lambda: here.nextgen.update(made, config(host=host, port=25, username="c4nary-user"), secret=secret))
    first = InAccount(harness, here.account, "harness-firstgen")
    wanted = ProviderAsCode("c4nary-name", host, 25, "a@b.example", username="c4nary-user")
    saved = first.firstgen.create(wanted)
    here.account.firstgen_providers["c4nary-name"].host = "theirs.example"
    attempt(lambda: first.firstgen.delete(saved.id, wanted, secret=secret))
    attempt(lambda: first.firstgen.create(wanted, secret=secret))
    here.account.delete_smtp_config()
    here.account.hidden_secrets[f"ngSmtpConfig-orphan-{here.account.id}-SmtpSecret"] = "old"
    attempt(lambda: here.nextgen.create(config(name="orphan", password=PASSWORD)))
    assert_hidden("\n".join([*shown, *here.warnings, *first.warnings]), PASSWORD, host, "c4nary-user", "c4nary-name")


@pytest.mark.parametrize("generation", ["harness", "harness-firstgen"])
def test_what_the_program_marked_secret_is_not_repeated(harness: FakeHarness, generation: str) -> None:
    """A refusal that repeats the host, in any form; a secret's name in our own words."""
    host, sender, name = "c4nary-host.example", "c4nary@sender.example", "c4nary name"
    echoed = f"Invalid request: {' '.join(sorted(disguises(host)))} and {sender} can't be"
    said = json.dumps({"status": "ERROR", "code": "INVALID_REQUEST", "message": echoed}).encode()
    kind: Any = "nextgen" if generation == "harness" else "firstgen"
    account = harness.add_account()
    environment = {
        "HARNESS_ACCOUNT_ID": account.id,
        "HARNESS_PLATFORM_API_KEY" if kind == "nextgen" else "HARNESS_API_KEY": account.api_key(generation=kind),
    }
    nothing = {"status": "SUCCESS", "data": None, "resource": {"response": [], "total": 0}}
    with ScriptedServer(http_answer(json.dumps(nothing).encode()), http_answer(said, "400 Bad Request")) as server:
        there = {**environment, "HARNESS_ENDPOINT": f"http://127.0.0.1:{server.port}"}
        case = ProviderCase({"smtp-collab:target": generation}, there)
        given = {"displayName": "n", "host": host, "fromAddress": sender, "connectivityTest": {"mode": "off"}}
        with pytest.raises(TargetError) as caught:
            case.create(case.inputs(given), Origin(secret_arguments=frozenset({"host", "from_address"})))
    assert "[hidden]" in str(caught.value)
    shown = everything(caught.value)

    texts = EncryptedTextCase({"smtp-collab:target": generation}, {**environment, "HARNESS_ENDPOINT": harness.endpoint})
    arguments = EncryptedTextArguments(name=name, identifier=None, value=SecretStr("v"))
    origin = Origin(secret_arguments=frozenset({"name", "identifier"}))
    if kind == "nextgen":
        arguments = arguments.model_copy(update={"identifier": "c4nary_identifier"})
        texts.stack.encrypted_texts.create(arguments, origin)
        with pytest.raises(TargetError) as caught:
            texts.stack.encrypted_texts.create(arguments, origin)
        assert "There is a secret with the identifier [secret] in the account scope" in str(caught.value)
        shown += everything(caught.value)
    assert_hidden(shown + str(texts.warnings), host, sender, name, "c4nary_identifier")


@given(secret=st.text(min_size=4), around=st.text())
def test_scrubber_hides_and_bounds(secret: str, around: str) -> None:
    """Whatever the secret and the text: hidden before it is cut, printable, bounded."""
    scrubber = Scrubber((secret, None, ""))
    marker = "[hidden]"
    for form in (secret, quote(secret, safe="", errors="surrogatepass"), json.dumps(secret)[1:-1]):
        text = scrubber.clean(around[:50] + form + around)
        assert marker in text
        assert not {unicodedata.category(letter) for letter in text} & {"Cc", "Cs", "Zl", "Zp"}
    assert len(scrubber.clean(secret * 1000 + "x" * 10_000)) <= MAX_SHOWN * 6 + 40
    assert secret not in repr(scrubber)


def test_text_of_others_is_visible_and_bounded() -> None:
    """Escape sequences, line breaks and marks of direction are written out; what is cut off is counted."""
    text = Scrubber().clean("a\x1b[31m\n\u202eb\ud800")
    assert text == "a\\x1b[31m\\x0a\\u202eb\\ud800"
    assert Scrubber().clean("x" * 600) == f"{'x' * 512}… (600 characters)"


def test_both_targets_have_no_repr_of_their_own() -> None:
    """Nothing that holds the key prints its fields."""
    assert NextGenSmtpConfig.__repr__ is object.__repr__
    assert FirstGenSmtpProviders.__repr__ is object.__repr__

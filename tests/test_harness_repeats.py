"""A write that failed for the moment is sent again only over what it was to replace; a 200 may be no success."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from fake_harness import FakeHarness
from harness_access import InAccount, Timeless, config, http_answer
from mailservers import ScriptedServer

from pulumi_smtp_collab import TargetError
from pulumi_smtp_collab.model.usage_scope import UsageScope
from pulumi_smtp_collab.targets.harness.api_keys import Generation
from pulumi_smtp_collab.targets.harness.nextgen_secrets import TextSecret
from pulumi_smtp_collab.targets.harness.provider_as_code import ProviderAsCode
from pulumi_smtp_collab.targets.harness.smtp_config import Held
from pulumi_smtp_collab.targets.harness.smtp_config_api import SmtpConfigApi

SMTP = "/ng/api/smtpConfig"
SECRETS = "/ng/api/v2/secrets"
YAML = "/api/setup-as-code/yaml"
OURS = ProviderAsCode("corp", "smtp.example.com", 465, "ci@example.com", ssl=True)


@dataclass
class Meanwhile(Timeless):
    """A clock in whose waits somebody else does something."""

    does: Callable[[], Any] = lambda: None

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.does()


def account(harness: FakeHarness, generation: Generation = "harness") -> tuple[InAccount, Meanwhile]:
    """Return an account and the clock of its client."""
    clock = Meanwhile()
    return InAccount(harness, harness.add_account(), generation, time=clock), clock


def refused(call: Callable[..., Any], *arguments: Any, **options: Any) -> str:
    """Return the words of a refusal."""
    with pytest.raises(TargetError) as caught:
        call(*arguments, **options)
    return str(caught.value)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_config_that_others_changed_meanwhile(harness: FakeHarness, method: str, when: Any) -> None:
    """Whether the first request was carried out or not, theirs is not written over; a config that is gone is gone."""
    here, clock = account(harness)
    made = here.nextgen.create(config()).held
    harness.fault(method, f"{SMTP}*", kind=503, when=when)
    if method == "DELETE" and when == "after":
        clock.does = lambda: here.account.set_smtp_config("theirs", host="theirs.example", port=25)
        here.nextgen.delete(made)
    else:
        clock.does = lambda: here.account.edit_smtp_config(host="theirs.example")
        call = (here.nextgen.update, made, config(port=25)) if method == "PUT" else (here.nextgen.delete, made)
        text = refused(*call)
        assert "was not repeated: others changed the SMTP config" in text
        assert "`pulumi refresh`" in text
        assert len([one for one in harness.requests if one.method == method]) == 1
    assert here.account.smtp_config is not None
    assert here.account.smtp_config.value["host"] == "theirs.example"


@pytest.mark.parametrize("theirs", ["changed", "made anew", "deleted"])
def test_a_firstgen_provider_that_others_changed_meanwhile(harness: FakeHarness, theirs: str) -> None:
    """An upsert goes by the name, so a repeated one would write over, or bring back, what others did."""
    here, clock = account(harness, "harness-firstgen")
    made = here.firstgen.create(OURS)
    providers = here.account.firstgen_providers

    def others() -> None:
        if theirs == "changed":
            providers["corp"].host = "theirs.example"
        else:
            here.account.delete_firstgen_provider("corp")
        if theirs == "made anew":
            here.account.add_firstgen_provider("corp", host="theirs.example", port=25)

    clock.does = others
    harness.fault("POST", f"{YAML}/upsert-entity", kind=503)
    text = refused(here.firstgen.update, made.id, OURS, replace(OURS, port=587))
    assert "was not repeated: others changed the SMTP provider" in text
    assert [one.host for one in providers.values()] == ([] if theirs == "deleted" else ["theirs.example"])


def test_a_lost_delete_does_not_delete_what_others_made_of_that_name(harness: FakeHarness) -> None:
    """The first one was carried out; a second one would take theirs."""
    here, clock = account(harness, "harness-firstgen")
    made = here.firstgen.create(OURS)
    harness.fault("DELETE", f"{YAML}/delete-entities", kind="drop", when="after")
    clock.does = lambda: here.account.add_firstgen_provider("corp", host="theirs.example", port=25)
    here.firstgen.delete(made.id, OURS)
    assert here.account.firstgen_providers["corp"].host == "theirs.example"


def test_a_secret_that_others_changed_meanwhile(harness: FakeHarness) -> None:
    """Its name and tags are replaced with its value, so theirs would be lost."""
    here, clock = account(harness)
    secret = here.secrets.create(TextSecret("pw", "pw"), "canary-1")
    harness.fault("PUT", f"{SECRETS}/*", kind=503)
    (stored,) = here.account.secrets.values()
    clock.does = lambda: setattr(stored, "tags", {"team": "theirs"})
    text = refused(here.secrets.update, replace(secret, name="new"), "canary-2", over=secret)
    assert "was not repeated: others changed the secret pw" in text
    assert (stored.value, stored.tags) == ("canary-1", {"team": "theirs"})
    assert "canary" not in text


def success(data: Any, key: str = "data") -> bytes:
    """Return the envelope of a success."""
    return json.dumps({"status": "SUCCESS", key: data}).encode()


@pytest.mark.parametrize(
    ("data", "says"),
    [(False, "Seen: 200: nothing was deleted"), (None, "no answer of Harness's"), ({}, "no answer of")],
)
@pytest.mark.parametrize("what", ["config", "secret"])
def test_a_delete_whose_answer_is_not_true(harness: FakeHarness, what: str, data: Any, says: str) -> None:
    """Harness answers a delete with true; anything else leaves the resource in the state."""
    with ScriptedServer(http_answer(success(data))) as server:
        here = InAccount(harness, harness.add_account(), endpoint=f"http://127.0.0.1:{server.port}")
        held = Held("uuid", config(), password_stored=True)
        call = (SmtpConfigApi(here.client).delete, held) if what == "config" else (here.secrets.delete, "pw")
        assert says in refused(*call)


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ({"status": "SKIPPED", "errorMssg": "not a manager"}, "Seen: 200 SKIPPED: not a manager"),
        ({"status": "FAILED"}, "Seen: 200 FAILED: status FAILED"),
        ({"status": "SUCCESS"}, "no answer of Harness's"),  # without the id of what was saved
        ({}, "no answer of Harness's"),
    ],
)
def test_a_file_of_firstgen_that_was_not_saved(harness: FakeHarness, file: dict[str, Any], says: str) -> None:
    """What became of a file is inside of the 200."""
    empty = success({"response": [], "total": 0}, "resource")
    looks = [http_answer(empty)] * 9  # after an unclear answer what is there is read, and it is sent again
    answers = [looks[0], *(step for look in looks[1:5] for step in (http_answer(success(file, "resource")), look))]
    with ScriptedServer(*answers) as server:
        endpoint = f"http://127.0.0.1:{server.port}"
        here = InAccount(harness, harness.add_account(), "harness-firstgen", endpoint=endpoint)
        assert says in refused(here.firstgen.create, OURS)


def test_a_secret_of_firstgen_that_was_made_without_an_answer(harness: FakeHarness) -> None:
    """A success that holds no secret doesn't tell whether there is one: it is looked for by its name."""
    nothing = json.dumps({"data": {"createSecret": {"secret": None}}}).encode()
    missing = json.dumps({"errors": [{"message": "Invalid request: No secret exists with the name pw"}]}).encode()
    answers = [http_answer(missing), *[http_answer(nothing), http_answer(missing)] * 4]
    with ScriptedServer(*answers) as server:
        endpoint = f"http://127.0.0.1:{server.port}"
        here = InAccount(harness, harness.add_account(), "harness-firstgen", endpoint=endpoint)
        text = refused(here.texts.create, "pw", "canary-1", UsageScope())
    assert "Harness doesn't hold it now; the next `pulumi up` looks again first." in text
    assert "canary" not in text

"""Switches fail closed: a spelling that is not understood is refused by name, and never passes for "off"."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from mailservers import MailServer
from programs import KIND, provider
from pulumi_stack.fixtures import MakeStack

import pulumi_smtp_collab
from pulumi_smtp_collab.lifecycle.setting_names import SETTINGS
from pulumi_smtp_collab.lifecycle.stack import Messages, open_stack
from pulumi_smtp_collab.lifecycle.stack_settings import StackSettings
from pulumi_smtp_collab.model.origin import Origin

SKIP = "SMTP_COLLAB_SKIP_TEST"


def faults(config: dict[str, Any], project: str = "trial", **environment: str) -> dict[str, str]:
    """Return what is wrong with the settings of a stack, by key or variable."""
    return {fault.argument: fault.reason for fault in StackSettings.read(config, environment, project).faults}


@pytest.mark.parametrize("on", ["true", "True", "TRUE", " true ", True])
def test_a_switch_is_on_in_pulumis_spellings(on: object) -> None:
    """A required test can't be skipped, however Pulumi lets a true be written."""
    assert f"{SKIP}" in faults({"smtp-collab:requireTest": on}, **{SKIP: "no route"})


@pytest.mark.parametrize("off", ["false", "False", False])
def test_a_switch_is_off_only_where_it_says_so(off: object) -> None:
    """False is off, as is a key that is not set; nothing else is."""
    assert faults({"smtp-collab:requireTest": off}, **{SKIP: "no route"}) == {}
    assert faults({}, **{SKIP: "no route"}) == {}


@pytest.mark.parametrize("unclear", ["yes", "on", "1", "y", "enabled", "", "tru", 1, [True], {"a": 1}, "no", "0"])
def test_a_switch_that_is_not_understood_is_refused(unclear: object) -> None:
    """Whatever is neither true nor false is a fault of the key, and the skip doesn't go through."""
    found = faults({"smtp-collab:requireTest": unclear}, **{SKIP: "no route"})
    assert found.keys() == {"smtp-collab:requireTest", SKIP}
    assert found["smtp-collab:requireTest"].startswith("must be true or false, not ")


def test_a_secret_that_was_set_for_a_switch_is_not_shown() -> None:
    """What is too long for a misspelt boolean is not quoted."""
    assert "canary" not in str(faults({"smtp-collab:requireTest": "canary-7431-long"}))


@pytest.mark.parametrize("text", ["false", "False", "0", "no", "off", " OFF ", '"false"', "'no'", "n", "none"])
def test_a_skip_that_says_no_is_refused(text: str) -> None:
    """Whoever writes false means that nothing is skipped; the message says what to do instead."""
    assert faults({}, **{SKIP: text})[SKIP] == (
        f"is set to {text.strip()!r}, and whatever it holds skips the connectivity test: unset it to test, or give "
        "the reason why this machine can't"
    )


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_skip_skips_nothing(text: str) -> None:
    """A variable that is set to nothing is as one that is not set."""
    settings = StackSettings.read({}, {SKIP: text})
    assert settings.skip_reason is None
    assert settings.faults == ()


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("targett", "target"),
        ("Target", "target"),
        ("connectivityTestMod", "connectivityTestMode"),
        ("connectivity_test_mode", "connectivityTestMode"),
        ("connectivitytestdepth", "connectivityTestDepth"),
        ("require_test", "requireTest"),
        ("requireTests", "requireTest"),
        ("harnesEndpoint", "harnessEndpoint"),
        ("harnessAccount", "harnessAccountId"),
    ],
)
def test_a_misspelt_key_is_refused_with_the_one_that_is_meant(key: str, meant: str) -> None:
    """A key of ours that nothing reads would leave a provider where nobody wants it."""
    (reason,) = faults({f"smtp-collab:{key}": "canary-7431"}).values()
    assert reason.startswith("is not a setting of pulumi-smtp-collab ")
    assert reason.endswith(f"; did you mean smtp-collab:{meant}?")
    assert "canary" not in reason


@pytest.mark.parametrize("namespace", ["smtp_collab", "smtpcollab", "pulumi-smtp-collab", "SmtpCollab"])
def test_a_misspelt_namespace_is_refused(namespace: str) -> None:
    """A setting below a namespace that is nearly ours is one that somebody believes in."""
    (reason,) = faults({f"{namespace}:target": "harness"}).values()
    assert reason == "has no effect; did you mean smtp-collab:target?"


def test_a_key_that_resembles_none_is_refused_too() -> None:
    """It may be one of a later version: the message names this one."""
    (reason,) = faults({"smtp-collab:colour": "x"}).values()
    assert reason.endswith(": remove it, or use the version that has it")
    assert pulumi_smtp_collab.__version__ in reason


def test_keys_of_others_are_nobodys_mistake() -> None:
    """Keys that api_key_config can name, the program's own, other providers', a namesake project's."""
    others = {
        "smtp-collab:harnessApiKeyUs": "pat.a.b.c",
        "smtp-collab:stagingToken": "x",
        "smtp-collab:us": "pat.account.id.secret",
        "trial:target": "x",
        "aws:region": "x",
        "pulumi:tags": {},
    }
    assert faults(others) == {}
    assert faults({"smtp-collab:smtpPassword": "x", "smtp-collab:host": "x"}, "smtp-collab") == {}
    assert faults({"smtp-collab:targett": "x"}, "smtp-collab").keys() == {"smtp-collab:targett"}


def test_every_key_that_is_read_is_known() -> None:
    """The package reads no key of its namespace that the list of settings leaves out, and the list has no other."""
    package = Path(pulumi_smtp_collab.__file__).parent
    text = "".join(file.read_text("utf-8") for file in package.rglob("*.py"))
    read = set(re.findall(r'"smtp-collab:([a-z]\w*)"', text)) - {"index"}  # what begins with a capital is a type
    assert read == set(SETTINGS)


@pytest.mark.engine
@pytest.mark.inline
def test_a_stack_that_is_misconfigured_is_stopped_in_preview(make_stack: MakeStack) -> None:
    """Each wrong switch is named at the resource, from the stack's file too, and where it is saved is an output."""
    with MailServer() as server:
        stack = make_stack(provider(host="localhost", port=server.port), environment={SKIP: "no"})
        settings = next(stack.folder.glob("Pulumi.dev.yaml"))
        text = settings.read_text("utf-8") if settings.exists() else ""
        lines = "config:\n  smtp-collab:requireTest: yes\n  smtp-collab:targett: harness\n"
        settings.write_text(text + lines, encoding="utf-8")
        printed = stack.preview().failed().text
        assert "smtp-collab:requireTest: must be true or false, not 'yes'" in printed
        assert "smtp-collab:targett: is not a setting of" in printed
        assert f"{SKIP}: is set to 'no', and whatever it holds skips the connectivity test" in printed

        del stack.environment[SKIP]
        settings.write_text(text + "config:\n  smtp-collab:connectivityTestMode: off\n", encoding="utf-8")
        stack.up().succeeded()
        (saved,) = stack.resources(KIND)
        assert saved["outputs"]["connectivityTest"]["mode"] == "off"
        assert saved["outputs"]["savedIn"] == {"target": "state"}
        stack.up("--expect-no-changes").succeeded()


def test_an_encrypted_text_is_not_kept_elsewhere_for_a_misspelt_key() -> None:
    """A secret whose target was misspelt is refused as a provider's is, by the key."""
    told: list[str] = []
    stack = open_stack({"smtp-collab:targett": "harness"}, {}, Messages(told.append, told.append))
    faults = stack.encrypted_texts.check({"name": "text", "value": "canary-7"}, Origin()).faults
    assert [fault.split(":targett: ")[0] for fault in faults] == ["smtp-collab"]
    assert "did you mean smtp-collab:target?" in faults[0]

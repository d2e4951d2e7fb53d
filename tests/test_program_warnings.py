"""What a program may say and has no effect, or a bad one: a warning in preview."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from programs import Code, declaration, program
from pulumi_stack.fixtures import MakeStack

from pulumi_smtp_collab.resources.generated.outputs import OUTPUT_NAMES
from pulumi_smtp_collab.resources.warnings import misspelt_properties

FROM = "ci@example.test"


@pytest.mark.parametrize(
    ("path", "warning"),
    [
        ("from_adress", "from_adress is no argument; did you mean from_address?"),
        ("fromAdress", "from_adress is no argument; did you mean from_address?"),
        ("colour", "colour is no argument"),
        ("connectivity_test.dept", "dept is no argument of connectivity_test; did you mean depth?"),
        ('connectivityTest["deadlineSecond"]', "deadline_second is no argument of connectivity_test; did you mean"),
        ("target.knd", "knd is no argument of target; did you mean kind?"),
    ],
)
def test_a_misspelt_property_is_found(path: str, warning: str) -> None:
    """In each option that takes names of properties, in both spellings, inside of an argument too."""
    for option in ("ignore_changes", "replace_on_changes", "additional_secret_outputs"):
        (found,) = misspelt_properties(pulumi.ResourceOptions(**{option: [path]}), OUTPUT_NAMES)
        assert found.startswith(f"{option}: {path} has no effect: {warning}")


@pytest.mark.parametrize(
    "path",
    [
        "from_address",
        "fromAddress",
        "connectivity_test.depth",
        "connectivityTest.deadlineSeconds",
        "last_verification",
        "delegate_selectors[0]",
        "*",
        "connectivity_test",
        'target["kind"]',
        "__provider",
        "last_verification.stages",
    ],
)
def test_a_property_that_there_is_warns_of_nothing(path: str) -> None:
    """Whatever Pulumi can ignore or compare is no mistake."""
    assert not [*misspelt_properties(pulumi.ResourceOptions(ignore_changes=[path]), OUTPUT_NAMES)]


@pytest.mark.engine
def test_warnings_of_the_program_are_seen_in_preview(make_stack: MakeStack) -> None:
    """A name that is ignored in vain stands at its resource; a plain API key is told once, with the way out."""
    common: dict[str, Any] = {"host": "localhost", "from_address": FROM, "connectivity_test": {"mode": "off"}}
    options = Code("pulumi.ResourceOptions(ignore_changes=['from_adress'])")
    login = {"username": "ci", "password": "canary-7 "}
    late = {"username": "ci", "password": Code("pulumi.Output.secret('canary-7 ')")}
    stack = make_stack(
        program(
            declaration("first", opts=options, **common),
            declaration("second", **common),
            declaration("third", **common, **login),
            declaration("fourth", **common, **late),
        )
    )
    stack.environment["SMTP_COLLAB_SKIP_TEST"] = "no route"
    stack.config_set("smtp-collab:harnessApiKey", "pat.account.id.canary")
    result = stack.preview().succeeded()
    told = [each["message"] for each in result.diagnostics if each["severity"] == "warning"]
    assert sum("ignore_changes: from_adress has no effect" in each for each in told) == 1
    assert sum("the password ends with whitespace: is that meant?" in each for each in told) == 2
    skipped = "an up from here skips the connectivity tests that are due, as SMTP_COLLAB_SKIP_TEST says: no route"
    assert sum(skipped in each for each in told) == 1
    (plain,) = (each for each in told if "harnessApiKey" in each)
    assert "`pulumi config set --secret smtp-collab:harnessApiKey`" in plain
    assert "canary" not in result.text

    stack.config_set_all({}, {"smtp-collab:harnessApiKey": "pat.account.id.canary"})
    assert "harnessApiKey" not in stack.preview().succeeded().text

"""What a program keeps from the provider's process: which arguments are secret, and whose display name is taken."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pulumi
import pytest

from pulumi_smtp_collab import ConnectivityTestArgs
from pulumi_smtp_collab.resources import display_names
from pulumi_smtp_collab.resources.generated.arguments import TargetArgs
from pulumi_smtp_collab.resources.secret_arguments import secret_arguments

CANARY = "Kanarienpost"


def named(arguments: Callable[[Callable[[object], Any]], dict[str, Any]]) -> list[str] | None:
    """Return the names of the secrets among arguments, which are made with a function that makes a secret."""

    async def find() -> list[str] | None:
        names = secret_arguments(arguments(pulumi.Output.secret))
        return None if names is None else await names

    return asyncio.run(find())


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (lambda secret: {"host": secret("h"), "port": 25}, ["host"]),
        (lambda secret: {"password": secret("p"), "username": "u"}, None),
        (lambda secret: {"connectivity_test": {"connectTo": secret("h:25")}}, ["connectivity_test.connect_to"]),
        (lambda secret: {"connectivity_test": {"connect_to": secret("h:25")}}, ["connectivity_test.connect_to"]),
        (
            lambda secret: {"connectivity_test": ConnectivityTestArgs(connect_to=secret("h:25"), depth="tls")},
            ["connectivity_test.connect_to"],
        ),
        (lambda secret: {"connectivity_test": secret({"connectTo": "h:25"})}, ["connectivity_test"]),
        (lambda secret: {"target": {"accountId": secret("a"), "kind": "harness"}}, ["target.account_id"]),
        (lambda secret: {"target": TargetArgs(account_id=secret("a"))}, ["target.account_id"]),
        (lambda secret: {"delegate_selectors": ["one", secret("two"), secret("three")]}, ["delegate_selectors"]),
        (
            lambda secret: {"usage_scope": {"appEnvScopes": [{"application": {"appId": secret("a")}}]}},
            ["usage_scope.app_env_scopes.application.app_id"],
        ),
        (lambda _: {"host": pulumi.Output.from_input("h"), "target": {"kind": pulumi.Output.from_input("s")}}, None),
    ],
)
def test_every_secret_argument_is_named(
    arguments: Callable[[Callable[[object], Any]], dict[str, Any]], names: list[str] | None
) -> None:
    """Wherever it is: its own, in a mapping of either spelling, in an args object or in a list; once, by its path."""
    assert named(arguments) == names


def test_what_holds_no_output_costs_nothing() -> None:
    """Nothing is to be awaited where the program gives plain values."""
    test = ConnectivityTestArgs(depth="tls")
    assert secret_arguments({"host": "h", "connectivity_test": test, "delegate_selectors": ["one"]}) is None


def test_nothing_is_said_of_names_that_nobody_awaits() -> None:
    """A program that ends before its resource is registered has no use for them."""

    async def declare() -> None:
        secret_arguments({"host": pulumi.Output.secret("h")})

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        asyncio.run(declare())
        gc.collect()
    assert not [each for each in told if "never awaited" in str(each.message)]


class Root:
    """Stands in for the run's root resource: names are kept by it."""


@pytest.fixture
def _run(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    root = Root()
    monkeypatch.setattr(display_names, "get_root_resource", lambda: root)
    yield
    pulumi.runtime.set_config("smtp-collab:target", "")


@pytest.mark.usefixtures("_run")
def test_a_display_name_that_is_taken_is_not_shown() -> None:
    """The program may have marked it secret: both resources' names say enough."""
    display_names.claim(CANARY, "first")
    with pytest.raises(ValueError, match="taken by the provider 'first', so the provider 'second' needs") as caught:
        display_names.claim(CANARY, "second")
    assert CANARY not in str(caught.value)


@pytest.mark.usefixtures("_run")
@pytest.mark.parametrize(
    ("configured", "same"),
    [
        ("", [None, {}, {"kind": "state"}, TargetArgs(kind="state"), {"kind": None}]),
        ("harness", [None, {"kind": "harness"}, TargetArgs(kind="harness"), {"apiKeyEnv": "KEY"}]),
    ],
)
def test_the_default_target_and_the_same_one_in_words_are_one_place(configured: str, same: list[Any]) -> None:
    """A display name is taken however the program says where it is saved, and free in another target or account."""
    pulumi.runtime.set_config("smtp-collab:target", configured)
    display_names.claim("Mail", "first", same[0])
    for target in same[1:]:
        with pytest.raises(ValueError, match="taken by the provider 'first'"):
            display_names.claim("Mail", "second", target)
    display_names.claim("Mail", "elsewhere", {"kind": "harness-firstgen"})
    display_names.claim("Mail", "in another account", {"kind": "harness", "accountId": "another"})

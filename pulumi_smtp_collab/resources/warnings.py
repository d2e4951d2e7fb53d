"""What a program's options and the stack's configuration say that is allowed and has no effect, or a bad one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from inspect import signature
from typing import Any
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.config import get_config, is_config_secret
from pulumi.runtime.settings import get_root_resource

from pulumi_smtp_collab.model.likely import likely
from pulumi_smtp_collab.model.reasons_to_skip import SKIP_TEST, is_no_reason
from pulumi_smtp_collab.model.unusual_settings import unusual_password
from pulumi_smtp_collab.model.wire_names import python_name
from pulumi_smtp_collab.resources.generated.arguments import ConnectivityTestArgs, TargetArgs, UsageScopeArgs

_OF_PROPERTIES = ("ignore_changes", "replace_on_changes", "additional_secret_outputs", "hide_diffs")
_INSIDE: Mapping[str, type[Any]] = {
    "connectivity_test": ConnectivityTestArgs,
    "target": TargetArgs,
    "usage_scope": UsageScopeArgs,
}
_BETWEEN = re.compile(r"[.\[\]\"']+")
_API_KEY = "harnessApiKey"
_told: WeakKeyDictionary[pulumi.Resource, set[str]] = WeakKeyDictionary()


def warn_of_options(resource: pulumi.Resource, opts: pulumi.ResourceOptions | None, names: tuple[str, ...]) -> None:
    """Warn of a property in the options that there is not: Pulumi takes it, and nothing comes of it.

    Args:
        resource: The resource that is declared.
        opts: Its options, as the program gives them.
        names: The Python names of its arguments and outputs.
    """
    for text in [] if opts is None else misspelt_properties(opts, names):
        pulumi.log.warn(text, resource=resource)


def misspelt_properties(opts: pulumi.ResourceOptions, names: tuple[str, ...]) -> Iterator[str]:
    """Return a warning for each property of the options that is none of the resource's, nor of a part of it."""
    for option in _OF_PROPERTIES:
        for path in getattr(opts, option, None) or ():
            first, *rest = [python_name(part) for part in _BETWEEN.split(str(path)) if part] or [""]
            if first.startswith("_") or first == "*":
                continue
            if first not in names:
                yield f"{option}: {path} has no effect: {first} is no argument{likely(first, names)}"
            elif rest and first in _INSIDE and rest[0] != "*":
                inside = list(signature(_INSIDE[first]).parameters)
                if rest[0] not in inside:
                    meant = likely(rest[0], inside)
                    yield f"{option}: {path} has no effect: {rest[0]} is no argument of {first}{meant}"


def warn_of_skipped_tests() -> None:
    """Say in a preview, once in a run, that an up from this machine skips the tests that are due."""
    root, reason = get_root_resource(), os.environ.get(SKIP_TEST, "").strip()
    if root is None or not reason or is_no_reason(reason) or not pulumi.runtime.is_dry_run():
        return
    told = _told.setdefault(root, set())
    if SKIP_TEST not in told:
        told.add(SKIP_TEST)
        pulumi.log.warn(f"an up from here skips the connectivity tests that are due, as {SKIP_TEST} says: {reason}")


def warn_of_password(resource: pulumi.Resource, password: object) -> None:
    """Warn of a password that is seldom meant as it is, without showing it.

    Args:
        resource: The provider, or the Encrypted Text that holds it.
        password: The argument as the program gives it.
    """

    def tell(value: object) -> None:
        for warning in unusual_password(value) if isinstance(value, str) else ():
            pulumi.log.warn(warning, resource=resource)

    if isinstance(password, pulumi.Output):
        password.apply(tell)
    else:
        tell(password)


def warn_of_plain_keys(target: object) -> None:
    """Warn, once in a run, of a Harness API key that the stack's configuration holds in plain text.

    A warning and no refusal: the key lies in the file already, and a stop would not take it back.

    Args:
        target: The ``target`` argument, which may name another key of the configuration.
    """
    root = get_root_resource()
    if root is None:
        return
    given = target if isinstance(target, Mapping) else getattr(target, "__dict__", {})
    named = next((value for name, value in given.items() if python_name(str(name)) == "api_key_config"), None)
    for name in (_API_KEY, named if isinstance(named, str) else _API_KEY):
        key = name if ":" in name else f"smtp-collab:{name}"
        told = _told.setdefault(root, set())
        if key not in told and get_config(key) is not None and not is_config_secret(key):
            told.add(key)
            pulumi.log.warn(
                f"{key} is in plain text, in the stack's file and in its state. Make a new key in Harness, set it by "
                f"`pulumi config set --secret {key}`, and delete the old one"
            )

"""What a stack's configuration and the environment say for all of its providers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from pulumi_smtp_collab.lifecycle.setting_names import misspelt_keys
from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
from pulumi_smtp_collab.model.partial_validation import Fault, validate_value
from pulumi_smtp_collab.model.reasons_to_skip import SKIP_TEST, is_no_reason
from pulumi_smtp_collab.model.stack_configuration import StackConfiguration
from pulumi_smtp_collab.model.wire_names import wire_name

_LONGEST_WORD = 10

REQUIRE_TEST = "smtp-collab:requireTest"
"""Stack configuration: true forbids ``SMTP_COLLAB_SKIP_TEST``."""

TESTS_AT_ONCE = "smtp-collab:testsAtOnce"
"""Stack configuration: how many tests may run at once for one host, port and user."""

_DEFAULTS = {
    "smtp-collab:connectivityTestMode": "mode",
    "smtp-collab:connectivityTestDepth": "depth",
    "smtp-collab:connectivityTestDeadlineSeconds": "deadline_seconds",
}


@dataclass(frozen=True, slots=True)
class StackSettings:
    """The settings of one stack, as they are when its operation starts.

    Attributes:
        test_defaults: Defaults of the connectivity test's arguments, by wire name; arguments win.
        skip_reason: Why no test runs here; None where tests run.
        tests_at_once: How many tests may run at once for one host, port and user; None where the stack doesn't say.
        faults: What is wrong with the settings: the key or variable and the reason.
    """

    test_defaults: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    skip_reason: str | None = None
    tests_at_once: int | None = None
    faults: tuple[Fault, ...] = ()

    @classmethod
    def read(
        cls, config: Mapping[str, Any], environment: Mapping[str, str], project: str | None = None
    ) -> StackSettings:
        """Read them.

        Args:
            config: The stack's configuration, keys with their namespaces.
            environment: The environment's variables.
            project: The project's name, which is the namespace of the program's own keys.
        """
        defaults: dict[str, Any] = {}
        faults: list[Fault] = list(misspelt_keys(config, project))
        for key, name in _DEFAULTS.items():
            known = _validated(config, key, ConnectivityTest, name, faults)
            if known is not None:
                defaults[wire_name(name)] = known
        tests_at_once = _validated(config, TESTS_AT_ONCE, StackConfiguration, "tests_at_once", faults)
        reason = environment.get(SKIP_TEST, "").strip() or None
        required = _switch(config, REQUIRE_TEST, faults)
        if reason is not None and is_no_reason(reason):
            text = (
                f"is set to {reason!r}, and whatever it holds skips the connectivity test: unset it to test, or "
                "give the reason why this machine can't"
            )
            faults.append(Fault(SKIP_TEST, text, text))
        elif reason is not None and required:
            text = f"is set, but the stack's {REQUIRE_TEST} forbids to skip the connectivity test; unset it"
            faults.append(Fault(SKIP_TEST, text, text))
        return cls(MappingProxyType(defaults), reason, tests_at_once, tuple(faults))


def _validated(config: Mapping[str, Any], key: str, model: type[BaseModel], name: str, faults: list[Fault]) -> Any:  # noqa: ANN401
    """Return a setting by the rule of a field; None where the stack does not say, or what it says is a fault."""
    if config.get(key) is None:
        return None
    found: list[Fault] = []
    known = validate_value(model, name, config[key], found)
    faults += [Fault(key, fault.reason, fault.rule) for fault in found]
    return known


def _switch(config: Mapping[str, Any], key: str, faults: list[Fault]) -> bool:
    """Return whether a switch of the stack is on, in Pulumi's spellings of a boolean; any other is a fault.

    A value that is not understood must not pass for "off".
    """
    value = config.get(key)
    text = value.strip().lower() if isinstance(value, str) else value
    if text is None or text is False or text == "false":
        return False
    if text is not True and text != "true":
        rule = "must be true or false"
        # Something longer is no misspelt boolean: a secret may have been set by mistake.
        shown = f", not {text!r}" if len(str(value)) <= _LONGEST_WORD else ""
        faults.append(Fault(key, f"{rule}{shown}", rule))
    return True

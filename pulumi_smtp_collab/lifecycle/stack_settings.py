"""What a stack's configuration and the environment say for all of its providers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
from pulumi_smtp_collab.model.partial_validation import Fault, validate_value
from pulumi_smtp_collab.model.wire_names import wire_name

SKIP_TEST = "SMTP_COLLAB_SKIP_TEST"
"""Environment variable: the reason why this runner can't test (it can't reach the relay, say)."""

REQUIRE_TEST = "smtp-collab:requireTest"
"""Stack configuration: true forbids ``SMTP_COLLAB_SKIP_TEST``."""

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
        faults: What is wrong with the settings: the key or variable and the reason.
    """

    test_defaults: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    skip_reason: str | None = None
    faults: tuple[Fault, ...] = ()

    @classmethod
    def read(cls, config: Callable[[str], Any], environment: Mapping[str, str]) -> StackSettings:
        """Read them.

        Args:
            config: Gives the value of a key of the stack's configuration, None where it is not set.
            environment: The environment's variables.
        """
        defaults: dict[str, Any] = {}
        faults: list[Fault] = []
        for key, name in _DEFAULTS.items():
            text = config(key)
            if text is not None:
                found: list[Fault] = []
                known = validate_value(ConnectivityTest, name, text, found)
                faults += [Fault(key, fault.rule, fault.rule) for fault in found]
                if not found:
                    defaults[wire_name(name)] = known
        reason = environment.get(SKIP_TEST, "").strip() or None
        if reason is not None and _is_true(config(REQUIRE_TEST)):
            text = f"is set, but the stack's {REQUIRE_TEST} forbids to skip the connectivity test; unset it"
            faults.append(Fault(SKIP_TEST, text, text))
        return cls(MappingProxyType(defaults), reason, tuple(faults))


def _is_true(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")

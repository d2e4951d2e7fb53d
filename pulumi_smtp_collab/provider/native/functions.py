"""The functions of the package: a test that saves nothing, and a look at what is saved in Harness."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pulumi_smtp_collab.lifecycle.stack import StackLifeCycles
from pulumi_smtp_collab.lifecycle.verifier import TestControls
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.report import Verification
from pulumi_smtp_collab.provider.native.properties import own
from pulumi_smtp_collab.provider.native.resource_names import ResourceName
from pulumi_smtp_collab.provider.wire_values import plain


@dataclass(frozen=True, slots=True)
class FunctionAnswer:
    """What a function gives: its result by wire name, without any secret; or what is wrong with its arguments."""

    result: dict[str, Any] = field(default_factory=dict, repr=False)
    faults: tuple[str, ...] = ()


Function: TypeAlias = Callable[[Mapping[str, Any], TestControls], FunctionAnswer]


@dataclass(frozen=True, slots=True)
class Functions:
    """The functions for one stack."""

    stack: StackLifeCycles

    def get(self, token: str) -> Function | None:
        """Return the function of a token; None where there is none."""
        functions: dict[str, Function] = {
            "smtp-collab:index:testConnectivity": self.test_connectivity,
            "smtp-collab:index:getSmtpCollaborationProvider": self.get_provider,
        }
        return functions.get(token)

    def test_connectivity(self, values: Mapping[str, Any], controls: TestControls) -> FunctionAnswer:
        """Test a server; a test that fails is a result."""
        origin = ResourceName("").origin(values)
        given = {**own(values), "displayName": "testConnectivity"}
        checked = self.stack.providers.check(given, origin, is_new=False)  # nothing is saved: nothing to warn of
        if checked.faults:
            return FunctionAnswer(faults=checked.faults)
        arguments = ProviderArguments.model_validate(checked.inputs)
        report = self.stack.providers.controlled(controls).test(arguments, origin)
        found = {"passed": report.passed, "report": str(report), **Verification.of(report).to_wire()}
        return FunctionAnswer(found)

    def get_provider(self, values: Mapping[str, Any], controls: TestControls) -> FunctionAnswer:
        """Read a provider that Harness holds."""
        del controls
        identifier = plain(values.get("id"))
        if not isinstance(identifier, str) or not identifier:
            return FunctionAnswer(faults=("id: must be the target's identifier of a provider",))
        origin = ResourceName("").origin(values)
        found = self.stack.providers.find(identifier, plain(values.get("target")), origin)
        outputs = found.record.to_properties()
        secret = {"password", "verifiedArguments"}
        return FunctionAnswer(
            {"id": found.id, **{name: value for name, value in outputs.items() if name not in secret}}
        )

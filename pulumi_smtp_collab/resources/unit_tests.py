"""Unit tests of programs: Pulumi's mocks stand in for the engine, and nothing calls the provider.

So the arguments are checked in the program then, by the same rules: what a preview would refuse fails the unit test.
"""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Mapping
from typing import Any

import pulumi
from pulumi._types import is_input_type

from pulumi_smtp_collab.model.wire_names import python_name
from pulumi_smtp_collab.resources.errors import WrongArguments
from pulumi_smtp_collab.resources.mocks import under_mocks


def check(resource: str, given: Mapping[str, Any]) -> None:
    """Check a resource's arguments where mocks are in use: at once what is known, and outputs when they are.

    Args:
        resource: The resource's class.
        given: The arguments by Python name.

    Raises:
        WrongArguments: An argument breaks its rule.
    """
    if not under_mocks():
        return
    _check(resource, given, ())
    later = [name for name, value in given.items() if _is_known_later(value)]
    if later:
        pulumi.Output.all(**given).apply(lambda known: _check(resource, known, later))


def _check(resource: str, given: Mapping[str, Any], hidden: Collection[str]) -> None:
    """Check what is known; of what may be a secret no value is shown."""
    from pulumi_smtp_collab.model import partial_validation  # noqa: PLC0415 - no program but a unit test needs it

    validate = {
        "SmtpCollaborationProvider": partial_validation.validate_partially,
        "EncryptedText": partial_validation.validate_encrypted_text_partially,
    }[resource]

    def plain(value: Any) -> Any:  # noqa: ANN401 - whatever the program gives
        if isinstance(value, (pulumi.Output, Awaitable)):
            return partial_validation.UNKNOWN
        if is_input_type(type(value)):
            value = vars(value)
        if isinstance(value, Mapping):
            return {python_name(str(name)): plain(item) for name, item in value.items() if item is not None}
        return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value

    faults = [
        f"{fault.argument}: {fault.rule if fault.is_about(hidden) else fault.reason}"
        for fault in validate(plain(given)).faults
    ]
    if faults:
        raise WrongArguments(f"{resource}: {'; '.join(faults)}")


def _is_known_later(value: object) -> bool:
    if isinstance(value, (pulumi.Output, Awaitable)):
        return True
    if isinstance(value, Mapping) or is_input_type(type(value)):
        return any(_is_known_later(item) for item in (value if isinstance(value, Mapping) else vars(value)).values())
    return isinstance(value, (list, tuple)) and any(_is_known_later(item) for item in value)

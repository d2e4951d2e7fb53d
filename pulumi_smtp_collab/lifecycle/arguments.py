"""A provider's arguments between program, state and test: one normal form, by wire names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, SecretStr

from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
from pulumi_smtp_collab.model.partial_validation import TEST_ARGUMENT, UNKNOWN, PartialValidation, validate_partially
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.settings import SmtpSettings
from pulumi_smtp_collab.model.wire_names import wire_name

_SEEN_BY_THE_TEST = (
    "host",
    "port",
    "ssl",
    "start_tls",
    "from_address",
    "username",
    "password",
    "ca_certificates",
    "tls_server_name",
    "ehlo_name",
)
_SEEN_OF_THE_TEST = ("recipient", "connect_to", "address_family")
_TEST = wire_name(TEST_ARGUMENT)


def normal_form(found: PartialValidation) -> dict[str, Any]:
    """Return the arguments as they are saved as inputs and compared.

    Defaults and what follows from other arguments (the port) are filled in, so that a default given and a default
    left out are the same, and that a preview shows what will be. What is not known yet is ``UNKNOWN``.
    """
    normal = {wire_name(name): plain_value(value) for name, value in found.known.items() if value is not None}
    if found.known.get("tls_server_name") == found.known.get("host"):
        normal.pop("tlsServerName", None)
    normal |= found.unknown_by_wire_name()
    test = {wire_name(name): plain_value(value) for name, value in found.known_test.items() if value is not None}
    test |= {wire_name(name.split(".")[1]): UNKNOWN for name in found.unknown if "." in name}
    return {_TEST: test, **normal}


def saved_form(saved: Mapping[str, Any]) -> dict[str, Any]:
    """Return the normal form of what a state holds, leniently.

    What we don't know (an argument of another version) is left out; what today's rules would refuse is taken as it
    is, so that it shows as a difference and never as an error.
    """
    own = {wire_name(name) for name in ProviderArguments.model_fields}
    values = {name: value for name, value in saved.items() if name in own and value is not None}
    test = values.get(_TEST)
    if isinstance(test, Mapping):
        of_test = {wire_name(name) for name in ConnectivityTest.model_fields}
        values[_TEST] = {name: value for name, value in test.items() if name in of_test and value is not None}
    found = validate_partially(values)
    normal = normal_form(found)
    for fault in found.faults:
        name = wire_name(fault.argument.split(".")[0])
        if name in values:
            normal.setdefault(name, values[name])
    return normal


def provider_arguments(inputs: Mapping[str, Any]) -> ProviderArguments:
    """Return the validated arguments of checked inputs.

    Raises:
        pydantic.ValidationError: The inputs were not checked.
    """
    return ProviderArguments.model_validate({name: value for name, value in inputs.items() if name[:1] != "_"})


def settings_of(arguments: ProviderArguments, password: str | None = None) -> SmtpSettings:
    """Return the server's settings among a provider's arguments.

    Args:
        arguments: The provider's arguments.
        password: The password, where it lies in a secret that was selected; without it they are settings without a
            login.

    Raises:
        pydantic.ValidationError: That password breaks its rule; it is not shown.
    """
    settings = {name: getattr(arguments, name) for name in SmtpSettings.model_fields}
    if arguments.password_is_elsewhere:
        settings |= {"username": None} if password is None else {"password": password}
    return SmtpSettings.model_validate(settings)


def verified_digest(arguments: ProviderArguments) -> str:
    """Return the SHA-256 digest over exactly what a connectivity test sees, the password among it.

    It ties a verification to what was verified. Since a weak password could be guessed from it, it is itself a
    secret.
    """
    seen = {name: plain_value(getattr(arguments, name)) for name in _SEEN_BY_THE_TEST}
    seen |= {f"test.{name}": getattr(arguments.connectivity_test, name) for name in _SEEN_OF_THE_TEST}
    seen["tls_server_name"] = arguments.server_name
    if arguments.password_is_elsewhere and arguments.password_reference is not None:
        seen["password_reference"] = arguments.password_reference.secret_id
        seen["password_for_test_env"] = arguments.password_for_test_env
    present = {name: value for name, value in seen.items() if value is not None}
    text = json.dumps(present, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def plain_value(value: Any) -> Any:  # noqa: ANN401 - whatever an argument holds
    """Return a validated value as it is sent and saved."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_none=True)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value

"""Arguments as properties: by wire name, in the one form that is saved as inputs and compared.

A property is text, a number, a boolean, a list, a mapping, a ``SecretStr`` for what is always secret, or ``UNKNOWN``
for what a preview does not know yet. How a secret and an unknown value travel is the matter of each front end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
from pulumi_smtp_collab.model.encrypted_text import EncryptedTextArguments, SecretReference
from pulumi_smtp_collab.model.partial_validation import (
    TEST_ARGUMENT,
    UNKNOWN,
    Fault,
    PartialValidation,
    validate_encrypted_text_partially,
    validate_partially,
    validate_value,
)
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.secrecy import secret_fields
from pulumi_smtp_collab.model.target import TargetArguments
from pulumi_smtp_collab.model.usage_scope import UsageScope
from pulumi_smtp_collab.model.wire_names import python_name, wire_name

Properties: TypeAlias = Mapping[str, Any]
"""Properties by wire name."""

_TEST = wire_name(TEST_ARGUMENT)
_NESTED: Mapping[str, type[BaseModel]] = {"password_reference": SecretReference, "target": TargetArguments}
_Model = TypeVar("_Model", bound=BaseModel)


def provider_properties(found: PartialValidation) -> dict[str, Any]:
    """Return a provider's arguments as they are saved as inputs and compared.

    Defaults and what follows from other arguments (the port) are filled in, so that a default given and a default
    left out are the same, and that a preview shows what will be. What is not known yet is ``UNKNOWN``.
    """
    known = dict(found.known)
    if known.get("tls_server_name") == known.get("host"):
        known.pop("tls_server_name", None)
    test = properties_of(found.known_test)
    test |= {wire_name(name.split(".")[1]): UNKNOWN for name in found.unknown if "." in name}
    return {_TEST: test, **properties_of(known), **found.unknown_by_wire_name()}


def encrypted_text_properties(found: PartialValidation) -> dict[str, Any]:
    """Return an Encrypted Text's arguments in the same way; what says nothing is left out."""
    known = {name: value for name, value in found.known.items() if not _says_nothing(value)}
    return {**properties_of(known), **found.unknown_by_wire_name()}


def arguments_properties(arguments: ProviderArguments | EncryptedTextArguments) -> dict[str, Any]:
    """Return arguments that are all known as the same properties."""
    values = {name: getattr(arguments, name) for name in type(arguments).model_fields}
    if isinstance(arguments, EncryptedTextArguments):
        return properties_of({name: value for name, value in values.items() if not _says_nothing(value)})
    return properties_of(values)


def saved_provider_arguments(saved: Mapping[str, Any]) -> ProviderArguments:
    """Return the arguments that a state holds, leniently.

    What we don't know (an argument of another version) is left out; what today's rules would refuse is taken as it
    is, so that it shows as a difference and never as an error. So they are no validated arguments:
    ``ProviderArguments.model_validate(arguments_properties(...))`` makes them that.

    Args:
        saved: The values by wire or Python name.
    """
    values = _own(ProviderArguments, saved)
    test = values.get(TEST_ARGUMENT)
    if isinstance(test, Mapping):
        values[TEST_ARGUMENT] = _own(ConnectivityTest, test)
    found = validate_partially(values)
    known = {**_taken(ProviderArguments, values, found), **found.known}
    if known.get("tls_server_name") == known.get("host"):
        known["tls_server_name"] = None
    is_read = isinstance(test, ConnectivityTest)  # what a refresh compares is read already
    known[TEST_ARGUMENT] = test if is_read else ConnectivityTest.model_construct(**found.known_test)
    return ProviderArguments.model_construct(**known)


def saved_encrypted_text_arguments(saved: Mapping[str, Any]) -> EncryptedTextArguments:
    """Return the arguments of an Encrypted Text that a state holds, as leniently; without a value where it has none."""
    values = _own(EncryptedTextArguments, saved)
    found = validate_encrypted_text_partially(values)
    return EncryptedTextArguments.model_construct(**_taken(EncryptedTextArguments, values, found), **found.known)


def properties_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by Python name as properties, without those that are None."""
    return {wire_name(name): property_value(value) for name, value in values.items() if value is not None}


def property_value(value: Any) -> Any:  # noqa: ANN401 - whatever an argument holds
    """Return a validated value as a property; a secret stays one."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_none=True)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def read_leniently(model: type[_Model], saved: object) -> _Model | None:
    """Return what a state holds of a nested model, without what today's rules refuse; None where it holds none."""
    if not isinstance(saved, Mapping):
        return None
    values = _own(model, saved)
    try:
        return model.model_validate(values)
    except ValidationError:
        faults: list[Fault] = []
        known = {name: validate_value(model, name, value, faults) for name, value in values.items()}
        refused = {fault.argument for fault in faults}
        required = {name: "" for name, each in model.model_fields.items() if each.is_required()}
        return model.model_construct(
            **{**required, **{name: value for name, value in known.items() if name not in refused}}
        )


def holds_unknown(values: Mapping[str, Any]) -> bool:
    """Return whether a preview does not know some value yet."""
    return any(value is UNKNOWN or (isinstance(value, Mapping) and holds_unknown(value)) for value in values.values())


def _own(model: type[BaseModel], saved: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that the model has fields for, by Python name."""
    values = {python_name(name): value for name, value in saved.items() if value is not None}
    return {name: value for name, value in values.items() if name in model.model_fields}


def _taken(model: type[BaseModel], values: Mapping[str, Any], found: PartialValidation) -> dict[str, Any]:
    """Return the arguments that are not known by today's rules: None, or as a state holds them; a secret stays one."""

    def taken(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever a state holds
        if name in _NESTED:
            return read_leniently(_NESTED[name], value)
        return SecretStr(value) if name in secret_fields(model) and isinstance(value, str) else value

    names = model.model_fields.keys() - found.known.keys() - {TEST_ARGUMENT}
    return {name: taken(name, values[name]) if name in values else None for name in names}


def _says_nothing(value: object) -> bool:
    return value is None or value in (UsageScope(), {})

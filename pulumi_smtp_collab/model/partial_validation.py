"""Arguments that may not all be known yet: every fault at once, over the values that are known.

In a preview some values are unknown, as they come from resources that do not exist yet. What is known is checked by
the same rules as everywhere else, what is unknown passes, and what follows from an unknown value is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Annotated, Any, Final

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from pulumi_smtp_collab.model.base import Arguments
from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest, connectivity_test_faults
from pulumi_smtp_collab.model.encrypted_text import EncryptedTextArguments, encrypted_text_faults
from pulumi_smtp_collab.model.expectations import (
    given_instead,
    in_our_words,
    mapping_instead,
    model_inside,
    must_be_a_mapping,
)
from pulumi_smtp_collab.model.inheritance import INHERITED
from pulumi_smtp_collab.model.likely import PARTS, likely
from pulumi_smtp_collab.model.provider import ProviderArguments, provider_faults
from pulumi_smtp_collab.model.settings import settings_faults
from pulumi_smtp_collab.model.tls_mode import DEFAULT_PORTS, tls_mode
from pulumi_smtp_collab.model.wire_names import one_spelling, python_name, spelt_twice, wire_name


class Unknown(Enum):
    """A value that a preview does not know yet."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN

TEST_ARGUMENT = "connectivity_test"


@dataclass(frozen=True, slots=True)
class Fault:
    """An argument that breaks a rule.

    Attributes:
        argument: Its Python name, with a dot for one of the test's (``connectivity_test.depth``), and the place in a
            list (``delegate_selectors[1]``).
        reason: What is wrong and what to write instead. It may quote the value, but never a password.
        rule: The same without the value, for an argument that the program marked secret.
    """

    argument: str
    reason: str
    rule: str

    def is_about(self, names: Iterable[str]) -> bool:
        """Return whether it is about one of these arguments, given by path without places in lists, or about a part."""
        own = re.sub(r"\[\d+\]", "", self.argument) + "."
        return any(own.startswith(f"{name}.") or f"{name}.".startswith(own) for name in names)


@dataclass(slots=True)
class PartialValidation:
    """What was found out about a provider's arguments.

    Attributes:
        known: The normalised values by Python name, of the provider's own arguments; None is "left out".
        known_test: The same of the connectivity test's arguments.
        unknown: The Python names of the arguments whose value is not known yet.
        faults: Every broken rule.
    """

    known: dict[str, Any] = field(default_factory=dict)
    known_test: dict[str, Any] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def faults_besides(self, others: Sequence[Fault]) -> list[Fault]:
        """Return the faults but those that another one names as exactly, or more (``target.kind`` beside target)."""
        named = [f"{other.argument}." for other in others]
        return [fault for fault in self.faults if not any(name.startswith(f"{fault.argument}.") for name in named)]

    def unknown_by_wire_name(self) -> dict[str, Any]:
        """Return the arguments that are not known yet, those of the connectivity test left out."""
        return {wire_name(name): UNKNOWN for name in self.unknown if "." not in name}


def validate_partially(given: Mapping[str, Any]) -> PartialValidation:
    """Check arguments by wire or Python name, some of which may be ``UNKNOWN``, and find every fault."""
    found = PartialValidation()
    values = _by_python_name(given, "", found)
    test = values.pop(TEST_ARGUMENT, None)
    _validate_fields(ProviderArguments, values, "", found, found.known)
    if test is UNKNOWN:
        found.unknown.add(TEST_ARGUMENT)
    elif isinstance(test, Mapping) or test is None:
        test_values = _by_python_name(test or {}, f"{TEST_ARGUMENT}.", found)
        _validate_fields(ConnectivityTest, test_values, f"{TEST_ARGUMENT}.", found, found.known_test)
    else:
        rule = must_be_a_mapping(ConnectivityTest)
        found.faults.append(Fault(TEST_ARGUMENT, rule + mapping_instead(TEST_ARGUMENT, test, ConnectivityTest), rule))
    _fill_in_port(found)
    settled = dict(found.known)
    if "password_reference" in found.unknown and settled.get("password") is None:
        settled.pop("password", None)  # whether there is one is not known yet
    together = [*settings_faults(settled), *provider_faults(found.known, found.known_test)]
    together += [(f"{TEST_ARGUMENT}.{name}", text) for name, text in connectivity_test_faults(found.known_test)]
    found.faults += [Fault(argument, text, text) for argument, text in together]
    return found


def validate_encrypted_text_partially(given: Mapping[str, Any]) -> PartialValidation:
    """Do the same for the arguments of an Encrypted Text."""
    found = PartialValidation()
    values = _by_python_name(given, "", found)
    _validate_fields(EncryptedTextArguments, values, "", found, found.known)
    found.faults += [Fault(argument, text, text) for argument, text in encrypted_text_faults(found.known)]
    return found


def _by_python_name(given: Mapping[str, Any], prefix: str, found: PartialValidation) -> dict[str, Any]:
    for spellings in spelt_twice(given):
        text = one_spelling(spellings)
        found.faults.append(Fault(prefix + python_name(spellings[0]), text, text))
    return {python_name(name): value for name, value in given.items()}


def _fill_in_port(found: PartialValidation) -> None:
    if found.known.get("port") != 0:
        return  # given, and known, unknown or refused
    if {"ssl", "start_tls"} <= found.known.keys():
        found.known["port"] = DEFAULT_PORTS[tls_mode(ssl=found.known["ssl"], start_tls=found.known["start_tls"])]
    elif {"ssl", "start_tls"} & found.unknown:
        del found.known["port"]
        found.unknown.add("port")
    else:
        del found.known["port"]


def _validate_fields(
    model: type[Arguments], values: Mapping[str, Any], prefix: str, found: PartialValidation, known: dict[str, Any]
) -> None:
    for name, model_field in model.model_fields.items():
        if name == TEST_ARGUMENT:
            continue
        value = values.get(name)
        if _holds_unknown(value):
            found.unknown.add(prefix + name)
        elif value is not None:
            before = len(found.faults)
            examined = validate_value(model, name, value, found.faults, prefix)
            if len(found.faults) == before:
                known[name] = examined
        elif model_field.is_required():
            found.faults.append(Fault(prefix + name, *["is required"] * 2))
        else:
            known[name] = model_field.get_default(call_default_factory=True)
    for name in sorted(values.keys() - model.model_fields.keys()):
        reason = INHERITED.get(name) or f"is not an argument{likely(name, model.model_fields, _parts(model))}"
        found.faults.append(Fault(prefix + name, reason, reason))


def validate_value(model: type[BaseModel], name: str, value: object, faults: list[Fault], prefix: str = "") -> Any:  # noqa: ANN401
    """Return one argument's normalised value; where it breaks its rule, adds the faults and return None."""
    try:
        return _adapter(model, name).validate_python(value)
    except ValidationError as error:
        faults += _faults_of(error, prefix + name, model.model_fields[name])
        return None


def _holds_unknown(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_unknown(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(_holds_unknown(item) for item in value)
    return value is UNKNOWN


@cache
def _adapter(model: type[BaseModel], name: str) -> TypeAdapter[Any]:
    model_field = model.model_fields[name]
    annotation: Any = model_field.annotation
    for metadata in model_field.metadata:
        annotation = Annotated[annotation, metadata]
    return TypeAdapter(annotation)


def _faults_of(error: ValidationError, argument: str, model_field: FieldInfo) -> Iterator[Fault]:
    for detail in error.errors(include_url=False):
        context = detail.get("ctx", {})
        inside = (f"[{part}]" if isinstance(part, int) else f".{python_name(part)}" for part in detail["loc"])
        named = argument + "".join(inside)
        if detail["type"] == "argument":
            # The rule of a host is that of other names too, which have no port beside them.
            only = re.sub(r'write host=("[^"]*").*', rf"write {argument}=\1", context["message"])
            yield Fault(argument, context["message"] if argument == "host" else only, context["rule"])
        elif detail["type"] == "extra_forbidden":
            text = f"is not an argument{_likely_inside(model_field, detail['loc'])}"
            yield Fault(named, text, text)
        else:
            rule = in_our_words(detail["type"], detail["msg"], context, model_field)
            seen = "" if rule == "is required" else given_instead(named, detail["input"], model_field)
            yield Fault(named, rule + seen, rule)


def _parts(model: type[Arguments]) -> dict[str, Collection[str]]:
    parts = {name: model_inside(model.model_fields[name].annotation) for name in PARTS if name in model.model_fields}
    return {name: inside.model_fields for name, inside in parts.items() if inside is not None}


def _likely_inside(model_field: FieldInfo, path: Sequence[int | str]) -> str:
    model = model_inside(model_field.annotation)
    for part in path[:-1]:
        name = python_name(str(part))
        if model is not None and name in model.model_fields:  # else it is the place in a list, or a kind of a union
            model = model_inside(model.model_fields[name].annotation)
    return "" if model is None else likely(python_name(str(path[-1])), model.model_fields)

"""The properties of the resource, read from the model once for every kind of generated file."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from pulumi_smtp_collab.model.connectivity_test import (
    DEPTHS,
    AddressFamily,
    ConnectivityTest,
    Depth,
    Mode,
    OnStaleFailure,
    SecondLook,
    TestFrom,
)
from pulumi_smtp_collab.model.encrypted_text import EncryptedTextArguments, SecretReference
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.record import EncryptedTextOutputs, ProviderOutputs
from pulumi_smtp_collab.model.report import (
    STAGES,
    Diagnosis,
    ServerFacts,
    SkippedTest,
    StageName,
    StageResult,
    Status,
    TestedFrom,
    Verification,
)
from pulumi_smtp_collab.model.secrecy import is_secret
from pulumi_smtp_collab.model.target import DelegateVerification, SavedIn, TargetArguments, TargetKind
from pulumi_smtp_collab.model.tls_mode import TlsMode
from pulumi_smtp_collab.model.usage_scope import EnvironmentType, UsageScope, UsageScopeEntry
from pulumi_smtp_collab.model.wire_names import wire_name

ARGUMENT_TYPES: dict[type[BaseModel], str] = {
    ConnectivityTest: "ConnectivityTest",
    TargetArguments: "Target",
    UsageScopeEntry: "UsageScopeEntry",
    UsageScope: "UsageScope",
    SecretReference: "SecretReference",
}
"""The nested models of the arguments, each after those that it holds, and what they are called in the schema."""

OUTPUT_TYPES: dict[type[BaseModel], str] = {
    StageResult: "StageResult",
    Diagnosis: "Diagnosis",
    ServerFacts: "ServerFacts",
    TestedFrom: "TestedFrom",
    SkippedTest: "SkippedTest",
    Verification: "Verification",
    SavedIn: "SavedIn",
    DelegateVerification: "DelegateVerification",
}
"""The nested models of the outputs, each after those that it holds."""

ALSO = {
    ("SmtpCollaborationProviderArgs", "password"): "EncryptedText",
    ("EncryptedTextArgs", "usage_scope"): "UsageScope",
}
"""What an argument may be besides, by its class of arguments and its name; the resource takes it apart."""


CHOICES: dict[tuple[str, ...], str] = {
    get_args(Depth): "Depth",
    get_args(Mode): "Mode",
    get_args(AddressFamily): "AddressFamily",
    get_args(SecondLook): "SecondLook",
    get_args(OnStaleFailure): "OnStaleFailure",
    get_args(TestFrom): "TestFrom",
    get_args(TargetKind): "TargetKind",
    get_args(EnvironmentType): "EnvironmentType",
    get_args(TlsMode): "TlsMode",
    get_args(Status): "Status",
    get_args(StageName): "StageName",
    ("passed", "failed"): "StageStatus",
    ("passed", "failed", "timedOut"): "DelegateStatus",
}
"""The closed choices, by their values, and what their types are called."""

_READ_CHOICES: dict[tuple[type[BaseModel], str], tuple[str, ...]] = {
    (StageResult, "name"): STAGES,
    (StageResult, "status"): ("passed", "failed"),
    (Diagnosis, "stage"): STAGES,
    (Verification, "depth"): DEPTHS,
    (SavedIn, "target"): get_args(TargetKind),
    (DelegateVerification, "status"): ("passed", "failed", "timedOut"),
}
"""The choices of what we write and read back: the model reads any text there, which a later version may write."""


@dataclass(frozen=True)
class Property:
    """One property, in the words of every kind of file.

    Attributes:
        name: Its Python name.
        wire: Its wire name.
        kind: boolean, integer, number, string, map (of strings), or a model.
        many: Whether it is a list of that.
        required: Whether a program has to give it.
        default: Its constant default; None where there is none.
        shown_default: The default as a table shows it.
        choices: The values that it may have; none where any.
        secret: Whether it is always secret.
        description: What it means.
    """

    name: str
    wire: str
    kind: str | type[BaseModel]
    many: bool
    required: bool
    default: Any
    shown_default: str
    choices: tuple[str, ...]
    secret: bool
    description: str


def encrypted_text_properties() -> list[Property]:
    """Return the arguments of an Encrypted Text; its name is always there: the resource's stands in for it."""
    properties = properties_of(EncryptedTextArguments)
    return [Property(**{**vars(item), "required": item.required and item.name != "name"}) for item in properties]


def provider_properties() -> list[Property]:
    """Return the provider's arguments, the display name first."""
    properties = list(properties_of(ProviderArguments))
    first = next(item for item in properties if item.name == "display_name")
    rest = [item for item in properties if item is not first]
    # The display name is always there in the end: the resource's name stands in for it.
    return [Property(**{**vars(first), "required": False}), *rest]


def summary_of(model: type[BaseModel]) -> str:
    """Return what a model is, in one sentence."""
    return (model.__doc__ or "").strip().split("\n", maxsplit=1)[0]


def properties_of(model: type[BaseModel]) -> Iterator[Property]:
    """Return the properties of one model."""
    for name, field in model.model_fields.items():
        kind, many, choices = _kind(field.annotation)
        default = None if field.is_required() or field.default_factory else field.default
        if name == "port":
            default = None
        yield Property(
            name=name,
            wire=wire_name(name),
            kind=kind,
            many=many,
            required=field.is_required(),
            default=default,
            shown_default=_shown_default(field, default),
            choices=choices or _READ_CHOICES.get((model, name), ()),
            secret=is_secret(field.annotation),
            description=field.description or "",
        )


def _shown_default(field: FieldInfo, default: object) -> str:
    extra = field.json_schema_extra
    if isinstance(extra, dict) and "shown_default" in extra:
        return str(extra["shown_default"])
    if field.is_required():
        return "required"
    return "none" if default in (None, ()) else str(default)


def _kind(annotation: Any) -> tuple[str | type[BaseModel], bool, tuple[str, ...]]:  # noqa: ANN401 - any annotation
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kind(get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        members = [item for item in get_args(annotation) if item is not type(None)]
        # A list, where a single word may stand for one.
        return _kind(next((item for item in members if get_origin(item) is tuple), members[0]))
    if origin is Mapping:
        return "map", False, ()
    if origin is tuple:
        kind, _, choices = _kind(get_args(annotation)[0])
        return kind, True, choices
    if origin is Literal:
        return "string", False, get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False, ()
    names = {bool: "boolean", int: "integer", float: "number", str: "string", SecretStr: "string"}
    return names[annotation], False, ()


OWN_OUTPUTS = tuple(properties_of(ProviderOutputs))
"""The outputs of a provider besides its arguments."""

ENCRYPTED_TEXT_OUTPUTS = tuple(properties_of(EncryptedTextOutputs))
"""Those of an Encrypted Text."""

"""schema.json: the resource in the terms of Pulumi's package schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from generators.properties import (
    ARGUMENT_TYPES,
    ENCRYPTED_TEXT_OUTPUTS,
    OUTPUT_TYPES,
    OWN_OUTPUTS,
    Property,
    encrypted_text_properties,
    properties_of,
    provider_properties,
    summary_of,
)

_TOKEN = "smtp-collab:index:"  # noqa: S105 - a type token
_NAMES = {**ARGUMENT_TYPES, **OUTPUT_TYPES}


def schema_text() -> str:
    """Return the text of schema.json."""
    provider = _resource(
        "An SMTP server as a collaboration provider: its connectivity is tested before it is saved.",
        provider_properties(),
        OWN_OUTPUTS,
        ("connectivityTest", "displayName", "port"),
    )
    encrypted_text = _resource(
        "A secret of its own that holds a provider's password; a provider that uses it inherits its usage scope.",
        encrypted_text_properties(),
        ENCRYPTED_TEXT_OUTPUTS,
        ("name",),
    )
    schema = {
        "name": "smtp-collab",
        "displayName": "SMTP collaboration providers",
        "description": "SMTP collaboration providers as Pulumi resources: tested before they are saved.",
        "keywords": ["category/infrastructure", "kind/native", "smtp", "harness"],
        "license": "Apache-2.0",
        "types": {
            f"{_TOKEN}{name}": {
                "description": summary_of(model),
                "type": "object",
                "properties": _properties(properties_of(model), defaults=model in ARGUMENT_TYPES),
                "required": sorted(item.wire for item in properties_of(model) if item.required),
            }
            for model, name in _NAMES.items()
        },
        "provider": {},
        "resources": {f"{_TOKEN}EncryptedText": encrypted_text, f"{_TOKEN}SmtpCollaborationProvider": provider},
        "language": {
            "python": {
                "packageName": "pulumi_smtp_collab",
                "respectSchemaVersion": True,
                "pyproject": {"enabled": True},
            },
            "nodejs": {"respectSchemaVersion": True},
            "go": {"respectSchemaVersion": True, "generateResourceContainerTypes": True},
            "csharp": {"respectSchemaVersion": True},
        },
    }
    return json.dumps(schema, indent=2) + "\n"


def _resource(
    description: str, arguments: list[Property], own_outputs: Iterable[Property], filled_in: Iterable[str]
) -> dict[str, Any]:
    """Return a resource; what is filled in is always there, whether a program gives it or not."""
    outputs = [*arguments, *own_outputs]
    always = {item.wire for item in outputs if item.required or item.default is not None} | set(filled_in)
    return {
        "description": description,
        "properties": _properties(outputs, defaults=False),
        "required": sorted(always),
        "inputProperties": _properties(arguments, defaults=True),
        "requiredInputs": sorted(item.wire for item in arguments if item.required),
    }


def _properties(properties: Iterable[Property], *, defaults: bool) -> dict[str, Any]:
    return {item.wire: _property(item, defaults=defaults) for item in properties}


def _property(item: Property, *, defaults: bool) -> dict[str, Any]:
    kind: dict[str, Any] = (
        {"type": item.kind} if isinstance(item.kind, str) else {"$ref": f"#/types/{_TOKEN}{_NAMES[item.kind]}"}
    )
    if item.kind == "map":
        kind = {"type": "object", "additionalProperties": {"type": "string"}}
    if item.many:
        kind = {"type": "array", "items": kind}
    kind["description"] = item.description
    if not set(item.choices) <= set(re.findall(r"[\w-]+", item.description)):
        kind["description"] += f" One of {', '.join(item.choices)}."
    if defaults and item.default is not None and not item.many:
        kind["default"] = item.default
    elif defaults and item.shown_default not in {"none", "required"}:
        kind["description"] += f" Default: {item.shown_default}."  # one that no constant says
    if item.secret:
        kind["secret"] = True
    return kind

"""schema.json: the package in the terms of Pulumi's package schema. It is what the native plugin serves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from generators.properties import (
    ARGUMENT_TYPES,
    CHOICES,
    ENCRYPTED_TEXT_OUTPUTS,
    OUTPUT_TYPES,
    OWN_OUTPUTS,
    Property,
    encrypted_text_properties,
    properties_of,
    provider_properties,
    summary_of,
)
from generators.public_home import PUBLISHER, REPOSITORY
from pulumi_smtp_collab._version import __version__
from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
from pulumi_smtp_collab.model.report import Verification
from pulumi_smtp_collab.model.settings import SmtpSettings
from pulumi_smtp_collab.model.stack_configuration import StackConfiguration
from pulumi_smtp_collab.model.target import TargetArguments
from pulumi_smtp_collab.model.wire_texts import in_wire_names

_ROOT = Path(__file__).resolve().parents[2]
_TOKEN = "smtp-collab:index:"  # noqa: S105 - a type token
_NAMES: Mapping[type[BaseModel], str] = {**ARGUMENT_TYPES, **OUTPUT_TYPES}
_GO_MODULE = f"{REPOSITORY.removeprefix('https://') or 'pulumi-smtp-collab'}/sdk/go/smtpcollab"
_SET_BY_THE_STACK = {"depth", "mode", "deadline_seconds"}
"""Arguments of the test whose default a stack can set: an SDK that filled the constant in would override it."""

_WHOSE = {"Depth": "ConnectivityTest", "Mode": "ConnectivityTest", "Status": "Verification"}
"""Begins the name of a choice that says too little where all types of the package stand side by side."""

_REPLACING = {
    "SmtpCollaborationProvider": {"target"},
    "EncryptedText": {"target", "identifier", "org", "project", "secretManager"},
}
"""The arguments of each resource, by wire name, that no update changes, whatever the target."""

_PASSED_ON = "SecretReference"
"""The type that a program hands from an output to an input: YAML's host takes no closed choice so, and it has none."""

_EXAMPLES = (
    ("typescript", "quickstart-typescript/index.ts"),
    ("python", "quickstart-python-native/__main__.py"),
    ("go", "quickstart-go/main.go"),
    ("yaml", "quickstart-yaml/Pulumi.yaml"),
)
"""The programs that are shown, by language: files of the examples, which the tests run."""


def schema_text() -> str:
    """Return the text of schema.json."""
    enums = _Enums()
    types = {
        f"{_TOKEN}{name}": {
            "description": in_wire_names(summary_of(model)),
            "type": "object",
            "properties": enums.properties(name, properties_of(model), defaults=model in ARGUMENT_TYPES),
            **_required(item.wire for item in properties_of(model) if item.required),
        }
        for model, name in _NAMES.items()
    }
    configuration = enums.properties("", properties_of(StackConfiguration), defaults=True)
    schema = {
        "name": "smtp-collab",
        "displayName": "SMTP collaboration providers",
        "version": __version__,
        "description": "SMTP collaboration providers as Pulumi resources: tested before they are saved.",
        "keywords": ["category/infrastructure", "kind/native", "smtp", "harness"],
        "license": "Apache-2.0",
        # The SDKs are laid out as Pulumi lays them out today: for Go, a module in a folder of its own.
        "meta": {"supportPack": True},
        **_public_home(),
        "config": {"variables": configuration},
        "provider": {
            "description": "The settings of the package for the resources that name this provider: two accounts of "
            "Harness in one program, say. Without it, the stack's configuration holds.",
            "inputProperties": configuration,
            "properties": {name: each for name, each in configuration.items() if each.get("type") == "string"},
        },
        "resources": _resources(enums),
        "functions": _functions(enums),
        "language": {
            "python": {
                # Not pulumi_smtp_collab: that is our own distribution, with a native module for Python programs.
                "packageName": "pulumi_smtp_collab_sdk",
                "respectSchemaVersion": True,
                "pyproject": {"enabled": True},
            },
            "nodejs": {
                "packageName": "pulumi-smtp-collab",
                "respectSchemaVersion": True,
                "typescriptVersion": "^5.0.0",
            },
            "go": {
                "importBasePath": _GO_MODULE,
                "respectSchemaVersion": True,
                "generateResourceContainerTypes": True,
            },
            "csharp": {"respectSchemaVersion": True},
        },
    }
    schema["types"] = {**types, **enums.types}
    order = ("name", "displayName", "version", "description", "keywords", "homepage", "license", "repository")
    ordered = {name: schema[name] for name in order if name in schema}
    return json.dumps({**ordered, **schema}, indent=2) + "\n"


def _required(names: Iterable[str]) -> dict[str, list[str]]:
    """Return what has to be there; nothing where nothing has to, as the engine writes a schema."""
    listed = sorted(names)
    return {"required": listed} if listed else {}


class _Enums:
    """Makes properties, and of each closed choice among them a type that every place with the same choice shares."""

    def __init__(self) -> None:
        self.types: dict[str, Any] = {}

    def properties(self, owner: str, properties: Iterable[Property], *, defaults: bool) -> dict[str, Any]:
        return {item.wire: self._property(owner, item, defaults=defaults) for item in properties}

    def _property(self, owner: str, item: Property, *, defaults: bool) -> dict[str, Any]:
        kind = self._kind(owner, item)
        if item.many:
            kind = {"type": "array", "items": kind}
        kind["description"] = in_wire_names(item.description)
        if not set(item.choices) <= set(re.findall(r"[\w-]+", item.description)):
            kind["description"] += f" One of {', '.join(item.choices)}."
        by_stack = owner == "ConnectivityTest" and item.name in _SET_BY_THE_STACK
        if defaults and item.default is not None and not item.many and not by_stack:
            kind["default"] = item.default
        elif defaults and item.shown_default not in {"none", "required"}:
            stack = ", unless the stack's configuration says otherwise" if by_stack else ""
            kind["description"] += f" Default: {in_wire_names(item.shown_default)}{stack}."
        if item.secret:
            kind["secret"] = True
        if item.wire in _REPLACING.get(owner, ()):
            kind["willReplaceOnChanges"] = True
        return kind

    def _kind(self, owner: str, item: Property) -> dict[str, Any]:
        if item.choices and owner != _PASSED_ON:
            return {"$ref": f"#/types/{self._choice(item)}"}
        if item.kind == "map":
            return {"type": "object", "additionalProperties": {"type": "string"}}
        if isinstance(item.kind, str):
            return {"type": item.kind}
        return {"$ref": "pulumi.json#/Any" if owner == _PASSED_ON else f"#/types/{_TOKEN}{_NAMES[item.kind]}"}

    def _choice(self, item: Property) -> str:
        name = CHOICES[item.choices]
        token = f"{_TOKEN}{_WHOSE.get(name, '')}{name}"
        self.types.setdefault(
            token,
            {
                "description": f"The values of {item.wire}.",
                "type": "string",
                "enum": [{"name": _pascal(choice), "value": choice} for choice in item.choices],
            },
        )
        return token


def _resources(enums: _Enums) -> dict[str, Any]:
    text = "A secret of its own that holds a provider's password; a provider that uses it inherits its usage scope."
    encrypted = _resource(enums, "EncryptedText", text, encrypted_text_properties(), ENCRYPTED_TEXT_OUTPUTS, {"name"})
    text = "An SMTP server as a collaboration provider: its connectivity is tested before it is saved."
    filled_in = {"connectivityTest", "displayName", "port"}
    owner = "SmtpCollaborationProvider"
    provider = _resource(enums, owner, text, provider_properties(), OWN_OUTPUTS, filled_in)
    provider["description"] += f"\n\n{_examples()}"
    provider["aliases"] = [{"type": "pulumi-python:dynamic/smtp-collab:SmtpCollaborationProvider"}]
    encrypted["aliases"] = [{"type": "pulumi-python:dynamic/smtp-collab:EncryptedText"}]
    return {f"{_TOKEN}EncryptedText": encrypted, f"{_TOKEN}{owner}": provider}


def _resource(
    enums: _Enums,
    owner: str,
    description: str,
    arguments: list[Property],
    own_outputs: Iterable[Property],
    filled_in: set[str],
) -> dict[str, Any]:
    """Return a resource; what is filled in is always there, whether a program gives it or not."""
    outputs = [*arguments, *own_outputs]
    always = {item.wire for item in outputs if item.required or item.default is not None} | filled_in
    return {
        "description": description,
        "properties": enums.properties("", outputs, defaults=False),
        "required": sorted(always),
        "inputProperties": enums.properties(owner, arguments, defaults=True),
        "requiredInputs": sorted(item.wire for item in arguments if item.required),
    }


def _functions(enums: _Enums) -> dict[str, Any]:
    settings = [*properties_of(SmtpSettings)]
    test = next(item for item in provider_properties() if item.kind is ConnectivityTest)
    target = next(item for item in provider_properties() if item.kind is TargetArguments)
    found = enums.properties("", properties_of(Verification), defaults=False)
    report = {
        "passed": {"type": "boolean", "description": "Whether every stage up to the depth passed."},
        "report": {"type": "string", "description": "The report as a person reads it."},
    }
    saved = [item for item in (*provider_properties(), *OWN_OUTPUTS) if not item.secret]
    identifier = {"type": "string", "description": "The target's identifier of the provider."}
    return {
        f"{_TOKEN}testConnectivity": {
            "description": "Test whether mail can be handed to a server, with nothing saved. A test that fails is no "
            "error: the result says why it failed and what to do. The result holds no secret.",
            "inputs": {
                "type": "object",
                "properties": enums.properties("", [*settings, test], defaults=True),
                "required": sorted(item.wire for item in settings if item.required),
            },
            "outputs": {
                "type": "object",
                "properties": {**report, **found},
                "required": sorted({*report, *(item.wire for item in properties_of(Verification) if item.required)}),
            },
        },
        f"{_TOKEN}getSmtpCollaborationProvider": {
            "description": "Read a provider that exists already in Harness, without owning it. The state target can't "
            "be asked: read another stack's outputs with a stack reference. The result holds no secret.",
            "inputs": {
                "type": "object",
                "properties": {"id": identifier, **enums.properties("", [target], defaults=True)},
                "required": ["id"],
            },
            "outputs": {
                "type": "object",
                "properties": {"id": identifier, **enums.properties("", saved, defaults=False)},
                "required": ["host", "id", "lastVerification", "tlsMode", "type"],
            },
        },
    }


def _examples() -> str:
    """Return the quickstart in every language, in the form that the registry takes apart."""
    parts = ["{{% examples %}}", "## Example Usage", "{{% example %}}", "### A server with STARTTLS and a login", ""]
    for language, file in _EXAMPLES:
        program = (_ROOT / "examples" / file).read_text(encoding="utf-8")
        parts.append(f"```{language}\n{program}```")
    return "\n".join([*parts, "", "{{% /example %}}", "{{% /examples %}}"])


def _public_home() -> dict[str, str]:
    """Return what names the package's public home; nothing where it has none yet."""
    if not REPOSITORY:
        return {}
    downloads = f"github://api.{REPOSITORY.removeprefix('https://')}"
    home = {"homepage": REPOSITORY, "repository": REPOSITORY, "pluginDownloadURL": downloads}
    return {**home, "publisher": PUBLISHER}


def _pascal(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[-_]", name.lower() if name.isupper() else name))

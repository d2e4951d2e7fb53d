"""Whole programs around a declaration, in the languages that are supported."""

from __future__ import annotations

from typing import Any

from pulumi_smtp_collab.command_line.program_lines import (
    PASSWORD_KEY,
    ConfiguredSecret,
    Declaration,
    FileText,
    Language,
    SelectedText,
    as_yaml,
    declaration_lines,
    yaml_resource,
)

_TITLE = "One SMTP collaboration provider: `pulumi up` saves it only if the server let us in."
_READ_TITLE = "Reads an SMTP collaboration provider that Harness holds, without owning it."


def title_of(declared: Declaration) -> str:
    """Return the sentence above the program."""
    return _TITLE if declared.existing is None else _READ_TITLE


def program_text(declared: Declaration, language: Language, *, whole: bool) -> str:
    """Return the program, with a line end at its end.

    Args:
        declared: The provider.
        language: Of the program; for YAML it is what belongs into Pulumi.yaml.
        whole: Whether it stands alone: with its title and the outputs.
    """
    if language == "python":
        return _python(declared, whole=whole)
    if language == "typescript":
        return _typescript(declared, whole=whole)
    return as_yaml(yaml_program(declared)) if whole else "\n".join(declaration_lines(declared, "yaml")) + "\n"


def yaml_program(declared: Declaration) -> dict[str, Any]:
    """Return what a YAML program has beside the project's settings."""
    program: dict[str, Any] = {"resources": {declared.name: yaml_resource(declared)}}
    if declared.existing is None:
        outputs = {"status": "lastVerification.status", "tls": "tlsMode"}
    else:
        outputs = {"host": "host", "from": "fromAddress", "tls": "tlsMode"}
    program["outputs"] = {name: f"${{{declared.name}.{path}}}" for name, path in outputs.items()}
    return program


def configuration_of(declared: Declaration) -> dict[str, Any]:
    """Return what the project's settings say of the program's configuration."""
    if not declared.uses(ConfiguredSecret):
        return {}
    return {PASSWORD_KEY: {"type": "string", "secret": True, "description": "The password of the login"}}


def _python(declared: Declaration, *, whole: bool) -> str:
    names = ["EncryptedText"] if declared.uses(SelectedText) else []
    imports = [
        *(["from pathlib import Path", ""] if declared.uses(FileText) else []),
        *(["import pulumi"] if whole or declared.uses(ConfiguredSecret) else []),
        f"from pulumi_smtp_collab import {', '.join([*names, 'SmtpCollaborationProvider'])}",
    ]
    lines = [*imports, "", *declaration_lines(declared, "python")]
    if not whole:
        return "\n".join(lines) + "\n"
    if declared.existing is None:
        outputs = {"status": "last_verification.status", "tls": "tls_mode"}
    else:
        outputs = {"host": "host", "from": "from_address", "tls": "tls_mode"}
    exports = [f'pulumi.export("{name}", provider.{path})' for name, path in outputs.items()]
    return "\n".join([f'"""{title_of(declared)}"""', "", *lines, "", *exports]) + "\n"


def _typescript(declared: Declaration, *, whole: bool) -> str:
    imports = [
        *(['import * as fs from "fs";'] if declared.uses(FileText) else []),
        *(['import * as pulumi from "@pulumi/pulumi";'] if declared.uses(ConfiguredSecret) else []),
        'import * as smtpCollab from "pulumi-smtp-collab";',
    ]
    lines = [*imports, "", *declaration_lines(declared, "typescript")]
    if not whole:
        return "\n".join(lines) + "\n"
    if declared.existing is None:
        exports = ["export const status = provider.lastVerification.status;", "export const tls = provider.tlsMode;"]
    else:
        exports = [
            "export const host = provider.host;",
            "export const from = provider.fromAddress;",
            "export const tls = provider.tlsMode;",
        ]
    return "\n".join([f"// {title_of(declared)}", *lines, "", *exports]) + "\n"

"""The lines to write in a program: a provider's declaration from its settings, in the languages that are supported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

from pulumi_smtp_collab.connectivity.redaction import visible
from pulumi_smtp_collab.model.wire_names import wire_name

Language: TypeAlias = Literal["python", "yaml", "typescript"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

PASSWORD_KEY = "smtpPassword"  # noqa: S105 - the name of a key
"""The key of the stack's configuration that holds the password."""


@dataclass(frozen=True, slots=True)
class ConfiguredSecret:
    """A secret of the stack's configuration."""

    key: str


@dataclass(frozen=True, slots=True)
class FileText:
    """The text of a file that lies in the program's folder."""

    path: str


@dataclass(frozen=True, slots=True)
class Yours:
    """What nobody but the user knows; the text stands for it."""

    text: str


@dataclass(frozen=True, slots=True)
class SelectedText:
    """An Encrypted Text that exists in Harness."""

    name: Yours


@dataclass(frozen=True, slots=True)
class Declaration:
    """A provider as a program declares or reads it.

    Attributes:
        arguments: By Python name, in order: plain values, mappings, or what stands for a value.
        name: The resource's name.
        existing: The target's identifier of what is read and not owned; None for a provider of the program's own.
    """

    arguments: Mapping[str, Any] = field(default_factory=dict)
    name: str = "deployment-mail"
    existing: str | None = None

    def uses(self, kind: type) -> bool:
        """Return whether an argument is of a kind."""
        return any(isinstance(value, kind) for value in self.arguments.values())


_DEFAULT_PORTS = {"none": 25, "starttls": 587, "implicit": 465}


def server_arguments(
    host: str, tls_mode: str, port: int | None, from_address: str | None, username: str | None
) -> dict[str, Any]:
    """Return the arguments of a server and a login, without those that follow from others.

    Args:
        host: The server.
        tls_mode: none, starttls or implicit.
        port: The port; None for the usual one.
        from_address: The From address; None where it is not known yet.
        username: The user name; None where there is no login.
    """
    arguments: dict[str, Any] = {"host": host}
    if tls_mode != "none":
        arguments["start_tls" if tls_mode == "starttls" else "ssl"] = True
    if port not in {None, _DEFAULT_PORTS.get(tls_mode)}:
        arguments["port"] = port
    arguments["from_address"] = from_address or Yours("you@example.com")
    if username:
        arguments |= {"username": username, "password": ConfiguredSecret(PASSWORD_KEY)}
    return arguments


def declaration_lines(declared: Declaration, language: Language = "python") -> list[str]:
    """Return the declaration alone, as a program of the language has it."""
    return {"python": _python, "yaml": _yaml, "typescript": _typescript}[language](declared)


def configuration_lines(declared: Declaration) -> list[str]:
    """Return the commands that set what the program reads; a secret is asked for, and is in no history."""
    secrets = [value.key for value in declared.arguments.values() if isinstance(value, ConfiguredSecret)]
    return [f"pulumi config set --secret {key}" for key in secrets]


def yaml_value(value: Any) -> Any:  # noqa: ANN401 - as an argument is
    """Return what stands for a value in a YAML program."""
    if isinstance(value, ConfiguredSecret):
        return f"${{{value.key}}}"
    if isinstance(value, FileText):
        return {"fn::readFile": f"./{value.path}"}
    if isinstance(value, Yours):
        return value.text
    if isinstance(value, Mapping):
        return {wire_name(name): yaml_value(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [yaml_value(each) for each in value]
    # What begins an interpolation is written twice (the YAML reference, "Interpolation").
    return value.replace("${", "$${") if isinstance(value, str) else value


def as_yaml(content: Mapping[str, Any]) -> str:
    """Return YAML as a person would write it."""
    import yaml

    return str(yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True, width=1_000_000))


def yaml_resource(declared: Declaration) -> dict[str, Any]:
    """Return the resource of a YAML program."""
    resource: dict[str, Any] = {"type": "smtp-collab:SmtpCollaborationProvider"}
    if declared.existing is not None:
        return resource | {"get": {"id": declared.existing}}
    return resource | {"properties": yaml_value(declared.arguments)}


def _python(declared: Declaration) -> list[str]:
    name = _quoted(declared.name)
    if declared.existing is not None:
        return [f"provider = SmtpCollaborationProvider.get({name}, {_quoted(declared.existing)})"]
    lines = []
    for key, value in declared.arguments.items():
        note = "  # yours" if isinstance(value, (Yours, SelectedText)) else ""
        lines.append(f"    {key}={_python_value(value)},{note}")
    return ["provider = SmtpCollaborationProvider(", f"    {name},", *lines, ")"]


def _python_value(value: Any) -> str:  # noqa: ANN401 - as an argument is
    if isinstance(value, ConfiguredSecret):
        return f"pulumi.Config().require_secret({_quoted(value.key)})"
    if isinstance(value, FileText):
        return f'Path({_quoted(value.path)}).read_text("utf-8")'
    if isinstance(value, SelectedText):
        return f'EncryptedText.select("smtp-password", {_quoted(value.name.text)})'
    if isinstance(value, Yours):
        return _quoted(value.text)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_quoted(name)}: {_python_value(each)}" for name, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_python_value(each) for each in value) + "]"
    return _quoted(value) if isinstance(value, str) else repr(value)


def _typescript(declared: Declaration) -> list[str]:
    name = _quoted(declared.name)
    if declared.existing is not None:
        return [
            "const provider = smtpCollab.SmtpCollaborationProvider.get("
            f"{name}, {_quoted(declared.existing)});"
        ]  # fmt: skip
    lines = []
    for key, value in declared.arguments.items():
        note = "  // yours" if isinstance(value, Yours) else ""
        lines.append(f"    {wire_name(key)}: {_typescript_value(value)},{note}")
    return [f"const provider = new smtpCollab.SmtpCollaborationProvider({name}, {{", *lines, "});"]


def _typescript_value(value: Any) -> str:  # noqa: ANN401 - as an argument is
    if isinstance(value, ConfiguredSecret):
        return f"new pulumi.Config().requireSecret({_quoted(value.key)})"
    if isinstance(value, FileText):
        return f'fs.readFileSync({_quoted(value.path)}, "utf8")'
    if isinstance(value, Yours):
        return _quoted(value.text)
    if isinstance(value, Mapping):
        inner = ", ".join(f"{wire_name(name)}: {_typescript_value(each)}" for name, each in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_typescript_value(each) for each in value) + "]"
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _yaml(declared: Declaration) -> list[str]:
    content: dict[str, Any] = {}
    if declared.uses(ConfiguredSecret):
        content["config"] = {PASSWORD_KEY: {"type": "string", "secret": True}}
    content["resources"] = {declared.name: yaml_resource(declared)}
    return as_yaml(content).splitlines()


def _quoted(text: str) -> str:
    # What a terminal would act on is written out; Harness may hold anything.
    return json.dumps(text, ensure_ascii=visible(text) != text)

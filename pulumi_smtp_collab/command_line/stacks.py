"""The providers that a project's stacks hold, read through the Pulumi CLI: leniently, and secrets only where asked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import rich_click as click

from pulumi_smtp_collab.command_line.exit_codes import ExitCode
from pulumi_smtp_collab.connectivity.redaction import visible
from pulumi_smtp_collab.model.origin import Origin
from pulumi_smtp_collab.model.record import ProviderRecord
from pulumi_smtp_collab.model.wire_names import python_name

_TYPES = ("dynamic/smtp-collab:SmtpCollaborationProvider", "smtp-collab:index:SmtpCollaborationProvider")
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - how a state marks a secret
_SECONDS = 120


class StackError(click.ClickException):
    """A stack could not be read; the message says what Pulumi said."""

    exit_code = ExitCode.STACK


@dataclass(frozen=True, slots=True)
class SavedProvider:
    """A provider that a stack holds.

    Attributes:
        stack: The stack's name.
        name: The resource's name.
        record: What is saved of it; of a secret argument that was not decrypted it holds nothing.
        modified: When the stack last changed it (RFC 3339); empty where that is not known.
        has_password: Whether it holds a password of its own.
        id: The target's identifier of it.
    """

    stack: str
    name: str
    record: ProviderRecord
    modified: str = ""
    has_password: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """A Pulumi project on this machine.

    Attributes:
        folder: Where its Pulumi.yaml lies, or below.
    """

    folder: Path = field(default_factory=Path.cwd)

    def stacks(self, *, all_projects: bool = False) -> list[str]:
        """Return the names of the project's stacks that hold a resource.

        Args:
            all_projects: Whether those of every project of the backend are meant, by their full names.

        Raises:
            StackError: Pulumi does not tell.
        """
        more = ["--all", "--fully-qualify-stack-names"] if all_projects else []
        found = json.loads(self._pulumi("stack", "ls", "--json", *more))
        # A backend that does not count says nothing of it.
        return [str(each["name"]) for each in found if each.get("resourceCount") != 0]

    def providers(self, stack: str, *, secrets: bool = False) -> list[SavedProvider]:
        """Return the providers that a stack's state holds.

        Args:
            stack: The stack.
            secrets: Whether secrets are decrypted.

        Raises:
            StackError: The state can't be read.
        """
        shown = ["--show-secrets"] if secrets else []
        text = self._pulumi("stack", "export", "--stack", stack, *shown)
        try:
            state = json.loads(text)
        except ValueError:
            raise StackError(f"The state of the stack {stack} is no JSON.") from None
        deployment = _mapping(_mapping(state).get("deployment"))
        resources = deployment.get("resources")
        found = (_provider_of(stack, _mapping(each)) for each in (resources if isinstance(resources, list) else []))
        return [each for each in found if each is not None]

    def configuration(self, stack: str) -> dict[str, str]:
        """Return a stack's configuration, keys with their namespaces, secrets decrypted.

        Raises:
            StackError: Pulumi does not tell.
        """
        text = self._pulumi("config", "--json", "--show-secrets", "--stack", stack)
        return {name: str(_mapping(each).get("value", "")) for name, each in _mapping(json.loads(text)).items()}

    def _pulumi(self, *arguments: str) -> str:
        program = shutil.which("pulumi")
        if program is None:
            raise StackError("Pulumi's CLI is not on PATH: https://www.pulumi.com/docs/install/")
        try:
            done = subprocess.run(  # noqa: S603 - the user's own Pulumi
                [program, "--non-interactive", "--color", "never", *arguments],
                cwd=self.folder,
                env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                timeout=_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise StackError(f"pulumi {' '.join(arguments[:2])}: {error}") from None
        if done.returncode:
            told = visible(" ".join(done.stderr.split())).removeprefix("error: ") or f"exit code {done.returncode}"
            raise StackError(f"pulumi {' '.join(arguments)} failed: {told}")
        return done.stdout


def _provider_of(stack: str, resource: Mapping[str, Any]) -> SavedProvider | None:
    kind, urn = str(resource.get("type", "")), str(resource.get("urn", ""))
    if not kind.endswith(_TYPES) or resource.get("delete"):
        return None
    marked: set[str] = set()
    # Inputs hold which arguments are secret; outputs what is true, and what was verified.
    inputs = _plain(_mapping(resource.get("inputs")), marked)
    outputs = _plain(_mapping(resource.get("outputs")), marked)
    values = {**inputs, **outputs}
    names = frozenset(python_name(name) for name in marked) - {"password", "verified_arguments"}
    parts = urn.split("::")
    project = parts[1] if len(parts) > 1 else ""
    name = parts[-1]
    origin = Origin(project=project, stack=stack, secret_arguments=names, resource=name)
    record = ProviderRecord.from_properties(values, origin)
    has_password = "password" in marked or values.get("password") is not None
    return SavedProvider(
        stack, name, record, str(resource.get("modified", "")), has_password, str(resource.get("id", ""))
    )


def _plain(values: Mapping[str, Any], marked: set[str]) -> dict[str, Any]:
    """Return the values, a decrypted secret as it is, any other left out; adds the names of secrets to those marked."""
    plain: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping) and value.get(_SIGNATURE) == _SECRET:
            marked.add(name)
            text = value.get("plaintext")
            try:
                found = json.loads(text) if isinstance(text, str) else None
            except ValueError:
                found = None
            if found is not None:
                plain[name] = found
        elif isinstance(value, Mapping):
            inner: set[str] = set()
            plain[name] = _plain(value, inner)
            marked.update(f"{name}.{each}" for each in inner)
        else:
            plain[name] = value
    return plain


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}

"""Runs a program that is a function of the tests, in their own process, by the Automation API."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi import automation

from pulumi_stack.session import PulumiSession


@dataclass(frozen=True)
class InlineResult:
    """What an update of an inline program did.

    Attributes:
        returncode: 0, or the engine's exit code.
        output: all that the engine printed, without colors.
        outputs: the stack's outputs, secret ones in the clear.
        secret_outputs: the names of those that are secret.
        changes: how many resources were created, updated, left the same, …
    """

    returncode: int
    output: str
    outputs: dict[str, Any]
    secret_outputs: frozenset[str]
    changes: dict[str, int]

    @property
    def ok(self) -> bool:
        """Whether the update succeeded."""
        return self.returncode == 0


def inline_stack(
    program: Callable[[], None],
    workspace: Path,
    session: PulumiSession,
    *,
    name: str = "dev",
    project: str = "trial",
    config: Mapping[str, automation.ConfigValue] | None = None,
) -> automation.Stack:
    """The stack of an inline program, made where it is not there yet; for what `inline_up` does not do."""
    root = session.folder / "cli"
    root.mkdir(parents=True, exist_ok=True)
    # The SDK asks for a folder that has the CLI in `bin`; the user's may have another name.
    if not (root / "bin").exists():
        (root / "bin").symlink_to(session.engine.split(os.pathsep)[0], target_is_directory=True)
    environment = session.environment(workspace / "backend")
    stack = automation.create_or_select_stack(
        stack_name=name,
        project_name=project,
        program=program,
        opts=automation.LocalWorkspaceOptions(
            work_dir=str(_made(workspace / "inline")),
            pulumi_home=str(session.pulumi_home),
            env_vars=environment,
            pulumi_command=automation.PulumiCommand(root=str(root)),
            project_settings=automation.ProjectSettings(
                name=project,
                runtime="python",
                backend=automation.ProjectBackend(url=environment["PULUMI_BACKEND_URL"]),
            ),
        ),
    )
    if config:
        stack.set_all_config(dict(config))
    return stack


def inline_up(
    program: Callable[[], None],
    workspace: Path,
    session: PulumiSession,
    *,
    name: str = "dev",
    project: str = "trial",
    config: Mapping[str, automation.ConfigValue] | None = None,
) -> InlineResult:
    """Run `up` of an inline program; a second call with the same workspace is a second update of the same stack."""
    stack = inline_stack(program, workspace, session, name=name, project=project, config=config)
    lines: list[str] = []
    try:
        done = stack.up(color="never", on_output=lines.append, on_error=lines.append)
    except automation.CommandError as error:
        outputs = stack.outputs()
        returncode, changes = 1, {}
        lines.append(str(error))
    else:
        outputs, returncode = done.outputs, 0
        changes = {str(kind): count for kind, count in (done.summary.resource_changes or {}).items()}
    return InlineResult(
        returncode=returncode,
        output="\n".join(lines),
        outputs={key: output.value for key, output in outputs.items()},
        secret_outputs=frozenset(key for key, output in outputs.items() if output.secret),
        changes=changes,
    )


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder

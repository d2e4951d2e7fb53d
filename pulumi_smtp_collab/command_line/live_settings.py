"""What a target holds now of a provider that a stack saved there."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

import rich_click as click

from pulumi_smtp_collab.command_line.stacks import Project, SavedProvider, StackError
from pulumi_smtp_collab.lifecycle.stack import Messages, open_stack
from pulumi_smtp_collab.model.errors import TargetError


def held_now(saved: SavedProvider, project: Project) -> SavedProvider:
    """Return the provider with the settings that its target holds now; the password is that of the last up.

    Raises:
        click.UsageError: The target can't hold anything else than the state.
        StackError: The target can't be asked, or holds it no more.
    """
    record = saved.record
    where = f"{saved.stack}/{saved.name}"
    if record.saved_in.target == "state":
        raise click.UsageError(f"--target-from live: {where} is saved in the state alone; leave it out.")
    messages = Messages(warn=_tell, inform=_tell)
    providers = open_stack(project.configuration(saved.stack), os.environ, messages).providers
    # Only its settings are asked for: the test comes after it.
    quiet = record.arguments.connectivity_test.model_copy(update={"retest_on_refresh": False})
    asked = replace(record, arguments=record.arguments.model_copy(update={"connectivity_test": quiet}))
    try:
        found = providers.read(saved.id, asked)
    except TargetError as error:
        raise StackError(f"{where}: {error}") from None
    if found is None:
        raise StackError(f"{where}: its target holds it no more.")
    return replace(saved, record=found.record)


def _tell(message: str) -> None:
    sys.stderr.write(f"{message}\n")

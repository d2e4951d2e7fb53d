"""Completion as it is used: a key pressed in each shell, with the script that the command prints."""

from __future__ import annotations

import importlib
import subprocess
import time
from pathlib import Path

import pytest
import rich_click as click
from command_line_runs import Terminal, environment, smtp_collab
from installed_programs import require

from pulumi_smtp_collab.command_line.application import application


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_key_completes_commands_options_codes_and_services(shell: str, tmp_path: Path) -> None:
    """What is unique is filled in: a command, an option, a diagnosis code, a service."""
    system = 'autoload -U compinit; compinit -u -d "$PWD/dump"; ' if shell == "zsh" else ""
    begin = f'{system}eval "$(smtp-collab completion {shell})"; echo rea""dy'
    program = require(shell, "completes in it")
    with Terminal(120) as terminal:
        terminal.type(f"cd {tmp_path}; clear; exec {program} {'--norc' if shell == 'bash' else '-f'}")
        time.sleep(0.3)
        terminal.type(begin)
        terminal.wait_for("ready")
        for typed, filled in (
            ("smtp-collab expl", "smtp-collab explain"),
            ("smtp-collab test --passw", "smtp-collab test --password-"),
            ("smtp-collab explain auth-wrong-c", "smtp-collab explain auth-wrong-credentials"),
            ("smtp-collab services sendg", "smtp-collab services sendgrid"),
        ):
            terminal.press_all(typed, "Tab")
            terminal.wait_for(filled)
            terminal.press("C-u")
            terminal.press("C-l")


def test_fish_completes_with_descriptions() -> None:
    """Fish asks for the completions of a line, each with what it means."""
    program = require("fish", "completes in it")
    script = smtp_collab("completion", "fish").stdout
    with Terminal(80) as terminal:
        env = {**environment(), "PATH": f"{terminal.folder}:{environment()['PATH']}"}
        done = subprocess.run(
            [program, "--no-config", "-c", f"{script}\ncomplete -C 'smtp-collab explain auth-wrong-'"],
            env=env, capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
    assert "auth-wrong-credentials\t" in done.stdout, done.stdout + done.stderr


def test_every_option_of_every_command_has_an_environment_variable() -> None:
    """Named after it, so that a container can give all that a person can."""
    context = click.Context(application)
    for name in application.list_commands(context):
        command = importlib.import_module(f"pulumi_smtp_collab.command_line.commands.{name}").command
        for parameter in command.params:
            if not isinstance(parameter, click.Option):
                continue
            longest = max(parameter.opts, key=len).removeprefix("--").replace("-", "_").upper()
            assert parameter.envvar == f"SMTP_COLLAB_{longest}", (name, parameter.opts)

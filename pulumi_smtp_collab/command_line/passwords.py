"""Where a password comes from: standard input, an environment variable, a command, a prompt; never an argument."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

import rich_click as click

DEFAULT_VARIABLE = "SMTP_COLLAB_PASSWORD"
"""The environment variable that is looked at where no option says otherwise."""

_MOST_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class PasswordSource:
    """Where the password is to be had.

    Attributes:
        stdin: From the first line of standard input.
        variable: From this environment variable.
        command: From the first line that this shell command prints.
    """

    stdin: bool = False
    variable: str | None = None
    command: str | None = None

    @property
    def given(self) -> list[str]:
        """The options that were given."""
        options = {"--password-stdin": self.stdin, "--password-env": self.variable, "--password-command": self.command}
        return [name for name, value in options.items() if value]

    def read(self, username: str) -> str:
        """Return the password.

        Args:
            username: Whose it is, for the prompt.

        Raises:
            click.UsageError: There is none; the message never holds what was read.
        """
        if len(self.given) > 1:
            raise click.UsageError(f"{' and '.join(self.given)} exclude each other.")
        if self.stdin:
            return _of_stdin()
        if self.command is not None:
            return _of_command(self.command)
        if self.variable is not None:
            return _of_variable(self.variable)
        if os.environ.get(DEFAULT_VARIABLE):
            return os.environ[DEFAULT_VARIABLE]
        if not sys.stdin.isatty():
            raise click.UsageError(
                "The password is missing, and there is no terminal to ask for it: give --password-stdin, "
                f"--password-env NAME or --password-command CMD, or set {DEFAULT_VARIABLE}."
            )
        return str(click.prompt(f"Password of {username}", hide_input=True, err=True))


def _of_stdin() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, err=True))
    password = _first_line(sys.stdin.buffer.read(_MOST_BYTES))
    if not password:
        raise click.UsageError("--password-stdin: standard input held no password.")
    return password


def _of_variable(name: str) -> str:
    password = os.environ.get(name)
    if password is None:
        if not name.isidentifier():
            raise click.UsageError(
                "--password-env: takes the name of an environment variable, never the password itself."
            )
        raise click.UsageError(f"--password-env: the environment variable {name} is not set.")
    if not password:
        raise click.UsageError(f"--password-env: the environment variable {name} is empty.")
    return password


def _of_command(command: str) -> str:
    done = subprocess.run(command, shell=True, check=False, stdout=subprocess.PIPE)  # noqa: S602 - the user's own line
    if done.returncode:
        raise click.UsageError(f"--password-command: the command ended with the exit code {done.returncode}.")
    password = _first_line(done.stdout)
    if not password:
        raise click.UsageError("--password-command: the command printed nothing.")
    return password


def _first_line(raw: bytes) -> str:
    try:
        return raw.decode().split("\n", 1)[0].removesuffix("\r")
    except UnicodeDecodeError:
        raise click.UsageError("The password that was read is no UTF-8 text.") from None

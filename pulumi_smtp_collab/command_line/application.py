"""The group of commands, loaded one by one, and how an error of any of them is told."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence
from importlib import import_module

import rich_click as click
from click.exceptions import NoArgsIsHelpError
from rich_click.rich_help_configuration import RichHelpConfiguration

from pulumi_smtp_collab._version import __version__
from pulumi_smtp_collab.command_line.exit_codes import ExitCode
from pulumi_smtp_collab.command_line.terminal import Stream

_COMMANDS = ("test", "init", "status", "explain", "services", "send", "help", "completion")


class _Commands(click.RichGroup):
    """Commands that are loaded when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"pulumi_smtp_collab.command_line.commands.{cmd_name}").command
        return command


@click.command(
    name="smtp-collab",
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    epilog="Exit codes, environment variables and more: smtp-collab help.",
)
@click.version_option(__version__, "-V", "--version", prog_name="smtp-collab", message="%(prog)s %(version)s")
def application() -> None:
    """Test SMTP servers before anybody relies on them, and say in a sentence what to change."""


def run(arguments: Sequence[str]) -> int:
    """Run one command.

    Args:
        arguments: What stands behind the command's name.

    Returns:
        The exit code.
    """
    _colour_the_help()
    try:
        result = application.main(args=list(arguments), prog_name="smtp-collab", standalone_mode=False)
    except click.UsageError as error:
        return _usage_error(error)
    except click.ClickException as error:
        _tell(f"Error: {error.format_message()}")
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        sys.stderr.write("Interrupted.\n")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        return ExitCode.FAILED
    except OSError as error:
        # Of a command's own files each command speaks itself: this is its output.
        sys.stderr.write(f"Error: The output could not be written: {error.strerror}.\n")
        return ExitCode.FAILED
    return int(result or 0)


def _usage_error(error: click.UsageError) -> int:
    if isinstance(error, NoArgsIsHelpError):
        sys.stderr.write(f"{error.format_message()}\n")
        return ExitCode.USAGE
    path = error.ctx.command_path if error.ctx is not None else "smtp-collab"
    _tell(f"Error: {error.format_message()}\nOptions and examples: {path} --help")
    return ExitCode.USAGE


def _tell(text: str) -> None:
    """Write an error: at a terminal wrapped between words, elsewhere each sentence as a line."""
    width = Stream.of(sys.stderr).width
    for line in text.splitlines():
        parts = [line] if width is None else textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
        sys.stderr.write("\n".join(parts or [""]) + "\n")


def _colour_the_help() -> None:
    """Let the help follow the same rules about colours as everything else."""
    out = Stream.of(sys.stdout)
    configuration = RichHelpConfiguration.load_from_globals()
    configuration.force_terminal = out.is_coloured
    configuration.color_system = "auto" if out.is_coloured else None
    application.context_settings["rich_help_config"] = configuration

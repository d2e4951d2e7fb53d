"""`smtp-collab completion`: the script that completes commands and options in a shell."""

from __future__ import annotations

import rich_click as click
from click.shell_completion import get_completion_class

from pulumi_smtp_collab.command_line.exit_codes import ExitCode


@click.command(
    name="completion",
    short_help="Print the completion script of a shell.",
    epilog='bash, in ~/.bashrc: eval "$(smtp-collab completion bash)"; zsh, in ~/.zshrc: '
    'eval "$(smtp-collab completion zsh)"; fish: '
    "smtp-collab completion fish > ~/.config/fish/completions/smtp-collab.fish",
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> ExitCode:
    """Print the script by which a shell completes commands, options, diagnosis codes and services."""
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    click.echo(kind(ctx.find_root().command, {}, "smtp-collab", "_SMTP_COLLAB_COMPLETE").source())
    return ExitCode.DONE

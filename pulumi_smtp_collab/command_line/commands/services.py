"""`smtp-collab services`: what is known of the services that people use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rich_click as click
from click.shell_completion import CompletionItem

from pulumi_smtp_collab.command_line.exit_codes import ExitCode
from pulumi_smtp_collab.command_line.options import option

if TYPE_CHECKING:
    from pulumi_smtp_collab.command_line.program_lines import Language


def _complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from pulumi_smtp_collab.model.services import SERVICES

    return [CompletionItem(each.key, help=each.name) for each in SERVICES if each.key.startswith(incomplete)]


@click.command(name="services", short_help="Show a mail service's settings as a program.")
@click.argument("name", required=False, shell_complete=_complete)
@option(
    "--language",
    panel="Output",
    type=click.Choice(["python", "yaml", "typescript"]),
    help="Of the program's lines.  [default: python]",
)
@option("--json", "as_json", is_flag=True, panel="Output", help="Print JSON.")
def command(name: str | None, *, language: Language | None, as_json: bool) -> ExitCode:
    """Show the settings of a mail service as the lines of a program, and what it minds.

    Without NAME it lists every service.
    """
    from pulumi_smtp_collab.command_line.known_services import show_services

    return show_services(name, as_json=as_json, language=language or "python")

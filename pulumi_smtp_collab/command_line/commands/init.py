"""`smtp-collab init`: from nothing to a provider that was tested, as the lines of a program or a whole project."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from pulumi_smtp_collab.command_line.exit_codes import ExitCode
from pulumi_smtp_collab.command_line.options import PASSWORD_HELP, ConnectionOptions, connection_options, option

_LANGUAGES = ("python", "yaml", "typescript")


@click.command(
    name="init", short_help="Write the program for a server, once its test has passed.", epilog=PASSWORD_HELP
)
@connection_options()
@option(
    "--language",
    panel="Program",
    type=click.Choice(_LANGUAGES),
    help="Of the program.  [default: that of the project in this folder, else python]",
)
@option(
    "--new",
    panel="Program",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write a whole project into this folder, which must be new or empty.",
)
@option("--name", panel="Program", metavar="NAME", help="The resource's name.  [default: deployment-mail]")
@option("--display-name", panel="Program", metavar="NAME", help="The name that people see.")
@option(
    "--from-harness",
    panel="Harness",
    type=click.Choice(["read", "adopt"]),
    help="The program that reads or takes over what the account of HARNESS_ACCOUNT_ID has.",
)
@option(
    "--target",
    panel="Harness",
    type=click.Choice(["harness", "harness-firstgen"]),
    help="Which Harness: NextGen or FirstGen.  [default: harness]",
)
@option("--identifier", panel="Harness", metavar="NAME", help="The provider's name in FirstGen.")
def command(connection: ConnectionOptions, **program: object) -> ExitCode:
    """Look what a server speaks, test it, and write what goes into the program.

    At a terminal it asks for what is missing; elsewhere it asks nothing. Where the test fails, nothing is written but
    the cause and its fix. No file is written over, and the password goes nowhere but to the server.
    """
    from pulumi_smtp_collab.command_line.first_provider import ProgramOptions, begin

    return begin(connection, ProgramOptions(**program))  # type: ignore[arg-type]

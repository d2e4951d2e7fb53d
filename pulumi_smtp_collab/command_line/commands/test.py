"""`smtp-collab test`: the connectivity test, watched."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from pulumi_smtp_collab.command_line.exit_codes import ExitCode
from pulumi_smtp_collab.command_line.options import PASSWORD_HELP, ConnectionOptions, connection_options, option


@click.command(name="test", short_help="Test a server, watched stage by stage.", epilog=PASSWORD_HELP)
@connection_options()
@option(
    "--all-ports",
    is_flag=True,
    panel="Test",
    help="Look what the host speaks on 25, 465, 587 and 2525: one connection each, without credentials.",
)
@option("--json", "as_json", is_flag=True, panel="Output", help="Print the report as JSON: smtp-collab help json.")
@option(
    "--svg",
    panel="Output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the picture of the test into a file.",
)
@option("--quiet", "-q", is_flag=True, panel="Output", help="Print nothing: the exit code tells.")
def command(
    connection: ConnectionOptions, *, all_ports: bool, as_json: bool, svg: Path | None, quiet: bool
) -> ExitCode:
    """Test whether mail can be handed to a server, stage by stage, and say what to change if it can't.

    HOST[:PORT] is the server. No mail is sent unless the depth is message.
    """
    if as_json and quiet:
        raise click.UsageError("--json and --quiet exclude each other.")
    if all_ports:
        from pulumi_smtp_collab.command_line.all_ports import test_all_ports

        if svg is not None or quiet:
            raise click.UsageError(f"--all-ports goes without {'--svg' if svg else '--quiet'}.")
        return test_all_ports(connection, as_json=as_json)
    from pulumi_smtp_collab.command_line.connection import plan_of
    from pulumi_smtp_collab.command_line.single_test import test_one

    return test_one(plan_of(connection), as_json=as_json, svg=svg, quiet=quiet)

"""`smtp-collab test`: the connectivity test, watched."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from pulumi_smtp_collab.command_line.exit_codes import ExitCode
from pulumi_smtp_collab.command_line.options import (
    PASSWORD_HELP,
    ConnectionOptions,
    connection_options,
    option,
    project_folder,
)


@click.command(name="test", short_help="Test a server, watched stage by stage.", epilog=PASSWORD_HELP)
@connection_options()
@option("--stack", panel="Stack", metavar="NAME", help="Test what this stack holds, in the project's folder.")
@option("--resource", panel="Stack", metavar="NAME", help="The provider of the stack; needed where it has several.")
@option("--all", "every", is_flag=True, panel="Stack", help="Every provider of the stack, side by side.")
@option(
    "--target-from",
    panel="Stack",
    type=click.Choice(["state", "live"]),
    help="Whose settings: those of the last up, or what Harness holds now.  [default: state]",
)
@project_folder
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
    connection: ConnectionOptions,
    *,
    stack: str | None,
    resource: str | None,
    every: bool,
    target_from: str | None,
    cwd: Path | None,
    all_ports: bool,
    as_json: bool,
    svg: Path | None,
    quiet: bool,
) -> ExitCode:
    """Test whether mail can be handed to a server, stage by stage, and say what to change if it can't.

    HOST[:PORT] is the server, or --stack names a stack whose settings and password are those of its last up. No mail
    is sent unless the depth is message.
    """
    if as_json and quiet:
        raise click.UsageError("--json and --quiet exclude each other.")
    if stack is not None:
        if all_ports:
            raise click.UsageError("--all-ports and --stack exclude each other: give --all-ports HOST.")
        live = target_from == "live"
        return _test_stack(
            connection, stack, resource, every=every, live=live, cwd=cwd, as_json=as_json, svg=svg, quiet=quiet
        )
    if resource is not None or every or cwd is not None or target_from is not None:
        raise click.UsageError("--stack is missing: --resource, --all, --target-from and --cwd go with it.")
    if all_ports:
        from pulumi_smtp_collab.command_line.all_ports import test_all_ports

        if svg is not None or quiet:
            raise click.UsageError(f"--all-ports goes without {'--svg' if svg else '--quiet'}.")
        return test_all_ports(connection, as_json=as_json)
    from pulumi_smtp_collab.command_line.connection import plan_of
    from pulumi_smtp_collab.command_line.single_test import test_one

    return test_one(plan_of(connection), as_json=as_json, svg=svg, quiet=quiet)


def _test_stack(
    connection: ConnectionOptions,
    stack: str,
    resource: str | None,
    *,
    every: bool,
    live: bool,
    cwd: Path | None,
    as_json: bool,
    svg: Path | None,
    quiet: bool,
) -> ExitCode:
    from pulumi_smtp_collab.command_line.stack_tests import test_stack
    from pulumi_smtp_collab.command_line.stacks import Project

    if resource is not None and every:
        raise click.UsageError("--resource and --all exclude each other.")
    project = Project(cwd or Path.cwd())
    if resource is None and not every:
        names = [each.name for each in project.providers(stack)]
        if len(names) > 1:
            raise click.UsageError(f"--resource is missing: the stack {stack} has {', '.join(names)} (or give --all).")
    return test_stack(project, stack, resource, connection, live=live, as_json=as_json, svg=svg, quiet=quiet)

"""`smtp-collab status`: the fleet at a glance."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from pulumi_smtp_collab.command_line.exit_codes import ExitCode
from pulumi_smtp_collab.command_line.options import option, project_folder


@click.command(name="status", short_help="Show what all stacks of a project hold and verified.")
@option("--stack", "stacks", panel="Stack", multiple=True, metavar="NAME", help="A stack; all where none is named.")
@option("--all-projects", is_flag=True, panel="Stack", help="Every stack of the backend, of whichever project.")
@project_folder
@option(
    "--retest",
    is_flag=True,
    panel="Test",
    help="Test them all now, side by side and gently; secrets are decrypted for it, and no mail is sent.",
)
@option("--check", is_flag=True, panel="Output", help="Exit with 1 where something failed, is stale or expires soon.")
@option("--json", "as_json", is_flag=True, panel="Output", help="Print JSON.")
@option("--format", "as_format", panel="Output", type=click.Choice(["table", "json", "junit"]), help="How to print.")
@option(
    "--html",
    panel="Output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a page that needs nothing of the network.",
)
@option(
    "--svg",
    panel="Output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the table as a picture into a file.",
)
@option("--quiet", "-q", is_flag=True, panel="Output", help="Print nothing.")
def command(
    *,
    stacks: tuple[str, ...],
    all_projects: bool,
    retest: bool,
    cwd: Path | None,
    check: bool,
    as_json: bool,
    as_format: str | None,
    html: Path | None,
    svg: Path | None,
    quiet: bool,
) -> ExitCode:
    """Show every provider of a project's stacks: where it leads, what was verified and when, what to look at.

    It reads state alone: no secret is decrypted, and no server is asked, unless --retest is given. What a retest
    finds is shown, and saved nowhere.
    """
    if all_projects and stacks:
        raise click.UsageError("--all-projects and --stack exclude each other.")
    if as_json and as_format not in {None, "json"}:
        raise click.UsageError(f"--json and --format {as_format} exclude each other.")
    from pulumi_smtp_collab.command_line.stacks import Project
    from pulumi_smtp_collab.command_line.status_view import Look, show_status

    shown = "json" if as_json else as_format or "table"
    project = Project(cwd or Path.cwd())
    look = Look(stacks, all_projects=all_projects, retest=retest)
    return show_status(project, look, check=check, as_format=shown, html=html, svg=svg, quiet=quiet)

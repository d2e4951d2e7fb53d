"""`smtp-collab send`: a pipeline's mail."""

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

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FILE_OR_STDIN = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


@click.command(name="send", short_help="Send a mail by the same rules as the test.", epilog=PASSWORD_HELP)
@connection_options(test=False)
@option("--stack", panel="Stack", metavar="NAME", help="Send through a provider of this stack, with its password.")
@option("--resource", panel="Stack", metavar="NAME", help="The provider of the stack.")
@project_folder
@option("--to", panel="Mail", multiple=True, metavar="ADDRESS", help="Who gets it; may be given more than once.")
@option("--cc", panel="Mail", multiple=True, metavar="ADDRESS", help="Who gets a copy.")
@option("--bcc", panel="Mail", multiple=True, metavar="ADDRESS", help="Who gets a copy that the others don't see.")
@option("--reply-to", panel="Mail", metavar="ADDRESS", help="Where answers go.")
@option("--from-name", panel="Mail", metavar="NAME", help="The name beside the from address.")
@option("--subject", panel="Mail", required=True, metavar="TEXT", help="The subject.")
@option("--body", panel="Mail", type=_FILE_OR_STDIN, metavar="FILE", help="The text (UTF-8); - for standard input.")
@option("--html", panel="Mail", type=_FILE, metavar="FILE", help="The HTML (UTF-8), beside the text or alone.")
@option(
    "--attach", panel="Mail", type=_FILE, multiple=True, metavar="FILE", help="A file; may be given more than once."
)
@option(
    "--thread",
    panel="Mail",
    metavar="KEY",
    help="One conversation for all mails of a key, such as a deployment's number. Gmail wants one subject too.",
)
@option("--deadline", panel="Mail", type=float, metavar="SECONDS", help="For all of it.  [default: 120]")
@option("--json", "as_json", is_flag=True, panel="Output", help="Print what became of it as JSON.")
@option("--quiet", "-q", is_flag=True, panel="Output", help="Print nothing: the exit code tells.")
def command(connection: ConnectionOptions, *, as_json: bool, quiet: bool, **mail: object) -> ExitCode:
    """Send a mail and say what the server answered for each recipient.

    Nothing is repeated after the mail was handed over. Refused recipients are named; the others get the mail (exit
    code 13).
    """
    if as_json and quiet:
        raise click.UsageError("--json and --quiet exclude each other.")
    from pulumi_smtp_collab.command_line.mail import MailOptions, send

    return send(connection, MailOptions(**mail), as_json=as_json, quiet=quiet)  # type: ignore[arg-type]

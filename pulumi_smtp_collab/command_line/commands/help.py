"""`smtp-collab help`: what belongs to no single command."""

from __future__ import annotations

import rich_click as click

from pulumi_smtp_collab.command_line.exit_codes import ExitCode

_ENVIRONMENT = """\
Every option of a command has an environment variable, which its help names:
--ehlo-name is SMTP_COLLAB_EHLO_NAME, the argument HOST is SMTP_COLLAB_HOST.
What is given on the command line goes first.

SMTP_COLLAB_PASSWORD  the password, where no --password-… option says where
NO_COLOR              no colours
CLICOLOR_FORCE        1: colours, even into a file or a pipe
CLICOLOR              0: no colours
COLUMNS               the width, where the terminal does not tell
"""

_JSON = """\
--json prints the report of the test as its model under its wire names, one
object. Its JSON Schema is docs/connectivity-report.schema.json in the project,
and printed by: smtp-collab help json-schema

What is most used:
  status                   passed, failed or notTested
  attempts[-1].stages      name, status, durationMs, detail of each stage of
                           the last try
  attempts[-1].diagnosis   code, stage, summary, advice, transient; absent
                           where it passed
  warnings, notProven      sentences
  server                   what the server said of itself: tlsVersion,
                           certificateNotAfter, capabilities
A field that holds nothing is absent. New fields may be added; the ones that are
here keep their name and meaning.
"""

_TOPICS = ("exit-codes", "environment", "json", "json-schema")


def _exit_codes() -> str:
    import textwrap

    lines = ["One class of failure each; a number keeps its meaning.", ""]
    for code in ExitCode:
        begin = f"{code.value:>4}  {code.name.lower():<12} "
        lines += textwrap.wrap(code.meaning, 79, initial_indent=begin, subsequent_indent=" " * len(begin))
    return "\n".join(lines) + "\n"


def _json_schema() -> str:
    import json

    from pulumi_smtp_collab.model.report import ConnectivityReport

    return json.dumps(ConnectivityReport.model_json_schema(mode="serialization"), indent=2) + "\n"


@click.command(name="help", short_help="Read about exit codes, environment variables, JSON.")
@click.argument("topic", required=False, type=click.Choice(_TOPICS))
@click.pass_context
def command(ctx: click.Context, topic: str | None) -> ExitCode:
    """Show a topic that belongs to no single command."""
    if topic is None:
        click.echo(ctx.find_root().get_help().rstrip())
        click.echo(f"\nTopics: smtp-collab help {' | '.join(_TOPICS)}")
        return ExitCode.DONE
    texts = {"exit-codes": _exit_codes, "json-schema": _json_schema}
    click.echo(texts[topic]() if topic in texts else {"environment": _ENVIRONMENT, "json": _JSON}[topic], nl=False)
    return ExitCode.DONE

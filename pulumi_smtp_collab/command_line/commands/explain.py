"""`smtp-collab explain`: every diagnosis code with its meaning."""

from __future__ import annotations

import rich_click as click
from click.shell_completion import CompletionItem

from pulumi_smtp_collab.command_line.exit_codes import ExitCode
from pulumi_smtp_collab.command_line.options import option


def _complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from pulumi_smtp_collab.connectivity.diagnosis import diagnosis_codes

    codes = [each for each in diagnosis_codes() if each.code.startswith(incomplete)]
    return [CompletionItem(each.code, help=each.meaning) for each in codes]


@click.command(name="explain", short_help="Explain a diagnosis code, or list them all.")
@click.argument("code", required=False, shell_complete=_complete)
@option("--json", "as_json", is_flag=True, panel="Output", help="Print JSON.")
def command(code: str | None, *, as_json: bool) -> ExitCode:
    """Explain a diagnosis code: where it is seen, what it means, what to do, whether it may pass by itself.

    Without CODE it lists every code.
    """
    from pulumi_smtp_collab.command_line.explanations import explain

    return explain(code, as_json=as_json)

"""The program that reads or takes over what an account of Harness has."""

from __future__ import annotations

import os
import sys
from typing import Any

import rich_click as click

from pulumi_smtp_collab.command_line.exit_codes import ExitCode
from pulumi_smtp_collab.command_line.options import ConnectionOptions
from pulumi_smtp_collab.command_line.program_lines import (
    PASSWORD_KEY,
    ConfiguredSecret,
    Declaration,
    Language,
    SelectedText,
    Yours,
    server_arguments,
)
from pulumi_smtp_collab.lifecycle.stack import Messages, open_stack
from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.model.origin import Origin

_THE_ACCOUNT = "account"


class HarnessError(click.ClickException):
    """Harness could not be asked; the message is that of the target."""

    exit_code = ExitCode.STACK


def refuse_server_options(connection: ConnectionOptions) -> None:
    """Refuse what is about a server: the settings are those that Harness has.

    Raises:
        click.UsageError: One was given.
    """
    given = {
        "HOST": connection.host, "--service": connection.service, "--ssl": connection.ssl,
        "--start-tls": connection.start_tls, "--from": connection.from_address, "--username": connection.username,
    }  # fmt: skip
    wrong = next((name for name, value in given.items() if value), None) or next(
        iter(connection.password_source.given), None
    )
    if wrong is not None:
        raise click.UsageError(f"{wrong} and --from-harness exclude each other: the settings are those of Harness.")


def declaration_of_account(
    way: str, target: str, identifier: str | None, name: str | None, language: Language
) -> Declaration:
    """Ask Harness what the account has, and return the declaration for it.

    Args:
        way: read or adopt.
        target: harness or harness-firstgen.
        identifier: The provider's name in FirstGen.
        name: The resource's name; None for the usual one.
        language: Of the program.

    Raises:
        click.UsageError: An option is missing or does not fit.
        HarnessError: There is none, or Harness can't be asked.
    """
    firstgen = target == "harness-firstgen"
    if firstgen and identifier is None:
        raise click.UsageError("--identifier is missing: the provider's name in FirstGen, of which there may be many.")
    if firstgen and way == "adopt" and language != "python":
        raise click.UsageError(f"--language: in FirstGen an Encrypted Text is selected in Python, not in {language}.")
    messages = Messages(warn=_tell, inform=_tell)
    # As a stack would that has this one line of configuration.
    providers = open_stack({"smtp-collab:target": target}, os.environ, messages).providers
    try:
        found = providers.find(identifier or _THE_ACCOUNT, None, Origin())
    except TargetError as error:
        raise HarnessError(str(error)) from None
    resource = name or ("harness-mail" if not firstgen else "deployment-mail")
    if way == "read":
        return Declaration({}, resource, existing=identifier if firstgen else found.id)
    held = found.record.arguments
    mode = "implicit" if held.ssl else "starttls" if held.start_tls else "none"
    arguments: dict[str, Any] = {"display_name": held.display_name}
    arguments |= server_arguments(held.host, mode, held.port, held.from_address, held.username)
    if held.username:
        text = SelectedText(Yours("NAME OF THE ENCRYPTED TEXT"))
        arguments["password"] = text if firstgen else ConfiguredSecret(PASSWORD_KEY)
    if held.delegate_selectors:
        arguments["delegate_selectors"] = list(held.delegate_selectors)
    arguments["adopt"] = identifier if firstgen else _THE_ACCOUNT
    return Declaration(arguments, resource)


def _tell(message: str) -> None:
    sys.stderr.write(f"{message}\n")

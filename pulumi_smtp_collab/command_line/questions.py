"""What `smtp-collab init` asks at a terminal; an answer that can't be is asked for again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

import rich_click as click
from pydantic_core import PydanticCustomError

from pulumi_smtp_collab.command_line.connection import split_host
from pulumi_smtp_collab.command_line.options import ConnectionOptions
from pulumi_smtp_collab.command_line.wording import Wording
from pulumi_smtp_collab.model.hosts import normalise_host
from pulumi_smtp_collab.model.mailboxes import normalise_mailbox
from pulumi_smtp_collab.model.services import Service, service_named

_REGION = "<region>"


def may_ask() -> bool:
    """Return whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_server(connection: ConnectionOptions) -> ConnectionOptions:
    """Ask for the server, or for the region of a service that has a host for each."""
    if connection.host is None and connection.service is None:
        answer = _ask("Mail server, or a service such as gmail", _server)
        is_service = service_named(answer) is not None
        connection = replace(connection, service=answer) if is_service else replace(connection, host=answer)
    service = service_named(connection.service) if connection.service else None
    if service is not None and connection.region is None and _REGION in service.endpoints[0].host:
        region = _ask(f"Region of {service.name} ({service.endpoints[0].host})", normalise_host)
        connection = replace(connection, region=region)
    return connection


def ask_login(connection: ConnectionOptions, service: Service | None, *, offered: bool) -> ConnectionOptions:
    """Ask for the From address and the user name.

    Args:
        connection: What was given.
        service: The service that it is, if it is known.
        offered: Whether the server offers a login, as far as it was looked at.
    """
    if connection.from_address is None:
        connection = replace(connection, from_address=_ask("From address", normalise_mailbox))
    if connection.username is not None or not offered:
        return connection
    known = service.username if service is not None else ""
    if known:
        click.echo(f"The user name is {known}.", err=True)
        click.echo(f"The password is {service.password if service else ''}.", err=True)
    answer = str(click.prompt("User name, - for no login", default=connection.from_address, err=True))
    return connection if answer == "-" else replace(connection, username=answer)


def _server(answer: str) -> str:
    if service_named(answer) is None:
        normalise_host(split_host(answer)[0])
    return answer


def _ask(question: str, rule: Callable[[str], object]) -> str:
    def checked(answer: str) -> str:
        try:
            rule(answer.strip())
        except PydanticCustomError as error:
            raise click.UsageError(f"It {Wording.OPTIONS.of(error.message())}.") from None
        return answer.strip()

    return str(click.prompt(question, value_proc=checked, err=True))

"""The services that people use: their settings as options, and as the lines of a program."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from difflib import get_close_matches

import rich_click as click
from rich.text import Text

from pulumi_smtp_collab.command_line.exit_codes import ExitCode
from pulumi_smtp_collab.command_line.hanging import print_hanging
from pulumi_smtp_collab.command_line.options import ConnectionOptions
from pulumi_smtp_collab.command_line.program_lines import (
    Declaration,
    Language,
    configuration_lines,
    declaration_lines,
    server_arguments,
)
from pulumi_smtp_collab.command_line.terminal import FAINT, Stream
from pulumi_smtp_collab.model.services import SERVICES, Endpoint, Service, service_named

_KEY = 16
_REGION = "<region>"


def show_services(name: str | None, *, as_json: bool, language: Language = "python") -> ExitCode:
    """Print a service's settings as a program, or the list of them.

    Raises:
        click.UsageError: There is no such service; the message names the likeliest.
    """
    wanted = list(SERVICES) if name is None else [named(name, "NAME")]
    if as_json:
        told = [asdict(each) for each in wanted]
        sys.stdout.write(json.dumps(told if name is None else told[0], indent=2, ensure_ascii=False) + "\n")
    elif name is None:
        _show_list()
    else:
        _show(wanted[0], language)
    return ExitCode.DONE


def named(name: str, option: str) -> Service:
    """Return the service of this name.

    Args:
        name: Its key, or its name.
        option: The option that gave it.

    Raises:
        click.UsageError: There is none.
    """
    service = service_named(name)
    if service is None:
        close = get_close_matches(name.casefold(), [each.key for each in SERVICES], n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise click.UsageError(f"{option}: there is no service {name!r}.{hint} All: smtp-collab services")
    return service


def with_service(connection: ConnectionOptions) -> ConnectionOptions:
    """Return the options with the settings of the service that they name; an option that is given goes first.

    Raises:
        click.UsageError: There is no such service, or it needs a region.
    """
    if connection.service is None:
        if connection.region is not None:
            raise click.UsageError("--region goes with --service.")
        return connection
    service = named(connection.service, "--service")
    if connection.host is not None:
        raise click.UsageError("HOST and --service exclude each other: the service's host is known.")
    endpoint = _chosen(service, connection)
    host = endpoint.host
    if _REGION in host:
        if connection.region is None:
            raise click.UsageError(f"--region is missing: {service.name} has a host for each, {host}.")
        host = host.replace(_REGION, connection.region)
    return replace(
        connection,
        host=f"{host}:{endpoint.port}",
        ssl=endpoint.tls == "implicit",
        start_tls=endpoint.tls == "starttls",
        username=connection.username or service.literal_username,
    )


def _chosen(service: Service, connection: ConnectionOptions) -> Endpoint:
    if connection.ssl or connection.start_tls:
        wanted = "implicit" if connection.ssl else "starttls"
        found = next((each for each in service.endpoints if each.tls == wanted), None)
        if found is None:
            option = "--ssl" if connection.ssl else "--start-tls"
            raise click.UsageError(f"{option}: {service.name} is not known to offer that; leave it out.")
        return found
    return service.endpoints[0]


def _show_list() -> None:
    stream = Stream.of(sys.stdout)
    console = stream.console()
    for each in SERVICES:
        first = each.endpoints[0]
        text = f"{each.name}: {first.host}:{first.port}"
        print_hanging(console, Text.assemble((f"{each.key:<{_KEY}}", "bold"), text), stream.width, _KEY)


def _show(service: Service, language: Language) -> None:
    stream = Stream.of(sys.stdout)
    console = stream.console()
    first = service.endpoints[0]
    login = None if service.password_kind == "none" else service.literal_username or "YOUR_USER_NAME"  # noqa: S105 - a kind
    declared = Declaration(server_arguments(first.host, first.tls, first.port, None, login))
    console.print(Text(service.name, style="bold"))
    also = ", ".join(f"{each.host}:{each.port} ({_tls(each)})" for each in service.endpoints[1:])
    rows = [
        ("Server", f"{first.host}:{first.port} ({_tls(first)})"),
        *([("Also", also)] if also else []),
        ("User name", f"The user name is {service.username}."),
        ("Password", f"The password is {service.password}."),
        *(("Minds", sentence) for sentence in service.minds),
        ("Read", service.documentation),
    ]
    for label, text in rows:
        print_hanging(console, Text.assemble((f"{label:<12}", FAINT), text), stream.width)
    console.print()
    for line in [*declaration_lines(declared, language), *configuration_lines(declared)]:
        console.print(Text(line), soft_wrap=True)
    region = " --region REGION" if _REGION in first.host else ""
    console.print()
    console.print(Text("Test it:"))
    line = f"  smtp-collab test --service {service.key}{region} --from ADDRESS --username NAME"
    console.print(Text(line), soft_wrap=True)


def _tls(endpoint: Endpoint) -> str:
    return {"none": "no TLS", "starttls": "STARTTLS", "implicit": "TLS from the start"}[endpoint.tls]

"""The options that several commands share, each with its environment variable."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import rich_click as click

from pulumi_smtp_collab.command_line.passwords import DEFAULT_VARIABLE, PasswordSource

_Function = TypeVar("_Function", bound=Callable[..., Any])

DEPTHS = ("connect", "tls", "login", "sender", "recipient", "message")
PORTS = "25; with --start-tls 587, with --ssl 465"


def option(*names: str, panel: str, **settings: Any) -> Callable[[_Function], _Function]:  # noqa: ANN401 - click's own
    """Return an option whose environment variable follows from its name: ``--ehlo-name`` is SMTP_COLLAB_EHLO_NAME."""
    longest = max((name for name in names if name.startswith("--")), key=len)
    variable = f"SMTP_COLLAB_{longest.split('/')[0].removeprefix('--').replace('-', '_').upper()}"
    # Its own keyword, since a flag of click's shows its default as a word.
    return click.option(*names, envvar=variable, show_envvar=True, panel=panel, **settings)


@dataclass(frozen=True, slots=True)
class ConnectionOptions:
    """What was given about a server, a login and the test, as it was given.

    Attributes:
        host: HOST or HOST:PORT.
        service: The name of a known service.
        region: The region of a service that has a host for each.
        password_source: Where the password comes from.
        The others are the arguments of settings and test.
    """

    host: str | None
    service: str | None
    region: str | None
    ssl: bool
    start_tls: bool
    from_address: str | None
    username: str | None
    password_source: PasswordSource
    ca: Path | None
    server_name: str | None
    ehlo_name: str | None
    allow_plaintext_login: bool
    depth: str | None
    recipient: str | None
    deadline: float | None
    attempts: int | None
    connect_to: str | None
    address_family: str | None
    second_look: str | None
    settle: float | None


def no_options() -> ConnectionOptions:
    """Return the options of who gave none."""
    values: dict[str, Any] = dict.fromkeys(field.name for field in fields(ConnectionOptions))
    return ConnectionOptions(**(values | {"password_source": PasswordSource()}))


_SERVER = (
    click.argument("host", required=False, metavar="[HOST[:PORT]]", envvar="SMTP_COLLAB_HOST"),
    option("--service", panel="Server", metavar="NAME", help="A known service: see `smtp-collab services`."),
    option("--region", panel="Server", metavar="NAME", help="The region of a service that has a host for each."),
    option("--ssl", is_flag=True, panel="Server", help="TLS from the first byte, as on port 465."),
    option("--start-tls", is_flag=True, panel="Server", help="Change to TLS by STARTTLS, as on port 587; required."),
    option("--from", "from_address", panel="Server", metavar="ADDRESS", help="The address that mails are sent from."),
    option(
        "--ca",
        panel="Server",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="CA certificates (PEM) that are trusted besides the system's.",
    ),
    option("--server-name", panel="Server", metavar="NAME", help="The name that the certificate has to carry."),
    option("--ehlo-name", panel="Server", metavar="NAME", help="What to say in EHLO."),
    option("--connect-to", panel="Server", metavar="HOST:PORT", help="Dial this instead: a tunnel or a port-forward."),
    option("--address-family", panel="Server", type=click.Choice(["any", "ipv4", "ipv6"]), help="Which addresses."),
)
_LOGIN = (
    option("--username", "-u", panel="Login", metavar="NAME", help="The user name of the login."),
    option(
        "--password-stdin", is_flag=True, panel="Login", help="Read the password from the first line of standard input."
    ),
    option("--password-env", panel="Login", metavar="NAME", help="The environment variable that holds the password."),
    option("--password-command", panel="Login", metavar="CMD", help="A shell command that prints the password."),
    option(
        "--allow-plaintext-login", is_flag=True, panel="Login", help="Accept a login that crosses the network in plain."
    ),
)
_TEST = (
    option("--depth", panel="Test", type=click.Choice(DEPTHS), help="How deep the test goes.  [default: recipient]"),
    option("--recipient", panel="Test", metavar="ADDRESS", help="Whom RCPT TO names.  [default: the from address]"),
    option("--deadline", panel="Test", type=float, metavar="SECONDS", help="For the whole test.  [default: 60]"),
    option("--attempts", panel="Test", type=int, metavar="N", help="How often, where it may pass.  [default: 2]"),
    option("--settle", panel="Test", type=float, metavar="SECONDS", help="Wait for new credentials to be known."),
    option("--second-look", panel="Test", type=click.Choice(["auto", "off"]), help="Further connections that explain."),
)


def connection_options(*, test: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the options of a connection; it gets them as the argument ``connection``.

    Args:
        test: Whether those of the test are among them.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def command(**given: Any) -> Any:  # noqa: ANN401 - click's own
            ways = [given.pop(f"password_{way}") for way in ("stdin", "env", "command")]
            own = [field.name for field in fields(ConnectionOptions) if test or field.name not in _OF_THE_TEST]
            values: dict[str, Any] = dict.fromkeys(field.name for field in fields(ConnectionOptions))
            values |= {name: given.pop(name, None) for name in own}
            return function(
                connection=ConnectionOptions(**(values | {"password_source": PasswordSource(*ways)})), **given
            )

        for each in reversed([*_SERVER, *_LOGIN, *(_TEST if test else ())]):
            command = each(command)
        return command

    return decorate


_OF_THE_TEST = ("depth", "recipient", "deadline", "attempts", "settle", "second_look")

project_folder = option(
    "--cwd",
    panel="Stack",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The project's folder.  [default: this one]",
)
"""The option that several commands read a stack with."""

PASSWORD_HELP = (
    "The password is never an argument, where every user of the machine could read it: it is asked for at the "
    f"terminal, or comes from --password-stdin, --password-env, --password-command or {DEFAULT_VARIABLE}."
)

"""From options to settings and a test, by the model's own rules; each fault names the option."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import rich_click as click

from pulumi_smtp_collab.command_line.options import ConnectionOptions
from pulumi_smtp_collab.command_line.wording import OPTIONS, Wording
from pulumi_smtp_collab.model.connectivity_test import DEPTHS, ConnectivityTest
from pulumi_smtp_collab.model.partial_validation import Fault, validate_partially
from pulumi_smtp_collab.model.report import ConnectivityReport
from pulumi_smtp_collab.model.settings import SmtpSettings

_NO_SENDER = "unknown@sender.invalid"
_SENDER_UNKNOWN = "No --from was given: whether the server takes mail from your address was not tested."


@dataclass(frozen=True, slots=True)
class TestPlan:
    """One test that a command is going to run.

    Attributes:
        settings: The server's settings.
        test: How to test.
        label: What is tested, as messages call it.
        wording: How texts name arguments.
        secret_arguments: The arguments whose values must not be shown.
    """

    settings: SmtpSettings
    test: ConnectivityTest
    label: str = ""
    wording: Wording = Wording.OPTIONS
    secret_arguments: frozenset[str] = field(default_factory=frozenset)

    def explained(self, report: ConnectivityReport) -> ConnectivityReport:
        """Return the report in which an address that stands for a missing one is not spoken of."""
        if self.settings.from_address != _NO_SENDER:
            return report
        told = tuple(_SENDER_UNKNOWN if _NO_SENDER in sentence else sentence for sentence in report.not_proven)
        return report.model_copy(update={"not_proven": tuple(dict.fromkeys(told))})


def plan_of(connection: ConnectionOptions, *, label: str = "") -> TestPlan:
    """Return what the options ask for; the password is read where the test goes as deep as a login.

    Raises:
        click.UsageError: An option is missing or wrong; every fault is named.
    """
    from pulumi_smtp_collab.command_line.known_services import with_service

    connection = with_service(connection)
    given = _server(connection)
    reached = "login" if connection.username else "tls"
    depth = connection.depth or ("recipient" if connection.from_address else reached)
    if connection.from_address is None:
        if DEPTHS.index(depth) > DEPTHS.index("login"):
            raise click.UsageError(f"--from is missing: the depth {depth} tells the server who sends.")
        given["from_address"] = _NO_SENDER
    if DEPTHS.index(depth) < DEPTHS.index("login"):
        given["username"] = None
    test = {
        "depth": depth,
        "recipient": connection.recipient,
        "deadline_seconds": connection.deadline,
        "attempts": connection.attempts,
        "connect_to": connection.connect_to,
        "address_family": connection.address_family,
        "second_look": connection.second_look,
        "credentials_settle_seconds": connection.settle,
    }
    test = {name: value for name, value in test.items() if value is not None}
    # Once without the password, so that nobody is asked for one that would be of no use.
    without = given | {"password": "x" if given.get("username") is not None else None}
    _refuse(validate_partially({"display_name": "test", **without, "connectivity_test": test}).faults)
    if given.get("username") is not None:
        given["password"] = connection.password_source.read(given["username"])
    elif connection.password_source.given and connection.username is None:
        raise click.UsageError(f"--username is missing: {connection.password_source.given[0]} gives a password.")
    found = validate_partially({"display_name": "test", **given, "connectivity_test": test})
    _refuse(found.faults)
    settings = {name: value for name, value in found.known.items() if name in SmtpSettings.model_fields}
    return TestPlan(SmtpSettings(**settings), ConnectivityTest(**found.known_test), label)


def _server(connection: ConnectionOptions) -> dict[str, Any]:
    if connection.host is None:
        raise click.UsageError("HOST is missing: the SMTP server, such as smtp.example.com:587 (or --service NAME).")
    host, port = split_host(connection.host)
    return {
        "host": host,
        "port": port,
        "ssl": connection.ssl,
        "start_tls": connection.start_tls,
        "from_address": connection.from_address,
        "username": connection.username,
        "ca_certificates": _text_of(connection),
        "tls_server_name": connection.server_name,
        "ehlo_name": connection.ehlo_name,
        "allow_plaintext_login": connection.allow_plaintext_login,
    }


def split_host(given: str) -> tuple[str, int | None]:
    """Split HOST[:PORT]; what is neither is left to the rule of a host.

    Raises:
        click.UsageError: The port is none.
    """
    host, colon, port = given.rpartition(":")
    if not colon or "/" in given or (":" in host and not host.endswith("]")) or "]" in port:
        return given, None
    if not port.isdecimal() or not 1 <= int(port) <= 65535:  # noqa: PLR2004 - the highest port
        raise click.UsageError("HOST:PORT: the port must be a whole number from 1 to 65535.")
    return host, int(port)


def _text_of(connection: ConnectionOptions) -> str | None:
    if connection.ca is None:
        return None
    try:
        return connection.ca.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise click.UsageError("--ca: the file is no text; certificates in PEM form are needed.") from None
    except OSError as error:
        raise click.UsageError(f"--ca: {connection.ca} can't be read: {error.strerror}.") from None


def _refuse(faults: Iterable[Fault]) -> None:
    lines = [f"{_option(fault.argument)}: {Wording.OPTIONS.of(fault.reason)}" for fault in faults]
    if lines:
        raise click.UsageError("\n".join(dict.fromkeys(lines)))


def _option(argument: str) -> str:
    name = argument.removeprefix("connectivity_test.")
    return OPTIONS.get(name, name)

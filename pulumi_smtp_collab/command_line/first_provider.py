"""From nothing to a tested provider: what is missing is asked for, and what passed its test is written."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import rich_click as click
from rich.text import Text

from pulumi_smtp_collab.command_line.all_ports import PortLook, best_of, failure_of, look_at, look_at_all, show_looks
from pulumi_smtp_collab.command_line.connection import TestPlan, plan_of, split_host
from pulumi_smtp_collab.command_line.exit_codes import ExitCode, exit_code_of
from pulumi_smtp_collab.command_line.known_services import with_service
from pulumi_smtp_collab.command_line.new_project import (
    language_here,
    project_files,
    refuse_folder,
    steps_of,
    write_project,
)
from pulumi_smtp_collab.command_line.options import ConnectionOptions
from pulumi_smtp_collab.command_line.program_lines import (
    Declaration,
    FileText,
    Language,
    configuration_lines,
    server_arguments,
)
from pulumi_smtp_collab.command_line.programs import program_text
from pulumi_smtp_collab.command_line.questions import ask_login, ask_server, may_ask
from pulumi_smtp_collab.command_line.running import run_plan
from pulumi_smtp_collab.command_line.terminal import FAINT, Stream
from pulumi_smtp_collab.command_line.test_view import show_verdict, shown_live
from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
from pulumi_smtp_collab.model.services import service_for_host, service_named

_TEST_ARGUMENTS = (
    "depth", "recipient", "deadline_seconds", "attempts", "connect_to", "address_family", "second_look",
    "credentials_settle_seconds",
)  # fmt: skip
_STARTTLS_PORTS = (25, 587, 2525)
_WRONG_MODE = ("plain-port", "starttls-port", "port-speaks-tls")
_CA_FILE = "ca.pem"
_RESOURCE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}")


@dataclass(frozen=True, slots=True)
class ProgramOptions:
    """What was given about the program, as it was given."""

    language: Language | None
    new: Path | None
    name: str | None
    display_name: str | None
    from_harness: str | None
    target: str | None
    identifier: str | None


def begin(connection: ConnectionOptions, program: ProgramOptions) -> ExitCode:
    """Find the settings, test them, and write the program.

    Returns:
        The class of the failure, where the server did not pass; then nothing is written.

    Raises:
        click.UsageError: An option is missing or wrong.
        click.ClickException: A file can't be written, or Harness can't be asked.
    """
    if program.new is not None:
        refuse_folder(program.new)
    if program.name is not None and not _RESOURCE_NAME.fullmatch(program.name):
        raise click.UsageError("--name: must be letters, digits, _ and -, as every language can refer to.")
    language = program.language or (language_here(Path.cwd()) if program.new is None else None) or "python"
    if program.from_harness is not None:
        from pulumi_smtp_collab.command_line.harness_programs import declaration_of_account, refuse_server_options

        refuse_server_options(connection)
        target = program.target or "harness"
        declared = declaration_of_account(program.from_harness, target, program.identifier, program.name, language)
        _write(declared, language, program, {"smtp-collab:target": target}, None)
        return ExitCode.DONE
    for option, value in (("--target", program.target), ("--identifier", program.identifier)):
        if value is not None:
            raise click.UsageError(f"{option} goes with --from-harness.")
    found = _found(connection)
    if isinstance(found, ExitCode):
        return found
    plan = plan_of(found)
    with shown_live(plan, silent=False) as timeline:
        report = run_plan(plan, timeline)
    show_verdict(plan, report)
    if not report.passed:
        sys.stderr.write("Nothing was written, as the server did not pass.\n")
        return exit_code_of(report)
    _write(_declaration(plan, found, program), language, program, {}, found.ca)
    return ExitCode.DONE


def _found(connection: ConnectionOptions) -> ConnectionOptions | ExitCode:
    """Return the settings, asked for and looked at where they were not given; or why no port can be used."""
    asking = may_ask()
    if asking:
        connection = ask_server(connection)
    elif connection.from_address is None:
        raise click.UsageError("--from is missing: the address that mails are sent from.")
    service = service_named(connection.service) if connection.service else None
    connection = replace(with_service(connection), service=None, region=None)
    if connection.host is None:
        raise click.UsageError("HOST is missing: the SMTP server, such as smtp.example.com (or --service NAME).")
    offered = service is None or service.password_kind != "none"  # noqa: S105 - a kind
    if service is None and not (connection.ssl or connection.start_tls):
        looked = _looked_at(connection)
        if isinstance(looked, ExitCode):
            return looked
        mode = looked.tls_mode
        host, _ = split_host(connection.host)
        shown = f"[{host}]" if ":" in host and not host.startswith("[") else host
        connection = replace(
            connection, host=f"{shown}:{looked.port}", ssl=mode == "implicit", start_tls=mode == "starttls"
        )
        offered = bool(looked.logins) or mode == "none"
        service = service_for_host(host)
    if asking:
        connection = ask_login(connection, service, offered=offered)
    return connection


def _looked_at(connection: ConnectionOptions) -> PortLook | ExitCode:
    """Look what the host speaks: on the port that was given, else on the usual ones."""
    host, port = split_host(connection.host or "")
    bare = replace(connection, host=host)
    out = Stream.of(sys.stdout)
    told = sys.stderr.isatty()
    if port is None and connection.connect_to is not None:
        raise click.UsageError("--connect-to leads to one port: give HOST:PORT, --ssl or --start-tls.")
    if port is None:
        looks = look_at_all(bare, told=told)
        plain = next((look for look in looks if look.tls_mode == "none"), None)
        best = best_of(looks) or plain
    else:
        best, looks = None, []
        # On a port whose number does not tell, TLS is tried first: plain text ends that at once, and silence never.
        first = port not in _STARTTLS_PORTS
        for implicit in (first, not first):
            looks += look_at(bare, [(port, implicit)], told=told)
            if looks[-1].tls_mode is not None:
                best = looks[-1]
                break
        looks = [best] if best is not None else sorted(looks, key=_tells_only_the_mode)[:1]
    show_looks(looks, out)
    out.console().print()
    if best is None:
        sys.stderr.write("Nothing was written, as no port can be used.\n")
        return failure_of(looks)
    return best


def _tells_only_the_mode(look: PortLook) -> bool:
    diagnosis = look.report.diagnosis
    return diagnosis is not None and diagnosis.code in _WRONG_MODE


def _declaration(plan: TestPlan, connection: ConnectionOptions, program: ProgramOptions) -> Declaration:
    """Return what was tested as a declaration, without what is a default."""
    settings = plan.settings
    username = connection.username
    server = server_arguments(settings.host, settings.tls_mode, settings.port, settings.from_address, username)
    named = {"display_name": program.display_name} if program.display_name else {}
    if connection.ca is not None:
        server["ca_certificates"] = FileText(_CA_FILE)
    for name in ("tls_server_name", "ehlo_name", "allow_plaintext_login"):
        if getattr(settings, name):
            server[name] = getattr(settings, name)
    default = ConnectivityTest()
    test = {
        name: getattr(plan.test, name)
        for name in _TEST_ARGUMENTS
        if getattr(plan.test, name) != getattr(default, name)
    }  # fmt: skip
    return Declaration(
        named | server | ({"connectivity_test": test} if test else {}), program.name or "deployment-mail"
    )


def _write(
    declared: Declaration,
    language: Language,
    program: ProgramOptions,
    configuration: Mapping[str, str],
    certificates: Path | None,
) -> None:
    out = Stream.of(sys.stdout)
    console = out.console()
    console.print()
    if program.new is not None:
        files = project_files(declared, language, program.new.resolve().name, configuration)
        if certificates is not None:
            files[_CA_FILE] = certificates.read_text(encoding="utf-8")
        write_project(program.new, files)
        console.print(Text(f"Written into {program.new}: {', '.join(sorted(files))}"), soft_wrap=True)
        steps = steps_of(declared, language, program.new)
    else:
        where = {"python": "__main__.py", "yaml": "Pulumi.yaml", "typescript": "index.ts"}[language]
        console.print(Text(f"Write in the program ({where}):"))
        for line in program_text(declared, language, whole=False).splitlines():
            console.print(Text(f"  {line}" if line else ""), soft_wrap=True)
        steps = [f"cp {shlex.quote(str(certificates))} {_CA_FILE}"] if certificates is not None else []
        steps += [f"pulumi config set {key} {value}" for key, value in configuration.items()]
        steps += [*configuration_lines(declared), "pulumi up"]
    console.print()
    console.print(Text("Then:"))
    for line in steps:
        console.print(Text(f"  {line}", style=FAINT), soft_wrap=True)

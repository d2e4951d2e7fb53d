"""Tests of what stacks hold: settings and secret as the last up used them."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import rich_click as click
from pydantic import SecretStr, ValidationError

from pulumi_smtp_collab.command_line.connection import TestPlan
from pulumi_smtp_collab.command_line.exit_codes import ExitCode, exit_code_of
from pulumi_smtp_collab.command_line.options import ConnectionOptions
from pulumi_smtp_collab.command_line.running import tested
from pulumi_smtp_collab.command_line.side_by_side import Board, run_side_by_side
from pulumi_smtp_collab.command_line.single_test import test_one
from pulumi_smtp_collab.command_line.stacks import Project, SavedProvider, StackError
from pulumi_smtp_collab.command_line.test_view import show_steps, show_verdict
from pulumi_smtp_collab.command_line.timeline import Timeline
from pulumi_smtp_collab.command_line.wording import Wording
from pulumi_smtp_collab.model.connectivity_test import DEPTHS, ConnectivityTest
from pulumi_smtp_collab.model.properties import arguments_properties
from pulumi_smtp_collab.model.report import ConnectivityReport
from pulumi_smtp_collab.model.settings import SmtpSettings
from pulumi_smtp_collab.model.wire_names import python_name

_OVERRIDES = {
    "depth": "depth",
    "recipient": "recipient",
    "deadline": "deadline_seconds",
    "attempts": "attempts",
    "connect_to": "connect_to",
    "address_family": "address_family",
    "second_look": "second_look",
    "settle": "credentials_settle_seconds",
}

_SETTINGS = {
    "host": "HOST",
    "service": "--service",
    "region": "--region",
    "ssl": "--ssl",
    "start_tls": "--start-tls",
    "from_address": "--from",
    "username": "--username",
    "ca": "--ca",
    "server_name": "--server-name",
    "ehlo_name": "--ehlo-name",
    "allow_plaintext_login": "--allow-plaintext-login",
}
_BY_ENV = "password_for_test_env names a variable that holds it"


def test_stack(
    project: Project,
    stack: str,
    resource: str | None,
    connection: ConnectionOptions,
    *,
    live: bool,
    as_json: bool,
    svg: Path | None,
    quiet: bool,
) -> ExitCode:
    """Test one provider of a stack, or all of them side by side.

    Args:
        project: The project.
        stack: The stack.
        resource: The resource's name; None for all.
        connection: What was given about the test; it goes before what is saved.
        live: Whether the settings are those that the target holds now.
        as_json: Whether reports are printed as JSON instead.
        svg: The file for the picture of the one test; None for none.
        quiet: Whether nothing is printed.

    Returns:
        The class of the first failure.

    Raises:
        click.UsageError: There is no such resource.
        StackError: The state can't be read, or holds settings that can't be tested.
    """
    plans = plans_of(project, stack, resource, connection, live=live)
    if len(plans) == 1:
        return test_one(plans[0], as_json=as_json, svg=svg, quiet=quiet)
    if svg is not None:
        raise click.UsageError("--svg is the picture of one test: name the provider by --resource.")
    return _test_all(plans, as_json=as_json, quiet=quiet)


def plans_of(
    project: Project, stack: str, resource: str | None, connection: ConnectionOptions, *, live: bool = False
) -> list[TestPlan]:
    """Return what is to be tested of a stack.

    Args:
        project: The project.
        stack: The stack.
        resource: The resource's name; None for all.
        connection: What was given about the test; it goes before what is saved.
        live: Whether the settings are those that the target holds now; the password stays that of the last up.

    Raises:
        click.UsageError: There is no such resource, or an option would have to change what is saved.
        StackError: The state can't be read, or holds settings that can't be tested.
    """
    _refuse_settings(connection)
    found = project.providers(stack, secrets=True)
    chosen = [each for each in found if resource in {None, each.name}]
    if not chosen:
        names = ", ".join(sorted({each.name for each in found}))
        held = f"it holds {names}" if names else "it holds no provider; has `pulumi up` run?"
        raise click.UsageError(f"--resource: the stack {stack} has no provider {resource!r}: {held}."
                               if resource else f"--stack: {stack}: {held}")  # fmt: skip
    if live:
        from pulumi_smtp_collab.command_line.live_settings import held_now

        chosen = [held_now(each, project) for each in chosen]
    return [plan_of_saved(each, connection) for each in chosen]


def _refuse_settings(connection: ConnectionOptions) -> None:
    """Refuse what would be another provider than the one that is saved."""
    given = [option for name, option in _SETTINGS.items() if getattr(connection, name)]
    given += connection.password_source.given
    if given:
        raise click.UsageError(f"{given[0]} and --stack exclude each other: the settings are those of the stack.")


def _test_all(plans: Sequence[TestPlan], *, as_json: bool, quiet: bool) -> ExitCode:
    """Test them side by side, and show each where the one before it has ended."""
    names = [plan.label for plan in plans]
    silent = as_json or quiet
    outcomes = run_side_by_side(plans, names, _tested, silent=silent, lines=False)
    if as_json:
        reports = [
            {"label": name, "report": report.to_wire()} for name, (_, report) in zip(names, outcomes, strict=True)
        ]
        sys.stdout.write(json.dumps(reports, indent=2, ensure_ascii=False) + "\n")
    elif not quiet:
        for number, (plan, (timeline, report)) in enumerate(zip(plans, outcomes, strict=True)):
            if number:
                sys.stdout.write("\n")
            show_steps(plan, timeline)
            show_verdict(plan, report)
    return next((code for _, report in outcomes if (code := exit_code_of(report))), ExitCode.DONE)


def _tested(plan: TestPlan, board: Board, cancel: threading.Event) -> tuple[Timeline, ConnectivityReport]:
    timeline = Timeline(on_change=lambda step: board.at(plan.label, step.name))
    report = tested(plan, timeline, cancel)
    board.ended(plan.label, report.status)
    return timeline, report


def plan_of_saved(saved: SavedProvider, connection: ConnectionOptions) -> TestPlan:
    """Return the test of what a stack holds.

    Args:
        saved: What it holds, secrets decrypted.
        connection: What was given about the test; it goes before what is saved.

    Raises:
        StackError: It can't be tested: it is odd, or its password is not known here.
    """
    arguments = saved.record.arguments
    origin = saved.record.origin
    where = f"{saved.stack}/{saved.name}"
    overrides = {name: getattr(connection, given) for given, name in _OVERRIDES.items()}
    try:
        depth = arguments.tested_depth
        password = arguments.password
        if arguments.password_is_elsewhere and arguments.password_for_test_env is not None:
            value = os.environ.get(arguments.password_for_test_env)
            if not value:
                raise StackError(f"{where}: the environment variable {arguments.password_for_test_env} is not set.")
            password = SecretStr(value)
        without = {name: getattr(arguments, name) for name in SmtpSettings.model_fields}
        if password is None:
            asked = overrides["depth"]
            if without["username"] is not None and asked is not None and DEPTHS.index(asked) > DEPTHS.index(depth):
                raise StackError(f"{where}: its password lies in an Encrypted Text and is not known here; {_BY_ENV}.")
            without["username"] = None
        settings = SmtpSettings(**{**without, "password": password})
        how = {**arguments_properties(arguments)["connectivityTest"], "mode": "enforce", "depth": depth}
        how |= {name: value for name, value in overrides.items() if value is not None}
        test = ConnectivityTest.model_validate(_by_python_name(how))
    except (ValidationError, AttributeError, TypeError) as error:
        told = "it can't be read"
        if isinstance(error, ValidationError):
            detail = error.errors(include_input=False, include_url=False)[0]
            # The rule alone: a message may quote a value, and that value may be secret.
            told = f"{'.'.join(map(str, detail['loc']))} {detail.get('ctx', {}).get('rule', 'breaks its rule')}".strip()
        raise StackError(f"{where}: what the state holds can't be tested: {told}") from None
    label = origin.mail_label(str(arguments.display_name))
    return TestPlan(settings, test, label, Wording.PROGRAM, origin.secret_arguments)


def _by_python_name(values: dict[str, object]) -> dict[str, object]:
    return {python_name(name): value for name, value in values.items()}

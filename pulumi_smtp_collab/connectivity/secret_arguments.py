"""Arguments that the program made secret: the report names them where it would show them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import idna

from pulumi_smtp_collab.connectivity.attempt import Job, Observed
from pulumi_smtp_collab.connectivity.names import endpoint
from pulumi_smtp_collab.model.hosts import split_endpoint
from pulumi_smtp_collab.model.report import ConnectivityReport


def without_secrets(report: ConnectivityReport, job: Job, observed: Observed) -> ConnectivityReport:
    """Gives the report with the values of secret arguments, and what gives them away, replaced by their names.

    A secret host hides its addresses, the server's name in greeting and EHLO reply, and the names of its certificate
    too. A secret port becomes 0.
    """
    forms: dict[str, str] = {}
    for argument in sorted(job.secret_arguments):
        for value in _values(argument, job, observed, report):
            if value:
                forms.setdefault(value.lower(), f"[secret {argument}]")
    if "port" in job.secret_arguments:
        report = report.model_copy(update={"port": 0})
    if not forms:
        return report
    alternatives = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w])(?:{alternatives})(?![\w])", re.IGNORECASE)
    hidden = _replaced(report.model_dump(), pattern, forms)
    return ConnectivityReport.model_validate(hidden)


def _replaced(value: Any, pattern: re.Pattern[str], forms: dict[str, str]) -> Any:  # noqa: ANN401 - any value of a record
    if isinstance(value, str):
        return pattern.sub(lambda match: forms[match.group().lower()], value)
    if isinstance(value, dict):
        return {key: _replaced(each, pattern, forms) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(_replaced(each, pattern, forms) for each in value)
    return value


def _values(argument: str, job: Job, observed: Observed, report: ConnectivityReport) -> Iterable[str]:
    owner: Any = job.settings
    name = argument
    if argument.startswith("connectivity_test."):
        owner, name = job.test, argument.partition(".")[2]
    value = getattr(owner, name, None)
    if value is None or hasattr(value, "get_secret_value"):
        return []
    if argument == "host":
        return _names_of_the_host(job, observed, report)
    if argument == "connectivity_test.connect_to":
        host, port = split_endpoint(value)
        return [value, endpoint(host, port), host, *_addresses(observed)]
    if isinstance(value, str):
        return [value, *_as_a_person_writes(value)]
    if argument == "port":
        return [str(value)]
    return []


def _names_of_the_host(job: Job, observed: Observed, report: ConnectivityReport) -> list[str]:
    names = [job.settings.host, *_as_a_person_writes(job.settings.host), *_addresses(observed)]
    if observed.ehlo_lines:
        names.append(observed.ehlo_lines[0].partition(" ")[0])
    server = report.server
    if server is not None:
        names.append(server.greeting_name or "")
    if observed.tls is not None:
        names += [*observed.tls.names, observed.tls.subject, *_common_names(observed.tls.subject)]
    return names


def _common_names(subject: str) -> list[str]:
    return re.findall(r"CN=([^,]+)", subject)


def _addresses(observed: Observed) -> list[str]:
    return [address.ip for address in observed.resolved]


def _as_a_person_writes(value: str) -> list[str]:
    """Gives the other form of an internationalised name."""
    if "xn--" not in value:
        return []
    try:
        return [idna.decode(value)]
    except (idna.IDNAError, UnicodeError):
        return []

"""Arguments that the program made secret: the report names them where it would show them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, get_args, get_origin

import idna

from pulumi_smtp_collab.connectivity.plan import Observed, Plan
from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
from pulumi_smtp_collab.model.hosts import endpoint, split_endpoint
from pulumi_smtp_collab.model.report import ConnectivityReport

_THE_TEST = "connectivity_test"

_OUR_OWN_WORDS = frozenset({"status", "name", "stage", "code", "depth", "checked_at", "version"})
"""Fields of the report and of its parts that hold a word of ours whatever host, user or server."""


_GREETING = re.compile(r"(\d{3})[ -](\S+)")  # RFC 5321, section 4.2: the first word is the server's name


def without_secrets(report: ConnectivityReport, plan: Plan, seen: Sequence[Observed]) -> ConnectivityReport:
    """Return the report with the values of secret arguments, and what gives them away, replaced by their names.

    A secret host hides its addresses, the server's name in greeting and EHLO reply, and the names of its certificate
    too. A secret port becomes 0.

    Args:
        report: The report.
        plan: What was tested.
        seen: What every attempt saw that the report speaks of.
    """
    if "port" in plan.secret_arguments:
        report = report.model_copy(update={"port": 0})
    hide = _replacement(plan, seen)
    return ConnectivityReport.model_validate(_replaced(report.model_dump(), hide)) if hide else report


def hide_secrets(text: str, plan: Plan, seen: Sequence[Observed]) -> str:
    """Return a text of a test with the values of secret arguments replaced, as ``without_secrets`` does."""
    hide = _replacement(plan, seen)
    return hide(text) if hide else text


def _replacement(plan: Plan, seen: Sequence[Observed]) -> Callable[[str], str] | None:
    """Return what replaces the values in a text; None where there are none."""
    forms: dict[str, str] = {}
    for argument in _each(plan.secret_arguments):
        for value in _values(argument, plan, seen):
            # Case is more than one letter for another (ß and SS), and the pattern knows only that.
            for form in (value, value.lower(), value.upper(), value.casefold()):
                if form:
                    forms.setdefault(form, f"[secret {argument}]")
    if not forms:
        return None
    # A group for each form tells which one was found: the text that matched is not always the form, in any case of it.
    longest_first = sorted(forms, key=len, reverse=True)
    names = [forms[form] for form in longest_first]
    alternatives = "|".join(f"({re.escape(form)})" for form in longest_first)
    pattern = re.compile(rf"(?<![^\W_])(?:{alternatives})(?![^\W_])", re.IGNORECASE)
    return lambda text: pattern.sub(lambda match: names[(match.lastindex or 1) - 1], text)


def _each(arguments: Iterable[str]) -> Iterator[str]:
    """Return every argument that is named, those of the test where the test as a whole is."""
    for argument in sorted(arguments):
        if argument == _THE_TEST:
            yield from (f"{_THE_TEST}.{name}" for name in ConnectivityTest.model_fields)
        else:
            yield argument


def _replaced(value: Any, hide: Callable[[str], str]) -> Any:  # noqa: ANN401 - any value of a record
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, dict):
        return {key: each if key in _OUR_OWN_WORDS else _replaced(each, hide) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(_replaced(each, hide) for each in value)
    return value


def _values(argument: str, plan: Plan, seen: Sequence[Observed]) -> Iterable[str]:
    owner: Any = plan.settings
    name = argument
    if argument.startswith(f"{_THE_TEST}."):
        owner, name = plan.test, argument.partition(".")[2]
    value = getattr(owner, name, None)
    if argument == "host":
        return _names_of_the_host(plan, seen)
    if argument == "port":
        return [str(value)]
    if not isinstance(value, str) or name not in type(owner).model_fields or _is_a_choice(owner, name):
        return []
    if argument == "connectivity_test.connect_to":
        host, port = split_endpoint(value)
        addresses = [address for observed in seen for address in observed.resolved]
        with_ports = [str(address) for address in addresses]
        return [value, endpoint(host, port), *_forms_of(host), *with_ports, *(address.ip for address in addresses)]
    return _forms_of(value)


def _is_a_choice(owner: Any, name: str) -> bool:  # noqa: ANN401 - either model
    """Return whether an argument is one of a few words: they are no secrets, and messages are made of them."""
    annotation = type(owner).model_fields[name].annotation
    return any(get_origin(each) is Literal for each in (annotation, *get_args(annotation)))


def _names_of_the_host(plan: Plan, seen: Sequence[Observed]) -> list[str]:
    names = _forms_of(plan.settings.host)
    for observed in seen:
        names += [address.ip for address in observed.resolved]
        names += [_name_in(line) for line in (observed.greeting, *observed.lines)]
        if observed.ehlo_lines:
            names.append(observed.ehlo_lines[0].partition(" ")[0])
        if observed.tls is not None:
            names += [*observed.tls.names, *_names_in_subject(observed.tls.subject)]
        for certificate in observed.chain[:1]:
            names += [*certificate.names, *_names_in_subject(certificate.subject)]
    return names


def _name_in(line: str) -> str:
    """Return the server's name in a greeting; a refusal may begin with another word, which has no dot."""
    found = _GREETING.match(line)
    return found[2] if found and (found[1] == "220" or "." in found[2]) else ""


def _names_in_subject(subject: str) -> list[str]:
    return [subject, *re.findall(r"CN=([^,]+)", subject)]


def _forms_of(value: str) -> list[str]:
    """Return a value, and its other form where it is an internationalised name, or an address at one."""
    local, at, domain = value.rpartition("@")
    if "xn--" not in domain:
        return [value]
    try:
        return [value, f"{local}{at}{idna.decode(domain)}"]
    except (idna.IDNAError, UnicodeError):
        return [value]

"""What a report lacks of what a case expects, as the README says."""

from __future__ import annotations

import re

from field_cases.cases import FieldCase
from pulumi_smtp_collab import ConnectivityReport


def faults(case: FieldCase, report: ConnectivityReport) -> list[str]:
    """Return what the report lacks; empty where it is as expected."""
    expected = case.expected
    found = [] if report.passed == expected["passes"] else [f"passes is {report.passed}"]
    found += [
        f"no warning says {pattern!r}: {report.warnings}"
        for pattern in expected.get("warns", ())
        if not any(re.search(pattern, warning, re.IGNORECASE) for warning in report.warnings)
    ]
    diagnosis = report.diagnosis
    if diagnosis is None:
        return found
    own = f"{_without_quote(diagnosis.summary)}\n{diagnosis.advice}"
    for name in ("code", "stage"):
        pattern = expected.get(name)
        if pattern and not re.fullmatch(pattern, getattr(diagnosis, name), re.IGNORECASE):
            found.append(f"{name} is {getattr(diagnosis, name)}, not {pattern}")
    found += [
        f"nothing says {pattern!r}"
        for pattern in expected.get("advice", ())
        if not re.search(pattern, own, re.IGNORECASE)
    ]
    found += [f"it says {pattern!r}" for pattern in expected.get("never", ()) if re.search(pattern, own, re.IGNORECASE)]
    if "transient" in expected and diagnosis.transient != expected["transient"]:
        found.append(f"transient is {diagnosis.transient}")
    return found


def _without_quote(summary: str) -> str:
    """Return our own words of a summary: what the server said is quoted there, and may hold quotes itself."""
    return re.sub(r'".*"', "", summary)

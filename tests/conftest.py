"""Fixtures of all tests."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import HealthCheck, settings
from languages import has_go, node

# A script's background ignores SIGINT, and whatever the tests start would inherit that: they must not depend on it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How quick a machine is, with other tests beside, says nothing of the code: no test is timed.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

pytest_plugins = ["pulumi_stack.fixtures", "mailservers.fixtures", "fake_harness.fixtures", "harness_stacks"]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fail where pytest-xdist leaves groups out in silence: each of its workers would build what one is to build."""
    if getattr(session.config.option, "loadgroup", False):
        ungrouped = [
            item.nodeid for item in session.items if item.get_closest_marker("xdist_group") and "@" not in item.nodeid
        ]
        assert not ungrouped, f"this pytest-xdist does not group with pytest {pytest.__version__}: {ungrouped[:3]}"


LANGUAGES = {"golang": "Go 1.21 or later", "nodejs": "Node.js 20 or later with npm"}
"""What a marker of a language asks the machine for."""


def missing(marker: str) -> bool:
    """Return whether the machine lacks what a marker of a language asks for."""
    return not has_go() if marker == "golang" else node() is None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out the tests of a language that the machine lacks; in CI they fail."""
    for marker, needed in LANGUAGES.items():
        if item.get_closest_marker(marker) is not None and missing(marker):
            reason = f"there is no {needed} on this machine"
            if os.environ.get("CI"):
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in the last lines which tests of a language were left out."""
    skipped = terminalreporter.stats.get("skipped", [])
    for marker, needed in LANGUAGES.items():
        count = sum(marker in report.keywords for report in skipped)
        if count and missing(marker):
            terminalreporter.write_line(
                f"Left out: {count} tests marked {marker}: there is no {needed} on this machine."
            )

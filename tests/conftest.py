"""Fixtures of all tests."""

from __future__ import annotations

import signal

import pytest
from hypothesis import HealthCheck, settings

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

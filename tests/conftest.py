"""Fixtures of all tests."""

from __future__ import annotations

import signal

# A script's background ignores SIGINT, and whatever the tests start would inherit that: they must not depend on it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["pulumi_stack.fixtures", "mailservers.fixtures", "fake_harness.fixtures", "harness_stacks"]

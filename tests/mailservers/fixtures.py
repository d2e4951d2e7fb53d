"""Fixtures of tests that talk to servers; `tests/conftest.py` names this module as a plugin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mailservers.authority import Authority
from pulumi_smtp_collab.connectivity import forget_failures


@pytest.fixture(scope="session")
def authority() -> Iterator[Authority]:
    """A CA that nothing on this machine trusts."""
    with Authority() as throwaway:
        yield throwaway


@pytest.fixture(autouse=True)
def _new_process() -> None:
    """Let no test know of the logins that others saw refused: ports are given again."""
    forget_failures()

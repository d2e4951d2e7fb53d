"""The fixture of tests that need a CA; `tests/conftest.py` names this module as a plugin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mailservers.authority import Authority


@pytest.fixture(scope="session")
def authority() -> Iterator[Authority]:
    """A CA that nothing on this machine trusts."""
    with Authority() as throwaway:
        yield throwaway

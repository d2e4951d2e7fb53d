"""The fixtures for tests on the real engine; `tests/conftest.py` names this module as a plugin."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import pytest

from pulumi_stack.session import PulumiSession, engine_path
from pulumi_stack.stack import Stack


class MakeStack(Protocol):
    """What the fixture `make_stack` is."""

    def __call__(
        self,
        program: str | Path,
        *,
        name: str = "dev",
        project: str = "trial",
        environment: Mapping[str, str] | None = None,
    ) -> Stack:
        """A new stack of a program's text or of a project's folder, in a temporary folder of its own."""


@pytest.fixture(scope="session")
def engine_bin() -> str:
    """What to put first on PATH to have the engine."""
    return engine_path()


@pytest.fixture(scope="session")
def pulumi_session(engine_bin: str, tmp_path_factory: pytest.TempPathFactory) -> PulumiSession:
    """The engine, with a home for Pulumi that all stacks of the session share and that is not the user's."""
    return PulumiSession(folder=tmp_path_factory.mktemp("pulumi-session"), engine=engine_bin)


@pytest.fixture
def make_stack(
    request: pytest.FixtureRequest, pulumi_session: PulumiSession, tmp_path_factory: pytest.TempPathFactory
) -> MakeStack:
    """Make stacks; each has its backend to itself, so nothing is left to clean up but temporary folders.

    Those of a test that is marked `inline` run their programs in this process, as the Automation API does.
    """
    inline = request.node.get_closest_marker("inline") is not None

    def make(
        program: str | Path,
        *,
        name: str = "dev",
        project: str = "trial",
        environment: Mapping[str, str] | None = None,
    ) -> Stack:
        workspace = tmp_path_factory.mktemp("stack")
        return Stack(
            program, workspace, pulumi_session, name=name, project=project, environment=environment, inline=inline
        )

    return make

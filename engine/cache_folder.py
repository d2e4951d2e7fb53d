"""Where an engine of ours lies: one folder in the user's cache, filled in one step, shared by all clones."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pwd
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from programs import Engine, UnavailableError, engine_in

NAME = "pulumi-smtp-collab"
SCRATCH_PREFIX = "getting-"
ORIGIN = "origin.json"


def cache_folder() -> Path:
    """Our folder in the user's cache, the one that the package uses too.

    The package asks `platformdirs`. This runs before there is a virtualenv, so the two systems that there are have
    their few lines here; a test holds that both say the same.
    """
    named = os.environ.get("XDG_CACHE_HOME", "")
    if Path(named).is_absolute():
        return Path(named) / NAME
    home = Path(os.environ.get("HOME", ""))
    if not home.is_absolute():
        home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    return (home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache") / NAME


def engine_folder(version: str) -> Path:
    """The folder of the engine of this version; its programs are in `bin`."""
    return cache_folder() / f"engine-{version}"


def saved_engine(version: str) -> Engine:
    """The engine that an earlier run left in the cache.

    Raises:
        UnavailableError: there is none, or it does not run (a home folder may be shared by unlike machines).
    """
    folder = engine_folder(version)
    try:
        origin = json.loads((folder / ORIGIN).read_text(encoding="utf-8"))
        way, passed_over = str(origin["way"]), tuple(map(str, origin["passed_over"]))
    except (OSError, ValueError, KeyError, TypeError):
        msg = f"{folder} has no engine."
        raise UnavailableError(msg) from None
    return replace(engine_in([folder / "bin"], way), passed_over=passed_over)


@contextlib.contextmanager
def locked(say: Callable[[str], None]) -> Iterator[None]:
    """Hold our cache folder for this process alone; waits while another process has it.

    The system lets go of the lock when its holder ends, however it ends.
    """
    cache_folder().mkdir(parents=True, exist_ok=True)
    lock = cache_folder() / "lock"
    while True:
        with lock.open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Another run is getting the engine; waiting for it.")
                fcntl.flock(file, fcntl.LOCK_EX)
            # Whoever cleaned up while this run waited has removed the file that is now locked.
            if not lock.exists() or lock.stat().st_ino != os.fstat(file.fileno()).st_ino:
                cache_folder().mkdir(parents=True, exist_ok=True)
                continue
            yield
            return


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder inside the cache, on the same disk as the engine's place, removed whatever happens; needs the lock."""
    remove_scratch()
    folder = Path(tempfile.mkdtemp(prefix=SCRATCH_PREFIX, dir=cache_folder()))
    try:
        yield folder
    finally:
        remove_tree(folder)


def place(root: Path, version: str, engine: Engine) -> Engine:
    """Move a finished folder to the engine's place in one step; what is there is whole or absent, never in part."""
    origin = {"way": engine.way, "passed_over": engine.passed_over}
    (root / ORIGIN).write_text(json.dumps(origin, indent=2) + "\n", encoding="utf-8")
    remove_tree(engine_folder(version))
    root.rename(engine_folder(version))
    return replace(engine, folders=(engine_folder(version) / "bin",))


def remove_engines(say: Callable[[str], None], remove_more: Callable[[Callable[[str], None]], None]) -> None:
    """Remove every engine of ours, what belongs to them, and our cache folder."""
    if not cache_folder().is_dir():
        say(f"Nothing to remove: there is no {cache_folder()}.")
        return
    with locked(say):
        remove_scratch()
        for folder in sorted(cache_folder().glob("engine-*")):
            remove_tree(folder)
            say(f"Removed {folder}.")
        remove_more(say)
        (cache_folder() / "lock").unlink()
        # Something that is not ours may lie here; then the folder stays.
        with contextlib.suppress(OSError):
            cache_folder().rmdir()


def remove_scratch() -> None:
    """Remove what a run left that was killed; the lock's holder knows that no run is at work there."""
    for folder in cache_folder().glob(SCRATCH_PREFIX + "*"):
        remove_tree(folder)


def remove_tree(folder: Path) -> None:
    """Remove a folder with all in it; Go's module cache has folders that may not be written."""
    if not folder.is_dir():
        return
    for path, _folders, _files in os.walk(folder):
        Path(path).chmod(0o700)
    shutil.rmtree(folder)

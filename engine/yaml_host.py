"""The host of YAML programs: where an engine comes without one, it is built into a folder of its own in the cache.

It is no part of what makes an engine usable: Python programs run without it, and an engine that was got before there
was a YAML host only gains it.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import go_build
from cache_folder import cache_folder, locked, remove_tree, scratch_folder
from programs import ENGINE_FOLDER, YAML_HOST, Engine, UnavailableError, is_program

MODULE = ENGINE_FOLDER / "yaml-host"
PACKAGE = "github.com/pulumi/pulumi-yaml"
FOLDER_PREFIX = "yaml-host-"


def pinned_version() -> str:
    """The version that is built: that in `engine/yaml-host/go.mod`.

    Raises:
        UnavailableError: the file does not name one.
    """
    found = re.search(rf"{re.escape(PACKAGE)} v(\S+)", (MODULE / "go.mod").read_text(encoding="utf-8"))
    if found is None:
        msg = f"engine/yaml-host/go.mod does not name a version of {PACKAGE}."
        raise UnavailableError(msg)
    return found.group(1)


def with_yaml_host(engine: Engine, say: Callable[[str], None]) -> Engine:
    """The engine with a host of YAML programs, which is built where the engine has none.

    Where it can't be built, the engine is as it was, and says why YAML programs don't run.
    """
    if any(is_program(folder / YAML_HOST) for folder in engine.folders):
        return engine
    for folder in engine.folders:
        if (folder / YAML_HOST).is_symlink() and folder.is_relative_to(cache_folder()):
            (folder / YAML_HOST).unlink()  # to a host that is gone
    try:
        folder = cache_folder() / f"{FOLDER_PREFIX}{pinned_version()}" / "bin"
        if not is_program(folder / YAML_HOST):
            build(folder, say)
    except UnavailableError as error:
        return replace(engine, lacks=(f"a host of YAML programs: {error}",))
    ours = next((each for each in engine.folders if each.is_relative_to(cache_folder())), None)
    if ours is None:
        return replace(engine, folders=(*engine.folders, folder))
    # Beside the CLI: one that the engine finds on PATH it warns of, at each preview and up.
    with contextlib.suppress(FileExistsError):
        (ours / YAML_HOST).symlink_to(os.path.relpath(folder / YAML_HOST, ours))
    return engine


def build(folder: Path, say: Callable[[str], None]) -> None:
    """Build the host into this folder of the cache, unless another run has just done so.

    Raises:
        UnavailableError: there is no Go, too little disk, or the build fails.
    """
    with locked(say):
        if is_program(folder / YAML_HOST):
            return
        with scratch_folder() as scratch:
            go_build.require(scratch)
            say(f"Building {YAML_HOST} (some two minutes on two cores).")
            target = scratch / folder.parent.name / "bin" / YAML_HOST
            target.parent.mkdir(parents=True)
            go_build.build_program(target, MODULE, f"{PACKAGE}/cmd/{YAML_HOST}", go_build.go_environment(scratch))
            remove_tree(folder.parent)
            shutil.move(target.parent.parent, folder.parent)


def remove_hosts(say: Callable[[str], None]) -> None:
    """Remove what was built here; the caller holds the cache's lock."""
    for folder in sorted(cache_folder().glob(FOLDER_PREFIX + "*")):
        remove_tree(folder)
        say(f"Removed {folder}.")

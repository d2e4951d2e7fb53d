"""Whether the engine will find the native plugin: where it will not, its own error names a command that can't help."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from weakref import WeakSet

import pulumi
from pulumi.runtime.settings import get_root_resource

from pulumi_smtp_collab.resources.mocks import under_mocks

_PROGRAM = "pulumi-resource-smtp-collab"
_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")
_PLUGINS = re.compile(r"""^\s*["']?(plugins|packages)["']?\s*:""", re.MULTILINE)
_OWN_ENVIRONMENT = re.compile(r"""^\s*["']?(virtualenv|toolchain)["']?\s*:""", re.MULTILINE)
_told: WeakSet[pulumi.Resource] = WeakSet()


def warn_where_missing(options: pulumi.ResourceOptions) -> None:
    """Warn, once in a run, where nothing shows that the engine will find the plugin, with the lines that name it.

    A warning and no refusal: the engine may know of it in a way of its own.

    Args:
        options: The options of a resource that the plugin serves.
    """
    root = get_root_resource()
    if root is None or under_mocks() or root in _told or options.plugin_download_url is not None:
        return
    _told.add(root)
    text = missing(os.environ, Path.cwd(), Path(sys.executable).parent)
    if text:
        pulumi.log.warn(text)


def missing(environment: Mapping[str, str], folder: Path, programs: Path) -> str:
    """Return how to name the plugin for the engine; empty where the engine finds it.

    Args:
        environment: The environment's variables.
        folder: Where the program runs: in the project's folder or below.
        programs: The folder of the programs of the environment that the program runs in.
    """
    project = next((file for each in (folder, *folder.parents) for file in _project_files(each)), None)
    text = "" if project is None else project.read_text("utf-8", "replace")
    if _PLUGINS.search(text) and "smtp-collab" in text:
        return ""
    home = Path(environment.get("PULUMI_HOME") or Path(environment.get("HOME") or "~").expanduser() / ".pulumi")
    if "smtp-collab:" in environment.get("PULUMI_DEBUG_PROVIDERS", "") or any(
        home.glob("plugins/resource-smtp-collab-v*")
    ):
        return ""
    path = environment.get("PATH", "").split(os.pathsep)
    if _OWN_ENVIRONMENT.search(text) and path[:1] == [str(programs)]:
        path = path[1:]  # the project's environment, which is put there for the program alone
    if shutil.which(_PROGRAM, path=os.pathsep.join(path)):
        return ""
    own = programs / _PROGRAM
    install = "" if own.exists() else "install it by `pip install pulumi-smtp-collab`, and "
    place = os.path.relpath(programs, project.parent) if project and project.parent in programs.parents else programs
    return (
        f"the engine may not find the plugin {_PROGRAM}, and `pulumi plugin install` can't get it: {install}put these "
        f"lines into {project.name if project else _PROJECT_FILES[0]}:\n"
        f"plugins:\n  providers:\n    - name: smtp-collab\n      path: {place}"
    )


def _project_files(folder: Path) -> Iterator[Path]:
    return (folder / name for name in _PROJECT_FILES if (folder / name).is_file())

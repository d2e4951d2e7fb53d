"""A whole Pulumi project in a new folder. What is there already is never written over."""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import re
import shlex
import shutil
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rich_click as click

from pulumi_smtp_collab.command_line.program_lines import Declaration, Language, as_yaml, configuration_lines
from pulumi_smtp_collab.command_line.programs import configuration_of, program_text, yaml_program

_DISTRIBUTION = "pulumi-smtp-collab"
_PLUGIN = "pulumi-resource-smtp-collab"
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_.-]+")
_LONGEST_NAME = 100
_RUNTIMES: Mapping[str, Language] = {"python": "python", "yaml": "yaml", "nodejs": "typescript"}
_TYPESCRIPT_SETTINGS = {
    "compilerOptions": {
        "strict": True, "outDir": "bin", "target": "es2020", "module": "commonjs", "moduleResolution": "node",
        "skipLibCheck": True, "forceConsistentCasingInFileNames": True,
    },
    "files": ["index.ts"],
}  # fmt: skip


def refuse_folder(folder: Path) -> None:
    """Refuse a folder that holds something.

    Raises:
        click.UsageError: It does, or it is none.
    """
    try:
        taken = folder.exists() and any(folder.iterdir())
    except OSError as error:
        raise click.UsageError(f"--new: {folder} can't be read: {error.strerror}.") from None
    if taken:
        raise click.UsageError(f"--new: {folder} is not empty, and nothing is written over; name a new folder.")


def language_here(folder: Path) -> Language | None:
    """Return the language of the project in a folder or above it; None where there is none, or it is another one."""
    import yaml

    for place in (folder, *folder.parents):
        file = place / "Pulumi.yaml"
        if not file.is_file():
            continue
        try:
            content = yaml.safe_load(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, yaml.YAMLError):
            return None
        runtime = content.get("runtime") if isinstance(content, dict) else None
        name = runtime.get("name") if isinstance(runtime, dict) else runtime
        return _RUNTIMES.get(name) if isinstance(name, str) else None
    return None


def project_files(
    declared: Declaration, language: Language, name: str, configuration: Mapping[str, str]
) -> dict[str, str]:
    """Return the files of a project by their names.

    Args:
        declared: The provider.
        language: Of the program.
        name: What the project is called, as far as Pulumi takes it.
        configuration: What the project sets for every stack.
    """
    settings: dict[str, Any] = {
        "name": _NOT_IN_A_NAME.sub("-", name).strip("-.")[:_LONGEST_NAME] or "smtp",
        "description": "An SMTP collaboration provider",
        "runtime": {
            "python": {"name": "python", "options": {"virtualenv": ".venv"}},
            "yaml": "yaml",
            "typescript": "nodejs",
        }[language],
    }
    set_here = {key: {"value": value} for key, value in configuration.items()} | configuration_of(declared)
    if language != "python":
        settings["plugins"] = {"providers": [{"name": "smtp-collab", "path": str(_plugin_folder())}]}
    if set_here:
        settings["config"] = set_here
    if language == "yaml":
        return {"Pulumi.yaml": as_yaml(settings | yaml_program(declared))}
    files = {"Pulumi.yaml": as_yaml(settings)}
    if language == "python":
        return files | {
            "__main__.py": program_text(declared, "python", whole=True),
            "requirements.txt": f"{_requirement()}\n",
            ".gitignore": ".venv/\n__pycache__/\n",
        }
    package = {
        "name": settings["name"],
        "main": "index.ts",
        "private": True,
        "dependencies": {"@pulumi/pulumi": "^3.200.0"},
        "devDependencies": {"@types/node": "^22", "typescript": "^5"},
    }
    return files | {
        "index.ts": program_text(declared, "typescript", whole=True),
        "package.json": json.dumps(package, indent=2) + "\n",
        "tsconfig.json": json.dumps(_TYPESCRIPT_SETTINGS, indent=2) + "\n",
        ".gitignore": "node_modules/\nbin/\n",
    }


def write_project(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files; where one can't be, nothing of them is left.

    Raises:
        click.ClickException: One can't be written.
    """
    made = not folder.exists()
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            path = folder / name
            with path.open("x", encoding="utf-8") as file:
                written.append(path)
                file.write(text)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        if made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise click.ClickException(f"--new: {folder} could not be written: {error.strerror}.") from None


def steps_of(declared: Declaration, language: Language, folder: Path) -> list[str]:
    """Return the commands from the files to the first up; a secret is asked for, and is in no history."""
    ready = {
        "python": ["python3 -m venv .venv && . .venv/bin/activate", "pip install -r requirements.txt"],
        "yaml": [],
        "typescript": [f"pulumi package add {shlex.quote(str(_plugin_folder() / _PLUGIN))}", "npm install"],
    }[language]
    return [
        f"cd {shlex.quote(str(folder))}", *ready, "pulumi stack init dev", *configuration_lines(declared), "pulumi up",
    ]  # fmt: skip


def _plugin_folder() -> Path:
    """Return where the plugin's program lies: where pip has put it, else on PATH."""
    beside = Path(sysconfig.get_path("scripts"))
    if (beside / _PLUGIN).exists():
        return beside
    found = shutil.which(_PLUGIN)
    return Path(found).parent if found else beside


def _requirement() -> str:
    """Return the requirement by which this very distribution is installed again (PEP 610 says where it came from)."""
    try:
        text = importlib.metadata.distribution(_DISTRIBUTION).read_text("direct_url.json")
        origin = json.loads(text) if text else {}
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return _DISTRIBUTION
    url, version_control = origin.get("url", ""), origin.get("vcs_info", {})
    if not url:
        return _DISTRIBUTION
    if version_control:
        url = f"{version_control.get('vcs', 'git')}+{url}@{version_control.get('commit_id', '')}"
    return f"{_DISTRIBUTION} @ {url}"

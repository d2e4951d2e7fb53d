"""Where the user's cache is: the package and the engine's finder, which runs without packages, give one answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest
from platformdirs.macos import MacOS
from platformdirs.unix import Unix
from pulumi_stack.session import PROJECT_FOLDER

from pulumi_smtp_collab.connectivity.machine_gate import MachineGate
from pulumi_smtp_collab.lifecycle.retests import RetestMemory


def finder_s_answer(system: str, environment: dict[str, str]) -> Path:
    """Return what the finder says, run on its own as it always is, on a system of this name."""
    code = f"import sys; sys.platform = {system!r}; from cache_folder import cache_folder; print(cache_folder())"
    command = [sys.executable, "-c", code]
    folder = PROJECT_FOLDER / "engine"
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return Path(done.stdout.rstrip("\n"))


@pytest.mark.parametrize("home", ["/home/user", "", None])
@pytest.mark.parametrize("named", ["/elsewhere/cache", "relative", "", " ", None])
@pytest.mark.parametrize(("system", "rules"), [("linux", Unix), ("darwin", MacOS)])
def test_package_and_finder_mean_the_same_folder(
    monkeypatch: pytest.MonkeyPatch, system: str, rules: type[Unix | MacOS], named: str | None, home: str | None
) -> None:
    """On Linux and on macOS, whatever XDG_CACHE_HOME and HOME are, both use one folder, and its path is absolute."""
    monkeypatch.setattr(platformdirs, "PlatformDirs", rules)
    environment = {"XDG_CACHE_HOME": named, "HOME": home}
    for name, value in environment.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    folder = finder_s_answer(system, {name: value for name, value in environment.items() if value is not None})
    assert RetestMemory.of_user().folder == folder / "retests"
    assert folder.is_absolute()
    if named == "/elsewhere/cache":
        assert folder == Path("/elsewhere/cache/pulumi-smtp-collab")
    elif home == "/home/user":
        assert folder == Path(
            home, *(["Library", "Caches"] if system == "darwin" else [".cache"]), "pulumi-smtp-collab"
        )


@pytest.mark.parametrize("answer", ["relative/.cache", "~/.cache"])
def test_a_folder_that_moves_with_the_working_folder_is_not_used(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    """Whatever platformdirs answers where HOME is relative or missing, nothing is written into the project's folder."""
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: Path(answer))
    assert RetestMemory.of_user().folder is None
    assert MachineGate.of_user().refused("login", "password", most_seconds=60) is None


def test_where_there_is_no_home_nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user without a home folder, as in some containers, has no memory of tests and no failure for it."""

    def no_home(*_: object, **__: object) -> Path:
        msg = "could not determine the home directory"
        raise RuntimeError(msg)

    monkeypatch.setattr(platformdirs, "user_cache_path", no_home)
    assert RetestMemory.of_user().folder is None
    with MachineGate.of_user().lock("relay", 2, pytest.fail) as held:
        assert not held

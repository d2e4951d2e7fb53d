"""`engine/engine.py`: where an engine is found, how one is got, and what a person is told when there is none.

The programs that it would run (pulumi, curl, go) are scripts on a PATH of the test's own, each keeping a record of its
calls; that the true ones work is shown by every test on the engine.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

ENGINE_SOURCES = Path(__file__).resolve().parents[1] / "engine"
PROGRAMS = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec", "pulumi-resource-pulumi-python")
YAML_HOST = "pulumi-language-yaml"
SECONDS = 60
SCRIPT_URL = "https://get.pulumi.com/install.sh"

# What the installer's script does: the programs, in the folder that it is told.
INSTALLER = """
while [ $# -gt 0 ]; do
  if [ "$1" = --install-root ]; then root=$2; fi
  shift
done
/bin/mkdir -p "$root/bin"
for name in pulumi pulumi-language-python pulumi-language-python-exec pulumi-resource-pulumi-python \
  pulumi-language-yaml; do
  printf '#!/bin/sh\\necho v3.259.0\\n' >"$root/bin/$name"
  /bin/chmod 755 "$root/bin/$name"
done
"""
CURL = """
while [ $# -gt 0 ]; do
  if [ "$1" = --output ]; then target=$2; fi
  url=$1
  shift
done
/bin/cat >"$target" <<'END'
{installer}
END
"""
GO = """
case $1 in
env) echo go1.99 ;;
list) echo "{sources}" ;;
build)
  echo "$GOPATH $GOMODCACHE $GOCACHE $GOTMPDIR" >>"{record}.folders"
  {before}
  while [ $# -gt 0 ]; do
    if [ "$1" = -o ]; then target=$2; fi
    shift
  done
  printf '#!/bin/sh\\necho 3.259.0\\n' >"$target"
  /bin/chmod 755 "$target"
  ;;
esac
"""


@dataclass(frozen=True)
class Machine:
    """A machine with nothing on PATH but what a test puts there, and an empty cache."""

    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / "path"

    @property
    def cache(self) -> Path:
        return self.folder / "cache" / "pulumi-smtp-collab"

    @property
    def calls(self) -> list[str]:
        """The programs of PATH that were run, with their first argument."""
        record = self.folder / "calls"
        return record.read_text(encoding="utf-8").splitlines() if record.exists() else []

    def has(self, name: str, script: str, *, folder: Path | None = None) -> None:
        """Put a program there that records each call of it."""
        place = folder or self.path
        place.mkdir(parents=True, exist_ok=True)
        record = f'echo "{name} $1" >>"{self.folder / "calls"}"'
        (place / name).write_text(f"#!/bin/sh\n{record}\n{script}\n", encoding="utf-8")
        (place / name).chmod(0o755)

    def has_pulumi(self, version: str, *, host: bool = True, yaml: bool = True, folder: Path | None = None) -> None:
        self.has("pulumi", f"echo {version}", folder=folder)
        for name in (*(PROGRAMS[1:] if host else ()), *([YAML_HOST] if yaml else [])):
            self.has(name, "", folder=folder)

    def has_installer(self, script: str = INSTALLER) -> None:
        self.has("curl", CURL.format(installer=script))
        self.path.joinpath("sh").symlink_to("/bin/sh")

    def has_go(self, *, before: str = "") -> None:
        sources = self.folder / "modules" / "sdk"
        for script, place in zip(PROGRAMS[2:], ("cmd", "dist"), strict=True):
            (sources / "python" / place).mkdir(parents=True)
            (sources / "python" / place / script).write_text("#!/bin/sh\n", encoding="utf-8")
            (sources / "python" / place / script).chmod(0o444)
        self.has("go", GO.format(sources=sources, record=self.folder / "calls", before=before))

    def start(self, *arguments: str, clone: Path = ENGINE_SOURCES, variable: str = "") -> subprocess.Popen[str]:
        self.path.mkdir(exist_ok=True)
        environment = {
            "PATH": f"{self.path}:{self.folder / 'later on path'}",
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder),
        }
        environment |= {"XDG_CACHE_HOME": str(self.folder / "cache"), "LANG": "C.UTF-8"}
        environment |= {"PULUMI_SMTP_COLLAB_ENGINE": variable} if variable else {}
        return subprocess.Popen(
            [sys.executable, str(clone / "engine.py"), *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finds(self, *arguments: str, clone: Path = ENGINE_SOURCES, variable: str = "") -> tuple[int, str, str]:
        """Run the finder; its exit code and what it printed on standard output and error."""
        with self.start(*arguments, clone=clone, variable=variable) as process:
            stdout, stderr = process.communicate(timeout=SECONDS)
        return process.returncode, stdout, stderr


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_pulumi_on_path_is_taken(machine: Machine) -> None:
    """A new enough Pulumi with its Python host is used as it is; nothing is fetched, built or put into the cache."""
    machine.has_pulumi("v3.272.0")
    machine.has_installer()
    machine.has_go()
    code, said, _ = machine.finds()
    assert code == 0
    assert f"Pulumi 3.272.0 in {machine.path}" in said
    assert "Taken from: PATH" in said
    assert machine.calls == ["pulumi version"]
    assert not machine.cache.exists()


def test_a_host_in_another_folder_of_path_will_do(machine: Machine) -> None:
    """Where the CLI and its host lie apart, both folders are printed, as PATH is written."""
    other = machine.folder / "later on path"
    machine.has_pulumi("v3.272.0", host=False)
    for name in PROGRAMS[1:]:
        machine.has(name, "", folder=other)
    assert machine.finds("--print-bin")[:2] == (0, f"{machine.path}:{other}\n")


@pytest.mark.parametrize(
    ("version", "host", "reason"),
    [
        ("v3.199.9", True, "is version 3.199.9; at least 3.200.0 is needed."),
        ("v2.300.0", True, "is version 2.300.0; at least 3.200.0 is needed."),
        ("v3.272.0", False, "lacks its Python host: no pulumi-language-python,"),
        ("broken", True, "does not run: `pulumi version` ended with 0 and said: broken"),
    ],
)
def test_an_unusable_pulumi_on_path_is_passed_over(machine: Machine, version: str, host: bool, reason: str) -> None:
    """A Pulumi that is too old, has no Python host or does not run gives way to the next, and the reason is told."""
    machine.has_pulumi(version, host=host)
    machine.has_go()
    code, said, _ = machine.finds()
    assert code == 0
    assert f"Passed over: PATH: {machine.path / 'pulumi'}" in said
    assert reason in said
    assert "Taken from: a build from Go modules (go1.99," in said


def test_a_version_of_one_more_digit_is_newer(machine: Machine) -> None:
    """3.1000.0 is newer than 3.200.0, and so is a pre-release of 3.201."""
    for version in ("v3.1000.0", "v3.201.0-alpha.1+dirty"):
        machine.has_pulumi(version)
        assert "Taken from: PATH" in machine.finds()[1]


def test_an_engine_that_is_there_gains_a_yaml_host(machine: Machine) -> None:
    """An engine without a host of YAML programs stays as it is; the host alone is built, once."""
    machine.has_pulumi("v3.272.0", yaml=False)
    machine.has_go()
    code, said, _ = machine.finds()
    host = machine.cache / "yaml-host-1.30.0" / "bin"
    assert code == 0
    assert f"Pulumi 3.272.0 in {machine.path}:{host}" in said
    assert machine.calls == ["pulumi version", "go build"]
    assert machine.finds("--print-bin")[1] == f"{machine.path}:{host}\n"
    assert machine.calls.count("go build") == 1


def test_an_engine_in_the_cache_gains_a_yaml_host_beside_it(machine: Machine) -> None:
    """An engine that an earlier version got has the host in its own folder afterwards, where the engine looks first.

    One that was cleaned away is built anew.
    """
    machine.has_go()
    machine.finds()
    beside = machine.cache / "engine-3.259.0" / "bin" / YAML_HOST
    for gone in (beside, machine.cache / "yaml-host-1.30.0" / "bin" / YAML_HOST):
        gone.unlink()
        builds = machine.calls.count("go build")
        assert machine.finds("--print-bin")[1] == f"{beside.parent}\n"
        assert beside.is_file()
        assert machine.calls.count("go build") == builds + (gone != beside)


def test_without_a_yaml_host_everything_else_works(machine: Machine) -> None:
    """Where no YAML host can be had the engine is found all the same, and the reason is told."""
    machine.has_pulumi("v3.272.0", yaml=False)
    code, said, _ = machine.finds()
    assert code == 0
    assert "It lacks a host of YAML programs: there is no `go` on PATH; install Go" in said
    machine.has_go(before="echo 'go: no checksum for example.test/module' >&2; exit 3")
    code, said, _ = machine.finds()
    assert code == 0
    assert "It lacks a host of YAML programs: `go build` in engine/yaml-host ended with 3:" in said
    assert [each.name for each in machine.cache.iterdir()] == ["lock"]


def test_where_no_way_is_open_all_three_are_named(machine: Machine) -> None:
    """The message has each way with the reason why it failed, says what to do, and nothing is left in the cache."""
    code, _, message = machine.finds()
    assert code == 1
    assert "1. PATH: there is no `pulumi` on PATH." in message
    assert "2. The official installer: it needs `curl`, which is not on PATH." in message
    assert "3. A build: there is no `go` on PATH; install Go" in message
    assert "PULUMI_SMTP_COLLAB_ENGINE" in message
    assert [each.name for each in machine.cache.iterdir()] == ["lock"]


def test_an_unreachable_installer_is_named_with_what_curl_said(machine: Machine) -> None:
    """A site that can't be reached is a reason of its own, in curl's words."""
    machine.has("curl", "echo 'curl: (6) Could not resolve host: get.pulumi.com' >&2; exit 6")
    machine.path.joinpath("sh").symlink_to("/bin/sh")
    _, _, message = machine.finds()
    assert f"{SCRIPT_URL} cannot be fetched: curl: (6) Could not resolve host" in message


def test_the_official_installer_comes_before_a_build(machine: Machine) -> None:
    """Where its script can be had, it installs into our cache, and Go is not asked."""
    machine.has_installer()
    machine.has_go()
    code, said, _ = machine.finds()
    assert code == 0
    assert "Taken from: the official installer." in said
    assert machine.calls == ["curl --fail"]
    assert {each.name for each in machine.cache.glob("engine-3.259.0/bin/*")} == {*PROGRAMS, YAML_HOST}


def test_an_installer_that_fails_gives_way_to_a_build(machine: Machine) -> None:
    """What the script said is told, and what it left half done does not get into the engine's place."""
    machine.has_installer(INSTALLER + "\necho no room on the device >&2; exit 7")
    machine.has_go()
    code, said, _ = machine.finds()
    assert code == 0
    assert "Passed over: The official installer: it ended with 7: no room on the device" in said
    assert "Taken from: a build" in said


def test_a_build_leaves_the_programs_and_nothing_else(machine: Machine) -> None:
    """The five programs can be executed, all that Go keeps was inside our cache, and is gone."""
    machine.has_go()
    code, _, _ = machine.finds()
    assert code == 0
    programs = machine.cache / "engine-3.259.0" / "bin"
    modes = {each.name: each.stat().st_mode & 0o777 for each in programs.iterdir()}
    assert modes == dict.fromkeys((*PROGRAMS, YAML_HOST), 0o755)
    assert (machine.cache / "yaml-host-1.30.0" / "bin" / YAML_HOST).stat().st_mode & 0o777 == 0o755
    folders = (machine.folder / "calls.folders").read_text(encoding="utf-8").split()
    assert len(folders) == 3 * 4
    assert all(Path(folder).is_relative_to(machine.cache) for folder in folders)
    assert {each.name for each in machine.cache.iterdir()} == {"engine-3.259.0", "yaml-host-1.30.0", "lock"}
    assert not (machine.folder / "home").exists()


def test_a_failing_build_says_what_go_said(machine: Machine) -> None:
    """The end of Go's output is in the message, and no engine is left."""
    machine.has_go(before="echo 'go: no checksum for example.test/module' >&2; exit 3")
    code, _, message = machine.finds()
    assert code == 1
    assert "3. A build: `go build` in engine/cli ended with 3:\n  go: no checksum for example.test/module" in message
    assert not list(machine.cache.glob("engine-*"))


def test_another_clone_uses_what_one_has_got(machine: Machine) -> None:
    """The second run, in a clone of another name, runs neither curl nor Go, and still says where the engine is from."""
    machine.has_installer("exit 7")
    machine.has_go()
    machine.finds()
    calls = machine.calls
    clone = machine.folder / "another clone" / "engine"
    shutil.copytree(ENGINE_SOURCES, clone)
    code, said, _ = machine.finds(clone=clone)
    assert code == 0
    assert machine.calls == calls
    assert "Taken from: a build from Go modules" in said
    assert "Passed over: The official installer: it ended with 7" in said


def test_two_clones_at_once_build_once(machine: Machine) -> None:
    """A second run waits for the first and takes what it has built."""
    machine.has_go(before="/bin/sleep 1")
    with machine.start() as first, machine.start() as second:
        outputs = [process.communicate(timeout=SECONDS)[0] for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0)
    assert machine.calls.count("go build") == len(["pulumi", "pulumi-language-python", YAML_HOST])
    assert any("Another run is getting the engine; waiting for it." in said for said in outputs)


def test_a_terminated_build_leaves_nothing(machine: Machine) -> None:
    """A run that is told to end ends Go too and removes what it had; the next one starts afresh."""
    machine.has_go(before=f"echo $$ >{machine.folder / 'pid'}; exec /bin/sleep 600")
    process = machine.start()
    wait_for(machine.folder / "pid")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=SECONDS)
    assert process.returncode == 128 + signal.SIGTERM
    assert [each.name for each in machine.cache.iterdir()] == ["lock"]
    pid = (machine.folder / "pid").read_text(encoding="utf-8").strip()
    assert subprocess.run(["ps", "-p", pid], check=False, capture_output=True).returncode == 1


def test_what_a_killed_run_left_is_removed(machine: Machine) -> None:
    """A folder that was never finished, write-protected as Go's module cache is, does not stay nor stand in the way."""
    left = machine.cache / "getting-abc" / "modules" / "example.test"
    left.mkdir(parents=True)
    (left / "file").write_text("", encoding="utf-8")
    left.chmod(0o500)
    machine.has_go()
    assert machine.finds()[0] == 0
    assert {each.name for each in machine.cache.iterdir()} == {"engine-3.259.0", "yaml-host-1.30.0", "lock"}


def test_a_saved_engine_that_does_not_run_is_got_anew(machine: Machine) -> None:
    """An engine for another kind of machine, in a home folder that both have, is replaced."""
    machine.has_go()
    machine.finds()
    broken = machine.cache / "engine-3.259.0" / "bin" / "pulumi"
    broken.write_bytes(b"\x7fELF of another machine")
    assert machine.finds()[0] == 0
    assert broken.read_text(encoding="utf-8").startswith("#!/bin/sh")


def test_only_the_folder_is_printed_for_path(machine: Machine) -> None:
    """`--print-bin` has one line on standard output, even when it has to build; the progress is on standard error."""
    machine.has_go()
    code, said, progress = machine.finds("--print-bin")
    assert (code, said) == (0, f"{machine.cache}/engine-3.259.0/bin\n")
    assert "Building pulumi with go1.99" in progress


def test_clean_removes_what_is_ours(machine: Machine) -> None:
    """`--clean` removes the engine and our folder, but not a file that somebody else put there."""
    machine.has_go()
    machine.finds()
    assert machine.finds("--clean")[0] == 0
    assert not machine.cache.exists()
    machine.finds()
    (machine.cache / "notes").write_text("mine", encoding="utf-8")
    code, said, _ = machine.finds("--clean")
    assert code == 0
    assert f"Removed {machine.cache}/engine-3.259.0." in said
    assert f"Removed {machine.cache}/yaml-host-1.30.0." in said
    assert [each.name for each in machine.cache.iterdir()] == ["notes"]
    (machine.cache / "notes").unlink()
    machine.cache.rmdir()
    assert "Nothing to remove" in machine.finds("--clean")[1]


def test_a_named_folder_is_used_or_refused(machine: Machine) -> None:
    """PULUMI_SMTP_COLLAB_ENGINE decides: a folder without an engine is an error, not a reason to look elsewhere."""
    machine.has_pulumi("v3.300.0")
    named = machine.folder / "named"
    machine.has_pulumi("v3.250.0", folder=named)
    code, said, _ = machine.finds(variable=str(named))
    assert code == 0
    assert f"Pulumi 3.250.0 in {named}\nTaken from: PULUMI_SMTP_COLLAB_ENGINE." in said
    code, _, message = machine.finds(variable=str(machine.folder))
    assert code == 1
    assert f"PULUMI_SMTP_COLLAB_ENGINE names {machine.folder}, but there is no program `pulumi` in" in message


def test_a_cache_that_cannot_be_written_is_named(machine: Machine) -> None:
    """A file where the cache folder should be is a sentence, not a traceback."""
    (machine.folder / "cache").write_text("", encoding="utf-8")
    code, _, message = machine.finds()
    assert code == 1
    assert f"{machine.cache}, where the engine is kept, cannot be used:" in message
    assert "Traceback" not in message


def wait_for(path: Path) -> None:
    """Wait until a file is there and have something in it."""
    limit = time.monotonic() + SECONDS
    while not (path.exists() and path.read_text(encoding="utf-8")):
        assert time.monotonic() < limit, f"{path} did not appear"
        time.sleep(0.05)

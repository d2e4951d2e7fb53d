"""A stack on the real engine, run by the CLI as a person runs it, in a folder of its own."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pulumi_stack.canary import Leak, search
from pulumi_stack.inline import inline_program
from pulumi_stack.processes import run_limited, start
from pulumi_stack.session import PulumiSession

SECONDS = 120
PROGRAM_FILES_LEFT_OUT = (".venv", "venv", "__pycache__", "Pulumi.*.yaml")


@dataclass(frozen=True)
class Result:
    """What a command of the CLI did.

    Attributes:
        command: the arguments, without the program's name.
        returncode: the exit code; 0 is success.
        stdout: as printed.
        stderr: as printed.
        events: the engine's events of a preview, up, refresh or destroy, in order.
        seconds: how long it took.
    """

    command: tuple[str, ...]
    returncode: int
    stdout: str
    stderr: str
    events: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    seconds: float = 0.0

    @property
    def output(self) -> str:
        """All that was printed, standard output first."""
        return self.stdout + self.stderr

    @property
    def text(self) -> str:
        """The same as `output`."""
        return self.output

    @property
    def ok(self) -> bool:
        """Whether the command succeeded."""
        return self.returncode == 0

    @property
    def changes(self) -> dict[str, int]:
        """How many resources were created, updated, left the same, …: the engine's own summary."""
        summaries = [event["summaryEvent"] for event in self.events if "summaryEvent" in event]
        return dict(summaries[-1]["resourceChanges"]) if summaries else {}

    @property
    def diagnostics(self) -> list[dict[str, Any]]:
        """The messages the engine showed: severity, message, urn (absent for the stack's own), prefix."""
        return [event["diagnosticEvent"] for event in self.events if "diagnosticEvent" in event]

    def succeeded(self) -> Result:
        """This result, after asserting that the command succeeded; the failure shows all that was printed."""
        assert self.ok, f"pulumi {' '.join(self.command)} ended with {self.returncode}:\n{self.output}"
        return self

    def failed(self) -> Result:
        """This result, after asserting that the command failed."""
        assert not self.ok, f"pulumi {' '.join(self.command)} should have failed:\n{self.output}"
        return self


class Stack:
    """A Pulumi project with one stack on a file backend.

    Args:
        program: the text of a Python program, or the folder of a project, which is copied (`Pulumi.yaml` with it).
        workspace: an empty folder; project, backend and event logs are put here.
        session: the engine and the home of Pulumi.
        name: of the stack.
        project: of the project, where the program is a text.
        environment: further variables for every command.
        inline: run a program's text in this process, as the Automation API does (see `inline_program`).
    """

    def __init__(
        self,
        program: str | Path,
        workspace: Path,
        session: PulumiSession,
        *,
        name: str = "dev",
        project: str = "trial",
        environment: Mapping[str, str] | None = None,
        inline: bool = False,
    ) -> None:
        self.inline = inline
        self.rewrite: Callable[[str], str] = str
        self.name = name
        self.workspace = workspace
        self.session = session
        self.folder = workspace / "project"
        self.results: list[Result] = []
        self.environment = session.environment(workspace / "backend") | dict(environment or {})
        if isinstance(program, Path):
            shutil.copytree(program, self.folder, ignore=shutil.ignore_patterns(*PROGRAM_FILES_LEFT_OUT))
            self._provide_virtualenv()
        else:
            self.folder.mkdir(parents=True)
            (self.folder / "Pulumi.yaml").write_text(f"name: {project}\nruntime: python\n", encoding="utf-8")
            self.write_program(program)
        self.project = str(self._settings()["name"])
        self.program_files = frozenset(path for path in self.folder.rglob("*") if path.is_file())
        self._init(may_be_copied=not any(each.startswith("PULUMI_") for each in environment or {}))

    def write_program(self, program: str) -> None:
        """Replace the program, as a person edits it; `rewrite` is applied to it."""
        (self.folder / "__main__.py").write_text(self.rewrite(program), encoding="utf-8")

    def run(self, *arguments: str, seconds: float = SECONDS, stdin: str | None = None) -> Result:
        """Run any command of the CLI on this stack.

        Raises:
            TimeoutError: it took longer than `seconds`; it was killed.
        """
        return self._run(arguments, seconds=seconds, stdin=stdin)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command that the test wants to interrupt; to be waited for by the caller."""
        return start(self._command(arguments), folder=self.folder, environment=self.environment)

    def preview(self, *options: str, seconds: float = SECONDS) -> Result:
        """Run `pulumi preview`."""
        return self._operation("preview", *options, seconds=seconds)

    def up(self, *options: str, preview: bool = False, seconds: float = SECONDS) -> Result:
        """Run `pulumi up`, its preview left out unless it is asked for."""
        return self._operation("up", "--yes", *([] if preview else ["--skip-preview"]), *options, seconds=seconds)

    def refresh(self, *options: str, preview: bool = False, seconds: float = SECONDS) -> Result:
        """Run `pulumi refresh`, its preview left out unless it is asked for."""
        return self._operation("refresh", "--yes", *([] if preview else ["--skip-preview"]), *options, seconds=seconds)

    def destroy(self, *options: str, preview: bool = False, seconds: float = SECONDS) -> Result:
        """Run `pulumi destroy`, its preview left out unless it is asked for."""
        return self._operation("destroy", "--yes", *([] if preview else ["--skip-preview"]), *options, seconds=seconds)

    def config_set(self, key: str, value: str, *, secret: bool = False) -> Result:
        """Set a value of the stack's configuration."""
        return self.run("config", "set", "--secret" if secret else "--plaintext", key, "--", value).succeeded()

    def config_set_all(self, plain: Mapping[str, str], secret: Mapping[str, str] | None = None) -> Result:
        """Set many values by one command; each command costs a good part of a second."""
        options = [part for key, value in plain.items() for part in ("--plaintext", f"{key}={value}")]
        options += [part for key, value in (secret or {}).items() for part in ("--secret", f"{key}={value}")]
        return self.run("config", "set-all", *options).succeeded()

    def outputs(self, *, show_secrets: bool = False) -> dict[str, Any]:
        """The stack's outputs; secret ones are `[secret]` unless they are asked for."""
        return self._read("stack", "output", "--json", show_secrets=show_secrets)

    def export(self, *, show_secrets: bool = False) -> dict[str, Any]:
        """The whole state as `pulumi stack export` prints it: `version` and `deployment`."""
        return self._read("stack", "export", show_secrets=show_secrets)

    def import_(self, state: Mapping[str, Any]) -> Result:
        """Replace the whole state."""
        return self.run("stack", "import", stdin=json.dumps(state)).succeeded()

    @property
    def state_file(self) -> Path:
        """The file in which the backend keeps the state."""
        return self.workspace / "backend" / ".pulumi" / "stacks" / self.project / f"{self.name}.json"

    def resources(self, kind: str = "") -> list[dict[str, Any]]:
        """The resources saved in the state whose type ends with `kind`, read from the backend's file (no command)."""
        deployment = json.loads(self.state_file.read_text(encoding="utf-8"))["checkpoint"]["latest"] or {}
        return [each for each in deployment.get("resources", []) if each["type"].endswith(kind)]

    def decrypted_resources(self, kind: str = "") -> list[dict[str, Any]]:
        """The same with secrets in the clear, to compare: the engine encrypts a value anew when it writes the state."""
        deployment = self.export(show_secrets=True)["deployment"]
        return [each for each in deployment.get("resources", []) if each["type"].endswith(kind)]

    def leaks(self, forms: Mapping[str, bytes]) -> list[Leak]:
        """Where any of these byte strings stands: state, configuration, event logs, Pulumi's logs, what was printed.

        The program as it was given is not searched, nor what Python compiled of it: it may hold a secret by its nature.
        """
        printed = {f"output of pulumi {' '.join(each.command[:2])}": each.output.encode() for each in self.results}
        program = self.program_files | set(self.folder.rglob("__pycache__/*.pyc"))
        return search([self.workspace, self.session.folder], printed, forms, leaving_out=program)

    def _init(self, *, may_be_copied: bool) -> None:
        """Make the stack: the first of a project and name by the CLI, which takes most of a second; others are copies.

        What `pulumi stack init` leaves behind is the backend's files, the settings with a salt, and which stack is
        selected.
        """
        backend, settings = self.workspace / "backend", self.folder / f"Pulumi.{self.name}.yaml"
        made = self.session.folder / "made-stacks" / f"{self.project}-{self.name}"
        if may_be_copied and made.exists():
            shutil.copytree(made / "backend", backend, dirs_exist_ok=True)
            shutil.copy(made / "settings.yaml", settings)
            path = str(self.folder.resolve() / "Pulumi.yaml").encode()
            digest = hashlib.sha1(path, usedforsecurity=False).hexdigest()
            selected = self.session.pulumi_home / "workspaces" / f"{self.project}-{digest}-workspace.json"
            stacks = {backend.as_uri(): f"organization/{self.project}/{self.name}"}
            selected.write_text(json.dumps({"stacks": stacks}), encoding="utf-8")
            return
        self.run("stack", "init", self.name).succeeded()
        if may_be_copied:
            shutil.copytree(backend, made / "backend")
            shutil.copy(settings, made / "settings.yaml")

    def _read(self, *arguments: str, show_secrets: bool) -> dict[str, Any]:
        result = self._run((*arguments, *(["--show-secrets"] if show_secrets else [])), seconds=SECONDS).succeeded()
        if show_secrets:
            # What a test asked to see in the clear is no leak.
            self.results.pop()
        content: dict[str, Any] = json.loads(result.stdout)
        return content

    def _operation(self, operation: str, *options: str, seconds: float) -> Result:
        log = self.workspace / f"events-{len(self.results)}.jsonl"
        with inline_program(self.folder / "__main__.py") if self.inline else nullcontext(()) as how:
            return self._run((operation, "--event-log", str(log), *how, *options), seconds=seconds, log=log)

    def _run(
        self, arguments: tuple[str, ...], *, seconds: float, stdin: str | None = None, log: Path | None = None
    ) -> Result:
        began = time.monotonic()
        done = run_limited(
            self._command(arguments), folder=self.folder, environment=self.environment, seconds=seconds, stdin=stdin
        )
        took = time.monotonic() - began
        lines = log.read_text(encoding="utf-8").splitlines() if log is not None and log.exists() else []
        events = tuple(json.loads(line) for line in lines if line.strip())
        result = Result(arguments, done.returncode, done.stdout, done.stderr, events, took)
        self.results.append(result)
        return result

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        program = shutil.which("pulumi", path=self.session.engine)
        assert program is not None, f"no pulumi in {self.session.engine}"
        return [program, "--non-interactive", "--color", "never", *arguments]

    def _settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = yaml.safe_load((self.folder / "Pulumi.yaml").read_text(encoding="utf-8"))
        return settings

    def _provide_virtualenv(self) -> None:
        """Put the tests' environment where the project says that its own lies; today's Python host insists on it."""
        runtime = self._settings()["runtime"]
        name = runtime.get("options", {}).get("virtualenv") if isinstance(runtime, dict) else None
        if name is not None and not os.path.lexists(self.folder / name):
            (self.folder / name).symlink_to(sys.prefix, target_is_directory=True)

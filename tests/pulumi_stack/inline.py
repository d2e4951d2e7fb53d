"""Runs programs in the tests' own process, as the Automation API does."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pulumi
from pulumi import automation
from pulumi.automation._server import LanguageServer
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import language_pb2_grpc

from pulumi_stack.session import PulumiSession

_SDK = str(Path(pulumi.__file__).parent)

# In one process gRPC's channels share their connections, by port. An engine's port may be one that an engine before it
# had, and the SDK closes no channel: the new program would be told at once that its engine can't be reached.
_GRPC_CHANNEL_OPTIONS.append(("grpc.use_local_subchannel_pool", 1))


@dataclass(frozen=True)
class InlineResult:
    """What an update of an inline program did.

    Attributes:
        returncode: 0, or the engine's exit code.
        output: all that the engine printed, without colors.
        outputs: the stack's outputs, secret ones in the clear.
        secret_outputs: the names of those that are secret.
        changes: how many resources were created, updated, left the same, …
    """

    returncode: int
    output: str
    outputs: dict[str, Any]
    secret_outputs: frozenset[str]
    changes: dict[str, int]

    @property
    def ok(self) -> bool:
        """Whether the update succeeded."""
        return self.returncode == 0


@contextmanager
def inline_program(file: Path) -> Iterator[tuple[str, ...]]:
    """Serve a program's file to one command of the CLI as the Automation API serves an inline program.

    The options that it gives the CLI for that come back. The SDK's own `Stack.up` is not called, since it asks the CLI
    for outputs and history after each command. An operation by the CLI takes some two CPU-seconds, of which this saves
    a third: Pulumi's Python host, its `pip list`, and a Python for the program. The provider's process, which is what
    the tests look at, is the same in both.
    """

    def run() -> None:
        code = compile(file.read_text(encoding="utf-8"), str(file), "exec")
        exec(code, {"__name__": "__main__", "__file__": str(file)})  # noqa: S102 - a program of the tests

    with ThreadPoolExecutor(max_workers=4) as threads, _unfinished_programs_forgotten():
        server = grpc.server(threads)
        language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageServer(run), server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            yield f"--client=127.0.0.1:{port}", "--exec-kind", "auto.inline"
        finally:
            server.stop(grace=None).wait()


@contextmanager
def _unfinished_programs_forgotten() -> Iterator[None]:
    """Leave nothing of a program that the engine breaks off to pytest, which would blame a later test for it.

    The SDK stops such a program's loop within its own coroutine, which Python complains of when it is collected.
    """
    before = sys.unraisablehook

    def hook(unraisable: sys.UnraisableHookArgs) -> None:
        code = getattr(unraisable.object, "cr_code", None)
        if code is None or not code.co_filename.startswith(_SDK):
            before(unraisable)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        gc.collect()
        sys.unraisablehook = before


def inline_stack(
    program: Callable[[], None],
    workspace: Path,
    session: PulumiSession,
    *,
    name: str = "dev",
    project: str = "trial",
    config: Mapping[str, automation.ConfigValue] | None = None,
) -> automation.Stack:
    """The stack of an inline program, made where it is not there yet; for what `inline_up` does not do."""
    root = session.folder / "cli"
    root.mkdir(parents=True, exist_ok=True)
    # The SDK asks for a folder that has the CLI in `bin`; the user's may have another name.
    if not (root / "bin").exists():
        (root / "bin").symlink_to(session.engine.split(os.pathsep)[0], target_is_directory=True)
    environment = session.environment(workspace / "backend")
    stack = automation.create_or_select_stack(
        stack_name=name,
        project_name=project,
        program=program,
        opts=automation.LocalWorkspaceOptions(
            work_dir=str(_made(workspace / "inline")),
            pulumi_home=str(session.pulumi_home),
            env_vars=environment,
            pulumi_command=automation.PulumiCommand(root=str(root)),
            project_settings=automation.ProjectSettings(
                name=project,
                runtime="python",
                backend=automation.ProjectBackend(url=environment["PULUMI_BACKEND_URL"]),
            ),
        ),
    )
    if config:
        stack.set_all_config(dict(config))
    return stack


def inline_up(
    program: Callable[[], None],
    workspace: Path,
    session: PulumiSession,
    *,
    name: str = "dev",
    project: str = "trial",
    config: Mapping[str, automation.ConfigValue] | None = None,
) -> InlineResult:
    """Run `up` of an inline program; a second call with the same workspace is a second update of the same stack."""
    stack = inline_stack(program, workspace, session, name=name, project=project, config=config)
    lines: list[str] = []
    try:
        done = stack.up(color="never", on_output=lines.append, on_error=lines.append)
    except automation.CommandError as error:
        outputs = stack.outputs()
        returncode, changes = 1, {}
        lines.append(str(error))
    else:
        outputs, returncode = done.outputs, 0
        changes = {str(kind): count for kind, count in (done.summary.resource_changes or {}).items()}
    return InlineResult(
        returncode=returncode,
        output="\n".join(lines),
        outputs={key: output.value for key, output in outputs.items()},
        secret_outputs=frozenset(key for key, output in outputs.items() if output.secret),
        changes=changes,
    )


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder

"""The native plugin in the tests: started by hand and called by raw gRPC, or named by a project for the engine."""

from __future__ import annotations

import concurrent.futures
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, provider_pb2_grpc
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.session import source_path
from pulumi_stack.stack import Stack

MODULE = "pulumi_smtp_collab.provider.native.server"
TYPE = "smtp-collab:index:SmtpCollaborationProvider"
TEXT_TYPE = "smtp-collab:index:EncryptedText"
SECONDS = 60
GIVEN = {"host": "localhost", "fromAddress": "ci@example.test"}


def urn(name: str = "mail", kind: str = TYPE) -> str:
    """Return the URN of a resource."""
    return f"urn:pulumi:dev::trial::{kind}::{name}"


def struct(values: Mapping[str, Any]) -> Struct:
    """Return the Struct of plain values, as protobuf makes it."""
    made = Struct()
    made.update(dict(values))
    return made


class EngineLog(engine_pb2_grpc.EngineServicer):
    """What a plugin tells the engine.

    Attributes:
        told: The messages, in their order.
    """

    def __init__(self) -> None:
        self.told: list[engine_pb2.LogRequest] = []

    def Log(self, request: engine_pb2.LogRequest, _context: Any) -> Empty:  # noqa: N802 - the protocol's name
        """Take a message."""
        self.told.append(request)
        return Empty()


@contextmanager
def engine_log() -> Iterator[tuple[EngineLog, str]]:
    """Serve an engine's log, and give it with its address."""
    log, server = EngineLog(), grpc.server(concurrent.futures.ThreadPoolExecutor(2))
    engine_pb2_grpc.add_EngineServicer_to_server(log, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield log, f"127.0.0.1:{port}"
    finally:
        server.stop(None)


class Plugin:
    """A plugin that runs, and the stub that calls it.

    Attributes:
        process: The process.
        stub: Calls it.
    """

    def __init__(self, process: subprocess.Popen[str], port: str) -> None:
        self.process = process
        options = [("grpc.max_receive_message_length", -1)]
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=options)
        self.stub = provider_pb2_grpc.ResourceProviderStub(self.channel)

    def configure(self, **settings: Any) -> Plugin:
        """Configure it, as the engine does."""
        self.stub.Configure(provider_pb2.ConfigureRequest(args=struct(settings)), timeout=SECONDS)
        return self

    def check(self, given: Mapping[str, Any], resource: str | None = None) -> provider_pb2.CheckResponse:
        """Check the arguments of a resource."""
        request = provider_pb2.CheckRequest(urn=resource or urn(), news=struct(given))
        answer: provider_pb2.CheckResponse = self.stub.Check(request, timeout=SECONDS)
        return answer

    def create(self, given: Mapping[str, Any], **options: Any) -> provider_pb2.CreateResponse:
        """Check and create a resource."""
        checked = self.check(given)
        assert not checked.failures, checked.failures
        request = provider_pb2.CreateRequest(urn=urn(), properties=checked.inputs, **options)
        answer: provider_pb2.CreateResponse = self.stub.Create(request, timeout=SECONDS)
        return answer


def call(running: Plugin, method: str, request: Any) -> Any:
    """Call a method; of a stream, take all."""
    answer = getattr(running.stub, method)(request, timeout=30)
    return list(answer) if method == "List" else answer


def refusal(running: Plugin, method: str, request: Any) -> tuple[grpc.StatusCode, str | None]:
    """Return with what code and words a call is refused."""
    with pytest.raises(grpc.RpcError) as error:
        call(running, method, request)
    return error.value.code(), error.value.details()


@contextmanager
def plugin(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Iterator[Plugin]:
    """Start a plugin as the engine does: its standard input is a pipe, its port is on standard output."""
    variables = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(folder or Path.cwd()), **(environment or {})}
    variables |= {"PYTHONPATH": source_path()} if source_path() else {}
    command = [sys.executable, "-m", MODULE]
    with subprocess.Popen(
        command,
        env=variables,
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            assert port.isdigit(), process.stderr.read() if process.stderr else ""
            running = Plugin(process, port)
            yield running
            running.channel.close()
        finally:
            process.kill()


def executable(folder: Path) -> Path:
    """Write the plugin's program into a folder, as `pip install` does, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "pulumi-resource-smtp-collab"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {MODULE} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return folder


def with_plugin(stack: Stack) -> Stack:
    """Name the plugin in a stack's project, so that the engine takes it from there."""
    file = stack.folder / "Pulumi.yaml"
    project = yaml.safe_load(file.read_text(encoding="utf-8"))
    place = executable(stack.workspace / "plugin")
    project["plugins"] = {"providers": [{"name": "smtp-collab", "path": str(place)}]}
    file.write_text(yaml.safe_dump(project, sort_keys=False), encoding="utf-8")
    return stack


def yaml_stack(make_stack: MakeStack, folder: Path, resources: Mapping[str, Any], **more: Any) -> Stack:
    """Return a stack of a YAML program with these resources."""
    project = {"name": "trial", "runtime": "yaml", **more, "resources": dict(resources)}
    folder.mkdir(exist_ok=True)
    # Through JSON: the host knows no aliases, which the same value in two places would become.
    text = yaml.safe_dump(json.loads(json.dumps(project)), sort_keys=False)
    (folder / "Pulumi.yaml").write_text(text, encoding="utf-8")
    return with_plugin(make_stack(folder))


def provider(**properties: Any) -> dict[str, Any]:
    """Return a provider as a YAML program declares it."""
    options = properties.pop("options", None)
    declared = {
        "type": "smtp-collab:SmtpCollaborationProvider",
        "properties": {"fromAddress": "ci@example.test", **properties},
    }
    return {**declared, "options": options} if options else declared

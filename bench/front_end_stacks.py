"""The stacks of the front ends' bench: the same providers by each front end, and the peer's test of the same server."""

from __future__ import annotations

import json
import shlex
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from clients import EHLO_NAME, SENDER, why_no_swaks
from far_server import PASSWORD, USERNAME
from native_plugin import executable
from pulumi_stack.session import PulumiSession
from pulumi_stack.stack import Stack

from pulumi_smtp_collab.model.wire_names import wire_name

_ROOT = Path(__file__).resolve().parent.parent
PLUGIN = "pulumi-resource-smtp-collab"
PEER_PLUGIN = "pulumi-resource-command"

DYNAMIC, NATIVE, NATIVE_YAML = "dynamic, Python", "native, Python", "native, YAML"
PEER = "pulumi-command with swaks, YAML"
OURS = (DYNAMIC, NATIVE, NATIVE_YAML)


@dataclass(frozen=True)
class Server:
    """The server that is tested: it answers at once or after a while, has STARTTLS and takes one login."""

    port: int
    ca_file: str


@dataclass(frozen=True)
class FrontEnds:
    """Where stacks are made.

    Attributes:
        folder: an empty folder.
        session: the engine.
        plugin: the folder of our plugin's program.
        peer: the folder of the peer's, where it is on this machine.
    """

    folder: Path
    session: PulumiSession
    plugin: Path
    peer: Path | None

    def stack(self, kind: str, count: int, server: Server, label: str = "", tests_at_once: int | None = None) -> Stack:
        """Make a stack with so many providers by a front end, or as many tests by the peer; nothing is up yet.

        Args:
            kind: the front end.
            count: how many providers.
            server: what they are tested against.
            label: tells this stack from others of the same kind and count.
            tests_at_once: the stack's setting of that name.
        """
        name = f"{kind} {count} {label}".strip().replace(",", "").replace(" ", "-")
        environment = {
            "PYTHONPATH": str(_ROOT),
            "PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"),
            # The machine trusts the server's CA, as it does that of most relays: no program carries it.
            "SSL_CERT_FILE": server.ca_file,
        }
        if kind in {DYNAMIC, NATIVE}:
            program: str | Path = _python(kind, count, server)
        else:
            program = self.folder / f"{name}-program"
            program.mkdir()
            resources = {f"mail-{number}": _yaml(kind, server) for number in range(count)}
            project = {"name": "trial", "runtime": "yaml", "resources": resources}
            # Through JSON: the host knows no aliases, which the same text in two places would become.
            text = yaml.safe_dump(json.loads(json.dumps(project)), sort_keys=False)
            (program / "Pulumi.yaml").write_text(text, encoding="utf-8")
        stack = Stack(program, self.folder / name, self.session, environment=environment)
        if tests_at_once is not None:
            stack.config_set("smtp-collab:testsAtOnce", str(tests_at_once))
        return stack if kind == DYNAMIC else self._with_plugins(stack)

    def _with_plugins(self, stack: Stack) -> Stack:
        file = stack.folder / "Pulumi.yaml"
        project = yaml.safe_load(file.read_text(encoding="utf-8"))
        providers = [{"name": "smtp-collab", "path": str(self.plugin)}]
        providers += [{"name": "command", "path": str(self.peer)}] if self.peer else []
        file.write_text(yaml.safe_dump({**project, "plugins": {"providers": providers}}), encoding="utf-8")
        return stack


def _arguments(server: Server) -> Mapping[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": server.port,
        "start_tls": True,
        "from_address": SENDER,
        "username": USERNAME,
        "password": PASSWORD,
        "ehlo_name": EHLO_NAME,
        "connectivity_test": {"depth": "sender"},
    }


def _python(kind: str, count: int, server: Server) -> str:
    module = "pulumi_smtp_collab" if kind == DYNAMIC else "pulumi_smtp_collab.native"
    return (
        f"from {module} import SmtpCollaborationProvider\n"
        f"arguments = {dict(_arguments(server))!r}\n"
        f"for n in range({count}):\n    SmtpCollaborationProvider(f'mail-{{n}}', **arguments)\n"
    )


def _yaml(kind: str, server: Server) -> dict[str, Any]:
    if kind == PEER:
        command = ["swaks", "--server", "127.0.0.1", "--port", str(server.port), "--helo", EHLO_NAME, "--from", SENDER]
        command += ["--to", SENDER, "--quit-after", "MAIL", "--hide-all", "--auth", "PLAIN", "--auth-user", USERNAME]
        command += ["--auth-password", PASSWORD, "--tls", "--tls-verify", "--tls-ca-path", server.ca_file]
        return {"type": "command:local:Command", "properties": {"create": shlex.join(command)}}
    properties = {wire_name(name): value for name, value in _arguments(server).items()}
    properties["password"] = {"fn::secret": PASSWORD}
    return {"type": "smtp-collab:SmtpCollaborationProvider", "properties": properties}


def our_plugin(folder: Path) -> tuple[Path, str]:
    """Return the folder of the plugin's program and what it is: what `make plugin` built, or this environment's."""
    for archive in sorted((_ROOT / "dist").glob(f"{PLUGIN}-*.tar.gz")):
        target = folder / "archive"
        with tarfile.open(archive) as packed:
            packed.extractall(target, filter="data")
        return target, "the program that `make plugin` builds"
    return executable(folder / "plugin"), "Python, as `pip install` puts it"


def peer_plugin() -> tuple[Path | None, str]:
    """Return the folder of the peer's plugin, and why there is none: it is looked for on PATH."""
    found = shutil.which(PEER_PLUGIN)
    why = why_no_swaks() or ("" if found else f"there is no {PEER_PLUGIN} on PATH")
    if why:
        return None, f"The peer, pulumi-command with swaks, was left out: {why}."
    return Path(str(found)).resolve().parent, ""

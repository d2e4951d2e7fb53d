"""The same program in five languages, on the real engine: Python by both front ends, YAML, TypeScript and Go."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from command_line_runs import smtp_collab
from languages import EXAMPLES, PROGRAMS, built_go, built_typescript, make_sdks, node, run, with_node
from mailservers import Authority, MailServer
from native_plugin import with_plugin
from programs import KIND
from pulumi_stack import PulumiSession, Stack, secret_forms
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.processes import run_limited

from pulumi_smtp_collab._version import __version__

# One worker installs and compiles, for all.
pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("languages")]

PASSWORD = "correct-horse-canary/ü+5"
SECONDS = 1800
"""Of which installing and compiling may take the most, where nothing was kept yet."""
OF_THE_RUN = {"checkedAt", "durationMs"}
"""Outputs that differ from one test of the same server to the next."""


@pytest.fixture(scope="module")
def server(authority: Authority) -> Iterator[MailServer]:
    """A server with STARTTLS and a login."""
    with MailServer("starttls", authority.server_context("localhost"), credentials={"user": PASSWORD}) as running:
        yield running


@pytest.fixture(scope="module")
def cache(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that outlives the session; a passing one where pytest is told to keep none."""
    kept = getattr(request.config, "cache", None)
    return Path(kept.mkdir("languages")) if kept is not None else tmp_path_factory.mktemp("languages")


@pytest.fixture(scope="module")
def sdks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SDKs of schema.json."""
    return make_sdks(tmp_path_factory.mktemp("generated") / "sdks")


@pytest.fixture(scope="module")
def typescript(sdks: Path, cache: Path) -> Path:
    """The folder of the compiled TypeScript example."""
    return built_typescript(sdks, cache)


@pytest.fixture(scope="module")
def go(sdks: Path, cache: Path) -> Path:
    """The program that brings up a stack of the Go example."""
    return built_go(sdks, cache)


def configured(stack: Stack, authority: Authority, server: MailServer) -> Stack:
    """Configure a quickstart, as its README says; the YAML one gets its CA in its properties."""
    plain = {"smtpHost": "localhost", "smtpPort": str(server.port), "smtpUsername": "user"}
    plain |= {"fromAddress": "ci@example.test"}
    file = stack.folder / "Pulumi.yaml"
    project = yaml.safe_load(file.read_text(encoding="utf-8"))
    if "resources" in project:
        project["resources"]["deployment-mail"]["properties"]["caCertificates"] = authority.pem
        file.write_text(yaml.safe_dump(project, sort_keys=False), encoding="utf-8")
    else:
        plain["caCertificates"] = authority.pem
    stack.config_set_all(plain, {"smtpPassword": PASSWORD})
    return stack


def steady(value: Any) -> Any:
    """Return outputs without what differs from one test of the same server to the next."""
    if isinstance(value, Mapping):
        return {name: steady(each) for name, each in value.items() if name not in OF_THE_RUN}
    return [steady(each) for each in value] if isinstance(value, list) else value


def outputs_of_the_resource(stack: Stack) -> dict[str, Any]:
    """Return all that the provider's state holds as outputs, secrets in the clear."""
    (resource,) = stack.decrypted_resources(KIND)
    outputs: dict[str, Any] = steady(resource["outputs"])
    return {name: each for name, each in outputs.items() if not name.startswith("__")}


@pytest.fixture(scope="module")
def dynamic(
    pulumi_session: PulumiSession,
    tmp_path_factory: pytest.TempPathFactory,
    authority: Authority,
    server: MailServer,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The outputs of the first quickstart, which runs by the dynamic resource, and those of its resource."""
    stack = Stack(EXAMPLES / "quickstart-python", tmp_path_factory.mktemp("dynamic"), pulumi_session)
    configured(stack, authority, server).up().succeeded()
    return stack.outputs(), outputs_of_the_resource(stack)


def same_as(dynamic: tuple[dict[str, Any], dict[str, Any]], stack: Stack) -> None:
    """Assert that a quickstart has the outputs of the first one, its resource too, and shows the password nowhere."""
    outputs, of_resource = dynamic
    found = stack.outputs()
    # YAML has no way to take one property of each item of a list.
    assert found == {name: each for name, each in outputs.items() if name in found}
    assert found.keys() >= {"server", "status", "tls"}
    assert outputs_of_the_resource(stack) == of_resource
    assert not stack.leaks(secret_forms(PASSWORD))


@pytest.mark.parametrize("language", ["python-native", "yaml"])
def test_python_and_yaml_give_the_outputs_of_the_dynamic_resource(
    make_stack: MakeStack,
    authority: Authority,
    server: MailServer,
    dynamic: tuple[dict[str, Any], dict[str, Any]],
    language: str,
) -> None:
    """The quickstart by the plugin, from Python and YAML, is the quickstart by the dynamic resource."""
    stack = with_plugin(make_stack(EXAMPLES / f"quickstart-{language}"))
    configured(stack, authority, server).up().succeeded()
    same_as(dynamic, stack)


@pytest.mark.golang
@pytest.mark.nodejs
@pytest.mark.timeout(SECONDS)
def test_typescript_gives_the_outputs_of_the_dynamic_resource(
    make_stack: MakeStack,
    authority: Authority,
    server: MailServer,
    dynamic: tuple[dict[str, Any], dict[str, Any]],
    typescript: Path,
) -> None:
    """The TypeScript quickstart compiles with the generated SDK and has the same outputs; a second up is empty."""
    stack = configured(with_plugin(make_stack(EXAMPLES / "quickstart-typescript")), authority, server)
    (stack.folder / "node_modules").symlink_to(typescript / "node_modules")
    (stack.folder / "bin").symlink_to(typescript / "bin")
    (stack.folder / "inline.js").write_bytes((PROGRAMS / "inline.js").read_bytes())
    there = node()
    assert there is not None
    environment = with_node(stack.environment, there)
    logins = len(server.logins)
    for changes in ("some", "none"):
        command = ["node", "inline.js", stack.project, changes]
        done = run_limited(command, folder=stack.folder, environment=environment, seconds=120)
        assert done.returncode == 0, done.stdout + done.stderr
    assert len(server.logins) == logins + 1
    same_as(dynamic, stack)
    assert stack.outputs() == dynamic[0]


@pytest.mark.golang
@pytest.mark.timeout(SECONDS)
def test_go_gives_the_outputs_of_the_dynamic_resource(
    make_stack: MakeStack,
    authority: Authority,
    server: MailServer,
    dynamic: tuple[dict[str, Any], dict[str, Any]],
    go: Path,
) -> None:
    """The Go quickstart compiles with the generated SDK and has the same outputs; a second up is empty."""
    stack = configured(with_plugin(make_stack(EXAMPLES / "quickstart-go")), authority, server)
    logins = len(server.logins)
    for changes in ("some", "none"):
        environment = {**stack.environment, "PROJECT": stack.project, "CHANGES": changes}
        done = run_limited([str(go)], folder=stack.folder, environment=environment, seconds=120)
        assert done.returncode == 0, done.stdout + done.stderr
    assert len(server.logins) == logins + 1
    same_as(dynamic, stack)
    assert stack.outputs() == dynamic[0]


@pytest.mark.golang
def test_the_sdks_of_the_other_languages_are_whole(sdks: Path) -> None:
    """Python's compiles and has a name of its own; that of .NET is a project of this version, by us, with no icon."""
    packages = {path.parent.name for path in (sdks / "python").glob("*/__init__.py")}
    assert packages == {"pulumi_smtp_collab_sdk"}
    for file in (sdks / "python").rglob("*.py"):
        compile(file.read_text(encoding="utf-8"), str(file), "exec")
    (project,) = (sdks / "dotnet").glob("*.csproj")
    described = dict(re.findall(r"<(\w+)>([^<]*)</", project.read_text(encoding="utf-8")))
    assert described["Version"] == __version__
    assert described["Authors"] == "pulumi-smtp-collab"
    assert "PackageIcon" not in described
    resources = {file.name for file in (sdks / "dotnet").glob("*.cs")}
    assert resources >= {"SmtpCollaborationProvider.cs", "EncryptedText.cs", "TestConnectivity.cs", "Provider.cs"}


@pytest.mark.golang
def test_what_init_writes_compiles(typescript: Path, authority: Authority, server: MailServer, tmp_path: Path) -> None:
    """A project of `smtp-collab init --language typescript` has no fault of types, by its own strict settings."""
    new = tmp_path / "mail"
    given = ("--from", "ci@example.test", "--username", "user", "--password-stdin", "--deadline", "30")
    done = smtp_collab(
        "init", f"localhost:{server.port}", "--ca", str(authority.pem_path), *given,
        "--language", "typescript", "--new", str(new), stdin=f"{PASSWORD}\n",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (new / "node_modules").symlink_to(typescript / "node_modules")
    there = node()
    assert there is not None, "it has compiled the example"
    run(["node_modules/.bin/tsc", "--noEmit"], new, with_node(os.environ, there))

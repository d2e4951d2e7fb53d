"""What a user installs: the wheel holds the package, and it alone runs the quickstart."""

from __future__ import annotations

import ast
import email
import json
import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from mailservers import Authority, MailServer
from programs import KIND, declaration, program
from pulumi_stack import PulumiSession, Stack, secret_forms
from pulumi_stack.processes import run_limited
from pulumi_stack.session import PROJECT_FOLDER, SYSTEM_PATH, user_environment

import pulumi_smtp_collab

# One worker builds the wheel and makes the virtualenv, for all.
pytestmark = pytest.mark.xdist_group("wheel")

PACKAGE = PROJECT_FOLDER / "pulumi_smtp_collab"
QUICKSTART = PROJECT_FOLDER / "examples" / "quickstart-python"
DISTRIBUTIONS = {
    "charset_normalizer": "charset-normalizer",
    "typing_extensions": "typing-extensions",
    "yaml": "pyyaml",
    "rich_click": "rich-click",
}  # where a module has another name
PASSWORD = "Kanarienvogel-7431/geheim+7"


def run(*command: str | Path, folder: Path) -> str:
    """Run a program that has to succeed, without what the environment says of Python's paths, and return its output."""
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def package_files(folder: Path) -> dict[str, bytes]:
    """Return the files of a package folder, compiled ones left out, by their path below the folder that holds it.

    The schema, which the plugin serves, lies at the root of the sources and in the package where it is installed.
    """
    files = {
        str(path.relative_to(folder.parent)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    if folder == PACKAGE:
        files["pulumi_smtp_collab/schema.json"] = (folder.parent / "schema.json").read_bytes()
    return files


def imported_from_others() -> set[str]:
    """Return the distributions that the package imports."""
    names: set[str] = set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(node.module or "")
    others = {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) - {"pulumi_smtp_collab"}
    # pydantic_core comes with pydantic, which pins it; protobuf and gRPC with pulumi, which speaks them.
    return {DISTRIBUTIONS.get(name, name) for name in others - {"pydantic_core", "google", "grpc"}}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution, built of the source tree."""
    folder = tmp_path_factory.mktemp("dist")
    build = (sys.executable, "-m", "build", "--no-isolation", "--wheel", "--sdist", "--outdir", folder)
    run(*build, PROJECT_FOLDER, folder=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """The wheel."""
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def fresh_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new virtualenv in which the wheel, and what it asks for, is all that is installed.

    Of what it asks for, the versions that the tests run with are taken: they were fetched before.
    """
    folder = tmp_path_factory.mktemp("user")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    known = {each.metadata["Name"]: each.version for each in metadata.distributions()}
    known.pop("pulumi-smtp-collab", None)
    constraints = folder / "constraints.txt"
    constraints.write_text("".join(f"{name}=={version}\n" for name, version in known.items()), "utf-8")
    run(python, "-m", "pip", "install", "--quiet", "--constraint", constraints, wheel, folder=folder)
    return python


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    """Every file of the package, the mark that it is typed among them; no tests, no tools, no compiled files."""
    with zipfile.ZipFile(wheel) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    version = pulumi_smtp_collab.__version__
    about = f"pulumi_smtp_collab-{version}.dist-info"
    ours = package_files(PACKAGE)
    assert "pulumi_smtp_collab/py.typed" in ours
    assert json.loads(ours["pulumi_smtp_collab/pulumi-plugin.json"]) == {"resource": False}
    assert {name: content for name, content in held.items() if not name.startswith(about)} == ours
    assert {name.removeprefix(f"{about}/") for name in held if name.startswith(about)} == {
        "METADATA",
        "WHEEL",
        "RECORD",
        "entry_points.txt",
        "licenses/LICENSE",
    }
    described = email.message_from_bytes(held[f"{about}/METADATA"])
    assert described["Name"] == "pulumi-smtp-collab"
    assert described["Version"] == version
    assert described["Requires-Python"] == ">=3.10"
    assert described["License-Expression"] == "Apache-2.0"
    requirements = described.get_all("Requires-Dist", [])
    extra = {re.split("[<>=;]", each)[0] for each in requirements if "extra ==" in each}
    needed = {re.split("[<>=;]", each)[0] for each in requirements if "extra ==" not in each}
    assert needed == imported_from_others() - extra, "what is imported is asked for, and nothing else is"


def test_the_source_distribution_holds_what_belongs_to_the_package(built: Path) -> None:
    """Besides the package: the schema, the pages that describe it, the licence, and what builds it."""
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    beside = {name for name in held if not name.startswith("pulumi_smtp_collab/")}
    assert held - beside == set(package_files(PACKAGE)) - {"pulumi_smtp_collab/schema.json"}, "it lies at the root"
    assert beside - {".gitignore"} == {
        "CHANGELOG.md",
        "LICENSE",
        "PKG-INFO",
        "README.md",
        "pyproject.toml",
        "schema.json",
    }


@pytest.mark.engine
def test_the_wheel_alone_runs_the_quickstart(fresh_python: Path, pulumi_session: PulumiSession, tmp_path: Path) -> None:
    """In an environment with nothing but the wheel, the example is tested, saved, unchanged and destroyed."""
    home = fresh_python.parent
    path = os.pathsep.join([str(home), pulumi_session.engine, *SYSTEM_PATH])
    environment = {"PATH": path, "PYTHONPATH": ""}
    with (
        Authority() as authority,
        MailServer("starttls", authority.server_context("localhost"), credentials={"user": PASSWORD}) as server,
    ):
        stack = Stack(QUICKSTART, tmp_path, pulumi_session, environment=environment)
        (stack.folder / ".venv").unlink()
        (stack.folder / ".venv").symlink_to(home.parent, target_is_directory=True)
        main = stack.folder / "__main__.py"
        where = '\nimport pulumi_smtp_collab\npulumi.export("imported", pulumi_smtp_collab.__file__)\n'
        main.write_text(main.read_text("utf-8") + where, "utf-8")
        stack.config_set_all(
            {
                "smtpHost": "localhost",
                "smtpPort": str(server.port),
                "fromAddress": "ci@example.test",
                "smtpUsername": "user",
                "caCertificates": authority.pem,
            },
            {"smtpPassword": PASSWORD},
        )
        stack.up().succeeded()
        assert server.logins == [("user", True)]
        outputs = stack.outputs()
        assert outputs["status"] == "passed"
        assert Path(outputs["imported"]).is_relative_to(home.parent)
        (resource,) = stack.resources(KIND)
        assert resource["outputs"]["lastVerification"]["testedFrom"]["version"] == pulumi_smtp_collab.__version__
        stack.up("--expect-no-changes").succeeded()
        stack.destroy().succeeded()
        assert stack.leaks(secret_forms(PASSWORD, "user")) == []


@pytest.mark.engine
def test_a_user_s_pulumi_looks_for_no_plugin(fresh_python: Path, engine_bin: str, tmp_path: Path) -> None:
    """With nothing set that a user has not, neither preview nor up looks for a plugin of the package's name.

    The name begins with `pulumi-`, so Pulumi would take the package for the SDK of a plugin and look for that, on the
    network in the end, if the package's `pulumi-plugin.json` didn't say that there is none.
    """
    project = tmp_path / "project"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: trial\nruntime: python\n", "utf-8")
    off = declaration("mail", host="localhost", from_address="ci@example.test", connectivity_test={"mode": "off"})
    (project / "__main__.py").write_text(program(off), "utf-8")
    (tmp_path / "backend").mkdir()
    user = user_environment(tmp_path, [engine_bin], fresh_python)

    def pulumi(*command: str, **further: str) -> str:
        done = run_limited(["pulumi", *command], folder=project, environment=user | further, seconds=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stderr

    def looked_for(log: str) -> list[str]:
        assert "GetPluginPath(language, python" in log, "the log shows what is looked for"
        return [line for line in log.splitlines() if "(resource, smtp-collab" in line or "plugin smtp-collab" in line]

    talkative = ("-v=9", "--logtostderr")
    pulumi("login", (tmp_path / "backend").as_uri())
    pulumi("stack", "init", "dev")
    assert looked_for(pulumi("preview", *talkative)) == []
    assert looked_for(pulumi("up", "--yes", *talkative)) == []

    (said,) = fresh_python.parents[1].glob("lib/python*/site-packages/pulumi_smtp_collab/pulumi-plugin.json")
    content = said.read_text("utf-8")
    try:
        said.unlink()
        # What is looked for shows in the log all the same; only the network is not asked.
        log = pulumi("preview", *talkative, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION="true")
        assert looked_for(log), "without the file it is looked for, and this test sees it"
    finally:
        said.write_text(content, "utf-8")


def test_the_wheel_is_of_use_without_pulumi(fresh_python: Path, tmp_path: Path) -> None:
    """The test of a server runs in the fresh environment too, and a type checker is told that the package is typed."""
    with MailServer() as server:
        code = (
            "from pathlib import Path\n"
            "import sys, pulumi_smtp_collab\n"
            "from pulumi_smtp_collab import SmtpSettings, run_connectivity_test\n"
            f"settings = SmtpSettings(host='127.0.0.1', port={server.port}, from_address='ci@example.test')\n"
            "report = run_connectivity_test(settings)\n"
            "typed = (Path(pulumi_smtp_collab.__file__).parent / 'py.typed').exists()\n"
            "print(report.passed, typed, 'pulumi' in sys.modules)\n"
        )
        assert run(fresh_python, "-c", code, folder=tmp_path).split() == ["True", "True", "False"]


def test_an_installed_package_is_the_one_that_is_tested() -> None:
    """Where the wheel is installed, as `make test` and CI do, the tests import it and not the source tree beside it."""
    imported = Path(pulumi_smtp_collab.__file__).parent
    try:
        installed = metadata.distribution("pulumi-smtp-collab")
    except metadata.PackageNotFoundError:
        assert imported == PACKAGE
        return
    if '"editable"' in (installed.read_text("direct_url.json") or ""):
        assert imported == PACKAGE
        return
    assert imported != PACKAGE, "run `pytest`: `python -m pytest` puts the source tree before what is installed"
    assert imported == Path(str(installed.locate_file("pulumi_smtp_collab")))
    assert package_files(imported) == package_files(PACKAGE), "the installed wheel is an old one: run `make install`"

"""Programs type-check as their authors check them: mypy, strict and without a plugin of ours, and pyright."""

from __future__ import annotations

import ast
import inspect
import json
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pulumi_smtp_collab
from pulumi_smtp_collab import SmtpSettings, UsageScope, UsageScopeEntry
from pulumi_smtp_collab.resources.generated import arguments

# One worker has them all: mypy reads the dependencies once.
pytestmark = pytest.mark.xdist_group("mypy")

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "docs/_index.md", "docs/diagnoses.md")
_SNIPPET = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)

PASSED_ON = """
from typing import Literal

import pulumi
from typing_extensions import assert_type

from pulumi_smtp_collab import (
    ConnectivityTest,
    EncryptedText,
    SmtpCollaborationProvider,
    SmtpCollaborationProviderArgs,
    SmtpSettings,
    UsageScope,
    UsageScopeEntry,
)
from pulumi_smtp_collab.outputs import Verification

config = pulumi.Config()
text = EncryptedText("text", value=config.require_secret("password"), tags={"team": config.require("team")})
first = SmtpCollaborationProvider("first", host="a.example", from_address="a@example.com", password=text)
second = SmtpCollaborationProvider(
    "second",
    display_name=first.display_name,
    host=first.host,
    ssl=first.ssl,
    start_tls=first.start_tls,
    port=first.port,
    from_address=first.from_address,
    username=first.username,
    password=first.password,
    ca_certificates=first.ca_certificates,
    tls_server_name=first.tls_server_name,
    ehlo_name=first.ehlo_name,
    allow_plaintext_login=first.allow_plaintext_login,
    password_reference=text.reference,
    connectivity_test=first.connectivity_test,
    delegate_selectors=first.delegate_selectors,
    target=first.target,
)
EncryptedText("again", value=text.value, usage_scope=text.usage_scope, tags=text.tags, target=text.target)
depth = pulumi.Output.from_input(config.get("depth"))
SmtpCollaborationProvider(
    "third",
    SmtpCollaborationProviderArgs(
        host=config.require("host"),
        from_address=config.get("from") or "a@example.com",
        username=config.get("username"),
        password=config.get_secret("password"),
        connectivity_test={"depth": depth, "recipient": first.from_address},
        delegate_selectors=["linux", first.host],
        target={"kind": pulumi.Output.from_input(config.get("target"))},
    ),
)
verification: pulumi.Output[Verification] = first.last_verification
assert_type(first.last_verification.status, pulumi.Output[Literal["passed", "failed", "notTested"]])
assert_type(first.last_verification.checked_at, pulumi.Output[str | None])
assert_type(first.tls_mode, pulumi.Output[Literal["none", "starttls", "implicit"]])
assert_type(first.saved_in.target, pulumi.Output[Literal["state", "harness", "harness-firstgen"]])
assert_type(first.connectivity_test.mode, pulumi.Output[Literal["enforce", "warn", "off"]])
settings = SmtpSettings(host="a.example", from_address="a@example.com", username="a", password="text")
again = SmtpSettings(host="a.example", from_address="a@example.com", username="a", password=settings.password)
test = ConnectivityTest()
ids: list[str] = ["one"]
scope = UsageScope(entries=[UsageScopeEntry(applications=ids, environment_types=["PROD"])])
"""


WRONG = {
    "P('m', host='h', from_address='a@example.com', starttls=True)": "starttls",
    "P('m', host='h', from_address='a@example.com', port='25')": 'Argument "port"',
    "P('m', host='h', from_address='a@example.com', connectivity_test=Test())": 'Argument "connectivity_test"',
    "SmtpSettings(host='h', from_address='a@example.com', password=5)": "arg-type",
    "SmtpSettings(host='h')": "from_address",
    "UsageScopeEntry(applications=5)": "arg-type",
    "P('m', host='h', from_address='a@example.com').last_verification.apply(lambda it: it.nothing)": "nothing",
}
MISTAKES = {
    "connectivity_test={'depth': 'full'}": "connectivity_test",
    "connectivity_test=ConnectivityTestArgs(depth='full')": "full",
    "connectivity_test={'mode': 'strict'}": "connectivity_test",
    "connectivity_test={'address_family': 'ipv5'}": "connectivity_test",
    "connectivity_test={'second_look': 'on'}": "connectivity_test",
    "connectivity_test=ConnectivityTestArgs(test_from='there')": "there",
    "target={'kind': 'state-file'}": "target",
    "starttls=True": "starttls",
    "connectivity_test=ConnectivityTestArgs(dept='tls')": "dept",
}
HEAD = """from pulumi_smtp_collab import ConnectivityTest as Test, ConnectivityTestArgs, SmtpCollaborationProvider as P
from pulumi_smtp_collab import SmtpSettings, UsageScopeEntry

"""
LATE = """
p = P('m', host='h', from_address='a@example.com')
p.last_verification.apply(lambda it: it.status == 'passd')
p.last_verification.status.apply(len).nothing
"""


def mistaken(mistake: str) -> str:
    """Return a line of a program with this argument."""
    return f"P('m', host='h', from_address='a@example.com', {mistake})"


def of_native(program: str) -> str:
    """Return the same program with the resources of the native plugin."""
    changed = program.replace("    EncryptedText,\n    SmtpCollaborationProvider,\n", "").replace(
        "import pulumi\n",
        "import pulumi\nfrom pulumi_smtp_collab.native import EncryptedText, SmtpCollaborationProvider\n",
    )
    assert changed.count("native") == 1
    return changed


def snippets() -> dict[str, str]:
    """Return every Python snippet of the pages that newcomers read, and every example, by its name."""
    found = {
        f"{page} {number}": snippet
        for page in PAGES
        for number, snippet in enumerate(_SNIPPET.findall((ROOT / page).read_text("utf-8")))
    }
    assert {name.split()[0] for name in found} == set(PAGES)
    examples = sorted((ROOT / "examples").rglob("__main__.py"))
    assert examples
    return found | {f"{file.parent.relative_to(ROOT)}": file.read_text("utf-8") for file in examples}


def file_name(name: str) -> str:
    """Return the name of a program's file; any text names a program."""
    return f"p_{zlib.crc32(name.encode())}.py"


Faults = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def mypys_faults(tmp_path_factory: pytest.TempPathFactory) -> Faults:
    """Return what tells the faults that mypy finds in a program: one run has read all of them, each by itself."""
    folder = tmp_path_factory.mktemp("mypy")
    programs = snippets() | {"passed on": PASSED_ON, "passed on, native": of_native(PASSED_ON)}
    programs |= {wrong: HEAD + wrong for wrong in WRONG} | {each: HEAD + mistaken(each) for each in MISTAKES}
    for name, program in programs.items():
        (folder / file_name(name)).write_text(program + "\n", encoding="utf-8")
    config = folder / "mypy.ini"
    # As of an installed library, of what they import nothing is reported.
    beside = ":".join(str(file.parent) for file in (ROOT / "examples").rglob("__main__.py"))
    options = f"strict = true\npython_version = 3.10\nmypy_path = {ROOT}:{beside}\nfollow_imports = silent\n"
    config.write_text(f"[mypy]\n{options}cache_dir = {folder / 'cache'}\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--hide-error-context", "--config-file", str(config)]
    files = [file_name(name) for name in programs]
    done = subprocess.run([*command, *files], cwd=folder, capture_output=True, text=True, check=False, timeout=400)
    assert not done.stderr, done.stderr
    assert done.returncode == 1, done.stdout
    lines = [line for line in done.stdout.splitlines() if ": error:" in line]

    def of(name: str) -> list[str]:
        assert name in programs
        return [line for line in lines if line.startswith(file_name(name) + ":")]

    return of


@pytest.mark.parametrize("name", snippets())
def test_a_page_or_an_example_type_checks(name: str, mypys_faults: Faults) -> None:
    """What newcomers read has no fault of types."""
    # Harness's own package, which the example on notifications needs, is no dependency of ours.
    assert [line for line in mypys_faults(name) if 'module named "pulumi_harness' not in line] == []


@pytest.mark.parametrize("front_end", ["passed on", "passed on, native"])
def test_outputs_and_configuration_may_be_passed_on(front_end: str, mypys_faults: Faults) -> None:
    """The types take each output of a resource as an input, optional configuration, plain text and lists.

    The resources of the native plugin are typed as the dynamic ones are.
    """
    assert mypys_faults(front_end) == []


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_a_fault_of_types(wrong: str, mypys_faults: Faults) -> None:
    """A misspelt argument, a wrong type, one that is missing and an output that there is not are found by mypy."""
    found = mypys_faults(wrong)
    assert WRONG[wrong] in found[0], found


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_mistake_is_one_line(mistake: str, mypys_faults: Faults) -> None:
    """A word that is none of a closed choice, or a misspelt keyword, is one fault of mypy that names it."""
    (found,) = mypys_faults(mistake)
    assert MISTAKES[mistake] in found
    assert len(found) < 450, found


def test_pyright_says_the_same(tmp_path: Path) -> None:
    """By pyright's strict rules outputs are passed on and the README is clean; each mistake is one fault that names it.

    It asks nothing of a network.
    """
    first, *_ = _SNIPPET.findall((ROOT / "README.md").read_text("utf-8"))
    mistakes = HEAD + "\n".join(map(mistaken, MISTAKES))
    programs = {"passed_on": PASSED_ON, "readme": first, "mistakes": mistakes, "late": HEAD + LATE}
    for name, program in programs.items():
        (tmp_path / f"{name}.py").write_text(program + "\n", encoding="utf-8")
    settings = {"extraPaths": [str(ROOT)], "typeCheckingMode": "strict", "reportMissingTypeStubs": False}
    settings |= {"reportUnusedImport": False}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    files = [f"{name}.py" for name in programs]
    done = subprocess.run([*command, *files], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=400)
    assert done.stdout, done.stderr
    found: dict[str, list[str]] = {name: [] for name in programs}
    for each in json.loads(done.stdout)["generalDiagnostics"]:
        if each["severity"] == "error":
            found[Path(each["file"]).stem].append(each["message"])
    assert found["passed_on"] == found["readme"] == []
    assert len(found["mistakes"]) == len(MISTAKES), found["mistakes"]
    for message, word in zip(found["mistakes"], MISTAKES.values(), strict=True):
        assert word in message
    assert any("passd" in message for message in found["late"]), found["late"]


@pytest.mark.parametrize("model", [SmtpSettings, UsageScope, UsageScopeEntry])
def test_the_typed_constructors_are_those_of_the_models(model: type[Any]) -> None:
    """A constructor that is written out for type checkers has each field, and requires the same ones."""
    source = Path(inspect.getsourcefile(model) or "").read_text("utf-8")
    (written,) = (node for node in ast.parse(source).body if getattr(node, "name", "") == model.__name__)
    (init,) = (node for node in ast.walk(written) if getattr(node, "name", "") == "__init__")
    assert isinstance(init, ast.FunctionDef)
    given = zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True)
    required = {argument.arg: default is None for argument, default in given}
    assert required == {name: field.is_required() for name, field in model.model_fields.items()}


def test_each_argument_is_described_where_an_editor_looks() -> None:
    """Below each field of a mapping of arguments stands its description, for a keyword call; no text is cut."""
    tree = ast.parse(Path(arguments.__file__).read_text("utf-8"))
    mappings = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name.endswith("ArgsDict")]
    assert {mapping.name for mapping in mappings} == {
        name for name in pulumi_smtp_collab.__all__ if name.endswith("ArgsDict")
    }
    for mapping in mappings:
        _, *body = mapping.body  # the first is its own docstring
        for field, described in zip(body[::2], body[1::2], strict=True):
            assert isinstance(field, ast.AnnAssign)
            assert isinstance(described, ast.Expr), ast.unparse(field)
            assert isinstance(described.value, ast.Constant)
            text = inspect.cleandoc(str(described.value.value))
            assert text.endswith("."), text
            for paragraph in text.split("\n\n"):
                assert paragraph.count("(") == paragraph.count(")"), text

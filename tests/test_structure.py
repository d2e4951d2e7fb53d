"""What holds of the package as a whole: its layers, its front door, what it loads, and what state refers to."""

from __future__ import annotations

import ast
import base64
import importlib
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from pulumi.dynamic.dynamic import serialize_provider

import pulumi_smtp_collab
from pulumi_smtp_collab import SmtpCollaborationError
from pulumi_smtp_collab.provider.dynamic import EncryptedTextResourceProvider, SmtpCollaborationResourceProvider
from pulumi_smtp_collab.resources.dynamic import EncryptedText, SmtpCollaborationProvider

PACKAGE = Path(pulumi_smtp_collab.__file__).parent
ROOT = Path(__file__).parent.parent

LAYERS = ("model", "connectivity", "targets", "lifecycle", "provider", "resources", "command_line")
MAY_IMPORT = {
    "model": {"model"},
    "connectivity": {"model", "connectivity"},
    "targets": {"model", "targets"},
    "lifecycle": {"model", "connectivity", "targets", "lifecycle"},
    "provider": {"model", "targets", "lifecycle", "provider"},
    "resources": {"model", "provider", "resources"},
    "command_line": {"model", "connectivity", "lifecycle", "command_line"},
}
NOT_IN_LAYER = {
    "model": {"pulumi", "smtplib", "socket", "cryptography"},
    "connectivity": {"pulumi"},
    "targets": {"pulumi", "smtplib"},
    "lifecycle": {"pulumi", "smtplib", "socket", "ssl"},
    "provider": {"smtplib", "ssl"},
    "resources": {"smtplib", "ssl", "pydantic"},
    "command_line": {"smtplib", "socket", "ssl"},
}


def imports(file: Path) -> set[str]:
    """Return every module that a file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{file}: a relative import hides the layer"
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def modules() -> dict[str, Path]:
    """Return the package's modules by their names."""
    found = {}
    for file in PACKAGE.rglob("*.py"):
        parts = ("pulumi_smtp_collab", *file.relative_to(PACKAGE).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def test_there_is_no_circle() -> None:
    """No module imports another that leads back to it: not inside of functions either, and not for types alone."""
    known = modules()
    graph = {
        name: {each for each in imports(file) if each in known and each not in {name, "pulumi_smtp_collab"}}
        for name, file in known.items()
        if name != "pulumi_smtp_collab"
    }
    for name, needed in graph.items():
        # `from a.b import c` names a.b too: where c is a module, only c is meant.
        own = [each for each in needed if any(other.startswith(f"{each}.") for other in needed)]
        graph[name] = needed - set(own)
    tuple(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("layer", ["model", "connectivity", "targets", "lifecycle"])
def test_internal_inputs_are_known_to_the_dynamic_front_end_alone(layer: str) -> None:
    """What a front end adds to the inputs (``__secretArguments``, ``__stack``) is named in no layer below it."""
    for file in (PACKAGE / layer).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                is_internal = re.fullmatch(r"__[a-z]+[A-Z]?\w*(?<!__)", node.value)
                assert not is_internal, f"{file.relative_to(PACKAGE)} names {node.value}"


@pytest.mark.parametrize("layer", LAYERS)
def test_layers_import_in_one_direction(layer: str) -> None:
    """Front ends, life cycle, targets and connectivity, model: none imports to its left, wherever in a file."""
    files = sorted((PACKAGE / layer).rglob("*.py"))
    assert files
    for file in files:
        for name in imports(file):
            top, _, rest = name.partition(".")
            if top == "pulumi_smtp_collab" and rest and not rest.startswith("_version"):
                assert rest.split(".")[0] in MAY_IMPORT[layer], f"{file.relative_to(PACKAGE)} imports {name}"
            assert top not in NOT_IN_LAYER[layer], f"{file.relative_to(PACKAGE)} imports {name}"


def test_the_model_needs_little_of_others() -> None:
    """Of what has to be installed, the model imports pydantic and idna alone."""
    allowed = set(sys.stdlib_module_names) | {"pulumi_smtp_collab", "pydantic", "pydantic_core", "idna"}
    allowed |= {"typing_extensions"}  # the standard library's typing, for older Pythons
    for file in (PACKAGE / "model").rglob("*.py"):
        assert {name.split(".")[0] for name in imports(file)} <= allowed, file


def test_files_stay_short() -> None:
    """A file tells one story; what is generated is no story."""
    for file in PACKAGE.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        if "Generated from the model" not in text:
            assert len(text.splitlines()) <= 320, file


FRONT_DOORS = ("pulumi_smtp_collab", "pulumi_smtp_collab.errors", "pulumi_smtp_collab.outputs")


@pytest.mark.parametrize("door", FRONT_DOORS)
def test_the_front_doors_name_everything_public(door: str) -> None:
    """Every name of ``__all__`` can be imported and is what type checkers see; public errors show their door's name."""
    module = importlib.import_module(door)
    for name in module.__all__:
        thing = getattr(module, name)
        if isinstance(thing, type) and issubclass(thing, SmtpCollaborationError):
            assert thing.__module__ in FRONT_DOORS
            assert getattr(importlib.import_module(thing.__module__), name) is thing
    assert module.__file__ is not None
    body = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    declared = {
        alias.asname or alias.name
        for node in ast.walk(body)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("pulumi_smtp_collab.")
        for alias in node.names
    }
    assert declared - {"__version__", "lazily"} == set(module.__all__)
    if "lazily" in declared:
        assert dir(module) == sorted(module.__all__)
        with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
            module.nothing  # noqa: B018


def test_a_report_is_made_of_the_front_doors_types() -> None:
    """What ``run_connectivity_test`` gives is made of what the front door exports; outputs have their own types."""
    settings = pulumi_smtp_collab.SmtpSettings(host="127.0.0.1", port=1, from_address="ci@example.test")
    report = pulumi_smtp_collab.run_connectivity_test(settings)
    assert isinstance(report, pulumi_smtp_collab.ConnectivityReport)
    assert isinstance(report.diagnosis, pulumi_smtp_collab.Diagnosis)
    assert all(isinstance(stage, pulumi_smtp_collab.StageResult) for stage in report.stages)
    assert report.server is None or isinstance(report.server, pulumi_smtp_collab.ServerFacts)
    outputs = importlib.import_module("pulumi_smtp_collab.outputs")
    assert outputs.Diagnosis is not pulumi_smtp_collab.Diagnosis


def test_what_state_holds_of_the_provider_never_changes() -> None:
    """The pickled providers are references to their classes; these bytes are in every state, and may never change."""
    pickled = base64.b64decode(serialize_provider(SmtpCollaborationResourceProvider()))
    assert pickled == (
        b"\x80\x04\x95P\x00\x00\x00\x00\x00\x00\x00\x8c#pulumi_smtp_collab.provider.dynamic\x94"
        b"\x8c!SmtpCollaborationResourceProvider\x94\x93\x94)\x81\x94."
    )
    assert len(pickled) <= 128
    assert base64.b64decode(serialize_provider(EncryptedTextResourceProvider())) == (
        b"\x80\x04\x95L\x00\x00\x00\x00\x00\x00\x00\x8c#pulumi_smtp_collab.provider.dynamic\x94"
        b"\x8c\x1dEncryptedTextResourceProvider\x94\x93\x94)\x81\x94."
    )


def test_the_type_never_changes() -> None:
    """State holds the resource's type; a rename would need aliases in every program."""
    assert SmtpCollaborationProvider._resource_type_name == "dynamic/smtp-collab:SmtpCollaborationProvider"
    assert EncryptedText._resource_type_name == "dynamic/smtp-collab:EncryptedText"


@pytest.mark.parametrize("front_door", ["pulumi_smtp_collab", "pulumi_smtp_collab.native"])
def test_a_program_loads_only_what_a_preview_needs(front_door: str) -> None:
    """Declaring a provider loads neither pydantic nor the connectivity test: they are for the provider's process."""
    code = (
        "import sys, pulumi\n"
        "before = set(sys.modules)\n"
        f"from {front_door} import EncryptedText, SmtpCollaborationProvider\n"
        "from pulumi_smtp_collab import ConnectivityTestArgs, EncryptedTextArgs, SmtpCollaborationProviderArgs\n"
        "print(' '.join(sorted(set(sys.modules) - before)))\n"
    )
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    loaded = {name.split(".")[0] for name in printed.split()} | set(printed.split())
    assert "pulumi_smtp_collab.resources.generated.outputs" in loaded
    assert not loaded & {"pydantic", "smtplib", "cryptography", "idna", "pulumi_smtp_collab.connectivity"}
    assert not {
        name for name in loaded if name.startswith(("pulumi_smtp_collab.model.s", "pulumi_smtp_collab.lifecycle"))
    }


def test_what_is_generated_is_up_to_date() -> None:
    """Arguments, outputs, schema.json and the tables of the docs are what the model makes of them."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "generate.py"), "--check"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr

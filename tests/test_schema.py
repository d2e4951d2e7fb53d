"""schema.json: Pulumi accepts it, and it says of the resource what the resource's Python classes say."""

from __future__ import annotations

import inspect
import json
import shutil
import subprocess
import types
import typing
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi_stack import PulumiSession

from pulumi_smtp_collab import SmtpCollaborationProvider, SmtpCollaborationProviderArgs
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.report import Verification
from pulumi_smtp_collab.provider.dynamic import SmtpCollaborationResourceProvider
from pulumi_smtp_collab.resources.generated import arguments, outputs

SCHEMA_FILE = Path(__file__).parent.parent / "schema.json"
TOKEN = "smtp-collab:index:"
SCHEMA: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
RESOURCE: dict[str, Any] = SCHEMA["resources"][f"{TOKEN}SmtpCollaborationProvider"]
KINDS = {"string": str, "integer": int, "number": float, "boolean": bool}


def schema_check(session: PulumiSession, file: Path) -> subprocess.CompletedProcess[str]:
    """Run `pulumi schema check`."""
    program = shutil.which("pulumi", path=session.engine)
    assert program is not None
    return subprocess.run(
        [program, "schema", "check", str(file)],
        env=session.environment(session.folder / "no-backend"),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.engine
def test_pulumi_accepts_the_schema(pulumi_session: PulumiSession, tmp_path: Path) -> None:
    """`pulumi schema check` finds nothing wrong; with a type that there is not, it does."""
    done = schema_check(pulumi_session, SCHEMA_FILE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (done.stdout + done.stderr).strip(), "no warnings either"
    broken = tmp_path / "schema.json"
    broken.write_text(SCHEMA_FILE.read_text("utf-8").replace(f"{TOKEN}Verification", f"{TOKEN}Nothing", 1), "utf-8")
    assert schema_check(pulumi_session, broken).returncode != 0


def output_type(name: str) -> Any:
    """Return the class of the outputs for a type of the schema; of arguments, the one that shows them as saved."""
    return getattr(outputs, f"{name}Settings", None) or getattr(outputs, name)


def type_of(described: dict[str, Any]) -> Any:
    """Return the Python type of an output of the schema."""
    if described.get("type") == "array":
        return list[type_of(described["items"])]  # type: ignore[misc]
    if "$ref" in described:
        return output_type(described["$ref"].rpartition(":")[2])
    return KINDS[described["type"]]


def without_none(annotation: Any) -> Any:
    """Return the type that an optional annotation has besides None."""
    left = [each for each in typing.get_args(annotation) if each is not types.NoneType]
    return left[0] if types.NoneType in typing.get_args(annotation) else annotation


def test_the_resources_outputs_are_those_of_the_schema() -> None:
    """Each output has a typed property; what the schema requires is never None."""
    assert {_python_name(wire) for wire in RESOURCE["properties"]} == set(outputs.OUTPUT_NAMES)
    for wire, described in RESOURCE["properties"].items():
        read = inspect.getattr_static(SmtpCollaborationProvider, _python_name(wire)).fget
        (kind,) = typing.get_args(typing.get_type_hints(read, vars(outputs))["return"])
        assert without_none(kind) == type_of(described), wire
        assert (types.NoneType in typing.get_args(kind)) == (wire not in RESOURCE["required"]), wire
    assert {wire for wire, described in RESOURCE["properties"].items() if described.get("secret")} == {
        "password",
        "verifiedArguments",
    }


@pytest.mark.parametrize("name", [token.removeprefix(TOKEN) for token in SCHEMA["types"]])
def test_the_nested_types_are_those_of_the_schema(name: str) -> None:
    """The typed outputs have the schema's properties under their wire names, with the same types."""
    described = SCHEMA["types"][TOKEN + name]["properties"]
    kind = output_type(name)
    hints = typing.get_type_hints(kind, vars(outputs))
    assert {_python_name(wire) for wire in described} == {each for each in hints if not each.startswith("_")}
    for wire, each in described.items():
        assert without_none(hints[_python_name(wire)]) == type_of(each), wire


def test_the_arguments_are_those_of_the_schema_and_of_the_model() -> None:
    """Keyword arguments, args classes, their dicts, schema and model hold the same names; the same are required."""
    inputs = RESOURCE["inputProperties"]
    names = {_python_name(wire) for wire in inputs}
    assert names == set(ProviderArguments.model_fields)
    assert names == set(inspect.signature(SmtpCollaborationProviderArgs).parameters)
    assert names == set(arguments.SmtpCollaborationProviderArgsDict.__annotations__)
    for wire, described in inputs.items():
        if "$ref" not in described:
            continue
        name = described["$ref"].rpartition(":")[2]
        nested = {_python_name(wire) for wire in SCHEMA["types"][TOKEN + name]["properties"]}
        assert nested == set(without_none(ProviderArguments.model_fields[_python_name(wire)].annotation).model_fields)
        assert nested == set(inspect.signature(getattr(arguments, f"{name}Args")).parameters)
        assert nested == set(getattr(arguments, f"{name}ArgsDict").__annotations__)
    required = {
        name
        for name, parameter in inspect.signature(SmtpCollaborationProviderArgs).parameters.items()
        if parameter.default is inspect.Parameter.empty
    }
    assert required == {_python_name(wire) for wire in RESOURCE["requiredInputs"]} == {"host", "from_address"}
    for wire, described in inputs.items():
        assert described["description"], wire
        if "default" in described:
            assert described["default"] == ProviderArguments.model_fields[_python_name(wire)].default


def test_what_a_check_and_a_test_give_is_in_the_schema() -> None:
    """The inputs that a check fills in, and a verification, have no name that the schema doesn't know."""
    provider = SmtpCollaborationResourceProvider()
    provider.configure(pulumi.dynamic.ConfigureRequest(pulumi.dynamic.Config({}, "trial")))
    checked = provider.check({}, {"host": "localhost", "fromAddress": "a@example.test", "displayName": "Mail"})
    assert not checked.failures
    assert checked.inputs.keys() <= RESOURCE["inputProperties"].keys()
    nested = SCHEMA["types"][f"{TOKEN}ConnectivityTest"]["properties"]
    assert checked.inputs["connectivityTest"].keys() <= nested.keys()
    wire_names = {field.alias or name for name, field in Verification.model_fields.items()}
    assert wire_names == SCHEMA["types"][f"{TOKEN}Verification"]["properties"].keys()


def test_every_description_is_whole_and_says_nothing_twice() -> None:
    """Types, resources and properties are described; the values and the default of a property are named once."""
    described = [*SCHEMA["types"].items(), *SCHEMA["resources"].items()]
    for kind in (*SCHEMA["types"].values(), *SCHEMA["resources"].values()):
        described += [*kind["properties"].items(), *kind.get("inputProperties", {}).items()]
    for name, each in described:
        text = each["description"]
        assert text.endswith("."), name
        assert max(text.count("One of"), text.count("Default:")) <= 1, text
        assert "()" not in text, text


def _python_name(wire: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in wire)

"""schema.json: Pulumi accepts it, and it says of the resource what the resource's Python classes say."""

from __future__ import annotations

import inspect
import json
import re
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
from pulumi_smtp_collab._version import __version__
from pulumi_smtp_collab.lifecycle.setting_names import SETTINGS
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.report import Verification
from pulumi_smtp_collab.provider.dynamic import SmtpCollaborationResourceProvider
from pulumi_smtp_collab.resources.generated import arguments, outputs

SCHEMA_FILE = Path(__file__).parent.parent / "schema.json"
TOKEN = "smtp-collab:index:"
SCHEMA: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
RESOURCE: dict[str, Any] = SCHEMA["resources"][f"{TOKEN}SmtpCollaborationProvider"]
CHOICE_TOKENS = {token for token, each in SCHEMA["types"].items() if "enum" in each}
CHOICES = {f"#/types/{token}" for token in CHOICE_TOKENS}
OBJECTS = {token: each for token, each in SCHEMA["types"].items() if "enum" not in each}
PLACES = [
    *OBJECTS.values(),
    *SCHEMA["resources"].values(),
    *(function[part] for function in SCHEMA["functions"].values() for part in ("inputs", "outputs")),
    SCHEMA["provider"],
]
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


ANY = "pulumi.json#/Any"


def output_type(name: str) -> Any:
    """Return the class of the outputs for a type of the schema; of arguments, the one that shows them as saved."""
    return getattr(outputs, f"{name}Settings", None) or getattr(outputs, name)


def type_of(described: dict[str, Any]) -> Any:
    """Return the Python type of an output of the schema."""
    if described.get("type") == "array":
        return list[type_of(described["items"])]  # type: ignore[misc]
    if described.get("$ref") in CHOICES:
        return str
    if described.get("$ref") == ANY:
        return Any
    if "$ref" in described:
        return output_type(described["$ref"].rpartition(":")[2])
    return KINDS[described["type"]]


def as_described(annotation: Any, described: dict[str, Any]) -> Any:
    """Return a type without None and, of a closed choice, the text that the schema calls it; it names each value."""
    if described.get("$ref") == ANY:
        return Any  # what is passed on as it is: YAML's host takes no closed choice from an output
    kind = without_none(annotation)
    if typing.get_origin(kind) is list:
        return list[as_described(typing.get_args(kind)[0], described)]  # type: ignore[misc]
    if typing.get_origin(kind) is not typing.Literal:
        return kind
    assert all(value in described["description"] for value in typing.get_args(kind)), described
    return str


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
        assert as_described(kind, described) == type_of(described), wire
        assert (types.NoneType in typing.get_args(kind)) == (wire not in RESOURCE["required"]), wire
    assert {wire for wire, described in RESOURCE["properties"].items() if described.get("secret")} == {
        "password",
        "verifiedArguments",
    }


@pytest.mark.parametrize("name", [token.removeprefix(TOKEN) for token in OBJECTS])
def test_the_nested_types_are_those_of_the_schema(name: str) -> None:
    """The typed outputs have the schema's properties under their wire names, with the same types."""
    described = SCHEMA["types"][TOKEN + name]["properties"]
    kind = output_type(name)
    hints = typing.get_type_hints(kind, vars(outputs))
    assert {_python_name(wire) for wire in described} == {each for each in hints if not each.startswith("_")}
    for wire, each in described.items():
        assert as_described(hints[_python_name(wire)], each) == type_of(each), wire


def test_the_arguments_are_those_of_the_schema_and_of_the_model() -> None:
    """Keyword arguments, args classes, their dicts, schema and model hold the same names; the same are required."""
    inputs = RESOURCE["inputProperties"]
    names = {_python_name(wire) for wire in inputs}
    assert names == set(ProviderArguments.model_fields)
    assert names == set(inspect.signature(SmtpCollaborationProviderArgs).parameters)
    assert names == set(arguments.SmtpCollaborationProviderArgsDict.__annotations__)
    for wire, described in inputs.items():
        if "$ref" not in described or described["$ref"] in CHOICES:
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
    described = [*SCHEMA["types"].items(), *SCHEMA["resources"].items(), *SCHEMA["functions"].items()]
    for place in PLACES:
        described += [*place["properties"].items(), *place.get("inputProperties", {}).items()]
    for name, each in described:
        text = each["description"].split("\n\n{{%", maxsplit=1)[0]
        assert text.endswith("."), name
        assert max(text.count("One of"), text.count("Default:")) <= 1, text
        assert "()" not in text, text


def test_the_texts_name_arguments_as_the_schema_does() -> None:
    """No description has the Python name of an argument: who writes YAML, TypeScript or Go does not know those."""
    names = {_python_name(wire) for place in PLACES for wire in place["properties"] if _python_name(wire) != wire}
    for place in PLACES:
        for wire, each in {**place["properties"], **place.get("inputProperties", {})}.items():
            assert not names & set(re.findall(r"\w+", each["description"])), wire


def test_a_closed_choice_is_an_enum_and_its_default_is_one_of_it() -> None:
    """What may be one of some words has a type that lists them, and a default that is in the list."""
    inputs = {**SCHEMA["types"][f"{TOKEN}ConnectivityTest"]["properties"], **SCHEMA["config"]["variables"]}
    for name in ("mode", "depth", "addressFamily", "secondLook", "onStaleFailure", "testFrom", "target"):
        choices = SCHEMA["types"][inputs[name]["$ref"].removeprefix("#/types/")]["enum"]
        assert len(choices) > 1
        assert all(choice["name"].isidentifier() for choice in choices)
        assert inputs[name].get("default") in {None, *(choice["value"] for choice in choices)}
    assert SCHEMA["types"][f"{TOKEN}UsageScopeEntry"]["properties"]["environmentTypes"]["items"] == {
        "$ref": f"#/types/{TOKEN}EnvironmentType"
    }


def test_a_type_is_named_for_what_it_is() -> None:
    """Beside all other types of the package, the name of a choice says what may be chosen: not Name, not Mode."""
    names = {token.removeprefix(TOKEN) for token in CHOICE_TOKENS}
    assert names >= {"StageName", "ConnectivityTestMode", "VerificationStatus", "EnvironmentType", "TargetKind"}
    assert not names & {"Name", "Mode", "Depth", "Status", "Kind", "Type"}


def test_what_a_stack_sets_has_no_default_that_an_sdk_would_fill_in() -> None:
    """A generated SDK sends the schema's defaults, and what a program sends wins over the stack's configuration."""
    test = SCHEMA["types"][f"{TOKEN}ConnectivityTest"]["properties"]
    of_stack = [name for name in SCHEMA["config"]["variables"] if name.startswith("connectivityTest")]
    assert len(of_stack) == 3
    for name in of_stack:
        short = name.removeprefix("connectivityTest")
        assert "default" not in test[short[0].lower() + short[1:]]
    assert not [name for name, each in SCHEMA["config"]["variables"].items() if "default" in each]


def test_the_configuration_is_that_of_the_stack() -> None:
    """The package's settings, those of an explicit provider and the keys of a stack are the same; the key is secret."""
    assert SCHEMA["config"]["variables"] == SCHEMA["provider"]["inputProperties"]
    assert set(SCHEMA["config"]["variables"]) == set(SETTINGS)
    assert [name for name, each in SCHEMA["config"]["variables"].items() if each.get("secret")] == ["harnessApiKey"]


def test_functions_return_no_secret() -> None:
    """One secret in a function's result would make the whole result a secret in a YAML program."""
    for name, function in SCHEMA["functions"].items():
        assert not [wire for wire, each in function["outputs"]["properties"].items() if each.get("secret")], name
        assert "password" not in function["outputs"]["properties"]


def test_no_address_is_made_up() -> None:
    """What has no public home yet names none, and the version is that of the distribution."""
    assert not {"homepage", "repository", "pluginDownloadURL", "publisher", "logoUrl"} & set(SCHEMA)
    assert not re.search(r"https?://(?!app\.harness\.io)", SCHEMA_FILE.read_text("utf-8"))
    assert SCHEMA["version"] == __version__
    assert SCHEMA["language"]["python"]["packageName"] != "pulumi_smtp_collab"


def test_the_examples_are_those_that_run() -> None:
    """The resource is shown in four languages, by the programs of the examples."""
    text = RESOURCE["description"]
    for language, file in (
        ("typescript", "quickstart-typescript/index.ts"),
        ("python", "quickstart-python-native/__main__.py"),
        ("go", "quickstart-go/main.go"),
        ("yaml", "quickstart-yaml/Pulumi.yaml"),
    ):
        program = (SCHEMA_FILE.parent / "examples" / file).read_text(encoding="utf-8")
        assert f"```{language}\n{program}```" in text


def _python_name(wire: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in wire)

"""Both front ends take a declaration alike: what they refuse, what they warn of, and the options they add."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pulumi_smtp_collab.resources.plugin_search import missing

ROOT = Path(__file__).resolve().parents[1]
OK = 'host="smtp.example.com", start_tls=True, from_address="ci@example.com"'
LOGIN = f'{OK}, username="ci"'
BY_NAME = "give the arguments by name: after the resource's name only args and opts have a place"
TEXT = 'text := EncryptedText("text", value="canary-7")'

MISTAKES = {
    'Provider("mail", "localhost", 2587)': BY_NAME,
    'Provider("mail", {}, None, 587)': BY_NAME,
    'Provider("mail", opts={"protect": True})': BY_NAME,
    "Provider(5)": "the first argument is the resource's name, a text",
    f"Provider({OK})": "the first argument is the resource's name, a text",
    f'Provider("mail", name="Mail", {OK})': "name is not an argument; did you mean display_name?",
    'Provider("mail", server="a", sender="b")': "sender is not an argument; did you mean from_address?; server is not "
    "an argument; did you mean host?",
    'Provider("mail", hots="a", from_address="a@example.com")': "hots is not an argument; did you mean host?",
    'Provider("mail", smtp_user="a")': "smtp_user is not an argument; did you mean username?; host and from_address "
    "are missing",
    'Provider("mail", {"from_address": "a@example.com", "fromAddress": "b@example.com"})': "from_address and "
    "fromAddress are the same argument: give one of them; host is missing",
    f'Provider("mail", {OK}, connectivity_test={{"deadline_seconds": 5, "deadlineSeconds": 6}})': "connectivity_test: "
    "deadline_seconds and deadlineSeconds are the same argument: give one of them",
    f'Provider("mail", {OK}, depth="login")': "depth is not an argument; it belongs into connectivity_test: write "
    'connectivity_test={"depth": ...}',
    f'Provider("mail", {OK}, depends_on=[])': "depends_on is not an argument; it is a resource option: write "
    "opts=pulumi.ResourceOptions(depends_on=...)",
    f'Provider("mail", {OK}, timeout=5)': 'write connectivity_test={"deadline_seconds": ...}',
    f'Provider("mail", Arguments({OK}, account_id="a"))': 'it belongs into target: write target={"account_id": ...}',
    f'Provider("mail", {LOGIN}, password=({TEXT}).id)': "password: is the id of an EncryptedText, not what it holds",
    f'Provider("mail", {LOGIN}, password=({TEXT}).name)': "password: is the name of an EncryptedText",
    f'Provider("mail", {LOGIN}, password=({TEXT}), password_reference={{}})': "password=EncryptedText(...) sets "
    "password_reference",
    f'Provider("mail", {LOGIN.replace("smtp.", "smtp://smtp.")}, password="p")': 'write host="smtp.example.com"',
    'EncryptedText("text", "canary-7", None, 1)': BY_NAME,
    'EncryptedText("text", password="canary-7")': "password is not an argument; did you mean value?",
    'EncryptedText("text", value=b"canary-7")': "value: must be text, not bytes",
    'EncryptedText("text", value="canary-7", project="p")': "org: is missing: project is given",
}
"""What a program may say, each with what it reads."""

WARNINGS = {
    f'Provider("a", {OK}, opts=Options(ignore_changes=["from_adress"]))': "ignore_changes: from_adress has no effect: "
    "from_adress is no argument; did you mean from_address?",
    'EncryptedText("b", value="canary-7", opts=Options(replace_on_changes=["valeu"]))': "did you mean value?",
}

SCRIPT = """
import json
import logging

import pulumi
import pulumi.runtime.resource
from pulumi import ResourceOptions as Options
from pulumi_smtp_collab import SmtpCollaborationProviderArgs as Arguments
from {door} import EncryptedText, SmtpCollaborationProvider as Provider


class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return args.name + "-id", args.inputs

    def call(self, args):
        return {{}}


class Told(logging.Handler):
    def emit(self, record):
        told.append(record.getMessage())


def seen(args):
    options = {{name: getattr(args.opts, name) for name in ("hide_diffs", "delete_before_replace")}}
    found["options"][args.name] = {{**options, "aliases": [each.type_ for each in args.opts.aliases or []]}}


def traced():
    trace = original()
    found["places"] += [each.pc.uri.rpartition("/")[2] for each in trace.frames[:1]]
    return trace


def refusal(code):
    try:
        eval(code)
    except pulumi.RunError as error:
        return str(error)
    return "nothing"


found = {{"options": {{}}, "places": []}}
told = []
original = pulumi.runtime.resource._get_stack_trace
logging.getLogger().addHandler(Told())
pulumi.runtime.set_mocks(Mocks(), project="mail", stack="test")
found["refusals"] = {{code: refusal(code) for code in {mistakes!r}}}
pulumi.runtime.set_mocks(Mocks(), project="mail", stack="test")
pulumi.runtime.resource._get_stack_trace = traced
given = dict({ok})


@pulumi.runtime.test
def declare():
    for code in {warnings!r}:
        eval(code)
    look = [seen]
    Provider("plain", opts=Options(transformations=look), **given)
    own = Options(transformations=look, hide_diffs=["from_address"], delete_before_replace=False)
    Provider("own", opts=own, **given)
    Provider("all", opts=Options(transformations=look, hide_diffs=[]), target={{"kind": "harness"}}, **given)
    EncryptedText("text", value="canary-7", opts=Options(transformations=look))


declare()
found["told"] = told
print(json.dumps(found))
"""


@pytest.fixture(scope="module", params=["pulumi_smtp_collab", "pulumi_smtp_collab.native"])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what the declarations come to, of either front end, in a process of their own and under mocks."""
    text = SCRIPT.format(door=request.param, mistakes=list(MISTAKES), warnings=list(WARNINGS), ok=OK)
    program = tmp_path_factory.mktemp("program") / "the_program.py"
    program.write_text(text, encoding="utf-8")
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/nowhere"}
    command = [sys.executable, str(program)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    assert "canary" not in f"{list(seen['refusals'].values())} {seen['told']} {done.stderr}"
    return {**seen, "door": request.param}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_a_sentence(found: dict[str, Any], mistake: str) -> None:
    """What no declaration can be is said in the program, every fault at once."""
    assert MISTAKES[mistake] in found["refusals"][mistake]


def test_an_option_without_effect_is_told(found: dict[str, Any]) -> None:
    """Pulumi takes a misspelt property in an option silently; each is told once."""
    for warning in WARNINGS.values():
        assert sum(warning in each for each in found["told"]) == 1, found["told"]


def test_options_of_ours_give_way_to_the_programs(found: dict[str, Any]) -> None:
    """Long evidence hides no change that matters; one config of an account is deleted before it is replaced."""
    options = found["options"]
    assert options["plain"]["hide_diffs"] == ["lastVerification", "verifiedArguments", "delegateVerification"]
    assert options["plain"]["delete_before_replace"] is None
    assert (options["own"]["hide_diffs"], options["own"]["delete_before_replace"]) == (["fromAddress"], False)
    assert (options["all"]["hide_diffs"], options["all"]["delete_before_replace"]) == ([], True)
    aliases = ["pulumi-python:dynamic/smtp-collab:EncryptedText"] if found["door"].endswith("native") else []
    assert options["text"]["aliases"] == aliases


def test_the_engine_is_told_the_programs_line(found: dict[str, Any]) -> None:
    """Pulumi shows where a resource is declared: in the program, and in no file of ours."""
    assert [each for each in found["places"] if each] == ["the_program.py"] * 4


def test_a_missing_plugin_is_told_with_the_lines_that_name_it(tmp_path: Path) -> None:
    """Where nothing shows that the engine finds it; the engine's own advice is a download that there is not."""
    project, programs = tmp_path / "project", tmp_path / "project" / ".venv" / "bin"
    programs.mkdir(parents=True)
    plugin = programs / "pulumi-resource-smtp-collab"
    plugin.touch(mode=0o755)
    file = project / "Pulumi.yaml"
    own = "name: mail\nruntime:\n  name: python\n  options:\n    virtualenv: .venv\n"
    lines = "plugins:\n  providers:\n    - name: smtp-collab\n      path: .venv/bin"
    bare = {"PATH": "/nowhere", "HOME": str(tmp_path)}
    on_path = {**bare, "PATH": str(programs)}

    file.write_text(own, encoding="utf-8")
    for environment in (bare, on_path):  # the host puts the project's environment on PATH for the program alone
        told = missing(environment, project, programs)
        assert told.endswith(f"put these lines into Pulumi.yaml:\n{lines}")
        assert "pip install" not in told
    assert not missing({**on_path, "PATH": f"{programs}:{programs}"}, project, programs)
    file.write_text("name: mail\nruntime: python\n", encoding="utf-8")
    assert not missing(on_path, project, programs)
    assert not missing({**bare, "PULUMI_DEBUG_PROVIDERS": "smtp-collab:4711"}, project, programs)
    file.write_text(own + lines, encoding="utf-8")
    assert not missing(bare, project / "below", programs)
    file.unlink()
    plugin.unlink()
    assert "`pip install pulumi-smtp-collab`" in missing(bare, project, programs)
    (tmp_path / ".pulumi" / "plugins" / "resource-smtp-collab-v0.1.0").mkdir(parents=True)
    assert not missing(bare, project, programs)

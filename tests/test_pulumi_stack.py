"""The stacks that other tests rely on: the real engine, apart from the user's Pulumi, and what leaks is found."""

from __future__ import annotations

import base64
import os
import sys
from pathlib import Path

import pulumi
import pytest
from pulumi_stack import PulumiSession, inline_up, search, secret_forms
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.processes import descendants, run_limited

CANARY = "Kanarienvogel-7431/geheim"
PROGRAM = """
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class Provider(ResourceProvider):
    def create(self, props):
        if props["size"] > 9:
            raise ValueError("size is more than 9")
        return CreateResult("an-id", props)


class Thing(Resource):
    def __init__(self, name, **props):
        super().__init__(Provider(), name, props)


config = pulumi.Config()
thing = Thing("thing", size=config.require_int("size"), word=config.require_secret("word"))
pulumi.export("size", thing.id.apply(lambda _: config.require_int("size")))
pulumi.export("word", config.require_secret("word"))
"""


@pytest.mark.engine
def test_a_stack_goes_through_its_life(make_stack: MakeStack) -> None:
    """Preview, up, a second up, refresh, export and import, a failing update and destroy are run and reported."""
    stack = make_stack(PROGRAM)
    stack.config_set_all({"size": "1"}, {"word": CANARY})
    assert stack.preview().succeeded().changes == {"create": 2}
    assert stack.up().succeeded().changes == {"create": 2}
    assert stack.outputs() == {"size": 1, "word": "[secret]"}
    assert stack.outputs(show_secrets=True)["word"] == CANARY
    assert [each["id"] for each in stack.resources("dynamic:Resource")] == ["an-id"]
    assert stack.up().succeeded().changes == {"same": 2}
    assert stack.refresh().succeeded().changes == {"same": 2}
    state = stack.export()
    state["deployment"]["resources"][-1]["id"] = "another-id"
    stack.import_(state)
    assert [each["id"] for each in stack.resources("dynamic:Resource")] == ["another-id"]
    stack.config_set("size", "10")
    stack.write_program(PROGRAM.replace('"thing", size', '"second", size'))
    refused = stack.up().failed()
    assert "size is more than 9" in refused.output
    assert any("size is more than 9" in each["message"] for each in refused.diagnostics)
    assert stack.destroy().succeeded().changes == {"delete": 2}
    assert stack.resources() == []
    assert stack.leaks(secret_forms(CANARY)) == [], "only the one who asked for secrets was shown them"


@pytest.mark.engine
def test_a_leak_is_found_wherever_it_is(make_stack: MakeStack) -> None:
    """A secret that the program handed over as a plain string is found in the state, its base64 form in the output."""
    encoded = base64.b64encode(f"x{CANARY}".encode()).decode()
    program = PROGRAM.replace('config.require_secret("word"))\npulumi', f'"{CANARY}")\npulumi', 1)
    stack = make_stack(f"{program}\npulumi.info({encoded!r})\n")
    stack.config_set_all({"size": "1"}, {"word": "another"})
    stack.up().succeeded()
    found = stack.leaks(secret_forms(CANARY))
    assert (str(stack.state_file), "plain") in [(leak.place, leak.form) for leak in found]
    assert ("output of pulumi up --event-log", "base64 after 1") in [(leak.place, leak.form) for leak in found]
    assert not [leak for leak in found if leak.place.endswith("__main__.py")]


@pytest.mark.engine
def test_an_inline_program_runs_twice_in_one_process(
    pulumi_session: PulumiSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two updates by the Automation API are two updates of one stack, on our backend whatever the user's is."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///nonexistent")

    def program() -> None:
        pulumi.export("answer", pulumi.Output.secret(42))

    first, second = (inline_up(program, tmp_path, pulumi_session) for _ in range(2))
    assert first.ok
    assert first.outputs == {"answer": 42}
    assert first.secret_outputs == {"answer"}
    assert first.changes == {"create": 1}
    assert second.changes == {"same": 1}


@pytest.mark.engine
def test_a_failing_inline_program_is_reported(pulumi_session: PulumiSession, tmp_path: Path) -> None:
    """What an inline program raises is a result with the message, not an exception in the test."""

    def program() -> None:
        msg = "not like this"
        raise ValueError(msg)

    result = inline_up(program, tmp_path, pulumi_session)
    assert not result.ok
    assert "not like this" in result.output


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_a_secret_inside_longer_base64_is_recognized(before: str) -> None:
    """Whatever stands before and after the secret, its base64 form is found."""
    for after in ("", "z", "zz"):
        text = base64.b64encode(f"{before}{CANARY}{after}".encode())
        assert search([], {"text": text}, secret_forms(CANARY))
    assert not search([], {"text": base64.b64encode(b"something else entirely, and long")}, secret_forms(CANARY))


def test_a_command_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    """After the limit neither the command nor its child, in a process group of its own, is left."""
    script = "echo working; setsid sleep 54321 & wait"
    environment = {"PATH": os.environ["PATH"]}
    others = descendants(os.getpid())  # other tests may keep a process for all of theirs
    with pytest.raises(TimeoutError, match=r"(?s)longer than 1 seconds.*working"):
        run_limited(["sh", "-c", script], folder=tmp_path, environment=environment, seconds=1)
    ps = run_limited(["ps", "-A", "-o", "args="], folder=tmp_path, environment=environment, seconds=20)
    assert "sleep 54321" not in ps.stdout
    assert set(descendants(os.getpid())) <= set(others)


def test_what_a_session_starts_can_be_interrupted(tmp_path: Path) -> None:
    """Even from a script's background, which ignores interrupts: else the engine waits for each of its plugins.

    The one who started the session ignores them still.
    """
    session = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from pulumi_stack import PulumiSession\n"
        "from pulumi_stack.processes import run_limited\n"
        "folder = Path(sys.argv[1])\n"
        "show = [sys.executable, '-c', 'import signal; print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)']\n"
        "def shown():\n"
        "    return run_limited(show, folder=folder, environment={}, seconds=60).stdout.strip()\n"
        "before = shown()\n"
        "PulumiSession(folder, '')\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "print(before, shown(), sep=chr(10))\n"
    )
    background = f"trap '' INT; exec {sys.executable} -c \"$1\" {tmp_path}"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    command = ["sh", "-c", background, "sh", session]
    done = run_limited(command, folder=tmp_path, environment=environment, seconds=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["True", "False"]

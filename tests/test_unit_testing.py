"""Unit tests of programs by Pulumi's own mocks: the page's tests run, and the README's program as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
_CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)

MOCKS = """
import pulumi


class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        seen.append(args)
        return args.name + "-id", GIVEN

    def call(self, args):
        return {}


seen = []
pulumi.runtime.set_mocks(Mocks(), project="mail", stack="test", preview=False)
pulumi.runtime.set_all_config({"mail:smtpPassword": "canary"}, ["mail:smtpPassword"])


@pulumi.runtime.test
def test_program():
PROGRAM
    return pulumi.Output.all(OUTPUTS).apply(lambda it: found.extend(it))


found = []
test_program()
assert found == EXPECTED, found
"""
OUTPUTS = (
    "provider.last_verification.status, provider.last_verification.checked_at, provider.last_verification.stages, "
    "provider.last_verification.apply(lambda it: it.server.tls_version if it.server else None), "
    "provider.saved_in.target, provider.connectivity_test.mode, provider.host"
)
SNAKE = {"status": "passed", "checked_at": "today", "server": {"tls_version": "TLSv1.3"}, "stages": []}
CAMEL = {"status": "passed", "checkedAt": "today", "server": {"tlsVersion": "TLSv1.3"}}
TOLD = ["passed", "today", [], "TLSv1.3", None, None, "smtp.example.com"]


def run(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Run a test as a person does, without an engine, in a folder of its own."""
    (folder / "run.py").write_text(text, encoding="utf-8")
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/nowhere"}
    command = [sys.executable, "run.py"]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def readme_program() -> str:
    """Return the first program of the README."""
    return _CODE.findall((ROOT / "README.md").read_text("utf-8"))[0]


def mocked(program: str, given: str, expected: str, outputs: str = OUTPUTS) -> str:
    """Return a unit test of a program."""
    inside = "\n".join(f"    {line}" for line in program.splitlines())
    text = MOCKS.replace("PROGRAM", inside).replace("GIVEN", given)
    return text.replace("OUTPUTS", outputs).replace("EXPECTED", expected)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("args.inputs", str([None, None, [], None, None, None, "smtp.example.com"])),
        ("{}", str([None, None, [], None, None, None, "smtp.example.com"])),
        (f"{{**args.inputs, 'last_verification': {SNAKE}}}", str(TOLD)),
        (f"{{**args.inputs, 'lastVerification': {CAMEL}}}", str(TOLD)),
        ("{**args.inputs, 'savedIn': {'target': 'harness', 'accountId': 'a'}}",
         str([None, None, [], None, "harness", None, "smtp.example.com"])),
    ],
    ids=["plain", "empty", "snake_case", "camelCase", "saved in Harness"],
)  # fmt: skip
def test_the_readmes_program_works_under_mocks(tmp_path: Path, given: str, expected: str) -> None:
    """Outputs that a mock doesn't give are absent, and what it gives is read in either spelling."""
    done = run(tmp_path, mocked(readme_program(), given, expected))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("there", "instead", "says"),
    [
        ('"smtp.example.com"', '"smtp://smtp.example.com"', "host: must be a host name or an IP"),
        ('"smtp.example.com"', 'pulumi.Output.from_input("a b")', "host: must be a host name"),
        ('config.require_secret("smtpPassword")', "None", "password: is missing: username is given"),
        ('username="ci@example.com"', 'username="ci@example.com", connectivity_test={"depth": "full"}',
         "connectivity_test.depth: must be one of"),
        ('config.require_secret("smtpPassword")', 'config.require_secret("smtpPassword").apply(lambda it: it + "\\n")',
         "password: must be the password of the SMTP login"),
    ],
)  # fmt: skip
def test_what_a_preview_would_refuse_fails_the_unit_test(tmp_path: Path, there: str, instead: str, says: str) -> None:
    """Known arguments raise where they are declared, outputs when they are known; no password is shown."""
    program = readme_program()
    assert there in program
    done = run(tmp_path, mocked(program.replace(there, instead), "args.inputs", "[]"))
    assert done.returncode != 0
    assert says in done.stderr.splitlines()[-1]
    assert "canary" not in done.stderr


def test_the_pages_tests_pass_and_can_fail(tmp_path: Path) -> None:
    """The code of the how-to runs as it stands; a program that is wrong fails it."""
    mail, tests = _CODE.findall((ROOT / "docs/how-to/unit-testing.md").read_text("utf-8"))
    for text, code in ((mail, 0), (mail.replace("start_tls=True", "ssl=True"), 1)):
        (tmp_path / "mail.py").write_text(text, encoding="utf-8")
        (tmp_path / "test_mail.py").write_text(tests, encoding="utf-8")
        done = run(tmp_path, "import pytest\n\nraise SystemExit(pytest.main(['-q', '--rootdir=.', 'test_mail.py']))\n")
        assert done.returncode == code, done.stdout + done.stderr

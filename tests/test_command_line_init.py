"""`smtp-collab init`: from nothing to a tested provider, asked for at a terminal, silent in a pipe."""

from __future__ import annotations

import ast
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from command_line_runs import Terminal, smtp_collab
from fake_harness import FakeHarness
from harness_stacks import relay, way_to
from mailservers import Authority, MailServer, ScriptedServer, closed_port, send
from native_plugin import with_plugin
from pulumi_stack import secret_forms
from pulumi_stack.fixtures import MakeStack

PASSWORD = "Kanarienvogel-7431/geheim+7"
FROM = "ci@example.test"
NAMES = {"python": "__main__.py", "yaml": "Pulumi.yaml", "typescript": "index.ts"}


@pytest.fixture(scope="module")
def server(authority: Authority) -> Iterator[MailServer]:
    """A server with STARTTLS that knows one user."""
    context = authority.server_context("localhost")
    with MailServer("starttls", context, credentials={"user": PASSWORD}, login_required=True) as running:
        yield running


def init(
    server: MailServer, authority: Authority, *more: str, password: str = PASSWORD, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run it without a terminal, with all that it needs; nothing says which TLS mode the server has."""
    return smtp_collab(
        "init", f"localhost:{server.port}", "--ca", str(authority.pem_path), "--from", FROM, "--username", "user",
        "--password-stdin", *more, stdin=f"{password}\n", folder=folder,
    )  # fmt: skip


def assert_secret(*texts: str) -> None:
    """Assert that the password is in none of the texts, in no form."""
    for text in texts:
        for name, form in secret_forms(PASSWORD, "user").items():
            assert form.decode() not in text, name


def test_it_writes_the_lines_for_a_program(server: MailServer, authority: Authority, tmp_path: Path) -> None:
    """What the port speaks is found out, the test runs, then the lines; in YAML where the project here is in YAML."""
    done = init(server, authority, "--display-name", "Läuft", "--deadline", "30")
    assert done.returncode == 0, done.stderr
    assert f"{server.port}  yes  STARTTLS, TLSv1.3, certificate verified, login by PLAIN LOGIN" in done.stdout
    assert "PASSED      localhost" in done.stdout
    _, _, written = done.stdout.partition("Write in the program (__main__.py):\n")
    program, _, steps = written.partition("\nThen:\n")
    tree = ast.parse("\n".join(line[2:] for line in program.splitlines()))
    (call,) = (each for each in ast.walk(tree) if isinstance(each, ast.Call) and each.args and each.keywords)
    given = {each.arg: ast.unparse(each.value) for each in call.keywords}
    assert given == {
        "display_name": "'Läuft'",
        "host": "'localhost'",
        "start_tls": "True",
        "port": str(server.port),
        "from_address": f"'{FROM}'",
        "username": "'user'",
        "password": "pulumi.Config().require_secret('smtpPassword')",
        "ca_certificates": "Path('ca.pem').read_text('utf-8')",
        "connectivity_test": "{'deadline_seconds': 30.0}",
    }
    copied = f"cp {authority.pem_path} ca.pem"
    assert [line.strip() for line in steps.splitlines()] == [
        copied, "pulumi config set --secret smtpPassword", "pulumi up",
    ]  # fmt: skip

    (tmp_path / "Pulumi.yaml").write_text("name: x\nruntime: yaml\n", encoding="utf-8")
    below = tmp_path / "below"
    below.mkdir()
    in_yaml = init(server, authority, "--name", "team-mail", "--display-name", "${odd}", folder=below)
    _, _, written = in_yaml.stdout.partition("Write in the program (Pulumi.yaml):\n")
    content = yaml.safe_load(written.partition("\nThen:\n")[0])
    assert content["config"]["smtpPassword"]["secret"] is True
    declared = content["resources"]["team-mail"]["properties"]
    assert (declared["password"], declared["displayName"]) == ("${smtpPassword}", "$${odd}")
    assert (tmp_path / "Pulumi.yaml").read_text("utf-8") == "name: x\nruntime: yaml\n"
    assert_secret(done.stdout, done.stderr, in_yaml.stdout, in_yaml.stderr)


def test_a_port_that_speaks_tls_from_the_start_is_found(authority: Authority) -> None:
    """A second look with TLS from the first byte, on a port whose number does not tell."""
    context = authority.server_context("localhost")
    with MailServer("implicit", context, credentials={"user": PASSWORD}) as implicit, MailServer() as bare:
        done = init(implicit, authority)
        plain = smtp_collab("init", "mail.example:25", "--connect-to", f"localhost:{bare.port}", "--from", FROM)
    assert (done.returncode, "    ssl=True," in done.stdout) == (0, True), done.stdout + done.stderr
    assert plain.returncode == 0, plain.stdout + plain.stderr
    assert "bare SMTP without TLS" in plain.stdout
    assert "password" not in plain.stdout
    assert f'connectivity_test={{"connect_to": "localhost:{bare.port}"}},' in plain.stdout
    assert "ssl=" not in plain.stdout


def test_nothing_is_written_where_the_server_does_not_pass(
    server: MailServer, authority: Authority, tmp_path: Path
) -> None:
    """A wrong password and a port without mail: cause and fix, the exit code of the failure, no folder."""
    new = tmp_path / "project"
    failed = init(server, authority, "--new", str(new), password="wrong horse")
    assert failed.returncode == 6
    assert "auth-wrong-credentials" in failed.stdout
    assert "Nothing was written" in failed.stderr
    with ScriptedServer([send(b"HTTP/1.1 400 Bad Request\r\n")], [send(b"HTTP/1.1 400 Bad Request\r\n")]) as web:
        no_mail = smtp_collab("init", f"localhost:{web.port}", "--from", FROM, "--new", str(new))
    assert no_mail.returncode == 10, no_mail.stdout
    assert "[not-smtp]" in no_mail.stdout
    assert not new.exists()
    assert "Then:" not in failed.stdout + no_mail.stdout


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([], "--from is missing"),
        (["--from", FROM], "HOST is missing"),
        (["localhost", "--from", FROM, "--new", "taken"], "--new: taken is not empty"),
        (["a.example", "--from", FROM, "--name", "a.b"], "--name: must be letters"),
        (["a.example", "--from", FROM, "--connect-to", "localhost:2525"], "--connect-to leads to one port"),
        (["localhost", "--from", FROM, "--identifier", "x"], "--identifier goes with --from-harness"),
        (["--service", "gmail", "--from", FROM, "--username", "u"], "there is no terminal to ask for it"),
        (["localhost", "--from-harness", "read"], "HOST and --from-harness exclude each other"),
        (["--from-harness", "read", "--target", "harness-firstgen"], "--identifier is missing"),
    ],
)
def test_without_a_terminal_it_asks_nothing(given: list[str], told: str, tmp_path: Path) -> None:
    """What is missing is named, with exit code 2; what is there is left as it was."""
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").write_text("mine", encoding="utf-8")
    done = smtp_collab("init", *given, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert [path.name for path in tmp_path.rglob("*")] == ["taken", "file"]


def test_a_folder_that_can_not_be_written_is_told(server: MailServer, authority: Authority) -> None:
    """In a sentence that names the option; exit code 1."""
    done = init(server, authority, "--new", "/dev/null/project")
    assert done.returncode == 1
    assert done.stderr == "Error: --new: /dev/null/project could not be written: Not a directory.\n"


def test_at_a_terminal_it_asks_for_what_is_missing(server: MailServer, authority: Authority, tmp_path: Path) -> None:
    """Server, From, user name, password; a wrong answer is asked for again; the password is not shown or written."""
    new = tmp_path / "my mail"
    with Terminal(80) as terminal:
        terminal.type(f"clear; smtp-collab init --ca {authority.pem_path} --new '{new}'; echo ended with $?.")
        terminal.wait_for("Mail server, or a service such as gmail:")
        terminal.type("smtps://localhost")
        terminal.wait_for("Error: It must be a host name or an IP address")
        terminal.type(f"localhost:{server.port}")
        terminal.wait_for("From address:")
        terminal.type("nobody")
        terminal.wait_for("Error: It must be a mail address")
        terminal.type(FROM)
        terminal.wait_for(f"User name, - for no login [{FROM}]:")
        terminal.type("user")
        terminal.wait_for("Password of user:")
        terminal.type(PASSWORD)
        shown = terminal.wait_for("ended with 0.")
        terminal.run(f"history -w {tmp_path}/history")
    history = (tmp_path / "history").read_text("utf-8")
    assert "smtp-collab init" in history
    assert "PASSED      localhost" in shown
    assert "  pulumi config set --secret smtpPassword" in shown
    assert all(len(line) <= 80 for line in shown.splitlines())
    texts = [path.read_text("utf-8") for path in new.iterdir()]
    assert len(texts) == 5
    assert yaml.safe_load((new / "Pulumi.yaml").read_text("utf-8"))["name"] == "my-mail"
    assert_secret(shown, history, *texts)


def test_a_typescript_project_is_complete(server: MailServer, authority: Authority, tmp_path: Path) -> None:
    """Its files are there, its properties are those of the schema, and the SDK is made by Pulumi's own command."""
    new = tmp_path / "mail"
    done = init(server, authority, "--language", "typescript", "--new", str(new))
    assert done.returncode == 0, done.stderr
    assert {path.name for path in new.iterdir()} == {
        ".gitignore", "Pulumi.yaml", "ca.pem", "index.ts", "package.json", "tsconfig.json",
    }  # fmt: skip
    schema = json.loads((Path(__file__).parents[1] / "schema.json").read_text("utf-8"))
    properties = schema["resources"]["smtp-collab:index:SmtpCollaborationProvider"]["inputProperties"]
    program = (new / "index.ts").read_text("utf-8")
    given = [line.split(":")[0].strip() for line in program.splitlines() if line.startswith("    ")]
    assert {"host", "startTls", "fromAddress", "caCertificates"} <= set(given) <= set(properties)
    assert json.loads((new / "package.json").read_text("utf-8"))["dependencies"]["@pulumi/pulumi"]
    assert "  pulumi package add " in done.stdout
    assert_secret(done.stdout, program)


@pytest.mark.engine
@pytest.mark.parametrize("language", ["python", "yaml"])
def test_a_new_project_runs(
    language: str, server: MailServer, authority: Authority, tmp_path: Path, make_stack: MakeStack
) -> None:
    """The files as they were written, the steps as they were printed: the first up tests and saves."""
    new = tmp_path / "mail"
    done = init(server, authority, "--language", language, "--new", str(new))
    assert done.returncode == 0, done.stderr
    stack = make_stack(new)
    if language == "yaml":
        with_plugin(stack)
    (step,) = (line.split() for line in done.stdout.splitlines() if "config set --secret" in line)
    stack.run(*step[1:], stdin=f"{PASSWORD}\n").succeeded()
    stack.up().succeeded()
    assert stack.outputs() == {"status": "passed", "tls": "starttls"}
    assert not stack.leaks(secret_forms(PASSWORD, "user"))


@pytest.mark.engine
def test_what_an_account_of_harness_has_is_read_or_adopted(tmp_path: Path, make_stack: MakeStack) -> None:
    """NextGen: the program that adopts runs and changes nothing there; read and FirstGen are as Harness holds them."""
    secret = "canary-pw/1+é"
    with relay() as server, FakeHarness() as harness:
        account = harness.add_account()
        way = way_to(harness, account)
        absent = smtp_collab("init", "--from-harness", "read", more=way)
        assert absent.returncode == 12
        assert "There is no SMTP config in the account" in absent.stderr
        held = account.set_smtp_config(
            "corp mail", host="127.0.0.1", port=server.port, fromAddress=FROM, username="pipeline", password=secret,
            delegateSelectors=["eu"],
        )  # fmt: skip
        reading = smtp_collab("init", "--from-harness", "read", more=way)
        assert reading.returncode == 0, reading.stderr
        assert f'  provider = SmtpCollaborationProvider.get("harness-mail", "{held.uuid}")' in reading.stdout
        assert "  pulumi config set smtp-collab:target harness" in reading.stdout

        new = tmp_path / "mail"
        adopting = smtp_collab("init", "--from-harness", "adopt", "--new", str(new), more=way)
        assert adopting.returncode == 0, adopting.stderr
        before = dict(held.value)
        stack = make_stack(new, environment=way)
        stack.config_set("smtpPassword", secret, secret=True)
        stack.up().succeeded()
        assert stack.outputs() == {"status": "passed", "tls": "none"}
        assert account.smtp_config is not None
        assert account.smtp_config.value == before
        live = ("test", "--stack", "dev", "--attempts", "1", "-q", "--target-from")
        with closed_port() as nobody:
            account.edit_smtp_config(port=nobody)
            found = [smtp_collab(*live, of, folder=stack.folder, more=stack.environment) for of in ("state", "live")]
        assert [each.returncode for each in found] == [0, 4], found

        account.edit_smtp_config(name='mail \x1b[31m\u202eof "them"')
        odd = smtp_collab("init", "--from-harness", "adopt", more=way)
        assert "\x1b" not in odd.stdout
        assert "\u202e" not in odd.stdout
        assert '      display_name="mail \\u001b[31m\\u202eof \\"them\\"",' in odd.stdout.splitlines()

        account.add_encrypted_text("smtp team", secret)
        account.add_firstgen_provider(
            "Mail of releases", host="smtp.example.com", port=465, use_ssl=True, from_address=FROM, username="team"
        )
        keys = {"HARNESS_API_KEY": account.api_key(generation="firstgen")}
        given = ("--target", "harness-firstgen", "--identifier", "Mail of releases")
        firstgen = smtp_collab("init", "--from-harness", "adopt", *given, more={**way, **keys})
        assert firstgen.returncode == 0, firstgen.stderr
        for line in ('adopt="Mail of releases",', "ssl=True,", "password=EncryptedText.select("):
            assert f"      {line}" in firstgen.stdout
        for text in (reading.stdout, adopting.stdout, firstgen.stdout, *way.values(), *keys.values()):
            assert secret not in text
        for key in (way["HARNESS_PLATFORM_API_KEY"], keys["HARNESS_API_KEY"]):
            assert key not in reading.stdout + adopting.stdout + firstgen.stdout + absent.stderr

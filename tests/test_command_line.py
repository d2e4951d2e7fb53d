"""`smtp-collab test` as a user runs it: what it prints, how it ends, what it never shows."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from command_line_runs import COMMAND, environment, smtp_collab
from mailservers import Authority, Conversation, MailServer, ScriptedServer, closed_port, greet, hang, send, serve
from pulumi_stack import secret_forms

CANARY = "Kanarienvogel-7431/geheim+7"
FROM = "ci@example.test"


@pytest.fixture(scope="module")
def server(authority: Authority) -> Iterator[MailServer]:
    """A server with STARTTLS that knows one user."""
    context = authority.server_context("localhost")
    with MailServer("starttls", context, credentials={"user": CANARY}, login_required=True) as running:
        yield running


def options(server: MailServer, authority: Authority) -> list[str]:
    """The options of a whole test, the password left out."""
    return [
        "test", f"localhost:{server.port}", "--start-tls", "--ca", str(authority.pem_path),
        "--from", FROM, "--username", "user",
    ]  # fmt: skip


def test_a_test_that_passes_shows_every_stage_and_what_is_not_proven(server: MailServer, authority: Authority) -> None:
    """Without a terminal: a plain line for each stage, the verdict, TLS, what was not proven; exit code 0."""
    done = smtp_collab(*options(server, authority), "--password-stdin", stdin=f"{CANARY}\n")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == f"localhost:{server.port}, STARTTLS, depth recipient"
    stages = [line.split()[:2] for line in lines[1 : lines.index("")]]
    names = ["dns", "connect", "greeting", "ehlo", "starttls", "tls", "ehlo", "auth", "sender", "recipient"]
    assert stages == [[name, "passed"] for name in names]
    assert "1 round trip " in lines[2]
    assert any(line.startswith("PASSED ") and "to the depth recipient" in line for line in lines)
    assert any(line.startswith("TLS ") and "days left" in line for line in lines)
    assert any(line.startswith("Not proven ") for line in lines)
    assert "\x1b" not in done.stdout
    assert done.stderr == ""


def test_a_failure_names_cause_and_fix_in_the_words_of_the_options(server: MailServer, authority: Authority) -> None:
    """A wrong password: the stage, the code, what was seen, the fix with options; exit code 6."""
    done = smtp_collab(*options(server, authority), more={"SMTP_COLLAB_PASSWORD": "wrong horse"})
    assert done.returncode == 6
    assert "failed at the stage auth" in done.stdout
    assert "[auth-wrong-credentials]" in done.stdout
    assert "535 5.7.8" in done.stdout
    assert "--settle 30" in done.stdout, "the option, not the argument of a program"
    assert "credentials_settle_seconds" not in done.stdout
    assert "smtp-collab explain auth-wrong-credentials" in done.stdout


@pytest.mark.parametrize("way", ["stdin", "env", "command"])
def test_a_password_comes_from_outside_the_arguments(
    way: str, server: MailServer, authority: Authority, tmp_path: Path
) -> None:
    """Standard input (a line end is cut off), an environment variable, a command: each logs in."""
    file = tmp_path / "password"
    file.write_text(f"{CANARY}\nanother line\n", encoding="utf-8")
    ways = {"stdin": "--password-stdin", "env": "--password-env=MAIL_PW", "command": f"--password-command=cat {file}"}
    more = {"MAIL_PW": CANARY} if way == "env" else {}
    stdin = f"{CANARY}\r\n" if way == "stdin" else ""
    done = smtp_collab(*options(server, authority), ways[way], "--quiet", more=more, stdin=stdin)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([], "HOST is missing"),
        (["mail.example.com:0"], "HOST:PORT: the port must be"),
        (["smtps://mail.example.com:465"], "write mail.example.com:465, --ssl"),
        (["localhost", "--depth", "recipient"], "--from is missing"),
        (["localhost", "--from", "nobody"], "--from: must be a mail address"),
        (["localhost", "--ssl", "--start-tls"], "--ssl"),
        (["mail.example.com", "--username", "u"], "--allow-plaintext-login"),
        (["localhost", "--username", "u"], "The password is missing, and there is no terminal"),
        (["localhost", "--username", "u", "--password-env", "NOT_THERE"], "NOT_THERE is not set"),
        (["localhost", "--username", "u", "--password-command", "exit 3"], "exit code 3"),
        (["localhost", "--username", "u", "--password-stdin", "--password-env", "X"], "exclude each other"),
        (["localhost", "--password-stdin"], "--username is missing"),
        (["localhost", "--deadline", "0"], "--deadline: must be a number, at least 1"),
        (["localhost", "--from", FROM, "--depth", "message"], "--recipient: is missing"),
        (["localhost", "--ca", "/bin/sh"], "--ca: the file is no text"),
        (["localhost", "--json", "--quiet"], "exclude each other"),
        (["localhost:25", "--all-ports"], "HOST without a port"),
        (["localhost", "--all-ports", "--connect-to", "localhost:2525"], "--all-ports goes without --connect-to"),
    ],
)
def test_bad_input_names_the_option(given: list[str], told: str) -> None:
    """Exit code 2, one sentence on standard error that names the option, and nothing on standard output."""
    done = smtp_collab("test", *given)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_password_that_is_given_as_a_name_is_not_shown() -> None:
    """Who gives the password itself to --password-env is told so without it."""
    done = smtp_collab("test", "localhost", "--username", "u", "--password-env", CANARY)
    assert done.returncode == 2
    assert CANARY not in done.stderr


def test_every_option_has_an_environment_variable(server: MailServer, authority: Authority) -> None:
    """All of a test from the environment, as a container gives it."""
    more = {
        "SMTP_COLLAB_HOST": f"localhost:{server.port}",
        "SMTP_COLLAB_START_TLS": "1",
        "SMTP_COLLAB_CA": str(authority.pem_path),
        "SMTP_COLLAB_FROM": FROM,
        "SMTP_COLLAB_USERNAME": "user",
        "SMTP_COLLAB_PASSWORD": CANARY,
        "SMTP_COLLAB_DEPTH": "sender",
    }
    done = smtp_collab("test", more=more)
    assert done.returncode == 0, done.stderr
    assert "depth sender" in done.stdout


def test_json_is_the_report_by_its_documented_schema(server: MailServer, authority: Authority) -> None:
    """Standard output is one object that the printed schema describes, of a test that passes and of one that fails."""
    schema = json.loads(smtp_collab("help", "json-schema").stdout)
    for password, code in ((CANARY, 0), ("wrong horse", 6)):
        done = smtp_collab(*options(server, authority), "--json", more={"SMTP_COLLAB_PASSWORD": password})
        assert done.returncode == code
        report = json.loads(done.stdout)
        jsonschema.validate(report, schema)
        assert report["status"] == ("failed" if code else "passed")
        assert ("diagnosis" in report["attempts"][-1]) is bool(code)


def test_the_picture_needs_nothing_of_the_network(server: MailServer, authority: Authority, tmp_path: Path) -> None:
    """The SVG holds stages and verdict as text, and refers to nothing but SVG's own name."""
    picture = tmp_path / "test.svg"
    more = {"SMTP_COLLAB_PASSWORD": "wrong horse"}
    done = smtp_collab(*options(server, authority), "--quiet", "--svg", str(picture), more=more)
    assert done.returncode == 6
    text = picture.read_text("utf-8")
    assert text.count("http") == 1
    assert "http://www.w3.org/2000/svg" in text
    assert "auth-wrong-credentials" in text
    assert "@font-face" not in text
    assert "<script" not in text
    failed = smtp_collab(*options(server, authority), "--svg", str(tmp_path / "no" / "x.svg"), more=more)
    assert failed.returncode == 1
    assert "--svg: " in failed.stderr


def test_a_full_disk_is_told_in_a_sentence(server: MailServer) -> None:
    """What can't be written is said on standard error, and the exit code is not that of a pass."""
    for arguments in (
        ["test", f"localhost:{server.port}"],
        ["test", f"localhost:{server.port}", "--json"],
        ["test", "127.0.0.78", "--all-ports"],
        ["init", f"localhost:{server.port}", "--from", FROM],
        ["explain"],
        ["services", "gmail"],
        ["help", "exit-codes"],
        ["completion", "bash"],
        ["--help"],
    ):
        with Path("/dev/full").open("w", encoding="utf-8") as full:
            done = subprocess.run(
                [*COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, env=environment(), text=True, check=False
            )
        assert done.returncode == 1, arguments
        assert done.stderr.startswith("Error: The output could not be written: No space left on device."), done.stderr
        assert "Traceback" not in done.stderr
    picture = smtp_collab("test", f"localhost:{server.port}", "--quiet", "--svg", "/dev/full")
    assert picture.returncode == 1
    assert picture.stderr == "Error: --svg: /dev/full could not be written: No space left on device.\n"


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    """`smtp-collab explain | head -1` says nothing on standard error."""
    line = f"{' '.join(COMMAND)} explain | head -1"
    done = subprocess.run(["sh", "-c", line], env=environment(), capture_output=True, text=True, check=False)
    assert (done.stderr, len(done.stdout.splitlines())) == ("", 1)


def test_colours_follow_the_conventions(server: MailServer) -> None:
    """A pipe gets no escapes; CLICOLOR_FORCE asks for them; NO_COLOR goes before it."""
    arguments = ("test", f"localhost:{server.port}")
    assert "\x1b[" not in smtp_collab(*arguments).stdout
    assert "\x1b[" in smtp_collab(*arguments, more={"CLICOLOR_FORCE": "1"}).stdout
    assert "\x1b[" not in smtp_collab(*arguments, more={"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}).stdout
    for more in ({"GITHUB_ACTIONS": "true"}, {"FORCE_COLOR": "1"}):
        assert "\x1b[" not in smtp_collab("--help", more=more).stdout, "a log of CI is no terminal"


def test_text_that_a_terminal_can_not_show_is_written_out() -> None:
    """A server's UTF-8 on a terminal of ASCII is escaped; nothing fails."""
    with ScriptedServer([send("220 mäil.example.test ESMTP ✓\r\n".encode()), serve()]) as odd:
        done = smtp_collab("test", f"localhost:{odd.port}", more={"LANG": "C", "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0, done.stderr
    assert "m\\xe4il.example.test" in done.stdout


def test_the_secret_is_nowhere(authority: Authority, tmp_path: Path) -> None:
    """Not in the process list while it runs, nor in output, JSON or picture, of a server that repeats it."""
    seen: list[bytes] = []

    def look(conversation: Conversation, verb: str, argument: str) -> str | None:  # noqa: ARG001 - a hook's arguments
        if verb != "AUTH":
            return None
        seen.extend(path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists())
        return f"535 5.7.8 No user with the password {CANARY}"

    forms = secret_forms(CANARY, "user")
    picture = tmp_path / "picture.svg"
    context = authority.server_context("localhost")
    with MailServer("starttls", context, credentials={"user": CANARY}, hook=look) as telling:
        given = options(telling, authority)
        for way in ([], ["--json"], ["--svg", str(picture)]):
            done = smtp_collab(*given, "--password-stdin", *way, stdin=f"{CANARY}\n")
            assert done.returncode == 6
            for name, form in forms.items():
                assert form.decode() not in done.stdout + done.stderr, name
    assert len(seen) >= 3
    assert any(b"command_line" in line for line in seen), "else the process list was not looked at"
    for name, form in forms.items():
        assert not any(form in line for line in seen), name
        assert form not in picture.read_bytes(), name


def test_an_interrupt_ends_it_at_once_and_says_where_it_was() -> None:
    """^C in a server's silence: within a second, exit code 130, the stage on standard error, no traceback."""
    with ScriptedServer([hang()]) as silent:
        process = subprocess.Popen(
            [*COMMAND, "test", f"localhost:{silent.port}"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), text=True,
        )  # fmt: skip
        assert process.stdout is not None
        while not process.stdout.readline().startswith("connect"):
            assert process.poll() is None
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Interrupted at greeting, " in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ([send(b"554 5.7.1 no\r\n")], 10),
        ([send(b"421 4.7.0 too many connections from you\r\n")], 11),
        ([greet(), serve({"MAIL": b"550 5.7.1 not yours\r\n"})], 7),
        ([greet(), serve({"RCPT": b"550 5.7.1 relaying denied\r\n"})], 8),
        ([greet(), serve({"RCPT": b"452 4.5.3 over quota\r\n"})], 11),
    ],
)
def test_each_class_of_failure_has_its_exit_code(script: list[object], code: int) -> None:
    """A pipeline can tell them apart without reading."""
    with ScriptedServer(script) as server:  # type: ignore[arg-type]
        where = ("test", f"localhost:{server.port}", "--from", FROM, "--recipient", "ops@example.net", "-q")
        assert smtp_collab(*where, "--attempts", "1").returncode == code


def test_names_and_connections_have_exit_codes_too() -> None:
    """No such name is 3, a closed port is 4, TLS where plain text is spoken is 5."""
    assert smtp_collab("test", "no-such-host.invalid", "-q", "--deadline", "5", "--attempts", "1").returncode == 3
    with closed_port() as port:
        assert smtp_collab("test", f"localhost:{port}", "-q").returncode == 4
    with MailServer() as plain:
        assert smtp_collab("test", f"localhost:{plain.port}", "--ssl", "-q").returncode == 5


def test_help_loads_nothing_that_takes_time() -> None:
    """`--help` of any command loads neither pydantic nor Pulumi nor the connectivity test."""
    code = (
        "import sys\nfrom pulumi_smtp_collab.command_line.application import run\n"
        "from pulumi_smtp_collab.command_line.application import application\n"
        "for name in application.list_commands(None): run([name, '--help'])\n"
        "run(['--help'])\nprint('loaded', *sorted({name.split('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)
    loaded = done.stdout.splitlines()[-1].split()
    assert "rich_click" in loaded
    assert not {"pydantic", "pulumi", "httpx", "cryptography", "yaml", "smtplib", "idna"} & set(loaded)


def test_without_the_extra_the_command_says_how_to_get_it() -> None:
    """One sentence with the command to type, and no traceback."""
    code = (
        "import sys\nsys.modules['rich_click'] = None\n"
        "from pulumi_smtp_collab.command_line.entry import main\nsys.argv = ['smtp-collab']\nmain()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "pip install 'pulumi-smtp-collab[cli]'" in done.stderr


def test_completions_are_there_for_three_shells() -> None:
    """Each shell's script asks the command, and the command completes options and diagnosis codes."""
    for shell in ("bash", "zsh", "fish"):
        script = smtp_collab("completion", shell).stdout
        assert f"_SMTP_COLLAB_COMPLETE={shell}_complete" in script
    completed = smtp_collab(
        more={
            "_SMTP_COLLAB_COMPLETE": "bash_complete",
            "COMP_WORDS": "smtp-collab explain auth-wrong-",
            "COMP_CWORD": "2",
        }
    )
    assert "plain,auth-wrong-credentials" in completed.stdout.splitlines()


def test_all_ports_are_looked_at_side_by_side(authority: Authority) -> None:
    """What each port speaks, without a login or a second connection, and the lines for the best of them."""
    host = "127.0.0.77"  # loopback, so that the usual ports are free
    context = authority.server_context(host)
    with (
        MailServer("implicit", context, host=host, port=465, credentials={"user": CANARY}) as smtps,
        MailServer("starttls", context, host=host, port=587, credentials={"user": CANARY}) as submission,
        MailServer(host=host, port=25) as relay,
    ):
        given = ("--all-ports", "--ca", str(authority.pem_path), "--from", FROM, "--username", "user")
        done = smtp_collab("test", host, *given)
        found = json.loads(smtp_collab("test", host, "--all-ports", "--ca", str(authority.pem_path), "--json").stdout)
        assert [server.connections for server in (smtps, submission, relay)] == [2, 2, 2]
        assert not any(verb in server.verbs for server in (smtps, submission, relay) for verb in ("AUTH", "MAIL"))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("   25  bare SMTP without TLS")
    assert lines[1].startswith("  465  yes  TLS from the start, TLSv1.3, certificate verified")
    assert lines[2].startswith("  587  yes  STARTTLS, TLSv1.3, certificate verified")
    assert "connect-refused" in lines[3]
    assert f'      host="{host}",' in lines
    assert "      ssl=True," in lines
    assert '      username="user",' in lines
    assert "  pulumi config set --secret smtpPassword" in lines
    assert [port["tlsMode"] for port in found["ports"]] == ["none", "implicit", "starttls", None]
    assert found["recommended"] == 465

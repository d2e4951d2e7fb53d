"""Gentle to relays across processes: few tests at once, a refused login sent once, no secret in the shared folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from mailservers import Crowd, MailServer, ScriptedServer, greet, hang, serve
from pulumi_stack import secret_forms
from relay_settings import PASSWORD, login, run_on, settings_for

import pulumi_smtp_collab
from pulumi_smtp_collab import ConnectivityReport
from pulumi_smtp_collab.connectivity.machine import Machine
from pulumi_smtp_collab.connectivity.machine_gate import MachineGate, RefusedLogin, process_began
from pulumi_smtp_collab.connectivity.server_gate import Gate
from pulumi_smtp_collab.model.errors import ConnectivityTestCancelled

ROOT = Path(pulumi_smtp_collab.__file__).parent.parent

PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, "tests")
from pulumi_smtp_collab import ConnectivityTest, SmtpSettings
from pulumi_smtp_collab.connectivity.machine import Machine
from pulumi_smtp_collab.connectivity.machine_gate import MachineGate, process_began
from pulumi_smtp_collab.connectivity.plan import Plan
from pulumi_smtp_collab.connectivity.run import report_on
from pulumi_smtp_collab.connectivity.server_gate import Gate
gate = Gate(shared=MachineGate(Path(sys.argv[1]), process_began()))
login = dict(username="user", password=sys.argv[3]) if len(sys.argv) > 3 else dict()
settings = SmtpSettings(host="127.0.0.1", port=int(sys.argv[2]), from_address="from@example.test", **login)
print("ready", flush=True)
sys.stdin.readline()
report = report_on(Plan.of(settings, ConnectivityTest(), Machine(), label="shop/prod/mail"), gate)
print(report.diagnosis.code if report.diagnosis else "passed", flush=True)
sys.stdin.readline()
"""


@contextmanager
def process(folder: Path, port: int, *password: str) -> Iterator[subprocess.Popen[str]]:
    """A process that waits for a line on its input, then tests, then prints how it ended."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder), str(port), *password],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        try:
            yield running
        finally:
            running.kill()


def start(running: subprocess.Popen[str]) -> None:
    """Let a process begin its test."""
    assert running.stdin is not None
    running.stdin.write("\n")
    running.stdin.flush()


def result(running: subprocess.Popen[str]) -> str:
    """Wait for how a process's test ended."""
    assert running.stdout is not None
    return running.stdout.readline().strip()


def gate_in(folder: Path | None, since: float | None = None) -> Gate:
    """The gate of another process of the same user, as far as the folder knows."""
    return Gate(shared=MachineGate(folder, process_began() if since is None else since))


def code(report: ConnectivityReport) -> str:
    return "passed" if report.diagnosis is None else report.diagnosis.code


def test_two_at_once_whatever_process_they_are_in(tmp_path: Path) -> None:
    """Four processes that test one server at the same time are two at it at most."""
    crowd = Crowd(2, seconds=0.2)
    with ScriptedServer([greet(), serve({"MAIL": crowd})]) as server:
        with (
            process(tmp_path, server.port) as one,
            process(tmp_path, server.port) as two,
            process(tmp_path, server.port) as three,
            process(tmp_path, server.port) as four,
        ):
            running = (one, two, three, four)
            for each in running:
                start(each)
            assert [result(each) for each in running] == ["passed"] * 4
        assert server.connections == 4
    assert crowd.most == 2


def test_a_login_refused_in_one_process_is_not_sent_by_another(tmp_path: Path) -> None:
    """Processes that run at the same time send a wrong password once, and the others name the test that did."""
    with (
        MailServer(credentials={"user": "another"}, plaintext_login=True) as server,
        process(tmp_path, server.port, PASSWORD) as one,
        process(tmp_path, server.port, PASSWORD) as two,
    ):
        start(one)
        start(two)
        assert sorted([result(one), result(two)]) == ["auth-wrong-credentials", "remembered-login"]
        assert server.logins == [("user", False)]
        ours = gate_in(tmp_path)
        settings = settings_for(server, host="127.0.0.1", **login())
        report = run_on(Machine(), settings, gate=ours)
        assert code(report) == "remembered-login"
        assert report.diagnosis is not None
        assert "shop/prod/mail" in report.diagnosis.summary
        assert server.logins == [("user", False)]
        server.credentials = {"user": "right"}
        right = settings_for(server, host="127.0.0.1", **login("right"))
        assert run_on(Machine(), right, gate=ours).passed, "another password is another login"


def test_a_run_that_starts_after_a_repair_tries_again(tmp_path: Path) -> None:
    """What was refused before a process began is not held against it: somebody may have unlocked the account."""
    with MailServer(credentials={"user": "another"}, plaintext_login=True) as server:
        settings = settings_for(server, **login())
        assert code(run_on(Machine(), settings, gate=gate_in(tmp_path))) == "auth-wrong-credentials"
        server.credentials = {"user": PASSWORD}
        assert code(run_on(Machine(), settings, gate=gate_in(tmp_path))) == "remembered-login"
        assert run_on(Machine(), settings, gate=gate_in(tmp_path, since=time.time())).passed


def test_a_process_may_forget_what_others_met(tmp_path: Path) -> None:
    """To forget goes for what other processes have told, too."""
    with MailServer(credentials={"user": "another"}, plaintext_login=True) as server:
        settings = settings_for(server, **login())
        run_on(Machine(), settings, gate=gate_in(tmp_path))
        server.credentials = {"user": PASSWORD}
        other = gate_in(tmp_path)
        assert code(run_on(Machine(), settings, gate=other)) == "remembered-login"
        other.forget()
        assert run_on(Machine(), settings, gate=other).passed


def test_a_killed_process_holds_nobody_up(tmp_path: Path) -> None:
    """The system frees the locks of a process that is gone, in the middle of its test."""
    hung, good = ([greet(), serve(answers, ["AUTH PLAIN"])] for answers in ({"AUTH": hang()}, {}))
    with (
        ScriptedServer(hung, good) as server,
        process(tmp_path, server.port, PASSWORD) as one,
    ):
        start(one)
        while not server.received or b"AUTH" not in server.received[0]:
            time.sleep(0.01)
        told: list[str] = []
        settings = settings_for(server, host="127.0.0.1", **login())
        threading.Timer(0.3, lambda: os.kill(one.pid, signal.SIGKILL)).start()
        report = run_on(
            Machine(), settings, gate=gate_in(tmp_path), on_stage=lambda progress: told.append(progress.name)
        )
    assert report.passed, report
    assert told[:2] == ["turn", "turn"], "it waited for the other process, and said so"


def test_waiting_for_another_process_can_be_cancelled(tmp_path: Path) -> None:
    """A test that waits for another process's ends within a second of being cancelled."""
    cancel = threading.Event()
    with (
        ScriptedServer([greet(), serve({"AUTH": hang()}, ["AUTH PLAIN"])]) as server,
        process(tmp_path, server.port, PASSWORD) as one,
    ):
        start(one)
        while not server.received or b"AUTH" not in server.received[0]:
            time.sleep(0.01)
        threading.Timer(0.2, cancel.set).start()
        began = time.monotonic()
        with pytest.raises(ConnectivityTestCancelled, match="waited for other tests"):
            run_on(Machine(), settings_for(server, host="127.0.0.1", **login()), gate=gate_in(tmp_path), cancel=cancel)
        assert time.monotonic() - began < 3
        assert server.connections == 1


def test_no_secret_and_no_lock_is_left_in_the_folder(tmp_path: Path) -> None:
    """Neither the password in any form nor host and user are in it; locks are gone, and only the user may read it."""
    echo = f"535 5.7.8 you said {PASSWORD}".encode()
    with ScriptedServer([greet(), serve({"AUTH": echo}, ["AUTH PLAIN"])]) as server:
        run_on(Machine(), settings_for(server, **login()), gate=gate_in(tmp_path), secret_arguments={"host"})
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    kept = b"".join(path.read_bytes() + str(path).encode() for path in files)
    assert {path.parent.name for path in files} == {"refused", tmp_path.name}
    assert not [
        form for form, secret in secret_forms(PASSWORD, "user").items() if form != "username" and secret in kept
    ]
    assert b"localhost" not in kept
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)


def unusable_by_a_file(folder: Path) -> Path:
    (folder / "gate").write_text("not a folder", encoding="ascii")
    return folder / "gate"


def unusable_by_rights(_: Path) -> Path:
    return Path("/proc/nobody/can/write/here")


def missing_without_a_home(_: Path) -> None:
    return None


@pytest.mark.parametrize("unusable", [unusable_by_a_file, unusable_by_rights, missing_without_a_home])
def test_a_folder_that_can_not_be_used_changes_nothing(unusable: Callable[[Path], Path | None], tmp_path: Path) -> None:
    """Each process goes by itself then: tests run, and a refused login is still not sent twice by this one."""
    gate = gate_in(unusable(tmp_path))
    with MailServer(credentials={"user": "another"}, plaintext_login=True) as server:
        settings = settings_for(server, **login())
        codes = [code(run_on(Machine(), settings, gate=gate)) for _ in range(2)]
        assert codes == ["auth-wrong-credentials", "remembered-login"]
        assert server.logins == [("user", False)]


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"at": "soon"}', "\udcff", '{"at": 1e999, "digest": 1}'])
def test_what_is_no_record_of_ours_is_ignored(content: str, tmp_path: Path) -> None:
    """A damaged record, or another version's, is as if nothing were known."""
    shared = MachineGate(tmp_path, 0.0)
    refused = RefusedLogin(time.time(), 0.0, "", "AUTH PLAIN", 535, ("no",))
    shared.remember("login", "pw", refused)
    assert shared.refused("login", "pw", 60) == refused
    assert shared.refused("login", "other", 60) is None
    (record,) = (tmp_path / "refused").iterdir()
    record.write_text(content, encoding="utf-8", errors="surrogateescape")
    assert shared.refused("login", "pw", 60) is None


def test_an_old_record_is_removed(tmp_path: Path) -> None:
    """After its time a record is of no use, and not kept."""
    shared = MachineGate(tmp_path, 0.0)
    shared.remember("login", "pw", RefusedLogin(time.time() - 61, 0.0, "", "AUTH PLAIN", 535, ("no",)))
    assert shared.refused("login", "pw", 60) is None
    assert not list((tmp_path / "refused").iterdir())


def test_a_high_limit_costs_nothing(tmp_path: Path) -> None:
    """The first free place is taken, however many there are: those behind it are not looked at."""
    shared = MachineGate(tmp_path, 0.0)
    with shared.lock("relay", 10**12, pytest.fail) as first, shared.lock("relay", 10**12, pytest.fail) as second:
        assert first
        assert second
        with pytest.raises(TimeoutError), shared.lock("relay", 2, _give_up):
            pytest.fail("a process with the limit two counts both")


def _give_up(_seconds: float) -> None:
    raise TimeoutError


def test_the_beginning_of_a_process_is_known() -> None:
    """It is in the past, and not long before this test session was started."""
    assert 0 < time.time() - process_began() < 6 * 3600

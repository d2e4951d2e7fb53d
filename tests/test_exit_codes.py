"""The exit codes: the same in every version, one class for every diagnosis."""

from __future__ import annotations

from command_line_runs import smtp_collab

from pulumi_smtp_collab import diagnosis_codes
from pulumi_smtp_collab.command_line.exit_codes import ExitCode, class_of
from pulumi_smtp_collab.model.services import SERVICES


def test_the_numbers_never_change() -> None:
    """Pipelines compare them."""
    assert {code.name: code.value for code in ExitCode} == {
        "DONE": 0, "FAILED": 1, "USAGE": 2, "NAMES": 3, "CONNECTION": 4, "TLS": 5, "LOGIN": 6, "SENDER": 7,
        "RECIPIENT": 8, "MESSAGE": 9, "SERVER": 10, "LIMITS": 11, "STACK": 12, "PARTIAL": 13, "INTERRUPTED": 130,
    }  # fmt: skip


def test_every_diagnosis_belongs_to_a_class_that_fits() -> None:
    """No failure ends as a pass, a wrong option or an interrupt; names of causes and their classes agree."""
    of_tests = set(ExitCode) - {
        ExitCode.DONE, ExitCode.FAILED, ExitCode.USAGE, ExitCode.STACK, ExitCode.PARTIAL, ExitCode.INTERRUPTED,
    }  # fmt: skip
    found = {(row.code, stage): class_of(row.code, stage) for row in diagnosis_codes() for stage in row.stages}
    assert set(found.values()) == of_tests
    for (code, _), number in found.items():
        if code.startswith("dns-"):
            assert number is ExitCode.NAMES, code
        if code.startswith("connect-"):
            assert number is ExitCode.CONNECTION, code
        if code.startswith("tls-"):
            assert number is ExitCode.TLS, code
        if code.startswith("auth-wrong"):
            assert number is ExitCode.LOGIN, code


def test_the_help_topic_lists_them_all() -> None:
    """`smtp-collab help exit-codes` is the list."""
    shown = smtp_collab("help", "exit-codes").stdout
    for code in ExitCode:
        assert f"{code.value:>4}  {code.name.lower()}" in shown
        assert code.meaning in " ".join(shown.split())


def test_a_code_is_explained_and_a_misspelt_one_corrected() -> None:
    """Cause, stage, transient or not, exit code, an example with its fix; without a code, all of them."""
    shown = smtp_collab("explain", "auth-wrong-credentials").stdout
    for text in ("User name or password are wrong.", "auth", "6 (login)", "535 5.7.8", "Fix", "--settle 30"):
        assert text in shown
    every = smtp_collab("explain").stdout
    assert all(row.code in every and row.meaning in every for row in diagnosis_codes())
    wrong = smtp_collab("explain", "auth-wrong-credential")
    assert wrong.returncode == 2
    assert "Did you mean auth-wrong-credentials?" in wrong.stderr


def test_a_service_is_shown_as_the_lines_of_a_program() -> None:
    """Server, user name, password, what it minds, a declaration that compiles, and the line that tests it."""
    for service in SERVICES[::10]:
        shown = smtp_collab("services", service.key).stdout
        assert f"{service.endpoints[0].host}:{service.endpoints[0].port}" in shown
        assert service.documentation in shown
        assert all(sentence in shown for sentence in service.minds)
        lines = shown[shown.index("provider = ") :].split("\n)\n")[0] + "\n)\n"
        compile(lines, service.key, "exec")
        assert f"--service {service.key}" in shown
    assert all(service.key in smtp_collab("services").stdout for service in SERVICES[:3])


def test_a_service_that_is_not_known_or_needs_a_region_is_named() -> None:
    """A misspelt name is corrected; a service of many regions asks for one."""
    assert "      startTls: true" in smtp_collab("services", "ses", "--language", "yaml").stdout
    assert "Did you mean gmail?" in smtp_collab("services", "gmial").stderr
    assert "--region is missing" in smtp_collab("test", "--service", "ses").stderr
    assert "exclude each other" in smtp_collab("test", "localhost", "--service", "gmail").stderr

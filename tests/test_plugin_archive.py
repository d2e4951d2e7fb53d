"""The plugin's archive, as somebody without Python uses it: installed from the file, run by a YAML program."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml
from mailservers import Authority, MailServer
from native_plugin import provider
from pulumi_stack import PulumiSession, Stack, secret_forms
from pulumi_stack.session import PROJECT_FOLDER

from pulumi_smtp_collab import __version__

# One worker builds the archive, for all: half a minute of one core where the sources have changed since.
pytestmark = [pytest.mark.xdist_group("plugin archive"), pytest.mark.timeout(400)]

PROGRAM = "pulumi-resource-smtp-collab"
PASSWORD = "archive-canary/7"


@pytest.fixture(scope="module")
def archive() -> Path:
    """The archive of these sources, as `make plugin` leaves it; where it is there already, it is taken as it is."""
    command = [sys.executable, str(PROJECT_FOLDER / "tools" / "plugin_archive.py"), str(PROJECT_FOLDER / "dist")]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    return Path(done.stdout.strip())


@pytest.mark.engine  # it runs none; so the archive is built by the whole suite alone, and not once for each Python
def test_the_archive_holds_a_program_and_its_licences(archive: Path, tmp_path: Path) -> None:
    """It has Pulumi's name for its system, says its version without Python, and brings along no tool of ours."""
    assert archive.name.startswith(f"{PROGRAM}-v{__version__}-")
    with tarfile.open(archive) as packed:
        names = packed.getnames()
        packed.extractall(tmp_path, filter="data")
        assert {(entry.uid, entry.uname, entry.mtime) for entry in packed.getmembers()} == {(0, "", 315532800)}
    assert {"LICENSE", PROGRAM, "licenses/pulumi/LICENSE", "licenses/cryptography/LICENSE"} <= set(names)
    assert "_internal/pulumi_smtp_collab/schema.json" in names
    assert not [name for name in names if "hypothesis" in name or "mypy" in name or "opentelemetry" in name]
    said = subprocess.run([tmp_path / PROGRAM, "--version"], env={}, capture_output=True, text=True, check=True)
    assert said.stdout == f"{__version__}\n"


@pytest.mark.engine
def test_without_python_a_yaml_program_has_a_verified_provider(
    archive: Path, pulumi_session: PulumiSession, tmp_path: Path
) -> None:
    """Archive, YAML and Pulumi are enough, with no Python on PATH and no warning: the walk that the docs show."""
    own = PulumiSession(tmp_path / "session", pulumi_session.engine)
    program = tmp_path / "program"
    program.mkdir()
    with (
        Authority() as authority,
        MailServer("starttls", authority.server_context("localhost"), credentials={"user": PASSWORD}) as server,
    ):
        mail = provider(
            host="localhost",
            port=server.port,
            startTls=True,
            username="user",
            password="${smtpPassword}",
            caCertificates=authority.pem,
        )
        declared = {
            "name": "mail",
            "runtime": "yaml",
            "config": {"smtpPassword": {"type": "string", "secret": True}},
            "resources": {"deployment-mail": mail},
            "outputs": {"status": "${deployment-mail.lastVerification.status}"},
        }
        (program / "Pulumi.yaml").write_text(yaml.safe_dump(declared), encoding="utf-8")
        path = {"PATH": own.engine, "PYTHONPATH": ""}
        assert shutil.which("python3", path=own.engine) is None
        stack = Stack(program, tmp_path / "workspace", own, environment=path)
        install = ("plugin", "install", "resource", "smtp-collab", __version__)
        installed = stack.run(*install, "--file", str(archive)).succeeded()
        assert "warning" not in installed.text
        stack.config_set("smtpPassword", PASSWORD, secret=True)
        up = stack.up(preview=True).succeeded()
        assert not [each for each in up.diagnostics if each["severity"] == "warning"], up.text
        assert "warning" not in up.text
        assert stack.outputs() == {"status": "passed"}
        assert server.logins == [("user", True)]
        stack.up("--expect-no-changes").succeeded()
        stack.destroy().succeeded()
        assert not stack.leaks(secret_forms(PASSWORD, "user"))


def test_another_system_s_certificates_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that brings OpenSSL along trusts what this system trusts; what the user has set wins."""
    monkeypatch.syspath_prepend(PROJECT_FOLDER / "tools")
    trust_the_system = importlib.import_module("plugin_program").trust_the_system
    bundle = tmp_path / "tls-ca-bundle.pem"
    bundle.write_text("", encoding="utf-8")
    places = (str(tmp_path / "missing.pem"), str(bundle))
    set_by_user = {"SSL_CERT_FILE": "/mine.pem"}
    trust_the_system(set_by_user, places)
    assert set_by_user == {"SSL_CERT_FILE": "/mine.pem"}
    known = importlib.import_module("ssl").get_default_verify_paths()
    elsewhere = known._replace(openssl_cafile=str(tmp_path / "none"), openssl_capath=str(tmp_path / "no-folder"))
    monkeypatch.setattr("ssl.get_default_verify_paths", lambda: elsewhere)
    environment: dict[str, str] = {}
    trust_the_system(environment, places)
    assert environment == {"SSL_CERT_FILE": str(bundle)}
    (tmp_path / "none").write_text("", encoding="utf-8")
    untouched: dict[str, str] = {}
    trust_the_system(untouched, places)
    assert not untouched

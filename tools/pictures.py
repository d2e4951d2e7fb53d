"""Makes the pictures of README and docs by the commands themselves, against servers of the tests.

PYTHONPATH=.:tests python tools/pictures.py. Times differ from run to run, so nothing compares them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from command_line_runs import COMMAND
from fleet_backend import NOW, Backend, provider
from mailservers import Authority, Conversation, MailServer

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
HOST = "smtp.example.com"
SENDER = "ci@example.com"
SECONDS = 0.05
"""How long the servers think before each answer, so that there is something to see."""


def main() -> None:
    """Make them all."""
    with Authority() as authority:
        context = authority.server_context(HOST)
        with MailServer(
            "starttls", context, credentials={SENDER: "right"}, login_required=True, hook=_think, hostname=HOST
        ) as server:
            for name, password in (("test-passed", "right"), ("test-failed", "wrong horse")):
                given = [
                    "test", f"{HOST}:587", "--start-tls", "--connect-to", f"localhost:{server.port}", "--from", SENDER,
                    "--username", SENDER, "--ca", str(authority.pem_path), "--svg", str(IMAGES / f"{name}.svg"), "-q",
                ]  # fmt: skip
                _run(given, ROOT, {"SMTP_COLLAB_PASSWORD": password})
                _name_the_address(IMAGES / f"{name}.svg", server.port)
    with tempfile.TemporaryDirectory() as folder:
        backend = _fleet(Path(folder))
        _run(["status", "--quiet", "--svg", str(IMAGES / "status.svg")], backend.folder, backend.environment)


def _think(conversation: Conversation, verb: str, argument: str) -> None:  # noqa: ARG001 - a hook's arguments
    time.sleep(SECONDS)


def _fleet(folder: Path) -> Backend:
    backend = Backend(folder)
    expires = NOW.replace(microsecond=0)
    soon, later = (expires.replace(year=expires.year + 1), expires)
    failed = {"code": "tls-certificate-expired", "stage": "tls", "summary": "", "advice": "", "transient": False}
    backend.stacks = {
        "dev": [provider("deployment-mail", host="localhost", port=1025, startTls=False, tlsMode="none", modified=12)],
        "staging": [provider("deployment-mail", verified={"server": {"certificateNotAfter": soon.isoformat()}})],
        "prod": [provider("deployment-mail", modified=131, verified={
            "status": "failed", "diagnosis": failed, "server": {"certificateNotAfter": later.isoformat()}})],
    }  # fmt: skip
    backend.write()
    return backend


def _name_the_address(picture: Path, port: int) -> None:
    """Put an address of the documentation (RFC 5737) in the place of this machine's."""
    text = picture.read_text(encoding="utf-8")
    for here in (f"127.0.0.1:{port}", f"[::1]:{port}"):
        text = text.replace(here, "192.0.2.10:587".ljust(len(here)).replace(" ", "&#160;"))
    text = text.replace(f"&#160;(dialled:&#160;localhost:{port})", "")
    picture.write_text(text.replace("127.0.0.1", "192.0.2.10").replace("::1", "192.0.2.10"), encoding="utf-8")


def _run(given: list[str], folder: Path, more: dict[str, str]) -> None:
    # A home of its own: what the user's other tests have left there takes time to look through.
    with tempfile.TemporaryDirectory() as home:
        variables = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": home, **more}
        done = subprocess.run(
            [*COMMAND, *given], cwd=folder, env=variables, capture_output=True, text=True, check=False
        )
    if done.returncode not in {0, 6}:
        sys.exit(done.stdout + done.stderr)


if __name__ == "__main__":
    main()

"""The official installer: the script that pulumi.com publishes, told to install into a folder of ours."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from programs import Engine, UnavailableError, engine_in, run_limited

SCRIPT = "https://get.pulumi.com/install.sh"
# Short: where the site cannot be reached, the next way should begin at once.
PROBE_CONNECT_SECONDS = 5
PROBE_SECONDS = 15
INSTALL_SECONDS = 300
WAY = "the official installer"


def install(root: Path, scratch: Path, version: str, say: Callable[[str], None]) -> Engine:
    """Install this version into `root` (its programs in `root/bin`).

    It is the script that `pulumi.automation.PulumiCommand.install()` runs, without needing the SDK for it.

    Raises:
        UnavailableError: the site cannot be reached within seconds, or the script fails or takes over five minutes.
    """
    for needed in ("curl", "sh"):
        if shutil.which(needed) is None:
            msg = f"it needs `{needed}`, which is not on PATH."
            raise UnavailableError(msg)
    script = scratch / "install.sh"
    fetch = ["curl", "--fail", "--silent", "--show-error", "--location", "--output", str(script)]
    limits = ["--connect-timeout", str(PROBE_CONNECT_SECONDS), "--max-time", str(PROBE_SECONDS)]
    fetched = run_limited([*fetch, *limits, SCRIPT], PROBE_SECONDS + 5)
    if fetched.returncode:
        msg = f"{SCRIPT} cannot be fetched: {last_words(fetched.stderr)}"
        raise UnavailableError(msg)
    say(f"Installing Pulumi {version} with the official installer (at most {INSTALL_SECONDS // 60} minutes).")
    environment = {**os.environ, "TMPDIR": str(scratch)}
    options = ["--no-edit-path", "--install-root", str(root), "--version", version]
    installed = run_limited(["sh", str(script), *options], INSTALL_SECONDS, environment=environment)
    if installed.returncode:
        msg = f"it ended with {installed.returncode}: {last_words(installed.stdout + installed.stderr)}"
        raise UnavailableError(msg)
    return engine_in([root / "bin"], WAY)


def last_words(output: str) -> str:
    """The end of a program's output, short enough for a message."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return " / ".join(lines[-3:])[-400:] or "it said nothing."

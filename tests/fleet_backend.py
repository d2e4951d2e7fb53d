"""A fleet of stacks, told by a stand-in for Pulumi's CLI: a hundred cost nothing."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from command_line_runs import environment, smtp_collab

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
NOW = datetime.now(timezone.utc)
_STAND_IN = """#!/bin/sh
# Pulumi's CLI as far as the fleet asks it: the stacks of a folder, and the state of one.
while [ "$1" != stack ]; do shift; done
case "$2" in
ls) cat {folder}/stacks.json ;;
export)
  echo "$*" >> {folder}/calls
  cat {folder}/"$4".json 2>/dev/null && exit
  echo "error: no stack $4" >&2; exit 255 ;;
esac
"""


def days_ago(days: int) -> str:
    return (NOW - timedelta(days=days, minutes=5)).isoformat().replace("+00:00", "Z")


def provider(
    name: str = "mail", *, modified: int = 3, verified: Mapping[str, Any] | None = None, **outputs: Any
) -> Any:
    """A provider as a state holds it: verified three days ago, unless something else is said."""
    verification = {"status": "passed", "checkedAt": days_ago(3), "depth": "recipient", **(verified or {})}
    values = {
        "host": "smtp.example.com", "port": 587, "startTls": True, "ssl": False, "tlsMode": "starttls",
        "fromAddress": "ci@example.com", "displayName": name, "username": "ci",
        "password": {**SECRET, "ciphertext": "v1:x"}, "connectivityTest": {"depth": "recipient", "mode": "enforce"},
        "lastVerification": verification, **outputs,
    }  # fmt: skip
    kind = "pulumi-python:dynamic/smtp-collab:SmtpCollaborationProvider"
    urn = f"urn:pulumi:dev::shop::{kind}::{name}"
    return {"type": kind, "urn": urn, "modified": days_ago(modified), "inputs": {}, "outputs": values}


class Backend:
    """Stacks and their states, told by a stand-in for Pulumi's CLI."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stacks: dict[str, list[Any]] = {}
        self.more: dict[str, str] = {}
        script = folder / "pulumi"
        script.write_text(_STAND_IN.format(folder=folder), encoding="utf-8")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)

    @property
    def environment(self) -> dict[str, str]:
        """What puts it first on PATH."""
        return {"PATH": f"{self.folder}{os.pathsep}{environment()['PATH']}"} | self.more

    def write(self) -> None:
        """Write the states for the stand-in."""
        listed = [{"name": name, "resourceCount": len(held)} for name, held in self.stacks.items()]
        (self.folder / "stacks.json").write_text(json.dumps(listed), encoding="utf-8")
        for name, held in self.stacks.items():
            state = {"version": 3, "deployment": {"resources": held}}
            (self.folder / f"{name}.json").write_text(json.dumps(state), encoding="utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `smtp-collab`."""
        self.write()
        return smtp_collab(*arguments, more=self.environment, folder=self.folder)

    def rows(self, *arguments: str) -> dict[str, Any]:
        """Return what the JSON says, by stack."""
        return {
            each["stack"]: each for each in json.loads(self.run("status", "--json", *arguments).stdout)["providers"]
        }

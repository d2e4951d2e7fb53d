"""Runs `smtp-collab` as a user does: as a process, and in a real terminal (tmux)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from installed_programs import require
from pulumi_stack.session import SYSTEM_PATH, source_path
from typing_extensions import Self

COMMAND = (sys.executable, "-m", "pulumi_smtp_collab.command_line")
_STEP_SECONDS = 0.05


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the whole environment of a command: nothing of what the tests have."""
    sources = source_path()
    plain = {"PATH": os.pathsep.join(SYSTEM_PATH), "HOME": tempfile.gettempdir(), "LANG": "C.UTF-8"}
    return plain | ({"PYTHONPATH": sources} if sources else {}) | dict(more or {})


def smtp_collab(
    *arguments: str, more: Mapping[str, str] | None = None, stdin: str = "", folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command without a terminal and return how it ended."""
    return subprocess.run(
        [*COMMAND, *arguments],
        input=stdin,
        env=environment(more),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


class Terminal:
    """A terminal with a shell in it, from `__enter__` to `__exit__`; `smtp-collab` is a command there.

    Args:
        columns: How wide it is.
        more: Further variables of the environment.
    """

    def __init__(self, columns: int, more: Mapping[str, str] | None = None) -> None:
        self._columns = columns
        self.folder = Path(tempfile.mkdtemp(prefix="terminal-"))
        self._more = dict(more or {})

    def __enter__(self) -> Self:
        require("tmux", "looks at a terminal")
        script = self.folder / "smtp-collab"
        script.write_text(f'#!/bin/sh\nexec {" ".join(COMMAND)} "$@"\n', encoding="utf-8")
        script.chmod(0o755)
        env = environment(self._more)
        env["PATH"] = f"{self.folder}:{env['PATH']}"
        self._environment = {**env, "TERM": "xterm-256color"}
        settings = self.folder / "bashrc"
        settings.write_text("PS1='$ '\n", encoding="utf-8")
        self._tmux("new-session", "-d", "-x", str(self._columns), "-y", "60", f"bash --rcfile {settings}")
        self.wait_for("$")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        subprocess.run(self._command("kill-server"), check=False, capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def type(self, line: str) -> None:
        """Type a line and press Enter."""
        self._tmux("send-keys", "-l", line)
        self._tmux("send-keys", "Enter")

    def press(self, key: str) -> None:
        """Press a key, in tmux's name for it (C-c)."""
        self._tmux("send-keys", key)

    def press_all(self, text: str, key: str) -> None:
        """Type a text without Enter, then press a key."""
        self._tmux("send-keys", "-l", text)
        self.press(key)

    def screen(self) -> str:
        """Return what is to be seen, lines without the blanks at their end."""
        shown = self._tmux("capture-pane", "-p").splitlines()
        return "\n".join(line.rstrip() for line in shown).rstrip()

    def assert_nothing_is_broken(self) -> None:
        """Assert that the terminal had to break no line: each stands as the command has written it."""
        joined = [line.rstrip() for line in self._tmux("capture-pane", "-p", "-J").rstrip().splitlines()]
        typed = 1 if "clear; " in joined[0] else 0
        broken = [line for line in joined[typed:] if len(line) > self._columns]
        assert not broken, broken

    def wait_for(self, text: str, seconds: float = 15) -> str:
        """Wait until a text is to be seen and return the screen."""
        end = time.monotonic() + seconds
        while text not in (shown := self.screen()):
            assert time.monotonic() < end, f"{text!r} was not to be seen:\n{shown}"
            time.sleep(_STEP_SECONDS)
        return shown

    def run(self, line: str, seconds: float = 60) -> str:
        """Type a command, wait for its end, and return what it left on the screen, and its exit code as last line."""
        self._tmux("send-keys", "-R")  # what an earlier command has left must not be taken for this one's end
        self.type(f"clear; {line}; echo ended with $?.")
        end = time.monotonic() + seconds
        while True:
            shown = self.screen()
            lines = shown.splitlines()
            ended = [number for number, each in enumerate(lines) if each.startswith("ended with ") and each[-1] == "."]
            if ended:
                return "\n".join(lines[: ended[0] + 1])
            assert time.monotonic() < end, shown
            time.sleep(_STEP_SECONDS)

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            self._command(*arguments), env=self._environment, capture_output=True, text=True, check=False, timeout=30
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _command(self, *arguments: str) -> list[str]:
        # A server of its own, and none of the user's settings.
        return ["tmux", "-S", str(self.folder / "socket"), "-f", "/dev/null", *arguments]

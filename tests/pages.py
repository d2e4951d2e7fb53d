"""Follows a page of the docs: its console blocks are run as they stand, and must print what they show.

A block marked `console` holds commands (`$ `) and what they print. A shown line has to be in the output, in the order
of the page; `...` in it, or alone, stands for anything. Blocks marked `sh` are set-up that a test does by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pulumi_stack.processes import run_limited
from pulumi_stack.stack import Stack

PROJECT_FOLDER = Path(__file__).resolve().parents[1]
SECONDS = 120
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Page:
    """A page, followed from its first block to its last.

    Args:
        path: the page, from the project's folder.
        standing_for: what the page names (a relay, a port) → what the test has in its place.
    """

    def __init__(self, path: str, standing_for: Mapping[str, str]) -> None:
        text = (PROJECT_FOLDER / path).read_text("utf-8")
        for shown, real in standing_for.items():
            assert shown in text, f"{path} does not hold {shown!r}"
            text = text.replace(shown, real)
        self.path = path
        blocks = [(kind, content) for kind, content in _BLOCK.findall(text) if kind in ("console", "python")]
        assert blocks, f"{path} has nothing to follow"
        self._left: list[tuple[str, str]] = blocks

    def code(self) -> str:
        """Return the next block, which has to be Python."""
        return self._next("python")

    def run(self, stack: Stack, *, stdin: str = "", fails: bool = False) -> str:
        """Run the next block, which has to be of commands, and return what was printed.

        Args:
            stack: the project in whose folder it is run; the commands choose the stack themselves where they name one.
            stdin: what is typed in.
            fails: whether the last command has to fail.
        """
        block = self._next("console")
        commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
        shown = [line for line in block.splitlines() if not line.startswith("$ ")]
        done = run_limited(
            ["bash", "-e", "-o", "pipefail", "-c", "\n".join(commands)],
            folder=stack.folder,
            environment=stack.environment,
            seconds=SECONDS,
            stdin=stdin,
        )
        output = done.stdout + done.stderr
        assert (done.returncode != 0) == fails, f"{self.path}: {commands} ended with {done.returncode}:\n{output}"
        self._assert_shown(shown, output)
        return output

    def finished(self) -> None:
        """Assert that nothing on the page was left out."""
        assert not self._left, f"{self.path} goes on:\n{self._left[0][1]}"

    def _next(self, kind: str) -> str:
        assert self._left, f"{self.path} has no more blocks"
        found, content = self._left.pop(0)
        assert found == kind, f"{self.path}: the next block is {found}, not {kind}:\n{content}"
        return content

    def _assert_shown(self, shown: list[str], output: str) -> None:
        printed = iter([" ".join(line.split()) for line in output.splitlines()])
        for line in shown:
            pattern = ".*".join(re.escape(" ".join(part.split())) for part in line.split("..."))
            if pattern != ".*":
                assert any(re.search(pattern, each) for each in printed), f"{self.path}: not shown: {line}\n{output}"

"""What every demonstration has: its words on the terminal, its own folder, and an end that leaves nothing behind."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import signal
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

from pulumi_stack import Result

PROJECT_FOLDER = Path(__file__).resolve().parents[1]
TERSE = ("--suppress-permalink=true", "--suppress-progress")


class UnexpectedError(Exception):
    """The demonstration did not go as it should; the message says what was seen."""


class Narrator:
    """Prints the demonstration: numbered headings, commands with their output, remarks."""

    def __init__(self) -> None:
        self.step = 0

    def heading(self, text: str) -> None:
        """Begin a step."""
        self.step += 1
        title = f"{self.step}. {text}"
        print(f"\n{title}\n{'-' * len(title)}", flush=True)

    def remark(self, text: str) -> None:
        """Say something in a paragraph."""
        print(textwrap.fill(text, 100), flush=True)

    def listing(self, text: str) -> None:
        """Show what a program printed, indented, without the blank lines."""
        lines = (line.rstrip() for line in text.splitlines())
        print("\n".join(f"    {line}" for line in lines if line.strip()), flush=True)

    def command(self, result: Result) -> None:
        """Show a command of Pulumi as a person would give it, and what it printed."""
        shown = ["pulumi", result.command[0], *(option for option in ("--yes", "--diff") if option in result.command)]
        print(f"$ {' '.join(shown)}   ({result.seconds:.1f} s)", flush=True)
        self.listing(result.output if result.ok else _why_it_failed(result.output))


def _why_it_failed(output: str) -> str:
    """Return the part of a failed command's output that a person reads: which resource was refused, and why.

    The progress before it, and that the stack failed because its resource did, are left out; `...` stands for them.
    """
    _progress, found, diagnostics = output.partition("Diagnostics:\n")
    if not found:
        return output
    blocks = re.split(r"^(?=  \S)", diagnostics, flags=re.MULTILINE)
    return "...\n" + "".join(block for block in blocks if not block.startswith("  pulumi:pulumi:Stack "))


def perform(demonstration: Callable[[Narrator, Path], None], conclusion: str) -> int:
    """Run a demonstration in a folder of its own.

    Args:
        demonstration: All steps, in order; it raises `UnexpectedError` where one did not do what is said of it.
        conclusion: The last line of one that went well.

    Returns:
        The exit code: 0 if everything went as it should.
    """
    signal.signal(signal.SIGTERM, _ended)
    # The mail server's library warns its own users of its attributes.
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    try:
        with _workspace() as folder:
            demonstration(Narrator(), folder)
    except UnexpectedError as error:
        print(f"\nThe demonstration failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(f"\n{conclusion}")
    return 0


def expect(what: bool, should: str) -> None:
    """End the demonstration if something is not as it should be.

    Raises:
        UnexpectedError: it is not.
    """
    if not what:
        raise UnexpectedError(should)


@contextlib.contextmanager
def _workspace() -> Iterator[Path]:
    """A folder inside the project for all files, those of the libraries that are used too; removed at the end."""
    scratch = PROJECT_FOLDER / ".scratch"
    scratch.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="demo-", dir=scratch))
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ended(_signal: int, _frame: object) -> NoReturn:
    """Make an ordinary end of a termination, so that everything is removed."""
    sys.exit(143)

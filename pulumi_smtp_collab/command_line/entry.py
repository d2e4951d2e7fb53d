"""Where the script ``smtp-collab`` begins: it needs the extra ``cli``, and ends with an exit code of one list."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

_INSTALL = "smtp-collab needs click and rich, which are not installed: pip install 'pulumi-smtp-collab[cli]'"
_TERMINATED = 128 + signal.SIGTERM


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    try:
        import rich_click  # noqa: F401
    except ImportError:
        sys.stderr.write(f"{_INSTALL}\n")
        sys.exit(1)
    from pulumi_smtp_collab.command_line.application import run

    signal.signal(signal.SIGTERM, _terminate)
    for stream in (sys.stdout, sys.stderr):
        # What a server says must not end a command on a terminal that can't show it.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_output()
    except OSError as error:
        _forget_output()
        sys.stderr.write(f"Error: The output could not be written: {error.strerror}.\n")
        code = code or 1
    sys.exit(code)


def _terminate(_: int, __: FrameType | None) -> NoReturn:
    """End as usual, so that a live picture gives the terminal back as it was."""
    sys.exit(_TERMINATED)


def _forget_output() -> None:
    """Keep the interpreter from writing at its end what could not be written now."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

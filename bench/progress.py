"""Where a long measurement is, on a terminal; nothing where standard error is a file or a pipe."""

from __future__ import annotations

import sys


def show(text: str) -> None:
    """Say what is being measured, in place of what was said before."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K  {text}", end="", file=sys.stderr, flush=True)


def clear() -> None:
    """Take the last of it away."""
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)

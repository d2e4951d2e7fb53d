"""Refuses a release that would be half of one; `make release` asks first.

    python tools/release_check.py      prints what stands against a release, a sentence each, and ends with 1

A package that names no public home can't be found by the engine, and a version without an entry of the changelog tells
nobody what it brings.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from generators import public_home  # noqa: E402 - after the path is set

from pulumi_smtp_collab._version import __version__  # noqa: E402


def faults(changelog: str) -> Iterator[str]:
    """Return what stands against a release of this version, a sentence each."""
    for name in public_home.missing():
        yield f"{name} in tools/generators/public_home.py is empty: the package has no public home yet."
    if f"## [{__version__}]" not in changelog:
        yield f"CHANGELOG.md has no section [{__version__}]: what is unreleased belongs there."


def main() -> int:
    """Print what stands against a release."""
    found = list(faults((ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))
    for each in found:
        print(each, file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())

"""A release: refused while something is missing, and what the package's public home fills in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pulumi_smtp_collab._version import __version__

ROOT = Path(__file__).parent.parent
HOME = "https://git.example.test/owner/pulumi-smtp-collab"


def test_a_release_without_a_public_home_is_refused() -> None:
    """While the one place that names the home is empty, a release ends before anything is built, and says where."""
    command = [sys.executable, str(ROOT / "tools" / "release_check.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "REPOSITORY in tools/generators/public_home.py is empty" in done.stderr
    assert "PUBLISHER in tools/generators/public_home.py is empty" in done.stderr
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.partition("\nrelease: ")[2].partition("\n\n")[0].splitlines()
    assert "release_check.py" in recipe[1], "it is the first thing that a release does"


def test_with_a_public_home_it_goes_and_the_schema_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Filled in, the home is in the schema, where the plugin is downloaded from too, and a described version may go."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import release_check  # type: ignore[import-not-found]  # noqa: PLC0415 - its folder is on the path from here on
    from generators import public_home  # type: ignore[import-not-found]  # noqa: PLC0415
    from generators import schema as generator  # noqa: PLC0415

    for place in (public_home, generator):
        monkeypatch.setattr(place, "REPOSITORY", HOME)
        monkeypatch.setattr(place, "PUBLISHER", "Somebody")
    assert not list(release_check.faults(f"## [{__version__}] - 2026-12-01"))
    assert [each.partition(" ")[0] for each in release_check.faults("## [Unreleased]")] == ["CHANGELOG.md"]
    schema: dict[str, Any] = json.loads(generator.schema_text())
    assert schema["homepage"] == schema["repository"] == HOME
    assert schema["publisher"] == "Somebody"
    assert schema["pluginDownloadURL"] == "github://api.git.example.test/owner/pulumi-smtp-collab"

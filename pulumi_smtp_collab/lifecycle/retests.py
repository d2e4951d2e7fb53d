"""Remembers for a minute what a test in a refresh found: the engine reads twice, in two processes.

``pulumi refresh`` and ``pulumi up --refresh`` read every resource in their preview and again when they run. The
outcome lies in a file of the user's cache folder meanwhile; it holds what the stack's outputs hold, no secret.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from pulumi_smtp_collab.lifecycle.verification import Recorded
from pulumi_smtp_collab.model.report import Verification

_SECONDS = 60


@dataclass(frozen=True, slots=True)
class RetestMemory:
    """The outcomes of the last minute.

    Where the folder can't be used nothing is remembered, and a test runs once more.

    Attributes:
        folder: Where they lie.
    """

    folder: Path

    @classmethod
    def of_user(cls) -> RetestMemory:
        """Gives the memory in the user's cache folder (``XDG_CACHE_HOME``, else ``~/.cache``)."""
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - never raises
        return cls(Path(cache) / "pulumi-smtp-collab" / "retests")

    def recall(self, identifier: str, recorded: Recorded) -> Verification | None:
        """Gives what was found for this saved state in the last minute; None where nothing was."""
        path = self._path(identifier, recorded)
        with contextlib.suppress(OSError, ValidationError, ValueError):
            if time.time() - path.stat().st_mtime <= _SECONDS:
                return Verification.model_validate_json(path.read_text(encoding="utf-8"))
        return None

    def keep(self, identifier: str, recorded: Recorded, found: Verification) -> None:
        """Remembers what was found, and forgets what is older than a minute."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for path in self.folder.iterdir():
                if time.time() - path.stat().st_mtime > _SECONDS:
                    path.unlink(missing_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=self.folder, delete=False, encoding="utf-8") as file:
                json.dump(found.to_wire(), file)
            Path(file.name).replace(self._path(identifier, recorded))

    def _path(self, identifier: str, recorded: Recorded) -> Path:
        # Nothing of the arguments is in the name; the saved verification says which state was read.
        state = json.dumps([identifier, recorded.verification.to_wire()], sort_keys=True)
        return self.folder / hashlib.sha256(state.encode()).hexdigest()

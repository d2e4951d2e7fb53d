"""Remembers for a minute what a test in a refresh found: the engine reads twice, in two processes.

``pulumi refresh`` and ``pulumi up --refresh`` read every resource in their preview and again when they run. The
outcome lies in a file of the user's cache folder meanwhile; it holds what the stack's outputs hold, no secret.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import SecretStr, ValidationError

from pulumi_smtp_collab.lifecycle.verification import verified_digest
from pulumi_smtp_collab.lifecycle.verifier import TestControls, Verifier
from pulumi_smtp_collab.model.properties import arguments_properties
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.record import Evidence, ProviderRecord
from pulumi_smtp_collab.model.report import Verification

_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a test in a refresh found.

    Attributes:
        verification: Its outcome, as it is to be recorded.
        renewed: Whether it belongs to the arguments that were read, and not to those of before.
    """

    verification: Verification
    renewed: bool


@dataclass(frozen=True, slots=True)
class RetestMemory:
    """The outcomes of the last minute.

    Where the folder can't be used nothing is remembered, and a test runs once more.

    Attributes:
        folder: Where they lie; None where there is no such place.
    """

    folder: Path | None

    @classmethod
    def of_user(cls) -> RetestMemory:
        """Return the memory in the user's cache folder."""
        from pulumi_smtp_collab.connectivity.user_cache import user_cache  # noqa: PLC0415 - a preview never needs it

        folder = user_cache()
        return cls(folder and folder / "retests")

    def recall(self, key: str) -> Remembered | None:
        """Return what was found for this saved state in the last minute; None where nothing was."""
        if self.folder is None:
            return None
        path = self.folder / key
        with contextlib.suppress(OSError, ValidationError, ValueError, KeyError, TypeError):
            if time.time() - path.stat().st_mtime <= _SECONDS:
                content = json.loads(path.read_text(encoding="utf-8"))
                return Remembered(Verification.model_validate(content["verification"]), content["renewed"] is True)
        return None

    def keep(self, key: str, found: Remembered) -> None:
        """Remember what was found, and forget what is older than a minute."""
        if self.folder is None:
            return
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for path in self.folder.iterdir():
                with contextlib.suppress(OSError):  # another process may have been quicker
                    if time.time() - path.stat().st_mtime > _SECONDS:
                        path.unlink(missing_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=self.folder, delete=False, encoding="utf-8") as file:
                json.dump({"verification": found.verification.to_wire(), "renewed": found.renewed}, file)
            Path(file.name).replace(self.folder / key)


def retested(identifier: str, recorded: ProviderRecord, verifier: Verifier, controls: TestControls) -> ProviderRecord:
    """Test a provider that was read, where it asks for that, and return what is to be recorded with the outcome.

    Args:
        identifier: The target's identifier.
        recorded: What was read.
        verifier: Tests in this stack.
        controls: What the front end says about the test.
    """
    test = recorded.arguments.connectivity_test
    if not test.retest_on_refresh or test.mode == "off":
        return recorded
    try:
        arguments = ProviderArguments.model_validate(arguments_properties(recorded.arguments))
    except ValidationError:
        return recorded  # not what this version could test; the next up says so
    memory, digest, key = RetestMemory.of_user(), verified_digest(arguments), _key(identifier, recorded)
    found = memory.recall(key)
    if found is None:
        outcome = verifier.retest(replace(recorded, arguments=arguments), controls)
        if outcome is recorded.evidence:
            return recorded  # no test ran
        found = Remembered(outcome.verification, outcome.digest == digest)
        memory.keep(key, found)
    evidence = Evidence(found.verification, digest if found.renewed else recorded.evidence.digest)
    return replace(recorded, evidence=evidence)


def _key(identifier: str, recorded: ProviderRecord) -> str:
    """Return the name of what was read: everything but secrets, which a name must not help to guess."""
    arguments = arguments_properties(recorded.arguments)
    readable = {name: value for name, value in arguments.items() if not isinstance(value, SecretStr)}
    state = json.dumps([identifier, recorded.evidence.verification.to_wire(), readable], sort_keys=True, default=str)
    return hashlib.sha256(state.encode()).hexdigest()

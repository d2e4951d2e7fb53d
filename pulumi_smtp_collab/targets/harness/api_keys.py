"""API keys: where one was read, and what its text tells of itself."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Generation: TypeAlias = Literal["harness", "harness-firstgen"]
"""The targets: NextGen and FirstGen."""

_NEXTGEN = re.compile(r"(?:pat|sat)\.([A-Za-z0-9_-]+)\.[^.]+(\..+)?")
_SENDABLE = re.compile(r"[!-~]+")  # what a header may carry, without spaces (RFC 9110, section 5.5)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key; its text is in no repr.

    Attributes:
        value: The key.
        source: Where it was read, by name: an environment variable or a key of the stack's configuration.
        from_config: True where it comes from the stack's configuration.
    """

    value: str = field(repr=False)
    source: str
    from_config: bool

    @property
    def account_id(self) -> str | None:
        """The account that the key belongs to; None where it doesn't tell."""
        told = told_by(self.value)
        return told[1] if told else None


def told_by(key: str) -> tuple[Generation, str | None] | None:
    """Return the generation and the account that a key's text tells; None where it tells nothing.

    NextGen's are ``pat.<account>.<token>.<secret>`` (``sat`` for a service account), FirstGen's the base64 form of
    ``<account>::…``. NextGen's older form, ``pat.<token>.<secret>``, is still valid and tells no account.
    """
    match = _NEXTGEN.fullmatch(key)
    if match:
        return "harness", match[1] if match[2] else None
    try:
        account, separator, _ = base64.b64decode(key, validate=True).decode("ascii").partition("::")
    except (binascii.Error, ValueError):
        return None
    return ("harness-firstgen", account) if separator and account else None


def key_fault(key: str, generation: Generation) -> str:
    """Say what is wrong with a key's text, without any of it; "" where nothing is."""
    if not _SENDABLE.fullmatch(key):
        if key.endswith(("\n", "\r")):
            return "ends with a line break, as text read from a file does; strip it"
        return "holds spaces or characters that no API key has"
    told = told_by(key)
    if told is not None and told[0] != generation:
        names = {"harness": "NextGen", "harness-firstgen": "FirstGen"}
        return f"holds a key of {names[told[0]]}, and the target {generation} needs one of {names[generation]}"
    return ""

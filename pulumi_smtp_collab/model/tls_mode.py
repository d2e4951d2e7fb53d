"""The one closed choice behind the form's two boxes, and the port that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

TlsMode: TypeAlias = Literal["none", "starttls", "implicit"]
"""No TLS, Start TLS (required), or TLS from the start."""

DEFAULT_PORTS: Mapping[TlsMode, int] = {"none": 25, "starttls": 587, "implicit": 465}
"""The port that follows from the TLS mode: RFC 5321 section 4.5.4.2, RFC 6409 section 3.1, RFC 8314 section 7.3."""


def tls_mode(*, ssl: bool, start_tls: bool) -> TlsMode:
    """Return the closed choice that the two boxes stand for."""
    if ssl:
        return "implicit"
    return "starttls" if start_tls else "none"

"""Settings that are allowed and seldom meant. Free of other imports, since every program loads it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_REFERENCE = re.compile(
    r"<\+.+>|secretName:\S+|(account|org)\.[A-Za-z_][\w$]*|hashicorpvault://\S+|\$\{[^}]+\}|\{\{.+\}\}|%[A-Z_][A-Z0-9_]*%|"
    r"op://\S+|arn:aws:(secretsmanager|ssm):\S+|projects/[^/]+/secrets/\S+",
    re.DOTALL,
)
"""Texts by which pipelines, shells and stores of secrets name a secret, as a whole."""

LOOKED_AT = ("port", "ssl", "start_tls", "username", "ca_certificates", "tls_server_name")
"""The arguments, by Python name, that the warnings depend on."""


def unusual_pairs(settings: Mapping[str, Any]) -> Iterator[str]:
    """Return a warning for each pair of settings that is seldom meant.

    Args:
        settings: The arguments by Python name; what is absent or None is left out.
    """
    port, ssl, start_tls = settings.get("port"), settings.get("ssl"), settings.get("start_tls")
    port = int(port) if isinstance(port, str) and re.fullmatch("[0-9]{1,5}", port) else port
    if port == 465 and start_tls:  # noqa: PLR2004 - the port of RFC 8314
        yield "port 465 usually speaks TLS from the start: ssl=True; start_tls=True usually goes with port 587"
    if port == 587 and ssl:  # noqa: PLR2004 - the port of RFC 6409
        yield "port 587 usually begins in plain text: start_tls=True; ssl=True usually goes with port 465"
    if port == 25 and start_tls and settings.get("username") is not None:  # noqa: PLR2004 - the port of RFC 5321
        yield "port 25 is for mail between servers and often takes no login: a login usually goes to port 587"
    if not ssl and not start_tls:
        for name in ("ca_certificates", "tls_server_name"):
            if settings.get(name) is not None:
                yield f"{name} has no effect without TLS (neither ssl nor start_tls is set)"


def unusual_password(password: str) -> Iterator[str]:
    """Return a warning for each way in which a password looks as if it were not meant; none shows it.

    Args:
        password: The password, in plain.
    """
    around = "" if password.endswith(("\n", "\r")) else whitespace_around(password)  # a line break is refused
    if around:
        yield f"the password {around}: is that meant?"
    if _REFERENCE.fullmatch(password.strip()):
        yield (
            "the password looks like the name of a secret that is kept elsewhere (such as account.smtp_password, "
            '<+secrets.getValue("...")> or ${PASSWORD}), and nothing here looks it up: give the value itself'
        )


def whitespace_around(text: str) -> str:
    """Say of a credential, without showing it, that it begins or ends with whitespace; empty where it does not."""
    ends = [name for name, there in (("begins", text[:1].isspace()), ("ends", text[-1:].isspace())) if there]
    return f"{' and '.join(ends)} with whitespace" if ends else ""

"""How texts name an argument: as a program writes it, or as the option that gives it here."""

from __future__ import annotations

import re
from enum import Enum

OPTIONS = {
    "host": "HOST",
    "port": "HOST:PORT",
    "from_address": "--from",
    "username": "--username",
    "password": "the password (--password-stdin, --password-env or --password-command)",
    "ssl": "--ssl",
    "start_tls": "--start-tls",
    "ca_certificates": "--ca",
    "tls_server_name": "--server-name",
    "ehlo_name": "--ehlo-name",
    "allow_plaintext_login": "--allow-plaintext-login",
    "depth": "--depth",
    "recipient": "--recipient",
    "deadline_seconds": "--deadline",
    "attempts": "--attempts",
    "connect_to": "--connect-to",
    "address_family": "--address-family",
    "second_look": "--second-look",
    "credentials_settle_seconds": "--settle",
}
"""The option that gives an argument."""

_WORDS = ("host", "port", "username", "password", "depth", "recipient", "attempts")
"""Arguments whose name is a word of English too: they are left alone unless a value follows."""

_FLAGS = ("ssl", "start_tls", "allow_plaintext_login")
_HOST_AND_PORT = re.compile(r'\bhost="([^"]+)"(?:, port=(\d+))?')
_FLAG = re.compile(rf"\b({'|'.join(_FLAGS)})=True\b")
_VALUE = re.compile(rf'\b(?:connectivity_test\.)?({"|".join(OPTIONS)})=(?:"([^"]*)"|([0-9]+(?:\.[0-9]+)?))')
_NAME = re.compile(
    rf"(?<![\w.-])(?:connectivity_test\.({'|'.join(OPTIONS)})|({'|'.join(set(OPTIONS) - set(_WORDS))}))(?![\w=])"
)


class Wording(Enum):
    """Whose words a text uses."""

    PROGRAM = "program"
    OPTIONS = "options"

    def of(self, text: str) -> str:
        """Return a text about arguments in these words."""
        if self is Wording.PROGRAM:
            return text
        text = _HOST_AND_PORT.sub(lambda match: f"{match[1]}:{match[2]}" if match[2] else match[1], text)
        text = _FLAG.sub(lambda match: OPTIONS[match[1]], text)
        text = _VALUE.sub(_with_value, text)
        return _NAME.sub(lambda match: OPTIONS[match[1] or match[2]], text)


def _with_value(match: re.Match[str]) -> str:
    value = match[2] if match[2] is not None else match[3]
    return f"HOST:{value}" if match[1] == "port" else f"{OPTIONS[match[1]]} {value}"

"""The lines to write in a program: a provider's declaration from its settings, in the languages that are supported."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a declaration needs.

    Attributes:
        host: The server.
        port: The port; None where it follows from the TLS mode.
        tls_mode: none, starttls or implicit.
        from_address: The From address; None where it is not known yet.
        username: The user name; None where there is no login.
        name: The resource's name.
    """

    host: str
    tls_mode: str
    port: int | None = None
    from_address: str | None = None
    username: str | None = None
    name: str = "deployment-mail"


_DEFAULT_PORTS = {"none": 25, "starttls": 587, "implicit": 465}


def python_lines(declared: Declaration) -> list[str]:
    """Return the declaration in Python."""
    lines = [
        "provider = SmtpCollaborationProvider(",
        f"    {json.dumps(declared.name)},",
        f"    host={json.dumps(declared.host)},",
    ]
    if declared.tls_mode == "starttls":
        lines.append("    start_tls=True,")
    if declared.tls_mode == "implicit":
        lines.append("    ssl=True,")
    if declared.port not in {None, _DEFAULT_PORTS[declared.tls_mode]}:
        lines.append(f"    port={declared.port},")
    sender = declared.from_address
    lines.append(f"    from_address={json.dumps(sender or 'you@example.com', ensure_ascii=False)},")
    if not sender:
        lines[-1] += "  # yours"
    if declared.username:
        lines.append(f"    username={json.dumps(declared.username, ensure_ascii=False)},")
        lines.append('    password=pulumi.Config().require_secret("smtpPassword"),')
    return [*lines, ")"]


def configuration_lines(declared: Declaration) -> list[str]:
    """Return the commands that set what the program reads; a secret is asked for, and is in no history."""
    return ["pulumi config set --secret smtpPassword"] if declared.username else []

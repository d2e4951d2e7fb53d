"""The Pulumi programs of the tests, made of a provider's arguments."""

from __future__ import annotations

from typing import Any

KIND = "SmtpCollaborationProvider"
"""The end of the resource's type."""


class Code(str):
    """An argument that is written into the program as code instead of as a value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def declaration(resource_name: str = "mail", /, **arguments: Any) -> str:
    """Return the statement that declares one provider."""
    written = "".join(f"\n    {name}={value!r}," for name, value in arguments.items())
    return f"{resource_name.replace('-', '_')} = SmtpCollaborationProvider(\n    {resource_name!r},{written}\n)\n"


def program(*declarations: str, exports: str = "") -> str:
    """Return a program with these declarations, and further code after them."""
    head = "import pulumi\nfrom pulumi_smtp_collab import SmtpCollaborationProvider, ConnectivityTestArgs\n\n"
    return head + "\n".join(declarations) + "\n" + exports


def provider(**arguments: Any) -> str:
    """Return a program that declares one provider, named ``mail``."""
    return program(declaration("mail", **{"from_address": "ci@example.test", **arguments}))

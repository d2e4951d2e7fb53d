"""What a provider takes as its password: a text, an output, or an Encrypted Text, which it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from pulumi_smtp_collab.resources.declared_text import DeclaredText, declared_texts
from pulumi_smtp_collab.resources.errors import WrongArguments


def password_properties(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a provider's password as its inputs: a resource that is passed as a property would arrive as its id.

    Args:
        given: The provider's arguments by Python name.

    Raises:
        WrongArguments: An Encrypted Text and a reference to one are given, or what only names one.
    """
    password = given.get("password")
    if isinstance(password, pulumi.Output):
        _refuse_other_outputs(password)
    if not isinstance(password, DeclaredText):
        return {} if password is None else {"password": pulumi.Output.secret(password)}
    if given.get("password_reference") is not None:
        raise WrongArguments(
            "SmtpCollaborationProvider: password=EncryptedText(...) sets password_reference; give one of them"
        )
    password.is_password = True
    value: pulumi.Output[Any] = pulumi.Output.secret(password.value)
    return {"password": None if password.is_selected else value, "password_reference": password.reference}


def _refuse_other_outputs(password: pulumi.Output[Any]) -> None:
    """Refuse an output that names an Encrypted Text: it would be saved and used as the password."""
    for text in declared_texts:
        for output in ("id", "urn", "name", "identifier"):
            if password is getattr(text, output, None):
                raise WrongArguments(
                    f"SmtpCollaborationProvider: password: is the {output} of an EncryptedText, not what it holds: "
                    "give the EncryptedText itself"
                )

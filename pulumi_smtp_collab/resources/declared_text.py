"""What a provider takes as its password, be it declared by the dynamic front end or the native one."""

from __future__ import annotations

from weakref import WeakSet

from pulumi_smtp_collab.resources.generated.outputs import EncryptedTextOutputs


class DeclaredText(EncryptedTextOutputs):
    """An Encrypted Text of either front end, declared or selected."""

    is_selected: bool = False
    """Whether it exists already and was selected, so that its value is not known."""

    is_password: bool = False
    """Whether a provider of the program has it as its password."""


declared_texts: WeakSet[DeclaredText] = WeakSet()
"""All that live in this process."""

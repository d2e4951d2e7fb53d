"""What a provider inherits from the Encrypted Text that holds its password, so that no program gives it."""

from __future__ import annotations

INHERITED: dict[str, str] = {
    "usage_scope": "is inherited from the EncryptedText that holds the password: give it to "
    "EncryptedText(usage_scope=...), and that as password; a plain password has the scope of the account",
}
"""By argument, why it can't be given and what to do; the end of a sentence."""

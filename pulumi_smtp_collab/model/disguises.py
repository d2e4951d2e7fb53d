"""The forms in which others may echo a secret: one list, for what a mail server says and for what Harness says."""

from __future__ import annotations

import base64
from urllib.parse import quote, quote_plus


def disguises(secret: bytes) -> set[bytes]:
    """Return a secret's other forms: in base64 with and without padding, percent-encoded, in hexadecimal."""
    quoted = {quote(secret, safe=""), quote(secret), quote_plus(secret)}
    return {
        *base64_forms(secret),
        *(form.encode("ascii") for form in quoted),
        secret.hex().encode("ascii"),
        secret.hex().upper().encode("ascii"),
    } - {secret}


def base64_forms(secret: bytes) -> set[bytes]:
    """Return a secret in base64, by both alphabets (RFC 4648, sections 4 and 5), with and without padding."""
    encoded = {base64.b64encode(secret), base64.urlsafe_b64encode(secret)}
    return encoded | {form.rstrip(b"=") for form in encoded}

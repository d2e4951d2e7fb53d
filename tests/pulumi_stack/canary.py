"""Looks for a secret where it must not be, in the forms that it takes on its way to a mail server."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote


@dataclass(frozen=True)
class Leak:
    """A place where a secret was found.

    Attributes:
        place: a file, or which command printed it.
        form: the form of the secret, by its name.
    """

    place: str
    form: str


def secret_forms(secret: str, username: str = "") -> dict[str, bytes]:
    """The byte strings by which a secret is recognized: as it is, escaped, in base64 at any place, in AUTH PLAIN.

    Base64 of a text that contains the secret shows it in one of three ways, by its place modulo three (RFC 4648,
    section 4); the characters at both ends depend on what stands beside it and are left out. Blanks at its ends are
    left out too: what was trimmed on the way is the secret still.
    """
    secret = secret.strip()
    raw = secret.encode()
    plain = f"\0{username}\0{secret}".encode()
    forms = {
        "plain": raw,
        "JSON": json.dumps(secret)[1:-1].encode(),
        "URL": quote(secret, safe="").encode(),
        "hexadecimal": raw.hex().encode(),
        "AUTH PLAIN": base64.b64encode(plain)[: len(plain) * 8 // 6],
    }
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw)
        first = (0, 2, 3)[before]
        last = (before + len(raw)) * 8 // 6
        forms[f"base64 after {before}"] = encoded[first:last]
    return forms


def search(
    folders: Iterable[Path],
    texts: Mapping[str, bytes],
    forms: Mapping[str, bytes],
    *,
    leaving_out: Collection[Path] = (),
) -> list[Leak]:
    """Every place where a form stands: all files below the folders, links not followed, and the texts."""
    contents = dict(texts)
    for folder in folders:
        for path, _folders, files in os.walk(folder):
            paths = (Path(path) / file for file in files)
            regular = [each for each in paths if each.is_file() and not each.is_symlink() and each not in leaving_out]
            contents |= {str(each): each.read_bytes() for each in regular}
    return [
        Leak(name, form) for name, content in contents.items() for form, wanted in forms.items() if wanted in content
    ]

"""Text of a server that is no UTF-8: some mail services still answer in their country's own encoding."""

from __future__ import annotations

import re

_CANDIDATES = ("gb18030", "big5", "shift_jis", "cp1251", "koi8_r", "cp1252")
"""What servers are known to answer in. Few, since a short text fits into dozens of encodings."""

PASSWORD_ENCODINGS = ("latin-1", *_CANDIDATES, "euc_kr", "utf-16-le", "utf-16-be")
"""Encodings in which a server may repeat what it was given, beside UTF-8."""

_MOST_LOOKED_AT = 1024
_NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NO_LETTERS = re.compile("[\x80-\x9f\ue000-\uf8ff\ufffd]")


def encoding_of(raw: bytes) -> str:
    """Return the encoding of a reply: UTF-8 where it fits, else the likeliest one that makes it readable.

    What is no text in any (control characters, bytes that fit nowhere) is taken as broken UTF-8, whose bytes are then
    shown one by one.
    """
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    if _NO_TEXT.search(raw):
        return "utf-8"
    # Only such a reply needs it.
    from charset_normalizer import from_bytes  # noqa: PLC0415

    best = from_bytes(raw[:_MOST_LOOKED_AT], cp_isolation=list(_CANDIDATES)).best()
    if best is None:
        return "utf-8"
    try:
        decoded = raw.decode(best.encoding)
    except UnicodeDecodeError:
        return "utf-8"
    return "utf-8" if _NO_LETTERS.search(decoded) else best.encoding

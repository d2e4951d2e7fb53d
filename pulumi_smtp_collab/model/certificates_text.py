"""What a text is that should be PEM certificates and is not: what people paste instead, and how to write it."""

from __future__ import annotations

import base64
import binascii
import re

_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
_HEAD = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----")
_BLOCK = re.compile(rf"{_BEGIN}(.*?){_END}", re.DOTALL)
_BODY = re.compile(r"[A-Za-z0-9+/=\s]+")
_FEWEST = 64  # characters of a body: a shorter text is a word

_KEEP_LINES = 'keep its lines: in YAML write it below "|", in Python read it with pathlib.Path(...).read_text()'


def what_it_is(text: str) -> str:
    """Say what a text is that holds no certificate which can be read, and what to write; it is never quoted.

    Args:
        text: The text with plain line ends and without whitespace around its lines.
    """
    if not text.strip():
        return "it is empty; leave it out where no private CA is to be trusted"
    if _BEGIN in text or _END in text:
        return _of_a_block(text)
    head = _HEAD.search(text)
    if head:
        return f"it holds a {head[1]} and no CERTIFICATE"
    if len(text.splitlines()) == 1 and re.search(r"[./\\]", text) and not _decoded(text):
        return "it looks like a file's name; give the file's text: pathlib.Path(...).read_text(), in YAML fn::readFile"
    decoded = _decoded(text)
    if _BEGIN.encode() in decoded:
        return (
            "it is the base64 form of a PEM text, as Kubernetes keeps it; give the text: base64.b64decode(...).decode()"
        )
    if decoded.startswith(b"0\x82"):  # a DER sequence of a certificate's length
        return (
            f"it is the inside of a certificate alone; put {_BEGIN} before it and {_END} after it, on their own lines"
        )
    return f"it holds no {_BEGIN} block"


def _of_a_block(text: str) -> str:
    if "\\n" in text:
        return r"its line breaks are written out as \n; " + _KEEP_LINES
    if text.count(_BEGIN) > text.count(_END):
        return f"it is cut off: a {_BEGIN} has no {_END}; give the whole file"
    if text.count(_BEGIN) < text.count(_END):
        return f"its start is missing: an {_END} has no {_BEGIN}; give the whole file"
    if any(len(body.strip().splitlines()) < 2 and len(body) > _FEWEST for body in _BLOCK.findall(text)):  # noqa: PLR2004
        return 'its lines were joined into one, as YAML\'s ">" does; ' + _KEEP_LINES
    return "a block between BEGIN and END CERTIFICATE can't be read: characters of it are missing or were changed"


def _decoded(text: str) -> bytes:
    if len(text) < _FEWEST or not _BODY.fullmatch(text):
        return b""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""

"""What the server says is untrusted: made safe to show before it gets anywhere."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from contextlib import suppress

from pulumi_smtp_collab.connectivity.charsets import PASSWORD_ENCODINGS, encoding_of
from pulumi_smtp_collab.model.disguises import base64_forms, disguises

_MAX_SHOWN = 512
_SHORTEST_BASE64 = 8
_TO_USUAL_ALPHABET = bytes.maketrans(b"-_", b"+/")  # RFC 4648, section 5

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff\ufff9-\ufffb]")


def visible(text: str) -> str:
    """Return a text whose control characters, escape sequences and marks of direction are written out."""
    return _UNSAFE.sub(lambda match: _written_out(match.group()), text)


def _written_out(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 - what two digits hold


class Scrubber:
    """Replaces credentials in what a server said: in plain, in base64, in AUTH PLAIN's blob, in an answer.

    Args:
        username: The user name; it is no secret in itself, but its base64 form is half of a recorded login.
        password: The password.
    """

    def __init__(self, username: str | None = None, password: str | None = None) -> None:
        self._password = _encoded(password)
        # What may be base64 of more than a password alone, whose own forms are known to the letter.
        shortest = max(_SHORTEST_BASE64, min((len(form) for form in self._password), default=0) * 4 // 3)
        self._base64 = re.compile(rb"[A-Za-z0-9+/_-]{%d,}={0,2}" % shortest)
        self._forms: set[bytes] = set()
        if password:
            for form in self._password:
                self._forms |= {form, *disguises(form)}
            for name in _encoded(username):
                self._forms |= base64_forms(name)

    def also(self, answers: Iterable[bytes]) -> None:
        """Scrub further forms from now on: an answer that was computed from the password."""
        self._forms.update(answer for answer in answers if answer)

    def clean(self, raw: bytes) -> str:
        """Return bytes of the server as text that is safe to show: scrubbed, visible, bounded."""
        return self._clean(raw, encoding_of(raw))

    def clean_all(self, lines: list[bytes]) -> tuple[str, ...]:
        """Return each line of a reply as ``clean`` does.

        Credentials that go over the end of a line would show where the lines are joined again: such a reply is given
        as one line.
        """
        whole = b" ".join(lines)
        encoding = encoding_of(whole)
        if len(lines) > 1:
            if whole.isascii() and self._clean(whole, encoding).encode() == whole:
                return tuple(line.decode() for line in lines)
            if self._scrubbed(whole) != b" ".join(self._scrubbed(line) for line in lines):
                return (self._clean(whole, encoding),)
        return tuple(self._clean(line, encoding) for line in lines)

    def _clean(self, raw: bytes, encoding: str) -> str:
        scrubbed = self._scrubbed(raw)
        text = scrubbed.decode(encoding, "backslashreplace")
        if encoding != "utf-8":
            # What was no form of the password in bytes may be one as text.
            text = self._scrubbed(text.encode()).decode("utf-8", "backslashreplace")
        text = visible(text)
        return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}… ({len(scrubbed)} bytes)"

    def _scrubbed(self, raw: bytes) -> bytes:
        if not self._forms:
            return raw
        # First what is base64, since a part of a recorded login may look like one of the forms.
        raw = self._base64.sub(self._unless_credentials, raw)
        if any(b" " in form or raw.find(form) >= 0 for form in self._forms):
            raw = self._pattern().sub(b"[hidden]", raw)
        return raw

    def _pattern(self) -> re.Pattern[bytes]:
        return re.compile(b"|".join(_as_pattern(form) for form in sorted(self._forms, key=len, reverse=True)))

    def _unless_credentials(self, match: re.Match[bytes]) -> bytes:
        token = match.group().translate(_TO_USUAL_ALPHABET).rstrip(b"=")
        try:
            decoded = base64.b64decode(token + b"=" * (-len(token) % 4))
        except (binascii.Error, ValueError):
            return match.group()
        return b"[hidden]" if any(form in decoded for form in self._password) else match.group()

    def __repr__(self) -> str:
        return "Scrubber()"


def _as_pattern(form: bytes) -> bytes:
    """Return a pattern for the form with any run of spaces for one: messages show a run as one."""
    escaped = re.escape(form)
    return re.sub(rb"(\\ )+", b" +", escaped) if form.strip() else escaped


def _encoded(text: str | None) -> tuple[bytes, ...]:
    if not text:
        return ()
    forms = [text.encode()]
    for encoding in PASSWORD_ENCODINGS:
        with suppress(UnicodeEncodeError):
            forms.append(text.encode(encoding))
    return tuple(dict.fromkeys(forms))

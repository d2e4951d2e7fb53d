"""Certificates, user names and passwords as arguments. No rule here ever shows a password."""

from __future__ import annotations

import re
import ssl

from pydantic import SecretStr

from pulumi_smtp_collab.model.base import broken
from pulumi_smtp_collab.model.certificates_text import what_it_is
from pulumi_smtp_collab.model.unusual_settings import whitespace_around

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_WHITESPACE = " \t\n\r\f\v"
_PEM_RULE = "must be the text of one or more CA certificates in PEM form"


def normalise_certificates(value: str) -> str:
    """Return the PEM text with plain line ends and no whitespace around its lines.

    Raises:
        PydanticCustomError: No certificate can be read from the text. The text is not shown: a private key may
            have been given by mistake.
    """
    text = "\n".join(line.strip() for line in value.strip().splitlines()) + "\n"
    if "PRIVATE KEY-----" in text:
        raise broken(_PEM_RULE, "it holds a private key; give the certificates alone, and treat that key as exposed")
    if not _CERTIFICATE.search(text):
        raise broken(_PEM_RULE, what_it_is(text))
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
    except (ssl.SSLError, ValueError):
        raise broken(_PEM_RULE, what_it_is(text)) from None
    return text


def check_username(value: str) -> str:
    """Return the user name as it is.

    Raises:
        PydanticCustomError: It is empty or holds what no SMTP login can carry.
    """
    fault = _credential_fault(value)
    if fault:
        raise broken("must be the user name of the SMTP login", fault)
    bare = value.strip(_WHITESPACE)
    if bare != value:
        instead = f"write {bare!r}" if bare else "leave it out where the server wants no login"
        raise broken("must be the user name of the SMTP login", f"{value!r} {whitespace_around(value)}; {instead}")
    return value


def check_password(value: SecretStr) -> SecretStr:
    """Return the password as it is.

    Raises:
        PydanticCustomError: It is empty or holds what no SMTP login can carry. Its value is not shown.
    """
    fault = _credential_fault(value.get_secret_value())
    if fault:
        raise broken("must be the password of the SMTP login", fault)
    return value


def _credential_fault(text: str) -> str:
    if not text:
        return "it is empty; leave it out where the server wants no login"
    if text.endswith(("\n", "\r")):
        return "it ends with a line break, as text read from a file does; strip it"
    if "\n" in text or "\r" in text:
        return "it holds a line break"
    if "\0" in text:
        return "it holds a NUL character (RFC 4616, section 2)"
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return "it can't be written in UTF-8"
    return ""

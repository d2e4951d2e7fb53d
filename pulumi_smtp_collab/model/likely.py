"""Which of the known names a wrong one is likely to mean. Free of other imports, since every program loads it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

_OTHER_WORDS: Mapping[str, tuple[str, ...]] = {
    "account": ("account_id",),
    "apikey": ("api_key_env",),
    "authpassword": ("password",),
    "authuser": ("username",),
    "authusername": ("username",),
    "ca": ("ca_certificates",),
    "cabundle": ("ca_certificates",),
    "cacert": ("ca_certificates",),
    "cafile": ("ca_certificates",),
    "cert": ("ca_certificates",),
    "certificate": ("ca_certificates",),
    "email": ("from_address",),
    "emailaddress": ("from_address",),
    "enablessl": ("ssl",),
    "enablestarttls": ("start_tls",),
    "enabletls": ("start_tls",),
    "encryption": ("start_tls",),
    "from": ("from_address",),
    "fromemail": ("from_address",),
    "fromname": ("from_address",),
    "helo": ("ehlo_name",),
    "helodomain": ("ehlo_name",),
    "heloname": ("ehlo_name",),
    "hostname": ("host",),
    "label": ("display_name",),
    "level": ("depth",),
    "login": ("username",),
    "mail": ("from_address",),
    "mailfrom": ("from_address",),
    "name": ("display_name",),
    "organization": ("org",),
    "pass": ("password", "value"),
    "passwd": ("password", "value"),
    "password": ("value",),
    "pwd": ("password", "value"),
    "relay": ("host",),
    "relayhost": ("host",),
    "retries": ("attempts",),
    "secret": ("password", "value"),
    "secure": ("start_tls",),
    "selectors": ("delegate_selectors",),
    "sender": ("from_address",),
    "senderaddress": ("from_address",),
    "senderemail": ("from_address",),
    "server": ("host",),
    "sni": ("tls_server_name",),
    "sslenabled": ("ssl",),
    "text": ("value",),
    "timeout": ("deadline_seconds",),
    "timeoutseconds": ("deadline_seconds",),
    "title": ("display_name",),
    "tls": ("start_tls",),
    "tlsenabled": ("start_tls",),
    "to": ("recipient",),
    "url": ("endpoint", "host"),
    "user": ("username",),
    "userid": ("username",),
    "usessl": ("ssl",),
    "usestarttls": ("start_tls",),
    "usetls": ("start_tls",),
}
"""What others call an argument, without underscores and capitals; first the one that is meant where both are there."""

PARTS = ("connectivity_test", "target", "usage_scope")
"""The arguments that have arguments of their own, which a program may give beside them instead of inside."""


def likely(name: str, known: Collection[str], parts: Mapping[str, Collection[str]] | None = None) -> str:
    """Return ``; did you mean …?`` for a name that resembles a known one, else nothing.

    Args:
        name: The name as it was given.
        known: The names that there are, in Python's spelling.
        parts: Those of the arguments that have arguments of their own: the name may belong there.
    """
    words = (name, *_other_words(name))
    for part, inside in (parts or {}).items():
        found = next((each for word in words for each in inside if _bare(each) == _bare(word)), None)
        if found and not any(word in known for word in words):
            return f'; it belongs into {part}: write {part}={{"{found}": ...}}'
    found = meant(name, known)
    return f"; did you mean {found}?" if found else ""


def meant(name: str, known: Collection[str]) -> str | None:
    """Return the known name that a wrong one resembles; underscores and capitals make no difference."""
    from difflib import get_close_matches  # noqa: PLC0415 - needed for a misspelt name alone

    other = next((word for word in _other_words(name) if word in known), None)
    if other:
        return other
    plain = {_bare(each): each for each in known}
    close = get_close_matches(_bare(name).removeprefix("smtp"), plain, n=1)
    return plain[close[0]] if close else None


def _other_words(name: str) -> tuple[str, ...]:
    bare = _bare(name)
    return _OTHER_WORDS.get(bare) or _OTHER_WORDS.get(bare.removeprefix("smtp"), ())


def _bare(name: str) -> str:
    return name.replace("_", "").lower()

"""Mail addresses as arguments: RFC 5321's mailbox, SMTPUTF8 ones (RFC 6531) too."""

from __future__ import annotations

import re
from email.utils import parseaddr

from pulumi_smtp_collab.model.base import broken
from pulumi_smtp_collab.model.hosts import ip_address, may_hold_credentials, normalise_host

_RULE = 'must be a mail address, such as "ci@example.com"'
# What RFC 5322 calls atext, and all beyond ASCII. Written as what is left out: a class of a million characters takes
# longer to compile than all other patterns together.
_ATEXT = r'[^\x00-\x20\x7f()<>\[\]:;@\\,."]'
_DOT_STRING = re.compile(rf"{_ATEXT}+(\.{_ATEXT}+)*")
_QUOTED_STRING = re.compile(r'"([^\x00-\x1f\x7f"\\]|\\[ -~])*"')
_OF_A_URL = re.compile(r"[:/\\]|@.*@")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_MAX_LOCAL_PART = 64  # octets: RFC 5321, section 4.5.3.1.1
_MAX_ADDRESS = 254  # octets: RFC 5321, section 4.5.3.1.3, less the angle brackets


def split_mailbox(address: str) -> tuple[str, str]:
    """Split a checked address into its local part and its domain."""
    local, _, domain = address.rpartition("@")
    return local, domain


def normalise_mailbox(value: str) -> str:
    """Return the address as given, its domain in lower case and an IDN as its A-labels.

    The local part is kept to the letter: only the receiving system knows what its case means (RFC 5321,
    section 2.3.11).

    Raises:
        PydanticCustomError: The value is no mail address; the message says what to write instead.
    """
    if not value.strip():
        raise broken(_RULE, "it is empty")
    if _CONTROL.search(value):
        raise broken(_RULE, "it holds a control character or a line break")
    if _holds_several(value):
        raise broken(_RULE, "it holds several addresses; give one address only")
    local, domain = split_mailbox(value)
    quotable = not _OF_A_URL.search(value)
    bracketed = value.endswith(">") and parseaddr(value)[1]
    if bracketed and "@" in bracketed:
        raise broken(_RULE, f'give the address alone: "{bracketed}"' if quotable else "give the address alone")
    if value != value.strip():
        raise broken(_RULE, "remove the whitespace around it")
    if not local or not domain:
        raise broken(_RULE, f"{repr(value) if quotable else 'it'} has no local part and domain around an @")
    if not (_DOT_STRING.fullmatch(local) or _QUOTED_STRING.fullmatch(local)):
        shown = repr(local) if quotable else "what precedes the last @"
        raise broken(_RULE, f"{shown} is no local part (RFC 5321, section 4.1.2)")
    if len(local.encode()) > _MAX_LOCAL_PART:
        raise broken(_RULE, f"the part before the @ is longer than {_MAX_LOCAL_PART} octets")
    normal = f"{local}@{_normalise_domain(domain)}"
    if len(normal.encode()) > _MAX_ADDRESS:
        raise broken(_RULE, f"it is longer than {_MAX_ADDRESS} octets")
    return normal


def _holds_several(value: str) -> bool:
    """Return whether the text is a list of addresses; a quoted local part may look like one."""
    if _QUOTED_STRING.fullmatch(split_mailbox(value)[0]):
        return False
    return sum("@" in part for part in re.split(r"[,;\s]+", value)) > 1


def _normalise_domain(domain: str) -> str:
    if domain.startswith("[") and domain.endswith("]"):
        inside = domain[1:-1].removeprefix("IPv6:")
        if ip_address(inside) is not None:
            return domain
        raise broken(_RULE, "what follows the @ is no address literal")
    if ip_address(domain) is not None:
        raise broken(_RULE, f"an address as the domain needs brackets: [{domain}]")
    try:
        return normalise_host(domain)
    except Exception:  # noqa: BLE001 - the rule of this argument is the one to show
        seen = "what follows the last @" if may_hold_credentials(domain) else repr(domain)
        raise broken(_RULE, f"{seen} is no domain") from None

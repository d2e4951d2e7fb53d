"""Host names and IP addresses as arguments: what is one, what people paste instead, and how it is normalised."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

import idna

from pulumi_smtp_collab.model.base import broken

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_HOST_RULE = "must be a host name or an IP address, without scheme, port, path or user"
_ALONE = "give the host alone; port, user name and password are arguments of their own"
_OF_A_URL = re.compile(r"[@:/?#\\]")
_MAX_HOST_LENGTH = 253  # RFC 1035, section 2.3.4, less the root's dot and length octet
_MAX_PORT = 65535


def ip_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the IP address that the text is, in brackets or not; None where it is a name."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        return None


def written_address(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """Return the address as RFC 5952 writes it, an IPv4-mapped one as its section 5 does (``::ffff:192.0.2.1``).

    Python itself writes those in one way up to 3.12 and in another since: what is saved must not depend on it.
    """
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is None:
        return str(address)
    _, percent, zone = str(address).partition("%")
    return f"::ffff:{mapped}{percent}{zone}"


def may_hold_credentials(text: str) -> bool:
    """Return whether a text may be a URL or a part of one, and so hold a password: a message must not quote it."""
    return _OF_A_URL.search(text) is not None


def is_loopback(host: str) -> bool:
    """Return whether a host can only be this machine (RFC 6761, section 6.3; RFC 1122; RFC 4291)."""
    address = ip_address(host)
    if address is not None:
        return (getattr(address, "ipv4_mapped", None) or address).is_loopback
    name = host.rstrip(".").lower()
    return name == "localhost" or name.endswith(".localhost")


def normalise_host(value: str) -> str:
    """Return the host in lower case, an IDN as its A-labels, an IPv6 address without brackets.

    Raises:
        PydanticCustomError: The value is no host; the message says what to write instead.
    """
    if value != value.strip() or not value:
        raise broken(_HOST_RULE, "it is empty" if not value.strip() else "remove the whitespace around it")
    address = ip_address(value)
    if address is not None:
        return written_address(address)
    correction = _correction(value)
    if correction or may_hold_credentials(value):
        raise broken(_HOST_RULE, correction or _ALONE)
    return _normalise_name(value)


def _normalise_name(value: str) -> str:
    """Normalise what can be no URL: messages quote it."""
    name = value.removesuffix(".")
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise broken(_HOST_RULE, f"{value!r} is no internationalised domain name ({error})") from None
    name = name.lower()
    labels = name.split(".")
    if len(name) > _MAX_HOST_LENGTH:
        raise broken(_HOST_RULE, f"it is {len(name)} characters long, {_MAX_HOST_LENGTH} is the most")
    bad = next((label for label in labels if not _LABEL.fullmatch(label)), None)
    if bad is not None:
        seen = f"the part {bad!r} of {value!r} is no part of a name" if bad else f"{value!r} has an empty part"
        raise broken(_HOST_RULE, seen)
    if labels[-1].isdigit():
        raise broken(_HOST_RULE, f"{value!r} is neither a name (the last part is a number) nor an IPv4 address")
    return name


def _correction(value: str) -> str:
    """Say what to write for what people paste: a URL, host and port, an address with @; empty where that is unsure.

    A password in a URL is often pasted as it is, with ``/``, ``#``, ``?`` or ``@`` in it. So nothing before the last @
    is looked at, and after a ``?`` the last @ may be one of a query's.
    """
    before, at, rest = value.rpartition("@")
    if not at:
        rest = value.partition("://")[2] if "://" in value else value
    elif "?" in before:
        return ""
    try:
        url = urlsplit(f"//{rest}")
        host, port = url.hostname or "", url.port
    except ValueError:
        return ""
    if not host or (rest == value and port is None and not (url.path or url.query or url.fragment)):
        return ""
    try:
        address = ip_address(host)
        host = _normalise_name(host) if address is None else written_address(address)
    except Exception:  # noqa: BLE001 - what is left is no host either: no correction to offer
        return ""
    arguments = [f'host="{host}"']
    if port:
        arguments.append(f"port={port}")
    if value.lower().startswith("smtps://"):
        arguments.append("ssl=True")
    return f"write {', '.join(arguments)}"


def normalise_endpoint(value: str) -> str:
    """Return ``host:port`` with the host normalised (an IPv6 address in brackets).

    Raises:
        PydanticCustomError: The value is no host and port.
    """
    host, port = split_endpoint(value)
    return endpoint(host, port)


def endpoint(host: str, port: int) -> str:
    """Return host and port as a person writes them, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def split_endpoint(value: str) -> tuple[str, int]:
    """Split ``host:port``, ``[::1]:port`` too.

    Raises:
        PydanticCustomError: The value is no host and port.
    """
    rule = 'must be a host and a port, such as "localhost:2525" or "[::1]:2525"'
    host, colon, port = value.rpartition(":")
    if re.search(r"[@/?#\\]", value):
        raise broken(rule, "give host and port alone, without scheme, user or path")
    if not colon or not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= _MAX_PORT:
        raise broken(rule, "the port, 1 to 65535, is missing" if not port.isdigit() or not colon else "")
    if ":" in host and not host.startswith("["):
        raise broken(rule, "an IPv6 address needs its brackets")
    return normalise_host(host), int(port)


def normalise_ehlo_name(value: str) -> str:
    """Return the name for EHLO: a domain, or an address literal in brackets (RFC 5321, section 4.1.3).

    Raises:
        PydanticCustomError: The value is neither.
    """
    rule = 'must be a domain name or an address literal, such as "ci.example.com" or "[192.0.2.1]"'
    address = ip_address(value)
    if address is not None:
        if not value.startswith("["):
            raise broken(rule, f'an address needs its brackets: write "{address_literal(written_address(address))}"')
        return address_literal(written_address(address))
    if value.startswith("[IPv6:") and value.endswith("]"):
        address = ip_address(value[len("[IPv6:") : -1])
        if address is not None:
            return address_literal(written_address(address))
    try:
        return normalise_host(value)
    except Exception:  # noqa: BLE001 - the rule of this argument is the one to show
        raise broken(rule, "it is neither" if may_hold_credentials(value) else f"{value!r} is neither") from None


def address_literal(address: str) -> str:
    """Return the address literal of an IP address (RFC 5321, section 4.1.3)."""
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"

"""Host names and IP addresses as arguments: what is one, what people paste instead, and how it is normalised."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

import idna

from pulumi_smtp_collab.model.base import broken

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_HOST_RULE = "must be a host name or an IP address, without scheme, port, path or user"
_MAX_HOST_LENGTH = 253  # RFC 1035, section 2.3.4, less the root's dot and length octet
_MAX_PORT = 65535


def ip_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Gives the IP address that the text is, in brackets or not; None where it is a name."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """Tells whether a host can only be this machine (RFC 6761, section 6.3; RFC 1122; RFC 4291)."""
    address = ip_address(host)
    if address is not None:
        return address.is_loopback
    name = host.rstrip(".").lower()
    return name == "localhost" or name.endswith(".localhost")


def normalise_host(value: str) -> str:
    """Gives the host in lower case, an IDN as its A-labels, an IPv6 address without brackets.

    Raises:
        PydanticCustomError: The value is no host; the message says what to write instead.
    """
    if value != value.strip() or not value:
        raise broken(_HOST_RULE, "it is empty" if not value.strip() else "remove the blanks around it")
    address = ip_address(value)
    if address is not None:
        return str(address)
    correction = _correction(value)
    if correction:
        raise broken(_HOST_RULE, correction)
    return _normalise_name(value)


def _normalise_name(value: str) -> str:
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
    """Says what to write for what people paste: a URL, host and port, an address with @."""
    text = value if "://" in value else f"smtp://{value}"
    try:
        url = urlsplit(text)
        host, port = url.hostname or "", url.port
    except ValueError:
        return ""
    scheme = url.scheme if "://" in value else ""
    extra = scheme or "@" in url.netloc or port is not None or url.path or url.query or url.fragment
    if not host or not extra:
        return ""
    try:
        host = str(ip_address(host) or _normalise_name(host))
    except Exception:  # noqa: BLE001 - what is left is no host either: no correction to offer
        return ""
    arguments = [f'host="{host}"']
    if port is not None:
        arguments.append(f"port={port}")
    if scheme == "smtps":
        arguments.append("ssl=True")
    return f"write {', '.join(arguments)}"


def normalise_endpoint(value: str) -> str:
    """Gives ``host:port`` with the host normalised (an IPv6 address in brackets).

    Raises:
        PydanticCustomError: The value is no host and port.
    """
    host, port = split_endpoint(value)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def split_endpoint(value: str) -> tuple[str, int]:
    """Splits ``host:port``, ``[::1]:port`` too.

    Raises:
        PydanticCustomError: The value is no host and port.
    """
    rule = 'must be a host and a port, such as "localhost:2525" or "[::1]:2525"'
    host, colon, port = value.rpartition(":")
    if not colon or not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= _MAX_PORT:
        raise broken(rule, "the port, 1 to 65535, is missing" if not port.isdigit() or not colon else "")
    if ":" in host and not host.startswith("["):
        raise broken(rule, "an IPv6 address needs its brackets")
    return normalise_host(host), int(port)


def normalise_ehlo_name(value: str) -> str:
    """Gives the name for EHLO: a domain, or an address literal in brackets (RFC 5321, section 4.1.3).

    Raises:
        PydanticCustomError: The value is neither.
    """
    rule = 'must be a domain name or an address literal, such as "ci.example.com" or "[192.0.2.1]"'
    address = ip_address(value)
    if address is not None:
        if not value.startswith("["):
            raise broken(rule, f'an address needs its brackets: write "{address_literal(str(address))}"')
        return address_literal(str(address))
    if value.startswith("[IPv6:") and value.endswith("]"):
        address = ip_address(value[len("[IPv6:") : -1])
        if address is not None:
            return address_literal(str(address))
    try:
        return normalise_host(value)
    except Exception:  # noqa: BLE001 - the rule of this argument is the one to show
        raise broken(rule, f"{value!r} is neither") from None


def address_literal(address: str) -> str:
    """Gives the address literal of an IP address (RFC 5321, section 4.1.3)."""
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"

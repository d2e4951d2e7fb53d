"""Harness's endpoints: the base URL of the SaaS or of a self-managed Harness."""

from __future__ import annotations

from urllib.parse import urlsplit

from pulumi_smtp_collab.model.hosts import is_loopback

SAAS = "https://app.harness.io/gateway"
"""The base URL of Harness's SaaS, the default."""


class BadEndpointError(ValueError):
    """A text that is no endpoint; the message says what it must be and shows nothing of it."""


def normalise_endpoint_url(value: str) -> str:
    """Return the base URL without a slash at its end; its path is kept, with or without ``/gateway``.

    Raises:
        BadEndpointError: It is no URL to talk to.
    """
    text = value.strip().rstrip("/")
    try:
        url = urlsplit(text)
        host, _ = url.hostname, url.port
    except ValueError:
        host = None
        url = urlsplit("")
    if not host or url.scheme not in {"https", "http"}:
        raise BadEndpointError(f'must be a URL such as "{SAAS}", or a self-managed Harness\'s')
    if url.username is not None or url.password is not None or url.query or url.fragment:
        raise BadEndpointError("must be a URL without user, password, query and fragment")
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        raise BadEndpointError("must be a URL without whitespace and control characters")
    if url.scheme == "http" and not is_loopback(host):
        raise BadEndpointError("must be an https URL: over http the API key would cross the network unencrypted")
    return text


def shown_host(endpoint: str) -> str:
    """Return the host and, where one is given, the port, as messages show them."""
    return urlsplit(endpoint).netloc.rpartition("@")[2]

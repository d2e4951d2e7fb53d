"""What the diagnosis says of the service whose host it is, from ``model.services``: of its own hosts alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pulumi_smtp_collab.model.services import service_for

APP_PASSWORD: Final = "app-password"  # noqa: S105 - the kind of one
SES: Final = "ses"

_APP_PASSWORD_PAGES: Final = {
    "gmail": "https://support.google.com/accounts/answer/185833",
    "google-relay": "https://support.google.com/accounts/answer/185833",
}
"""Where a service's own page about passwords is another than that about its server."""

_REFUSED_ALIKE: Final = {
    "sendgrid": "A machine whose address is not on the account's list (IP Access Management) is refused with the same "
    "words.",
}
"""What else a service says with the words for wrong credentials."""


@dataclass(frozen=True, slots=True)
class ServiceWords:
    """What is said of a service.

    Attributes:
        name: What people call it; empty where none is known.
        login: What username and password are there, as sentences.
        wants: What the rules ask for: ``app-password``, ``ses``, or empty.
        page: Where the service says so itself.
    """

    name: str = ""
    login: str = ""
    wants: str = ""
    page: str = ""


def service_of(host: str, greeting: str = "") -> ServiceWords:
    """Return the words for the service that a host belongs to, or that greets so; empty ones where none is known."""
    service = service_for(host, greeting)
    if service is None:
        return ServiceWords()
    also = _REFUSED_ALIKE.get(service.key, "")
    return ServiceWords(
        name=service.name,
        login=f"The username is {service.username}. The password is {service.password}. {also}".strip(),
        wants=service.password_kind if service.password_kind == APP_PASSWORD else service.key,
        page=_APP_PASSWORD_PAGES.get(service.key, service.documentation),
    )

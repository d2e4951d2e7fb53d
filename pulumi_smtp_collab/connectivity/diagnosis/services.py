"""What the diagnosis says of the service whose host it is, from ``model.services``: of its own hosts alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pulumi_smtp_collab.model.services import Service, service_for

APP_PASSWORD: Final = "app-password"  # noqa: S105 - the kind of one


@dataclass(frozen=True, slots=True)
class ServiceWords:
    """What is said of a service; nothing where none is known.

    Attributes:
        service: The service.
    """

    service: Service | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.service.name if self.service else ""

    @property
    def login(self) -> str:
        """What username and password are there, as sentences."""
        service = self.service
        return f"The username is {service.username}. The password is {service.password}." if service else ""

    @property
    def wants(self) -> str:
        """What the rules ask for: ``app-password``, else the service's key."""
        if self.service is None:
            return ""
        return APP_PASSWORD if self.service.password_kind == APP_PASSWORD else self.service.key

    @property
    def page(self) -> str:
        """Where the service says itself how its passwords are made."""
        return (self.service.password_page or self.service.documentation) if self.service else ""

    def meaning_of(self, reply: str) -> str:
        """Return what the service means by its reply, beside what the words say; as sentences."""
        return self.service.meaning_of(reply) if self.service else ""


def service_of(host: str, greeting: str = "") -> ServiceWords:
    """Return the words for the service that a host belongs to, or that greets so."""
    return ServiceWords(service_for(host, greeting))

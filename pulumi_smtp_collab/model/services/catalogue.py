"""All services, and how one is found. No service is ever found for another's host."""

from __future__ import annotations

from functools import lru_cache

from pulumi_smtp_collab.model.services.clouds import CLOUDS
from pulumi_smtp_collab.model.services.for_tests import FOR_TESTS
from pulumi_smtp_collab.model.services.mailboxes import MAILBOXES
from pulumi_smtp_collab.model.services.national_mailboxes import NATIONAL_MAILBOXES
from pulumi_smtp_collab.model.services.relays import RELAYS
from pulumi_smtp_collab.model.services.service import Service

SERVICES: tuple[Service, ...] = (*MAILBOXES, *NATIONAL_MAILBOXES, *CLOUDS, *RELAYS, *FOR_TESTS)
"""Every service, in the order in which a page shows them."""


def service_for_host(host: str) -> Service | None:
    """Return the service whose host this is, whatever its case and with or without a dot at its end."""
    return next((service for service in SERVICES if service.has_host(host)), None)


def service_for_greeting(greeting: str) -> Service | None:
    """Return the service that greets like this ("220 email-smtp.amazonaws.com ESMTP SimpleEmailService-d-…")."""
    return next((service for service in SERVICES if service.greets(greeting)), None)


@lru_cache(maxsize=256)
def service_for(host: str, greeting: str = "") -> Service | None:
    """Return the service of a host, else the one that its greeting names: a service may stand behind a private name."""
    return service_for_host(host) or service_for_greeting(greeting)


def service_named(name: str) -> Service | None:
    """Return the service of this key or name, whatever its case."""
    wanted = name.strip().casefold()
    return next((service for service in SERVICES if wanted in (service.key, service.name.casefold())), None)

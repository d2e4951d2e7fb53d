"""What is known of the mail services that people really use: found by name, by host, or by greeting."""

from __future__ import annotations

from pulumi_smtp_collab.model.services.catalogue import (
    SERVICES,
    service_for,
    service_for_greeting,
    service_for_host,
    service_named,
)
from pulumi_smtp_collab.model.services.service import Endpoint, PasswordKind, Saying, Service

__all__ = [
    "SERVICES",
    "Endpoint",
    "PasswordKind",
    "Saying",
    "Service",
    "service_for",
    "service_for_greeting",
    "service_for_host",
    "service_named",
]

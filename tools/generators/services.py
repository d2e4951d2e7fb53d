"""The page of settings by service, made of what the package knows of each."""

from __future__ import annotations

from pulumi_smtp_collab.model.services import SERVICES, Endpoint, Service

_HEAD = """# Settings by service

The settings that work with the services that people really use, as arguments of a provider. The test knows a service
by its host, or by its greeting where it stands behind a private name, and says in a failure what this service wants.

The page is made from `pulumi_smtp_collab/model/services/`; each entry says where its facts were read. What a service
changes is not known here before somebody looks again: its own documentation is right where the two differ.

| service | host | first choice |
|---|---|---|
"""


def services_page() -> str:
    """Return the page as Markdown."""
    rows = [f"| [{each.name}](#{_anchor(each.name)}) | {_hosts(each)} | {_settings(each)} |" for each in SERVICES]
    return _HEAD + "\n".join(rows) + "\n" + "".join(map(_section, SERVICES))


def _section(service: Service) -> str:
    lines = [
        "",
        f"## {service.name}",
        "",
        "| settings that work |",
        "|---|",
        *(f"| {_arguments(endpoint)} |" for endpoint in service.endpoints),
        "",
        f"- **`username`** is {service.username}.",
        f"- **`password`** is {service.password}.",
        *(f"- {sentence}" for sentence in service.minds),
        f"- Documentation: <{service.documentation}>",
        f"- Read in: {', '.join(_link(source) for source in service.sources)}",
    ]
    return "\n".join(lines) + "\n"


def _hosts(service: Service) -> str:
    return ", ".join(f"`{host}`" for host in service.hosts) or "on the machine itself"


def _settings(service: Service) -> str:
    return _arguments(service.endpoints[0])


def _arguments(endpoint: Endpoint) -> str:
    return "`" + ", ".join(f"{name}={_literal(value)}" for name, value in endpoint.arguments.items()) + "`"


def _literal(value: str | int | bool) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _link(source: str) -> str:
    return f"<{source}>" if source.startswith("http") and " " not in source else source


def _anchor(heading: str) -> str:
    """Return the anchor that a heading gets in Markdown."""
    kept = "".join(character for character in heading.lower() if character.isalnum() or character in " -_")
    return kept.replace(" ", "-")

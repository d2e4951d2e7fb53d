"""What other programs want to know of a tested mail server, in their own words. None of it holds the password."""

import configparser
import io
import json
from dataclasses import dataclass
from typing import Any

import yaml

IMPLICIT_PORT = 465


@dataclass(frozen=True)
class Relay:
    """A provider's outputs, as far as they are no secret."""

    host: str
    port: int
    tls: str
    from_address: str
    username: str | None

    @property
    def implicit(self) -> bool:
        """TLS from the first byte (465): what others call "SSL", "useSsl" or "force implicit TLS"."""
        return self.tls == "implicit"

    @property
    def starttls(self) -> bool:
        """Plain text first, then TLS (587): what others call "STARTTLS", "useTls" or "require TLS". Never both."""
        return self.tls == "starttls"

    @property
    def endpoint(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def kubernetes_secret(relay: Relay, password: str | None) -> dict[str, Any]:
    """The one place that has the password: a Secret whose keys are files or variables of who needs them."""
    values = {
        "SMTP_HOST": relay.host,
        "SMTP_PORT": str(relay.port),
        "SMTP_TLS": relay.tls,
        "SMTP_FROM": relay.from_address,
        "SMTP_USERNAME": relay.username,
        "SMTP_PASSWORD": password,
    }
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "smtp"},
        "type": "Opaque",
        "stringData": {name: value for name, value in values.items() if value is not None},
    }


def grafana(relay: Relay) -> str:
    """grafana.ini; the password is the file that the Secret is mounted as."""
    if relay.implicit != (relay.port == IMPLICIT_PORT):
        raise ValueError("Grafana begins with TLS on port 465, and nowhere else: it has no switch for it.")
    smtp = {
        "enabled": "true",
        "host": relay.endpoint,
        "from_address": relay.from_address,
        # Its default, OpportunisticStartTLS, goes on in plain text where somebody takes STARTTLS away.
        "startTLS_policy": "MandatoryStartTLS" if relay.starttls else "NoStartTLS",
    }
    if relay.username:
        smtp |= {"user": relay.username, "password": "$__file{/etc/secrets/smtp/SMTP_PASSWORD}"}
    file = configparser.RawConfigParser()
    file.optionxform = str  # type: ignore[assignment, method-assign]
    file["smtp"] = smtp
    text = io.StringIO()
    file.write(text)
    return text.getvalue().rstrip() + "\n"


def alertmanager(relay: Relay) -> str:
    """The section global of alertmanager.yml."""
    settings: dict[str, Any] = {
        "smtp_smarthost": relay.endpoint,
        "smtp_from": relay.from_address,
        # "Require TLS" means STARTTLS alone: with TLS from the start it would wait for an offer that never comes.
        "smtp_require_tls": relay.starttls,
    }
    if relay.implicit != (relay.port == IMPLICIT_PORT):
        settings["smtp_force_implicit_tls"] = relay.implicit  # since 0.29; on 465 it is the default
    if relay.username:
        settings |= {
            "smtp_auth_username": relay.username,
            "smtp_auth_password_file": "/etc/secrets/smtp/SMTP_PASSWORD",
        }
    return yaml.safe_dump({"global": settings}, sort_keys=False, allow_unicode=True)


def keycloak(relay: Relay) -> str:
    """The part smtpServer of a realm; every value is a text there. The password lies in Keycloak's file vault."""
    settings = {
        "host": relay.host,
        "port": str(relay.port),
        "from": relay.from_address,
        "ssl": _word(relay.implicit),
        "starttls": _word(relay.starttls),
        "auth": _word(relay.username is not None),
    }
    if relay.username:
        settings |= {"user": relay.username, "password": "${vault.smtp-password}"}
    return json.dumps({"smtpServer": settings}, indent=2, ensure_ascii=False)


def jenkins(relay: Relay) -> str:
    """The mailer of Jenkins' Configuration as Code; the password is a variable that the Secret gives."""
    mailer: dict[str, Any] = {
        "smtpHost": relay.host,
        "smtpPort": str(relay.port),
        "useSsl": relay.implicit,
        "useTls": relay.starttls,
    }
    if relay.username:
        # ^$ keeps JCasC from taking a part of the name for a variable.
        mailer["authentication"] = {"username": relay.username.replace("${", "^${"), "password": "${SMTP_PASSWORD}"}
    settings = {"unclassified": {"location": {"adminAddress": relay.from_address}, "mailer": mailer}}
    return yaml.safe_dump(settings, sort_keys=False, allow_unicode=True)


def _word(yes: bool) -> str:
    return "true" if yes else "false"

"""FirstGen's SMTP providers, and the REST that shows them: an API key may read there, only a user may write."""

from __future__ import annotations

import json
import secrets as random_source
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fake_harness.exchange import (
    Request,
    Response,
    Route,
    firstgen_error,
    firstgen_success,
    route,
)
from fake_harness.smtp_config import NAME_PREFIX

if TYPE_CHECKING:
    import re

    from fake_harness.accounts import Account, Accounts


@dataclass
class FirstGenProvider:
    """What FirstGen keeps of an SMTP provider.

    Attributes:
        name: Its display name, unique in the account.
        host: The SMTP server's host.
        port: Its port.
        from_address: The From address.
        use_ssl: TLS from the start.
        start_tls: Start TLS; config-as-code neither writes nor shows it and resets it to false.
        username: The user name.
        password_id: The id of the encrypted text that holds the password.
        id: Its id.
    """

    name: str
    host: str = "smtp.example.com"
    port: int = 25
    from_address: str | None = None
    use_ssl: bool = False
    start_tls: bool = False
    username: str | None = None
    password_id: str | None = None
    id: str = field(default_factory=lambda: random_source.token_urlsafe(16))


class FirstGenSettingsApi:
    """REST under `/api/settings`: an API key reads, a signed-in user writes."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        rest = "/api/settings"
        self.routes: tuple[Route, ...] = (
            route("GET", rest, self._list),
            route("GET", f"{rest}/([^/]+)", self._read),
            route("POST", rest, self._save),
            route("PUT", f"{rest}/([^/]+)", self._save),
            route("DELETE", f"{rest}/([^/]+)", self._delete),
        )

    def _list(self, request: Request, _match: re.Match[str]) -> Response:
        account, _key = self._accounts.firstgen_caller(request)
        rows = _settings(account) if request.param("type") in {None, "SMTP"} else []
        return firstgen_success({"response": rows, "total": len(rows), "offset": "0", "limit": "50"})

    def _read(self, request: Request, match: re.Match[str]) -> Response:
        account, _key = self._accounts.firstgen_caller(request)
        return firstgen_success(next((one for one in _settings(account) if one["uuid"] == match[1]), None))

    def _save(self, request: Request, match: re.Match[str]) -> Response:
        account = self._accounts.firstgen_user(request)
        body, value = _given_setting(request)
        with account.lock:
            own = _by_id(account, match[1]) if match.re.groups else None
            if body["name"] in account.firstgen_providers and account.firstgen_providers[body["name"]] is not own:
                text = f"Invalid argument(s): The name {body['name']} already exists in CONNECTOR."
                raise firstgen_error(400, "INVALID_ARGUMENT", text)
            provider = FirstGenProvider(
                name=body["name"],
                host=value["host"],
                port=value["port"],
                from_address=value.get("fromAddress"),
                use_ssl=bool(value.get("useSSL")),
                start_tls=bool(value.get("startTLS")),
                username=value.get("username"),
                password_id=value.get("password"),
            )
            if own:
                provider.id = own.id
                account.delete_firstgen_provider(own.name)
            account.firstgen_providers[provider.name] = provider
        return firstgen_success(_setting(account.id, provider))

    def _delete(self, request: Request, match: re.Match[str]) -> Response:
        account = self._accounts.firstgen_user(request)
        account.delete_firstgen_provider(_by_id(account, match[1]).name)
        return firstgen_success(None)


def _given_setting(request: Request) -> tuple[dict[str, Any], dict[str, Any]]:
    with suppress(ValueError, KeyError, TypeError):
        body = json.loads(request.body)
        value = body["value"]
        if body["name"] and value["host"] and isinstance(value["port"], int):
            return body, value
    raise firstgen_error(400, "DEFAULT_ERROR_CODE", "Unable to process JSON")


def _by_id(account: Account, provider_id: str) -> FirstGenProvider:
    for provider in account.firstgen_providers.values():
        if provider.id == provider_id:
            return provider
    raise firstgen_error(400, "INVALID_ARGUMENT", f"Invalid argument(s): No setting has the id {provider_id}")


def _settings(account: Account) -> list[dict[str, Any]]:
    """FirstGen's table, in which NextGen's config lies too, under a prefixed name."""
    rows = [_setting(account.id, provider) for provider in account.firstgen_providers.values()]
    stored = account.smtp_config
    if stored is not None:
        value = {"type": "SMTP", **stored.value, "password": None}
        row = {"uuid": stored.uuid, "accountId": account.id, "name": f"{NAME_PREFIX}{stored.name}"}
        rows.append({**row, "category": "CONNECTOR", "value": value, "usageRestrictions": None})
    return rows


def _setting(account_id: str, provider: FirstGenProvider) -> dict[str, Any]:
    return {
        "uuid": provider.id,
        "accountId": account_id,
        "name": provider.name,
        "category": "CONNECTOR",
        "value": {
            "type": "SMTP",
            "host": provider.host,
            "port": provider.port,
            "fromAddress": provider.from_address,
            "useSSL": provider.use_ssl,
            "startTLS": provider.start_tls,
            "username": provider.username,
            "password": provider.password_id,
        },
        "usageRestrictions": None,
    }

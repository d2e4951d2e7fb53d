"""NextGen's encrypted texts, `/ng/api/v2/secrets`: created, changed and deleted, their values never returned."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fake_harness.exchange import (
    Request,
    Response,
    Route,
    bean_validation,
    invalid_request,
    nextgen_body,
    nextgen_error,
    nextgen_success,
    route,
)

if TYPE_CHECKING:
    from fake_harness.accounts import Account, Accounts

BUILT_IN_MANAGER = "harnessSecretManager"
_DISABLED = "Built-in Harness Secret Manager cannot be used to create Secret as it has been disabled."
_IDENTIFIER = re.compile(r"[a-zA-Z_][0-9a-zA-Z_$]{0,127}")
_TAKES = "Identifier must match the pattern ^[a-zA-Z_][0-9a-zA-Z_$]{0,127}$"
ScopedIdentifier = tuple[str | None, str | None, str]


@dataclass
class NextGenSecret:
    """What Harness keeps of an encrypted text.

    Attributes:
        identifier: Its identifier, unique in its scope.
        name: Its display name.
        value: The value in plain text (or the reference's path).
        org: The organisation, None at account scope.
        project: The project, None at account and org scope.
        secret_manager: The secret manager's identifier.
        value_type: `Inline` or `Reference`.
        description: Free text.
        tags: Names and values.
        additional_metadata: A newer field of the spec; a PUT replaces it with what it sends, nothing included.
        created_at: Milliseconds since 1970.
        updated_at: Milliseconds since 1970.
    """

    identifier: str
    name: str
    value: str
    org: str | None = None
    project: str | None = None
    secret_manager: str = BUILT_IN_MANAGER
    value_type: str = "Inline"
    description: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    additional_metadata: dict[str, Any] | None = None
    created_at: int = field(default_factory=lambda: int(time.time() * 1000))
    updated_at: int = field(default_factory=lambda: int(time.time() * 1000))

    def on_the_wire(self) -> dict[str, Any]:
        """The JSON of the secret, without its value."""
        spec: dict[str, Any] = {
            "secretManagerIdentifier": self.secret_manager,
            "valueType": self.value_type,
            "value": None if self.value_type == "Inline" else self.value,
            "additionalMetadata": self.additional_metadata,
        }
        secret = {
            "type": "SecretText",
            "name": self.name,
            "identifier": self.identifier,
            "orgIdentifier": self.org,
            "projectIdentifier": self.project,
            "tags": self.tags,
            "description": self.description,
            "spec": spec,
        }
        return {"secret": secret, "createdAt": self.created_at, "updatedAt": self.updated_at, "draft": False}


class SecretsApi:
    """The four operations on secrets."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        base = "/ng/api/v2/secrets"
        self.routes: tuple[Route, ...] = (
            route("POST", base, self._create),
            route("GET", f"{base}/([^/]+)", self._read),
            route("PUT", f"{base}/([^/]+)", self._update),
            route("DELETE", f"{base}/([^/]+)", self._delete),
        )

    def _create(self, request: Request, _match: re.Match[str]) -> Response:
        account, key = self._accounts.nextgen_caller(request)
        given = _given_secret(request)
        key.require("core_secret_edit", "secret")
        scoped = _scoped(request, given["identifier"])
        if (given.get("orgIdentifier") or None, given.get("projectIdentifier") or None) != scoped[:2]:
            raise invalid_request("Invalid request, scope in payload and params do not match.")
        spec = given["spec"]
        if not spec.get("value"):
            raise invalid_request("value: cannot be empty for a secret text")
        if account.secret_policies:
            return nextgen_success(_denied(account))
        manager = spec.get("secretManagerIdentifier") or BUILT_IN_MANAGER
        if account.built_in_manager_disabled and manager == BUILT_IN_MANAGER:
            raise invalid_request(_DISABLED)
        with account.lock:
            if scoped in account.secrets:
                text = f"Duplicate identifier, please try again or update the identifier: {scoped[2]}"
                raise nextgen_error(400, "DUPLICATE_FIELD", text)
            secret = NextGenSecret(
                identifier=scoped[2],
                name=given["name"],
                value=spec["value"],
                org=scoped[0],
                project=scoped[1],
                secret_manager=manager,
                value_type=spec.get("valueType") or "Inline",
                description=given.get("description") or "",
                tags=given.get("tags") or {},
                additional_metadata=spec.get("additionalMetadata"),
            )
            account.secrets[scoped] = secret
            return nextgen_success(secret.on_the_wire())

    def _read(self, request: Request, match: re.Match[str]) -> Response:
        account, key = self._accounts.nextgen_caller(request)
        key.require("core_secret_view", "secret")
        secret = account.secrets.get(_scoped(request, match[1]))
        if secret is None:
            text = f"Secret with identifier [{match[1]}] not found in the given scope"
            raise nextgen_error(400, "RESOURCE_NOT_FOUND_EXCEPTION", text)
        return nextgen_success(secret.on_the_wire())

    def _update(self, request: Request, match: re.Match[str]) -> Response:
        account, key = self._accounts.nextgen_caller(request)
        given = _given_secret(request)
        key.require("core_secret_edit", "secret")
        if given["identifier"] != match[1]:
            raise invalid_request("Identifier in payload and path do not match.")
        with account.lock:
            secret = account.secrets.get(_scoped(request, match[1]))
            if secret is None:
                text = f"No such secret found [{match[1]}], please check identifier/scope and try again."
                raise invalid_request(text)
            if account.secret_policies:
                return nextgen_success(_denied(account))
            _change(secret, given)
            return nextgen_success(secret.on_the_wire())

    def _delete(self, request: Request, match: re.Match[str]) -> Response:
        account, key = self._accounts.nextgen_caller(request)
        key.require("core_secret_delete", "secret")
        with account.lock:
            if account.secrets.pop(_scoped(request, match[1]), None) is None:
                text = f"Secret with identifier [{match[1]}] not found"
                raise nextgen_error(404, "ENTITY_NOT_FOUND", text)
        return nextgen_success(data=True)


def _scoped(request: Request, identifier: str) -> ScopedIdentifier:
    return request.param("orgIdentifier") or None, request.param("projectIdentifier") or None, identifier


def _given_secret(request: Request) -> dict[str, Any]:
    secret = nextgen_body(request).get("secret")
    if not isinstance(secret, dict):
        raise bean_validation([("secret", "must not be null")])
    errors = []
    if secret.get("type") != "SecretText":
        errors.append(("secret.type", "only SecretText is known to this server"))
    if not str(secret.get("name") or "").strip():
        errors.append(("secret.name", "must not be blank"))
    if not _IDENTIFIER.fullmatch(str(secret.get("identifier") or "")):
        errors.append(("secret.identifier", _TAKES))
    if not isinstance(secret.get("spec"), dict):
        errors.append(("secret.spec", "must not be null"))
    if errors:
        raise bean_validation(errors)
    return secret


def _denied(account: Account) -> dict[str, Any]:
    """The data of an answer of 200 SUCCESS where policies deny: no secret, and why."""
    policies = [
        {"policyName": name, "severity": "error", "status": "error", "denyMessages": [text], "error": ""}
        for name, text in account.secret_policies.items()
    ]
    details = [{"policySetName": "secrets", "deny": True, "status": "error", "policyMetadata": policies}]
    governance = {"id": "1", "deny": True, "status": "error", "message": "", "details": details}
    return {"secret": None, "createdAt": None, "updatedAt": None, "draft": False, "governanceMetadata": governance}


def _change(secret: NextGenSecret, given: dict[str, Any]) -> None:
    spec = given["spec"]
    if (spec.get("secretManagerIdentifier") or secret.secret_manager) != secret.secret_manager:
        raise invalid_request("Cannot change secret manager after creation of secret.")
    if (spec.get("valueType") or secret.value_type) != secret.value_type:
        raise invalid_request("Cannot change value type after creation of secret.")
    secret.name = given["name"]
    secret.description = given.get("description") or ""
    secret.tags = given.get("tags") or {}
    secret.additional_metadata = spec.get("additionalMetadata")
    if spec.get("value"):
        secret.value = spec["value"]
    secret.updated_at = int(time.time() * 1000)

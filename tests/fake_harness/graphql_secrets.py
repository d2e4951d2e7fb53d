"""FirstGen's GraphQL, `/api/graphql`: secrets and secret managers, its transport, limits and ways to fail in a 200."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, build_schema, execute_sync

from fake_harness import encrypted_texts
from fake_harness.encrypted_texts import SecretRefusedError
from fake_harness.exchange import CONTACT_SUPPORT, RefusedError, Request, Response, as_json, firstgen_error, route
from fake_harness.graphql_documents import BadDocumentError, checked_document, coerced_variables, operations
from fake_harness.usage_scope import IR, as_rest

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from fake_harness.accounts import Account, Accounts, ApiKey
    from fake_harness.exchange import Route

REQUESTS_PER_MINUTE = 30

_SCHEMA = build_schema(
    """
    enum SecretType { ENCRYPTED_TEXT ENCRYPTED_FILE WINRM_CREDENTIAL SSH_CREDENTIAL }
    enum FilterType { ALL }
    enum EnvFilterType { PRODUCTION_ENVIRONMENTS NON_PRODUCTION_ENVIRONMENTS }

    input AppScopeFilterInput { filterType: FilterType appId: String }
    input EnvScopeFilterInput { filterType: EnvFilterType envId: String }
    input AppEnvScopeInput { application: AppScopeFilterInput! environment: EnvScopeFilterInput! }
    input UsageScopeInput { appEnvScopes: [AppEnvScopeInput!] }
    input EncryptedDataParams { name: String! value: String! }
    input EncryptedTextInput {
      name: String! value: String secretReference: String secretManagerId: String parameters: [EncryptedDataParams]
      scopedToAccount: Boolean inheritScopesFromSM: Boolean usageScope: UsageScopeInput
    }
    input UpdateEncryptedText {
      name: String value: String secretReference: String parameters: [EncryptedDataParams]
      scopedToAccount: Boolean inheritScopesFromSM: Boolean usageScope: UsageScopeInput
    }
    input CreateSecretInput { clientMutationId: String secretType: SecretType! encryptedText: EncryptedTextInput }
    input UpdateSecretInput {
      clientMutationId: String secretId: String! secretType: SecretType! encryptedText: UpdateEncryptedText
    }
    input DeleteSecretInput { clientMutationId: String secretId: String! secretType: SecretType! }

    type AppScopeFilter { filterType: FilterType appId: String }
    type EnvScopeFilter { filterType: EnvFilterType envId: String }
    type AppEnvScope { application: AppScopeFilter environment: EnvScopeFilter }
    type UsageScope { appEnvScopes: [AppEnvScope] }
    interface Secret {
      id: String secretType: SecretType name: String usageScope: UsageScope secretReference: String
    }
    type EncryptedText implements Secret {
      id: String secretType: SecretType name: String usageScope: UsageScope secretReference: String
      secretManagerId: String scopedToAccount: Boolean inheritScopesFromSM: Boolean
    }
    type SecretManager { id: String name: String usageScope: UsageScope }
    type SecretManagerConnection { nodes: [SecretManager] }
    type CreateSecretPayload { clientMutationId: String secret: Secret }
    type UpdateSecretPayload { clientMutationId: String secret: Secret }
    type DeleteSecretPayload { clientMutationId: String }

    type Query {
      secret(secretId: String!, secretType: SecretType!): Secret
      secretByName(name: String!, secretType: SecretType!): Secret
      secretManager(secretManagerId: String!): SecretManager
      secretManagerByName(name: String!): SecretManager
      secretManagers(limit: Int!, offset: Int): SecretManagerConnection
    }
    type Mutation {
      createSecret(input: CreateSecretInput!): CreateSecretPayload
      updateSecret(input: UpdateSecretInput!): UpdateSecretPayload
      deleteSecret(input: DeleteSecretInput!): DeleteSecretPayload
    }
    """
)


class GraphQLApi:
    """The GraphQL endpoint, and the lossless list of secrets that REST has.

    Attributes:
        enabled: Whether the account has the feature.
        requests_per_minute: The limit per account in a sliding minute, None for none.
    """

    def __init__(self, accounts: Accounts, note_defect: Callable[[BaseException], None]) -> None:
        self._accounts = accounts
        self._note_defect = note_defect
        self.enabled = True
        self.requests_per_minute: int | None = None
        self._recent: dict[str, deque[float]] = {}
        self._lock = threading.Lock()
        self.routes: tuple[Route, ...] = (
            route("POST", "/api/graphql", self._answer),
            route("GET", "/api/secrets/list-secrets-page", self._list),
        )

    def _answer(self, request: Request, _match: re.Match[str]) -> Response:
        account, key = self._accounts.firstgen_caller(request, fallback_to_key=True)
        if not self.enabled:
            return as_json(400, {"errors": [{"message": "Feature not enabled", "locations": []}]})
        self._spend(account)
        query, variables, operation_name = _document(request)
        try:
            content = self._run(account, key, query, variables, operation_name)
        except BadDocumentError as refusal:
            content = {"errors": refusal.errors}
        return as_json(200, content)

    def _spend(self, account: Account) -> None:
        """Count the request in the account's sliding minute."""
        if self.requests_per_minute is None:
            return
        with self._lock:
            recent = self._recent.setdefault(account.id, deque())
            now = time.monotonic()
            while recent and now - recent[0] >= 60:
                recent.popleft()
            if len(recent) >= self.requests_per_minute:
                text = "You've reached your account's rate limit for data queries. Please try again later."
                raise RefusedError(as_json(429, {"errors": [{"message": text, "locations": []}]}))
            recent.append(now)

    def _run(
        self, account: Account, key: ApiKey, query: str, variables: dict[str, Any], operation_name: str | None
    ) -> dict[str, Any]:
        document = checked_document(_SCHEMA, query)
        found = [one for one in operations(document) if operation_name in {None, one.name.value if one.name else ""}]
        if len(found) != 1:
            raise BadDocumentError({"message": "Must provide operation name if query contains multiple operations."})
        coerced = coerced_variables(_SCHEMA, found[0], variables)
        with account.lock:
            root = _Resolvers(account, key).fields()
            result = execute_sync(_SCHEMA, document, root, variable_values=coerced, operation_name=operation_name)
        if not result.errors:
            return {"data": result.data}
        return {"errors": [self._data_error(error) for error in result.errors], "data": result.data}

    def _data_error(self, error: GraphQLError) -> dict[str, Any]:
        text = str(error.original_error)
        if not isinstance(error.original_error, SecretRefusedError):
            self._note_defect(error.original_error or error)
            text = CONTACT_SUPPORT
        path = [str(segment) for segment in error.path or ()]
        return {
            "message": f"Exception while fetching data (/{'/'.join(path)}) : {text}",
            "locations": [{"line": one.line, "column": one.column} for one in error.locations or ()],
            "path": path,
        }

    def _list(self, request: Request, _match: re.Match[str]) -> Response:
        account, key = self._accounts.firstgen_caller(request)
        seen = [one for one in account.encrypted_texts.values() if encrypted_texts.visible(account, key, one)]
        limit, offset = int(request.param("limit") or 50), int(request.param("offset") or 0)
        rows = [
            {
                "uuid": one.id,
                "name": one.name,
                "type": "SECRET_TEXT",
                "kmsId": one.secret_manager_id,
                "usageRestrictions": as_rest(one.scope),
                "scopedToAccount": one.scoped_to_account,
                "inheritScopesFromSM": one.inherits,
            }
            for one in seen[offset : offset + limit]
        ]
        resource = {"response": rows, "total": len(seen), "limit": str(limit), "offset": str(offset)}
        return as_json(200, {"metaData": {}, "resource": resource, "responseMessages": []})


class _Resolvers:
    """The fields of Query and Mutation for one caller."""

    def __init__(self, account: Account, key: ApiKey) -> None:
        self._account = account
        self._key = key

    def fields(self) -> dict[str, Any]:
        return {
            "secret": self._secret,
            "secretByName": self._secret_by_name,
            "secretManager": self._manager,
            "secretManagerByName": self._manager_by_name,
            "secretManagers": self._managers,
            "createSecret": self._create,
            "updateSecret": self._update,
            "deleteSecret": self._delete,
        }

    def _secret(self, _info: object, **given: str) -> dict[str, Any]:
        secret = encrypted_texts.find(self._account, self._key, given["secretId"])
        if secret is None or given["secretType"] != "ENCRYPTED_TEXT":
            raise SecretRefusedError(f"{IR}No secret exists with given input.")
        return secret.on_the_wire()

    def _secret_by_name(self, _info: object, **given: str) -> dict[str, Any]:
        secret = encrypted_texts.find_by_name(self._account, given["name"])
        visible = secret is not None and encrypted_texts.visible(self._account, self._key, secret)
        if secret is None or not visible or given["secretType"] != "ENCRYPTED_TEXT":
            raise SecretRefusedError(f"{IR}No secret exists with given input.")
        return secret.on_the_wire()

    def _manager(self, _info: object, **given: str) -> dict[str, Any]:
        manager = self._account.secret_managers.get(given["secretManagerId"])
        if manager is None:
            raise SecretRefusedError(f"{IR}No secret manager exists with given input.")
        return manager.on_the_wire()

    def _manager_by_name(self, _info: object, **given: str) -> dict[str, Any]:
        found = [one for one in self._account.secret_managers.values() if one.name == given["name"]]
        if not found:
            raise SecretRefusedError(f"{IR}No secret manager exists with given input.")
        return found[0].on_the_wire()

    def _managers(self, _info: object, limit: int, offset: int | None = None) -> dict[str, Any]:
        managers = list(self._account.secret_managers.values())[offset or 0 :][:limit]
        return {"nodes": [one.on_the_wire() for one in managers]}

    def _create(self, _info: object, **arguments: dict[str, Any]) -> dict[str, Any]:
        text = _encrypted_text(arguments["input"])
        secret = encrypted_texts.create(self._account, self._key, text)
        # Harness answers with the account's id here, not with what was sent.
        return {"clientMutationId": self._account.id, "secret": secret.on_the_wire()}

    def _update(self, _info: object, **arguments: dict[str, Any]) -> dict[str, Any]:
        given = arguments["input"]
        secret = encrypted_texts.update(self._account, self._key, given["secretId"], _encrypted_text(given))
        return {"clientMutationId": self._account.id, "secret": secret.on_the_wire()}

    def _delete(self, _info: object, **arguments: dict[str, Any]) -> dict[str, Any]:
        given = arguments["input"]
        if given["secretType"] != "ENCRYPTED_TEXT":
            raise SecretRefusedError(f"{IR}No secret exists with the id {given['secretId']}")
        encrypted_texts.delete(self._account, self._key, given["secretId"])
        return {"clientMutationId": given.get("clientMutationId")}


def _encrypted_text(given: dict[str, Any]) -> dict[str, Any]:
    text = given.get("encryptedText")
    if given["secretType"] != "ENCRYPTED_TEXT" or text is None:
        raise SecretRefusedError(f"{IR}Only an encrypted text, given as such, is known to this server")
    return dict(text)


def _document(request: Request) -> tuple[str, dict[str, Any], str | None]:
    """The query, variables and operation name of a request in any of the three forms that Harness takes."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == "text/plain":
        return request.body.decode("utf-8"), {}, None
    if content_type == "multipart/form-data":
        return request.form_field("query") or "", {}, None
    try:
        body = json.loads(request.body)
        return body["query"], body.get("variables") or {}, body.get("operationName")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise firstgen_error(400, "DEFAULT_ERROR_CODE", "Unable to process JSON") from None

"""FirstGen's config-as-code, `/api/setup-as-code/yaml`: SMTP providers as YAML, which is what an API key may write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from fake_harness import encrypted_texts
from fake_harness.encrypted_texts import EncryptedText
from fake_harness.exchange import Request, Response, Route, firstgen_error, firstgen_success, route
from fake_harness.firstgen_settings import FirstGenProvider

if TYPE_CHECKING:
    import re

    from fake_harness.accounts import Account, Accounts, ApiKey

FOLDER = "Setup/Collaboration Providers/"
_SUFFIX = ".yaml"
_KINDS = frozenset(
    {
        "safeharness",
        "amazonkms",
        "gcpkms",
        "awssecretsmanager",
        "azurevault",
        "hashicorpvault",
        "gcpsecretsmanager",
        "custom",
    }
)


class _FailedError(Exception):
    """Why a file of config-as-code failed: `status: FAILED` in a 200."""


class ConfigAsCodeApi:
    """Writing, exporting and deleting a provider as a file."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        base = "/api/setup-as-code/yaml"
        self.routes: tuple[Route, ...] = (
            route("POST", f"{base}/upsert-entity", self._upsert),
            route("GET", f"{base}/yaml-content", self._export),
            route("DELETE", f"{base}/delete-entities", self._delete_files),
        )

    def _upsert(self, request: Request, _match: re.Match[str]) -> Response:
        account, key = self._manager_of_the_account(request)
        path, content = request.param("yamlFilePath"), request.form_field("yamlContent")
        if not path or content is None:
            raise firstgen_error(500, "DEFAULT_ERROR_CODE", "NullPointerException")
        if not content:
            raise firstgen_error(400, "INVALID_ARGUMENT", "Invalid argument(s): Input YAML: cannot be empty")
        status: dict[str, Any] = {"yamlFilePath": path, "entityId": None, "entityYaml": None}
        try:
            with account.lock:
                provider = _apply(account, key, path, content)
            status |= {"status": "SUCCESS", "errorMssg": "", "entityId": provider.id}
        except _FailedError as failure:
            status |= {"status": "FAILED", "errorMssg": str(failure)}
        return firstgen_success(status)

    def _export(self, request: Request, _match: re.Match[str]) -> Response:
        """A path that is unknown, or whose reference leads nowhere, gives an empty text and no error."""
        account, _key = self._accounts.firstgen_caller(request)
        name = _name_in(request.param("yamlFilePath") or "")
        provider = account.firstgen_providers.get(name or "")
        text = _as_yaml(account, provider) if provider else ""
        return firstgen_success({"name": "", "yaml": text, "path": None})

    def _delete_files(self, request: Request, _match: re.Match[str]) -> Response:
        account, _key = self._manager_of_the_account(request)
        files = []
        for given in request.query.get("filePaths", ()):
            known = _name_in(given) in account.firstgen_providers
            for path in [given] if known else given.split(","):
                name = _name_in(path)
                with account.lock:
                    provider = account.firstgen_providers.get(name or "")
                    if provider:
                        account.delete_firstgen_provider(provider.name)
                files.append(
                    {
                        "yamlFilePath": path,
                        "status": "SUCCESS" if name else "SKIPPED",
                        "errorMssg": "",
                        "entityId": provider.id if provider else None,
                        "entityYaml": None,
                    }
                )
        return firstgen_success({"responseStatus": "SUCCESS", "errorMessage": "", "filesStatus": files})

    def _manager_of_the_account(self, request: Request) -> tuple[Account, ApiKey]:
        account, key = self._accounts.firstgen_caller(request)
        if "ACCOUNT_MANAGEMENT" not in key.permissions:
            raise firstgen_error(403, "ACCESS_DENIED", "User not authorized")
        return account, key


def _name_in(path: str) -> str | None:
    """The provider's name that a path of config-as-code holds, None for a path of something else."""
    name = path.removeprefix(FOLDER).removesuffix(_SUFFIX)
    return name if path == f"{FOLDER}{name}{_SUFFIX}" and name and "/" not in name else None


def _apply(account: Account, key: ApiKey, path: str, content: str) -> FirstGenProvider:
    name = _name_in(path)
    if name is None:
        raise _FailedError(f"Unknown yaml type for path: {path}")
    try:
        given = yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise _FailedError(f"Invalid yaml: {error}") from None
    if not isinstance(given, dict) or given.get("type") != "SMTP":
        raise _FailedError("Invalid yaml: only type SMTP is known to this server")
    if not given.get("host"):
        raise _FailedError("Invalid yaml: host cannot be empty")
    if not str(given.get("port", 0)).isdigit():
        raise _FailedError("Invalid yaml: port must be a number")
    password_id = _resolve(account, key, str(given.get("password") or ""))
    previous = account.firstgen_providers.get(name)
    # Built anew from the fields that Harness's YAML model has: Start TLS is not one of them, so it falls to false.
    provider = FirstGenProvider(
        name=name,
        host=str(given["host"]),
        port=int(given.get("port") or 0),
        from_address=given.get("fromAddress"),
        use_ssl=given.get("useSSL") is True,
        username=given.get("username"),
        password_id=password_id,
    )
    if previous:
        provider.id = previous.id
        if previous.password_id != password_id:
            account.note_unused(previous.password_id)
    account.firstgen_providers[name] = provider
    return provider


def _resolve(account: Account, key: ApiKey, reference: str) -> str | None:
    """The id of the secret that a reference names; the prefix says that it is one and nothing else."""
    if not reference:
        return None
    prefix, colon, rest = reference.partition(":")
    if not colon or prefix.lower() not in {"secretname", "secretid", *_KINDS}:
        return reference
    wanted = rest.partition(":")[0]
    if prefix == "hashicorpvault" and rest.startswith("//"):
        return _vault_reference(account, rest.removeprefix("//")).id
    if not wanted:
        raise _FailedError("Invalid format of YAML payload: SecretReference format is not valid")
    secret = account.encrypted_texts.get(wanted) or encrypted_texts.find_by_name(account, wanted)
    if secret is None:
        raise _FailedError(f"Resource not found: Could not find secret: {wanted} in account: {account.id}")
    if not encrypted_texts.may_refer(account, key, secret):
        raise _FailedError("User not authorized to change, due to usage restrictions")
    return secret.id


def _vault_reference(account: Account, reference: str) -> EncryptedText:
    """The secret that refers to a path of a vault; one that is unknown is made on the spot."""
    manager_name, _, path = reference.partition("/")
    managers = [one for one in account.secret_managers.values() if one.name == manager_name]
    if not managers:
        raise _FailedError(f"Resource not found: Could not find secret manager: {manager_name}")
    for secret in account.encrypted_texts.values():
        if (secret.secret_manager_id, secret.reference) == (managers[0].id, path):
            return secret
    made = EncryptedText(name=path.replace("#", "-"), secret_manager_id=managers[0].id, reference=path)
    account.encrypted_texts[made.id] = made
    return made


def _as_yaml(account: Account, provider: FirstGenProvider) -> str:
    password = None
    if provider.password_id is not None:
        secret = account.encrypted_texts.get(provider.password_id)
        if secret is None:
            return ""
        manager = account.secret_managers[secret.secret_manager_id]
        in_vault = manager.kind == "hashicorpvault" and secret.reference is not None
        password = f"{manager.kind}:" + (f"//{manager.name}/{secret.reference}" if in_vault else secret.name)
    content = {
        "harnessApiVersion": "1.0",
        "type": "SMTP",
        "host": provider.host,
        "port": provider.port,
        "fromAddress": provider.from_address,
        "useSSL": provider.use_ssl,
        "username": provider.username,
        "password": password,
    }
    return yaml.safe_dump({name: value for name, value in content.items() if value is not None}, sort_keys=False)

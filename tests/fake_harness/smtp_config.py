"""NextGen's SMTP config: one per account, its password on the wire, and the connectivity test by a delegate."""

from __future__ import annotations

import re
import secrets as random_source
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from fake_harness.delegate import Mail
from fake_harness.encrypted_texts import FORBIDDEN_IN_NAMES, bad_name_text
from fake_harness.exchange import (
    CONTACT_SUPPORT,
    OOPS,
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

MASK = "*" * 14
READ_TIMEOUT_SECONDS = 15.0
READ_ATTEMPTS = 3
NAME_PREFIX = "ngSmtpConfig-"  # Under it NextGen keeps its config in FirstGen's table.
_ALREADY = (
    "SMTP is already configured for this Account. Each Account can have only one SMTP configuration. "
    "Use the UPDATE API call to modify this configuration."
)
_UNKNOWN = "SMTP configuration with this ID does not exist. Enter a valid Configuration ID."
_EMPTY_UUID = (
    "A valid UUID is required to update the SMTP configuration. To get the UUID of the existing configuration, "
    "please use GET API call whose response includes the UUID of the existing configuration."
)
_NAME = re.compile(r"[A-Za-z0-9_. /-]+")  # NGEntityNameValidator
_FIELDS = ("host", "port", "fromAddress", "useSSL", "startTLS", "username", "delegateSelectors")


@dataclass
class StoredSmtpConfig:
    """What Harness keeps.

    Attributes:
        uuid: Its id.
        hidden_secret: The name of the secret that holds its password, None where none does.
        account_id: The account.
        name: Its display name.
        value: The fields of `value` under their wire names, without the password.
        password: The password in plain text, None where none is stored; on the wire it never shows.
    """

    account_id: str
    name: str
    value: dict[str, Any]
    password: str | None
    hidden_secret: str | None = None
    uuid: str = field(default_factory=lambda: random_source.token_urlsafe(16))

    def on_the_wire(self, shown_password: str | None) -> dict[str, Any]:
        """The JSON of the config with what it shows as its password."""
        value = {**self.value, "password": shown_password}
        return {"uuid": self.uuid, "accountId": self.account_id, "name": self.name, "value": value}


class SmtpConfigApi:
    """The six operations under `/ng/api/smtpConfig`."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        base = "/ng/api/smtpConfig"
        self.routes: tuple[Route, ...] = (
            route("POST", base, self._create),
            route("PUT", base, self._update),
            route("GET", base, self._read),
            route("POST", f"{base}/validateName", self._validate_name),
            route("POST", f"{base}/validate-connectivity", self._validate_connectivity),
            route("DELETE", f"{base}/([^/]+)", self._delete),
        )

    def _create(self, request: Request, _match: re.Match[str]) -> Response:
        account, key = self._accounts.nextgen_caller(request)
        body = _validated(nextgen_body(request))
        key.require("core_smtp_edit", "smtp")
        with account.lock:
            if account.smtp_config is not None:
                raise invalid_request(_ALREADY)
            value, password = _stored_value(body["value"], account)
            made = StoredSmtpConfig(account.id, body["name"], value, password or None)
            if password:
                _hide(account, made, body["name"], password, written_by="POST")
            account.smtp_config = made
            return nextgen_success(account.smtp_config.on_the_wire(MASK))

    def _update(self, request: Request, _match: re.Match[str]) -> Response:
        account, key = self._accounts.nextgen_caller(request)
        body = _validated(nextgen_body(request))
        key.require("core_smtp_edit", "smtp")
        uuid = body.get("uuid")
        if uuid is None:
            raise nextgen_error(500, "UNKNOWN_ERROR", OOPS)
        if uuid == "":
            raise invalid_request(_EMPTY_UUID)
        with account.lock:
            stored = account.smtp_config
            if stored is None or stored.uuid != uuid:
                raise invalid_request(_UNKNOWN)
            value, password = _stored_value(body["value"], account)
            if password == MASK and stored.password is not None:
                password = stored.password
            elif password:
                # The password is written before the settings.
                _hide(account, stored, body["name"], password, written_by="PUT")
            else:
                account.hidden_secrets.pop(hidden_secret_name(account.id, body["name"]), None)
                stored.hidden_secret = None
            stored.name, stored.value, stored.password = body["name"], value, password or None
            return nextgen_success(stored.on_the_wire(MASK))

    def _read(self, request: Request, _match: re.Match[str]) -> Response:
        account, key = self._accounts.nextgen_caller(request)
        key.require("core_smtp_view", "smtp")
        asked_for = request.param("accountId")
        if asked_for is not None and asked_for != account.id:
            raise key.denied("core_smtp_view", "smtp")
        with account.lock:
            stored = account.smtp_config
            if stored is None or asked_for is None:
                return nextgen_success(None)
            return nextgen_success(stored.on_the_wire(MASK if stored.password is not None else None))

    def _delete(self, request: Request, match: re.Match[str]) -> Response:
        account, key = self._accounts.nextgen_caller(request)
        key.require("core_smtp_delete", "smtp")
        with account.lock:
            if account.smtp_config is None or account.smtp_config.uuid != match[1]:
                raise invalid_request(_UNKNOWN)
            account.hidden_secrets.pop(hidden_secret_name(account.id, account.smtp_config.name), None)
            account.smtp_config = None
        return nextgen_success(data=True)

    def _validate_name(self, request: Request, _match: re.Match[str]) -> Response:
        """Look at FirstGen's names only: NextGen's are kept under a prefix."""
        account, _key = self._accounts.nextgen_caller(request)
        valid = request.param("name") not in account.firstgen_providers
        taken = "There already exists a connector with this name. Please try a different one."
        return nextgen_success({"valid": valid, "errorMessage": "" if valid else taken})

    def _validate_connectivity(self, request: Request, _match: re.Match[str]) -> Response:
        account, _key = self._accounts.nextgen_caller(request)
        names = ("identifier", "accountId", "to", "subject", "body")
        missing = [(name, "must not be null") for name in names if request.param(name) is None]
        if missing:
            raise bean_validation(missing)
        stored = account.smtp_config
        if stored is None or stored.uuid != request.param("identifier"):
            raise invalid_request(CONTACT_SUPPORT)
        mail = Mail(request.param("to") or "", request.param("subject") or "", request.param("body") or "")
        # NextGen's own client of the manager gives up after 15 s and asks again; the delegate knows nothing of it.
        for _ in range(READ_ATTEMPTS):
            task, done = account.delegates.start(stored.value, stored.password, mail)
            if done.wait(READ_TIMEOUT_SECONDS * account.delegates.time_scale):
                return nextgen_success({"valid": task.valid, "errorMessage": task.message})
        raise nextgen_error(500, "UNKNOWN_ERROR", OOPS)


def _validated(body: dict[str, Any]) -> dict[str, Any]:
    """The body after bean validation and the coercions of Harness's JSON reader."""
    value = body.get("value")
    errors = [("name", error) for error in _name_errors(body.get("name"))]
    if not body.get("accountId"):
        errors.append(("accountId", "must not be empty"))
    if not isinstance(value, dict):
        errors.append(("value", "must not be null"))
    elif not str(value.get("host") or "").strip():
        errors.append(("value.host", "must not be blank"))
    if errors:
        raise bean_validation(errors)
    return body


def _name_errors(name: object) -> list[str]:
    if not isinstance(name, str) or not name.strip():
        return ["must not be blank"]
    errors = []
    if name != name.strip():
        errors.append("must have no leading or trailing space")
    if len(name) > 128:
        errors.append("size must be between 0 and 128")
    if not _NAME.fullmatch(name):
        errors.append("can hold letters, digits, -, _, ., / and spaces alone")
    return errors


def _stored_value(given: dict[str, Any], account: Account) -> tuple[dict[str, Any], str]:
    """What is kept of a posted `value`, and the posted password; fields the server doesn't know are dropped."""
    value: dict[str, Any] = {name: given.get(name) for name in _FIELDS}
    value["port"] = _primitive_int(given.get("port"))
    for name in ("useSSL", "startTLS"):
        value[name] = given.get(name) is True or str(given.get(name)).lower() == "true"
    value.update({name: given[name] for name in sorted(account.newer_smtp_fields) if name in given})
    return value, _characters(given.get("password"))


def _primitive_int(given: object) -> int:
    try:
        return int(given or 0) if isinstance(given, int | float | str | None) else int(str(given))
    except ValueError:
        raise nextgen_error(400, "INVALID_REQUEST", "Unable to process JSON") from None


def _characters(given: object) -> str:
    """Java's array of characters: a string, or (as the OpenAPI page has it) a list of one-character strings."""
    if given is None:
        return ""
    if isinstance(given, str):
        return given
    if isinstance(given, list) and all(isinstance(one, str) and len(one) == 1 for one in given):
        return "".join(given)
    raise nextgen_error(400, "INVALID_REQUEST", "Unable to process JSON")


def hidden_secret_name(account_id: str, name: str, *, written_by: Literal["POST", "PUT"] = "PUT") -> str:
    """The name of the secret that holds a config's password: a POST writes it with `-` for what a secret can't have."""
    raw = f"{NAME_PREFIX}{name}-{account_id}-SmtpSecret"
    return re.sub(r"[^a-zA-Z0-9_-]", "-", raw) if written_by == "POST" else raw


def _hide(
    account: Account, config: StoredSmtpConfig, name: str, password: str, *, written_by: Literal["POST", "PUT"]
) -> None:
    """Write the hidden secret, which no listing shows.

    A PUT gives the one that is there the config's name as it is. Whoever removes the password later removes what has
    that name: after a POST alone, for a name with a blank, that is nothing, and an orphan stays.
    """
    hidden = hidden_secret_name(account.id, name, written_by=written_by)
    if FORBIDDEN_IN_NAMES.intersection(hidden):
        raise invalid_request(bad_name_text())
    if hidden in account.hidden_secrets and hidden != config.hidden_secret:
        raise nextgen_error(400, "SECRET_MANAGEMENT_ERROR", f"Secret {hidden} already exists")
    account.hidden_secrets.pop(config.hidden_secret or "", None)
    account.hidden_secrets[hidden] = password
    config.hidden_secret = hidden

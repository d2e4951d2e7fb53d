"""What to do about what Harness said."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pulumi_smtp_collab.targets.harness.errors import Said
from pulumi_smtp_collab.targets.harness.settings import API_KEY, CA_CERTIFICATES, ENDPOINT, KEY_VARIABLES, HarnessAccess

NOT_HARNESS = (
    "this is no answer of Harness's; a proxy or gateway may have answered, or the endpoint is not Harness's API. "
    f"Check HARNESS_ENDPOINT ({ENDPOINT} in the stack's configuration), HTTPS_PROXY and NO_PROXY."
)
TRUST = (
    "the endpoint's certificate was not accepted. If it comes from a private CA, set the CA's PEM text as "
    f"{CA_CERTIFICATES} in the stack's configuration; if a proxy inspects TLS, that is the proxy's CA."
)
UNREACHABLE = (
    f"check HARNESS_ENDPOINT ({ENDPOINT} in the stack's configuration), and from here the network, HTTPS_PROXY and "
    "NO_PROXY."
)
POLICY = "a policy of Harness denies it: change what it names, or ask who keeps the account's policies."
AGAIN = "run it again later; if it stays, ask Harness's support with the correlationId."
INTERRUPTED = f"run it again later; if it stays, {UNREACHABLE}"

_PERMISSION = re.compile(r"[Mm]issing permission (core_\w+)")
_ARGUMENTS: Mapping[str, str] = {
    "name": "display_name",
    "value.host": "host",
    "value.port": "port",
    "value.fromAddress": "from_address",
    "secret.name": "name",
    "secret.identifier": "identifier",
}
_BY_TEXT: tuple[tuple[str, str], ...] = (
    (
        "already configured for this Account",
        "NextGen has one SMTP config per account: take over the one that exists with adopt=.",
    ),
    (
        "-SmtpSecret already exists",
        "an earlier config of that name left its hidden secret in Harness, where nobody sees it: choose another "
        "display_name.",
    ),
    (
        "with this ID does not exist",
        "it was deleted in Harness: run `pulumi refresh`, then `pulumi up` to create it again.",
    ),
    ("characters [~!@#", "use letters, digits, -, _ and spaces in the name alone."),
    (
        "Built-in Harness Secret Manager",
        "the account's settings forbid harnessSecretManager: name another with EncryptedText(secret_manager=...).",
    ),
    ("Could not find secret", "create the Encrypted Text first, or check its name and that the key may see it."),
    ("still being used", "something still refers to the secret: see its setup usages in Harness."),
    ("secret exists with the proposed secret name", "choose another name, or use the one that exists by its name."),
    ("Secret manager with id", "check the id of the secret manager."),
    ("secrets manager scopes", "check that the usage scope of the secret manager covers the secret's."),
    ("Secrets Manager", "check that the usage scope of the secret manager covers the secret's."),
    ("usage restrictions", "the key's user groups need access to all environments of the usage scope."),
    ("not authorized", "the key's user group needs the account permissions Manage Secrets and Administer Account."),
    (
        "still referencing this secret",
        "widen the usage scope, or take the reference out of the application first.",
    ),
    ("Application", "check the application's id in the usage scope."),
    ("No env exists", "check the environment's id in the usage scope: it must belong to the application."),
    ("Feature not enabled", "FirstGen's GraphQL API is switched off for this account; ask Harness's support."),
    ("support team", "Harness gives no reason here: check ids and names, then ask its support."),
)


def advice_for(said: Said, access: HarnessAccess, *, is_json: bool) -> str:
    """Return what to do about an answer that is no success."""
    by_status: dict[int | None, Callable[[], str]] = {
        401: lambda: _key_advice(access),
        403: lambda: _permission_advice(said),
        429: lambda: "too many requests were made for this account: run `pulumi up` again in a minute.",
    }
    server_fault = said.status is not None and said.status >= 500  # noqa: PLR2004 - the server's own faults
    if not is_json:
        return INTERRUPTED if server_fault else NOT_HARNESS
    if said.status in by_status:
        return by_status[said.status]()
    if server_fault:
        return AGAIN
    if said.fields:
        named = ", ".join(_ARGUMENTS.get(field, field) for field in said.fields)
        return f"change what Harness refused: {named}."
    if "HTTP 404" in said.message or said.status == 404 or said.code == "RESOURCE_NOT_FOUND_EXCEPTION":  # noqa: PLR2004
        return _path_advice(access)
    return next((advice for text, advice in _BY_TEXT if text in said.message), "change what Harness's message names.")


def _key_advice(access: HarnessAccess) -> str:
    key = access.key
    advice = (
        f"the API key was read from {key.source}: check that it is a key of the account {access.account_id}, and was "
        "neither rotated, revoked nor has expired."
    )
    if key.from_config:
        advice += (
            " refresh and destroy use the configuration of the last up: after a new key in the configuration run "
            "`pulumi up` first, or give `--run-program`, or set the environment variable "
            f"{KEY_VARIABLES[access.generation]}, which wins over {API_KEY}."
        )
    return advice


def _permission_advice(said: Said) -> str:
    match = _PERMISSION.search(said.message)
    if match is None:
        return "the API key's role lacks a permission: an Account Admin can grant it."
    permission = match[1]
    if permission.startswith("core_smtp"):
        return (
            f"the API key's role needs {permission} on the account. A custom role with core_smtp_view, core_smtp_edit "
            "and core_smtp_delete and a resource group with SMTP is enough; an Account Admin can grant it."
        )
    return f"the API key's role needs {permission} in the secret's scope; an Account Admin can grant it."


def _path_advice(access: HarnessAccess) -> str:
    text = f"the path is not known at {access.endpoint}. Harness's SaaS has its API under /gateway; "
    if access.endpoint.endswith("/gateway"):
        return f"{text}a self-managed Harness may have it without: set HARNESS_ENDPOINT without /gateway."
    return f"{text}a self-managed Harness may have it there too: set HARNESS_ENDPOINT with /gateway at its end."

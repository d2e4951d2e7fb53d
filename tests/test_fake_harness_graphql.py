"""The fake's FirstGen secrets behave as Harness's public sources say: GraphQL with its rules, texts and gaps."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from fake_harness import FakeHarness, ScopeEntry
from fake_harness.probe import BY_NAME, CREATE, DELETE, READ, UPDATE, Answer, Client, F

ALL, PROD, NON_PROD = (
    {"filterType": "ALL"},
    {"filterType": "PRODUCTION_ENVIRONMENTS"},
    {"filterType": "NON_PRODUCTION_ENVIRONMENTS"},
)


PROVIDER = "type: SMTP\nhost: smtp.example.com\n"


def refusal(answer: Answer) -> str:
    """The text of a resolver's error, after its shape was checked."""
    assert answer.status == 200
    [error] = answer.json["errors"]
    [field] = error["path"]
    assert answer.json["data"] == {field: None}
    assert set(error) == {"message", "locations", "path"}
    prefix = f"Exception while fetching data (/{field}) : "
    assert error["message"].startswith(prefix)
    return str(error["message"].removeprefix(prefix))


def bad_document(answer: Answer) -> str:
    """The text of an error of the document, which has no data and no path."""
    assert (answer.status, list(answer.json)) == (200, ["errors"])
    assert "path" not in answer.json["errors"][0]
    return str(answer.json["errors"][0]["message"])


def scope(*pairs: tuple[dict[str, str], dict[str, str]]) -> dict[str, Any]:
    return {"appEnvScopes": [{"application": app, "environment": env} for app, env in pairs]}


def test_encrypted_text(first: Client) -> None:
    """Made, read by id and name, patched, deleted; the value is stored and never read, ids survive a new name."""
    given = scope((ALL, PROD), (ALL, NON_PROD))
    payload = first.text(usageScope=given).json["data"]["createSecret"]
    secret = payload["secret"]
    assert re.fullmatch(r"[\w-]{22}", secret["id"])
    assert payload["clientMutationId"] == secret["secretManagerId"] == first.account.id
    assert (secret["inheritScopesFromSM"], secret["scopedToAccount"]) == (False, False)
    unset = {"appId": None}, {"envId": None}
    read = [(one["application"], one["environment"]) for one in secret["usageScope"]["appEnvScopes"]]
    assert read == [(ALL | unset[0], PROD | unset[1]), (ALL | unset[0], NON_PROD | unset[1])]
    assert first.account.encrypted_texts[secret["id"]].value == "v"
    assert first.graphql(READ, id=secret["id"]).json["data"]["secret"] == secret
    renamed = first.patch(secret["id"], name=" new ").json["data"]["updateSecret"]["secret"]
    assert renamed == {**secret, "name": "new"}
    assert first.graphql(BY_NAME, name="new").json["data"]["secretByName"] == renamed
    first.patch(secret["id"], value="w")
    assert first.account.encrypted_texts[secret["id"]].value == "w"
    assert first.drop(secret["id"], clientMutationId="mine").json["data"] == {
        "deleteSecret": {"clientMutationId": "mine"}
    }
    assert refusal(first.graphql(READ, id=secret["id"])) == "Invalid request: No secret exists with given input."


MORE_RELAXED = "Given secret scopes are more relaxed than the secrets manager scopes"
BOTH = (
    "Invalid scopes, please either select to inherit scopes from Secret Manager or provide your own scopes. "
    "You cannot do both."
)
ONE = "Invalid request: Exactly ONE out of secret value, secret reference or secret parameters is to be passed"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"name": " "}, "Invalid request: The name of the secret can not be blank"),
        ({"secretReference": "r"}, ONE),
        ({"value": None}, ONE),
        (
            {"name": "a.b"},
            "Secret name should not have any of the following characters [~!@#$%^&*'\"/?<>,;.]",
        ),
        (
            {"name": "taken"},
            "A secret exists with the proposed secret name in your account. Please choose a different name",
        ),
        ({"secretManagerId": "X"}, "Secret manager with id X for account ACC can't be found."),
        (
            {"usageScope": scope((ALL, {"envId": "e"}))},
            "Invalid request: EnvId cannot be supplied with app filterType ALL",
        ),
        ({"usageScope": scope(({}, PROD))}, "Invalid request: No appId or filterType provided in the app filter"),
        (
            {"usageScope": scope((ALL | {"appId": "app"}, PROD))},
            "Invalid request: Cannot set both appId and filterType in the app filter",
        ),
        ({"usageScope": scope((ALL, {}))}, "Invalid request: No envId or filterType provided in the env filter"),
        (
            {"usageScope": scope((ALL, PROD | {"envId": ""}))},
            "Invalid request: Cannot set both envId and filterType in the env filter",
        ),
        ({"usageScope": scope(({"appId": "X"}, PROD))}, "Invalid argument(s): Application X doesn't exist"),
        (
            {"usageScope": scope(({"appId": "app"}, {"envId": "X"}))},
            "Invalid request: No env exists with id app in application with id X",
        ),
        ({"inheritScopesFromSM": True, "usageScope": {}}, BOTH),
        ({"inheritScopesFromSM": True, "scopedToAccount": True}, BOTH),
        (
            {"scopedToAccount": True, "usageScope": scope((ALL, PROD))},
            "Non null restrictions are not allowed when scoping entity to account for accountId ACC",
        ),
        ({"usageScope": scope((ALL, PROD)), "secretManagerId": "narrow"}, MORE_RELAXED),
        ({"usageScope": scope((ALL, PROD)), "secretManagerId": "unscoped"}, MORE_RELAXED),
    ],
)
def test_create_refused(harness: FakeHarness, fields: dict[str, Any], text: str) -> None:
    """Each rule of a new secret has Harness's own sentence, and nothing is stored."""
    account = harness.add_account("ACC")
    account.add_application("app", {"e1": "PROD"})
    account.add_encrypted_text("taken", "v")
    narrow = ScopeEntry(env_types=frozenset({"NON_PROD"}))
    managers = {"narrow": account.add_secret_manager("a", scope=(narrow,)), "unscoped": account.add_secret_manager("b")}
    managers["unscoped"].scope = None
    if fields.get("secretManagerId") in managers:
        fields = {**fields, "secretManagerId": managers[fields["secretManagerId"]].id}
    client = Client(harness, account, account.api_key(generation="firstgen"))
    assert refusal(client.text(**fields)) == text
    assert len(account.encrypted_texts) == 1


def test_what_reads_back_as_null(first: Client) -> None:
    """Inherited, no scope, the account's and an empty scope all read null; scopedToAccount reads false always."""
    kinds: list[dict[str, Any]] = [
        {"inheritScopesFromSM": True},
        {},
        {"scopedToAccount": True},
        {"usageScope": {"appEnvScopes": []}},
    ]
    for number, fields in enumerate(kinds):
        secret = first.text(name=f"n{number}", **fields).json["data"]["createSecret"]["secret"]
        assert (secret["usageScope"], secret["scopedToAccount"]) == (None, False)
        assert secret["inheritScopesFromSM"] is (number == 0)


def test_scopes_of_the_user_interface_read_back_in_part(first: Client) -> None:
    """Both types read as NON_PROD alone, of several ids one is shown; REST's list shows all."""
    both = ScopeEntry(app_ids=("a", "b"), env_types=frozenset({"PROD", "NON_PROD"}))
    made = first.account.add_encrypted_text("n", "v", scope=(both,))
    [entry] = first.graphql(READ, id=made.id).json["data"]["secret"]["usageScope"]["appEnvScopes"]
    assert entry["application"] == {"filterType": None, "appId": "a"}
    assert entry["environment"] == {"filterType": "NON_PRODUCTION_ENVIRONMENTS", "envId": None}
    page = first.call("GET", "/api/secrets/list-secrets-page", accountId=first.account.id, type="SECRET_TEXT")
    [restriction] = page.resource["response"][0]["usageRestrictions"]["appEnvRestrictions"]
    assert restriction["appFilter"]["ids"] == ["a", "b"]
    assert restriction["envFilter"]["filterTypes"] == ["NON_PROD", "PROD"]


def test_patch_rules(first: Client) -> None:
    """Absent keeps, null clears the scope, of inherit takes the stored scopedToAccount, name and value refuse it."""
    made = first.text(usageScope=scope((ALL, PROD))).json["data"]["createSecret"]["secret"]["id"]
    stored = first.account.encrypted_texts
    assert refusal(first.patch(made, inheritScopesFromSM=True)) == BOTH
    assert "errors" not in first.patch(made, inheritScopesFromSM=True, usageScope=None).json
    assert (stored[made].inherits, stored[made].scope) == (True, None)
    first.patch(made, inheritScopesFromSM=None)
    assert stored[made].inherits is False
    first.patch(made, scopedToAccount=True)
    first.patch(made, scopedToAccount=None)
    assert stored[made].scoped_to_account is True
    assert refusal(first.patch(made, inheritScopesFromSM=None)) == BOTH
    assert refusal(first.patch(made, value=None)) == ONE
    assert "can not be blank" in refusal(first.patch(made, name=None))
    assert "Cannot change" in refusal(first.patch(made, secretReference="r"))
    assert refusal(first.patch("X")) == "Invalid request: No encrypted text exists with the id X"
    assert refusal(first.drop("X")) == "Invalid request: No secret exists with the id X"


def test_update_refused_by_scope(first: Client) -> None:
    """Wider than the manager has another text than at creation; narrowing under a user is refused."""
    prod = (ScopeEntry(env_types=frozenset({"PROD"})),)
    manager = first.account.add_secret_manager("a", scope=prod, default=True)
    first.account.add_application("app", {})
    made = first.text().json["data"]["createSecret"]["secret"]
    assert made["secretManagerId"] == manager.id
    wider = refusal(first.patch(made["id"], usageScope=scope((ALL, NON_PROD))))
    assert wider.startswith("The usage scope of the secret is wider than ")
    first.account.encrypted_texts[made["id"]].used_by_applications.add("other")
    narrower = refusal(first.patch(made["id"], usageScope=scope(({"appId": "app"}, PROD))))
    assert narrower == "Can't update usage scope, application 'other' is still referencing this secret."


def test_delete_while_used_and_while_the_index_lags(first: Client) -> None:
    """A secret in use is not deleted, and the index takes its time to see that it no longer is."""
    first.account.usage_index_lag = 0.3
    secret = first.account.add_encrypted_text("pw", "v")
    first.upsert("corp", PROVIDER + "password: secretName:pw\n")
    in_use = "Can not delete secret because it is still being used. See setup usage(s) of the secret."
    assert refusal(first.drop(secret.id)) == in_use
    first.account.delete_firstgen_provider("corp")
    assert refusal(first.drop(secret.id)) == in_use
    time.sleep(0.35)
    assert first.drop(secret.id).json["data"] == {"deleteSecret": {"clientMutationId": None}}


def test_graphql_permissions(harness: FakeHarness, first: Client) -> None:
    """Writing needs Manage Secrets and rights to the scope's environments; what can't be seen is missing."""
    made = first.text(usageScope=scope((ALL, PROD))).json["data"]["createSecret"]["secret"]["id"]

    def client(*permissions: str) -> Client:
        return Client(harness, first.account, first.account.api_key(permissions, generation="firstgen"))

    assert refusal(client("PROD").text(name="m")) == "Invalid request: User not authorized"
    restricted = "User not authorized to change, due to usage restrictions"
    assert refusal(client("MANAGE_SECRETS").text(name="m")) == restricted
    narrow = client("MANAGE_SECRETS", "NON_PROD")
    assert refusal(narrow.text(name="m", usageScope=scope((ALL, PROD)))) == restricted
    assert refusal(narrow.graphql(READ, id=made)) == "Invalid request: No secret exists with given input."
    assert refusal(narrow.drop(made)) == f"Invalid request: No secret exists with the id {made}"
    assert "data" in client("PROD").graphql(READ, id=made).json


@pytest.mark.parametrize(
    ("query", "variables", "message"),
    [
        (
            "query($id: String!) {\n  secret(secretId: $secretId, secretType: ENCRYPTED_TEXT) { id } }",
            {"id": "x"},
            "Validation error of type UndefinedVariable: Undefined variable secretId @ 'secret'",
        ),
        (
            "mutation($secret: DeleteSecretInput!) { deleteSecret(input: $secret) }",
            {},
            "Validation error of type SubSelectionRequired: ",
        ),
        (
            READ.replace("name secretType", "value"),
            {"id": "x"},
            "Validation error of type FieldUndefined: Field 'value' in type 'Secret' is undefined @ 'F/value'",
        ),
        (DELETE + F, {}, "Validation error of type UnusedFragment: Unused fragment F"),
        (READ, {}, "Variable 'id' has coerced Null value for NonNull type 'String!'"),
        (
            CREATE,
            {"secret": {"secretType": "X"}},
            "Variable 'secretType' has an invalid value. Invalid input for Enum 'SecretType'. "
            "No value found for name 'X'",
        ),
        (
            CREATE,
            {"secret": {"secretType": "ENCRYPTED_TEXT", "encryptedText": {"value": "v"}}},
            "Field 'name' of variable 'secret' has coerced Null value for NonNull type 'String!'",
        ),
        (
            UPDATE,
            {"secret": {"secretId": "i", "secretType": "ENCRYPTED_TEXT", "encryptedText": {"secretManagerId": "m"}}},
            "The variables input contains a field name 'secretManagerId' that is not defined for input object type "
            "'UpdateEncryptedText' ",
        ),
        ("query {", {}, "Invalid Syntax : "),
    ],
)
def test_bad_documents(first: Client, query: str, variables: dict[str, Any], message: str) -> None:
    """A document or variables that don't fit are refused in a 200 without data."""
    assert bad_document(first.graphql(query, **variables)).startswith(message)


def test_error_locations_and_alias(first: Client) -> None:
    """An error names the place in the document, and the alias of its field."""
    answer = first.graphql(
        "query($id: String!) {\n  mine: secret(secretId: $id, secretType: SSH_CREDENTIAL) { id } }", id="x"
    )
    assert refusal(answer) == "Invalid request: No secret exists with given input."
    assert answer.json["errors"][0]["locations"] == [{"line": 2, "column": 3}]


def test_secret_managers(first: Client) -> None:
    """They are found by id, by name and as a list, with their scope."""
    query = """query($id: String!, $name: String!) { secretManager(secretManagerId: $id) { id name }
      secretManagerByName(name: $name) { id usageScope { appEnvScopes { environment { filterType } } } }
      secretManagers(limit: 5, offset: 0) { nodes { id } } }"""
    data = first.graphql(query, id=first.account.id, name="Harness Secrets Manager").json["data"]
    assert data["secretManager"] == {"id": first.account.id, "name": "Harness Secrets Manager"}
    assert data["secretManagers"] == {"nodes": [{"id": first.account.id}]}
    assert len(data["secretManagerByName"]["usageScope"]["appEnvScopes"]) == 2


def test_graphql_transport(harness: FakeHarness, first: Client) -> None:
    """Three kinds of body, a REST envelope for a bad key or bad JSON, the account out of the key."""
    path, account = "/api/graphql", {"accountId": first.account.id}
    query = b"query { secretManagers(limit: 1) { nodes { id } } }"
    assert "data" in first.call("POST", path, query, content_type="text/plain", **account).json
    form = b'--XX\r\nContent-Disposition: form-data; name="query"\r\n\r\n' + query + b"\r\n--XX--\r\n"
    assert "data" in first.call("POST", path, form, content_type="multipart/form-data; boundary=XX", **account).json
    assert "data" in first.call("POST", path, {"query": query.decode(), "extra": 1}).json
    assert first.call("POST", path, b"{", **account).error[:2] == (400, "DEFAULT_ERROR_CODE")
    refused = first.call("POST", path, {"query": "x"}, accountId=harness.add_account().id)
    assert refused.error == (401, "INVALID_TOKEN", "Token is not valid.")
    assert refused.headers["X-Harness-Error"] == "INVALID_TOKEN"
    harness.enable_graphql(enabled=False)
    off = first.call("POST", path, {"query": query.decode()}, **account)
    assert (off.status, off.json["errors"][0]["message"]) == (400, "Feature not enabled")


def test_graphql_rate_limit(harness: FakeHarness, first: Client) -> None:
    """Thirty requests a minute and account, once it is switched on."""
    harness.limit_graphql()
    statuses = [first.graphql(READ, id="x").status for _ in range(31)]
    assert (statuses.count(200), statuses[-1]) == (30, 429)
    assert (
        first.graphql(READ, id="x").json["errors"][0]["message"].startswith("You've reached your account's rate limit")
    )
    account = harness.add_account()
    assert Client(harness, account, account.api_key(generation="firstgen")).graphql(READ, id="x").status == 200

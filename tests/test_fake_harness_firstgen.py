"""The fake's FirstGen providers behave as Harness's public sources say: config-as-code and REST."""

from __future__ import annotations

import http.client
import json
from urllib.parse import quote

import pytest
import yaml
from fake_harness import FakeHarness, ScopeEntry
from fake_harness.probe import Client

PROVIDER = """harnessApiVersion: '1.0'
type: SMTP
host: smtp.example.com
port: 465
fromAddress: ci@example.com
useSSL: true
username: ci@example.com
"""


def test_config_as_code(first: Client) -> None:
    """An upsert makes and replaces, an export rewrites the reference, an unknown path is an empty text."""
    assert first.exported("corp") is None
    secret = first.account.add_encrypted_text("my-secret", "pw")
    answer = first.upsert("corp", PROVIDER + "password: secretName:my-secret\n").resource
    assert (answer["status"], answer["errorMssg"], answer["entityYaml"]) == ("SUCCESS", "", None)
    provider = first.account.firstgen_providers["corp"]
    assert (answer["entityId"], provider.password_id) == (provider.id, secret.id)
    exported = first.exported("corp")
    assert exported == {**yaml.safe_load(PROVIDER), "password": "gcpkms:my-secret"}
    again = first.upsert("corp", PROVIDER.replace("465", "587")).resource
    assert again["entityId"] == provider.id
    assert (first.exported("corp")["port"], "password" in first.exported("corp")) == (587, False)
    gone = first.call(
        "DELETE",
        "/api/setup-as-code/yaml/delete-entities",
        accountId=first.account.id,
        filePaths="Setup/Collaboration Providers/corp.yaml",
    ).resource
    assert (gone["responseStatus"], [one["status"] for one in gone["filesStatus"]]) == ("SUCCESS", ["SUCCESS"])
    assert first.exported("corp") is None


def test_yaml_resets_start_tls(first: Client) -> None:
    """Start TLS is not in the YAML: not shown, not taken, and gone after an upsert."""
    first.account.add_firstgen_provider("corp", start_tls=True)
    assert "startTLS" not in first.exported("corp")
    assert first.upsert("corp", PROVIDER + "startTLS: true\n").resource["status"] == "SUCCESS"
    assert first.account.firstgen_providers["corp"].start_tls is False


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (PROVIDER + "password: secretName:none\n", "Resource not found: Could not find secret: none in account: "),
        (PROVIDER + "password: 'secretName:'\n", "Invalid format of YAML payload: SecretReference format is not valid"),
        ("type: SMTP\nport: 25\n", "Invalid yaml: "),
        ("type: SMTP\nhost: h\nport: many\n", "Invalid yaml: "),
        ("{", "Invalid yaml: "),
        ("type: SLACK\n", "Invalid yaml: "),
    ],
)
def test_failed_upsert_is_a_200(first: Client, content: str, message: str) -> None:
    """`status: FAILED` in a 200, and nothing is saved."""
    failed = first.upsert("corp", content).resource
    assert (failed["status"], failed["entityId"]) == ("FAILED", None)
    assert failed["errorMssg"].startswith(message)
    assert first.account.firstgen_providers == {}


def test_references(first: Client) -> None:
    """The prefix steers nothing: an id or a name is found behind any; without a known one it is a raw id, unchecked."""
    secret = first.account.add_encrypted_text("pw", "v")
    for reference in ("secretName:pw", f"SECRETID:{secret.id}", "amazonkms:pw", f"secretName:{secret.id}"):
        assert first.upsert("corp", PROVIDER + f"password: {reference}\n").resource["status"] == "SUCCESS"
        assert first.account.firstgen_providers["corp"].password_id == secret.id
    assert first.upsert("corp", PROVIDER + "password: whatever\n").resource["status"] == "SUCCESS"
    assert first.exported("corp") is None


def test_vault_reference(first: Client) -> None:
    """A path in a vault makes a secret that refers to it, once, and is exported as a path."""
    first.account.add_secret_manager("vault")
    reference = "hashicorpvault://vault/team/smtp#password"
    for name in ("one", "two"):
        assert first.upsert(name, PROVIDER + f"password: {reference}\n").resource["status"] == "SUCCESS"
    assert [one.reference for one in first.account.encrypted_texts.values()] == ["team/smtp#password"]
    assert first.exported("two")["password"] == reference


def test_config_as_code_permissions(harness: FakeHarness, first: Client) -> None:
    """Writing asks for the management of the account, and for rights to the secret's scope; reading for a key."""
    first.account.add_encrypted_text("pw", "v", scope=(ScopeEntry(env_types=frozenset({"PROD"})),))
    content = PROVIDER + "password: secretName:pw\n"
    reader = Client(harness, first.account, first.account.api_key([], generation="firstgen"))
    assert (reader.upsert("corp", content).status, reader.exported("corp")) == (403, None)
    rights = ["ACCOUNT_MANAGEMENT", "NON_PROD"]
    narrow = Client(harness, first.account, first.account.api_key(rights, generation="firstgen"))
    assert narrow.upsert("corp", content).resource["status"] == "FAILED"
    assert first.upsert("corp", content).resource["status"] == "SUCCESS"


def test_rest_settings(harness: FakeHarness, client: Client) -> None:
    """A key reads, a user's token writes, names are unique, and NextGen's config shows under its prefix."""
    account = client.account
    key = account.api_key(generation="firstgen")
    first = Client(harness, account, key)
    account.set_smtp_config("corp mail")
    made = account.add_firstgen_provider("old", start_tls=True)
    listed = first.call("GET", "/api/settings", accountId=account.id, type="SMTP").resource["response"]
    assert [one["name"] for one in listed] == ["old", "ngSmtpConfig-corp mail"]
    assert first.call("GET", f"/api/settings/{made.id}", accountId=account.id).resource["value"]["startTLS"] is True
    body = {"name": "old", "category": "CONNECTOR", "value": {"type": "SMTP", "host": "h", "port": 25}}
    assert first.call("POST", "/api/settings", body, accountId=account.id).status == 401
    connection = http.client.HTTPConnection("127.0.0.1", harness.port, timeout=10)
    headers = {"Authorization": f"Bearer {account.bearer_token()}"}
    for name, status in (("old", 400), ("new", 200)):
        target = f"/gateway/api/settings?accountId={quote(account.id)}"
        connection.request("POST", target, json.dumps({**body, "name": name}), headers)
        response = connection.getresponse()
        content = response.read()
        assert response.status == status
        if status == 400:
            assert b"Invalid argument(s): The name old already exists in CONNECTOR." in content
    connection.close()
    assert sorted(account.firstgen_providers) == ["new", "old"]

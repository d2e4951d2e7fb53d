"""A client of the standard library for one account and key of the fake: what the fake's own tests ask with."""

from __future__ import annotations

import http.client
import json
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import yaml

from fake_harness.accounts import Account
from fake_harness.server import FakeHarness

F = """fragment F on Secret { id name secretType
  usageScope { appEnvScopes { application { filterType appId } environment { filterType envId } } }
  ... on EncryptedText { secretManagerId inheritScopesFromSM scopedToAccount } }"""
CREATE = (
    "mutation($secret: CreateSecretInput!) { createSecret(input: $secret) { clientMutationId secret { ...F } } }" + F
)
UPDATE = (
    "mutation($secret: UpdateSecretInput!) { updateSecret(input: $secret) { clientMutationId secret { ...F } } }" + F
)
DELETE = "mutation($secret: DeleteSecretInput!) { deleteSecret(input: $secret) { clientMutationId } }"
READ = "query($id: String!) { secret(secretId: $id, secretType: ENCRYPTED_TEXT) { ...F } }" + F
BY_NAME = "query($name: String!) { secretByName(name: $name, secretType: ENCRYPTED_TEXT) { ...F } }" + F


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        """NextGen's data of a success."""
        assert self.status == 200, self.body
        assert self.json["status"] == "SUCCESS"
        return self.json["data"]

    @property
    def resource(self) -> Any:
        """FirstGen's resource of a success."""
        assert (self.status, self.json["responseMessages"]) == (200, [])
        return self.json["resource"]

    @property
    def error(self) -> tuple[int, str, str]:
        """Status, code and message of either generation's error."""
        first = (self.json.get("responseMessages") or [self.json])[0]
        return self.status, first["code"], first["message"]


@dataclass
class Client:
    """One account seen with one key."""

    harness: FakeHarness
    account: Account
    key: str
    tls: ssl.SSLContext | None = None
    base: str | None = None

    def call(
        self, method: str, path: str, sent: object = None, *, content_type: str = "application/json", **query: str
    ) -> Answer:
        base = urlsplit(self.base or self.harness.endpoint)
        kind = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}[base.scheme]
        options: dict[str, Any] = {"context": self.tls} if self.tls else {}
        connection = kind(base.hostname or "", base.port, timeout=10, **options)
        try:
            content = sent if isinstance(sent, bytes | None) else json.dumps(sent).encode()
            target = f"{base.path}{path}?{urlencode(query)}"
            connection.request(method, target, content, {"x-api-key": self.key, "Content-Type": content_type})
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def smtp(self, method: str, path: str = "", sent: object = None, **query: str) -> Answer:
        account = {"accountIdentifier": self.account.id, "accountId": self.account.id}
        return self.call(method, f"/ng/api/smtpConfig{path}", sent, **(account | query))

    def config(self, *, name: str = "corp mail", uuid: str | None = None, **value: object) -> dict[str, Any]:
        """The body of a create or, with a uuid, an update."""
        settings = {"host": "smtp.example.com", "port": 587, "fromAddress": "ci@example.com", "startTLS": True, **value}
        body = {"accountId": self.account.id, "name": name, "value": settings}
        return body if uuid is None else {**body, "uuid": uuid}

    def secret(self, method: str, path: str = "", sent: object = None, **query: str) -> Answer:
        return self.call(method, f"/ng/api/v2/secrets{path}", sent, accountIdentifier=self.account.id, **query)

    def test(self, uuid: str, *, subject: str = "s", body: str = "b") -> Answer:
        query = {"identifier": uuid, "to": "you@example.com", "subject": subject, "body": body}
        return self.smtp("POST", "/validate-connectivity", **query)

    def graphql(self, query: str, **variables: object) -> Answer:
        return self.call("POST", "/api/graphql", {"query": query, "variables": variables}, accountId=self.account.id)

    def text(self, **fields: object) -> Answer:
        """Create an encrypted text."""
        content = {"name": "n", "value": "v", **fields}
        return self.graphql(CREATE, secret={"secretType": "ENCRYPTED_TEXT", "encryptedText": content})

    def patch(self, secret_id: str, **fields: object) -> Answer:
        """Update an encrypted text."""
        given = {"secretType": "ENCRYPTED_TEXT", "secretId": secret_id, "encryptedText": fields}
        return self.graphql(UPDATE, secret=given)

    def drop(self, secret_id: str, **more: object) -> Answer:
        """Delete an encrypted text."""
        return self.graphql(DELETE, secret={"secretType": "ENCRYPTED_TEXT", "secretId": secret_id, **more})

    def upsert(self, name: str, content: str) -> Any:
        """Write a provider as code."""
        body = (f'--XX\r\nContent-Disposition: form-data; name="yamlContent"\r\n\r\n{content}\r\n--XX--\r\n').encode()
        kind = "multipart/form-data; boundary=XX"
        path = f"Setup/Collaboration Providers/{name}.yaml"
        return self.call(
            "POST",
            "/api/setup-as-code/yaml/upsert-entity",
            body,
            content_type=kind,
            accountId=self.account.id,
            yamlFilePath=path,
        )

    def exported(self, name: str) -> Any:
        """The provider as code; None where Harness gives an empty text."""
        path = f"Setup/Collaboration Providers/{name}.yaml"
        answer = self.call("GET", "/api/setup-as-code/yaml/yaml-content", accountId=self.account.id, yamlFilePath=path)
        return yaml.safe_load(answer.resource["yaml"])

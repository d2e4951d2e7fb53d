"""The fake's NextGen answers as Harness's public sources say: the SMTP config, its password on the wire, secrets."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from fake_harness import MASK
from fake_harness.probe import Client

OOPS = "Oops, something went wrong on our end. Please contact Harness Support."


def test_create_read_update_delete(client: Client) -> None:
    """The four operations work, PUT replaces the whole value, and nothing configured reads as null in a 200."""
    assert client.smtp("GET").data is None
    made = client.smtp("POST", sent=client.config(username="u", delegateSelectors=["k8s"])).data
    assert made["value"] == {
        "host": "smtp.example.com",
        "port": 587,
        "fromAddress": "ci@example.com",
        "useSSL": False,
        "startTLS": True,
        "username": "u",
        "password": MASK,
        "delegateSelectors": ["k8s"],
    }
    assert {"name": "corp mail", "accountId": client.account.id}.items() <= made.items()
    client.smtp("PUT", sent=client.config(uuid=made["uuid"], name="new name"))
    read = client.smtp("GET").data
    assert (read["uuid"], read["name"], read["value"]["username"]) == (made["uuid"], "new name", None)
    assert client.smtp("DELETE", f"/{made['uuid']}").data is True
    assert client.smtp("GET").data is None


@pytest.mark.parametrize("given", [None, "", "pw"])
def test_write_answers_with_the_mask_whatever_is_stored(client: Client, given: str | None) -> None:
    """POST and PUT answer the mask even with no password; GET tells apart."""
    made = client.smtp("POST", sent=client.config(password=given)).data
    put = client.smtp("PUT", sent=client.config(uuid=made["uuid"], password=given)).data
    assert made["value"]["password"] == put["value"]["password"] == MASK
    assert client.smtp("GET").data["value"]["password"] == (MASK if given else None)


@pytest.mark.parametrize(
    ("stored", "sent", "then"),
    [
        ("old", MASK, "old"),
        ("old", "new", "new"),
        (None, "new", "new"),
        ("old", None, None),
        ("old", "", None),
        (None, MASK, MASK),
        (None, list("ab"), "ab"),
    ],
)
def test_password_of_a_put(client: Client, stored: str | None, sent: object, then: str | None) -> None:
    """The mask keeps what is stored (and becomes the password where nothing is), null and empty remove it."""
    uuid = client.account.set_smtp_config("corp mail", password=stored).uuid
    assert client.smtp("PUT", sent=client.config(uuid=uuid, password=sent)).status == 200
    assert client.account.smtp_config is not None
    assert client.account.smtp_config.password == then


def test_second_create_is_refused(client: Client) -> None:
    """One config per account, whoever made it; parallel creates make one."""
    answers: list[int] = []
    bodies = [client.config(name=f"n{number}") for number in range(4)]
    threads = [
        threading.Thread(target=lambda body=body: answers.append(client.smtp("POST", sent=body).status))
        for body in bodies
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 400, 400, 400]
    status, code, message = client.smtp("POST", sent=client.config()).error
    assert (status, code) == (400, "INVALID_REQUEST")
    assert message == (
        "Invalid request: SMTP is already configured for this Account. Each Account can have only one SMTP "
        "configuration. Use the UPDATE API call to modify this configuration."
    )


@pytest.mark.parametrize(
    ("uuid", "status", "code", "message"),
    [
        (
            "unknown",
            400,
            "INVALID_REQUEST",
            "Invalid request: SMTP configuration with this ID does not exist. Enter a valid Configuration ID.",
        ),
        ("", 400, "INVALID_REQUEST", "Invalid request: A valid UUID is required to update the SMTP configuration. "),
        (None, 500, "UNKNOWN_ERROR", OOPS),
    ],
)
def test_put_with_a_wrong_uuid(client: Client, uuid: str | None, status: int, code: str, message: str) -> None:
    """An unknown uuid, an empty one and none at all are three different errors."""
    client.account.set_smtp_config("corp mail")
    answer = client.smtp("PUT", sent=client.config(uuid=uuid))
    assert answer.error[:2] == (status, code)
    assert answer.error[2].startswith(message)
    assert answer.json["correlationId"]


def test_delete_of_an_unknown_uuid(client: Client) -> None:
    """It is the 400 that PUT gives."""
    assert client.smtp("DELETE", "/unknown").error[0] == 400


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"name": " "}, ["name"]),
        ({"name": "corp "}, ["name"]),
        ({"name": "x" * 129}, ["name"]),
        ({"accountId": ""}, ["accountId"]),
        ({"value": None}, ["value"]),
        ({"value": {"host": ""}}, ["value.host"]),
        ({"name": None, "value": {"port": 1}}, ["name", "value.host"]),
    ],
)
def test_bean_validation(client: Client, change: dict[str, Any], fields: list[str]) -> None:
    """A body that breaks the model is a FAILURE with a list of fields."""
    answer = client.smtp("POST", sent={**client.config(), **change})
    content = answer.json
    assert (answer.status, content["status"], content["code"]) == (400, "FAILURE", "INVALID_REQUEST")
    assert [one["fieldId"] for one in content["errors"]] == fields
    assert content["message"] == ", ".join(f"{one['fieldId']}: {one['error']}" for one in content["errors"])


def test_loose_values(client: Client) -> None:
    """A port has no range, SSL and Start TLS go together, the From address may be missing, unknown fields are lost."""
    client.smtp("POST", sent=client.config(port=99999, useSSL=True, fromAddress=None, colour="red"))
    value = client.smtp("GET").data["value"]
    assert (value["port"], value["useSSL"], value["startTLS"], value["fromAddress"]) == (99999, True, True, None)
    assert "colour" not in value


@pytest.mark.parametrize("name", ["corp.mail", "corp/mail"])
def test_name_that_only_a_later_password_breaks(client: Client, name: str) -> None:
    """A dot or slash is saved by a POST, password and all; a PUT with a password fails, one without does not."""
    assert client.smtp("POST", "/validateName", name=name).data["valid"] is True
    made = client.smtp("POST", sent=client.config(name=name, password="pw")).data
    refused = client.smtp("PUT", sent=client.config(name=name, uuid=made["uuid"], password="pw"))
    assert refused.error[0] == 400
    assert "should not have any of the following characters" in refused.error[2]
    assert client.smtp("PUT", sent=client.config(name=name, uuid=made["uuid"])).status == 200
    assert client.smtp("PUT", sent=client.config(uuid=made["uuid"], password="pw")).status == 200


@pytest.mark.parametrize("name", ["a@b", "ä", "a\tb", "a,b"])
def test_name_that_the_first_check_refuses(client: Client, name: str) -> None:
    """Of other characters than letters, digits, -, _ and spaces only a dot and a slash pass."""
    content = client.smtp("POST", sent=client.config(name=name)).json
    assert (content["status"], content["errors"][0]["fieldId"]) == ("FAILURE", "name")


def test_hidden_secret_of_a_name_with_a_blank(client: Client) -> None:
    """A POST hides it under another name than a removal looks for: an orphan, which the next POST runs into.

    After a PUT with the password it has the name that is looked for.
    """
    for removes in ("DELETE", "PUT"):
        for put_before in (True, False):
            made = client.smtp("POST", sent=client.config(password="pw")).data
            assert list(client.account.hidden_secrets) == [f"ngSmtpConfig-corp-mail-{client.account.id}-SmtpSecret"]
            if put_before:
                client.smtp("PUT", sent=client.config(uuid=made["uuid"], password="pw"))
            if removes == "PUT":
                client.smtp("PUT", sent=client.config(uuid=made["uuid"]))
            client.smtp("DELETE", f"/{made['uuid']}")
            assert len(client.account.hidden_secrets) == (0 if put_before else 1)
        status, _, message = client.smtp("POST", sent=client.config(password="pw")).error
        assert (status, message) == (400, f"Secret {next(iter(client.account.hidden_secrets))} already exists")
        client.account.hidden_secrets.clear()


def test_validate_name_looks_at_firstgen(client: Client) -> None:
    """A NextGen name is never found to be taken, a FirstGen one is; the status is 200 either way."""
    client.account.set_smtp_config("corp mail")
    client.account.add_firstgen_provider("old mail")
    assert client.smtp("POST", "/validateName", name="corp mail").data == {"valid": True, "errorMessage": ""}
    assert client.smtp("POST", "/validateName", name="old mail").data["valid"] is False


def test_edits_from_outside(client: Client) -> None:
    """A field that this client doesn't know is carried by GET, kept by a PUT that has it, lost by one that has not."""
    uuid = client.smtp("POST", sent=client.config(password="pw")).data["uuid"]
    client.account.edit_smtp_config(host="other.example.com", tlsProfile="modern")
    value = client.smtp("GET").data["value"]
    assert (value["host"], value["tlsProfile"]) == ("other.example.com", "modern")
    client.smtp("PUT", sent=client.config(uuid=uuid, tlsProfile="modern"))
    assert client.smtp("GET").data["value"]["tlsProfile"] == "modern"
    client.smtp("PUT", sent=client.config(uuid=uuid))
    assert "tlsProfile" not in client.smtp("GET").data["value"]
    client.account.delete_smtp_config()
    assert client.smtp("GET").data is None


def ng_secret(**changes: Any) -> dict[str, Any]:
    spec = {"secretManagerIdentifier": "harnessSecretManager", "valueType": "Inline", "value": "pw"}
    return {"secret": {"type": "SecretText", "name": "smtp pw", "identifier": "smtp_pw", "spec": spec, **changes}}


def test_nextgen_secret(client: Client) -> None:
    """Made, read without its value, changed, deleted; the same identifier may live in another scope."""
    made = client.secret("POST", sent=ng_secret())
    assert made.data["secret"]["spec"]["value"] is None
    assert client.account.secrets[None, None, "smtp_pw"].value == "pw"
    assert client.secret("POST", sent=ng_secret()).error[:2] == (400, "DUPLICATE_FIELD")
    scope = {"orgIdentifier": "o", "projectIdentifier": "p"}
    assert client.secret("POST", sent=ng_secret(**scope), **scope).status == 200
    assert client.secret("POST", sent=ng_secret(**scope, identifier="z")).status == 400
    spec = {"valueType": "Inline", "value": "new"}
    assert client.secret("PUT", "/smtp_pw", ng_secret(spec=spec)).data["secret"]["name"] == "smtp pw"
    assert client.account.secrets[None, None, "smtp_pw"].value == "new"
    assert client.secret("DELETE", "/smtp_pw").data is True
    assert client.secret("GET", "/smtp_pw").error[:2] == (400, "RESOURCE_NOT_FOUND_EXCEPTION")
    assert client.secret("DELETE", "/smtp_pw").error[:2] == (404, "ENTITY_NOT_FOUND")
    assert b"pw" not in client.secret("GET", "/smtp_pw", **scope).data["secret"]["spec"].values()


@pytest.mark.parametrize("identifier", ["", "1st", "a-b", "x" * 129, None])
def test_nextgen_secret_identifier(client: Client, identifier: str | None) -> None:
    """Letters, digits, _ and $, not a digit first, at most 128."""
    assert client.secret("POST", sent=ng_secret(identifier=identifier)).json["status"] == "FAILURE"


def test_policy_that_denies_a_secret(client: Client) -> None:
    """Creating and changing are answered 200 SUCCESS, without a secret and with the policies' messages."""
    client.secret("POST", sent=ng_secret(identifier="there"))
    client.account.secret_policies["no inline values"] = "values belong in the vault"
    for answer in (
        client.secret("POST", sent=ng_secret()),
        client.secret("PUT", "/there", ng_secret(identifier="there")),
    ):
        assert answer.data["secret"] is None
        governance = answer.data["governanceMetadata"]
        assert (governance["deny"], governance["status"]) == (True, "error")
        [policy] = governance["details"][0]["policyMetadata"]
        assert policy["denyMessages"] == ["values belong in the vault"]
    assert [one[2] for one in client.account.secrets] == ["there"]


def test_built_in_manager_that_is_disabled(client: Client) -> None:
    """The account's settings may forbid harnessSecretManager."""
    client.account.built_in_manager_disabled = True
    assert "it has been disabled" in client.secret("POST", sent=ng_secret()).error[2]
    spec = {"secretManagerIdentifier": "vault", "valueType": "Inline", "value": "pw"}
    assert client.secret("POST", sent=ng_secret(spec=spec)).status == 200


def test_put_of_a_secret_replaces_its_metadata(client: Client) -> None:
    """A PUT without additionalMetadata removes it."""
    spec = {"valueType": "Inline", "value": "pw", "additionalMetadata": {"values": {"version": "1"}}}
    client.secret("POST", sent=ng_secret(spec=spec))
    assert client.secret("GET", "/smtp_pw").data["secret"]["spec"]["additionalMetadata"] == spec["additionalMetadata"]
    client.secret("PUT", "/smtp_pw", ng_secret(spec={"valueType": "Inline"}))
    assert client.account.secrets[None, None, "smtp_pw"].additional_metadata is None
    assert client.account.secrets[None, None, "smtp_pw"].value == "pw"

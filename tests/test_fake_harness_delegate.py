"""The fake's delegate tests connectivity as Harness's does: with real mails, and few words."""

from __future__ import annotations

import time
from typing import Any

from fake_harness.probe import Client
from mailservers import Authority, MailServer, ScriptedServer, closed_port, hang

OOPS = "Oops, something went wrong on our end. Please contact Harness Support."


def verdict(client: Client, server: MailServer | None = None, **value: Any) -> tuple[bool, str]:
    """Harness's verdict on a config of that server."""
    where = {"host": server.host, "port": server.port} if server else {}
    password = str(value.pop("password", "") or "") or None
    settings: dict[str, Any] = {"fromAddress": "ci@example.com", **where, **value}
    uuid = client.account.set_smtp_config("corp mail", password=password, **settings).uuid
    data = client.test(uuid, subject="", body="").data
    return data["valid"], data["errorMessage"]


def test_delegate_sends_a_real_mail(client: Client) -> None:
    """A first login with an empty password may fail; then an HTML mail goes out, with Harness's own words."""
    with MailServer(credentials={"u": "pä"}, plaintext_login=True, login_required=True) as server:
        assert verdict(client, server, username="u", password="pä") == (True, "")
        assert [accepted for _user, accepted in server.logins] == [False, True]
        content = server.messages[0].content.decode()
    assert 'From: "Harness" <ci@example.com>' in content
    assert "Content-Type: text/html" in content
    assert "Subject: Harness Inc e-mail for test Smtp connectivity" in content


def test_delegate_drops_the_cause(client: Client) -> None:
    """A wrong password and a refused sender are the same two words."""
    with MailServer(credentials={"u": "p"}, plaintext_login=True, login_required=True) as server:
        assert verdict(client, server, username="u", password="wrong") == (False, "Email failed.")
    with MailServer(refuse_sender="550 5.7.1 no") as server:
        assert verdict(client, server) == (False, "Email failed.")
    assert "550" in client.account.delegates.tasks[-1].cause


def test_delegate_start_tls_is_opportunistic_and_checks_no_name(client: Client, authority: Authority) -> None:
    """Start TLS is skipped where it isn't offered; a certificate for another name passes, one of an unknown CA not."""
    with MailServer() as server:
        assert verdict(client, server, startTLS=True) == (True, "")
    with MailServer("starttls", authority.server_context("elsewhere.example.com")) as server:
        assert verdict(client, server, startTLS=True)[0] is False
        client.account.delegates.ca_bundle = authority.pem
        assert verdict(client, server, startTLS=True) == (True, "")
        assert "STARTTLS" in server.verbs
    with MailServer("implicit", authority.server_context("elsewhere.example.com")) as server:
        assert verdict(client, server, useSSL=True) == (True, "")


def test_delegate_refusals(client: Client) -> None:
    """No delegate, no eligible one, none that reaches the server, no From address."""
    with closed_port() as closed, MailServer() as server:
        # The C library would dial a port above 65535 modulo 65536; Java doesn't.
        for port in (closed, server.port + 65536):
            unable = f"Delegate(s) unable to connect to 127.0.0.1:{port}, "
            assert verdict(client, host="127.0.0.1", port=port)[1].startswith(unable)
        assert verdict(client, server, fromAddress=None) == (False, "NullPointerException")
        client.account.delegate = "ineligible"
        assert verdict(client, server)[1].startswith("No eligible delegate(s) in account to execute task. ")
        client.account.delegate = "none"
        assert verdict(client, server)[1].startswith("There are no active delegates available for the account. ")
        client.account.delegate = "unable"
        assert verdict(client, server)[1].startswith("Delegate(s) unable to connect to ")
        assert not server.messages


def test_the_test_ignores_selectors(client: Client) -> None:
    """A test passes by a delegate without the config's tags, and real mail then finds none."""
    with MailServer() as server:
        asked: dict[str, Any] = {"delegateSelectors": ["k8s"]}
        assert verdict(client, server, **asked) == (True, "")
        assert not client.account.delegates.would_send(asked)
        client.account.delegates.tags = {"k8s", "eu"}
        assert client.account.delegates.would_send(asked)


def test_slow_test_is_repeated(client: Client) -> None:
    """NextGen waits 15 s (scaled) and asks again, three times in all: three mails, and an error for an answer."""
    client.account.delegates.time_scale = 0.02
    client.account.delegates.latency = 0.4
    uuid = ""
    with MailServer() as server:
        uuid = client.account.set_smtp_config("corp mail", host=server.host, port=server.port).uuid
        assert client.test(uuid).error == (500, "UNKNOWN_ERROR", OOPS)
        deadline = time.monotonic() + 5
        while len(server.messages) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(server.messages) == 3


def test_silent_server_times_out(client: Client) -> None:
    """A server that says nothing is given up after 60 s (scaled), later than NextGen gives up itself."""
    client.account.delegates.time_scale = 0.02
    with ScriptedServer([hang()]) as server:
        uuid = client.account.set_smtp_config("corp mail", host="127.0.0.1", port=server.port).uuid
        assert client.test(uuid).status == 500
        deadline = time.monotonic() + 5
        while None in [one.valid for one in client.account.delegates.tasks] and time.monotonic() < deadline:
            time.sleep(0.02)
        assert [one.valid for one in client.account.delegates.tasks] == [False, False, False]


def test_connectivity_of_nothing(client: Client) -> None:
    """An unknown identifier is a 400 of no help; a parameter left out is one of bean validation."""
    message = "Invalid request: An error has occurred. Please contact the Harness support team."
    assert client.test("unknown").error == (400, "INVALID_REQUEST", message)
    assert client.smtp("POST", "/validate-connectivity", identifier="x").json["status"] == "FAILURE"

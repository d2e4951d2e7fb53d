"""The example of what other programs want to know of a mail server: each reads its part back, for every TLS mode."""

from __future__ import annotations

import base64
import configparser
import json
import runpy
from typing import Any

import pytest
import yaml
from mailservers import Authority, MailServer
from pages import PROJECT_FOLDER, Page
from pulumi_stack import secret_forms
from pulumi_stack.fixtures import MakeStack

EXAMPLE = PROJECT_FOLDER / "examples" / "consumers-python"
PASSWORD = "canary-${x}#;'\"%\\"
NAMES = runpy.run_path(str(EXAMPLE / "consumers.py"))
PORTS = {"none": 25, "starttls": 587, "implicit": 465}


def relay(tls: str, port: int | None = None, username: str | None = "ci${x}@example.com") -> Any:
    return NAMES["Relay"]("smtp.example.com", port or PORTS[tls], tls, "ci@example.com", username)


@pytest.mark.parametrize("tls", list(PORTS))
def test_the_switches_of_each_agree_with_the_tls_mode(tls: str) -> None:
    """Never both, never "TLS" for the wrong one; the file that each program reads is parsed as it does."""
    given = relay(tls)
    starttls, implicit = tls == "starttls", tls == "implicit"
    file = configparser.RawConfigParser()
    file.read_string(NAMES["grafana"](given))
    assert file["smtp"]["host"] == f"smtp.example.com:{PORTS[tls]}"
    assert (file["smtp"]["startTLS_policy"] == "MandatoryStartTLS") is starttls
    assert file["smtp"]["password"] == "$__file{/etc/secrets/smtp/SMTP_PASSWORD}"
    alerts = yaml.safe_load(NAMES["alertmanager"](given))["global"]
    assert alerts["smtp_require_tls"] is starttls
    assert "smtp_force_implicit_tls" not in alerts, "older versions refuse what they don't know"
    realm = json.loads(NAMES["keycloak"](given))["smtpServer"]
    assert all(isinstance(value, str) for value in realm.values())
    assert (realm["starttls"], realm["ssl"]) == (str(starttls).lower(), str(implicit).lower())
    mailer = yaml.safe_load(NAMES["jenkins"](given))["unclassified"]["mailer"]
    assert (mailer["useTls"], mailer["useSsl"]) == (starttls, implicit)
    assert mailer["authentication"] == {"username": "ci^${x}@example.com", "password": "${SMTP_PASSWORD}"}


def test_unusual_ports_and_no_login() -> None:
    """TLS from the start on another port is said or refused; without a login nobody is given a name or a password."""
    odd = relay("implicit", 10465)
    assert yaml.safe_load(NAMES["alertmanager"](odd))["global"]["smtp_force_implicit_tls"] is True
    with pytest.raises(ValueError, match="Grafana begins with TLS on port 465"):
        NAMES["grafana"](odd)
    bare = relay("none", username=None)
    for name in ("grafana", "alertmanager", "keycloak", "jenkins"):
        text = NAMES[name](bare)
        assert "assword" not in text, name
    assert '"auth": "false"' in NAMES["keycloak"](bare)
    assert set(NAMES["kubernetes_secret"](bare, None)["stringData"]) == {
        "SMTP_HOST", "SMTP_PORT", "SMTP_TLS", "SMTP_FROM",
    }  # fmt: skip


@pytest.mark.engine
def test_the_readme_is_true(make_stack: MakeStack, authority: Authority) -> None:
    """The page is followed to its end; the Secret holds the password to the letter, and nothing else does."""
    context = authority.server_context("localhost")
    with MailServer("starttls", context, credentials={"ci@example.com": PASSWORD}, login_required=True) as server:
        stack = make_stack(EXAMPLE, name="not-used")
        settings = stack.folder / "Pulumi.yaml"
        pem = "".join(f"      {line}\n" for line in authority.pem.splitlines())
        port = f"  smtpPort:\n    type: integer\n    default: {server.port}\n"
        more = f"{port}  caCertificates:\n    type: string\n    default: |\n{pem}"
        settings.write_text(settings.read_text("utf-8") + more, encoding="utf-8")
        standing_for = {"smtp.example.com:587": f"localhost:{server.port}", "smtp.example.com": "localhost"}
        page = Page("examples/consumers-python/README.md", standing_for)
        page.run(stack, stdin=f"{PASSWORD}\n")
        page.finished()
        stack.name = "dev"
        secret = json.loads(stack.outputs(show_secrets=True)["kubernetesSecret"])
    assert secret["kind"] == "Secret"
    assert secret["stringData"]["SMTP_PASSWORD"] == PASSWORD
    assert base64.b64encode(PASSWORD.encode()).decode() not in json.dumps(secret)
    assert not stack.leaks(secret_forms(PASSWORD, "ci@example.com"))

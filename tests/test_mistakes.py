"""Mistakes that newcomers make with arguments: the message sees the mistake, and says what to write instead."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from life_cycle_cases import EncryptedTextCase, ProviderCase
from mailservers import Authority, MailServer
from relay_settings import settings_for

from pulumi_smtp_collab import ConnectivityTest, run_connectivity_test
from pulumi_smtp_collab.model.origin import Origin
from pulumi_smtp_collab.model.partial_validation import validate_partially

NEEDED = {"host": "smtp.example.com", "from_address": "ci@example.com", "display_name": "mail", "start_tls": True}


def told(*secret: str, **arguments: Any) -> list[str]:
    """Return what a person reads of the arguments, some of which the program may have marked secret."""
    origin = Origin(secret_arguments=frozenset(secret))
    return [origin.sentence(fault) for fault in validate_partially({**NEEDED, **arguments}).faults]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"port": 99999.0}, "port: must be a whole number, at least 1 and at most 65535, not 99999"),
        ({"port": 0}, "port: must be a whole number, at least 1 and at most 65535, not 0"),
        ({"port": "smtp"}, "port: must be a whole number, at least 1 and at most 65535, not 'smtp'"),
        ({"host": 5.0}, "host: must be text, not 5"),
        ({"host": ["a", "b"]}, "host: must be text, not a list"),
        ({"start_tls": "ture"}, "start_tls: must be true or false, not 'ture'"),
        (
            {"connectivity_test": {"depth": "full"}},
            "connectivity_test.depth: must be one of 'connect', 'tls', 'login', 'sender', 'recipient' or 'message', "
            "not 'full'",
        ),
        (
            {"connectivity_test": {"mode": "strict"}},
            "connectivity_test.mode: must be one of 'enforce', 'warn' or 'off', not 'strict'",
        ),
        (
            {"connectivity_test": {"deadlineSeconds": 301.5}},
            "connectivity_test.deadline_seconds: must be a number, at least 1 and at most 300, not 301.5",
        ),
        (
            {"tls_server_name": "smtps://smtp.example.com:465"},
            "tls_server_name: must be a host name or an IP address, without scheme, port, path or user: "
            'write tls_server_name="smtp.example.com"',
        ),
        ({"delegate_selectors": "linux"}, 'delegate_selectors: must be a list: write ["linux"]'),
        ({"delegate_selectors": "linux, arm64"}, 'delegate_selectors: must be a list: write ["linux", "arm64"]'),
        ({"delegate_selectors": ["linux", 5]}, "delegate_selectors[1]: must be text, not 5"),
        (
            {"target": "harness"},
            'target: must be a mapping (kind, endpoint, account_id, …): write target={"kind": "harness"}',
        ),
        ({"target": {"knid": "harness"}}, "target.knid: is not an argument; did you mean kind?"),
        (
            {"connectivity_test": "warn"},
            "connectivity_test: must be a mapping (depth, recipient, mode, …): "
            'write connectivity_test={"mode": "warn"}',
        ),
        (
            {"connectivity_test": False},
            'connectivity_test: must be a mapping (depth, recipient, mode, …): write connectivity_test={"mode": "off"}',
        ),
        ({"password_reference": {"name": "n"}}, "password_reference.secret_id: is required"),
    ],
)
def test_the_rule_and_the_value_that_was_given(arguments: dict[str, Any], message: str) -> None:
    """One look shows what was given, what may be given and, where that is clear, what to write; no type of Python's."""
    assert message in told(**arguments)


@pytest.mark.parametrize(
    ("secret", "arguments"),
    [
        ("port", {"port": "canary"}),
        ("connectivity_test.depth", {"connectivity_test": {"depth": "canary"}}),
        ("connectivity_test", {"connectivity_test": {"depth": "canary"}}),
        ("delegate_selectors", {"delegate_selectors": "canary"}),
        ("delegate_selectors", {"delegate_selectors": ["a", {"canary": "canary"}]}),
        ("target.kind", {"target": {"kind": "canary"}}),
        ("target.kind", {"target": "canary"}),
        ("username", {"username": "canary ", "password": "p"}),
        ("", {"username": "u", "password": ["canary"]}),
        ("", {"username": "u", "password": {"canary": "x"}}),
        ("", {"port": "smtp://ci:canary@smtp.example.com"}),
        ("", {"connectivity_test": {"mode": "ci:canary@smtp.example.com"}}),
        ("", {"connectivity_test": "a long text with the word canary, which may hold everything"}),
    ],
)
def test_no_message_shows_what_may_be_a_secret(secret: str, arguments: dict[str, Any]) -> None:
    """An argument that was marked, or a part of one, a password, what may be a URL, and what is long."""
    found = told(secret, **arguments)
    assert found
    assert "canary" not in str(found)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"fromAddress": "b@example.com"},
            "from_address: from_address and fromAddress are the same argument: give one",
        ),
        ({"connectivity_test": {"connectTo": "a:1", "connect_to": "b:1"}}, "connect_to and connectTo are the same"),
        ({"name": "Mail"}, "name: is not an argument; did you mean display_name?"),
        ({"target": {"kindd": "state"}}, "target.kindd: is not an argument; did you mean kind?"),
        (
            {"mode": "off"},
            'mode: is not an argument; it belongs into connectivity_test: write connectivity_test={"mode"',
        ),
        (
            {"accountId": "a"},
            'account_id: is not an argument; it belongs into target: write target={"account_id": ...}',
        ),
    ],
)
def test_a_name_that_is_none_and_one_given_twice(given: dict[str, Any], message: str) -> None:
    """What people call an argument, what belongs inside of another one, and both spellings at once."""
    assert any(message in each for each in told(**given))


def test_a_misspelt_name_deep_inside_is_seen_there() -> None:
    """The name that is meant is one of where it stands."""
    scope = {"entries": [{"application": ["a"], "environmentTypes": ["PROD"]}]}
    faults = EncryptedTextCase().check({"name": "text", "value": "v", "usageScope": scope}).faults
    assert "usage_scope.entries[0].application: is not an argument; did you mean applications?" in faults


@pytest.mark.parametrize(
    ("password", "warning"),
    [
        ("canary ", "the password ends with whitespace: is that meant?"),
        (" canary\t", "the password begins and ends with whitespace"),
        ('<+secrets.getValue("canary")>', "looks like the name of a secret that is kept elsewhere"),
        ("account.canary_password", "looks like the name of a secret"),
        ("secretName:canary", "looks like the name of a secret"),
        ("${CANARY}", "looks like the name of a secret"),
        ("op://vault/canary/password", "looks like the name of a secret"),
        ("arn:aws:secretsmanager:eu-central-1:1:secret:canary", "looks like the name of a secret"),
        ("4f1c8a52-canary-2f", None),
        ("account. canary", None),
        ("$ecret{canary}", None),
        ("SG.canary_x.y-z", None),
    ],
)
def test_a_password_that_is_seldom_meant(password: str, warning: str | None) -> None:
    """Whitespace around it, and the name of a secret in its place: warned of where it is declared, and not shown."""
    given = {**NEEDED, "username": "u", "password": password}
    kept = {"name": "text", "value": password}
    for case, arguments in ((ProviderCase(), given), (EncryptedTextCase(), kept)):
        warnings = case.check(arguments).warnings
        assert [warning in each for each in warnings if warning] == ([True] if warning else [])
        assert bool(warnings) is bool(warning)
        assert "canary" not in str(warnings).lower()


@pytest.mark.parametrize(
    "several",
    [
        "a@example.com, b@example.com",
        "a@example.com;b@example.com",
        "a@example.com b@example.com",
        "A <a@example.com>, B <b@example.com>",
        "a@example.com,b@example.com,",
    ],
)
def test_a_list_of_addresses_is_one_too_many(several: str) -> None:
    """A mail has one sender, and the message says that, not what a local part may hold."""
    (message,) = told(from_address=several)
    assert message.endswith("it holds several addresses; give one address only")
    assert not told(from_address='"a@b, c@d"@example.com')


@pytest.mark.parametrize(
    ("username", "seen"),
    [
        ("ci@example.com ", "'ci@example.com ' ends with whitespace; write 'ci@example.com'"),
        (" ci", "' ci' begins with whitespace; write 'ci'"),
        ("\tci ", "begins and ends with whitespace; write 'ci'"),
        ("  ", "begins and ends with whitespace; leave it out"),
    ],
)
def test_a_user_name_with_whitespace_around_it_is_quoted(username: str, seen: str) -> None:
    """No server has such a user, and nobody sees it in a refused login."""
    (message,) = told(username=username, password="p")
    assert message.startswith("username: must be the user name of the SMTP login")
    assert seen in message


@pytest.fixture(scope="module")
def pem() -> Iterator[str]:
    """A certificate of a CA that nothing on this machine trusts."""
    with Authority() as authority:
        yield authority.pem


def pem_mistakes(pem: str) -> dict[str, tuple[str, str]]:
    """Return what people give for a certificate's text, each with what they read."""
    lines = pem.strip().splitlines()
    body = "".join(lines[1:-1])
    path = "it looks like a file's name; give the file's text"
    return {
        "cut off": ("\n".join(lines[:4]), "it is cut off: a -----BEGIN CERTIFICATE----- has no -----END"),
        "second cut off": (pem + "\n".join(lines[:4]), "it is cut off: a -----BEGIN CERTIFICATE----- has no -----END"),
        "start missing": ("\n".join(lines[3:]), "its start is missing"),
        "line missing": ("\n".join([*lines[:3], *lines[5:]]), "characters of it are missing or were changed"),
        "written out": (pem.strip().replace("\n", "\\n"), r"its line breaks are written out as \n"),
        "folded": (" ".join(lines), 'its lines were joined into one, as YAML\'s ">" does'),
        "joined": ("".join(lines), "its lines were joined into one"),
        "base64": (base64.b64encode(pem.encode()).decode(), "it is the base64 form of a PEM text, as Kubernetes"),
        "base64 in lines": (base64.encodebytes(pem.encode()).decode(), "it is the base64 form of a PEM text"),
        "inside": (body, "it is the inside of a certificate alone"),
        "inside in lines": ("\n".join(lines[1:-1]), "it is the inside of a certificate alone"),
        "request": (pem.replace("CERTIFICATE", "CERTIFICATE REQUEST"), "it holds a CERTIFICATE REQUEST and no CERT"),
        "path": ("./certs/ca.pem", path),
        "windows path": (r"C:\certs\ca.pem", path),
        "long path": ("/etc/ssl/" + "certs/" * 20 + "ca", path),
        "empty": (" \n", "it is empty"),
        "word": ("letsencrypt", "it holds no -----BEGIN CERTIFICATE----- block"),
    }


@pytest.mark.parametrize("mistake", sorted(pem_mistakes("")))
def test_what_is_no_certificate_is_seen_for_what_it_is(pem: str, mistake: str) -> None:
    """Cut off, folded, encoded, or a file's name: each is called that, with how to write it, and none is quoted."""
    given, seen = pem_mistakes(pem)[mistake]
    (message,) = told(ca_certificates=given)
    assert message.startswith("ca_certificates: must be the text of one or more CA certificates in PEM form: ")
    assert seen in message
    assert "\n" not in message
    assert pem.splitlines()[2] not in message


def test_a_certificate_that_is_indented_is_a_certificate(pem: str) -> None:
    """As text inside a program is; line ends of Windows do no harm either."""
    indented = "".join(f"        {line}\r\n" for line in pem.splitlines())
    assert told(ca_certificates=indented) == []


def test_a_refused_login_says_that_the_password_has_whitespace_around_it() -> None:
    """Nobody sees it in a field or a file; the password is not shown."""
    with (
        Authority() as authority,
        MailServer("implicit", authority.server_context(), credentials={"ci": "canary-7"}) as server,
    ):
        for password, says in (("canary-7 ", True), ("canary-8", False)):
            login = {"username": "ci", "password": password, "ssl": True, "ca_certificates": authority.pem}
            settings = settings_for(server, **login)
            report = run_connectivity_test(settings, ConnectivityTest(attempts=1))
            assert report.diagnosis is not None, report
            assert report.diagnosis.code == "auth-wrong-credentials"
            assert ("The password ends with whitespace: remove it" in report.diagnosis.advice) is says
            assert "canary" not in str(report)

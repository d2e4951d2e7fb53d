"""Secrets are in no state, output, event or log: the password always, other arguments where the program says so."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
from mailservers import Authority, MailServer, ScriptedServer, Wire, closed_port, greet, serve
from programs import KIND, Code, declaration, program, provider
from pulumi_stack import Stack, secret_forms
from pulumi_stack.fixtures import MakeStack

pytestmark = pytest.mark.engine

CANARY = "Kanarienvogel-7431/geheim+7"
FROM = "ci@example.test"

CONFIG_SECRET = Code("pulumi.Config().require_secret('password')")


def assert_no_leaks(stack: Stack, secrets: Mapping[str, str]) -> None:
    """Search all that the stack wrote and printed for the passwords of these users, in every form."""
    for username, secret in secrets.items():
        assert stack.leaks(secret_forms(secret, username)) == [], username


def ways_to_give_a_password(server: MailServer, password: Mapping[str, str]) -> str:
    """Return a program with one provider for each way; each user has a password of its own."""
    common: dict[str, Any] = {"host": "127.0.0.1", "port": server.port, "from_address": FROM}

    def replaced(way: str, result: str) -> str:
        return f"replaced({way!r}, {password[way]!r}, pulumi.{result})"

    transform = replaced("transform", "ResourceTransformResult")
    transformation = replaced("transformation", "ResourceTransformationResult")
    of_stack = replaced("of-stack", "ResourceTransformResult")
    return program(
        "def replaced(name, password, result):\n"
        "    def change(args):\n"
        "        return result({**args.props, 'password': password}, args.opts) if args.name == name else None\n"
        "    return change\n\n",
        f"pulumi.runtime.register_resource_transform({of_stack})\n",
        declaration("config", username="config", password=CONFIG_SECRET, **common),
        declaration("plain", username="plain", password=password["plain"], **common),
        declaration("output", username="config", password=Code("config.password"), **common),
        declaration("of-stack", username="of-stack", password="replaced", **common),
        declaration(
            "transform",
            username="transform",
            password="replaced",
            opts=Code(f"pulumi.ResourceOptions(transforms=[{transform}])"),
            **common,
        ),
        declaration(
            "transformation",
            username="transformation",
            password="replaced",
            opts=Code(f"pulumi.ResourceOptions(transformations=[{transformation}])"),
            **common,
        ),
        exports="pulumi.export('password', plain.password)\npulumi.export('config', config.password)\n",
    )


def test_a_password_is_nowhere_however_it_is_given(make_stack: MakeStack) -> None:
    """As a config secret, a plain string, another provider's output, by transforms of resource and stack.

    From the first up over a rotation and a failed one to destroy, in the exports, and with the engine's --debug.
    """
    users = ("config", "plain", "of-stack", "transform", "transformation")
    old, new, wrong = ({user: f"{CANARY}-{user}-{age}" for user in users} for age in ("old", "new", "wrong"))
    credentials = dict(old)
    with MailServer(credentials=credentials, plaintext_login=True, login_required=True) as server:
        stack = make_stack(ways_to_give_a_password(server, old))
        stack.config_set("password", old["config"], secret=True)
        stack.up("--debug", preview=True).succeeded()
        assert {user for user, accepted in server.logins if accepted} == set(users)
        for each in stack.resources(KIND):
            assert each["inputs"]["password"]["ciphertext"]
            assert each["outputs"]["password"]["ciphertext"]
            assert each["outputs"]["verifiedArguments"]["ciphertext"], "a weak password could be guessed from it"
        saved = {each["inputs"]["displayName"]: each["inputs"] for each in stack.decrypted_resources(KIND)}
        assert {name: inputs["password"]["plaintext"] for name, inputs in saved.items()} == {
            name: json.dumps(old[inputs["username"]]) for name, inputs in saved.items()
        }
        assert stack.outputs() == {"password": "[secret]", "config": "[secret]"}
        stack.up("--expect-no-changes").succeeded()

        stack.write_program(ways_to_give_a_password(server, new))
        stack.config_set("password", new["config"], secret=True)
        credentials.update(new)
        preview = stack.preview("--diff").succeeded()
        assert preview.text.count("~ password") == 6
        assert preview.text.count("[secret] => [secret]") >= 5
        stack.up("--diff").succeeded()
        assert server.logins[-1][1]

        stack.write_program(ways_to_give_a_password(server, wrong))
        stack.config_set("password", wrong["config"], secret=True)
        refused = stack.up("--continue-on-error").failed()
        assert "Stage: auth of 127.0.0.1" in refused.text
        stack.refresh(preview=True).succeeded()
        stack.export()
        stack.destroy(preview=True).succeeded()
        for passwords in (old, new, wrong):
            assert_no_leaks(stack, passwords)


def test_a_verbose_engine_prints_properties_but_we_print_none(make_stack: MakeStack) -> None:
    """At -v=9 Pulumi itself logs every property that it marshals, secret or not; no other line holds the password."""
    with MailServer(credentials={"user": CANARY}, plaintext_login=True) as server:
        stack = make_stack(provider(host="127.0.0.1", port=server.port, username="user", password=CONFIG_SECRET))
        stack.config_set("password", CANARY, secret=True)
        stack.up("--logtostderr", "--logflow", "-v=9").succeeded()
        verbose = stack.results.pop()
        marked = [line for line in verbose.text.splitlines() if "arshaling property for RPC[" in line]
        others = "\n".join(line for line in verbose.text.splitlines() if "arshaling property for RPC[" not in line)
        assert any(CANARY in line for line in marked), "else this test would prove nothing"
        for name, form in secret_forms(CANARY, "user").items():
            assert form.decode() not in others, name
        assert_no_leaks(stack, {"user": CANARY})


def test_a_password_that_is_refused_in_preview_is_not_shown(make_stack: MakeStack) -> None:
    """A line end (of a file that was read), NUL, and a password alone: the fault names it and shows nothing."""
    stack = make_stack(provider(host="localhost", username="user", password=f"{CANARY}\n"))
    result = stack.preview().failed()
    assert "has a problem: password: " in result.text
    stack.config_set("password", f"{CANARY}\r\n", secret=True)
    stack.write_program(provider(host="localhost", username="user", password=CONFIG_SECRET))
    assert "has a problem: password: " in stack.up(preview=True).failed().text
    stack.write_program(provider(host="localhost", username="user", password=f"{CANARY}\0"))
    assert "has a problem: password: " in stack.preview().failed().text
    stack.write_program(provider(host="localhost", password=CANARY))
    assert "has a problem: username: is missing" in stack.preview("--diff").failed().text
    assert_no_leaks(stack, {"user": CANARY})


@pytest.mark.inline
def test_a_server_that_repeats_what_it_received(make_stack: MakeStack, authority: Authority) -> None:
    """Its replies are in the message and, with warn, in the saved verification; what they give away is hidden."""

    def repeat(wire: Wire) -> None:
        blob = wire.line.split()[-1]
        _, username, password = base64.b64decode(blob).split(b"\0")
        in_base64 = base64.b64encode(password), base64.b64encode(b"x" + password), base64.b64encode(b"xy" + password)
        for text in (blob, username + b":" + password, password.hex().encode(), *in_base64):
            wire.send(b"535-5.7.8 Not " + text + b"\r\n")
        wire.send(b"535 5.7.8 What a pity\r\n")

    def remembers(wire: Wire) -> None:
        wire.send(b"550 5.7.1 No mail for " + base64.b64decode(secret_blob) + b", " + CANARY.encode() + b"\r\n")

    secret_blob = base64.b64encode(f"\0user\0{CANARY}".encode())
    refuses = [greet(), serve({"AUTH": repeat}, extensions=["STARTTLS", "AUTH PLAIN LOGIN"])]
    accepts = [greet(), serve({"MAIL": remembers}, extensions=["STARTTLS", "AUTH PLAIN LOGIN"])]
    context = authority.server_context("localhost")
    with (
        ScriptedServer(refuses, tls_context=context) as at_login,
        ScriptedServer(accepts, tls_context=context) as later,
    ):
        login = {"username": "user", "password": CONFIG_SECRET, "start_tls": True, "ca_certificates": authority.pem}
        stack = make_stack(provider(host="localhost", port=at_login.port, **login))
        stack.config_set("password", CANARY, secret=True)
        refused = stack.up().failed()
        assert "535" in refused.text
        assert "What a pity" in refused.text or "[hidden]" in refused.text

        warned: dict[str, Any] = {"host": "localhost", "connectivity_test": {"mode": "warn"}, **login}
        stack.write_program(
            program(
                declaration("at-login", port=at_login.port, from_address=FROM, **warned),
                declaration("later", port=later.port, from_address=FROM, **warned),
            )
        )
        stack.up().succeeded()
        diagnoses = {
            each["outputs"]["displayName"]: each["outputs"]["lastVerification"]["diagnosis"]
            for each in stack.resources(KIND)
        }
        assert diagnoses["at-login"]["stage"] == "auth"
        assert diagnoses["later"]["stage"] == "sender"
        assert "[hidden]" in diagnoses["later"]["summary"]
        assert any(CANARY.encode() in received or secret_blob in received for received in at_login.received)
        assert_no_leaks(stack, {"user": CANARY})


SECRET_VALUES = {
    "host": "kanarienhost.example.test",
    "username": "kanarienname@example.test",
    "from_address": "kanarienabsender@example.test",
    "recipient": "kanarienleser@example.test",
    "ehlo_name": "kanarienrechner.example.test",
    "display_name": "Kanarienpost",
}


def secret_output(name: str) -> Code:
    """Return the code of a secret output of this argument's value."""
    return Code(f"pulumi.Output.secret({SECRET_VALUES[name]!r})")


def everything_secret(port: int, authority: Authority, **arguments: Any) -> str:
    """Return a program whose provider has every argument secret that names somebody; it dials this machine."""
    own = ("host", "username", "from_address", "ehlo_name", "display_name")
    test = {"connect_to": f"localhost:{port}", "recipient": secret_output("recipient"), **arguments.pop("test", {})}
    return program(
        declaration(
            "mail",
            **{name: secret_output(name) for name in own},
            password=CONFIG_SECRET,
            start_tls=True,
            ca_certificates=authority.pem,
            connectivity_test=test,
            **arguments,
        ),
        exports="pulumi.export('verification', mail.last_verification)\npulumi.export('host', mail.host)\n",
    )


@pytest.mark.inline
def test_secret_arguments_are_named_and_not_shown(make_stack: MakeStack, authority: Authority) -> None:
    """Host, user, addresses, names: used in the test, and hidden where server, certificate and refusals repeat them."""
    host, username, sender = (SECRET_VALUES[name] for name in ("host", "username", "from_address"))
    context = authority.server_context(host, f"mx.{host}")
    refusal = f"550 5.7.1 <{SECRET_VALUES['recipient']}>: not for {sender}, says {host} to {SECRET_VALUES['ehlo_name']}"
    canaries = {
        name: value.removesuffix(".example.test").removesuffix("@example.test") for name, value in SECRET_VALUES.items()
    }
    with MailServer("starttls", context, credentials={username: CANARY}, hostname=host, login_required=True) as server:
        stack = make_stack(everything_secret(server.port, authority))
        stack.config_set("password", CANARY, secret=True)
        stack.preview("--diff").succeeded()
        stack.up().succeeded()
        assert server.logins == [(username, True)]
        assert any(sender in command for command in server.commands)
        (resource,) = stack.resources(KIND)
        verification = resource["outputs"]["lastVerification"]
        assert verification["status"] == "passed"
        assert verification["server"]["greetingName"] == "[secret host]"
        assert stack.outputs()["host"] == "[secret]"
        (decrypted,) = stack.decrypted_resources(KIND)
        assert json.loads(decrypted["outputs"]["host"]["plaintext"]) == host
        stack.refresh().succeeded()
        stack.up("--expect-no-changes").succeeded()

    with MailServer("starttls", context, credentials={username: CANARY}, refuse_recipient=refusal) as refusing:
        for test in ({}, {"mode": "warn"}):
            stack.write_program(everything_secret(refusing.port, authority, test=test))
            result = stack.up("--diff")
            assert result.ok == bool(test)
            assert "Stage: recipient of [secret host]:587" in result.text
            assert "[secret connectivity_test.recipient]" in result.text
            assert "[secret display_name]" in result.text
    other = authority.server_context("another.example.test")
    with MailServer("starttls", other) as server, closed_port() as closed:
        stack.write_program(everything_secret(server.port, authority))
        assert "Stage: tls of [secret host]:587" in stack.up().failed().text
        stack.write_program(everything_secret(closed, authority))
        assert "Stage: connect of [secret host]:587" in stack.up().failed().text
    stack.destroy().succeeded()
    for name, canary in canaries.items():
        assert stack.leaks({"plain": canary.encode()} | secret_forms(SECRET_VALUES[name])) == [], name
    assert_no_leaks(stack, {username: CANARY})


def test_a_secret_argument_that_is_refused_in_preview_is_not_shown(make_stack: MakeStack) -> None:
    """The fault says the rule and names the argument; what would be the corrected value is left out."""
    stack = make_stack(
        provider(
            host=Code("pulumi.Output.secret('smtp://kanarienhost.example.test:25')"),
            tls_server_name=Code("pulumi.Output.secret('kanarienhost..example.test')"),
            display_name=Code("pulumi.Output.secret(' Kanarienpost')"),
            ehlo_name=Code("pulumi.Output.secret('kanarien rechner')"),
            username=Code("pulumi.Output.secret('kanarienname\\n')"),
            password=CANARY,
            connectivity_test={"recipient": Code("pulumi.Output.secret('Kanarienleser <leser>')")},
            ca_certificates=Code("pulumi.Output.secret('/etc/kanarien.pem')"),
        )
    )
    text = stack.preview().failed().text
    for name in ("host", "tls_server_name", "display_name", "ehlo_name", "username", "ca_certificates"):
        assert f"has a problem: {name}: " in text, name
    assert "has a problem: connectivity_test.recipient: " in text
    assert stack.leaks({"lower": b"kanarien", "upper": b"Kanarien"}) == []

"""What a preview finds and shows: bad input by its name, what is not known yet, what would change, what is unlikely."""

from __future__ import annotations

import re
from typing import Any

import pulumi
import pytest
from mailservers import MailServer
from programs import KIND, Code, declaration, program, provider
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.stack import Result

from pulumi_smtp_collab import (
    ConnectivityTest,
    ConnectivityTestArgs,
    EncryptedText,
    SmtpCollaborationProvider,
    SmtpCollaborationProviderArgs,
)
from pulumi_smtp_collab.model.unusual_settings import unusual_pairs

FROM = "ci@example.test"
UNTESTED = {"mode": "off"}


def problems(result: Result) -> dict[str, list[str]]:
    """Return what the engine says is wrong with each resource, by the resource's name."""
    found: dict[str, list[str]] = {}
    for event in result.diagnostics:
        _, marker, reason = event["message"].partition("has a problem: ")
        if marker:
            found.setdefault(event["urn"].rsplit("::", 1)[1], []).append(reason.strip())
    return found


def warnings(result: Result) -> dict[str, list[str]]:
    """Return the warnings that are shown at a resource, by its name; the stack's own under an empty name."""
    found: dict[str, list[str]] = {}
    for event in result.diagnostics:
        if event["severity"] == "warning":
            found.setdefault(event.get("urn", "").rsplit("::", 1)[-1], []).append(event["message"].strip())
    return found


@pytest.mark.engine
@pytest.mark.inline
def test_bad_input_is_found_all_at_once_and_each_message_names_its_argument(make_stack: MakeStack) -> None:
    """Several faults of one provider are shown together, at the resource, without the value of a password."""
    wrong = declaration(
        "wrong",
        host="smtp://smtp.example.test:2525",
        port=70000,
        start_tls="perhaps",
        from_address="CI <ci@example.test>",
        username="user",
        password="canary-7431\r\n",
        ca_certificates="/etc/ssl/ca.pem",
        display_name=" Mail",
        ehlo_name="192.0.2.1",
        connectivity_test={"depth": "mesage", "deadlineSeconds": 301, "attemps": 2},
    )
    stack = make_stack(program(wrong))
    result = stack.preview().failed()
    (reasons,) = problems(result).values()
    assert {reason.split(":")[0] for reason in reasons} == {
        "host",
        "port",
        "start_tls",
        "from_address",
        "password",
        "ca_certificates",
        "display_name",
        "ehlo_name",
        "connectivity_test.depth",
        "connectivity_test.deadline_seconds",
        "connectivity_test.attemps",
    }
    by_name = {reason.split(":")[0]: reason for reason in reasons}
    assert 'write host="smtp.example.test", port=2525' in by_name["host"]
    assert "1 and at most 65535" in by_name["port"]
    assert 'give the address alone: "ci@example.test"' in by_name["from_address"]
    assert "did you mean attempts?" in by_name["connectivity_test.attemps"]
    assert "canary" not in result.text
    assert not stack.resources(KIND)


@pytest.mark.engine
@pytest.mark.inline
def test_faults_between_arguments_are_found_too(make_stack: MakeStack) -> None:
    """What does not go together, and what is missing: named with what to do, no traceback."""
    together = provider(
        host=Code("pulumi.Config().get('smtpHost')"),
        ssl=True,
        start_tls=True,
        username="user",
        connectivity_test={"depth": "message"},
        adopt="another",
    )
    stack = make_stack(together)
    reasons = dict(reason.split(": ", 1) for reason in problems(stack.preview().failed())["mail"])
    assert reasons.keys() == {"host", "ssl", "password", "connectivity_test.recipient", "adopt"}
    assert reasons["host"] == "is required"
    assert "ssl=True is for a port that speaks TLS from the start (465)" in reasons["ssl"]
    assert reasons["password"].startswith("is missing")
    assert reasons["connectivity_test.recipient"].startswith("is missing")

    stack.write_program(provider(host="mx.example.test", username="user", password="canary-7431"))
    result = stack.preview().failed()
    (reason,) = problems(result)["mail"]
    assert reason.startswith("allow_plaintext_login: user name and password would cross the network unencrypted")
    assert "canary" not in result.text


@pytest.mark.engine
@pytest.mark.inline
def test_what_is_unknown_passes_preview_and_is_checked_in_up(make_stack: MakeStack) -> None:
    """Values that come from a resource that is not there yet are no fault; a bad one is refused when it is known."""
    with MailServer() as server:
        first = declaration("first", host="127.0.0.1", port=server.port, from_address=FROM)
        late = {
            "host": Code("first.id.apply(lambda _: '127.0.0.1')"),
            "port": Code(f"first.port.apply(lambda _: {server.port})"),
            "from_address": Code("first.id.apply(lambda _: 'ci@example.test')"),
            "ssl": Code("first.id.apply(lambda _: False)"),
            "display_name": Code("first.id.apply(lambda _: 'Late')"),
            "connectivity_test": {"depth": Code("first.id.apply(lambda _: 'sender')"), "attempts": 1},
        }
        bad = late | {"host": Code("first.id.apply(lambda _: 'smtp://127.0.0.1')")}
        stack = make_stack(program(first, declaration("late", **bad)))
        assert stack.preview().succeeded().changes == {"create": 3}
        refused = stack.up().failed()
        (reason,) = problems(refused)["late"]
        assert reason.startswith("host: ")
        assert 'write host="127.0.0.1"' in reason
        assert [each["inputs"]["displayName"] for each in stack.resources(KIND)] == ["first"]

        stack.write_program(program(first, declaration("late", **late)))
        assert stack.up(preview=True).succeeded().changes == {"create": 1, "same": 2}
        _, saved = stack.resources(KIND)
        assert saved["outputs"]["port"] == server.port
        assert saved["outputs"]["lastVerification"]["depth"] == "sender"
        stack.up("--expect-no-changes").succeeded()


@pytest.mark.engine
@pytest.mark.inline
def test_a_known_value_that_becomes_unknown_is_a_possible_change(make_stack: MakeStack) -> None:
    """The preview shows it, and an up by that preview's plan does what comes out: nothing, or the update."""
    with MailServer() as server:
        known = {"port": server.port, "from_address": FROM}
        stack = make_stack(
            program(declaration("mail", host="127.0.0.1", **known)), environment={"PULUMI_EXPERIMENTAL": "true"}
        )
        stack.up().succeeded()
        declared: list[str] = []
        for host, changes in (("127.0.0.1", {"create": 1}), ("localhost", {"create": 1, "update": 1})):
            seen = len(server.conversations)
            others = len(declared)
            declared.append(declaration(f"new_{others}", host="127.0.0.1", **known))
            late = Code(f"new_{others}.id.apply(lambda _: {host!r})")
            stack.write_program(program(*declared, declaration("mail", host=late, **known)))
            plan = str(stack.workspace / "plan.json")
            preview = stack.preview("--diff", "--save-plan", plan).succeeded()
            assert preview.changes == {"create": 1, "update": 1, "same": 1 + others}
            assert '~ host: "127.0.0.1" => [unknown]' in preview.text, preview.text
            assert len(server.conversations) == seen, "a preview touches no server"
            up = stack.up("--plan", plan).succeeded()
            assert {kind: count for kind, count in up.changes.items() if kind != "same"} == changes


@pytest.mark.engine
@pytest.mark.inline
def test_unlikely_pairs_are_warned_of_at_the_resource(make_stack: MakeStack) -> None:
    """They are allowed: the preview succeeds, in outputs too where these are known, and the likely ones say nothing."""
    login = {"username": "user", "password": "canary-7431"}
    common: dict[str, Any] = {"host": "mx.example.test", "from_address": FROM, "connectivity_test": UNTESTED}
    stack = make_stack(
        program(
            declaration("smtps", port=465, start_tls=True, **common),
            declaration("submission", port=587, ssl=True, **common),
            declaration("relay", port=25, start_tls=True, **login, **common),
            declaration("later", port=Code("pulumi.Output.from_input(465.0)"), start_tls=True, **common),
            declaration("usual", port=465, ssl=True, **login, **common),
            declaration("relay-without-login", port=25, start_tls=True, **common),
            declaration("not-known", port=Code("usual.id.apply(lambda _: 465)"), start_tls=True, **common),
        )
    )
    found = warnings(stack.preview().succeeded())
    assert found.keys() == {"smtps", "submission", "relay", "later"}
    assert all(len(each) == 1 for each in found.values())
    for name, start in (("smtps", "port 465"), ("submission", "port 587"), ("relay", "port 25"), ("later", "port 465")):
        assert found[name][0].removeprefix("warning: ").startswith(start)


@pytest.mark.parametrize(
    ("port", "warned"),
    [(465, True), (465.0, True), ("465", True), ("²", False), ("٤٦٥", False), ("9" * 5000, False), (None, False)],
)
def test_a_port_that_is_none_is_left_to_the_check(port: object, warned: bool) -> None:
    """What the check will refuse ends no program: the pairs are looked at for what is a port."""
    assert bool([*unusual_pairs({"port": port, "start_tls": True})]) == warned


@pytest.mark.engine
@pytest.mark.inline
def test_a_display_name_that_is_taken_is_refused(make_stack: MakeStack) -> None:
    """At the declaration, and for an output when it is known; both providers are named, and nothing is saved of it."""
    common: dict[str, Any] = {"host": "localhost", "from_address": FROM, "connectivity_test": UNTESTED}
    stack = make_stack(
        program(
            declaration("first", display_name="Mail", **common), declaration("second", display_name="Mail", **common)
        )
    )
    taken = "display_name: it is taken by the provider 'first', so the provider 'second' needs another one"
    assert taken in stack.preview().failed().text

    known = Code("pulumi.Output.from_input('Mail')")
    stack.write_program(
        program(
            declaration("first", display_name="Mail", **common), declaration("second", display_name=known, **common)
        )
    )
    assert taken in stack.preview().failed().text

    late = Code("first.id.apply(lambda _: 'Mail')")
    stack.write_program(
        program(declaration("first", display_name="Mail", **common), declaration("second", display_name=late, **common))
    )
    stack.preview().succeeded()
    assert taken in stack.up().failed().text
    assert [each["inputs"]["displayName"] for each in stack.resources(KIND)] == ["Mail"]

    # Resources of one name, below components of two types: the name stands in for both display names.
    below = Code("pulumi.ResourceOptions(parent=pulumi.ComponentResource(kind, kind[-1]))")
    declared = declaration("mail", **common, opts=below).replace("\n", "\n    ").rstrip()
    stack.write_program(program(f"for kind in ('trial:index:A', 'trial:index:B'):\n    {declared}\n"))
    assert "display_name: two providers named 'mail' have it: give one of them" in stack.preview().failed().text

    # Where none is given the resource's name stands in, and takes its place.
    stack.write_program(program(declaration("Mail", **common), declaration("other", display_name="Mail", **common)))
    assert "it is taken by the provider 'Mail', so the provider 'other' needs" in stack.preview().failed().text


@pytest.mark.engine
@pytest.mark.inline
def test_ignore_changes_works_in_both_spellings(make_stack: MakeStack) -> None:
    """Names of Python and of the wire, nested ones too, are ignored; a change beside them is not."""
    spellings = {
        "python": ["from_address", "connectivity_test.deadline_seconds"],
        "wire": ["fromAddress", "connectivityTest.deadlineSeconds"],
        "whole": ["from_address", "connectivity_test"],
    }

    def text(address: str, seconds: int, port: int) -> str:
        return program(
            *(
                declaration(
                    name,
                    host="mx.example.test",
                    port=port,
                    from_address=address,
                    connectivity_test={**UNTESTED, "deadline_seconds": seconds},
                    opts=Code(f"pulumi.ResourceOptions(ignore_changes={ignored!r})"),
                )
                for name, ignored in spellings.items()
            )
        )

    stack = make_stack(text("old@example.test", 20, 25))
    stack.up().succeeded()
    stack.write_program(text("new@example.test", 30, 25))
    stack.preview("--expect-no-changes").succeeded()
    stack.write_program(text("new@example.test", 30, 26))
    assert stack.up().succeeded().changes == {"same": 1, "update": 3}
    for each in stack.resources(KIND):
        assert each["inputs"]["port"] == 26
        assert each["outputs"]["fromAddress"] == "old@example.test"
        assert each["outputs"]["connectivityTest"]["deadlineSeconds"] == 20


@pytest.mark.engine
@pytest.mark.inline
def test_arguments_may_be_given_in_every_form(make_stack: MakeStack) -> None:
    """Args classes, mappings in both spellings, and outputs of them, of the whole and of the test, are the same."""
    test = {"mode": "off", "deadline_seconds": 12, "connect_to": "localhost:2525"}
    wire_test = {"mode": "off", "deadlineSeconds": 12.0, "connectTo": "localhost:2525"}
    written = ", ".join(f"{name}={value!r}" for name, value in test.items())
    forms = {
        "args": f"ConnectivityTestArgs({written})",
        "python": repr(test),
        "wire": repr(wire_test),
        "output-python": f"pulumi.Output.from_input({test!r})",
        "output-wire": f"pulumi.Output.from_input({wire_test!r})",
        "output-args": f"pulumi.Output.from_input(ConnectivityTestArgs({written}))",
        "output-inside": repr(test).replace("12", "pulumi.Output.from_input(12)"),
    }
    declarations = [
        declaration(name, host="mx.example.test", from_address=FROM, connectivity_test=Code(form))
        for name, form in forms.items()
    ]
    rest = {"host": "mx.example.test", "connectivity_test": test}
    declarations += [
        f"SmtpCollaborationProvider('mapping', { ({**rest, 'from_address': FROM})!r})\n",
        f"SmtpCollaborationProvider('wire-mapping', { ({**rest, 'fromAddress': FROM})!r})\n",
        "from pulumi_smtp_collab import SmtpCollaborationProviderArgs\n"
        f"SmtpCollaborationProvider('all-args', args=SmtpCollaborationProviderArgs(from_address={FROM!r}, "
        f"host='mx.example.test', connectivity_test=ConnectivityTestArgs({written})), opts=pulumi.ResourceOptions())\n",
    ]
    stack = make_stack(program(*declarations))
    stack.up().succeeded()
    saved = {each["inputs"]["displayName"]: each["inputs"] for each in stack.resources(KIND)}
    assert saved.keys() == {*forms, "mapping", "wire-mapping", "all-args"}
    own = [
        {name: value for name, value in inputs.items() if name[0] != "_" and name != "displayName"}
        for inputs in saved.values()
    ]
    assert own[0]["connectivityTest"]["deadlineSeconds"] == 12
    assert all(each == own[0] for each in own)
    stack.up("--expect-no-changes").succeeded()


@pytest.mark.engine
@pytest.mark.inline
def test_a_test_mail_names_the_stack_in_whatever_form_the_test_is_given(make_stack: MakeStack) -> None:
    """The mail says where it comes from: project, stack and display name; also where the depth is an output."""
    with MailServer() as server:
        test = {"depth": "message", "recipient": "ops@example.test"}
        late = Code(f"pulumi.Output.from_input({test!r})")
        common: dict[str, Any] = {"host": "127.0.0.1", "port": server.port, "from_address": FROM}
        stack = make_stack(
            program(
                declaration("plain", connectivity_test=test, **common),
                declaration("late", connectivity_test=late, **common),
            )
        )
        stack.up().succeeded()
        subjects = {
            line.decode()
            for message in server.messages
            for line in message.content.splitlines()
            if line.startswith(b"Subject:")
        }
        assert subjects == {
            "Subject: [test] SMTP check, no action needed: trial/dev/plain",
            "Subject: [test] SMTP check, no action needed: trial/dev/late",
        }


def test_arguments_that_can_not_be_taken_are_a_type_error_that_says_what_to_do() -> None:
    """Options in the second place, an unknown name, one that is missing, and arguments in two ways."""
    declare: Any = SmtpCollaborationProvider
    with pytest.raises(TypeError, match=r"give resource options as opts=\.\.\.; the second argument is args"):
        declare("mail", pulumi.ResourceOptions(), host="localhost", from_address=FROM)
    with pytest.raises(TypeError, match=r"not both .*host"):
        declare("mail", SmtpCollaborationProviderArgs(host="localhost", from_address=FROM), host="localhost")
    for given, wrong, meant in (
        ({"starttls": True}, "starttls", "start_tls"),
        ({"startTLS": True}, "startTLS", "start_tls"),
        ({"hots": "localhost"}, "hots", "host"),
        ({"adress": FROM, "fromaddress": FROM}, "fromaddress", "from_address"),
        ({"email": FROM}, "email", "from_address"),
        ({"smtp_auth_user": "ci"}, "smtp_auth_user", "username"),
    ):
        likely = rf"^SmtpCollaborationProvider: .*\b{wrong} is not an argument; did you mean {meant}\?"
        with pytest.raises(TypeError, match=likely):
            declare("mail", host="localhost", from_address=FROM, **given)
        with pytest.raises(TypeError, match=likely):
            declare("mail", {"host": "localhost", "fromAddress": FROM, **given})
    with pytest.raises(
        TypeError, match=r"^SmtpCollaborationProvider: qx is not an argument; zzzz is not an argument; host"
    ):
        declare("mail", zzzz=1, qx=2)
    with pytest.raises(TypeError, match=r"^SmtpCollaborationProvider: host is missing$"):
        declare("mail", from_address=FROM)
    with pytest.raises(TypeError, match=r"^SmtpCollaborationProvider: host is missing$"):
        declare("mail", {"fromAddress": FROM})
    with pytest.raises(TypeError, match=r"^SmtpCollaborationProvider: host and from_address are missing$"):
        declare("mail")
    with pytest.raises(TypeError, match=r"args must be SmtpCollaborationProviderArgs or a mapping, not str$"):
        declare("mail", "localhost")
    unknown: Any = {"deadline": 3}
    with pytest.raises(
        TypeError, match=r"^ConnectivityTestArgs: deadline is not an argument; did you mean deadline_seconds\?$"
    ):
        ConnectivityTestArgs(**unknown)


def test_an_encrypted_texts_arguments_are_refused_the_same_way() -> None:
    """A misspelt name with the likely one, and a value that is missing."""
    declare: Any = EncryptedText
    with pytest.raises(TypeError, match=r"^EncryptedText: usagescope is not an argument; did you mean usage_scope\?$"):
        declare("text", value="v", usagescope={})
    with pytest.raises(TypeError, match=r"^EncryptedText: value is missing$"):
        declare("text", {"name": "n"})


@pytest.mark.engine
@pytest.mark.inline
def test_a_value_that_is_not_configured_is_a_fault_of_the_encrypted_text(make_stack: MakeStack) -> None:
    """None, as the stack's configuration gives it for a key that is not set, is refused at the resource by its name."""
    declared = "EncryptedText('text', value=pulumi.Config().get_secret('not-set'))\n"
    stack = make_stack(program(f"from pulumi_smtp_collab import EncryptedText\n{declared}"))
    assert problems(stack.preview().failed()) == {"text": ["value: is required"]}


@pytest.mark.parametrize("form", ["keyword", "args", "mapping"])
def test_the_functions_test_is_no_argument(form: str) -> None:
    """The test as run_connectivity_test takes it is refused with what to write, in every form."""
    declare: Any = SmtpCollaborationProvider
    make: Any = SmtpCollaborationProviderArgs
    values: dict[str, Any] = {"host": "localhost", "from_address": FROM, "connectivity_test": ConnectivityTest()}
    says = "connectivity_test: ConnectivityTest is for run_connectivity_test; give ConnectivityTestArgs(...) or a map"
    with pytest.raises(TypeError, match=re.escape(says)):  # noqa: PT012 - one declaration, in one of the forms
        if form == "keyword":
            declare("mail", **values)
        else:
            declare("mail", make(**values) if form == "args" else values)

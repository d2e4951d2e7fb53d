"""Programs that end with a mistake: a person reads the sentence and the place, and no traceback around it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest
from programs import Code, declaration, program
from pulumi_stack.fixtures import MakeStack
from pulumi_stack.stack import Result

from pulumi_smtp_collab import ConnectivityTestArgs, EncryptedText, SmtpCollaborationProvider, TargetArgs

FROM = "ci@example.test"
declare: Any = SmtpCollaborationProvider


def shown(result: Result) -> str:
    """Return the one error that is shown of the program."""
    (message,) = (
        each["message"].strip()
        for each in result.diagnostics
        if each["severity"] == "error" and "exited with non-zero" not in each["message"]
    )
    return str(message).removeprefix("error: ")


@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        (("mail", "localhost", 2587), {}, "give the arguments by name: after the resource's name only args and opts"),
        (("mail", None, 2587), {}, "give the arguments by name: "),
        (("mail", {}, None, "x"), {}, "give the arguments by name: "),
        (("mail", "localhost"), {}, "give the arguments by name (host=..., from_address=...): args must be "),
        ((), {"host": "localhost"}, "the first argument is the resource's name, a text"),
        ((5,), {"host": "localhost"}, "the first argument is the resource's name, a text"),
    ],
)
def test_arguments_by_position(args: tuple[Any, ...], kwargs: dict[str, Any], message: str) -> None:
    """However many there are and whatever they hold, the answer is to name them."""
    with pytest.raises(TypeError) as caught:
        declare(*args, **kwargs)
    assert str(caught.value).startswith(f"SmtpCollaborationProvider: {message}")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"ca_certificates": Path("ca.pem")}, "in PEM form: it is a file's name; give the file's text: pathlib.Path("),
        ({"ca_certificates": b"-----BEGIN canary"}, "ca_certificates: must be text, not bytes; decode it: .decode()"),
        ({"host": Path("canary")}, "host: must be text, not a file's name; "),
        ({"password": b"canary"}, "password: must be text, not bytes; decode it: .decode()"),
        ({"delegate_selectors": {"b", "a"}}, "delegate_selectors: must be a list, not a set, which has no order"),
        ({"username": str.upper}, "username: is a function, not a value; call it: (...)"),
        ({"password": EncryptedText}, "password: is the class EncryptedText, not one of it: give EncryptedText(...)"),
        ({"port": 25j}, "port: must be text, a number, true or false, a list or a mapping, not complex"),
        ({"connectivity_test": {"recipient": b"canary"}}, "connectivity_test.recipient: must be text, not bytes"),
        ({"connectivity_test": ConnectivityTestArgs(recipient=b"canary")}, "connectivity_test.recipient: must be text"),  # type: ignore[arg-type]
        ({"delegate_selectors": ["a", b"canary"]}, "delegate_selectors[1]: must be text, not bytes"),
        ({"host": f"mail.{pulumi.Output.from_input('x')}"}, "host: an output can't be put into a text by f-string"),
        ({"password": str(pulumi.Output.from_input("x"))}, "password: an output can't be put into a text by f-string"),
    ],
)
def test_what_no_argument_can_hold(arguments: dict[str, Any], message: str) -> None:
    """A file's name, bytes, a set, a function, an output inside a text: named, and the value not shown."""
    with pytest.raises(TypeError) as caught:
        declare("mail", **{"host": "localhost", "from_address": FROM, **arguments})
    assert message in str(caught.value)
    assert "canary" not in str(caught.value)


def test_a_misspelt_keyword_of_an_argument_class_is_answered_as_everywhere() -> None:
    """Each class names the argument that is meant, several at once, one that is missing, and one without a name."""
    for make, given, message in (
        (ConnectivityTestArgs, {"dept": "tls"}, "ConnectivityTestArgs: dept is not an argument; did you mean depth?"),
        (TargetArgs, {"knd": 1, "accountid": 2}, "accountid is not an argument; did you mean account_id?; knd is not"),
    ):
        with pytest.raises(TypeError) as caught:
            make(**given)  # type: ignore[operator]
        assert message in str(caught.value)
    positional: Any = ConnectivityTestArgs
    with pytest.raises(TypeError, match=r"^ConnectivityTestArgs: give the arguments by name, such as Conn.*\(depth="):
        positional("login")
    with pytest.raises(TypeError, match=r"^EncryptedText: give the arguments by name"):
        EncryptedText("text", "canary")  # type: ignore[arg-type]


@pytest.mark.engine
def test_the_sentence_stands_alone_in_preview(make_stack: MakeStack) -> None:
    """What is wrong in the program, at once or in an output, is one sentence with its line, and no traceback."""
    common: dict[str, Any] = {"host": "localhost", "from_address": FROM, "connectivity_test": {"mode": "off"}}
    first = declaration("first", display_name="Mail", **common)
    known = Code("pulumi.Output.from_input('Mail')")
    taken = "display_name: it is taken by the provider 'first', so the provider 'second' needs another one"
    stack = make_stack("")
    for text, start, end in (
        (
            program("SmtpCollaborationProvider('mail', 'localhost', 2587)\n"),
            "SmtpCollaborationProvider: give",
            "line 4)",
        ),
        (
            program(declaration("mail", starttls=True, **common)),
            "SmtpCollaborationProvider: starttls is not",
            "line 4)",
        ),
        (program("ConnectivityTestArgs(dept='tls')\n"), "ConnectivityTestArgs: dept is not an arg", "line 4)"),
        (program(first, declaration("second", display_name="Mail", **common)), taken, "line 12)"),
        (program(first, declaration("second", display_name=known, **common)), taken, "of one target"),
        (
            program(
                "import_ = pulumi.ResourceOptions(import_='x')\n", declaration("mail", opts=Code("import_"), **common)
            ),
            "SmtpCollaborationProvider: import_ does not work",
            "line 6)",
        ),
    ):
        stack.write_program(text)
        result = stack.preview().failed()
        assert shown(result).startswith(start), result.text
        assert shown(result).endswith(end), result.text
        assert "Traceback" not in result.text
        assert "\n" not in shown(result)

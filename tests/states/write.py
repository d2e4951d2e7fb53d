"""Writes the state that this version saves, for the tests of this version and of all later ones.

    PYTHONPATH=.:tests python tests/states/write.py

The real engine runs a program against a real mail server. What `pulumi stack export` prints then is written to
`<version>/state.json`, its secrets encrypted with the tests' passphrase, and the program to `<version>/program.txt`.
Only what says where this ran (source positions, the machine's name) is taken out. A released version's state is never
written again: it is the shape that users' states have.

`another-version` is the same state as a version with other arguments would have left it.
"""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from typing import Any

from mailservers import MailServer
from programs import KIND, provider
from pulumi_stack.session import PulumiSession, engine_path
from pulumi_stack.stack import Stack

from pulumi_smtp_collab import __version__

ARGUMENTS = {
    "host": "mail.example.test",
    "port": 2525,
    "display_name": "Deployment notifications",
    "username": "user",
    "password": "correct-horse",
    "allow_plaintext_login": True,
    "ehlo_name": "ci.example.test",
}
PLACES = ("sourcePosition", "stackTrace")


def main() -> None:
    """Make the states and write them."""
    with (
        tempfile.TemporaryDirectory() as folder,
        MailServer(credentials={"user": "correct-horse"}, plaintext_login=True) as server,
    ):
        test = {"recipient": "postmaster@example.test", "connect_to": f"127.0.0.1:{server.port}"}
        program = provider(**ARGUMENTS, connectivity_test=test)
        stack = Stack(program, Path(folder) / "stack", PulumiSession(Path(folder) / "pulumi", engine_path()))
        stack.up().succeeded()
        state = stack.export()
    for resource in state["deployment"]["resources"]:
        for place in PLACES:
            resource.pop(place, None)
        if resource["type"].endswith(KIND):
            resource["outputs"]["lastVerification"]["testedFrom"]["machine"] = "runner"
    write(__version__, state, program)
    write("another-version", by_another_version(state), program)


def by_another_version(state: dict[str, Any]) -> dict[str, Any]:
    """The same state with an argument that this version doesn't know, and without some that it knows."""
    state = copy.deepcopy(state)
    (resource,) = (each for each in state["deployment"]["resources"] if each["type"].endswith(KIND))
    for properties in (resource["inputs"], resource["outputs"]):
        properties["greylistSeconds"] = 30
        properties["connectivityTest"]["probe"] = "gentle"
        del properties["ssl"]
        for later in ("secondLook", "maxAgeDays", "retestOnRefresh", "onStaleFailure"):
            properties["connectivityTest"].pop(later, None)
    verification = resource["outputs"]["lastVerification"]
    verification["score"] = {"of": 10}
    del verification["notProven"]
    return state


def write(name: str, state: dict[str, Any], program: str) -> None:
    """Write one fixture."""
    folder = Path(__file__).with_name(name)
    folder.mkdir(exist_ok=True)
    (folder / "state.json").write_text(json.dumps(state, indent=2) + "\n", encoding="utf-8")
    (folder / "program.txt").write_text(program, encoding="utf-8")


if __name__ == "__main__":
    main()

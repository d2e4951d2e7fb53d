"""The stacks of the life cycle's bench: many providers, or as many resources that do nothing, and what a command costs.

A command's cost is its wall time and the processor time of all that it ran: the engine, the program and the provider.
"""

from __future__ import annotations

import json
import os
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from far_server import PASSWORD, USERNAME
from no_op import LIKE
from progress import show
from pulumi_stack.session import PulumiSession
from pulumi_stack.stack import Stack

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parent

OFF, CONNECT, RECIPIENT = "mode off", "depth connect", "default depth, login"
NO_OP, ONE_PROPERTY = "no-op, same properties", "no-op, one property"
OURS = (OFF, CONNECT, RECIPIENT)

_ROOMY = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
"""Saves the state once at the end: what is not measured need not wait for a thousand checkpoints."""


@dataclass(frozen=True)
class Cost:
    """What a command cost, by round, in seconds."""

    wall: tuple[float, ...]
    processor: tuple[float, ...]

    def median_wall(self) -> float:
        """Return the median of the wall times."""
        return median(self.wall)

    def ratio_to(self, other: Cost) -> tuple[float, float]:
        """Return the medians of the rounds' ratios, of wall and of processor time: rounds alternate, so they pair."""
        walls = [mine / theirs for mine, theirs in zip(self.wall, other.wall, strict=True)]
        processors = [mine / theirs for mine, theirs in zip(self.processor, other.processor, strict=True)]
        return median(walls), median(processors)


@dataclass(frozen=True)
class Bench:
    """Where stacks are made, and the server that their providers are tested against.

    Attributes:
        folder: an empty folder.
        session: the engine.
        ports: the server's, by kind.
        authority: the CA's certificate that the server's is signed by, PEM.
    """

    folder: Path
    session: PulumiSession
    ports: dict[str, int]
    authority: str

    def stack(self, kind: str, count: int, label: str = "") -> Stack:
        """Make a stack with so many resources of a kind; nothing is up yet."""
        environment = {
            "PYTHONPATH": os.pathsep.join([str(_ROOT), str(_HERE), str(_ROOT / "tests")]),
            # Apart from the source tree, whose bytecode may be another interpreter's.
            "PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"),
            LIKE: str(self.folder / "like.json"),
        }
        name = f"{kind} {count} {label}".strip().replace(",", "").replace(" ", "-")
        return Stack(self._program(kind, count), self.folder / name, self.session, environment=environment)

    def take_example(self) -> None:
        """Save one of ours and keep what its state holds, for the resources that are to be like it."""
        stack = self.stack(OFF, 1, "example")
        stack.up().succeeded()
        (ours,) = stack.decrypted_resources("SmtpCollaborationProvider")
        example: dict[str, dict[str, Any]] = {
            side: {name: _plain(value) for name, value in ours[side].items() if not name.startswith("__")}
            for side in ("inputs", "outputs")
        }
        (self.folder / "like.json").write_text(json.dumps(example), encoding="utf-8")

    def _program(self, kind: str, count: int) -> str:
        if kind == ONE_PROPERTY:
            return f"from no_op import NoOpResource\nfor n in range({count}):\n    NoOpResource(f'mail-{{n}}')\n"
        if kind == NO_OP:
            return (
                "from no_op import NoOpLikeOurs\n"
                "from pulumi_smtp_collab.resources.generated.outputs import OUTPUT_NAMES\n"
                "from pulumi_smtp_collab.model.wire_names import wire_name\n"
                "names = tuple(wire_name(name) for name in OUTPUT_NAMES)\n"
                f"for n in range({count}):\n    NoOpLikeOurs(f'mail-{{n}}', names)\n"
            )
        test = {OFF: "mode='off'", CONNECT: "depth='connect'", RECIPIENT: ""}[kind]
        trusted = f" ca_certificates={self.authority!r}," if kind == RECIPIENT else ""
        return (
            "from pulumi_smtp_collab import ConnectivityTestArgs, SmtpCollaborationProvider\n"
            f"for n in range({count}):\n"
            "    SmtpCollaborationProvider(\n"
            f"        f'mail-{{n}}', host='127.0.0.1', port={self.ports['starttls']}, start_tls=True,{trusted}\n"
            f"        from_address='ci@example.test', username={USERNAME!r}, password={PASSWORD!r},\n"
            f"        connectivity_test=ConnectivityTestArgs({test}),\n"
            "    )\n"
        )


def fill(stack: Stack) -> None:
    """Bring a stack up without measuring it."""
    stack.environment.update(_ROOMY)
    stack.up(seconds=900).succeeded()
    for name in _ROOMY:
        del stack.environment[name]


def measure(stacks: dict[str, Stack], command: Sequence[str], rounds: int, *, afresh: bool = False) -> dict[str, Cost]:
    """Return what a command costs on each stack; the stacks take turns, after one round that is not counted.

    Args:
        stacks: by kind.
        command: of the CLI.
        rounds: how often.
        afresh: whether each run begins with the state that the stack has now.
    """
    before = {kind: stack.export() for kind, stack in stacks.items()} if afresh else {}
    costs: dict[str, list[tuple[float, float]]] = {kind: [] for kind in stacks}
    for number in range(rounds + 1):
        for kind, stack in stacks.items():
            show(f"{' '.join(command)}: {kind}, round {number} of {rounds}")
            if afresh:
                stack.import_(before[kind])
            cost = _cost_of(lambda stack=stack: stack.run(*command, seconds=900).succeeded())  # type: ignore[misc]
            if number:
                costs[kind].append(cost)
    return {kind: Cost(tuple(wall for wall, _ in seen), tuple(cpu for _, cpu in seen)) for kind, seen in costs.items()}


def state_bytes(stack: Stack, count: int) -> int:
    """Return the size of a stack's state by its resources."""
    return stack.state_file.stat().st_size // count


def _cost_of(run: Callable[[], object]) -> tuple[float, float]:
    processor, began = _processor_seconds(), time.perf_counter()
    run()
    return time.perf_counter() - began, _processor_seconds() - processor


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _plain(value: Any) -> Any:  # noqa: ANN401 - a property of any kind
    """Return a property without its secret's wrapping."""
    return json.loads(value["plaintext"]) if isinstance(value, dict) and "plaintext" in value else value

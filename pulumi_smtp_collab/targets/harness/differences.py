"""How what Harness holds is compared with what was recorded or is wanted, and the one way in which values are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pulumi_smtp_collab.model.hosts import normalise_host
from pulumi_smtp_collab.model.mailboxes import normalise_mailbox
from pulumi_smtp_collab.targets.harness.untrusted import visible

_NORMAL_FORMS = {"host": normalise_host, "from_address": normalise_mailbox}
_LONGEST_NAME = 160


@dataclass(frozen=True, slots=True)
class Difference:
    """An argument in which two things differ. Its values are shown by `described` alone, which hides secrets.

    Attributes:
        argument: The argument's Python name.
        first: What the first one says, as it is shown where it is no secret.
        second: What the second one says.
    """

    argument: str
    first: str
    second: str


def differing(argument: str, first: object, second: object) -> tuple[Difference, ...]:
    """Return the difference of two values of an argument; none where they are two writings of the same."""
    if _normal(argument, first) == _normal(argument, second):
        return ()
    return (Difference(argument, shown(first), shown(second)),)


def described(found: Iterable[Difference], first: str, second: str, secret: frozenset[str]) -> str:
    """Return differences as lines: each with what either side says, or with its name alone where it is a secret.

    Args:
        found: The differences.
        first: What goes before the first one's value: "recorded".
        second: What goes before the second one's: "Harness holds".
        secret: The arguments (Python names) that the program marked secret.
    """
    return "\n".join(
        f"  {one.argument}: differs (secret)"
        if one.argument in secret
        else f"  {one.argument}: {first} {one.first}, {second} {one.second}"
        for one in found
    )


def shown_name(name: str, secret: frozenset[str], argument: str = "display_name") -> str:
    """Return a name in quotes as messages show it; only what it is the value of where that is a secret."""
    return f"[secret {argument}]" if argument in secret else visible(repr(name), _LONGEST_NAME)


def shown(value: object) -> str:
    """Return a value as messages show it where it is no secret: what Harness holds is made visible and bounded."""
    if value is None or value == ():
        return "nothing"
    if isinstance(value, tuple):
        return visible(", ".join(map(str, value)), 200)
    return visible(repr(value), 200) if isinstance(value, str) else str(value).lower()


def _normal(argument: str, value: Any) -> Any:  # noqa: ANN401 - whatever a field holds
    """Return what is compared."""
    if not isinstance(value, str):
        return value
    normalise = _NORMAL_FORMS.get(argument)
    if normalise is None or not value:
        return value or None
    try:
        return normalise(value)
    except Exception:  # noqa: BLE001 - Harness holds what no program could give: compared as it is
        return value

"""The operations on a provider, as every front end calls them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Literal

from pydantic import ValidationError

from pulumi_smtp_collab.lifecycle.arguments import normal_form, provider_arguments, saved_form, verified_digest
from pulumi_smtp_collab.lifecycle.retests import RetestMemory
from pulumi_smtp_collab.lifecycle.stack_settings import StackSettings
from pulumi_smtp_collab.lifecycle.testing import Subject, Tester, secret_arguments
from pulumi_smtp_collab.lifecycle.verification import Due, Recorded, due_test, in_use
from pulumi_smtp_collab.model.examination import UNKNOWN, Fault, examine
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.target import StateTarget, Target

SECRET_OUTPUTS = ("password", "verifiedArguments")
"""The outputs, by wire name, that are always secret."""

_TEST = "connectivityTest"
_FIRST_TEST = Due("it is new", gates=True)


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check.

    Attributes:
        inputs: The normalised inputs by wire name; what is not known yet is ``UNKNOWN``.
        faults: One sentence for each broken rule, beginning with the argument's name. No value that may be secret.
    """

    inputs: dict[str, Any]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """The outcome of a diff.

    Attributes:
        what: nothing; arguments (the saved ones and the program's differ, or may differ); verification (only the
            verification has to be renewed).
    """

    what: Literal["nothing", "arguments", "verification"]


@dataclass(frozen=True, slots=True)
class Provider:
    """A saved provider: its identifier, its outputs by wire name and, where they drifted, its inputs."""

    id: str
    outputs: dict[str, Any]
    inputs: dict[str, Any] | None = None


class LifeCycle:
    """The life cycle of collaboration providers in one stack.

    Args:
        warn: Takes a warning for the user.
        inform: Takes a message for the user that is no warning.
        settings: What the stack's configuration and the environment say.
        target: Where providers are saved.
        now: Gives the time.
    """

    def __init__(
        self,
        warn: Callable[[str], None],
        inform: Callable[[str], None],
        settings: StackSettings | None = None,
        target: Target | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self._settings = settings or StackSettings()
        self._tester = Tester(self._settings, warn, now)
        self._warn = warn
        self._inform = inform
        self._target = target or StateTarget()
        self._now = now

    def check(self, given: Mapping[str, Any]) -> Checked:
        """Validates and normalises what a program gives, every fault at once."""
        internal = {name: value for name, value in given.items() if name.startswith("_")}
        found = examine(self._with_test_defaults(_own(given)))
        faults = [*self._settings.faults, *found.faults, *self._target.refusals(found.known)]
        secret = secret_arguments(given)
        return Checked({**normal_form(found), **internal}, tuple(_sentence(fault, secret) for fault in faults))

    def diff(self, saved: Mapping[str, Any], inputs: Mapping[str, Any]) -> Difference:
        """Compares what is saved with checked inputs; never touches the network."""
        recorded = Recorded.of(saved)
        before, after = _compared(saved_form(saved)), _compared(_own(inputs))
        if _holds_unknown(after) or (before != after and _is_consistent(saved, recorded)):
            return Difference("arguments")
        due = due_test(recorded, provider_arguments(after), self._now())
        if before == after and (due is None or self._settings.skip_reason is not None):
            return Difference("nothing")
        if due is not None:
            tell = self._inform if due.quiet else self._warn
            tell(f"{Subject.of(inputs).name}: {due.reason}; an update tests it again.")
        return Difference("verification")

    def create(self, inputs: Mapping[str, Any]) -> Provider:
        """Tests, then saves; what is to be adopted is looked for first.

        Raises:
            ConnectivityTestFailed: The test failed and is enforced; nothing was saved.
            TargetError: The target could not save it; nothing was saved.
        """
        arguments = provider_arguments(inputs)
        held = None if arguments.adopt is None else self._target.find(arguments.adopt)
        recorded = Recorded.untested(arguments)
        if arguments.connectivity_test.mode != "off":
            subject = Subject.of(inputs)
            recorded = self._tester.verify(arguments, subject, _FIRST_TEST, None, "Nothing was saved.")
        saved = self._target.create(arguments) if held is None else self._target.take_over(held, arguments)
        return Provider(saved.id, _outputs(arguments, recorded, saved.facts, inputs))

    def update(self, identifier: str, saved: Mapping[str, Any], inputs: Mapping[str, Any]) -> Provider:
        """Tests again where that is due, then saves.

        Raises:
            ConnectivityTestFailed: The test failed and is enforced; nothing was changed.
            TargetError: The target could not save it; nothing was changed.
        """
        arguments = provider_arguments(inputs)
        recorded = Recorded.of(saved)
        due = due_test(recorded, arguments, self._now())
        if arguments.connectivity_test.mode == "off":
            renewed = Recorded.untested(arguments)
        elif due is not None:
            renewed = self._tester.verify(arguments, Subject.of(inputs), due, recorded, in_use(recorded))
        else:
            renewed = recorded
        held = self._target.update(identifier, saved, arguments)
        return Provider(held.id, _outputs(arguments, renewed, held.facts, inputs))

    def read(self, identifier: str, saved: Mapping[str, Any]) -> Provider | None:
        """Gives what the target holds now, tested again where the provider asks for that; None where it is gone.

        Raises:
            TargetError: Nothing is recorded of it, and the target can't be asked.
        """
        known = "host" in saved
        held = self._target.read(identifier, saved) if known else self._target.find(identifier)
        if held is None:
            return None
        outputs = {**saved, **(held.arguments or {}), **held.facts}
        drifted = held.arguments is not None and saved_form(outputs) != saved_form(saved)
        return Provider(held.id, self._retested(held.id, outputs), saved_form(outputs) if drifted else None)

    def delete(self, identifier: str, saved: Mapping[str, Any]) -> None:
        """Removes the provider from where it is saved.

        Raises:
            TargetError: The target could not remove it.
        """
        self._target.delete(identifier, saved)

    def _with_test_defaults(self, given: Mapping[str, Any]) -> dict[str, Any]:
        test = given.get(_TEST)
        if not self._settings.test_defaults or not (test is None or isinstance(test, Mapping)):
            return dict(given)
        return {**given, _TEST: {**self._settings.test_defaults, **(test or {})}}

    def _retested(self, identifier: str, outputs: dict[str, Any]) -> dict[str, Any]:
        test = outputs.get(_TEST)
        if not isinstance(test, Mapping) or not test.get("retestOnRefresh") or test.get("mode") == "off":
            return outputs
        try:
            arguments = provider_arguments(saved_form(outputs))
        except ValidationError:
            return outputs  # not what this version could test; the next up says so
        recorded, memory = Recorded.of(outputs), RetestMemory.of_user()
        found = memory.recall(identifier, recorded)
        if found is None:
            found = self._tester.retest(arguments, Subject.of(outputs), recorded)
            memory.keep(identifier, recorded, found)
        return {**outputs, **Recorded(found, verified_digest(arguments)).to_outputs()}


def _outputs(
    arguments: ProviderArguments, recorded: Recorded, facts: Mapping[str, Any], inputs: Mapping[str, Any]
) -> dict[str, Any]:
    made = {"type": "SMTP", "tlsMode": arguments.tls_mode, **recorded.to_outputs()}
    return {**inputs, **made, **facts}


def _own(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in inputs.items() if not name.startswith("_")}


def _compared(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Leaves out what has done its work once the provider is there."""
    return {name: value for name, value in arguments.items() if name != "adopt"}


def _is_consistent(saved: Mapping[str, Any], recorded: Recorded) -> bool:
    """Tells whether what is saved is what the verification belongs to: then the saved inputs say the same."""
    try:
        return verified_digest(provider_arguments(saved_form(saved))) == recorded.digest
    except ValidationError:
        return False


def _holds_unknown(values: Mapping[str, Any]) -> bool:
    return any(value is UNKNOWN or (isinstance(value, Mapping) and _holds_unknown(value)) for value in values.values())


def _sentence(fault: Fault, secret: frozenset[str]) -> str:
    return f"{fault.argument}: {fault.rule if fault.argument in secret else fault.reason}"

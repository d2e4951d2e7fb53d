"""The operations on a provider, as every front end calls them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from pydantic import ValidationError

from pulumi_smtp_collab.lifecycle.arguments import normal_form, provider_arguments, saved_form, verified_digest
from pulumi_smtp_collab.lifecycle.outcomes import (
    Checked,
    Difference,
    Provider,
    holds_unknown,
    internal,
    own,
    sentence,
)
from pulumi_smtp_collab.lifecycle.retests import retested
from pulumi_smtp_collab.lifecycle.stack_settings import StackSettings
from pulumi_smtp_collab.lifecycle.testing import Subject, Tester, secret_arguments
from pulumi_smtp_collab.lifecycle.verification import LAST_VERIFICATION, NOT_TESTED, Due, Recorded, due_test, in_use
from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.model.partial_validation import validate_partially
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.tls_mode import tls_mode
from pulumi_smtp_collab.targets import Saved, StackTargets, Target, Targets

_TEST = "connectivityTest"
_TARGET = "target"
_SAVED_IN = "savedIn"
_REFERENCE = "passwordReference"
_USAGE_SCOPE = "usageScope"
_DELEGATE = "delegateVerification"
_FIRST_TEST = Due("it is new", gates=True)
_MARKED_SECRET = Due("an argument was marked secret since it was tested", gates=False)


class LifeCycle:
    """The life cycle of collaboration providers in one stack.

    Args:
        warn: Takes a warning for the user.
        inform: Takes a message for the user that is no warning.
        settings: What the stack's configuration and the environment say.
        targets: Where providers can be saved; the state alone where it is left out.
        environment: The environment's variables, for a password that the test alone needs.
        now: Gives the time.
    """

    def __init__(
        self,
        warn: Callable[[str], None],
        inform: Callable[[str], None],
        settings: StackSettings | None = None,
        targets: Targets | None = None,
        environment: Mapping[str, str] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self._settings = settings or StackSettings()
        self._tester = Tester(self._settings, warn, now, environment or {})
        self._warn = warn
        self._inform = inform
        self._targets = targets or StackTargets(lambda _: None, {}, warn)
        self._now = now

    def check(self, given: Mapping[str, Any]) -> Checked:
        """Validate and normalise what a program gives, every fault at once."""
        found = validate_partially(self._with_test_defaults(own(given)))
        choice = self._targets.choose(given.get(_TARGET))
        faults = [*self._settings.faults, *found.faults_besides(choice.faults), *choice.faults]
        if choice.target is not None:
            faults += choice.target.refusals(found.known, found.known_test)
            self._advise(choice.target, found.known, {}, given)
        secret = secret_arguments(given)
        return Checked({**normal_form(found), **internal(given)}, tuple(sentence(fault, secret) for fault in faults))

    def diff(self, saved: Mapping[str, Any], inputs: Mapping[str, Any]) -> Difference:
        """Compare what is saved with checked inputs; never touches the network."""
        recorded = Recorded.of(saved)
        before, after = _compared(saved_form(saved)), _compared(own(inputs))
        target = self._targets.choose(inputs.get(_TARGET)).target
        if target is not None and target.is_elsewhere(saved):
            return Difference("place")
        replacement = None if target is None else target.replacement(before, after)
        if holds_unknown(after) or replacement is not None:
            return Difference("arguments", replacement)
        try:
            arguments = provider_arguments(after)
        except ValidationError:
            # A refresh compares with the saved inputs, which another version may have written.
            return Difference("arguments")
        if target is not None and before != after:
            known = {name: getattr(arguments, name) for name in type(arguments).model_fields}
            self._advise(target, known, saved, inputs)
        if before != after and (_is_consistent(saved, recorded) or _has_drifted(saved)):
            return Difference("arguments")
        due = due_test(recorded, arguments, self._now())
        if secret_arguments(inputs) - secret_arguments(saved):
            return Difference("verification")  # what was seen of them is to be written anew
        if before == after and (due is None or self._settings.skip_reason is not None):
            return Difference("nothing")
        if due is not None:
            tell = self._inform if due.quiet else self._warn
            tell(f"{Subject.of(inputs).name}: {due.reason}; an update tests it again.")
        return Difference("verification")

    def create(self, inputs: Mapping[str, Any]) -> Provider:
        """Test, then save; what is to be adopted is looked for first.

        Raises:
            ConnectivityTestFailed: The test failed and is enforced; nothing was saved.
            TargetError: The target could not save it; nothing was saved.
        """
        arguments, subject = provider_arguments(inputs), Subject.of(inputs)
        target = self._chosen(inputs)
        held = None if arguments.adopt is None else target.find(arguments.adopt)
        due = None if arguments.connectivity_test.mode == "off" else _FIRST_TEST
        recorded, our_view = Recorded.untested(arguments), ""
        if due is not None:
            recorded, our_view = self._tester.verify(arguments, subject, due, None, "Nothing was saved.")
        intent = self._tester.intent(arguments, subject, due, our_view)
        saved = target.create(intent) if held is None else target.take_over(held, intent)
        return Provider(saved.id, _outputs(arguments, recorded, target, saved, inputs))

    def update(self, identifier: str, saved: Mapping[str, Any], inputs: Mapping[str, Any]) -> Provider:
        """Test again where that is due, then save.

        Raises:
            ConnectivityTestFailed: The test failed and is enforced; nothing was changed.
            TargetError: The target could not save it; nothing was changed.
        """
        arguments, subject = provider_arguments(inputs), Subject.of(inputs)
        target = self._targets.recorded(saved)
        recorded = Recorded.of(saved)
        due = due_test(recorded, arguments, self._now())
        if secret_arguments(inputs) - secret_arguments(saved):
            recorded = recorded.without_details()
            due = due or _MARKED_SECRET
        renewed, our_view = recorded, ""
        if arguments.connectivity_test.mode == "off":
            renewed = Recorded.untested(arguments)
        elif due is not None:
            renewed, our_view = self._tester.verify(arguments, subject, due, recorded, in_use(recorded))
        intent = self._tester.intent(arguments, subject, due, our_view)
        held = target.update(identifier, saved, intent)
        kept = {name: saved[name] for name in (_DELEGATE,) if name in saved and due is None}
        return Provider(held.id, {**kept, **_outputs(arguments, renewed, target, held, inputs)})

    def read(self, identifier: str, saved: Mapping[str, Any]) -> Provider | None:
        """Return what the target holds now, tested again where the provider asks for that; None where it is gone.

        Raises:
            TargetError: The target can't be asked.
        """
        if saved.keys().isdisjoint({LAST_VERIFICATION, "type"}):  # what a program gives is nothing that was saved
            return self._found(identifier, saved)
        held = self._targets.recorded(saved).read(identifier, saved)
        if held is None:
            return None
        outputs = {**saved, **(held.arguments or {}), **held.facts}
        outputs = {name: value for name, value in outputs.items() if value is not None}
        if held.arguments is None:
            return Provider(held.id, retested(held.id, outputs, self._tester))
        drifted = saved_form(outputs) != saved_form(saved)
        mode = tls_mode(ssl=outputs.get("ssl") is True, start_tls=outputs.get("startTls") is True)
        place = {**outputs[_SAVED_IN], "drifted": drifted or _has_drifted(saved)}
        outputs |= {"tlsMode": mode, _SAVED_IN: place}
        inputs = {**saved_form(outputs), **internal(saved)} if drifted else None
        return Provider(held.id, retested(held.id, outputs, self._tester), inputs)

    def delete(self, identifier: str, saved: Mapping[str, Any]) -> None:
        """Remove the provider from where it is saved.

        Raises:
            TargetError: The target could not remove it.
        """
        self._targets.recorded(saved).delete(identifier, saved)

    def _found(self, identifier: str, given: Mapping[str, Any]) -> Provider:
        """Read a provider that this stack does not own."""
        held = self._chosen(given).find(identifier)
        arguments = {name: value for name, value in (held.arguments or {}).items() if value is not None}
        mode = tls_mode(ssl=arguments.get("ssl") is True, start_tls=arguments.get("startTls") is True)
        made = {"type": "SMTP", "tlsMode": mode, **Recorded(NOT_TESTED).to_outputs()}
        return Provider(held.id, {**given, **arguments, **made, **held.facts})

    def _chosen(self, inputs: Mapping[str, Any]) -> Target:
        choice = self._targets.choose(inputs.get(_TARGET))
        if choice.target is None:
            faults = "; ".join(sentence(fault, secret_arguments(inputs)) for fault in choice.faults)
            raise TargetError(f"Where to save is not clear: {faults or 'the target is not known'}.")
        return choice.target

    def _advise(
        self, target: Target, known: Mapping[str, Any], saved: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> None:
        for advice in target.advisories(known, saved):
            self._warn(f"{Subject.of(inputs).name}: {advice}")

    def _with_test_defaults(self, given: Mapping[str, Any]) -> dict[str, Any]:
        test = given.get(_TEST)
        if not self._settings.test_defaults or not (test is None or isinstance(test, Mapping)):
            return dict(given)
        return {**given, _TEST: {**self._settings.test_defaults, **(test or {})}}


def _outputs(
    arguments: ProviderArguments, recorded: Recorded, target: Target, saved: Saved, inputs: Mapping[str, Any]
) -> dict[str, Any]:
    verdict = saved.facts.get(_DELEGATE)
    if verdict is not None and not arguments.connectivity_test.tests_here:
        recorded = recorded.by_delegate(verdict)
    elif recorded.verification.status == "passed":
        recorded = recorded.not_proving(target.not_proven(arguments))
    made = {"type": "SMTP", "tlsMode": arguments.tls_mode, **recorded.to_outputs()}
    reference = inputs.get(_REFERENCE)
    if isinstance(reference, Mapping) and reference.get(_USAGE_SCOPE) is not None:
        made[_USAGE_SCOPE] = reference[_USAGE_SCOPE]
    return {**inputs, **made, **saved.facts}


def _has_drifted(saved: Mapping[str, Any]) -> bool:
    """Return whether a refresh found another value in the target: then the saved inputs say the same."""
    place = saved.get(_SAVED_IN)
    return isinstance(place, Mapping) and place.get("drifted") is True


def _compared(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what has done its work once the provider is there."""
    return {name: value for name, value in arguments.items() if name != "adopt"}


def _is_consistent(saved: Mapping[str, Any], recorded: Recorded) -> bool:
    """Return whether what is saved is what the verification belongs to: then the saved inputs say the same."""
    try:
        return verified_digest(provider_arguments(saved_form(saved))) == recorded.digest
    except ValidationError:
        return False

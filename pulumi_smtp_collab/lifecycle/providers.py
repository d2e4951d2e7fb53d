"""The life cycle of providers, as every front end calls it: check, diff, create, read, update, delete."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any

from pydantic import SecretStr, ValidationError

from pulumi_smtp_collab.lifecycle.outcomes import Checked, Difference, ResourceState
from pulumi_smtp_collab.lifecycle.retests import retested
from pulumi_smtp_collab.lifecycle.saved_not_well import still_recorded
from pulumi_smtp_collab.lifecycle.stack_settings import StackSettings
from pulumi_smtp_collab.lifecycle.target_views import judged, to_adopt
from pulumi_smtp_collab.lifecycle.verification import DueTest, due_test, in_use, verified_digest
from pulumi_smtp_collab.lifecycle.verifier import Messages, TestControls, Verifier, save_request
from pulumi_smtp_collab.model.display_names import DisplayNames
from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.model.marked_secrets import hides_marked
from pulumi_smtp_collab.model.origin import Origin
from pulumi_smtp_collab.model.partial_validation import TEST_ARGUMENT, Fault, validate_partially
from pulumi_smtp_collab.model.properties import (
    Properties,
    arguments_properties,
    holds_unknown,
    provider_properties,
    saved_provider_arguments,
)
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.reasons_to_skip import SKIP_TEST
from pulumi_smtp_collab.model.record import ProviderRecord
from pulumi_smtp_collab.model.report import ConnectivityReport
from pulumi_smtp_collab.model.target import SavedIn
from pulumi_smtp_collab.model.unusual_settings import unusual_pairs, unusual_password
from pulumi_smtp_collab.model.wire_names import wire_name
from pulumi_smtp_collab.targets import Saved, StillSaved, Target, Targets

_TEST = wire_name(TEST_ARGUMENT)
_TARGET = "target"
_NOT_IN_USE = (
    "The provider has passed its test with the new value. Its Encrypted Text has not taken it; the next up tries again."
)
_NEW = DueTest("it is new", gates=True)
_MARKED_SECRET = DueTest("an argument was marked secret since it was tested", gates=False)


@dataclass(frozen=True, slots=True)
class ProviderLifeCycle:
    """The life cycle of collaboration providers in one stack; ``open_stack`` makes it.

    Attributes:
        settings: What the stack's configuration and the environment say.
        targets: Where providers can be saved.
        messages: Takes what the user is told.
        environment: The environment's variables, for a password that the test alone needs.
        now: Gives the time.
        controls: What the front end says about the tests.
        display_names: Those that the stack's resources have taken.
    """

    settings: StackSettings
    targets: Targets
    messages: Messages
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    now: Callable[[], datetime] = field(default=lambda: datetime.now(timezone.utc), repr=False)
    controls: TestControls = field(default_factory=TestControls)
    display_names: DisplayNames = field(default_factory=DisplayNames, repr=False)

    def check(self, given: Properties, origin: Origin, *, is_new: bool = True) -> Checked:
        """Validate and normalise what a program gives, every fault at once.

        Args:
            given: The arguments by wire or Python name, some of which may be ``UNKNOWN``.
            origin: Where they are declared.
            is_new: Whether nothing is saved yet, so that no diff will say what is to be warned of.
        """
        found = validate_partially(self._with_test_defaults(given))
        choice = self.targets.choose(given.get(_TARGET))
        faults = [*self.settings.faults, *found.faults_besides(choice.faults), *choice.faults]
        warnings = [*unusual_pairs(found.known), *_unusual_password(found.known)]
        if choice.target is not None:
            faults += choice.target.refusals(found.known, found.known_test)
            if is_new:
                self._advise(choice.target, found.known, None, origin)
        faults += self._taken_name(choice.place, found.known.get("display_name"), origin)
        return Checked(provider_properties(found), tuple(map(origin.sentence, faults)), tuple(warnings))

    def diff(self, recorded: ProviderRecord, inputs: Properties, origin: Origin) -> Difference:
        """Compare what is recorded with checked inputs; never touches the network.

        Args:
            recorded: What the state holds.
            inputs: What `check` gave.
            origin: Where they are declared.
        """
        target = self.targets.choose(inputs.get(_TARGET)).target
        if target is not None and target.is_elsewhere(recorded.saved_in):
            return Difference("place")
        found = self._difference(target, recorded, inputs, origin)
        if found.what == "nothing" or target is None:
            return found
        return replace(found, delete_first=not target.has_room_beside(recorded, inputs))

    def _difference(
        self, target: Target | None, recorded: ProviderRecord, inputs: Properties, origin: Origin
    ) -> Difference:
        replacement = None if target is None else target.replacement(recorded, inputs)
        if holds_unknown(inputs) or replacement is not None:
            return Difference("arguments", replacement)
        try:
            arguments = ProviderArguments.model_validate(inputs)
        except ValidationError:
            # A refresh compares with the saved inputs, which another version may have written.
            return Difference("arguments")
        same = _compared(arguments) == _compared(recorded.arguments)
        if target is not None and not same:
            self._advise(target, _by_name(arguments), recorded, origin)
        if not same and (recorded.saved_in.drifted or _is_consistent(recorded)):
            return Difference("arguments")
        due = due_test(recorded, arguments, self.now())
        if origin.secret_arguments - recorded.origin.secret_arguments:
            return Difference("verification")  # what was seen of them is to be written anew
        if same and (due is None or self.settings.skip_reason is not None):
            return Difference("nothing")
        if due is not None:
            tell = self.messages.inform if due.quiet else self.messages.warn
            skip = self.settings.skip_reason
            skipped = f"its test will be skipped, as {SKIP_TEST} says: {skip}"
            then = "an update tests it again." if skip is None else skipped
            tell(f"{origin.shown_name(arguments.display_name)}: {due.reason}; {then}")
        return Difference("verification")

    @hides_marked
    def create(self, arguments: ProviderArguments, origin: Origin) -> ResourceState[ProviderRecord]:
        """Test, then save; what is to be adopted is looked for first.

        Raises:
            ConnectivityTestFailed: The test failed and is enforced; nothing was saved.
            TargetError: The target could not save it; nothing was saved.
            SavedNotWell: It was saved, failed afterwards, and stays.
        """
        target = self._chosen(arguments.target, origin)
        found = None if arguments.adopt is None else to_adopt(target, arguments.adopt, origin)
        due = None if arguments.connectivity_test.mode == "off" else _NEW
        evidence, our_view = self._verifier.verify(
            arguments, origin, due, before=None, if_refused="Nothing was saved.", controls=self.controls
        )
        request = save_request(arguments, origin, due, our_view)
        with still_recorded(arguments, origin):
            held = target.create(request) if found is None else target.take_over(found, request)
            self._put_in_use(held, arguments, None)
        evidence = judged(evidence, arguments, target, held.delegate_verification)
        return ResourceState(
            held.id, ProviderRecord(arguments, evidence, held.saved_in, held.delegate_verification, origin)
        )

    @hides_marked
    def update(
        self,
        identifier: str,
        recorded: ProviderRecord,
        arguments: ProviderArguments,
        origin: Origin,
    ) -> ResourceState[ProviderRecord]:
        """Test again where that is due, then save.

        Raises:
            ConnectivityTestFailed: The test failed and is enforced; nothing was changed.
            TargetError: The target could not save it; nothing was changed.
            SavedNotWell: It was saved, failed afterwards, and stays.
        """
        target = self.targets.recorded(recorded.saved_in, recorded.arguments.target)
        due = due_test(recorded, arguments, self.now())
        before = recorded
        if origin.secret_arguments - recorded.origin.secret_arguments:
            before = replace(recorded, evidence=recorded.evidence.without_details())
            due = due or _MARKED_SECRET
        evidence, our_view = self._verifier.verify(
            arguments, origin, due, before=before, if_refused=in_use(recorded), controls=self.controls
        )
        with still_recorded(arguments, origin):
            held = target.update(identifier, recorded, save_request(arguments, origin, due, our_view))
            self._put_in_use(held, arguments, recorded)
        evidence = judged(evidence, arguments, target, held.delegate_verification)
        kept = recorded.delegate_verification if due is None else None
        verdict = held.delegate_verification or kept
        return ResourceState(held.id, ProviderRecord(arguments, evidence, held.saved_in, verdict, origin))

    @hides_marked
    def read(self, identifier: str, recorded: ProviderRecord) -> ResourceState[ProviderRecord] | None:
        """Return what the target holds now, tested again where the provider asks for that; None where it is gone.

        Raises:
            TargetError: The target can't be asked.
        """
        held = self.targets.recorded(recorded.saved_in, recorded.arguments.target).read(identifier, recorded)
        if held is None:
            return None
        arguments, saved_in, drifted = recorded.arguments, held.saved_in, False
        if held.arguments is not None:
            arguments = saved_provider_arguments({**_by_name(recorded.arguments), **held.arguments})
            drifted = arguments != recorded.arguments
            if drifted or recorded.saved_in.drifted is not None:
                saved_in = saved_in.model_copy(update={"drifted": drifted or recorded.saved_in.drifted is True})
        record = replace(recorded, arguments=arguments, saved_in=saved_in)
        return ResourceState(held.id, retested(held.id, record, self._verifier, self.controls), drifted)

    def find(self, identifier: str, target: Any, origin: Origin) -> ResourceState[ProviderRecord]:  # noqa: ANN401
        """Read a provider that this stack does not own.

        Args:
            identifier: The target's identifier of it.
            target: The argument ``target``; None where the stack says it.
            origin: Where it is read.

        Raises:
            TargetError: There is none, or the target can't be asked.
        """
        held = self._chosen(target, origin).find(identifier)
        known = {**dict.fromkeys(ProviderArguments.model_fields), **(held.arguments or {})}
        arguments = ProviderArguments.model_construct(**known)  # no argument but those that the target knows
        return ResourceState(held.id, ProviderRecord(arguments, saved_in=held.saved_in, origin=origin))

    def test(self, arguments: ProviderArguments, origin: Origin) -> ConnectivityReport:
        """Test a server and save nothing; a failure is in the report.

        Raises:
            ConnectivityTestCancelled: The test was ended before it had a result.
        """
        return self._verifier.report(arguments, origin, self.controls)

    @hides_marked
    def delete(self, identifier: str, recorded: ProviderRecord) -> None:
        """Remove the provider from where it is saved.

        Raises:
            TargetError: The target could not remove it.
        """
        self.targets.recorded(recorded.saved_in, recorded.arguments.target).delete(identifier, recorded)

    def controlled(self, controls: TestControls) -> ProviderLifeCycle:
        """Return the same with other controls of its tests: each call of a front end has its own."""
        return replace(self, controls=controls)

    def _taken_name(self, place: SavedIn | None, name: Any, origin: Origin) -> list[Fault]:  # noqa: ANN401
        """Find a display name that another resource has in the same target, where the program does not see to it."""
        if not origin.resource or place is None or not isinstance(name, str):
            return []
        key = (place.target, place.endpoint, place.account_id)
        refusal = self.display_names.take(key, name, origin.resource, again=True)
        return [] if refusal is None else [Fault("display_name", refusal, refusal)]

    @property
    def _verifier(self) -> Verifier:
        return Verifier(self.settings, self.messages, self.now, self.environment)

    def _chosen(self, given: Any, origin: Origin) -> Target:  # noqa: ANN401 - the argument as it is given
        choice = self.targets.choose(given)
        if choice.target is None:
            faults = "; ".join(map(origin.sentence, choice.faults))
            raise TargetError(f"Where to save is not clear: {faults or 'the target is not known'}.")
        return choice.target

    def _put_in_use(self, held: Saved, arguments: ProviderArguments, before: ProviderRecord | None) -> None:
        """Let the Encrypted Text take the password that was tested and saved, where its store waits for that."""
        reference, password = arguments.password_reference, arguments.password
        if reference is None or reference.selected or password is None:
            return
        known = None if before is None or before.evidence.digest is None else before.arguments
        if known is not None and (known.password, known.password_reference) == (password, reference):
            return
        place = SavedIn(target=reference.target, endpoint=reference.endpoint, account_id=reference.account_id)
        try:
            self.targets.recorded_store(place, None).put_in_use(reference, password.get_secret_value())
        except TargetError as error:
            raise StillSaved(f"{error}\n{_NOT_IN_USE}", held) from None

    def _advise(
        self, target: Target, known: Mapping[str, Any], recorded: ProviderRecord | None, origin: Origin
    ) -> None:
        for advice in target.advisories(known, recorded):
            self.messages.warn(f"{origin.shown_name(str(known.get('display_name', '')))}: {advice}")

    def _with_test_defaults(self, given: Properties) -> Properties:
        test = given.get(_TEST, given.get(TEST_ARGUMENT))
        if not self.settings.test_defaults or not (test is None or isinstance(test, Mapping)):
            return given
        without = {name: value for name, value in given.items() if name not in {_TEST, TEST_ARGUMENT}}
        return {**without, _TEST: {**self.settings.test_defaults, **(test or {})}}


def _by_name(arguments: ProviderArguments) -> dict[str, Any]:
    return {name: getattr(arguments, name) for name in type(arguments).model_fields}


def _compared(arguments: ProviderArguments) -> dict[str, Any]:
    """Leave out what has done its work once the provider is there."""
    return {name: value for name, value in _by_name(arguments).items() if name != "adopt"}


def _is_consistent(recorded: ProviderRecord) -> bool:
    """Return whether what is saved is what the verification belongs to: then the saved inputs say the same."""
    try:
        arguments = ProviderArguments.model_validate(arguments_properties(recorded.arguments))
    except ValidationError:
        return False
    return verified_digest(arguments) == recorded.evidence.digest


def _unusual_password(known: Properties) -> Iterator[str]:
    """Return what is seldom meant about a password that the program gives; of an Encrypted Text's that one tells."""
    password = known.get("password")
    if isinstance(password, SecretStr) and known.get("password_reference") is None:
        yield from unusual_password(password.get_secret_value())

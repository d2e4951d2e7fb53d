"""The life cycle of Encrypted Texts, as every front end calls it: check, diff, create, read, update, delete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from pulumi_smtp_collab.lifecycle.outcomes import Checked, Difference, ResourceState
from pulumi_smtp_collab.model.encrypted_text import EncryptedTextArguments, SecretReference
from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.model.marked_secrets import hides_marked
from pulumi_smtp_collab.model.origin import Origin
from pulumi_smtp_collab.model.partial_validation import Fault, validate_encrypted_text_partially
from pulumi_smtp_collab.model.properties import (
    Properties,
    arguments_properties,
    encrypted_text_properties,
    holds_unknown,
    saved_encrypted_text_arguments,
)
from pulumi_smtp_collab.model.record import EncryptedTextRecord
from pulumi_smtp_collab.model.unusual_settings import unusual_password
from pulumi_smtp_collab.model.usage_scope import UsageScope
from pulumi_smtp_collab.targets import HeldSecret, SecretStore, Targets

_TARGET = "target"


@dataclass(frozen=True, slots=True)
class EncryptedTextLifeCycle:
    """The life cycle of Encrypted Texts in one stack; ``open_stack`` makes it.

    Attributes:
        targets: Where they can be kept.
        misspelt: The keys of the stack's configuration that are none: one of them may have been meant for the target.
    """

    targets: Targets
    misspelt: tuple[Fault, ...] = ()

    def check(self, given: Properties, origin: Origin, *, is_new: bool = True) -> Checked:  # noqa: ARG002 - as of providers
        """Validate and normalise what a program gives, every fault at once."""
        found = validate_encrypted_text_partially(given)
        choice = self.targets.choose_store(given.get(_TARGET))
        faults = [*self.misspelt, *found.faults_besides(choice.faults), *choice.faults]
        if choice.store is not None:
            faults += choice.store.refusals(found.known)
        value = found.known.get("value")
        warnings = unusual_password(value.get_secret_value()) if isinstance(value, SecretStr) else ()
        return Checked(encrypted_text_properties(found), tuple(map(origin.sentence, faults)), tuple(warnings))

    def diff(self, recorded: EncryptedTextRecord, inputs: Properties, _origin: Origin) -> Difference:
        """Compare what is recorded with checked inputs; never touches the network."""
        store = self.targets.choose_store(inputs.get(_TARGET)).store
        if store is not None and store.is_elsewhere(recorded.saved_in):
            return Difference("place")
        room = store is None or store.has_room_beside(recorded, inputs)
        if holds_unknown(inputs):
            return Difference("arguments", delete_first=not room)
        before = arguments_properties(recorded.arguments)
        after = arguments_properties(saved_encrypted_text_arguments(inputs))
        if before == after:
            return Difference("nothing")
        replacement = None if store is None else store.replacement(recorded, after)
        return Difference("arguments", replacement, delete_first=not room)

    @hides_marked
    def create(self, arguments: EncryptedTextArguments, origin: Origin) -> ResourceState[EncryptedTextRecord]:
        """Keep a new secret.

        Raises:
            TargetError: It could not be kept; nothing was created.
        """
        held = self._chosen(arguments.target, origin).create(arguments)
        return ResourceState(held.id, _record(arguments, held, origin))

    @hides_marked
    def update(
        self, identifier: str, recorded: EncryptedTextRecord, arguments: EncryptedTextArguments, origin: Origin
    ) -> ResourceState[EncryptedTextRecord]:
        """Change what an update can change.

        Raises:
            TargetError: It could not be changed.
        """
        store = self.targets.recorded_store(recorded.saved_in, recorded.arguments.target)
        return ResourceState(identifier, _record(arguments, store.update(identifier, recorded, arguments), origin))

    @hides_marked
    def read(self, identifier: str, recorded: EncryptedTextRecord) -> ResourceState[EncryptedTextRecord] | None:
        """Return what is kept now, without asking for its value; None where it is gone.

        Raises:
            TargetError: The target can't be asked.
        """
        store = self.targets.recorded_store(recorded.saved_in, recorded.arguments.target)
        held = store.read(identifier, recorded)
        if held is None:
            return None
        record = _record(recorded.arguments, held, recorded.origin)
        return ResourceState(held.id, record, not record.is_selected and record.arguments != recorded.arguments)

    def find(self, identifier: str, target: Any, origin: Origin) -> ResourceState[EncryptedTextRecord]:  # noqa: ANN401
        """Select a secret that exists, without owning it.

        Args:
            identifier: Its name.
            target: The argument ``target``; None where the stack says it.
            origin: Where it is selected.

        Raises:
            TargetError: There is nothing to select, or the target can't be asked.
        """
        held = self._chosen(target, origin).find(identifier)
        arguments = saved_encrypted_text_arguments({"name": held.name, "target": target})
        return ResourceState(held.id, _record(arguments, held, origin))

    @hides_marked
    def delete(self, identifier: str, recorded: EncryptedTextRecord) -> None:
        """Remove the secret from where it is kept.

        Raises:
            TargetError: It could not be removed.
        """
        self.targets.recorded_store(recorded.saved_in, recorded.arguments.target).delete(identifier, recorded)

    def _chosen(self, given: Any, origin: Origin) -> SecretStore:  # noqa: ANN401 - the argument as it is given
        choice = self.targets.choose_store(given)
        if choice.store is None:
            faults = "; ".join(map(origin.sentence, choice.faults))
            raise TargetError(f"Where to keep it is not clear: {faults or 'the target is not known'}.")
        return choice.store


def _record(arguments: EncryptedTextArguments, held: HeldSecret, origin: Origin) -> EncryptedTextRecord:
    if held.arguments is not None:
        known = {name: getattr(arguments, name) for name in type(arguments).model_fields}
        arguments = saved_encrypted_text_arguments({**known, **held.arguments})
    parts: dict[str, Any] = {
        "name": held.name,
        "secret_id": held.id,
        "selected": not isinstance(arguments.value, SecretStr),
        "target": held.saved_in.target,
        "endpoint": held.saved_in.endpoint,
        "account_id": held.saved_in.account_id,
        "usage_scope": None if arguments.usage_scope == UsageScope() else arguments.usage_scope,
    }
    reference = SecretReference.model_construct(**parts)  # not validated, as what is saved may not be
    return EncryptedTextRecord(arguments, reference, held.saved_in, origin)

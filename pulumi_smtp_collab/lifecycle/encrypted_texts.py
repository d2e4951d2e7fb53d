"""The operations on an Encrypted Text, as every front end calls them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_smtp_collab.lifecycle.arguments import plain_value
from pulumi_smtp_collab.lifecycle.outcomes import (
    Checked,
    Difference,
    Provider,
    holds_unknown,
    internal,
    own,
    sentence,
)
from pulumi_smtp_collab.lifecycle.testing import secret_arguments
from pulumi_smtp_collab.model.encrypted_text import EncryptedTextArguments
from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.model.partial_validation import PartialValidation, validate_encrypted_text_partially
from pulumi_smtp_collab.model.usage_scope import UsageScope
from pulumi_smtp_collab.model.wire_names import wire_name
from pulumi_smtp_collab.targets import HeldSecret, SecretStore, Targets

_TARGET = "target"
_SAVED_IN = "savedIn"
_REFERENCE = "reference"


class EncryptedTextLifeCycle:
    """The life cycle of Encrypted Texts in one stack.

    Args:
        targets: Where they can be kept.
    """

    def __init__(self, targets: Targets) -> None:
        self._targets = targets

    def check(self, given: Mapping[str, Any]) -> Checked:
        """Validate and normalise what a program gives, every fault at once."""
        found = validate_encrypted_text_partially(own(given))
        choice = self._targets.choose_store(given.get(_TARGET))
        faults = [*found.faults_besides(choice.faults), *choice.faults]
        if choice.store is not None:
            faults += choice.store.refusals(found.known)
        secret = secret_arguments(given) | {"value"}
        return Checked({**_normal_form(found), **internal(given)}, tuple(sentence(fault, secret) for fault in faults))

    def diff(self, saved: Mapping[str, Any], inputs: Mapping[str, Any]) -> Difference:
        """Compare what is saved with checked inputs; never touches the network."""
        store = self._targets.choose_store(inputs.get(_TARGET)).store
        if store is not None and store.is_elsewhere(saved):
            return Difference("place")
        before, after = _saved_form(saved), own(inputs)
        if holds_unknown(after):
            return Difference("arguments")
        if before == after:
            return Difference("nothing")
        return Difference("arguments", store.replacement(saved, after) if store is not None else None)

    def create(self, inputs: Mapping[str, Any]) -> Provider:
        """Keep a new secret.

        Raises:
            TargetError: It could not be kept; nothing was created.
        """
        held = self._chosen(inputs).create(_arguments(inputs))
        return Provider(held.id, _outputs(inputs, held))

    def update(self, identifier: str, saved: Mapping[str, Any], inputs: Mapping[str, Any]) -> Provider:
        """Change what an update can change.

        Raises:
            TargetError: It could not be changed.
        """
        held = self._targets.recorded_store(saved).update(identifier, saved, _arguments(inputs))
        return Provider(identifier, _outputs(inputs, held))

    def read(self, identifier: str, saved: Mapping[str, Any]) -> Provider | None:
        """Return what is kept now, without its value, or select one that exists; None where it is gone.

        Raises:
            TargetError: The target can't be asked, or there is nothing to select.
        """
        if _REFERENCE not in saved:
            held = self._chosen(saved).find(str(saved.get("name") or identifier))
            return Provider(held.id, _outputs({**own(saved), "name": held.name}, held, selected=True))
        found = self._targets.recorded_store(saved).read(identifier, saved)
        if found is None:
            return None
        selected = "value" not in saved
        outputs = _outputs(_without_made(saved), found, selected=selected)
        drifted = not selected and _saved_form(outputs) != _saved_form(saved)
        return Provider(found.id, outputs, {**_saved_form(outputs), **internal(saved)} if drifted else None)

    def delete(self, identifier: str, saved: Mapping[str, Any]) -> None:
        """Remove the secret from where it is kept.

        Raises:
            TargetError: It could not be removed.
        """
        self._targets.recorded_store(saved).delete(identifier, saved)

    def _chosen(self, inputs: Mapping[str, Any]) -> SecretStore:
        choice = self._targets.choose_store(inputs.get(_TARGET))
        if choice.store is None:
            faults = "; ".join(sentence(fault) for fault in choice.faults)
            raise TargetError(f"Where to keep it is not clear: {faults or 'the target is not known'}.")
        return choice.store


def _arguments(inputs: Mapping[str, Any]) -> EncryptedTextArguments:
    return EncryptedTextArguments.model_validate(own(inputs))


def _normal_form(found: PartialValidation) -> dict[str, Any]:
    """Return the arguments as they are saved and compared: what says nothing is left out, as where it was not given."""
    known = {
        wire_name(name): plain_value(value)
        for name, value in found.known.items()
        if value is not None and value != UsageScope() and value != {}
    }
    return {**known, **found.unknown_by_wire_name()}


def _saved_form(saved: Mapping[str, Any]) -> dict[str, Any]:
    """Return the normal form of what a state holds, leniently (see ``arguments.saved_form``)."""
    names = {wire_name(name) for name in EncryptedTextArguments.model_fields}
    values = {name: value for name, value in saved.items() if name in names and value is not None}
    normal = _normal_form(validate_encrypted_text_partially(values))
    return {**{name: value for name, value in values.items() if name not in normal and value != {}}, **normal}


def _without_made(saved: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in saved.items() if name not in {_REFERENCE, _SAVED_IN}}


def _outputs(inputs: Mapping[str, Any], held: HeldSecret, *, selected: bool = False) -> dict[str, Any]:
    outputs = {**inputs, **(held.arguments or {})}
    reference = {"name": held.name, "secretId": held.id, "selected": selected, "target": "state", **held.place}
    if outputs.get("usageScope") is not None:
        reference["usageScope"] = outputs["usageScope"]
    outputs |= {_REFERENCE: reference, _SAVED_IN: held.place or None}
    return {name: value for name, value in outputs.items() if value is not None}

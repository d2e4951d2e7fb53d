"""What a preview says of the outputs: what an operation will write is unknown, what it won't is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from pulumi_smtp_collab.lifecycle.encrypted_texts import EncryptedTextLifeCycle
from pulumi_smtp_collab.lifecycle.providers import ProviderLifeCycle
from pulumi_smtp_collab.lifecycle.verification import due_test
from pulumi_smtp_collab.model.origin import Origin
from pulumi_smtp_collab.model.partial_validation import UNKNOWN
from pulumi_smtp_collab.model.properties import holds_unknown
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.record import EncryptedTextRecord, ProviderRecord
from pulumi_smtp_collab.model.tls_mode import tls_mode
from pulumi_smtp_collab.targets.state import StateTarget
from pulumi_smtp_collab.targets.state_secrets import StateSecrets


def provider_outputs(
    life_cycle: ProviderLifeCycle, recorded: ProviderRecord | None, inputs: Mapping[str, Any], origin: Origin
) -> dict[str, Any]:
    """Return a provider's outputs as far as they are known.

    Args:
        life_cycle: The life cycle.
        recorded: What is saved; None before a create.
        inputs: The checked inputs, plain.
        origin: Where they are declared.
    """
    unknown: dict[str, Any] = dict.fromkeys(("lastVerification", "verifiedArguments"), UNKNOWN)
    if not isinstance(life_cycle.targets.choose(inputs.get("target")).target, StateTarget):
        unknown |= dict.fromkeys(("savedIn", "delegateVerification"), UNKNOWN)
    kept: dict[str, Any] = {}
    if recorded is not None and not _may_test(life_cycle, recorded, inputs, origin):
        kept = {name: value for name, value in recorded.to_properties().items() if name in unknown}
        unknown = {name: value for name, value in unknown.items() if name == "savedIn"}
    parts = (inputs.get("ssl"), inputs.get("startTls"))
    mode = UNKNOWN if UNKNOWN in parts else tls_mode(ssl=parts[0] is True, start_tls=parts[1] is True)
    reference = inputs.get("passwordReference")
    scope = reference.get("usageScope") if isinstance(reference, Mapping) else reference
    return {**inputs, "type": "SMTP", "tlsMode": mode, "usageScope": scope, **unknown, **kept}


def encrypted_text_outputs(
    life_cycle: EncryptedTextLifeCycle, recorded: EncryptedTextRecord | None, inputs: Mapping[str, Any], _origin: Origin
) -> dict[str, Any]:
    """Return an Encrypted Text's outputs as far as they are known: providers see whether their reference may change."""
    if recorded is not None:
        saved = recorded.to_properties()
        if all(saved.get(name) == inputs.get(name) for name in ("name", "usageScope")):
            return {**inputs, **{name: saved.get(name) for name in ("reference", "savedIn")}}
    is_state = isinstance(life_cycle.targets.choose_store(inputs.get("target")).store, StateSecrets)
    return {**inputs, "reference": UNKNOWN, **({} if is_state else {"savedIn": UNKNOWN})}


def _may_test(
    life_cycle: ProviderLifeCycle, recorded: ProviderRecord, inputs: Mapping[str, Any], origin: Origin
) -> bool:
    """Return whether an update may write another verification."""
    if holds_unknown(inputs) or origin.secret_arguments - recorded.origin.secret_arguments:
        return True
    try:
        arguments = ProviderArguments.model_validate(inputs)
    except ValidationError:
        return True
    if arguments.connectivity_test.mode == "off":
        return recorded.evidence.verification.status != "notTested"
    return due_test(recorded, arguments, life_cycle.now()) is not None

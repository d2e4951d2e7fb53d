"""What a target says of a provider: what it holds already, and what a test has not shown."""

from __future__ import annotations

from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.model.origin import Origin
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.record import Evidence
from pulumi_smtp_collab.model.target import DelegateVerification
from pulumi_smtp_collab.targets import Saved, Target


def judged(
    evidence: Evidence, arguments: ProviderArguments, target: Target, verdict: DelegateVerification | None
) -> Evidence:
    """Return the evidence with what the target has to say of it."""
    if verdict is not None and not arguments.connectivity_test.tests_here:
        evidence = evidence.by_delegate(verdict)
    if evidence.verification.status == "passed":
        return evidence.not_proving(target.not_proven(arguments))
    return evidence


def to_adopt(target: Target, identifier: str, origin: Origin) -> Saved:
    """Return what is to be adopted; where its name is a secret, the target's words for what is missing show it not."""
    try:
        return target.find(identifier)
    except TargetError as error:
        if type(error) is not TargetError or origin.secret_arguments.isdisjoint({"adopt", "display_name"}):
            raise
        raise TargetError("adopt: names nothing that is in the target. Nothing was changed.") from None

"""What is saved of a provider and of an Encrypted Text: one typed record each, read and written here alone.

Reading is lenient: what another version wrote must not break diff, refresh or destroy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import Field, SecretStr, ValidationError

from pulumi_smtp_collab.model.base import Record
from pulumi_smtp_collab.model.encrypted_text import EncryptedTextArguments, SecretReference
from pulumi_smtp_collab.model.origin import Origin
from pulumi_smtp_collab.model.properties import (
    Properties,
    arguments_properties,
    properties_of,
    read_leniently,
    saved_encrypted_text_arguments,
    saved_provider_arguments,
)
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.report import Status, Verification
from pulumi_smtp_collab.model.target import DelegateVerification, SavedIn
from pulumi_smtp_collab.model.tls_mode import TlsMode
from pulumi_smtp_collab.model.usage_scope import UsageScope

NOT_TESTED = Verification(status="notTested")
IN_THE_STATE = SavedIn(target="state")
UNKNOWN_ORIGIN = Origin()


class ProviderOutputs(Record):
    """The outputs of a provider besides its arguments."""

    type: str = Field(description='The kind of provider: always "SMTP".')
    tls_mode: TlsMode = Field(
        description="The one choice that ssl and start_tls stand for: none, starttls or implicit."
    )
    last_verification: Verification = Field(description="The outcome of the last connectivity test.")
    verified_arguments: SecretStr | None = Field(
        default=None, description="SHA-256 digest over the arguments that the last connectivity test verified."
    )
    saved_in: SavedIn = Field(description="Where it is saved.")
    delegate_verification: DelegateVerification | None = Field(
        default=None, description="The outcome of Harness's own test, where one ran."
    )
    usage_scope: UsageScope | None = Field(
        default=None,
        description="Where the provider may be used: inherited from the Encrypted Text that holds its password.",
    )


class EncryptedTextOutputs(Record):
    """The outputs of an Encrypted Text besides its arguments."""

    reference: SecretReference = Field(
        description="What a provider says of it; password=EncryptedText(...) passes it on."
    )
    saved_in: SavedIn = Field(description="Where it is saved.")


@dataclass(frozen=True, slots=True)
class Evidence:
    """The last verification, tied to what was verified.

    Attributes:
        verification: Its outcome.
        digest: The digest over the arguments that it belongs to; None where there is none. A weak password could be
            guessed from it, so it is a secret.
    """

    verification: Verification = NOT_TESTED
    digest: SecretStr | None = field(default=None, repr=False)

    def by_delegate(self, verdict: DelegateVerification) -> Evidence:
        """Return the same with the outcome of a test that ran in Harness alone."""
        statuses: dict[str, Status] = {"passed": "passed", "failed": "failed"}
        status = statuses.get(verdict.status, "notTested")
        return replace(self, verification=Verification(status=status, checked_at=verdict.checked_at, depth="message"))

    def not_proving(self, sentences: Sequence[str]) -> Evidence:
        """Return the same with further sentences on what the test did not prove."""
        known = self.verification.not_proven
        added = tuple(sentence for sentence in sentences if sentence not in known)
        if not added:
            return self
        return replace(self, verification=self.verification.model_copy(update={"not_proven": known + added}))

    def without_details(self) -> Evidence:
        """Return the same without what was seen on the way: it was written before an argument was marked secret."""
        kept = self.verification
        bare = Verification(
            status=kept.status, checked_at=kept.checked_at, depth=kept.depth, duration_ms=kept.duration_ms
        )
        return replace(self, verification=bare)


@dataclass(frozen=True, slots=True)
class ProviderRecord:
    """What is saved of a provider.

    Attributes:
        arguments: Its arguments; of a state they are read leniently and were not validated.
        evidence: Its last verification.
        saved_in: Where it is saved.
        delegate_verification: The outcome of Harness's own test; None where none ran.
        origin: Where it was declared.
    """

    arguments: ProviderArguments
    evidence: Evidence = Evidence()
    saved_in: SavedIn = IN_THE_STATE
    delegate_verification: DelegateVerification | None = None
    origin: Origin = UNKNOWN_ORIGIN

    @staticmethod
    def is_held_in(properties: Properties) -> bool:
        """Return whether properties are what was saved, and not what a program gives to find a provider."""
        return not properties.keys().isdisjoint({"lastVerification", "type"})

    @classmethod
    def from_properties(cls, properties: Properties, origin: Origin) -> ProviderRecord:
        """Read the outputs that a state holds, leniently: what can't be read was not verified."""
        digest = properties.get("verifiedArguments")
        try:
            verification = Verification.model_validate(properties.get("lastVerification"))
        except ValidationError:
            verification, digest = NOT_TESTED, None
        return cls(
            saved_provider_arguments(properties),
            Evidence(verification, SecretStr(digest) if isinstance(digest, str) else None),
            read_leniently(SavedIn, properties.get("savedIn")) or IN_THE_STATE,
            read_leniently(DelegateVerification, properties.get("delegateVerification")),
            origin,
        )

    @property
    def usage_scope(self) -> UsageScope | None:
        """Where the provider may be used: the usage scope of the Encrypted Text that holds its password."""
        reference = self.arguments.password_reference
        return None if reference is None else reference.usage_scope

    def to_properties(self) -> dict[str, Any]:
        """Return the outputs that keep it: the arguments, and what is known besides."""
        made = ProviderOutputs(
            type="SMTP",
            tls_mode=self.arguments.tls_mode,
            last_verification=self.evidence.verification,
            verified_arguments=self.evidence.digest,
            saved_in=self.saved_in,
            delegate_verification=self.delegate_verification,
            usage_scope=self.usage_scope,
        )
        return {**arguments_properties(self.arguments), **_fields(made)}


@dataclass(frozen=True, slots=True)
class EncryptedTextRecord:
    """What is saved of an Encrypted Text.

    Attributes:
        arguments: Its arguments, read as leniently; without a value where it was selected.
        reference: What a provider says of it.
        saved_in: Where it is saved.
        origin: Where it was declared.
    """

    arguments: EncryptedTextArguments
    reference: SecretReference
    saved_in: SavedIn = IN_THE_STATE
    origin: Origin = UNKNOWN_ORIGIN

    @staticmethod
    def is_held_in(properties: Properties) -> bool:
        """Return whether properties are what was saved, and not what a program gives to select a secret."""
        return "reference" in properties

    @classmethod
    def from_properties(cls, properties: Properties, origin: Origin) -> EncryptedTextRecord:
        """Read the outputs that a state holds, leniently."""
        arguments = saved_encrypted_text_arguments(properties)
        reference = read_leniently(SecretReference, properties.get("reference"))
        if reference is None:
            reference = SecretReference(name=str(arguments.name or ""), secret_id="")
        return cls(arguments, reference, read_leniently(SavedIn, properties.get("savedIn")) or IN_THE_STATE, origin)

    @property
    def is_selected(self) -> bool:
        """Whether it exists elsewhere and was selected, so that its value is not known."""
        return not isinstance(self.arguments.value, SecretStr)

    def to_properties(self) -> dict[str, Any]:
        """Return the outputs that keep it: the arguments, and what is known besides."""
        made = EncryptedTextOutputs(reference=self.reference, saved_in=self.saved_in)
        return {**arguments_properties(self.arguments), **_fields(made)}


def _fields(made: Record) -> dict[str, Any]:
    return properties_of({name: getattr(made, name) for name in type(made).model_fields})

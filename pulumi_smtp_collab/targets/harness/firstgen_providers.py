"""FirstGen as a target of providers: each as config-as-code that refers to the Encrypted Text with its password."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pulumi_smtp_collab.model.encrypted_text import SecretReference
from pulumi_smtp_collab.model.partial_validation import TEST_ARGUMENT, Fault
from pulumi_smtp_collab.model.properties import Properties, arguments_properties
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.record import ProviderRecord
from pulumi_smtp_collab.model.target import SavedIn
from pulumi_smtp_collab.targets.harness.client import HarnessClient
from pulumi_smtp_collab.targets.harness.firstgen import FirstGenSmtpProviders
from pulumi_smtp_collab.targets.harness.provider_as_code import HeldProvider, ProviderAsCode, provider_differences
from pulumi_smtp_collab.targets.harness.settings import HarnessAccess
from pulumi_smtp_collab.targets.harness.smtp_config import config_warnings
from pulumi_smtp_collab.targets.interface import Replacement, Saved, SaveRequest, changed

_NO_REFERENCE = (
    "must be an EncryptedText for the target harness-firstgen: a FirstGen provider refers to a secret and can't hold a "
    "plain password. Declare one, password=EncryptedText(..., value=...), or select one that exists, "
    "password=EncryptedText.select(...)"
)
_OTHER_PLACE = (
    "must be an EncryptedText of the same account for the target harness-firstgen: a FirstGen provider refers to it by "
    "name. This one is saved elsewhere"
)
_NEXTGEN_ALONE = "is for Harness NextGen (the target harness); FirstGen's config-as-code has no such thing"


@dataclass(frozen=True, slots=True)
class FirstGenProviders:
    """Keeps providers in one account, each under its display name.

    Attributes:
        access: The account and its key.
        providers: The account's providers.
        warn: Takes a warning for the user.
    """

    access: HarnessAccess
    providers: FirstGenSmtpProviders
    warn: Callable[[str], None] = field(repr=False)
    _created: set[str] = field(default_factory=set, repr=False)

    @classmethod
    def at(cls, access: HarnessAccess, warn: Callable[[str], None]) -> FirstGenProviders:
        """Return the target of one account; nothing is asked of it yet."""
        return cls(access, FirstGenSmtpProviders(HarnessClient(access), warn), warn)

    def refusals(self, known: Mapping[str, Any], known_test: Mapping[str, Any]) -> Sequence[Fault]:
        """Return what FirstGen can't save."""
        return (*self.providers.refusals(known), *self._password_faults(known), *_nextgen_faults(known, known_test))

    def advisories(self, known: Mapping[str, Any], recorded: ProviderRecord | None) -> Sequence[str]:
        """Warn of what never reaches Harness."""
        return config_warnings(known, recorded)

    def not_proven(self, _arguments: ProviderArguments) -> Sequence[str]:
        """Say that Harness mails from elsewhere."""
        return (
            "Not tested from where Harness sends: its manager or a delegate may be refused or filtered where this "
            "machine is not.",
        )

    def is_elsewhere(self, saved_in: SavedIn) -> bool:
        """Return whether the provider is saved in another account, another Harness, or the state."""
        return not self.access.is_recorded(saved_in)

    def replacement(self, recorded: ProviderRecord, wanted: Properties) -> Replacement | None:
        """Say that a provider can't be renamed: the display name is what it is found by."""
        because = changed(("displayName",), arguments_properties(recorded.arguments), wanted)
        return Replacement(because) if because else None

    def has_room_beside(self, recorded: ProviderRecord, wanted: Properties) -> bool:
        """Has room for another name."""
        return wanted.get("displayName") != recorded.arguments.display_name

    def find(self, identifier: str) -> Saved:
        """Return the provider of that display name."""
        held = self.providers.find(identifier)
        arguments = {**held.provider.to_arguments(), "password_reference": self._other_reference(held.provider)}
        return Saved(held.id, self._saved_in(held, adopted=True), arguments=arguments)

    def create(self, request: SaveRequest) -> Saved:
        """Save a provider under a name that is free."""
        held = self.providers.create(_provider(request.arguments), secret=request.secret_arguments)
        self._created.add(held.id)
        return self._saved(held, adopted=False)

    def take_over(self, held: Saved, request: SaveRequest) -> Saved:
        """Adopt the provider of that name; what differs is listed and refused, unless it may be overwritten."""
        found = self.providers.find(request.arguments.adopt or request.arguments.display_name)
        adopted = self.providers.take_over(
            HeldProvider(held.id, found.provider),
            _provider(request.arguments),
            overwrite=request.arguments.adopt_overwrite,
            secret=request.secret_arguments,
        )
        self._created.add(adopted.id)
        return self._saved(adopted, adopted=True)

    def read(self, identifier: str, recorded: ProviderRecord) -> Saved | None:
        """Return the provider as Harness holds it; of the password, the secret that it refers to."""
        before = _provider(recorded.arguments)
        live = self.providers.read(identifier, before.name)
        if live is None:
            return None
        arguments: dict[str, Any] = live.provider.to_arguments()
        differing = {one.argument for one in provider_differences(HeldProvider(identifier, before), live)}
        if "password" in differing:
            arguments["password_reference"] = self._other_reference(live.provider)
        saved_in = self._saved_in(live, adopted=recorded.saved_in.adopted is True)
        return Saved(identifier, saved_in, arguments=arguments)

    def update(self, identifier: str, recorded: ProviderRecord, request: SaveRequest) -> Saved:
        """Replace the provider, unless somebody else changed it meanwhile."""
        wanted = _provider(request.arguments)
        before = _provider(recorded.arguments)
        held = self.providers.update(identifier, before, wanted, secret=request.secret_arguments)
        return self._saved(held, adopted=recorded.saved_in.adopted is True)

    def delete(self, identifier: str, recorded: ProviderRecord) -> None:
        """Delete the provider; what was adopted stays, unless the program says otherwise."""
        if identifier in self._created:
            # Replaced by itself (--replace, a taint): the new one is the old one, found under its name.
            self.warn(f"The SMTP provider {identifier} took its own place, so it was not deleted.")
            return
        self.providers.delete(
            identifier,
            _provider(recorded.arguments),
            adopted=recorded.saved_in.adopted is True,
            delete_adopted=recorded.arguments.delete_adopted is True,
            secret=recorded.origin.secret_arguments,
        )

    def _password_faults(self, known: Mapping[str, Any]) -> Iterator[Fault]:
        if "password_reference" not in known:
            return
        reference = known["password_reference"]
        if reference is None:
            if "password" not in known or known["password"] is not None:
                yield Fault("password", _NO_REFERENCE, _NO_REFERENCE)
        elif not self.access.is_recorded(reference):
            yield Fault("password", _OTHER_PLACE, _OTHER_PLACE)

    def _other_reference(self, live: ProviderAsCode) -> SecretReference | None:
        """Return the reference to the secret that somebody else chose; None where there is none."""
        name, secret_id = live.secret or live.secret_id, live.secret_id or live.secret
        if name is None or secret_id is None:
            return None
        return SecretReference(
            name=name,
            secret_id=secret_id,
            selected=True,
            target=self.access.generation,
            endpoint=self.access.endpoint,
            account_id=self.access.account_id,
        )

    def _saved_in(self, held: HeldProvider, *, adopted: bool) -> SavedIn:
        secret = {"secret_name": held.provider.secret, "secret_id": held.provider.secret_id}
        return self.access.saved_in.model_copy(update={**secret, "adopted": adopted})

    def _saved(self, held: HeldProvider, *, adopted: bool) -> Saved:
        return Saved(held.id, self._saved_in(held, adopted=adopted))


def _nextgen_faults(known: Mapping[str, Any], known_test: Mapping[str, Any]) -> Iterator[Fault]:
    if known.get("delegate_selectors"):
        yield Fault("delegate_selectors", _NEXTGEN_ALONE, _NEXTGEN_ALONE)
    for name in ("delegate_test_recipient", "allow_irreversible_test"):
        if known_test.get(name):
            yield Fault(f"{TEST_ARGUMENT}.{name}", _NEXTGEN_ALONE, _NEXTGEN_ALONE)
    if known_test.get("test_from") in {"delegate", "both"}:
        yield Fault(f"{TEST_ARGUMENT}.test_from", _NEXTGEN_ALONE, _NEXTGEN_ALONE)


def _provider(arguments: ProviderArguments) -> ProviderAsCode:
    """Return a provider's arguments as config-as-code; those of a state are read leniently."""
    reference, port = arguments.password_reference, arguments.port
    return ProviderAsCode(
        name=str(arguments.display_name or ""),
        host=str(arguments.host or ""),
        port=port if isinstance(port, int) else 0,
        from_address=arguments.from_address,
        ssl=arguments.ssl is True,
        start_tls=arguments.start_tls is True,
        username=arguments.username,
        secret=None if reference is None else reference.name,
        secret_id=None if reference is None else reference.secret_id,
    )

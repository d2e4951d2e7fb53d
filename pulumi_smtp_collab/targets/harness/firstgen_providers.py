"""FirstGen as a target of providers: each as config-as-code that refers to the Encrypted Text with its password."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pulumi_smtp_collab.model.partial_validation import TEST_ARGUMENT, Fault
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.targets.harness.client import HarnessClient
from pulumi_smtp_collab.targets.harness.firstgen import FirstGenSmtpProviders
from pulumi_smtp_collab.targets.harness.provider_as_code import (
    HeldProvider,
    ProviderAsCode,
    provider_differences,
)
from pulumi_smtp_collab.targets.harness.settings import HarnessAccess
from pulumi_smtp_collab.targets.harness.smtp_config import config_warnings
from pulumi_smtp_collab.targets.interface import Replacement, Saved, SaveRequest, changed

_SAVED_IN = "savedIn"
_REFERENCE = "passwordReference"
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

    def advisories(self, known: Mapping[str, Any], recorded: Mapping[str, Any]) -> Sequence[str]:
        """Warn of what never reaches Harness."""
        return () if recorded else config_warnings(known)

    def not_proven(self, _arguments: ProviderArguments) -> Sequence[str]:
        """Say that Harness mails from elsewhere."""
        return (
            "Not tested from where Harness sends: its manager or a delegate may be refused or filtered where this "
            "machine is not.",
        )

    def is_elsewhere(self, recorded: Mapping[str, Any]) -> bool:
        """Return whether the provider is saved in another account, another Harness, or the state."""
        return not self.access.is_recorded(recorded.get(_SAVED_IN))

    def replacement(self, recorded: Mapping[str, Any], wanted: Mapping[str, Any]) -> Replacement | None:
        """Say that a provider can't be renamed: the display name is what it is found by."""
        because = changed(("displayName",), recorded, wanted)
        return Replacement(because) if because else None

    def find(self, identifier: str) -> Saved:
        """Return the provider of that display name."""
        held = self.providers.find(identifier)
        return Saved(held.id, {_SAVED_IN: self._place(held, adopted=True)}, held.provider.to_arguments())

    def create(self, intent: SaveRequest) -> Saved:
        """Save a provider under a name that is free."""
        held = self.providers.create(_provider(intent.arguments), secret=intent.secret_arguments)
        self._created.add(held.id)
        return self._saved(held, adopted=False)

    def take_over(self, held: Saved, intent: SaveRequest) -> Saved:
        """Adopt the provider of that name; what differs is listed and refused, unless it may be overwritten."""
        found = self.providers.find(intent.arguments.adopt or intent.arguments.display_name)
        adopted = self.providers.take_over(
            HeldProvider(held.id, found.provider),
            _provider(intent.arguments),
            overwrite=intent.arguments.adopt_overwrite,
            secret=intent.secret_arguments,
        )
        self._created.add(adopted.id)
        return self._saved(adopted, adopted=True)

    def read(self, identifier: str, recorded: Mapping[str, Any]) -> Saved | None:
        """Return the provider as Harness holds it; of the password, the secret that it refers to."""
        before = _recorded(recorded)
        live = self.providers.read(identifier, before.name)
        if live is None:
            return None
        arguments: dict[str, Any] = live.provider.to_arguments()
        differing = {one.argument for one in provider_differences(HeldProvider(identifier, before), live)}
        if "password" in differing:
            arguments[_REFERENCE] = self._other_reference(live.provider)
        return Saved(identifier, {_SAVED_IN: self._place(live, adopted=_is_adopted(recorded))}, arguments)

    def update(self, identifier: str, recorded: Mapping[str, Any], intent: SaveRequest) -> Saved:
        """Replace the provider, unless somebody else changed it meanwhile."""
        wanted = _provider(intent.arguments)
        held = self.providers.update(identifier, _recorded(recorded), wanted, secret=intent.secret_arguments)
        return self._saved(held, adopted=_is_adopted(recorded))

    def delete(self, identifier: str, recorded: Mapping[str, Any]) -> None:
        """Delete the provider; what was adopted stays, unless the program says otherwise."""
        if identifier in self._created:
            # Replaced by itself (--replace, a taint): the new one is the old one, found under its name.
            self.warn(f"The SMTP provider {identifier} took its own place, so it was not deleted.")
            return
        self.providers.delete(
            identifier,
            _recorded(recorded),
            adopted=_is_adopted(recorded),
            delete_adopted=recorded.get("deleteAdopted") is True,
            secret=frozenset(recorded.get("__secretArguments") or ()),
        )

    def _password_faults(self, known: Mapping[str, Any]) -> Iterator[Fault]:
        if "password_reference" not in known:
            return
        reference = known["password_reference"]
        if reference is None:
            if "password" not in known or known["password"] is not None:
                yield Fault("password", _NO_REFERENCE, _NO_REFERENCE)
        elif not self.access.is_recorded(
            {"target": reference.target, "endpoint": reference.endpoint, "accountId": reference.account_id}
        ):
            yield Fault("password", _OTHER_PLACE, _OTHER_PLACE)

    def _other_reference(self, live: ProviderAsCode) -> dict[str, Any] | None:
        """Return the reference to the secret that somebody else chose; None where there is none."""
        if live.secret is None and live.secret_id is None:
            return None
        shown = {"name": live.secret or live.secret_id, "secretId": live.secret_id or live.secret, "selected": True}
        return {**shown, **self.access.to_outputs()}

    def _place(self, held: HeldProvider, *, adopted: bool) -> dict[str, Any]:
        secret = {"secretName": held.provider.secret, "secretId": held.provider.secret_id}
        known = {name: value for name, value in secret.items() if value is not None}
        return {**self.access.to_outputs(), **known, "adopted": adopted}

    def _saved(self, held: HeldProvider, *, adopted: bool) -> Saved:
        return Saved(held.id, {_SAVED_IN: self._place(held, adopted=adopted)})


def _nextgen_faults(known: Mapping[str, Any], known_test: Mapping[str, Any]) -> Iterator[Fault]:
    if known.get("delegate_selectors"):
        yield Fault("delegate_selectors", _NEXTGEN_ALONE, _NEXTGEN_ALONE)
    for name in ("delegate_test_recipient", "allow_irreversible_test"):
        if known_test.get(name):
            yield Fault(f"{TEST_ARGUMENT}.{name}", _NEXTGEN_ALONE, _NEXTGEN_ALONE)
    if known_test.get("test_from") in {"delegate", "both"}:
        yield Fault(f"{TEST_ARGUMENT}.test_from", _NEXTGEN_ALONE, _NEXTGEN_ALONE)


def _provider(arguments: ProviderArguments) -> ProviderAsCode:
    reference = arguments.password_reference
    return ProviderAsCode(
        name=arguments.display_name,
        host=arguments.host,
        port=arguments.port,
        from_address=arguments.from_address,
        ssl=arguments.ssl,
        start_tls=arguments.start_tls,
        username=arguments.username,
        secret=None if reference is None else reference.name,
        secret_id=None if reference is None else reference.secret_id,
    )


def _recorded(outputs: Mapping[str, Any]) -> ProviderAsCode:
    """Read what a resource's outputs say, leniently."""
    reference = outputs.get(_REFERENCE)
    held: Mapping[str, Any] = reference if isinstance(reference, Mapping) else {}
    port = outputs.get("port")
    return ProviderAsCode(
        name=str(outputs.get("displayName") or ""),
        host=str(outputs.get("host") or ""),
        port=int(port) if isinstance(port, (int, float)) else 0,
        from_address=outputs.get("fromAddress"),
        ssl=outputs.get("ssl") is True,
        start_tls=outputs.get("startTls") is True,
        username=outputs.get("username"),
        secret=held.get("name"),
        secret_id=held.get("secretId"),
    )


def _is_adopted(recorded: Mapping[str, Any]) -> bool:
    saved_in = recorded.get(_SAVED_IN)
    return isinstance(saved_in, Mapping) and saved_in.get("adopted") is True

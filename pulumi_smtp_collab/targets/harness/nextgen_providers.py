"""NextGen as a target of providers: a provider's arguments as its SMTP config, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
from pulumi_smtp_collab.model.partial_validation import Fault
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.timestamps import rfc3339
from pulumi_smtp_collab.targets.harness.client import HarnessClient
from pulumi_smtp_collab.targets.harness.delegate_test import DelegateTest, irreversible
from pulumi_smtp_collab.targets.harness.nextgen import NextGenSmtpConfig
from pulumi_smtp_collab.targets.harness.rollback import Outcome
from pulumi_smtp_collab.targets.harness.settings import HarnessAccess
from pulumi_smtp_collab.targets.harness.smtp_config import (
    Held,
    SmtpConfig,
    config_warnings,
    password_removal,
    unsavable_name,
)
from pulumi_smtp_collab.targets.interface import Replacement, Saved, SaveRequest
from pulumi_smtp_collab.targets.state import selected_secret_faults

_SAVED_IN = "savedIn"
_VERDICT = "delegateVerification"
_NOT_BY_SELECTORS = (
    "Harness's test asks any delegate, whatever delegate_selectors says: it may have passed by one that never mails."
)


@dataclass(frozen=True, slots=True)
class NextGenProviders:
    """Keeps a provider as the SMTP config of one account.

    Attributes:
        access: The account and its key.
        configs: The account's SMTP config.
    """

    access: HarnessAccess
    configs: NextGenSmtpConfig

    @classmethod
    def at(cls, access: HarnessAccess, warn: Callable[[str], None]) -> NextGenProviders:
        """Return the target of one account; nothing is asked of it yet."""
        return cls(access, NextGenSmtpConfig(HarnessClient(access), warn))

    def refusals(self, known: Mapping[str, Any], _known_test: Mapping[str, Any]) -> Sequence[Fault]:
        """Return what NextGen can't save."""
        why = "NextGen's SMTP config can't refer to a secret; it holds the password itself"
        return (*self.configs.refusals(known), *selected_secret_faults(known, why))

    def advisories(self, known: Mapping[str, Any], recorded: Mapping[str, Any]) -> Sequence[str]:
        """Warn of what never reaches Harness, of a password that an update removes, and of a test it can't undo."""
        if not recorded:
            return config_warnings(known)
        before = self._held(recorded)
        config = _config_of_known(known)
        found = (password_removal(before, config), _irreversible_test(before, known), unsavable_name(config))
        return tuple(advice for advice in found if advice is not None)

    def not_proven(self, arguments: ProviderArguments) -> Sequence[str]:
        """Say that Harness mails from elsewhere."""
        if arguments.connectivity_test.tests_by_delegate:
            return (_NOT_BY_SELECTORS,) if arguments.delegate_selectors else ()
        return (
            "Not tested from where Harness sends: a delegate may be refused or filtered where this machine is not "
            "(connectivity_test.delegate_test_recipient lets one send a test mail).",
        )

    def is_elsewhere(self, recorded: Mapping[str, Any]) -> bool:
        """Return whether the provider is saved in another account, another Harness, or the state."""
        return not self.access.is_recorded(recorded.get(_SAVED_IN))

    def replacement(self, _recorded: Mapping[str, Any], _wanted: Mapping[str, Any]) -> Replacement | None:
        """Can change everything."""
        return None

    def find(self, identifier: str) -> Saved:
        """Return the account's config, by its uuid or by the account."""
        held = self.configs.find(identifier)
        return Saved(held.uuid, {_SAVED_IN: self._place(held, adopted=True)}, held.config.to_arguments())

    def create(self, intent: SaveRequest) -> Saved:
        """Save the config where there is none, and let a delegate test it."""
        outcome = self.configs.create(_config(intent.arguments), _test(intent), secret=intent.secret_arguments)
        return self._saved(outcome, adopted=False)

    def take_over(self, held: Saved, intent: SaveRequest) -> Saved:
        """Adopt the config; what differs is listed and refused, unless it may be overwritten."""
        outcome = self.configs.take_over(
            self.configs.find(held.id),
            _config(intent.arguments),
            _test(intent),
            overwrite=intent.arguments.adopt_overwrite,
            secret=intent.secret_arguments,
        )
        return self._saved(outcome, adopted=True)

    def read(self, identifier: str, recorded: Mapping[str, Any]) -> Saved | None:
        """Return the config as Harness holds it; of the password, only whether there is one."""
        live = self.configs.read(identifier)
        if live is None:
            return None
        before = self._held(recorded)
        known = before.password_known and live.password_stored
        arguments: dict[str, Any] = live.config.to_arguments()
        if before.password_stored and not live.password_stored:
            arguments |= {"password": None}
        place = {**self._place(live, adopted=_is_adopted(recorded)), "passwordKnown": known}
        return Saved(identifier, {_SAVED_IN: place}, arguments)

    def update(self, identifier: str, recorded: Mapping[str, Any], intent: SaveRequest) -> Saved:
        """Replace the config, unless somebody else changed it meanwhile, and let a delegate test it."""
        held = Held.recorded(identifier, recorded, _saved_in(recorded))
        outcome = self.configs.update(held, _config(intent.arguments), _test(intent), secret=intent.secret_arguments)
        return self._saved(outcome, adopted=_is_adopted(recorded))

    def delete(self, identifier: str, recorded: Mapping[str, Any]) -> None:
        """Delete the config; what was adopted stays, unless the program says otherwise."""
        held = Held.recorded(identifier, recorded, _saved_in(recorded))
        delete_adopted = recorded.get("deleteAdopted") is True
        secret = frozenset(recorded.get("__secretArguments") or ())
        self.configs.delete(held, adopted=_is_adopted(recorded), delete_adopted=delete_adopted, secret=secret)

    def _held(self, recorded: Mapping[str, Any]) -> Held:
        return Held.recorded("", recorded, _saved_in(recorded))

    def _place(self, held: Held, *, adopted: bool) -> dict[str, Any]:
        return {**self.access.to_outputs(), **held.to_facts(), "adopted": adopted}

    def _saved(self, outcome: Outcome, *, adopted: bool) -> Saved:
        facts: dict[str, Any] = {_SAVED_IN: self._place(outcome.held, adopted=adopted)}
        if outcome.verdict is not None:
            checked_at = rfc3339(datetime.now(timezone.utc))
            verdict = outcome.verdict
            facts[_VERDICT] = {"status": verdict.status, "message": verdict.message, "checkedAt": checked_at}
        return Saved(outcome.held.uuid, facts)


def _config(arguments: ProviderArguments) -> SmtpConfig:
    return _config_of_known({name: getattr(arguments, name) for name in type(arguments).model_fields})


def _config_of_known(known: Mapping[str, Any]) -> SmtpConfig:
    password = known.get("password")
    return SmtpConfig(
        name=str(known.get("display_name", "")),
        host=str(known.get("host", "")),
        port=int(known.get("port") or 0),
        from_address=known.get("from_address"),
        ssl=known.get("ssl") is True,
        start_tls=known.get("start_tls") is True,
        username=known.get("username"),
        password=password.get_secret_value() if password is not None else None,
        delegate_selectors=tuple(sorted(set(known.get("delegate_selectors") or ()))),
    )


def _secret_values(intent: SaveRequest) -> tuple[str, ...]:
    """Return what Harness's words about the test must not show: it repeats host and port, and the state keeps them."""
    held = (getattr(intent.arguments, name, None) for name in sorted(intent.secret_arguments))
    password = intent.arguments.password
    return tuple(str(value) for value in (*held, password and password.get_secret_value()) if isinstance(value, str))


def _test(intent: SaveRequest) -> DelegateTest | None:
    test = intent.arguments.connectivity_test
    if not intent.tested or not test.tests_by_delegate or test.delegate_test_recipient is None:
        return None
    return DelegateTest(
        recipient=test.delegate_test_recipient,
        subject=intent.subject,
        body=intent.body,
        our_view=intent.our_view,
        enforce=intent.gates,
        allow_irreversible=test.allow_irreversible_test,
        secrets=_secret_values(intent),
    )


def _irreversible_test(before: Held, known: Mapping[str, Any]) -> str | None:
    """Say that an update's test by a delegate could not be undone, so that up will refuse it."""
    test = known.get("connectivity_test")
    if not isinstance(test, ConnectivityTest) or not test.tests_by_delegate or test.mode != "enforce":
        return None
    return None if test.allow_irreversible_test else irreversible(before)


def _saved_in(recorded: Mapping[str, Any]) -> Mapping[str, Any]:
    saved_in = recorded.get(_SAVED_IN)
    return saved_in if isinstance(saved_in, Mapping) else {}


def _is_adopted(recorded: Mapping[str, Any]) -> bool:
    return _saved_in(recorded).get("adopted") is True

"""NextGen as a target of providers: a provider's arguments as its SMTP config, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
from pulumi_smtp_collab.model.partial_validation import Fault
from pulumi_smtp_collab.model.properties import Properties
from pulumi_smtp_collab.model.provider import ProviderArguments
from pulumi_smtp_collab.model.record import ProviderRecord
from pulumi_smtp_collab.model.target import DelegateVerification, SavedIn
from pulumi_smtp_collab.model.timestamps import rfc3339
from pulumi_smtp_collab.targets.harness.client import HarnessClient
from pulumi_smtp_collab.targets.harness.delegate_test import DelegateTest, DelegateTestFailed, irreversible
from pulumi_smtp_collab.targets.harness.errors import HarnessError
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
from pulumi_smtp_collab.targets.interface import Replacement, Saved, SaveRequest, StillSaved
from pulumi_smtp_collab.targets.state import selected_secret_faults

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

    def advisories(self, known: Mapping[str, Any], recorded: ProviderRecord | None) -> Sequence[str]:
        """Warn of what never reaches Harness, of a password that an update removes, and of a test it can't undo."""
        new = config_warnings(known, recorded)
        if recorded is None:
            return new
        before, config = Held.recorded("", recorded), SmtpConfig.from_arguments(known)
        found = (*new, password_removal(before, config), _irreversible_test(before, known), unsavable_name(config))
        return tuple(advice for advice in found if advice is not None)

    def not_proven(self, arguments: ProviderArguments) -> Sequence[str]:
        """Say that Harness mails from elsewhere."""
        if arguments.connectivity_test.tests_by_delegate:
            return (_NOT_BY_SELECTORS,) if arguments.delegate_selectors else ()
        return (
            "Not tested from where Harness sends: a delegate may be refused or filtered where this machine is not "
            "(connectivity_test.delegate_test_recipient lets one send a test mail).",
        )

    def is_elsewhere(self, saved_in: SavedIn) -> bool:
        """Return whether the provider is saved in another account, another Harness, or the state."""
        return not self.access.is_recorded(saved_in)

    def replacement(self, _recorded: ProviderRecord, _wanted: Properties) -> Replacement | None:
        """Can change everything."""
        return None

    def has_room_beside(self, _recorded: ProviderRecord, _wanted: Properties) -> bool:
        """Has room for one."""
        return False

    def find(self, identifier: str) -> Saved:
        """Return the account's config, by its uuid or by the account."""
        held = replace(self.configs.find(identifier), password_known=False)
        return Saved(held.uuid, self._saved_in(held, adopted=True), arguments=held.config.to_arguments())

    def create(self, request: SaveRequest) -> Saved:
        """Save the config where there is none, and let a delegate test it."""
        with self._what_stays(adopted=False):
            outcome = self.configs.create(_config(request.arguments), _test(request), secret=request.secret_arguments)
        return self._saved(outcome, adopted=False)

    def take_over(self, held: Saved, request: SaveRequest) -> Saved:
        """Adopt the config; what differs is listed and refused, unless it may be overwritten."""
        with self._what_stays(adopted=True):
            outcome = self.configs.take_over(
                self.configs.find(held.id),
                _config(request.arguments),
                _test(request),
                overwrite=request.arguments.adopt_overwrite,
                secret=request.secret_arguments,
            )
        return self._saved(outcome, adopted=True)

    def read(self, identifier: str, recorded: ProviderRecord) -> Saved | None:
        """Return the config as Harness holds it; of the password, only whether there is one."""
        live = self.configs.read(identifier)
        if live is None:
            return None
        before = Held.recorded(identifier, recorded)
        known = before.password_known and live.password_stored
        arguments: dict[str, Any] = live.config.to_arguments()
        if before.password_stored and not live.password_stored:
            arguments |= {"password": None}
        saved_in = self._saved_in(replace(live, password_known=known), adopted=recorded.saved_in.adopted is True)
        return Saved(identifier, saved_in, arguments=arguments)

    def update(self, identifier: str, recorded: ProviderRecord, request: SaveRequest) -> Saved:
        """Replace the config, unless somebody else changed it meanwhile, and let a delegate test it."""
        held, adopted = Held.recorded(identifier, recorded), recorded.saved_in.adopted is True
        config, test = _config(request.arguments), _test(request)
        with self._what_stays(adopted=adopted):
            outcome = self.configs.update(held, config, test, secret=request.secret_arguments)
        return self._saved(outcome, adopted=adopted)

    def delete(self, identifier: str, recorded: ProviderRecord) -> None:
        """Delete the config; what was adopted stays, unless the program says otherwise."""
        held = Held.recorded(identifier, recorded)
        self.configs.delete(
            held,
            adopted=recorded.saved_in.adopted is True,
            delete_adopted=recorded.arguments.delete_adopted is True,
            secret=recorded.origin.secret_arguments,
        )

    @contextmanager
    def _what_stays(self, *, adopted: bool) -> Iterator[None]:
        """Say of a failure what it left in Harness, so that it is recorded."""
        try:
            yield
        except (DelegateTestFailed, HarnessError) as error:
            if error.left is None:
                raise
            verdict = error.verdict if isinstance(error, DelegateTestFailed) else None
            raise StillSaved(str(error), self._saved(Outcome(error.left, verdict), adopted=adopted)) from None

    def _saved_in(self, held: Held, *, adopted: bool) -> SavedIn:
        facts = {"password_stored": held.password_stored, "password_known": held.password_known, "adopted": adopted}
        return self.access.saved_in.model_copy(update=facts)

    def _saved(self, outcome: Outcome, *, adopted: bool) -> Saved:
        verdict, found = outcome.verdict, None
        if verdict is not None:
            checked_at = rfc3339(datetime.now(timezone.utc))
            found = DelegateVerification(status=verdict.status, message=verdict.message, checked_at=checked_at)
        return Saved(outcome.held.uuid, self._saved_in(outcome.held, adopted=adopted), found)


def _config(arguments: ProviderArguments) -> SmtpConfig:
    return SmtpConfig.from_arguments(vars(arguments))


def _secret_values(request: SaveRequest) -> tuple[str, ...]:
    """Return what Harness's words about the test must not show: it repeats host and port, and the state keeps them."""
    held = (getattr(request.arguments, name, None) for name in sorted(request.secret_arguments))
    password = request.arguments.password
    return tuple(str(value) for value in (*held, password and password.get_secret_value()) if isinstance(value, str))


def _test(request: SaveRequest) -> DelegateTest | None:
    test = request.arguments.connectivity_test
    if not request.tested or not test.tests_by_delegate or test.delegate_test_recipient is None:
        return None
    return DelegateTest(
        recipient=test.delegate_test_recipient,
        subject=request.subject,
        body=request.body,
        our_view=request.our_view,
        enforce=request.gates,
        allow_irreversible=test.allow_irreversible_test,
        secrets=_secret_values(request),
    )


def _irreversible_test(before: Held, known: Mapping[str, Any]) -> str | None:
    """Say that an update's test by a delegate could not be undone, so that up will refuse it."""
    test = known.get("connectivity_test")
    if not isinstance(test, ConnectivityTest) or not test.tests_by_delegate or test.mode != "enforce":
        return None
    return None if test.allow_irreversible_test else irreversible(before)

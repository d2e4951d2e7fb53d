"""NextGen: the one SMTP config of an account, and the care that one config for everybody needs.

Harness has no conditional write. Before each write the live config is read and compared, which leaves the moment
between the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.model.partial_validation import Fault
from pulumi_smtp_collab.targets.harness.client import HarnessClient
from pulumi_smtp_collab.targets.harness.delegate_test import DelegateTest, refuse_irreversible
from pulumi_smtp_collab.targets.harness.errors import HarnessError
from pulumi_smtp_collab.targets.harness.rollback import Outcome, Rollback
from pulumi_smtp_collab.targets.harness.smtp_config import (
    Held,
    SmtpConfig,
    config_faults,
    described,
    differences,
    differs,
)
from pulumi_smtp_collab.targets.harness.smtp_config_api import SmtpConfigApi
from pulumi_smtp_collab.targets.harness.untrusted import visible

BY_ACCOUNT = "account"
"""What `find` takes in place of the uuid: the account has one config."""

_NO_SECRETS: frozenset[str] = frozenset()
_ALREADY = "already configured for this Account"
_READ_BACK_WAIT = 1.0  # seconds: a create whose answer was lost may still be on its way


class NextGenConfigs:
    """Keeps one SMTP config in one account.

    Args:
        client: The way to the account.
        warn: Takes a warning for the user.
    """

    def __init__(self, client: HarnessClient, warn: Callable[[str], None]) -> None:
        self._client = client
        self._api = SmtpConfigApi(client)
        self._warn = warn
        self._put_back = Rollback(self._api, warn)
        self._taken: set[str] = set()  # by a resource of this up: a renamed one is created before the old is deleted
        self._where = f"the account {client.access.account_id} of {client.access.host}"

    @staticmethod
    def refusals(known: Mapping[str, Any]) -> Sequence[Fault]:
        """Return what NextGen can't save, found in preview."""
        return config_faults(known)

    def find(self, identifier: str) -> Held:
        """Return the config that exists.

        Args:
            identifier: Its uuid, ``account``, or the account's id.

        Raises:
            TargetError: There is none, or another one.
        """
        live = self._api.read()
        if live is None:
            raise TargetError(f"There is no SMTP config in {self._where} to take over or read: leave adopt= out.")
        if identifier not in {live.uuid, BY_ACCOUNT, self._client.access.account_id}:
            raise TargetError(
                f"There is no SMTP config with the uuid {visible(identifier, 80)} in {self._where}; its one config has "
                f"the uuid {live.uuid}. Use that, or {BY_ACCOUNT!r}."
            )
        return live

    def read(self, uuid: str) -> Held | None:
        """Return the config of that uuid as it is now; None where it is gone, be there another one or not."""
        live = self._api.read()
        return live if live is not None and live.uuid == uuid else None

    def create(
        self, config: SmtpConfig, test: DelegateTest | None = None, *, secret: frozenset[str] = _NO_SECRETS
    ) -> Outcome:
        """Save the config where there is none, and let a delegate test it.

        A config that is there already and equal in every readable field is what an earlier up left behind: it is
        taken over with a warning.

        Args:
            config: What to save.
            test: The delegate's test; None for none.
            secret: The arguments (Python names) that the program marked secret: named and never shown.

        Raises:
            TargetError: Another config exists, Harness refused, or the delegate's test failed; nothing was saved.
        """
        live = self._api.read()
        if live is not None:
            held = self._taken_for_ours(live, config, secret)
            return self._put_back.tested(
                held, test, None, "It was there before this up and stays; it is not in the state."
            )
        try:
            held = self._saved(self._api.create(config), config)
        except HarnessError as error:
            held = self._after_failed_create(error, config, secret)
        return self._put_back.tested(held, test, lambda: self._put_back.nothing(held, config), "")

    def take_over(
        self,
        found: Held,
        config: SmtpConfig,
        test: DelegateTest | None = None,
        *,
        overwrite: bool = False,
        secret: frozenset[str] = _NO_SECRETS,
    ) -> Outcome:
        """Adopt a config that was found; by itself it changes nothing.

        Args:
            found: What `find` gave.
            config: What the program says.
            test: The delegate's test; None for none.
            overwrite: Whether the program's values replace what differs, the password always.
            secret: The arguments that the program marked secret.

        Raises:
            TargetError: It differs and may not be overwritten, or the delegate's test failed.
        """
        self._taken.add(found.uuid)
        stores = config.password is not None
        found_differences = differences(found.config, config, first_stores=found.password_stored, second_stores=stores)
        if not overwrite:
            if found_differences:
                lines = described(found_differences, "Harness holds", "the program says", secret)
                raise TargetError(
                    f"The SMTP config {found.uuid} of {self._where} differs from the program:\n{lines}\nNothing was "
                    "changed. Write Harness's values in the program, or let the program's replace them with "
                    "adopt_overwrite=True."
                )
            if stores:
                self._warn(
                    f"The SMTP config {found.uuid} of {self._where} was adopted as it is. Its password can't be read: "
                    "the program's was tested from here and replaces it with the first change that is saved."
                )
            held = replace(found, config=replace(found.config, password=config.password), password_known=not stores)
            return self._put_back.tested(held, test, None, "Nothing was changed in Harness.")
        before = found  # without its password, which nobody can read
        refuse_irreversible(before, test)
        held = self._saved(self._api.update(found.uuid, config.carrying(found.config.other)), config)
        return self._put_back.tested(held, test, lambda: self._put_back.what_was(before, held, config), "")

    def update(
        self,
        recorded: Held,
        config: SmtpConfig,
        test: DelegateTest | None = None,
        *,
        secret: frozenset[str] = _NO_SECRETS,
    ) -> Outcome:
        """Replace what is saved, unless somebody else changed it meanwhile.

        Args:
            recorded: What the state holds (`Held.recorded`), its password among it.
            config: What to save.
            test: The delegate's test; None for none.
            secret: The arguments that the program marked secret.

        Raises:
            TargetError: It is gone, was changed in Harness, Harness refused, or the delegate's test failed.
        """
        live = self.read(recorded.uuid)
        if live is None:
            raise TargetError(
                f"The SMTP config {recorded.uuid} is no longer in {self._where}. Nothing was changed. Run `pulumi "
                "refresh`, then `pulumi up` creates it again."
            )
        self._refuse_foreign_change(recorded, live, config, secret)
        unchanged = replace(config, other={}) == replace(recorded.config, other={})
        if unchanged and not differs(live, config):
            return self._put_back.tested(
                replace(recorded, config=config), test, None, "Nothing was changed in Harness."
            )
        password = recorded.config.password if live.password_stored else None
        before = replace(recorded, config=replace(live.config, password=password), password_stored=live.password_stored)
        refuse_irreversible(before, test)
        try:
            held = self._saved(self._api.update(live.uuid, config.carrying(live.config.other)), config)
        except HarnessError as error:
            if not error.may_have_happened:
                raise
            raise error.stating("It may have been saved all the same: the next `pulumi up` compares first.") from None
        return self._put_back.tested(held, test, lambda: self._put_back.what_was(before, held, config), "")

    def delete(
        self,
        recorded: Held,
        *,
        adopted: bool = False,
        delete_adopted: bool = False,
        secret: frozenset[str] = _NO_SECRETS,
    ) -> None:
        """Delete the config; what is gone is no error, and what was adopted stays unless the program says otherwise.

        Raises:
            TargetError: It was changed in Harness, or Harness refused.
        """
        if adopted and not delete_adopted:
            self._warn(
                f"The SMTP config {recorded.uuid} was adopted, so it stays in {self._where}; "
                "delete_adopted=True deletes it too."
            )
            return
        if recorded.uuid in self._taken:
            self._warn(
                f"The SMTP config {recorded.uuid} now belongs to another resource of this stack, so it was not deleted "
                "(a resource that is renamed keeps it with aliases=)."
            )
            return
        live = self.read(recorded.uuid)
        if live is None:
            return
        self._refuse_foreign_change(recorded, live, None, secret)
        self._api.delete(live.uuid)

    # Creating -------------------------------------------------------------------------------------------------------

    def _after_failed_create(self, error: HarnessError, config: SmtpConfig, secret: frozenset[str]) -> Held:
        """Find out what became of a create whose answer was lost, or that came second."""
        if not error.may_have_happened and _ALREADY not in error.said.message:
            raise error.stating("Nothing was saved.") from None
        try:
            live = self._api.read()
            if live is None and error.may_have_happened:
                self._client.pace.sleep(_READ_BACK_WAIT)
                live = self._api.read()
        except HarnessError:
            raise error.stating("Whether it was saved could not be read; the next `pulumi up` looks first.") from None
        if live is None:
            raise error.stating("Harness holds no SMTP config now; the next `pulumi up` looks again first.") from None
        return self._taken_for_ours(live, config, secret)

    def _taken_for_ours(self, live: Held, config: SmtpConfig, secret: frozenset[str]) -> Held:
        """Take over what equals the program in every readable field: what a lost answer or a killed up left behind."""
        if differs(live, config):
            name = "[secret display_name]" if "display_name" in secret else visible(repr(live.config.name), 160)
            raise TargetError(
                f"{self._where[:1].upper()}{self._where[1:]} has an SMTP config already: {name}, uuid {live.uuid}, and "
                f"NextGen has one per account. Nothing was saved. Take it over with adopt={live.uuid!r} (or "
                f"adopt={BY_ACCOUNT!r}), which lists each difference and changes nothing unless adopt_overwrite=True; "
                "or declare it in one stack alone and let the others read it."
            )
        self._warn(
            f"The SMTP config {live.uuid} is in {self._where} already and equals the program in every field that can "
            "be read: it was taken for what an interrupted up left there, and taken over with the program's password."
        )
        self._taken.add(live.uuid)
        return self._saved(self._api.update(live.uuid, config.carrying(live.config.other)), config)

    def _saved(self, answered: Held, config: SmtpConfig) -> Held:
        """Return what is saved, with its password; what Harness saved otherwise than asked is a warning."""
        held = replace(answered, config=replace(answered.config, password=config.password), password_known=True)
        otherwise = differences(
            held.config, config, first_stores=held.password_stored, second_stores=held.password_stored
        )
        if otherwise:
            names = ", ".join(one.argument for one in otherwise)
            self._warn(f"Harness saved the SMTP config {held.uuid} otherwise than it was asked to: {names} differ.")
        return held

    # Comparing ------------------------------------------------------------------------------------------------------

    def _refuse_foreign_change(
        self, recorded: Held, live: Held, wanted: SmtpConfig | None, secret: frozenset[str]
    ) -> None:
        """Refuse to write over what somebody else changed.

        A field that already is what the program wants is none: it may be ours, from an up whose answer was lost.
        """
        changed = differences(
            recorded.config, live.config, first_stores=recorded.password_stored, second_stores=live.password_stored
        )
        if wanted is not None:
            to_do = differences(
                live.config, wanted, first_stores=live.password_stored, second_stores=wanted.password is not None
            )
            left = {one.argument for one in to_do}
            changed = tuple(one for one in changed if one.argument in left)
        if changed:
            lines = described(changed, "recorded", "Harness holds", secret)
            raise TargetError(
                f"The SMTP config {recorded.uuid} of {self._where} was changed in Harness since it was last saved or "
                f"read:\n{lines}\nNothing was changed. Run `pulumi refresh` to take the change into the state, then "
                "`pulumi up` (or `pulumi destroy`) again."
            )

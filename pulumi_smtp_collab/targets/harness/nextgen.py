"""NextGen: the one SMTP config of an account, and the care that one config for everybody needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.model.partial_validation import Fault
from pulumi_smtp_collab.targets.harness.client import HarnessClient
from pulumi_smtp_collab.targets.harness.creation import Creation, create_once
from pulumi_smtp_collab.targets.harness.delegate_test import DelegateTest, refuse_irreversible
from pulumi_smtp_collab.targets.harness.differences import shown_name
from pulumi_smtp_collab.targets.harness.errors import HarnessError, HarnessRefused
from pulumi_smtp_collab.targets.harness.guard import Guard
from pulumi_smtp_collab.targets.harness.hidden_secret import create_beside_orphan, delete_whole, replace_whole
from pulumi_smtp_collab.targets.harness.rollback import Outcome, Rollback
from pulumi_smtp_collab.targets.harness.smtp_config import (
    Held,
    SmtpConfig,
    config_faults,
    differences,
    unsavable_name,
)
from pulumi_smtp_collab.targets.harness.smtp_config_api import SmtpConfigApi
from pulumi_smtp_collab.targets.harness.untrusted import visible

BY_ACCOUNT = "account"
"""What `find` takes in place of the uuid: the account has one config."""

_NO_SECRETS: frozenset[str] = frozenset()
_ALREADY = "already configured for this Account"


class NextGenSmtpConfig:
    """The one SMTP config of an account: looked at before each write, tested by a delegate after it.

    Args:
        client: The way to the account.
        warn: Takes a warning for the user.
    """

    def __init__(self, client: HarnessClient, warn: Callable[[str], None]) -> None:
        self._client = client
        self._api = SmtpConfigApi(client)
        self._warn = warn
        self._rollback = Rollback(self._api, warn)
        self._taken: set[str] = set()  # by a resource of this up: a renamed one is created before the old is deleted
        self._where = f"the account {client.access.account_id} of {client.access.host}"
        self._guard: Guard[Held] = Guard(
            "SMTP config", self._where, warn, lambda held: held.uuid, lambda held: self.read(held.uuid), differences
        )

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
            stays = "It was there before this up and stays; it is not in the state."
            return self._rollback.tested(held, test, None, stays)
        creation = self._created(config)
        made = creation.what
        held = self._saved(made, config) if creation.how == "created" else self._taken_for_ours(made, config, secret)
        return self._rollback.tested(held, test, lambda: self._rollback.nothing(held, config), "")

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
        unlike = self._guard.before_take_over(found, Held.wanted(config), secret, overwrite=overwrite)
        if not overwrite or (not unlike and config.password is None):
            return self._as_it_is(found, config, test)
        before = found  # without its password, which nobody can read
        refuse_irreversible(before, test)
        held = self._written(found, None, config)
        return self._rollback.tested(held, test, lambda: self._rollback.what_was(before, held, config), "")

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
        live = self._guard.before_update(recorded, Held.wanted(config), secret)
        unchanged = replace(config, other={}) == replace(recorded.config, other={})
        if unchanged and self._guard.is_ours(live, Held.wanted(config)):
            return self._rollback.tested(
                replace(recorded, config=config), test, None, "Nothing was changed in Harness."
            )
        password = recorded.config.password if live.password_stored else None
        before = replace(recorded, config=replace(live.config, password=password), password_stored=live.password_stored)
        refuse_irreversible(before, test)
        try:
            held = self._written(live, password if recorded.password_known else None, config)
        except HarnessError as error:
            if not error.may_have_happened:
                raise
            raise error.stating("It may have been saved all the same: the next `pulumi up` compares first.") from None
        return self._rollback.tested(held, test, lambda: self._rollback.what_was(before, held, config), "")

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
        if recorded.uuid in self._taken and not (adopted and not delete_adopted):
            self._warn(
                f"The SMTP config {recorded.uuid} now belongs to another resource of this stack, so it was not deleted "
                "(a resource that is renamed keeps it with aliases=)."
            )
            return
        live = self._guard.before_delete(recorded, adopted=adopted, delete_adopted=delete_adopted, secret=secret)
        if live is not None:
            delete_whole(self._api, live, recorded.config.password if recorded.password_known else None)

    # Writing --------------------------------------------------------------------------------------------------------

    def _created(self, config: SmtpConfig) -> Creation[Held]:
        """Create the config, or find what is there by now."""
        try:
            return create_once(
                self._client.pace,
                lambda: self._api.create(config),
                self._api.read,
                lambda error: _ALREADY in error.said.message,
            )
        except HarnessRefused as refusal:
            return Creation(create_beside_orphan(self._api, config, refusal), "created")

    def _written(self, live: Held, password: str | None, config: SmtpConfig) -> Held:
        """Replace the config, with what others have added to it carried through."""
        fault = unsavable_name(config)
        if fault is not None:
            raise TargetError(f"{fault}. Nothing was changed.")
        return self._saved(replace_whole(self._api, live, password, config.carrying(live.config.other)), config)

    def _as_it_is(self, found: Held, config: SmtpConfig, test: DelegateTest | None) -> Outcome:
        """Adopt what equals the program, and write nothing."""
        stores = config.password is not None
        if stores:
            self._warn(
                f"The SMTP config {found.uuid} of {self._where} was adopted as it is. Its password can't be read: the "
                "program's was tested from here and replaces it with the first change that is saved."
            )
        held = replace(found, config=replace(found.config, password=config.password), password_known=not stores)
        return self._rollback.tested(held, test, None, "Nothing was changed in Harness.")

    def _taken_for_ours(self, live: Held, config: SmtpConfig, secret: frozenset[str]) -> Held:
        """Take over what equals the program in every readable field: what a lost answer or a killed up left behind."""
        if not self._guard.is_ours(live, Held.wanted(config)):
            raise TargetError(
                f"{self._where[:1].upper()}{self._where[1:]} has an SMTP config already: "
                f"{shown_name(live.config.name, secret)}, uuid {live.uuid}, and NextGen has one per account. Nothing "
                f"was saved. Take it over with adopt={live.uuid!r} (or adopt={BY_ACCOUNT!r}), which lists each "
                "difference and changes nothing unless adopt_overwrite=True; or declare it in one stack alone and let "
                "the others read it."
            )
        self._taken.add(live.uuid)
        if unsavable_name(config) is not None:  # a create saved it under that name, and no update can
            self._warn(f"{self._left_behind(live)}, and taken over as it is.")
            return replace(live, config=replace(live.config, password=config.password), password_known=False)
        self._warn(f"{self._left_behind(live)}, and taken over with the program's password.")
        return self._written(live, config.password, config)

    def _left_behind(self, live: Held) -> str:
        return (
            f"The SMTP config {live.uuid} is in {self._where} already and equals the program in every field that can "
            "be read: it was taken for what an interrupted up left there"
        )

    def _saved(self, answered: Held, config: SmtpConfig) -> Held:
        """Return what is saved, with its password; what Harness saved otherwise than asked is a warning."""
        held = replace(answered, config=replace(answered.config, password=config.password), password_known=True)
        otherwise = differences(held, replace(Held.wanted(config), password_stored=held.password_stored))
        if otherwise:
            names = ", ".join(one.argument for one in otherwise)
            self._warn(f"Harness saved the SMTP config {held.uuid} otherwise than it was asked to: {names} differ.")
        return held

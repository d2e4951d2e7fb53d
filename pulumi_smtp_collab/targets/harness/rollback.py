"""A delegate's test of what was just saved, and putting back what was there before where it fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.targets.harness.delegate_test import (
    DelegateTest,
    DelegateTestFailed,
    Verdict,
    irreversible,
    run_delegate_test,
)
from pulumi_smtp_collab.targets.harness.errors import HarnessError
from pulumi_smtp_collab.targets.harness.hidden_secret import delete_whole, replace_whole
from pulumi_smtp_collab.targets.harness.smtp_config import Held, SmtpConfig, differences, unsavable_name
from pulumi_smtp_collab.targets.harness.smtp_config_api import SmtpConfigApi


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operation left in Harness.

    Attributes:
        held: The config as it was saved, with its password.
        verdict: What the delegate's test said; None where none ran.
    """

    held: Held
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """What came of undoing a save.

    Attributes:
        says: What is true now, as a person reads it.
        left: What stays in Harness of what was saved, and is not well; None where nothing of it does.
    """

    says: str
    left: Held | None = None


@dataclass(frozen=True, slots=True)
class Rollback:
    """Tests what was saved, and knows how to undo it.

    Attributes:
        api: The account's SMTP config.
        warn: Takes a warning for the user.
    """

    api: SmtpConfigApi
    warn: Callable[[str], None]

    def tested(
        self, held: Held, test: DelegateTest | None, rollback: Callable[[], Undone] | None, unchanged: str
    ) -> Outcome:
        """Let a delegate test what is saved.

        Args:
            held: What is saved.
            test: The test; None for none.
            rollback: Undoes the save; None where nothing was changed.
            unchanged: What is true where there is nothing to undo.

        Raises:
            DelegateTestFailed: It failed and is enforced; its `left` is what stays.
            HarnessError: It did not run, and it is enforced; likewise.
        """
        if test is None:
            return Outcome(held)
        try:
            verdict = run_delegate_test(self.api, held.uuid, test)
        except HarnessError as error:
            if not test.enforce:
                self.warn(f"Harness's own connectivity test gave no verdict. It was saved all the same.\n{error}")
                return Outcome(held)
            mail = " A test mail may come all the same." if error.may_have_happened else ""
            undone = rollback() if rollback else Undone(unchanged)
            stated = error.stating(f"{undone.says}{mail}")
            stated.left = undone.left
            raise stated from None
        if verdict.status == "timedOut":
            self.warn(
                f"Harness's own connectivity test of the SMTP config {held.uuid} gave no verdict in time "
                f"({verdict.message}). That proves nothing, so what was saved stays."
            )
        elif verdict.status == "failed" and test.enforce:
            undone = rollback() if rollback else Undone(unchanged)
            raise DelegateTestFailed(verdict, test, undone.says, undone.left)
        elif verdict.status == "failed":
            self.warn(str(DelegateTestFailed(verdict, test, "It was saved all the same.")))
        return Outcome(held, verdict)

    def nothing(self, held: Held, config: SmtpConfig) -> Undone:
        """Put back that there was no config."""
        try:
            live = self.api.read()
            if live is None or live.uuid != held.uuid:
                return Undone("Nothing of it is saved.")
            if differences(live, Held.wanted(config)):
                return Undone(f"The SMTP config {held.uuid} was changed in Harness meanwhile, so it was left there.")
            delete_whole(self.api, live, config.password)
        except TargetError as error:
            return Undone(f"It could not be removed again, so it is still in Harness, uuid {held.uuid}: {error}", held)
        return Undone("What was saved was deleted again; nothing is saved.")

    def what_was(self, before: Held, held: Held, config: SmtpConfig) -> Undone:
        """Put back the config that was there."""
        if irreversible(before) is not None:
            named = unsavable_name(before.config) is not None
            reason = "as its name holds . or /" if named else "as its password is not known"
            return Undone(f"What was there before can't be put back, {reason}: the new settings stay.", held)
        try:
            live = self.api.read()
            if live is None or live.uuid != held.uuid or differences(live, Held.wanted(config)):
                return Undone(f"The SMTP config {held.uuid} was changed in Harness meanwhile, so it was left as it is.")
            replace_whole(self.api, live, config.password, before.config)
        except TargetError as error:
            says = f"What was there before could not be put back, so the new settings stay in Harness: {error}"
            return Undone(says, held)
        if before.config.password is None:
            return Undone("What was there before was put back.")
        # Harness shows no password: one that somebody set there by hand since can't be told apart, nor put back.
        return Undone("What was there before was put back, with the password that was last saved from here.")

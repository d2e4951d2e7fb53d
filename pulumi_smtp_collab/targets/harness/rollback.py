"""A delegate's test of what was just saved, and putting back what was there before where it fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
class Rollback:
    """Tests what was saved, and knows how to undo it.

    Attributes:
        api: The account's SMTP config.
        warn: Takes a warning for the user.
    """

    api: SmtpConfigApi
    warn: Callable[[str], None]

    def tested(
        self, held: Held, test: DelegateTest | None, rollback: Callable[[], str] | None, unchanged: str
    ) -> Outcome:
        """Let a delegate test what is saved.

        Args:
            held: What is saved.
            test: The test; None for none.
            rollback: Undoes the save and says what is true then; None where nothing was changed.
            unchanged: What is true where there is nothing to undo.

        Raises:
            DelegateTestFailed: It failed and is enforced.
            HarnessError: It did not run, and it is enforced.
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
            raise error.stating(f"{rollback() if rollback else unchanged}{mail}") from None
        if verdict.status == "timedOut":
            self.warn(
                f"Harness's own connectivity test of the SMTP config {held.uuid} gave no verdict in time "
                f"({verdict.message}). That proves nothing, so what was saved stays."
            )
        elif verdict.status == "failed" and test.enforce:
            raise DelegateTestFailed(verdict, test, rollback() if rollback else unchanged)
        elif verdict.status == "failed":
            self.warn(str(DelegateTestFailed(verdict, test, "It was saved all the same.")))
        return Outcome(held, verdict)

    def nothing(self, held: Held, config: SmtpConfig) -> str:
        """Put back that there was no config, and say what is true then."""
        try:
            live = self.api.read()
            if live is None or live.uuid != held.uuid:
                return "Nothing of it is saved."
            if differences(live, Held.wanted(config)):
                return f"The SMTP config {held.uuid} was changed in Harness meanwhile, so it was left there."
            delete_whole(self.api, live, config.password)
        except HarnessError as error:
            return f"It could not be removed again, so it is still in Harness, uuid {held.uuid}: {error}"
        return "What was saved was deleted again; nothing is saved."

    def what_was(self, before: Held, held: Held, config: SmtpConfig) -> str:
        """Put back the config that was there, and say what is true then."""
        if irreversible(before) is not None:
            named = unsavable_name(before.config) is not None
            reason = "as its name holds . or /" if named else "as its password is not known"
            return f"What was there before can't be put back, {reason}: the new settings stay."
        try:
            live = self.api.read()
            if live is None or live.uuid != held.uuid or differences(live, Held.wanted(config)):
                return f"The SMTP config {held.uuid} was changed in Harness meanwhile, so it was left as it is."
            replace_whole(self.api, live, config.password, before.config)
        except HarnessError as error:
            return f"What was there before could not be put back, so the new settings stay in Harness: {error}"
        if before.config.password is None:
            return "What was there before was put back."
        # Harness shows no password: one that somebody set there by hand since can't be told apart, nor put back.
        return "What was there before was put back, with the password that was last saved from here."

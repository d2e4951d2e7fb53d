"""Harness's own connectivity test: a delegate sends a real mail with what is saved, and what follows from a failure."""

from __future__ import annotations

import html
import time
from dataclasses import dataclass, field
from typing import Literal

from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.targets.harness.errors import HarnessError, HarnessTimedOut
from pulumi_smtp_collab.targets.harness.smtp_config import Held, unsavable_name
from pulumi_smtp_collab.targets.harness.smtp_config_api import SmtpConfigApi

_WAITED = 3.0
"""Seconds: a failure that comes sooner waited for no delegate, so it is a failure; Harness itself waits for 15."""

_HARNESS_WAITS = 15.0
"""Seconds after which Harness asks for the test once more, with one more mail, three times in all."""


@dataclass(frozen=True, slots=True)
class DelegateTest:
    """What a delegate's test sends, and what its failure does.

    Attributes:
        recipient: To whom the mail goes.
        subject: Its subject.
        body: Its text, plain; it travels in the query of a URL, so a page at most.
        our_view: The report of the test from here, as a person reads it; "" where none ran.
        enforce: Whether a failure puts back what was saved and is an error.
        allow_irreversible: Whether it may run where the old password is not known, so that it can't be put back.
        secrets: Values that the program marked secret: hidden in what Harness says of the test.
    """

    recipient: str
    subject: str
    body: str
    our_view: str = ""
    enforce: bool = True
    allow_irreversible: bool = False
    secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a delegate's test.

    Attributes:
        status: passed, failed, or timedOut: no verdict came in time, which proves nothing.
        message: Harness's message, or what was seen instead of a verdict.
    """

    status: Literal["passed", "failed", "timedOut"]
    message: str = ""


class DelegateTestFailed(TargetError):  # noqa: N818 - it is what the user reads
    """The mail of Harness's delegate did not go out.

    Attributes:
        verdict: What Harness said.
        outcome: What is true now, in one sentence.
        left: What stays in Harness all the same; None where nothing of it does.
    """

    def __init__(self, verdict: Verdict, test: DelegateTest, outcome: str, left: Held | None = None) -> None:
        here = test.our_view.strip() or "no test ran from here"
        indented = "\n".join(f"    {line}" for line in here.splitlines())
        super().__init__(
            "Harness's own connectivity test failed: a delegate could not send the test mail.\n"
            f"  From here, by our test:\n{indented}\n"
            f"  From Harness's delegate: {verdict.message or 'failed, without a reason'}\n"
            f"Fix: {_advice(verdict.message)}\n{outcome}"
        )
        self.verdict = verdict
        self.outcome = outcome
        self.left = left


DelegateTestFailed.__module__ = "pulumi_smtp_collab.errors"


def run_delegate_test(api: SmtpConfigApi, uuid: str, test: DelegateTest) -> Verdict:
    """Let a delegate test what is saved, once.

    Only a test that may have started, and gave no verdict in time, has timed out.

    Raises:
        HarnessError: Harness refused to run it, can't be reached, or failed at once.
    """
    started = time.monotonic()
    try:
        valid, message = api.validate_connectivity(
            uuid, test.recipient, test.subject, _as_html(test.body), secrets=test.secrets
        )
    except HarnessError as error:
        waited = time.monotonic() - started
        if not isinstance(error, HarnessTimedOut) and not (error.may_have_happened and waited >= _WAITED):
            raise
        mails = "up to three mails" if waited >= _HARNESS_WAITS else "a mail"
        return Verdict("timedOut", f"{error.said}; {mails} may come all the same")
    return Verdict("passed" if valid else "failed", message)


def irreversible(before: Held) -> str | None:
    """Say why a delegate's test of an update can't be undone; None where it can.

    Args:
        before: What is recorded: with the old password where it is known.
    """
    fault = unsavable_name(before.config)
    if fault is not None:
        return (
            "Harness's own test runs on what is saved, and if it fails, what was there before can't be put back: its "
            f'{fault} first, or test from here alone with test_from="here".'
        )
    if not before.password_stored or (before.password_known and before.config.password is not None):
        return None
    return (
        "Harness's own test runs on what is saved, and the password that Harness holds now is not known here (it was "
        "adopted): if the test fails, it can't be put back. Accept that with allow_irreversible_test=True, or test "
        'from here alone with test_from="here".'
    )


def refuse_irreversible(before: Held, test: DelegateTest | None) -> None:
    """Refuse a test that could not be undone, before anything is saved.

    Raises:
        TargetError: It could not be undone, and the program did not accept that.
    """
    reason = irreversible(before)
    if reason is not None and test is not None and test.enforce and not test.allow_irreversible:
        raise TargetError(f"{reason} Nothing was changed.")


def _as_html(text: str) -> str:
    """Return plain text as what Harness takes it for."""
    return html.escape(text).replace("\n", "<br>\n")


def _advice(message: str) -> str:
    texts = (
        (
            "No eligible delegate",
            "no connected delegate may take the task: see in Harness which are connected, and what each is for.",
        ),
        ("no active delegates", 'no delegate of the account is connected; start one, or use test_from="here".'),
        (
            "unable to connect",
            "no delegate that was asked reaches that host and port: allow it in the firewall between them. Harness's "
            "test asks any delegate, whatever delegate_selectors says.",
        ),
    )
    general = (
        "Harness drops the cause. Compare what differs for the delegate: its address may not be allowed to relay or to "
        "log in, its DNS may name another server, or the server's CA may be missing in its CA bundle "
        "(/opt/harness-delegate/ca-bundle). The delegate's log holds the cause."
    )
    return next((advice for text, advice in texts if text in message), general)

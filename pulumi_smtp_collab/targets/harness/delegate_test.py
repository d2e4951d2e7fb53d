"""Harness's own connectivity test: a delegate sends a real mail with what is saved, and what follows from a failure."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Literal

from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.targets.harness.errors import HarnessUnclear, HarnessUnreachable
from pulumi_smtp_collab.targets.harness.smtp_config import Held
from pulumi_smtp_collab.targets.harness.smtp_config_api import SmtpConfigApi


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
    """

    recipient: str
    subject: str
    body: str
    our_view: str = ""
    enforce: bool = True
    allow_irreversible: bool = False


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
    """

    def __init__(self, verdict: Verdict, test: DelegateTest, outcome: str) -> None:
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


DelegateTestFailed.__module__ = "pulumi_smtp_collab"


def run_delegate_test(api: SmtpConfigApi, uuid: str, test: DelegateTest) -> Verdict:
    """Let a delegate test what is saved, once.

    Raises:
        HarnessError: Harness refused to run it at all.
    """
    try:
        valid, message = api.validate_connectivity(uuid, test.recipient, test.subject, _as_html(test.body))
    except (HarnessUnclear, HarnessUnreachable) as error:
        return Verdict("timedOut", str(error.said))
    return Verdict("passed" if valid else "failed", message)


def irreversible(before: Held) -> str | None:
    """Say why a delegate's test of an update can't be undone; None where it can.

    Args:
        before: What is recorded: with the old password where it is known.
    """
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
            "no delegate has all tags of delegate_selectors, or is allowed the task; correct delegate_selectors.",
        ),
        ("no active delegates", 'no delegate of the account is connected; start one, or use test_from="here".'),
        (
            "unable to connect",
            "the delegates don't reach that host and port: allow it in the firewall between them, or select delegates "
            "that reach it with delegate_selectors.",
        ),
    )
    general = (
        "Harness drops the cause. Compare what differs for the delegate: its address may not be allowed to relay or to "
        "log in, its DNS may name another server, or the server's CA may be missing in its CA bundle "
        "(/opt/harness-delegate/ca-bundle). The delegate's log holds the cause."
    )
    return next((advice for text, advice in texts if text in message), general)

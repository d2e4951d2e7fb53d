"""Handing a mail over, by the same rules as the connectivity test, and with the same diagnosis where it fails."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from email.message import EmailMessage

from pulumi_smtp_collab.connectivity.failure import Reply
from pulumi_smtp_collab.connectivity.machine import Machine
from pulumi_smtp_collab.connectivity.mail_preparation import PreparedMail, prepare_mail
from pulumi_smtp_collab.connectivity.plan import Observed, Plan
from pulumi_smtp_collab.connectivity.run import report_on
from pulumi_smtp_collab.connectivity.secret_arguments import hide_secrets
from pulumi_smtp_collab.connectivity.server_gate import gate
from pulumi_smtp_collab.connectivity.stages import Stages
from pulumi_smtp_collab.connectivity.wire.session import Session
from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
from pulumi_smtp_collab.model.delivery import DeliveryReport, DeliveryStatus, RecipientResult
from pulumi_smtp_collab.model.progress import Cancel, OnStage
from pulumi_smtp_collab.model.settings import SmtpSettings

DEADLINE_SECONDS = 120.0
"""How long a mail may take where nothing else is said: an attachment is larger than a test mail."""

_GO_ON = 354


def send_mail(
    settings: SmtpSettings,
    message: EmailMessage,
    recipients: Sequence[str] | None = None,
    test: ConnectivityTest | None = None,
    *,
    label: str = "",
    secret_arguments: Collection[str] = frozenset(),
    on_stage: OnStage | None = None,
    cancel: Cancel | None = None,
) -> DeliveryReport:
    """Hand a mail to the server with these settings: one login, one deadline, nothing repeated after the final dot.

    No failure of the server is raised: it is in the report, with its cause and its fix. The server's taking the mail
    says nothing about the mailbox. Where the server refuses some recipients, the others get the mail.

    Args:
        settings: The server's settings; mail is sent from their ``from_address``.
        message: The mail. From, Date and Message-ID are added where they are missing; Bcc is taken out. It is not
            changed itself.
        recipients: Who gets it, at most 100; those in To, Cc and Bcc where it is left out.
        test: How the connection is made: ``deadline_seconds`` (120 where ``test`` is left out; one attempt takes at
            most 40 % of it), ``attempts``, ``connect_to``, ``address_family``, ``second_look``,
            ``credentials_settle_seconds``. Its depth, recipient and mode are of no matter.
        label: As in ``run_connectivity_test``.
        secret_arguments: As in ``run_connectivity_test``.
        on_stage: As in ``run_connectivity_test``.
        cancel: As in ``run_connectivity_test``.

    Returns:
        The report: what the server said to the mail, and of each recipient.

    Raises:
        ValueError: The message or a recipient can't be right.
        ConnectivityTestCancelled: ``cancel`` was set before there was a result.
    """
    machine = Machine()
    mail = prepare_mail(message, settings.from_address, recipients, machine.now())
    how = test or ConnectivityTest(deadline_seconds=DEADLINE_SECONDS)
    how = how.model_copy(update={"depth": "message", "recipient": mail.recipients[0], "mode": "enforce"})
    plan = Plan.of(
        settings, how, machine, label=label, secret_arguments=secret_arguments, on_stage=on_stage, cancel=cancel
    )
    delivery = _Delivery(plan, mail)
    report = report_on(replace(plan, transaction=delivery), gate)
    return DeliveryReport(
        status=delivery.status,
        message_id=mail.message_id,
        recipients=delivery.results,
        reply=delivery.shown(delivery.reply) if delivery.reply is not None else "",
        connectivity=report,
    )


class _Delivery:
    """One mail's transaction (RFC 5321, section 3.3), begun anew in each attempt."""

    def __init__(self, plan: Plan, mail: PreparedMail) -> None:
        self.reply: Reply | None = None
        self._plan = plan
        self._mail = mail
        self._answers: dict[str, Reply] = {}
        self._handed_over = False
        self._seen = Observed()

    @property
    def status(self) -> DeliveryStatus:
        """What became of the mail."""
        if self.reply is None:
            return "unknown" if self._handed_over else "failed"
        if not _is_done(self.reply):
            return "failed"
        return "sent" if all(_is_done(self._answers[each]) for each in self._mail.recipients) else "partial"

    @property
    def results(self) -> tuple[RecipientResult, ...]:
        """What the server said of each recipient."""
        return tuple(self._result(each, self._answers.get(each)) for each in self._mail.recipients)

    def shown(self, reply: Reply) -> str:
        """Return a reply as it may be shown."""
        seen = replace(self._seen, lines=[*self._seen.lines, reply.text])
        return hide_secrets(reply.text, self._plan, [seen]) if self._plan.secret_arguments else reply.text

    def __call__(self, session: Session, stages: Stages) -> Sequence[str]:
        """Hand the mail over.

        Raises:
            StageFailed: The server takes the sender, every recipient or the mail not.
        """
        self._answers.clear()
        self._seen.greeting = session.greeting.text if session.greeting is not None else ""
        self._seen.ehlo_lines = session.ehlo_lines
        pipelined = "pipelining" in session.esmtp_features
        with stages.stage("sender") as stage:
            session.stage = "sender"
            commands = [("MAIL", f"FROM:<{self._plan.settings.from_address}>{self._options(session)}")]
            commands += [("RCPT", f"TO:<{each}>") for each in self._mail.recipients]
            if pipelined:
                session.begin_flight()
                for verb, arguments in commands:
                    session.putcmd(verb, arguments)
                session.end_flight(len(commands))
            reply = session.next_reply("MAIL") if pipelined else session.ask(*commands[0])
            stage.detail = reply.text
            if not _is_done(reply):
                session.raise_refusal()
        with stages.stage("recipient") as stage:
            session.stage = "recipient"
            for address, command in zip(self._mail.recipients, commands[1:], strict=True):
                self._answers[address] = session.next_reply("RCPT") if pipelined else session.ask(*command)
            stage.detail = self._settle_recipients(session)
        with stages.stage("message") as stage:
            session.stage = "message"
            stage.detail = self._hand_over(session).text
        refused = [each for each in self._mail.recipients if not _is_done(self._answers[each])]
        return [f"The server did not take the recipient {each}: {self._answers[each].text}" for each in refused]

    def _options(self, session: Session) -> str:
        options = f" SIZE={self._mail.size}" if "size" in session.esmtp_features else ""
        if not self._mail.international:
            return options
        if "smtputf8" not in session.esmtp_features:
            session.raise_failure("not-offered", awaited="SMTPUTF8")
        session.command_encoding = "utf-8"  # RFC 6531, section 3.4
        return f"{options} SMTPUTF8 BODY=8BITMIME" if "8bitmime" in session.esmtp_features else f"{options} SMTPUTF8"

    def _settle_recipients(self, session: Session) -> str:
        refusals = [reply for reply in self._answers.values() if not _is_done(reply)]
        if len(refusals) == len(self._answers):
            session.raise_failure("reply", reply=refusals[0], command="RCPT")
        taken = len(self._answers) - len(refusals)
        last = next(reply for reply in self._answers.values() if _is_done(reply))
        return last.text if not refusals else f"{taken} of {len(self._answers)} taken; {refusals[0].text}"

    def _hand_over(self, session: Session) -> Reply:
        if session.ask("DATA").code != _GO_ON:
            session.raise_refusal()
        # What goes wrong from here on is never repeated: the server may have taken the mail all the same.
        self._handed_over = True
        self.reply = session.ask_with(self._mail.data + b".\r\n", "the final dot")
        if not _is_done(self.reply):
            session.raise_refusal()
        return self.reply

    def _result(self, address: str, reply: Reply | None) -> RecipientResult:
        secret = any(argument.endswith("recipient") for argument in self._plan.secret_arguments)
        return RecipientResult(
            address="[secret recipient]" if secret else address,
            accepted=reply is not None and _is_done(reply) and self.reply is not None and _is_done(self.reply),
            reply="" if reply is None else self.shown(reply),
        )


def _is_done(reply: Reply) -> bool:
    return reply.code // 100 == 2  # noqa: PLR2004 - a completion (RFC 5321, section 4.2.1)

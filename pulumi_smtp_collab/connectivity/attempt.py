"""One attempt: from the name to the depth that was asked for, on one connection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pulumi_smtp_collab.connectivity.certificates import tls_facts
from pulumi_smtp_collab.connectivity.failure import Failure, Reply, StageFailed
from pulumi_smtp_collab.connectivity.failure_context import FailureContext
from pulumi_smtp_collab.connectivity.mail_text import test_mail
from pulumi_smtp_collab.connectivity.plan import Observed, Plan
from pulumi_smtp_collab.connectivity.stages import Stages
from pulumi_smtp_collab.connectivity.wire.channel import Channel
from pulumi_smtp_collab.connectivity.wire.deadline import Deadline
from pulumi_smtp_collab.connectivity.wire.dialling import Connection, address_result, dial
from pulumi_smtp_collab.connectivity.wire.envelope import Envelope, hand_over
from pulumi_smtp_collab.connectivity.wire.login import log_in
from pulumi_smtp_collab.connectivity.wire.names import Address, resolve
from pulumi_smtp_collab.connectivity.wire.session import Session, seen_as
from pulumi_smtp_collab.connectivity.wire.tls import change_to_tls
from pulumi_smtp_collab.connectivity.wire.trust import trust
from pulumi_smtp_collab.model.hosts import endpoint, is_loopback


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended."""

    stages: Stages
    observed: Observed
    failure: Failure | None = None


OnSilence: TypeAlias = Callable[[Channel, Address], bool]
"""Is told of a connection whose server says nothing, and returns whether to wait on for its greeting."""


def attempt(
    plan: Plan, stages: Stages, observed: Observed, deadline: Deadline, on_silence: OnSilence | None = None
) -> Outcome:
    """Make one attempt; no failure of the server leaves it as an exception, and no connection outlives it.

    Args:
        plan: What to do.
        stages: Takes the record of the stages.
        observed: Takes what is seen on the way.
        deadline: When the attempt has to be over.
        on_silence: Is asked once, after some seconds without a greeting.

    Raises:
        CancelledError: Whoever runs the test has ended it.
    """
    try:
        connection = _reach(plan, stages, observed, deadline)
        converse(plan, connection, stages, observed, deadline, on_silence)
    except StageFailed as failed:
        return Outcome(stages, observed, failed.failure)
    return Outcome(stages, observed)


def _reach(plan: Plan, stages: Stages, observed: Observed, deadline: Deadline) -> Connection:
    host, port = plan.dialled
    with stages.stage("dns") as seen:
        observed.resolved = resolve(host, port, plan.test.address_family, deadline, plan.machine.resolver)
        seen.detail = ", ".join(address.ip for address in observed.resolved)
    with stages.stage("connect") as seen:
        try:
            connection = dial(observed.resolved, deadline)
        except StageFailed as failed:
            observed.addresses = tuple(address_result(each) for each in failed.failure.addresses)
            raise
        observed.addresses = connection.addresses
        seen.detail = str(connection.address)
        seen.round_trips = 1
    return connection


def converse(
    plan: Plan,
    connection: Connection,
    stages: Stages,
    observed: Observed,
    deadline: Deadline,
    on_silence: OnSilence | None = None,
) -> None:
    """Lead the conversation on a connection as deep as the plan goes, and close it.

    Raises:
        StageFailed: A stage failed.
    """
    observed.address = connection.address
    channel = Channel(connection.sock, deadline)
    stages.round_trips = lambda: channel.round_trips
    try:
        try:
            observed.local_ip = str(connection.sock.getsockname()[0])
        except OSError as error:  # some systems know no address of a connection that was reset already
            raise StageFailed(Failure("greeting", "reset", awaited="the greeting", error=error)) from None
        observed.ehlo_name = plan.settings.ehlo_name or plan.machine.ehlo_name(observed.local_ip)
        session = Session(channel, plan.scrubber, observed.ehlo_name)
        try:
            _Conversation(plan, session, stages, observed, on_silence).lead()
        except StageFailed as failed:
            # A server that refused something is taken leave of; one that broke the protocol is not.
            if failed.failure.kind in _ORDERLY:
                session.leave()
            raise
        session.leave()
    finally:
        channel.close()


_READY_FOR_TLS = 220
_SILENCE_SECONDS = 5.0
"""How long a greeting is waited for before somebody asks whether the port speaks TLS from the start."""

_ORDERLY = ("reply", "not-offered", "no-mechanism", "plaintext-login")


class _Conversation:
    def __init__(
        self, plan: Plan, session: Session, stages: Stages, observed: Observed, on_silence: OnSilence | None
    ) -> None:
        self._on_silence = on_silence
        self._plan = plan
        self._session = session
        self._stages = stages
        self._observed = observed

    def lead(self) -> None:
        plan = self._plan
        mode = plan.settings.tls_mode
        if mode == "implicit":
            self._begin_tls(asked=False)
        self._greet()
        self._introduce()
        if not plan.reaches("tls"):
            return
        if mode == "starttls":
            self._ask_for_tls()
            self._begin_tls(asked=True)
            self._session.forget_extensions()
            self._introduce()
        if plan.logs_in:
            self._log_in()
        if plan.reaches("sender"):
            transaction = plan.transaction or self._test_addresses
            self._observed.warnings += transaction(self._session, self._stages)

    def _test_addresses(self, session: Session, stages: Stages) -> Sequence[str]:
        plan = self._plan
        envelope = Envelope(
            sender=plan.settings.from_address,
            recipient=plan.test.recipient or plan.settings.from_address,
            test=plan.test,
            mail=self._mail,
            refuses_mailbox=self._refuses_mailbox,
        )
        return hand_over(session, stages, envelope)

    def _refuses_mailbox(self, reply: Reply) -> bool:
        # Only a refusal needs it.
        from pulumi_smtp_collab.connectivity.diagnosis import refuses_mailbox  # noqa: PLC0415

        plan, observed = self._plan, self._observed
        return refuses_mailbox(
            Failure("recipient", "reply", reply=reply, credentials_sent=self._session.credentials_sent),
            FailureContext(
                settings=plan.settings,
                test=plan.test,
                now=plan.machine.now(),
                tls_version=observed.tls.version if observed.tls else None,
                ehlo_name=observed.ehlo_name,
                peer=str(observed.address) if observed.address else None,
            ),
        )

    def _greet(self) -> None:
        with self._stages.stage("greeting") as seen:
            self._session.stage = "greeting"
            self._ask_what_silence_means()
            try:
                seen.detail = self._session.greet().text
            finally:
                if self._session.greeting is not None:
                    self._observed.greeting = self._session.greeting.text

    def _ask_what_silence_means(self) -> None:
        """Go on once something has come, or the attempt's time is over.

        A port that speaks TLS from the start waits for us to begin: what other tests wait out is known after seconds.
        """
        address, channel = self._observed.address, self._session.channel
        if self._on_silence is None or address is None or channel.comes_within(_SILENCE_SECONDS):
            return
        if not self._on_silence(channel, address):
            self._session.raise_failure("deadline", awaited="the greeting")

    def _introduce(self) -> None:
        with self._stages.stage("ehlo") as seen:
            self._session.stage = "ehlo"
            self._session.introduce()
            lines = self._session.ehlo_lines
            seen.detail = ", ".join(lines[1:])
            self._observed.ehlo_lines = lines
            own = self._observed.address.ip if self._observed.address else ""
            self._observed.seen_as = seen_as(lines, own)

    def _ask_for_tls(self) -> None:
        with self._stages.stage("starttls") as seen:
            self._session.stage = "starttls"
            if "starttls" not in self._session.esmtp_features:
                self._session.raise_failure("not-offered", awaited="STARTTLS")
            reply = self._session.ask("STARTTLS")
            if reply.code != _READY_FOR_TLS:
                self._session.raise_refusal()
            seen.detail = reply.text

    def _begin_tls(self, *, asked: bool) -> None:
        plan = self._plan
        with self._stages.stage("tls") as seen:
            self._session.stage = "tls"
            trusted = trust(plan.settings.ca_certificates)
            self._observed.trust_store_empty = trusted.store_empty
            channel = self._session.channel
            change_to_tls(channel, trusted.context, plan.settings.server_name, plan.scrubber, asked=asked)
            if self._session.tls is None:
                raise RuntimeError("The connection is not one over TLS.")
            facts = tls_facts(self._session.tls)
            self._observed.tls = facts
            seen.detail = f"{facts.version} {facts.cipher}"
            self._observed.warnings += facts.warnings(plan.machine.now())

    def _log_in(self) -> None:
        settings = self._plan.settings
        with self._stages.stage("auth") as seen:
            self._session.stage = "auth"
            if settings.username is None or settings.password is None:
                raise RuntimeError("A login needs a user name and a password.")
            peer = self._observed.address
            private = self._session.tls is not None or settings.allow_plaintext_login
            if not private and not (peer is not None and is_loopback(peer.ip)):
                # The settings were checked by the host's name; what counts is where the connection really leads.
                self._session.raise_failure("plaintext-login")
            seen.detail = log_in(self._session, settings.username, settings.password.get_secret_value())

    def _mail(self) -> bytes:
        plan = self._plan
        settings = plan.settings
        return test_mail(
            sender=settings.from_address,
            recipient=plan.test.recipient or settings.from_address,
            label=plan.label or plan.shown_host,
            server=endpoint(plan.shown_host, settings.port),
            machine=plan.machine.name,
            now=plan.machine.now(),
        )

"""One attempt: from the name to the depth that was asked for, on one connection."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pulumi_smtp_collab.connectivity.certificates import TlsFacts, tls_facts
from pulumi_smtp_collab.connectivity.failure import Failure, PresentedCertificate, StageFailed
from pulumi_smtp_collab.connectivity.machine import Machine
from pulumi_smtp_collab.connectivity.mail_text import test_mail
from pulumi_smtp_collab.connectivity.redaction import Scrubber
from pulumi_smtp_collab.connectivity.stages import Stages
from pulumi_smtp_collab.connectivity.wire.channel import Channel
from pulumi_smtp_collab.connectivity.wire.deadline import Deadline
from pulumi_smtp_collab.connectivity.wire.dialling import Connection, address_result, dial
from pulumi_smtp_collab.connectivity.wire.envelope import Envelope, hand_over
from pulumi_smtp_collab.connectivity.wire.login import log_in
from pulumi_smtp_collab.connectivity.wire.names import Address, endpoint, resolve
from pulumi_smtp_collab.connectivity.wire.session import Session, seen_as
from pulumi_smtp_collab.connectivity.wire.tls import change_to_tls
from pulumi_smtp_collab.connectivity.wire.trust import trust
from pulumi_smtp_collab.model.connectivity_test import DEPTHS, ConnectivityTest, Depth
from pulumi_smtp_collab.model.hosts import is_loopback, split_endpoint
from pulumi_smtp_collab.model.report import AddressResult
from pulumi_smtp_collab.model.settings import SmtpSettings


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be tested.

    Attributes:
        settings: The server's settings.
        test: How deep, how long, how often.
        label: What messages and the test mail call it; may be empty.
        secret_arguments: The arguments whose values must not be shown, by their Python names.
        machine: The machine that it runs on.
        scrubber: Makes the server's text safe to show.
        with_login: Whether user name and password are used, where there are some.
    """

    settings: SmtpSettings
    test: ConnectivityTest
    label: str
    secret_arguments: frozenset[str]
    machine: Machine
    scrubber: Scrubber = field(repr=False)
    with_login: bool = True

    @property
    def dialled(self) -> tuple[str, int]:
        """The host and port that are connected to."""
        if self.test.connect_to is not None:
            return split_endpoint(self.test.connect_to)
        return self.settings.host, self.settings.port

    @property
    def shown_host(self) -> str:
        """The host as messages name it."""
        return "[secret host]" if "host" in self.secret_arguments else self.settings.host

    @property
    def logs_in(self) -> bool:
        """Whether the test goes as deep as a login, and there is one to try."""
        return self.with_login and self.settings.password is not None and self.reaches("login")

    def reaches(self, depth: Depth) -> bool:
        """Return whether the test goes at least this deep."""
        return DEPTHS.index(self.test.depth) >= DEPTHS.index(depth)


@dataclass(slots=True)
class Observed:
    """What was seen on the way, however far it went.

    ``lines`` and ``chain`` are what else a failure and the further looks at it show: where the host is a secret, they
    may hold names of it.
    """

    resolved: list[Address] = field(default_factory=list)
    addresses: tuple[AddressResult, ...] = ()
    address: Address | None = None
    local_ip: str | None = None
    ehlo_name: str = ""
    greeting: str = ""
    ehlo_lines: tuple[str, ...] = ()
    seen_as: str | None = None
    tls: TlsFacts | None = None
    trust_store_empty: bool = False
    warnings: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    chain: tuple[PresentedCertificate, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended."""

    stages: Stages
    observed: Observed
    failure: Failure | None = None


def attempt(job: Job, deadline: Deadline) -> Outcome:
    """Make one attempt; no failure of the server leaves it as an exception, and no connection outlives it."""
    stages = Stages(deadline.clock)
    observed = Observed()
    try:
        connection = _reach(job, stages, observed, deadline)
        converse(job, connection, stages, observed, deadline)
    except StageFailed as failed:
        return Outcome(stages, observed, failed.failure)
    return Outcome(stages, observed)


def _reach(job: Job, stages: Stages, observed: Observed, deadline: Deadline) -> Connection:
    host, port = job.dialled
    with stages.stage("dns") as seen:
        observed.resolved = resolve(host, port, job.test.address_family, deadline, job.machine.resolver)
        seen.detail = ", ".join(address.ip for address in observed.resolved)
    with stages.stage("connect") as seen:
        try:
            connection = dial(observed.resolved, deadline)
        except StageFailed as failed:
            observed.addresses = tuple(address_result(each) for each in failed.failure.addresses)
            raise
        observed.addresses = connection.addresses
        seen.detail = str(connection.address)
    return connection


def converse(job: Job, connection: Connection, stages: Stages, observed: Observed, deadline: Deadline) -> None:
    """Lead the conversation on a connection as deep as the job goes, and close it.

    Raises:
        StageFailed: A stage failed.
    """
    observed.address = connection.address
    channel = Channel(connection.sock, deadline)
    polite = True
    try:
        try:
            observed.local_ip = str(connection.sock.getsockname()[0])
        except OSError as error:  # some systems know no address of a connection that was reset already
            raise StageFailed(Failure("greeting", "reset", awaited="the greeting", error=error)) from None
        observed.ehlo_name = job.settings.ehlo_name or job.machine.ehlo_name(observed.local_ip)
        session = Session(channel, job.scrubber, observed.ehlo_name)
        try:
            _Conversation(job, session, stages, observed).lead()
        except StageFailed as failed:
            # A server that refused something is taken leave of; one that broke the protocol is not.
            polite = failed.failure.kind in _ORDERLY
            raise
        finally:
            if polite:
                session.leave()
    finally:
        channel.close()


_ORDERLY = ("reply", "not-offered", "no-mechanism", "plaintext-login")


class _Conversation:
    def __init__(self, job: Job, session: Session, stages: Stages, observed: Observed) -> None:
        self._job = job
        self._session = session
        self._stages = stages
        self._observed = observed

    def lead(self) -> None:
        job = self._job
        mode = job.settings.tls_mode
        if mode == "implicit":
            self._begin_tls(asked=False)
        self._greet()
        self._introduce()
        if not job.reaches("tls"):
            return
        if mode == "starttls":
            self._ask_for_tls()
            self._begin_tls(asked=True)
            self._session.forget_extensions()
            self._introduce()
        if job.logs_in:
            self._log_in()
        if job.reaches("sender"):
            envelope = Envelope(
                sender=job.settings.from_address,
                recipient=job.test.recipient or job.settings.from_address,
                test=job.test,
                mail=self._mail,
            )
            self._observed.warnings += hand_over(self._session, self._stages, envelope)

    def _greet(self) -> None:
        with self._stages.stage("greeting") as seen:
            self._session.stage = "greeting"
            try:
                seen.detail = self._session.greet().text
            finally:
                if self._session.greeting is not None:
                    self._observed.greeting = self._session.greeting.text

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
                self._session.fail("not-offered", awaited="STARTTLS")
            reply = self._session.ask("STARTTLS")
            if reply.code != _READY_FOR_TLS:
                self._session.refused()
            seen.detail = reply.text

    def _begin_tls(self, *, asked: bool) -> None:
        job = self._job
        with self._stages.stage("tls") as seen:
            self._session.stage = "tls"
            trusted = trust(job.settings.ca_certificates)
            self._observed.trust_store_empty = trusted.store_empty
            channel = self._session.channel
            change_to_tls(channel, trusted.context, job.settings.server_name, job.scrubber, asked=asked)
            if self._session.tls is None:
                raise RuntimeError("The connection is not one over TLS.")
            facts = tls_facts(self._session.tls)
            self._observed.tls = facts
            seen.detail = f"{facts.version} {facts.cipher}"
            warning = facts.expiry_warning(job.machine.now())
            if warning:
                self._observed.warnings.append(warning)

    def _log_in(self) -> None:
        settings = self._job.settings
        with self._stages.stage("auth") as seen:
            self._session.stage = "auth"
            if settings.username is None or settings.password is None:
                raise RuntimeError("A login needs a user name and a password.")
            peer = self._observed.address
            private = self._session.tls is not None or settings.allow_plaintext_login
            if not private and not (peer is not None and is_loopback(peer.ip)):
                # The settings were checked by the host's name; what counts is where the connection really leads.
                self._session.fail("plaintext-login")
            seen.detail = log_in(self._session, settings.username, settings.password.get_secret_value())

    def _mail(self) -> bytes:
        job = self._job
        settings = job.settings
        return test_mail(
            sender=settings.from_address,
            recipient=job.test.recipient or settings.from_address,
            label=job.label or job.shown_host,
            server=endpoint(job.shown_host, settings.port),
            machine=job.machine.machine,
            now=job.machine.now(),
        )


_READY_FOR_TLS = 220


def without_login(job: Job, depth: Depth) -> Job:
    """Return the same job without credentials and no deeper than this."""
    shallower = min(depth, job.test.depth, key=DEPTHS.index)
    return replace(job, with_login=False, test=job.test.model_copy(update={"depth": shallower}))

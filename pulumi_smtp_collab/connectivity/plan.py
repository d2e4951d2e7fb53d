"""What one test is to do, and what it has seen so far."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from pulumi_smtp_collab.connectivity.certificates import TlsFacts
from pulumi_smtp_collab.connectivity.failure import PresentedCertificate
from pulumi_smtp_collab.connectivity.machine import Machine
from pulumi_smtp_collab.connectivity.redaction import Scrubber
from pulumi_smtp_collab.connectivity.stages import Stages
from pulumi_smtp_collab.connectivity.wire.names import Address
from pulumi_smtp_collab.connectivity.wire.session import Session
from pulumi_smtp_collab.model.connectivity_test import DEPTHS, ConnectivityTest, Depth
from pulumi_smtp_collab.model.hosts import split_endpoint
from pulumi_smtp_collab.model.progress import Cancel, OnStage
from pulumi_smtp_collab.model.report import AddressResult
from pulumi_smtp_collab.model.settings import SmtpSettings

Transaction: TypeAlias = Callable[[Session, Stages], Sequence[str]]
"""What is done with a session once it is open (and logged in, where there is a login). It records its stages, raises
``StageFailed`` where it fails, and returns warnings: what passed, but deserves a look."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one test is to do.

    Attributes:
        settings: The server's settings.
        test: How deep, how long, how often.
        label: What messages and the test mail call it; may be empty.
        secret_arguments: The arguments whose values must not be shown, by their Python names.
        machine: The machine that it runs on.
        scrubber: Makes the server's text safe to show.
        with_login: Whether user name and password are used, where there are some.
        transaction: What is done with the open session in place of the test's own MAIL, RCPT and test mail; None for
            those. It takes part only where the depth reaches the sender.
        on_stage: Who listens to the progress; None for nobody.
        cancel: What ends the test early; None where nobody can.
    """

    settings: SmtpSettings
    test: ConnectivityTest
    label: str
    secret_arguments: frozenset[str]
    machine: Machine
    scrubber: Scrubber = field(repr=False)
    with_login: bool = True
    transaction: Transaction | None = None
    on_stage: OnStage | None = None
    cancel: Cancel | None = None

    @classmethod
    def of(
        cls,
        settings: SmtpSettings,
        test: ConnectivityTest,
        machine: Machine,
        *,
        label: str = "",
        secret_arguments: Collection[str] = frozenset(),
        on_stage: OnStage | None = None,
        cancel: Cancel | None = None,
    ) -> Plan:
        """Return the plan for these settings, whose scrubber knows their login."""
        password = settings.password.get_secret_value() if settings.password is not None else None
        scrubber = Scrubber(settings.username, password)
        secret = frozenset(secret_arguments)
        return cls(settings, test, label, secret, machine, scrubber, on_stage=on_stage, cancel=cancel)

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

    def without_login(self, depth: Depth) -> Plan:
        """Return the same plan without credentials, without a mail, and no deeper than this."""
        shallower = min(depth, self.test.depth, key=DEPTHS.index)
        test = self.test.model_copy(update={"depth": shallower})
        return replace(self, with_login=False, transaction=None, test=test)


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

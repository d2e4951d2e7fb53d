"""Further looks at what one connection can't explain: never with credentials, never more than one at each place."""

from __future__ import annotations

import re
import ssl
from contextlib import suppress
from dataclasses import dataclass, replace

from pulumi_smtp_collab.connectivity.attempt import OnSilence, Outcome, converse
from pulumi_smtp_collab.connectivity.certificates import given_cas, presented_chain
from pulumi_smtp_collab.connectivity.failure import Failure, PresentedCertificate, StageFailed
from pulumi_smtp_collab.connectivity.failure_context import FamilyFinding, PortFinding, Speaks
from pulumi_smtp_collab.connectivity.plan import Observed, Plan
from pulumi_smtp_collab.connectivity.progress import Progress
from pulumi_smtp_collab.connectivity.stages import Stages
from pulumi_smtp_collab.connectivity.wire.channel import Channel, ClosedError, OutOfTimeError
from pulumi_smtp_collab.connectivity.wire.deadline import CancelledError, Deadline
from pulumi_smtp_collab.connectivity.wire.dialling import dial
from pulumi_smtp_collab.connectivity.wire.farewell import take_leave
from pulumi_smtp_collab.connectivity.wire.names import Address
from pulumi_smtp_collab.connectivity.wire.session import Session
from pulumi_smtp_collab.connectivity.wire.tls import PlainTextError, TlsStream, change_to_tls
from pulumi_smtp_collab.connectivity.wire.trust import unverified
from pulumi_smtp_collab.model.connectivity_test import Depth
from pulumi_smtp_collab.model.progress import Cancel
from pulumi_smtp_collab.model.tls_mode import DEFAULT_PORTS

_PORT_FOR_RELAYS = DEFAULT_PORTS["none"]
_IMPLICIT_PORT = DEFAULT_PORTS["implicit"]
_PORTS_FOR_SUBMISSION = (DEFAULT_PORTS["starttls"], _IMPLICIT_PORT)
_LOOK_SECONDS = 5.0
_BRIEF_LOOK_SECONDS = 2.0
_LATE_SECONDS = 1.0
_MOST_ADDRESSES = 2
_RELAYING = re.compile(r"relay", re.IGNORECASE)
_REPLY = re.compile(r"[2-5][0-9][0-9]([ -]|$)")
_SYNTAX_CODES = (500, 501, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class ProbeFindings:
    """What further looks found.

    Attributes:
        failure: The failure with what was found about it; None where there is nothing to add.
        second_look: What a second connection to the same port found.
        other_ports: What the other submission ports showed.
        other_family: What the other address family showed.
    """

    failure: Failure | None = None
    second_look: PortFinding | None = None
    other_ports: tuple[PortFinding, ...] = ()
    other_family: FamilyFinding | None = None


class Prober:
    """The further looks of one test, inside its deadline.

    Args:
        plan: What is tested; its ``second_look`` says whether looks are made.
        deadline: The deadline of the whole test.
        progress: Is told of each look.
    """

    def __init__(self, plan: Plan, deadline: Deadline, progress: Progress) -> None:
        self._plan = plan
        self._progress = progress
        self._deadline = deadline
        self._found: PortFinding | None = None

    @property
    def on_silence(self) -> OnSilence | None:
        """What is asked of a silent connection; None where nothing may be sent to a late server."""
        if self._plan.test.second_look == "off" or not self._may_send_tls:
            return None
        return self._watch

    def _watch(self, channel: Channel, address: Address) -> bool:
        """Look for TLS beside a connection that waits for its greeting; True where the greeting is to be waited for."""
        if self._found is None:
            brief = channel.deadline.part(_BRIEF_LOOK_SECONDS)
            until_greeted = replace(brief, cancel=_Until(channel, self._plan.cancel))
            with self._progress.between_stages("look"), suppress(CancelledError):
                self._found = _look_for_tls(self._plan, [address], self._plan.settings.port, until_greeted)
            channel.deadline.raise_if_cancelled()
        return self._found is None or self._found.speaks != "tls" or bool(channel.arrived())

    @property
    def _may_send_tls(self) -> bool:
        """Whether a ClientHello may be sent to a server that begins in plain text, but late.

        Before a late greeting it looks like an attack, and postscreen's greeting on port 25 is late.
        """
        ports = (self._plan.settings.port, self._plan.dialled[1])
        return self._plan.settings.tls_mode != "implicit" and _PORT_FOR_RELAYS not in ports

    def same_port(self, outcome: Outcome) -> ProbeFindings:
        """Look again at the port that failed, once in a test."""
        failure, address = outcome.failure, outcome.observed.address
        if failure is None or address is None or self._plan.test.second_look == "off":
            return ProbeFindings()
        if failure.kind == "certificate":
            with self._progress.between_stages("look"):
                given = given_cas(self._plan.settings.ca_certificates)
                return ProbeFindings(failure=replace(failure, chain=self._chain(address), given_cas=given))
        if self._found is None and self._is_unclear(outcome, failure):
            look = _look_in_plain if self._plan.settings.tls_mode == "implicit" else _look_for_tls
            # A port that waits for a ClientHello stays silent in plain text: not worth a long wait.
            seconds = _BRIEF_LOOK_SECONDS if failure.stage == "tls" else _LOOK_SECONDS
            with self._progress.between_stages("look"):
                self._found = look(self._plan, [address], self._plan.settings.port, self._deadline.part(seconds))
        return ProbeFindings(second_look=self._found)

    def elsewhere(self, outcome: Outcome, failure: Failure) -> ProbeFindings:
        """Look at the other submission ports of a port that can't be reached, and at the other address family."""
        found = ProbeFindings(second_look=self._found)
        if self._plan.test.second_look == "off":
            return found
        if failure.kind == "unreachable" and self._plan.test.connect_to is None:
            with self._progress.between_stages("look"):
                return replace(found, other_ports=self._other_ports(outcome.observed))
        if _is_policy(failure, self._plan):
            with self._progress.between_stages("look"):
                return replace(found, other_family=self._other_family(outcome.observed, failure))
        return found

    def _is_unclear(self, outcome: Outcome, failure: Failure) -> bool:
        if self._plan.settings.tls_mode == "implicit":
            # Where plain text was read already, only whether STARTTLS is offered is still to be found out.
            is_smtp = failure.kind == "plain-peer" and bool(_REPLY.match(failure.raw))
            return failure.stage == "tls" and (is_smtp or failure.kind in ("closed", "reset", "deadline"))
        if failure.stage != "greeting" or not self._may_send_tls:
            return False
        if failure.kind == "deadline":
            return True
        late = outcome.stages.results[-1].duration_ms >= _LATE_SECONDS * 1000
        return failure.kind in ("closed", "reset") and late

    def _chain(self, address: Address) -> tuple[PresentedCertificate, ...]:
        """Shake hands once more, without verifying and without credentials, for what the server presents."""
        deadline = self._deadline.part(_LOOK_SECONDS)
        try:
            channel = Channel(dial([address], deadline).sock, deadline)
            try:
                session = Session(channel, self._plan.scrubber, self._ehlo_name(channel))
                asked = self._plan.settings.tls_mode == "starttls"
                if asked:
                    session.greet()
                    session.introduce()
                    session.ask("STARTTLS")
                change_to_tls(channel, unverified(), self._plan.settings.server_name, self._plan.scrubber, asked=asked)
                chain = presented_chain(session.tls) if session.tls is not None else ()
                take_leave(channel, after_greeting=not asked, says_quit=True)
            finally:
                channel.close()
        except (StageFailed, OSError):
            return ()
        return chain

    def _ehlo_name(self, channel: Channel) -> str:
        return _ehlo_name(self._plan, channel)

    def _other_ports(self, observed: Observed) -> tuple[PortFinding, ...]:
        ports = [port for port in _PORTS_FOR_SUBMISSION if port != self._plan.settings.port]
        found = []
        for number, port in enumerate(ports):
            seconds = min(_LOOK_SECONDS, self._deadline.left() / (len(ports) - number))
            addresses = [_with_port(address, port) for address in observed.resolved[:_MOST_ADDRESSES]]
            look = _look_for_tls if port == _IMPLICIT_PORT else _look_in_plain
            found.append(look(self._plan, addresses, port, self._deadline.part(seconds)))
        return tuple(found)

    def _other_family(self, observed: Observed, failure: Failure) -> FamilyFinding | None:
        used = observed.address
        if used is None:
            return None
        other = next((each for each in observed.resolved if each.family != used.family), None)
        if other is None:
            return None
        deadline = self._deadline.part(_LOOK_SECONDS)
        depth: Depth = "connect" if failure.stage in ("greeting", "ehlo") else "recipient"
        seen = Observed()
        try:
            converse(self._plan.without_login(depth), dial([other], deadline), Stages(deadline.clock), seen, deadline)
        except StageFailed:
            let_in = False
        else:
            let_in = True
        return FamilyFinding("ipv6" if ":" in other.ip else "ipv4", str(other), let_in, seen.local_ip or "")


@dataclass(frozen=True, slots=True)
class _Until:
    """Ends a look when the connection beside it gets its greeting, or the test is cancelled."""

    channel: Channel
    cancel: Cancel | None

    def is_set(self) -> bool:
        """Return whether the look is to end."""
        return bool(self.channel.arrived()) or (self.cancel is not None and self.cancel.is_set())


def _is_policy(failure: Failure, plan: Plan) -> bool:
    """Return whether the server refused us for where we come from."""
    if failure.stage == "greeting":
        return failure.kind in ("reply", "closed", "reset") and (failure.reply is None or failure.reply.code != 421)  # noqa: PLR2004
    if failure.reply is None or failure.reply.code // 100 != 5:  # noqa: PLR2004 - a permanent refusal
        return False
    if failure.stage == "ehlo":
        return failure.reply.code not in _SYNTAX_CODES
    is_relaying = failure.stage in ("sender", "recipient") and bool(_RELAYING.search(failure.reply.text))
    return is_relaying and not plan.logs_in


def _with_port(address: Address, port: int) -> Address:
    return Address(address.family, (address.where[0], port, *address.where[2:]))


def _ehlo_name(plan: Plan, channel: Channel) -> str:
    return plan.settings.ehlo_name or plan.machine.ehlo_name(str(channel.sock.getsockname()[0]))


def _look_for_tls(plan: Plan, addresses: list[Address], port: int, deadline: Deadline) -> PortFinding:
    """Find out whether a port speaks TLS from the start; whatever certificate it has, nothing of value is sent."""
    try:
        channel = Channel(dial(addresses, deadline).sock, deadline)
    except StageFailed:
        return PortFinding(port, "unreachable")
    try:
        stream = TlsStream(channel.sock, unverified(), plan.settings.server_name)
        stream.shake_hands(deadline)
        channel.use_tls(stream)
        take_leave(channel, after_greeting=True, says_quit=True)
        return PortFinding(port, "tls")
    except PlainTextError as plain:
        said = plan.scrubber.clean(plain.line)
        return PortFinding(port, _kind_of_line(said), said)
    except OutOfTimeError:
        return PortFinding(port, "silence")
    except ClosedError:
        return PortFinding(port, "closed")
    except ssl.SSLError as error:
        return PortFinding(port, "tls", objection=error.reason or "an alert")
    except OSError:
        return PortFinding(port, "closed")
    finally:
        channel.close()


def _look_in_plain(plan: Plan, addresses: list[Address], port: int, deadline: Deadline) -> PortFinding:
    """Find out what a port says in plain text, up to the EHLO reply."""
    try:
        channel = Channel(dial(addresses, deadline).sock, deadline)
    except StageFailed:
        return PortFinding(port, "unreachable")
    session: Session | None = None
    try:
        session = Session(channel, plan.scrubber, _ehlo_name(plan, channel))
        said = session.greet().text
        session.stage = "ehlo"
        session.introduce()
        speaks: Speaks = "starttls" if "starttls" in session.esmtp_features else "smtp"
        session.leave()
        return PortFinding(port, speaks, said)
    except StageFailed as failed:
        return _finding_of(port, failed.failure)
    except OSError:
        return PortFinding(port, "closed")
    finally:
        channel.close()


def _finding_of(port: int, failure: Failure) -> PortFinding:
    if failure.reply is not None:
        return PortFinding(port, "refusal", failure.reply.text)
    if failure.raw:
        return PortFinding(port, _kind_of_line(failure.raw), failure.raw)
    return PortFinding(port, "silence" if failure.kind == "deadline" else "closed")


def _kind_of_line(said: str) -> Speaks:
    if re.match(r"2(2(0([ -]|$)|$)|$)", said):
        return "smtp"  # or what of it had come when the time was over
    return "refusal" if re.match(r"[45][0-9][0-9]([ -]|$)", said) else "other"

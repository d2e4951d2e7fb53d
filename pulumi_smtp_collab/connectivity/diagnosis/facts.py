"""What the sentences of a diagnosis are made from: the facts of a failure, each as words that fit into a sentence.

Nothing here reads the password; the texts of the server arrive bounded and scrubbed.
"""

from __future__ import annotations

import ipaddress
import re
import ssl
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from pulumi_smtp_collab.connectivity.diagnosis.reading import is_logged_in
from pulumi_smtp_collab.connectivity.diagnosis.services import ServiceWords, service_of
from pulumi_smtp_collab.connectivity.failure import Failure
from pulumi_smtp_collab.connectivity.failure_context import FailureContext, PortFinding
from pulumi_smtp_collab.model.connectivity_test import ATTEMPT_SHARE
from pulumi_smtp_collab.model.hosts import endpoint, split_endpoint

_LONGEST_QUOTE = 600  # characters: a whole reply of the wordiest services, and no more
_READ = 2000  # characters in which an address is looked for
_ADDRESS = re.compile(
    r"(?<![\w.:])(?:IPv6:)?((?:\d{1,3}\.){3}\d{1,3}|(?=(?:[0-9A-Fa-f]{0,4}:){2})[0-9A-Fa-f:.]{3,45}[0-9A-Fa-f])(?![\w.])"
)
_NAMES_AN_ADDRESS = re.compile(r"\bips?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """A cause that was found, with its words; code by code the rest stands in the catalogue."""

    code: str
    summary: str
    advice: str


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a cause: two templates, whose fields are those of ``Facts``."""

    summary: str
    advice: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A failure and what surrounded it, with the words that templates ask for by name."""

    failure: Failure
    around: FailureContext
    extra: Mapping[str, str] = field(default_factory=dict)

    def fill(self, template: str) -> str:
        """Return the template with its fields filled in; what they hold is never read as a template itself."""
        names = [name for _, name, _, _ in string.Formatter().parse(template) if name]
        text = template.format_map({name: self._word(name) for name in names})
        return " ".join(text.split())

    def with_words(self, **words: str) -> Facts:
        """Return the same facts with further words for the templates."""
        return replace(self, extra={**self.extra, **words})

    def finding(self, code: str, words: Words) -> Finding:
        """Return the finding that these words make, and what the service itself means by its reply."""
        return Finding(
            code, self.fill(words.summary), " ".join(filter(None, (self.fill(words.advice), self.service_means)))
        )

    def _word(self, name: str) -> str:
        if name in self.extra:
            return self.extra[name]
        return str(_WORDS[name](self))

    @property
    def where(self) -> str:
        """Host and port as a person writes them; where another place was dialled, that too."""
        settings = self.around.settings
        dialled = self.around.test.connect_to
        named = endpoint(settings.host, settings.port)
        return f"{named} (dialled: {dialled})" if dialled else named

    @property
    def port(self) -> int:
        """The server's port, even where a tunnel was dialled in its place: it is what the settings say."""
        return self.around.settings.port

    @property
    def said(self) -> str:
        """What the server said, in quotes: its reply, or the first line of what came instead."""
        reply = self.failure.reply
        return quoted(reply.text if reply else self.failure.raw)

    @property
    def unsent(self) -> str:
        """The sentence that no credentials were sent, where that is so."""
        return "" if self.failure.credentials_sent else "No credentials were sent."

    @property
    def waited(self) -> str:
        """How long was waited, by the argument that says so."""
        deadline = self.around.test.deadline_seconds
        return f"the whole test may take {deadline:g} s, one attempt {deadline * ATTEMPT_SHARE:g} s"

    @property
    def lost(self) -> str:
        """What the server did to the connection, as a verb and its object."""
        if self.failure.kind == "reset":
            return f"broke the connection off ({reason(self.failure.error)})"
        return "ended the connection"

    @property
    def submission(self) -> str:
        """The arguments for the submission ports (RFC 8314), but for the one that is in use."""
        settings = self.around.settings
        uses = {
            587: "port=587, start_tls=True" + (" in place of ssl=True" if settings.ssl else ""),
            465: "port=465, ssl=True" + (" in place of start_tls=True" if settings.start_tls else ""),
        }
        return " or ".join(use for port, use in uses.items() if port != self.port)

    @property
    def service(self) -> ServiceWords:
        """The service that the host belongs to, by its name or its greeting."""
        return service_of(self.around.settings.host, self.around.greeting)

    @property
    def the_service(self) -> str:
        """The service and the host, as the beginning of a sentence."""
        return f"{self.service.name}, at {self.where}," if self.service.name else self.where

    @property
    def service_means(self) -> str:
        """What the service means by its reply, on its own hosts alone; empty where the words say it themselves."""
        reply = self.failure.reply
        return self.service.meaning_of(reply.text[:_READ]) if reply else ""

    @property
    def logged_in(self) -> bool:
        """Whether a login had been accepted."""
        return is_logged_in(self.failure, self.around)

    @property
    def over_tls(self) -> bool:
        """Whether what came after EHLO went over TLS."""
        return self.around.tls_version is not None or self.around.settings.tls_mode != "none"

    def offers(self, extension: str) -> bool:
        """Return whether the last EHLO reply offers an extension."""
        return any(re.split(r"[ =]", line)[0].upper() == extension for line in self.around.capabilities)

    @property
    def use_tls(self) -> str:
        """The arguments for TLS, as a sentence: at this port where it offers STARTTLS, else at another."""
        if self.over_tls:
            return "TLS is on already: ask the server's administrator what it expects."
        if self.offers("STARTTLS") or not self.around.capabilities:
            return f"Use start_tls=True with port={self.port}."
        return f"Use TLS: {self.submission}."

    @property
    def give_login(self) -> str:
        """What to do where the server wants a login, as a sentence that does not lead into the next refusal."""
        if self.around.settings.username is not None:
            return (
                f"The login as {self.around.settings.username} does not suffice: ask the server's "
                f"administrator what it "
                "may do."
            )
        if not self.around.capabilities or (self.over_tls and self.offers("AUTH")):
            return "Give username and password."
        if self.over_tls:
            return f"Give username and password, at the server's port for submission: {self.submission}."
        if self.offers("STARTTLS"):
            return f"Give username and password, and start_tls=True with port={self.port}, so that they go over TLS."
        plain = "; or, where it has no TLS, allow_plaintext_login=True" if self.offers("AUTH") else ""
        return f"Give username and password, at a port of the server with TLS: {self.submission}{plain}."

    @property
    def allow_list(self) -> str:
        """Which address of ours the server has to let in: the one that it sees, else the one that we know.

        Empty after a login, unless the reply speaks of an address: the login is what lets a client in.
        """
        reply = self.failure.reply
        if self.logged_in and reply and not (self._named_in_reply or _NAMES_AN_ADDRESS.search(reply.text)):
            return ""
        if self.logged_in and self.service_means:
            return ""
        seen, own = self._named_in_reply or self.around.seen_as, self.around.local_address
        if seen:
            known = f" (this machine knows itself as {own})" if own and own != seen else ""
            return f"The relay sees {seen}{known}: allow-list it at the server."
        if own:
            return (
                f"The connection came from {own}: allow-list it at the server, or, behind a NAT, the address that "
                "the server sees instead."
            )
        return "Allow-list this machine's address at the server."

    @property
    def let_in(self) -> str:
        """What to do where the server means this machine for sure: the allow-list, or whom to ask after a login."""
        if self.allow_list or self.service_means:
            return self.allow_list
        return "It took the login, but not the machine: ask the server's administrator from where it takes mail."

    @property
    def _named_in_reply(self) -> str | None:
        """The address of ours that the refusal itself names ("<unknown[203.0.113.5]>: Client host rejected")."""
        reply = self.failure.reply
        for word in _ADDRESS.findall(reply.text[:_READ]) if reply else ():
            try:
                address = str(ipaddress.ip_address(word))
            except ValueError:
                continue
            if address not in (self.around.peer or ""):
                return address
        return None

    @property
    def other_family(self) -> str:
        """What the other address family showed, as a sentence; empty where it was not tried."""
        other = self.around.other_family
        if other is None:
            return ""
        name, source = other.family.replace("ip", "IP"), f", coming from {other.source}" if other.source else ""
        if other.let_in:
            return f'Over {name} ({other.address}{source}) the server lets us in: use address_family="{other.family}".'
        return f"Over {name} ({other.address}{source}) it is the same."

    @property
    def other_ports(self) -> str:
        """Which other submission ports answer, with the arguments to use them; empty where none does."""
        return " ".join(filter(None, (_usable(finding, self.around) for finding in self.around.other_ports)))


def quoted(text: str) -> str:
    """Return a text of the server in quotes, cut where it is longer than anybody reads."""
    text = " ".join(text.split())
    if not text:
        return "nothing"
    return f'"{text[:_LONGEST_QUOTE]}…"' if len(text) > _LONGEST_QUOTE else f'"{text}"'


def reason(error: BaseException | None) -> str:
    """Return what the operating system or the TLS library says of an error, without numbers and class names."""
    if error is None:
        return "no reason given"
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    said = error.strerror if isinstance(error, OSError) else None
    text = re.sub(r"\s*\(_ssl\.c:\d+\)$", "", str(said or error))
    return " ".join(text.split()) or type(error).__name__


def _usable(finding: PortFinding, around: FailureContext) -> str:
    """Say how another port can be used, with the arguments for it."""
    dialled = around.test.connect_to
    host = split_endpoint(dialled)[0] if dialled else ""
    use = f'use connect_to="{endpoint(host, finding.port)}"' if dialled else f"use port={finding.port}"
    if finding.speaks == "starttls":
        instead = " in place of ssl=True" if around.settings.ssl else ""
        return f"{finding.port} answers with STARTTLS: {use}, start_tls=True{instead}."
    if finding.speaks == "tls":
        instead = " in place of start_tls=True" if around.settings.start_tls else ""
        return f"{finding.port} speaks TLS from the start: {use}, ssl=True{instead}."
    if finding.speaks == "smtp":
        return f"{finding.port} answers in plain text and offers no STARTTLS."
    if finding.speaks == "refusal":
        return f"{finding.port} answers, but refuses: {quoted(finding.said)}."
    return ""


_WORDS: Mapping[str, Callable[[Facts], object]] = {
    "where": lambda facts: facts.where,
    "host": lambda facts: facts.around.settings.host,
    "port": lambda facts: facts.port,
    "said": lambda facts: facts.said,
    "unsent": lambda facts: facts.unsent,
    "waited": lambda facts: facts.waited,
    "lost": lambda facts: facts.lost,
    "the_service": lambda facts: facts.the_service,
    "use_tls": lambda facts: facts.use_tls,
    "give_login": lambda facts: facts.give_login,
    "submission": lambda facts: facts.submission,
    "allow_list": lambda facts: facts.allow_list,
    "let_in": lambda facts: facts.let_in,
    "other_family": lambda facts: facts.other_family,
    "other_ports": lambda facts: facts.other_ports,
    "from_address": lambda facts: facts.around.settings.from_address,
    "recipient": lambda facts: facts.around.test.recipient or facts.around.settings.from_address,
    "username": lambda facts: facts.around.settings.username or "",
    "ehlo_name": lambda facts: facts.around.ehlo_name or "none yet",
    "server_name": lambda facts: facts.around.settings.server_name,
    "awaited": lambda facts: facts.failure.awaited or "a reply",
    "error": lambda facts: reason(facts.failure.error),
    "now": lambda facts: f"{facts.around.now:%Y-%m-%d %H:%M:%S} UTC",
    "mechanisms": lambda facts: ", ".join(facts.failure.mechanisms) or "none",
}

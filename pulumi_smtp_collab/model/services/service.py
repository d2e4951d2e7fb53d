"""What is known of one mail service."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias

from pulumi_smtp_collab.model.tls_mode import TlsMode

PasswordKind: TypeAlias = Literal["account", "app-password", "api-key", "smtp-password", "client-secret", "any", "none"]
"""What the service takes as a password: the account's own; one made for a program (app-password); a key of its API;
one made for SMTP alone; the secret of a registered application; anything at all; or no password in any form (OAuth)."""


FULL_ADDRESS: Final = "the full address of the mailbox"
ACCOUNT_PASSWORD: Final = "the password of the mailbox"  # noqa: S105 - a description
NODEMAILER: Final = "https://github.com/nodemailer/nodemailer/blob/master/lib/well-known/services.json"
DELTACHAT: Final = "https://github.com/deltachat/provider-db/tree/master/_providers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Settings that work.

    Attributes:
        host: The host; "<region>" stands for one of several.
        port: The port.
        tls: The TLS mode that this port speaks.
    """

    host: str
    port: int
    tls: TlsMode

    @property
    def arguments(self) -> dict[str, str | int | bool]:
        """The arguments to write in a program, by their Python names."""
        boxes: dict[TlsMode, dict[str, bool]] = {"none": {}, "starttls": {"start_tls": True}, "implicit": {"ssl": True}}
        return {"host": self.host, "port": self.port, **boxes[self.tls]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What a service means by words of its own. It is told of the service's own hosts alone.

    Attributes:
        words: A pattern that the reply has, whatever its case, code and all.
        meaning: What the service means by it, and what helps, as sentences.
        source: Where that was read.
    """

    words: str
    meaning: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A mail service that people really use.

    Attributes:
        key: The short name, for a command line ("ses").
        name: The name that people know it by.
        hosts: Its SMTP hosts; "*" stands for letters, digits and hyphens of one label, such as a region.
        greeting: A pattern that its greeting matches, reply code and all; empty where none is known.
        endpoints: Settings that work, the first one to be preferred.
        username: What the user name is, as the end of the sentence "The user name is …".
        literal_username: The user name itself, where it is the same for everybody.
        password: Where the password comes from, as the end of the sentence "The password is …".
        password_kind: What kind of password that is.
        minds: What else it minds, each a sentence.
        sayings: What it means by words that say something else, or too little.
        documentation: The address of its own documentation.
        password_page: Where it says how such a password is made; empty where the documentation does.
        sources: Where these facts were read.
    """

    key: str
    name: str
    hosts: tuple[str, ...] = ()
    greeting: str = ""
    endpoints: tuple[Endpoint, ...]
    username: str
    literal_username: str | None = None
    password: str
    password_kind: PasswordKind
    minds: tuple[str, ...] = ()
    sayings: tuple[Saying, ...] = ()
    documentation: str
    password_page: str = ""
    sources: tuple[str, ...]

    def has_host(self, host: str) -> bool:
        """Return whether a host is this service's, whatever its case and with or without a dot at its end."""
        return any(_pattern(pattern).fullmatch(_normal(host)) for pattern in self.hosts)

    def region_of(self, host: str) -> str | None:
        """Return the region that a host of the service names ("eu-west-1"); None where it names none."""
        for pattern in self.hosts:
            found = _pattern(pattern).fullmatch(_normal(host))
            if found and found.groups():
                return found.groups()[-1]
        return None

    def meaning_of(self, reply: str) -> str:
        """Return what the service means by a reply, as sentences; empty where the words say it themselves."""
        return next(
            (saying.meaning for saying in self.sayings if re.search(saying.words, reply, re.IGNORECASE)),
            "",
        )

    def greets(self, greeting: str) -> bool:
        """Return whether a greeting is this service's."""
        return bool(self.greeting) and re.match(self.greeting, greeting) is not None


def starttls(host: str, port: int = 587) -> Endpoint:
    """Return an endpoint with Start TLS."""
    return Endpoint(host=host, port=port, tls="starttls")


def implicit(host: str, port: int = 465) -> Endpoint:
    """Return an endpoint with TLS from the start."""
    return Endpoint(host=host, port=port, tls="implicit")


def _normal(host: str) -> str:
    return host.strip().lower().removesuffix(".")


@cache
def _pattern(hosts: str) -> re.Pattern[str]:
    return re.compile(re.escape(hosts).replace(r"\*", "([a-z0-9-]+)"))

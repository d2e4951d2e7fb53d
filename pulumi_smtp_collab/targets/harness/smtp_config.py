"""NextGen's SMTP config: what a program wants, what Harness holds, and how they are told apart on the wire.

The password never comes back: an answer holds a mask. The mask is never sent, since where nothing is stored it would
become the password itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import SecretStr

from pulumi_smtp_collab.model.partial_validation import Fault
from pulumi_smtp_collab.model.record import ProviderRecord
from pulumi_smtp_collab.targets.harness.differences import Difference, differing
from pulumi_smtp_collab.targets.harness.untrusted import visible

MASK = "*" * 14
"""What Harness shows in place of a stored password."""

_NAME = re.compile(r"[A-Za-z0-9_ ./-]+")
_BREAKS_A_LATER_PASSWORD = frozenset("./")
_WIRE_NAMES: Mapping[str, str] = {
    "host": "host",
    "port": "port",
    "from_address": "fromAddress",
    "ssl": "useSSL",
    "start_tls": "startTLS",
    "username": "username",
    "delegate_selectors": "delegateSelectors",
}
_PASSWORD = "password"  # noqa: S105 - a name


@dataclass(frozen=True, slots=True)
class SmtpConfig:
    """An SMTP config.

    Attributes:
        name: The display name.
        host: The SMTP server.
        port: Its port.
        from_address: The From address; Harness may hold none, and then its test fails.
        ssl: TLS from the first byte.
        start_tls: Start TLS; Harness takes it as a wish.
        username: The user name of the login; None for no login.
        password: The password. None where none is to be stored, and always where it comes from Harness.
        delegate_selectors: The tags that a delegate must have to send; order means nothing.
        other: Fields of ``value`` that are not known here, carried through as a PUT replaces the whole.
    """

    name: str
    host: str
    port: int
    from_address: str | None
    ssl: bool = False
    start_tls: bool = False
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    delegate_selectors: tuple[str, ...] = ()
    other: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "delegate_selectors", tuple(sorted(set(self.delegate_selectors))))

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> SmtpConfig:
        """Read what Harness holds, leniently; the mask is not taken for a password."""
        value: Mapping[str, Any] = data.get("value") or {}
        known = {*_WIRE_NAMES.values(), _PASSWORD}
        port = value.get("port")
        return cls(
            name=str(data.get("name") or ""),
            host=str(value.get("host") or ""),
            port=port if isinstance(port, int) else 0,
            from_address=value.get("fromAddress") or None,
            ssl=value.get("useSSL") is True,
            start_tls=value.get("startTLS") is True,
            username=value.get("username") or None,
            delegate_selectors=tuple(str(tag) for tag in value.get("delegateSelectors") or ()),
            other={name: content for name, content in value.items() if name not in known},
        )

    @classmethod
    def from_arguments(cls, known: Mapping[str, Any]) -> SmtpConfig:
        """Read a provider's arguments by Python name, those of a state too: leniently."""
        port, password = known.get("port"), known.get("password")
        return cls(
            name=str(known.get("display_name") or ""),
            host=str(known.get("host") or ""),
            port=int(port) if isinstance(port, (int, float)) else 0,
            from_address=known.get("from_address") or None,
            ssl=known.get("ssl") is True,
            start_tls=known.get("start_tls") is True,
            username=known.get("username") or None,
            password=password.get_secret_value() if isinstance(password, SecretStr) else None,
            delegate_selectors=tuple(known.get("delegate_selectors") or ()),
        )

    def to_wire(self, account_id: str, uuid: str | None = None) -> dict[str, Any]:
        """Return the body of a create or, with the uuid, of an update.

        Raises:
            ValueError: The password is Harness's mask.
        """
        if self.password == MASK:
            raise ValueError("Harness's mask is no password, and is never sent.")
        value: dict[str, Any] = {**self.other, **{wire: getattr(self, name) for name, wire in _WIRE_NAMES.items()}}
        value["delegateSelectors"] = list(self.delegate_selectors) or None
        value[_PASSWORD] = self.password
        body = {"accountId": account_id, "name": self.name, "value": value}
        return body if uuid is None else {**body, "uuid": uuid}

    def to_arguments(self) -> dict[str, Any]:
        """Return the readable arguments by Python name; no password."""
        return {
            "display_name": self.name,
            "host": self.host,
            "port": self.port,
            "from_address": self.from_address,
            "ssl": self.ssl,
            "start_tls": self.start_tls,
            "username": self.username,
            "delegate_selectors": self.delegate_selectors or None,
        }

    def carrying(self, other: Mapping[str, Any]) -> SmtpConfig:
        """Return the config with the unknown fields that Harness holds."""
        return replace(self, other=dict(other))


@dataclass(frozen=True, slots=True)
class Held:
    """A config as Harness holds it.

    Attributes:
        uuid: Harness's id of it.
        config: What can be read of it; of what is recorded, the password too.
        password_stored: Whether a password is stored.
        password_known: Whether the stored password is the one that is recorded, and not one of before an adoption.
    """

    uuid: str
    config: SmtpConfig
    password_stored: bool
    password_known: bool = True

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Held:
        """Read the answer of a GET: there, a password is null where none is stored."""
        stored = bool((data.get("value") or {}).get(_PASSWORD))
        return cls(str(data.get("uuid") or ""), SmtpConfig.from_wire(data), stored)

    @classmethod
    def recorded(cls, uuid: str, record: ProviderRecord) -> Held:
        """Read what is recorded, its password too."""
        config, saved_in = SmtpConfig.from_arguments(vars(record.arguments)), record.saved_in
        stored = config.password is not None if saved_in.password_stored is None else saved_in.password_stored
        return cls(uuid, config, stored, saved_in.password_known is not False)

    @classmethod
    def wanted(cls, config: SmtpConfig) -> Held:
        """Return what Harness would hold of a config that is to be saved, to be compared."""
        return cls("", config, password_stored=config.password is not None)


def differences(first: Held, second: Held) -> tuple[Difference, ...]:
    """Return every readable difference of two configs; of the password, whether there is one."""
    one, other = first.config, second.config
    found = differing("display_name", one.name, other.name)
    for name in _WIRE_NAMES:
        found += differing(name, getattr(one, name), getattr(other, name))
    if first.password_stored != second.password_stored:
        found += (Difference(_PASSWORD, _stored(first), _stored(second)),)
    return found


def config_faults(known: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Return what NextGen can't save, found without asking it.

    Args:
        known: The known arguments by Python name.
    """
    faults = []
    name, password = known.get("display_name"), known.get("password")
    if isinstance(name, str) and not _NAME.fullmatch(name):
        rule = "must hold letters, digits, -, _, ., / and spaces alone for the target harness: Harness refuses others"
        faults.append(Fault("display_name", f"{rule}: {visible(repr(name), 160)}", rule))
    text = password.get_secret_value() if isinstance(password, SecretStr) else password
    if text == MASK:
        rule = "is the mask that Harness shows in place of a password; give the password itself"
        faults.append(Fault(_PASSWORD, rule, rule))
    return tuple(faults)


def unsavable_name(config: SmtpConfig) -> str | None:
    """Say why an update can't save a config under its name; None where it can.

    Harness creates a config named "smtp.corp" with its password. A later save of a password names a hidden secret by
    it, and a secret's name can't have a dot or a slash.
    """
    if config.password is None or not _BREAKS_A_LATER_PASSWORD.intersection(config.name):
        return None
    return (
        "display_name: holds a dot or a slash, and Harness can't update a config with such a name and a password "
        "(creating one works). Give it a name without them"
    )


def config_warnings(known: Mapping[str, Any], recorded: ProviderRecord | None) -> tuple[str, ...]:
    """Return what is to be said, once, of arguments that are new and never reach Harness.

    Args:
        known: The known arguments by Python name.
        recorded: What is saved; None where it is new.
    """
    told = recorded is not None and recorded.arguments.ca_certificates is not None
    if known.get("ca_certificates") is None or told:
        return ()
    return (
        "ca_certificates is for the test from here alone and never reaches Harness: a delegate takes a private CA from "
        "its CA bundle, /opt/harness-delegate/ca-bundle.",
    )


def password_removal(recorded: Held, wanted: SmtpConfig) -> str | None:
    """Say that an update removes the stored password; None where it doesn't."""
    if not recorded.password_stored or wanted.password is not None:
        return None
    return (
        "Harness holds a password for this SMTP config and the program gives none: an update removes it, since saving "
        "replaces the whole config."
    )


def _stored(held: Held) -> str:
    return "one is stored" if held.password_stored else "none"

"""A FirstGen provider as config-as-code: YAML with a reference to the Encrypted Text that holds the password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from pulumi_smtp_collab.model.partial_validation import Fault
from pulumi_smtp_collab.targets.harness.differences import Difference, differing
from pulumi_smtp_collab.targets.harness.untrusted import visible

NEXTGEN_PREFIX = "ngSmtpConfig-"
"""Under this prefix NextGen keeps its config in FirstGen's table."""

_WIRE_NAMES: Mapping[str, str] = {
    "host": "host",
    "port": "port",
    "from_address": "fromAddress",
    "ssl": "useSSL",
    "username": "username",
}
_ALSO_KNOWN = frozenset({"harnessApiVersion", "type", "password"})
_SECRET_KINDS = frozenset(
    {
        "secretname",
        "secretid",
        "safeharness",
        "amazonkms",
        "gcpkms",
        "awssecretsmanager",
        "azurevault",
        "hashicorpvault",
        "gcpsecretsmanager",
        "custom",
    }
)
_NOT_IN_A_NAME = frozenset("/\\,")


@dataclass(frozen=True, slots=True)
class ProviderAsCode:
    """An SMTP provider of FirstGen.

    Attributes:
        name: The display name, unique in the account; the file's name.
        host: The SMTP server.
        port: Its port.
        from_address: The From address.
        ssl: TLS from the first byte.
        start_tls: Start TLS, as the user interface may have saved it; config-as-code has none, and saving resets it.
        username: The user name of the login.
        secret: The name of the Encrypted Text with the password; where Harness exported it, what stands after the
            reference's prefix: a name, an id or, for HashiCorp Vault, a path.
        secret_id: The id of that Encrypted Text, where it is known: Harness may export it instead of the name.
        other: Fields that are not known here, carried through.
    """

    name: str
    host: str
    port: int
    from_address: str | None
    ssl: bool = False
    start_tls: bool = False
    username: str | None = None
    secret: str | None = None
    secret_id: str | None = None
    other: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def to_yaml(self) -> str:
        """Return the file. The password in it is a reference by name."""
        content: dict[str, Any] = {"harnessApiVersion": "1.0", "type": "SMTP", **self.other}
        content |= {wire: getattr(self, name) for name, wire in _WIRE_NAMES.items() if getattr(self, name) is not None}
        if self.secret is not None:
            content["password"] = f"secretName:{self.secret}"
        return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=1_000_000))

    @classmethod
    def from_yaml(cls, name: str, text: str) -> ProviderAsCode | None:
        """Read an exported file, leniently; None where it is no SMTP provider."""
        try:
            content = yaml.safe_load(text)
        except (yaml.YAMLError, ValueError, RecursionError):
            return None
        if not isinstance(content, dict) or content.get("type") != "SMTP":
            return None
        password = content.get("password")
        return cls(
            **_read(name, content),
            secret=None if not password else _after_prefix(str(password)),
            other={key: value for key, value in content.items() if key not in {*_WIRE_NAMES.values(), *_ALSO_KNOWN}},
        )

    @classmethod
    def from_rest(cls, row: Mapping[str, Any]) -> ProviderAsCode:
        """Read a row of the REST list, in which the password is the secret's id."""
        value: Mapping[str, Any] = row.get("value") or {}
        return cls(**_read(str(row.get("name") or ""), value), secret_id=value.get("password") or None)

    def to_arguments(self) -> dict[str, Any]:
        """Return the readable arguments by Python name."""
        return {
            "display_name": self.name,
            "host": self.host,
            "port": self.port,
            "from_address": self.from_address,
            "ssl": self.ssl,
            "start_tls": self.start_tls,
            "username": self.username,
        }


@dataclass(frozen=True, slots=True)
class HeldProvider:
    """A provider as Harness holds it.

    Attributes:
        id: Harness's id of it.
        provider: What is saved.
    """

    id: str
    provider: ProviderAsCode


def provider_differences(first: HeldProvider, second: HeldProvider) -> tuple[Difference, ...]:
    """Return every difference of two providers.

    A reference is compared by what stands after its prefix, with the secret's name and id. A path of HashiCorp Vault
    tells neither, so it is no difference.
    """
    one, other = first.provider, second.provider
    found = differing("display_name", one.name, other.name)
    for name in ("start_tls", *_WIRE_NAMES):
        found += differing(name, getattr(one, name), getattr(other, name))
    if not _same_secret(one, other):
        found += (Difference("password", _reference(one), _reference(other)),)
    return found


def provider_faults(known: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Return what FirstGen can't save, found without asking it.

    Args:
        known: The known arguments by Python name.
    """
    faults = []
    if known.get("start_tls"):
        rule = (
            "can't be saved in the target harness-firstgen: config-as-code is all that an API key may write there, and "
            "it has no Start TLS (saving would reset it). Use ssl=True with a port that speaks TLS from the start (465)"
        )
        faults.append(Fault("start_tls", rule, rule))
    name = known.get("display_name")
    if isinstance(name, str) and _NOT_IN_A_NAME.intersection(name):
        rule = "must not hold /, \\ or a comma for the target harness-firstgen: it is a file's name there"
        faults.append(Fault("display_name", f"{rule}: {visible(repr(name), 160)}", rule))
    elif isinstance(name, str) and name.startswith(NEXTGEN_PREFIX):
        rule = f"must not begin with {NEXTGEN_PREFIX} for the target harness-firstgen: NextGen keeps its config there"
        faults.append(Fault("display_name", rule, rule))
    return tuple(faults)


def _read(name: str, content: Mapping[str, Any]) -> dict[str, Any]:
    port = content.get("port")
    return {
        "name": name,
        "host": str(content.get("host") or ""),
        "port": port if isinstance(port, int) else 0,
        "from_address": content.get("fromAddress") or None,
        "ssl": content.get("useSSL") is True,
        "start_tls": content.get("startTLS") is True,
        "username": content.get("username") or None,
    }


def _after_prefix(reference: str) -> str:
    prefix, colon, rest = reference.partition(":")
    return rest if colon and prefix.lower() in _SECRET_KINDS else reference


def _same_secret(recorded: ProviderAsCode, live: ProviderAsCode) -> bool:
    ours = {value for value in (recorded.secret, recorded.secret_id) if value}
    theirs = {value for value in (live.secret, live.secret_id) if value}
    if not ours or not theirs:
        return not ours and not theirs
    return bool(ours & theirs) or any(value.startswith("//") for value in ours | theirs)


def _reference(provider: ProviderAsCode) -> str:
    held = provider.secret or provider.secret_id
    return f"the secret {visible(held, 200)}" if held else "none"

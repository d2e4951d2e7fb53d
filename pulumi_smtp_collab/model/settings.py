"""An SMTP server's settings: the fields of the form, each with its rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from typing_extensions import Self

from pulumi_smtp_collab.model.base import Arguments, broken
from pulumi_smtp_collab.model.credentials import check_password, check_username, normalise_certificates
from pulumi_smtp_collab.model.hosts import is_loopback, normalise_ehlo_name, normalise_host, split_endpoint
from pulumi_smtp_collab.model.mailboxes import normalise_mailbox
from pulumi_smtp_collab.model.tls_mode import DEFAULT_PORTS, TlsMode, tls_mode


def _reject_bool(value: object) -> object:
    if isinstance(value, bool):
        raise broken("must be a whole number, at least 1 and at most 65535", f"{value} is none")
    return value


Host: TypeAlias = Annotated[str, AfterValidator(normalise_host)]
Mailbox: TypeAlias = Annotated[str, AfterValidator(normalise_mailbox)]
Port: TypeAlias = Annotated[int, BeforeValidator(_reject_bool), Field(ge=1, le=65535)]


class SmtpSettings(Arguments):
    """How mail is handed to an SMTP server.

    Raises:
        pydantic.ValidationError: An argument breaks its rule; the message names it and never shows a value that
            may be secret.
    """

    host: Host = Field(
        description="The SMTP server: a host name (an internationalised one too) or an IP address, without scheme or "
        "port. Compared and saved in lower case."
    )
    ssl: bool = Field(
        default=False,
        description="TLS from the first byte (implicit TLS, RFC 8314), as on port 465. Not together with Start TLS.",
    )
    start_tls: bool = Field(
        default=False,
        description="Begins in plain text and changes to TLS by STARTTLS (RFC 3207), as on port 587. Where it is "
        "selected it is required: a server that does not offer it fails the test. Not together with SSL.",
    )
    port: Port = Field(
        default=0,  # stands for "left out"; never seen, since it is filled in below
        description="The TCP port, 1 to 65535.",
        json_schema_extra={"shown_default": "25; with Start TLS 587, with SSL 465"},
    )
    from_address: Mailbox = Field(
        description="The address that mails are sent from (RFC 5321 section 4.1.2; SMTPUTF8 addresses of RFC 6531 too)."
    )
    username: Annotated[str, AfterValidator(check_username)] | None = Field(
        default=None,
        description="The user name of the login, often the full address. With a password, or both left out.",
    )
    password: Annotated[SecretStr, AfterValidator(check_password)] | None = Field(
        default=None,
        description="The password of the login. A secret in inputs, outputs, state, messages and logs, even where "
        "the program gives plain text.",
    )
    ca_certificates: Annotated[str, AfterValidator(normalise_certificates)] | None = Field(
        default=None,
        description="PEM text of CA certificates that are trusted in addition to the system's, for a server whose "
        "certificate comes from a private CA.",
    )
    tls_server_name: Host | None = Field(
        default=None,
        description="The name that is asked for in TLS (SNI) and that the certificate has to carry, for a server "
        "that is reached by an address or an alias.",
        json_schema_extra={"shown_default": "the host"},
    )
    ehlo_name: Annotated[str, AfterValidator(normalise_ehlo_name)] | None = Field(
        default=None,
        description="What the test calls itself in EHLO: a domain name or an address literal (RFC 5321 section 4.1.4).",
        json_schema_extra={
            "shown_default": "the machine's qualified host name, else an address literal of the connection"
        },
    )
    allow_plaintext_login: bool = Field(
        default=False,
        description="Accepts that user name and password cross the network unencrypted. Without it a login without "
        "TLS is refused, except to this machine itself.",
    )

    if TYPE_CHECKING:
        # Says what a program may give where a field's type says what it then holds: pydantic makes text a secret.
        def __init__(
            self,
            *,
            host: str,
            from_address: str,
            ssl: bool = ...,
            start_tls: bool = ...,
            port: int = ...,
            username: str | None = ...,
            password: SecretStr | str | None = ...,
            ca_certificates: str | None = ...,
            tls_server_name: str | None = ...,
            ehlo_name: str | None = ...,
            allow_plaintext_login: bool = ...,
        ) -> None: ...

    @property
    def tls_mode(self) -> TlsMode:
        """The closed choice behind ``ssl`` and ``start_tls``."""
        return tls_mode(ssl=self.ssl, start_tls=self.start_tls)

    @property
    def server_name(self) -> str:
        """The name for SNI that the certificate has to carry."""
        return self.tls_server_name or self.host

    @model_validator(mode="after")
    def _fill_in_port(self) -> Self:
        if not self.port:
            self.__dict__["port"] = DEFAULT_PORTS[self.tls_mode]
        return self

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        values = {name: getattr(self, name) for name in type(self).model_fields}
        raise_first(settings_faults(values))
        return self


Faults: TypeAlias = list[tuple[str, str]]
"""Broken rules between arguments: the argument to name, and what is wrong, without any value."""


def settings_faults(known: Mapping[str, Any]) -> Faults:
    """Return the rules between a server's settings that the known values break.

    Args:
        known: The values that are known, by Python name; None is "left out". What is absent is not known yet and
            breaks no rule.
    """
    faults: Faults = []
    if known.get("password") is None and known.get("password_reference") is not None:
        known = {**known, "password": known["password_reference"]}  # there is one, and it can't be read here
    if known.get("ssl") and known.get("start_tls"):
        faults.append(
            (
                "ssl",
                "and start_tls exclude each other: ssl=True is for a port that speaks TLS from the start (465), "
                "start_tls=True for one that begins in plain text (587, 25)",
            )
        )
    if {"username", "password"} <= known.keys() and (known["username"] is None) != (known["password"] is None):
        given, missing = ("username", "password") if known["password"] is None else ("password", "username")
        faults.append((missing, f"is missing: {given} is given, and a login needs both (or neither)"))
    faults += _plaintext_login_faults(known)
    return faults


def _plaintext_login_faults(known: Mapping[str, Any]) -> Faults:
    """Find a login that would cross the network unencrypted, without the program having accepted it."""
    needed = {"ssl", "start_tls", "allow_plaintext_login", "host"}
    logs_in = known.get("username") is not None or known.get("password") is not None
    if not needed <= known.keys() or not logs_in or known["allow_plaintext_login"]:
        return []
    if known["ssl"] or known["start_tls"] or is_loopback(known["host"]):
        return []
    return [
        (
            "allow_plaintext_login",
            "user name and password would cross the network unencrypted: use start_tls=True (port 587) or ssl=True "
            "(port 465), or accept it with allow_plaintext_login=True",
        )
    ]


def dialled_elsewhere_faults(known: Mapping[str, Any], connect_to: str | None) -> Faults:
    """Find a login that is plain text only to this machine by ``host``, while the test dials another one."""
    if connect_to is None or not is_loopback(str(known.get("host", ""))):
        return []
    return _plaintext_login_faults({**known, "host": split_endpoint(connect_to)[0]})


def raise_first(faults: Faults) -> None:
    """Raise the faults of a model as one error.

    Raises:
        PydanticCustomError: There is a fault.
    """
    if faults:
        raise broken("; ".join(f"{argument}: {message}" for argument, message in faults))

"""What a certificate says of itself: one that was accepted, and a chain that was not."""

from __future__ import annotations

import ipaddress
import re
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from pulumi_smtp_collab.connectivity.failure import PresentedCertificate
from pulumi_smtp_collab.connectivity.redaction import visible
from pulumi_smtp_collab.model.timestamps import rfc3339

_SOON = timedelta(days=14)
_MAX_CHAIN = 10
_MAX_GIVEN = 200
_MAX_NAMES = 100
_MAX_TEXT = 256


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """What is known of a connection over TLS whose certificate was accepted."""

    version: str
    cipher: str
    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    has_alternative_name: bool

    def warnings(self, now: datetime) -> tuple[str, ...]:
        """Return what others may mind about a certificate that was accepted here, as sentences.

        Certificates of 90 days are renewed with 30 left, so that a fixed "under 30 days" would cry wolf.
        """
        found = []
        left = self.not_after - now
        if left < min(_SOON, (self.not_after - self.not_before) / 3):
            days = left / timedelta(days=1)
            found.append(
                f"The server's certificate expires at {rfc3339(self.not_after)}, in {days:.1f} days: it should have "
                "been renewed by now."
            )
        if not self.has_alternative_name:
            found.append(
                "The server's certificate names its host in the common name (CN) alone, without subjectAltName. It is "
                "accepted here; other clients refuse it (RFC 9525, section 6.3): have it reissued with "
                "subjectAltName."
            )
        return tuple(found)


def tls_facts(tls: ssl.SSLObject) -> TlsFacts:
    """Return the facts of a connection whose certificate was accepted."""
    certificate: dict[str, Any] = tls.getpeercert() or {}
    cipher = tls.cipher()
    return TlsFacts(
        version=tls.version() or "TLS",
        cipher=cipher[0] if cipher else "",
        subject=_name(certificate.get("subject", ())),
        issuer=_name(certificate.get("issuer", ())),
        names=tuple(_alternative_name(*pair) for pair in certificate.get("subjectAltName", ())[:_MAX_NAMES]),
        not_before=_moment(certificate["notBefore"]),
        not_after=_moment(certificate["notAfter"]),
        has_alternative_name=any(kind in {"DNS", "IP Address"} for kind, _ in certificate.get("subjectAltName", ())),
    )


_SHORT_NAMES = {
    "commonName": "CN",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "countryName": "C",
    "stateOrProvinceName": "ST",
    "localityName": "L",
    "domainComponent": "DC",
}


def _name(parts: tuple[tuple[tuple[str, str], ...], ...]) -> str:
    """Return a distinguished name, the most telling part first (RFC 4514)."""
    pairs = [pair for part in reversed(parts) for pair in part]
    return _text(",".join(f"{_SHORT_NAMES.get(kind, kind)}={value}" for kind, value in pairs))


def _alternative_name(kind: str, value: object) -> str:
    if kind == "IP Address":
        try:
            return str(ipaddress.ip_address(str(value).strip()))
        except ValueError:
            pass
    return _text(str(value))


def _moment(text: str) -> datetime:
    """Return a date as the ssl module gives it ("Jun  9 12:00:00 2030 GMT")."""
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), timezone.utc)


def _text(text: str) -> str:
    shown = visible(text)
    return shown if len(shown) <= _MAX_TEXT else f"{shown[:_MAX_TEXT]}…"


def presented_chain(tls: ssl.SSLObject) -> tuple[PresentedCertificate, ...]:
    """Return the chain that a server presents on a connection that verified nothing, its own certificate first.

    A certificate that is sent more than once is in it once: a server whose file of the chain holds its own certificate
    again sends no chain all the same.
    """
    return tuple(_described(der) for der in list(dict.fromkeys(_chain_in_der(tls)))[:_MAX_CHAIN])


def given_cas(ca_certificates: str | None) -> tuple[PresentedCertificate, ...]:
    """Return what the certificates of ``ca_certificates`` say of themselves."""
    if ca_certificates is None:
        return ()
    blocks = re.findall(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", ca_certificates, re.DOTALL)
    return tuple(_described(ssl.PEM_cert_to_DER_cert(block)) for block in blocks[:_MAX_GIVEN])


def _chain_in_der(tls: ssl.SSLObject) -> list[bytes]:
    if hasattr(tls, "get_unverified_chain"):  # public from Python 3.13
        return list(tls.get_unverified_chain())
    inner: Any = getattr(tls, "_sslobj", None)
    if hasattr(inner, "get_unverified_chain"):
        return [certificate.public_bytes(_DER) for certificate in inner.get_unverified_chain() or ()]
    own = tls.getpeercert(binary_form=True)
    return [own] if own else []


_DER = 2  # _ssl.ENCODING_DER


def _described(der: bytes) -> PresentedCertificate:
    from cryptography import x509  # noqa: PLC0415 - takes long to load, and a test that passes has no use for it

    try:
        certificate = x509.load_der_x509_certificate(der)
        names = _names_of(certificate)
        return PresentedCertificate(
            subject=_text(certificate.subject.rfc4514_string()),
            issuer=_text(certificate.issuer.rfc4514_string()),
            names=names,
            not_before=rfc3339(certificate.not_valid_before_utc),
            not_after=rfc3339(certificate.not_valid_after_utc),
            self_issued=certificate.subject == certificate.issuer,
        )
    except Exception:  # noqa: BLE001 - a hostile certificate may be malformed in any way
        return PresentedCertificate("(unreadable)", "(unreadable)", (), "", "", self_issued=False)


def _names_of(certificate: Any) -> tuple[str, ...]:  # noqa: ANN401 - its type would load cryptography
    from cryptography import x509  # noqa: PLC0415 - as above

    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    names = found.get_values_for_type(x509.DNSName) + [str(ip) for ip in found.get_values_for_type(x509.IPAddress)]
    return tuple(_text(name) for name in names[:_MAX_NAMES])

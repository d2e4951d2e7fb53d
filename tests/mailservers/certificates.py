"""The certificates of the tests' servers, the good and the odd ones.

One builder on `cryptography` for all, because the odd ones (no key identifiers, SHA-1, 1024 bits, a chain that is not
sent) are what the tests are about. Keys are EC P-256 (made in well under a millisecond) where a test asks for no RSA.
"""

from __future__ import annotations

import datetime as dt
import functools
import ipaddress
from dataclasses import dataclass
from typing import Literal, TypedDict

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
KeyKind = Literal["ec", "rsa2048", "rsa1024"]


@dataclass(frozen=True)
class Extensions:
    """Which of the extensions that RFC 5280 (section 4.2.1) wants a CA's certificates have."""

    key_usage: bool
    critical_basic_constraints: bool
    subject_key_identifier: bool
    authority_key_identifier: bool


@dataclass(frozen=True)
class Issuer:
    """A CA: its certificate and the key that signs."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


class CertificateOptions(TypedDict, total=False):
    """What may be odd about a server's certificate; all of it off by default."""

    expired: bool
    """Valid until yesterday."""
    not_yet_valid: bool
    """Valid from tomorrow."""
    days_left: float
    """Ends in so many days (default: in 60) of a life of `lifetime_days`."""
    lifetime_days: float
    """Days from notBefore to notAfter, 90 by default."""
    self_signed: bool
    """Signed by its own key, not by the authority."""
    intermediate: bool
    """Issued by an intermediate CA, whose certificate is sent too."""
    send_chain: bool
    """False: issued by an intermediate CA whose certificate the server doesn't send."""
    send_root: bool
    """The root is sent as the chain's last certificate (verify code 19 where it isn't trusted)."""
    key: KeyKind
    """The server's key: ec (P-256, default), rsa2048, or rsa1024, which is below OpenSSL's security level 2."""
    digest: Literal["sha256", "sha1"]
    """The digest of the signature over the server's certificate; sha1 is below security level 1."""
    common_name: str
    """The subject's common name; the first name by default."""
    alternative_names: bool
    """False: no subjectAltName, the name stands in the common name alone."""
    send_twice: bool
    """The server's own certificate is sent a second time, where the chain should follow."""


_CA_KEY_USAGE = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)

_ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
_ECDSA_SHA1 = bytes.fromhex("300906072a8648ce3d0401")


def new_issuer(name: str, extensions: Extensions, parent: Issuer | None = None, *, expired: bool = False) -> Issuer:
    """A root CA, or an intermediate one of the parent; one that expired yesterday if that is wanted."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.timezone.utc)
    builder = (
        _builder(_name(name), parent.certificate.subject if parent else _name(name), key)
        .not_valid_before(now - dt.timedelta(days=3650))
        .not_valid_after(now + dt.timedelta(days=-1 if expired else 3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=extensions.critical_basic_constraints)
    )
    if extensions.key_usage:
        builder = builder.add_extension(_CA_KEY_USAGE, critical=True)
    if extensions.subject_key_identifier:
        builder = _with_subject_key_identifier(builder, key)
    if parent is not None and extensions.authority_key_identifier:
        builder = _with_authority_key_identifier(builder, parent.key)
    return Issuer(builder.sign(parent.key if parent else key, hashes.SHA256()), key)


def new_certificate(
    names: tuple[str, ...], issuer: Issuer, extensions: Extensions, options: CertificateOptions
) -> tuple[x509.Certificate, Key]:
    """A server's certificate by the issuer, or by itself if the options say so, and its key."""
    key = _new_key(options.get("key", "ec"))
    subject = _name(options.get("common_name", names[0]))
    self_signed = options.get("self_signed", False)
    signed_by = key if self_signed else issuer.key
    not_before, not_after = _validity(options)
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    builder = (
        _builder(subject, subject if self_signed else issuer.certificate.subject, key)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    )
    if options.get("alternative_names", True):
        alternative_names = x509.SubjectAlternativeName([_general_name(name) for name in names])
        builder = builder.add_extension(alternative_names, critical=False)
    builder = _with_subject_key_identifier(builder, key)
    if extensions.authority_key_identifier:
        builder = _with_authority_key_identifier(builder, signed_by)
    certificate = builder.sign(signed_by, hashes.SHA256())
    return (_with_sha1(certificate, signed_by) if options.get("digest") == "sha1" else certificate), key


def certificate_pem(certificate: x509.Certificate) -> str:
    """PEM, ASCII."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def key_pem(key: Key) -> bytes:
    """PKCS #8, PEM, not encrypted."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _builder(subject: x509.Name, issuer: x509.Name, key: Key) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer)
    return builder.public_key(key.public_key()).serial_number(x509.random_serial_number())


def _with_subject_key_identifier(builder: x509.CertificateBuilder, key: Key) -> x509.CertificateBuilder:
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _with_authority_key_identifier(builder: x509.CertificateBuilder, signed_by: Key) -> x509.CertificateBuilder:
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_by.public_key())
    return builder.add_extension(identifier, critical=False)


def _validity(options: CertificateOptions) -> tuple[dt.datetime, dt.datetime]:
    lifetime = dt.timedelta(days=options.get("lifetime_days", 90))
    now = dt.datetime.now(dt.timezone.utc).replace(microsecond=0)
    if options.get("not_yet_valid", False):
        start = now + dt.timedelta(days=1)
        return start, start + lifetime
    days_left = -1.0 if options.get("expired", False) else options.get("days_left", lifetime.days * 2 / 3)
    end = now + dt.timedelta(days=days_left)
    return end - lifetime, end


def _new_key(kind: KeyKind) -> Key:
    return ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else _rsa_key(int(kind.removeprefix("rsa")))


@functools.cache
def _rsa_key(bits: int) -> rsa.RSAPrivateKey:
    # One for a whole run: finding the primes takes a tenth of a second, and what is signed differs.
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def _with_sha1(certificate: x509.Certificate, key: Key) -> x509.Certificate:
    """The certificate signed again with ECDSA and SHA-1, which `cryptography` signs no certificates with any more.

    The algorithm identifier in the body becomes one byte shorter, and so does the body, whose length is in its bytes
    2 and 3.
    """
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError('digest="sha1" needs an issuer with an EC key: leave self_signed and key="rsa…" apart.')
    body = certificate.tbs_certificate_bytes.replace(_ECDSA_SHA256, _ECDSA_SHA1, 1)
    body = body[:2] + (len(body) - 4).to_bytes(2, "big") + body[4:]
    signature = b"\0" + key.sign(body, ec.ECDSA(hashes.SHA1()))  # noqa: S303 - that is the fault
    whole = body + _ECDSA_SHA1 + b"\x03" + len(signature).to_bytes(1, "big") + signature
    return x509.load_der_x509_certificate(b"\x30\x82" + len(whole).to_bytes(2, "big") + whole)


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example Tests"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)

"""TLS that failed: certificates by OpenSSL's verify codes, alerts by the names that its versions give them."""

from __future__ import annotations

import ssl
from dataclasses import replace
from typing import Any

from mailservers import Authority

from diagnosis_cases.case import SSL, Case
from pulumi_smtp_collab.connectivity.failure import Failure, PresentedCertificate
from pulumi_smtp_collab.connectivity.failure_context import PortFinding

_CA = Authority("Example Root CA")
_LEAF = PresentedCertificate(
    "CN=smtp.example.com,O=Example",
    "CN=Example Root CA,O=Example Tests",
    ("smtp.example.com", "mail.example.com"),
    "2026-07-01T00:00:00Z",
    "2026-12-01T00:00:00Z",
    self_issued=False,
)
_ROOT = replace(_LEAF, subject="CN=Example Root CA,O=Example Tests", names=(), self_issued=True)
_OTHER_NAMES = replace(_LEAF, names=("mail.example.net", "*.example.net"))


def certificate_error(code: int, message: str) -> ssl.SSLCertVerificationError:
    """An error as the ssl module makes it."""
    text = f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {message} (_ssl.c:1007)"
    error = ssl.SSLCertVerificationError(1, text)
    error.verify_code, error.verify_message = code, message
    return error


def _refused(
    code: str,
    number: int,
    message: str,
    *advice: str,
    chain: tuple[PresentedCertificate, ...] = (_LEAF,),
    seen: tuple[str, ...] = (),
    **facts: Any,
) -> Case:
    failure = Failure("tls", "certificate", error=certificate_error(number, message), verify_code=number, chain=chain)
    return Case(code, failure, (*advice, "No credentials were sent."), seen, **facts)


def alert(text: str, reason: str | None = None) -> Failure:
    """A handshake that failed: what the ssl module says, with the reason where this OpenSSL has a name for it."""
    error = ssl.SSLError(1, text)
    error.reason = reason  # type: ignore[assignment]
    return Failure("tls", "tls", error=error)


def _alerted(code: str, reason: str, *advice: str, product: str = "", **facts: Any) -> Case:
    failure = alert(f"[SSL: {reason}] {reason.lower().replace('_', ' ')} (_ssl.c:1007)", reason)
    return Case(code, failure, advice, (reason.lower().replace("_", " "),), product=product or reason, **facts)


_GIVE_CA = "ca_certificates="
_LATER = "2026-10-01 12:00:00 UTC"

TLS: tuple[Case, ...] = (
    _refused(
        "tls-certificate-expired",
        10,
        "certificate has expired",
        "renewed",
        "clock",
        chain=(replace(_LEAF, not_after="2026-09-30T00:00:00Z"), _ROOT),
        seen=("CN=smtp.example.com,O=Example expired (notAfter 2026-09-30T00:00:00Z)", _LATER),
    ),
    _refused(
        "tls-certificate-expired",
        10,
        "certificate has expired",
        "renewed",
        chain=(),
        seen=(_LATER,),
        product="no chain",
    ),
    _refused(
        "tls-certificate-not-yet-valid",
        9,
        "certificate is not yet valid",
        "clock",
        chain=(replace(_LEAF, not_before="2026-10-02T00:00:00Z"),),
        seen=("notBefore 2026-10-02T00:00:00Z", _LATER),
    ),
    _refused(
        "tls-name-mismatch",
        62,
        "Hostname mismatch, certificate is not valid for 'smtp.example.com'.",
        'tls_server_name="mail.example.net"',
        chain=(_OTHER_NAMES,),
        seen=("it carries mail.example.net, *.example.net",),
    ),
    _refused(
        "tls-name-mismatch",
        62,
        "Hostname mismatch",
        "a name that fits *.example.net",
        chain=(replace(_LEAF, names=("*.example.net",)),),
        product="a wildcard",
    ),
    _refused(
        "tls-name-mismatch",
        62,
        "Hostname mismatch",
        "subjectAltName",
        chain=(replace(_LEAF, names=()),),
        product="no names",
    ),
    _refused(
        "tls-address-mismatch",
        64,
        "IP address mismatch, certificate is not valid for '192.0.2.10'.",
        'tls_server_name="smtp.example.com"',
        seen=("the address 192.0.2.10", "smtp.example.com, mail.example.com"),
        settings={"host": "192.0.2.10"},
    ),
    _refused(
        "tls-self-signed", 18, "self-signed certificate", "ca_certificates", chain=(replace(_LEAF, self_issued=True),)
    ),
    _refused(
        "tls-untrusted-root",
        19,
        "self-signed certificate in certificate chain",
        _GIVE_CA,
        chain=(_LEAF, _ROOT),
        seen=("CN=Example Root CA,O=Example Tests",),
    ),
    _refused(
        "tls-unknown-ca",
        20,
        "unable to get local issuer certificate",
        _GIVE_CA,
        "fullchain.pem",
        seen=("issued by CN=Example Root CA,O=Example Tests",),
        product="a leaf alone, from a root",
    ),
    _refused(
        "tls-unknown-ca", 20, "unable to get local issuer certificate", _GIVE_CA, chain=(), product="no second look"
    ),
    _refused(
        "tls-unknown-ca",
        20,
        "unable to get local issuer certificate",
        _GIVE_CA,
        chain=(_LEAF, replace(_LEAF, subject="CN=Example Issuing CA", issuer="CN=Example Root CA")),
        seen=("issued by CN=Example Root CA",),
        product="with its chain",
    ),
    _refused(
        "tls-unknown-ca",
        20,
        "unable to get local issuer certificate",
        _GIVE_CA,
        product="another CA of the same name is given",
        settings={"ca_certificates": _CA.pem},
    ),
    _refused(
        "tls-unknown-ca",
        20,
        "unable to get local issuer certificate",
        _GIVE_CA,
        chain=(replace(_LEAF, issuer="CN=Another CA,O=Example Tests"),),
        product="another CA of the same organisation is given",
        settings={"ca_certificates": _CA.pem},
    ),
    _refused(
        "tls-incomplete-chain",
        20,
        "unable to get local issuer certificate",
        "fullchain.pem",
        chain=(replace(_LEAF, issuer="CN=R11,O=Let's Encrypt,C=US"),),
        seen=("CN=R11,O=Let's Encrypt,C=US",),
        product="a public CA",
    ),
    _refused(
        "tls-incomplete-chain",
        21,
        "unable to verify the first certificate",
        "fullchain.pem",
        chain=(replace(_LEAF, issuer="CN=Example Level Two,O=Example Tests"),),
        product="the root is given",
        settings={"ca_certificates": _CA.pem},
    ),
    _refused(
        "tls-empty-trust-store",
        20,
        "unable to get local issuer certificate",
        "ca-certificates",
        "ca_certificates",
        around={"trust_store_empty": True},
    ),
    _refused("tls-weak-key", 66, "EE certificate key too weak", "2048 bits"),
    _refused("tls-weak-ca-key", 67, "CA certificate key too weak", "2048 bits"),
    _refused("tls-weak-digest", 68, "CA signature digest algorithm too weak", "SHA-256"),
    *(
        _refused(
            "tls-ca-breaks-rfc5280",
            number,
            message,
            "basicConstraints",
            "key identifiers",
            seen=(message,),
            product=str(number),
        )
        for number, message in (
            (85, "Missing Authority Key Identifier"),
            (86, "Missing Subject Key Identifier"),
            (89, "Basic Constraints of CA cert not marked critical"),
        )
    ),
    _refused("tls-ca-lacks-key-usage", 92, "CA cert does not include key usage extension", "keyUsage", seen=("3.13",)),
    _refused("tls-certificate-purpose", 26, "unsuitable certificate purpose", "serverAuth"),
    _refused("tls-certificate-revoked", 23, "certificate revoked", "new certificate"),
    _refused(
        "tls-certificate-refused",
        7,
        "certificate signature failure",
        "reissued",
        seen=("certificate signature failure",),
    ),
    _alerted("tls-version-too-old", "TLSV1_ALERT_PROTOCOL_VERSION", "TLS 1.2"),
    _alerted("tls-version-too-old", "UNSUPPORTED_PROTOCOL", "TLS 1.2"),
    Case(
        "tls-version-too-old",
        alert("[SSL] tlsv1 alert protocol version (_ssl.c:1020)"),
        ("TLS 1.2",),
        ("tlsv1 alert protocol version",),
        product="an OpenSSL whose reasons Python has no name for",
    ),
    _alerted("tls-client-certificate-required", "TLSV13_ALERT_CERTIFICATE_REQUIRED", "not supported"),
    _alerted("tls-client-certificate-required", "SSLV3_ALERT_BAD_CERTIFICATE", "not supported"),
    _alerted("tls-handshake-refused", "SSLV3_ALERT_HANDSHAKE_FAILURE", "cipher", "client certificate"),
    _alerted("tls-handshake-refused", "SSL/TLS_ALERT_HANDSHAKE_FAILURE", "cipher", product="OpenSSL 3.2"),
    _alerted("tls-name-not-served", "TLSV1_UNRECOGNIZED_NAME", "tls_server_name"),
    _alerted("tls-weak-dh", "DH_KEY_TOO_SMALL", "2048 bits"),
    _alerted("tls-weak-key", "EE_KEY_TOO_SMALL", "2048 bits"),
    _alerted("tls-weak-ca-key", "CA_KEY_TOO_SMALL", "2048 bits"),
    _alerted("tls-weak-digest", "CA_MD_TOO_WEAK", "SHA-256"),
    _alerted("tls-server-error", "TLSV1_ALERT_INTERNAL_ERROR", "later", transient=True),
    _alerted("tls-legacy-renegotiation", "UNSAFE_LEGACY_RENEGOTIATION_DISABLED", "updated"),
    _alerted("tls-failed", "BAD_RECORD_TYPE", "administrator"),
    Case(
        "tls-failed",
        replace(alert("[SSL: X] wrong version number", "WRONG_VERSION_NUMBER"), stage="ehlo"),
        product="later on",
    ),
    Case("tls-dropped", alert("EOF occurred in violation of protocol (_ssl.c:1007)"), transient=True, product="EOF"),
    Case(
        "starttls-port",
        Failure("tls", "plain-peer", raw="220 mx.example.com ESMTP Postfix"),
        ("start_tls=True in place of ssl=True, with port=587", "No credentials were sent."),
        ('"220 mx.example.com ESMTP Postfix"',),
        settings={**SSL, "port": 587},
        around={"second_look": PortFinding(587, "starttls", "220 mx.example.com ESMTP Postfix")},
    ),
    Case(
        "plain-port",
        Failure("tls", "plain-peer", raw="220 mx.example.com ESMTP Postfix"),
        ("start_tls=True in place of ssl=True", "port=465, ssl=True"),
        ("offers no STARTTLS",),
        settings={**SSL, "port": 25},
        around={"second_look": PortFinding(25, "smtp", "220 mx.example.com ESMTP Postfix")},
    ),
    Case(
        "plain-port",
        alert("[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1007)", "WRONG_VERSION_NUMBER"),
        ("start_tls=True in place of ssl=True",),
        product="by the TLS library alone",
        settings={**SSL, "port": 587},
    ),
)

"""Causes of a TLS handshake that failed for another reason than the certificate.

OpenSSL and its descendants name the same alert differently and change their texts; what is matched are the words that
all of them share, in ``SSLError.reason`` where it is set, else in the message.
"""

from __future__ import annotations

import re
import ssl
from typing import Final

from pulumi_smtp_collab.connectivity.diagnosis.facts import Facts, Finding, Words
from pulumi_smtp_collab.connectivity.diagnosis.silence import lost_finding, plain_peer_finding

_BY_REASON: Final[tuple[tuple[str, str], ...]] = (
    ("plain-port", r"WRONG_VERSION_NUMBER|HTTP_REQUEST|UNKNOWN_PROTOCOL|PACKET_LENGTH_TOO_LONG"),
    ("tls-dropped", r"UNEXPECTED_EOF|EOF_OCCURRED"),
    ("tls-version-too-old", r"ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|WRONG_SSL_VERSION|VERSION_TOO_LOW"),
    ("tls-version-too-old", r"NO_PROTOCOLS_AVAILABLE|INAPPROPRIATE_FALLBACK"),
    ("tls-client-certificate-required", r"CERTIFICATE_REQUIRED|ALERT_(BAD|NO)_CERTIFICATE|ALERT_CERTIFICATE_UNKNOWN"),
    ("tls-name-not-served", r"UNRECOGNIZED_NAME"),
    ("tls-weak-dh", r"DH_KEY_TOO_SMALL|BAD_DH|MODULUS_TOO_SMALL"),
    ("tls-weak-key", r"EE_KEY_TOO_SMALL|KEY_SIZE_TOO_SMALL"),
    ("tls-weak-ca-key", r"CA_KEY_TOO_SMALL"),
    ("tls-weak-digest", r"MD_TOO_WEAK|WRONG_SIGNATURE_TYPE|LEGACY_SIGALG"),
    ("tls-legacy-renegotiation", r"LEGACY_RENEGOTIATION"),
    ("tls-handshake-refused", r"HANDSHAKE_FAILURE|NO_SHARED_CIPHER|NO_CIPHERS|INSUFFICIENT_SECURITY"),
    ("tls-server-error", r"ALERT_INTERNAL_ERROR"),
)

_ASK: Final = "The test accepts TLS 1.2 and 1.3 with modern ciphers."

WORDS: Final[dict[str, Words]] = {
    "tls-version-too-old": Words(
        "{where} speaks no TLS version from 1.2 on ({error}).",
        "The server needs TLS 1.2 or 1.3: its administrator has to enable it. {unsent}",
    ),
    "tls-client-certificate-required": Words(
        "{where} wants a client certificate ({error}).",
        "Client certificates are not supported here. Have the server drop this demand for the port, or use another "
        "port: {submission}. {unsent}",
    ),
    "tls-handshake-refused": Words(
        "{where} ended the TLS handshake ({error}).",
        "Either the two sides have no cipher in common, or the server wants a client certificate; this can't be told "
        f"apart from here. {_ASK} The server's log says which it is. Its administrator has to allow one of these "
        "ciphers, or drop the demand for a certificate. {unsent}",
    ),
    "tls-name-not-served": Words(
        "{where} does not know the name {server_name} that TLS asked it for ({error}).",
        "Set tls_server_name to a name that the server has a certificate for. {unsent}",
    ),
    "tls-weak-dh": Words(
        "The Diffie-Hellman parameters of {where} are too short to be safe ({error}).",
        "The server's administrator has to set parameters of 2048 bits or more, or prefer ECDHE. {unsent}",
    ),
    "tls-legacy-renegotiation": Words(
        "{where} lacks secure renegotiation (RFC 5746) ({error}).",
        "The server's TLS library has to be updated by its administrator. {unsent}",
    ),
    "tls-server-error": Words(
        "{where} reports an internal error in its TLS ({error}).",
        "Try again later; if it stays so, the server's administrator finds the cause in its log. {unsent}",
    ),
    "tls-weak-key": Words(
        "The key of the certificate of {where} is too short to be safe ({error}).",
        "The server's certificate has to be reissued with a key of 2048 bits (RSA) or 256 bits (EC) or more. {unsent}",
    ),
    "tls-weak-ca-key": Words(
        "The key of a CA in the chain of {where} is too short to be safe ({error}).",
        "The CA and the server's certificate have to be reissued with keys of 2048 bits (RSA) or 256 bits (EC) or "
        "more; then give the new CA in ca_certificates. {unsent}",
    ),
    "tls-weak-digest": Words(
        "A certificate in the chain of {where} is signed with a digest that is no longer safe ({error}).",
        "The server's certificate, or the CA between it and the root, has to be reissued with SHA-256. {unsent}",
    ),
    "tls-failed": Words(
        "TLS with {where} failed: {error}.",
        f"{_ASK} The server's log can say more: ask its administrator. {{unsent}}",
    ),
}


def tls_finding(facts: Facts) -> Finding:
    """Name what a TLS error means."""
    code = _code(facts.failure.error)
    if code == "plain-port":
        return (
            plain_peer_finding(facts)
            if facts.failure.stage == "tls"
            else facts.finding("tls-failed", WORDS["tls-failed"])
        )
    if code == "tls-dropped":
        return lost_finding(facts)
    return facts.finding(code, WORDS[code])


def _code(error: BaseException | None) -> str:
    reason = error.reason if isinstance(error, ssl.SSLError) else ""
    said = re.sub(r"[^A-Z0-9]+", "_", (reason or str(error)).upper())
    return next((code for code, pattern in _BY_REASON if re.search(pattern, said)), "tls-failed")

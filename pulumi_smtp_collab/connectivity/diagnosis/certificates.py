"""Causes of a certificate that was not accepted, by OpenSSL's verify code and by the chain that the server presents."""

from __future__ import annotations

import re
import ssl
from typing import Any, Final

from pulumi_smtp_collab.connectivity.diagnosis.facts import Facts, Finding, Words, reason
from pulumi_smtp_collab.connectivity.diagnosis.tls import WORDS as TLS_WORDS
from pulumi_smtp_collab.connectivity.failure import PresentedCertificate
from pulumi_smtp_collab.model.timestamps import rfc3339

# OpenSSL's x509_vfy.h; the numbers are part of its interface.
_BY_VERIFY_CODE: Final[dict[int, str]] = {
    2: "tls-unknown-ca",  # UNABLE_TO_GET_ISSUER_CERT: of a CA that is trusted in part
    9: "tls-certificate-not-yet-valid",
    10: "tls-certificate-expired",
    18: "tls-self-signed",
    19: "tls-untrusted-root",
    20: "tls-unknown-ca",  # or an incomplete chain: the presented certificates tell
    21: "tls-unknown-ca",
    23: "tls-certificate-revoked",
    26: "tls-certificate-purpose",
    27: "tls-untrusted-root",
    62: "tls-name-mismatch",
    64: "tls-address-mismatch",
    66: "tls-weak-key",
    67: "tls-weak-ca-key",
    68: "tls-weak-digest",
    79: "tls-ca-breaks-rfc5280",  # INVALID_CA
    92: "tls-ca-lacks-key-usage",
    **dict.fromkeys((*range(80, 92), 93), "tls-ca-breaks-rfc5280"),
}
_MANY: Final = 12  # names that a sentence can hold
_FEW: Final = 3  # CAs
# What the issuers of public certificates, and intermediate CAs elsewhere, are called.
_INTERMEDIATE: Final = re.compile(
    r"intermediate|issuing|subordinate|sub[- ]?ca\b|let's encrypt|digicert|sectigo|comodo|globalsign|zerossl|godaddy|"
    r"starfield|amazon|google trust|entrust|geotrust|rapidssl|thawte|actalis|buypass|certum|harica|identrust|"
    r"microsoft|ssl\.com|trust ?asia|quovadis|swisssign|gandi|telesec",
    re.IGNORECASE,
)
_COMMON_WORDS: Final = frozenset({"ca", "root", "certificate", "certification", "authority", "the", "and", "of", "tls"})
_UNTRUSTED: Final = frozenset({"tls-unknown-ca", "tls-untrusted-root", "tls-self-signed"})

_WORDS: Final[dict[str, Words]] = {
    "tls-certificate-expired": Words(
        "A certificate of {where} has expired: {expired}; this machine's clock says {now}.",
        "The server's certificate has to be renewed and the server reloaded. If that date is still to come, set this "
        "machine's clock. {unsent}",
    ),
    "tls-certificate-not-yet-valid": Words(
        "A certificate of {where} is not valid yet: {early}; this machine's clock says {now}.",
        "Set this machine's clock if it is wrong; else wait, or have the certificate reissued. {unsent}",
    ),
    "tls-name-mismatch": Words(
        "The certificate of {where} is not for {server_name}: {names}.",
        "{use_one} {unsent}",
    ),
    "tls-address-mismatch": Words(
        "The certificate of {where} is not for the address {server_name}: {names}.",
        "{use_one} {unsent}",
    ),
    "tls-self-signed": Words(
        "The certificate of {where} is signed by itself, and not trusted here: {leaf}.",
        "Have it issued by a CA; or, if it is really the server's, add the certificate itself to ca_certificates. "
        "{unsent}",
    ),
    "tls-untrusted-root": Words(
        "The chain of {where} ends in a root that is not trusted here: {root}.",
        'If that is your organisation\'s CA, give it: ca_certificates=pathlib.Path("ca.pem").read_text(). {unsent}',
    ),
    "tls-unknown-ca": Words(
        "The certificate of {where} comes from a CA that is not known here: {issuer}.",
        'If that is your organisation\'s CA, give it: ca_certificates=pathlib.Path("ca.pem").read_text().{also} '
        "{unsent}",
    ),
    "tls-incomplete-chain": Words(
        "{where} sends its own certificate alone, without the one of the CA that issued it: {issuer}.",
        "Have the server send its chain (the file often called fullchain.pem); or give that CA's certificate, and the "
        "root's if it is a private one, in ca_certificates. {unsent}",
    ),
    "tls-empty-trust-store": Words(
        "This machine trusts no CA at all, so it can't verify any certificate, that of {where} included.",
        "Install the system's CA certificates (the package ca-certificates, which slim images leave out); or give the "
        "server's CA in ca_certificates. {unsent}",
    ),
    "tls-ca-breaks-rfc5280": Words(
        "The certificate chain of {where} breaks RFC 5280, which is checked from Python 3.13 on: {error}.",
        "The CA has to be reissued with critical basicConstraints and key identifiers (subjectKeyIdentifier, "
        "authorityKeyIdentifier), and the server's certificate by it; then give the new CA in ca_certificates. "
        "Older versions of Python accept it as it is. {unsent}",
    ),
    "tls-ca-lacks-key-usage": Words(
        "A CA certificate in the chain of {where} has no keyUsage, which is checked from Python 3.13 on: {error}.",
        "The CA has to be reissued with keyUsage (keyCertSign, cRLSign), with the same key if you like; then give the "
        "new one in ca_certificates. Older versions of Python accept it as it is. {unsent}",
    ),
    "tls-certificate-purpose": Words(
        "The certificate of {where} is not made for a server: {error}.",
        "It has to be reissued with the extended key usage serverAuth. {unsent}",
    ),
    "tls-certificate-revoked": Words(
        "The certificate of {where} has been revoked: {error}.",
        "The server needs a new certificate. {unsent}",
    ),
    "tls-certificate-refused": Words(
        "The certificate of {where} could not be verified: {error}.",
        "The server's administrator has to have it reissued; the text says what is wrong with it. {unsent}",
    ),
    **{code: TLS_WORDS[code] for code in ("tls-weak-key", "tls-weak-ca-key", "tls-weak-digest")},
}


_EXPIRED_SELF_SIGNED: Final = Words(
    "The certificate of {where} is signed by itself, and has expired: {expired}; this machine's clock says {now}.",
    "The server's certificate has to be renewed, best by a CA, and the server reloaded. If the new one is signed by "
    "itself again, give it in ca_certificates. {unsent}",
)
_EXPIRED_CA: Final = Words(
    "A CA that ca_certificates gives for {where} has expired: {expired}; this machine's clock says {now}. The "
    "certificates that the server sends are valid.",
    "Give the CA's renewed certificate in ca_certificates, in place of the one that expired. {unsent}",
)


_WRONG_CA: Final = Words(
    "The certificate of {where} is not accepted: none of the certificates in ca_certificates issued it. You gave "
    "{given}; the server's issuer is {wanted}.",
    "Give the certificate of that CA in ca_certificates, if it is your organisation's.{also} {unsent}",
)
_WRONG_SELF_SIGNED: Final = Words(
    "The certificate of {where} is signed by itself: none of the certificates in ca_certificates issued it. You gave "
    "{given}; the server's is {leaf}.",
    _WORDS["tls-self-signed"].advice,
)
_RENEWED_CA: Final = Words(
    "The certificate of {where} is not accepted: none of the certificates in ca_certificates issued it. You gave "
    "{given}; the server's issuer is {wanted}, of the same name and with another key.",
    "The CA was made anew, or is a namesake: give its present certificate in ca_certificates. {unsent}",
)


def certificate_finding(facts: Facts) -> Finding:
    """Name why the certificate was not accepted."""
    code = _BY_VERIFY_CODE.get(facts.failure.verify_code or 0, "tls-certificate-refused")
    now, chain = rfc3339(facts.around.now), facts.failure.chain
    if code == "tls-self-signed" and chain and chain[0].not_after < now:
        # OpenSSL names the first fault that it meets; a certificate that has expired is of no use to trust.
        return _with_certificate_words(facts).finding("tls-certificate-expired", _EXPIRED_SELF_SIGNED)
    if code == "tls-certificate-expired" and not any(each.not_after < now for each in chain):
        expired = [each for each in facts.failure.given_cas if each.not_after and each.not_after < now]
        if chain and expired:
            named = ", ".join(f"{each.subject} expired (notAfter {each.not_after})" for each in expired)
            return _with_certificate_words(facts).with_words(expired=named).finding(code, _EXPIRED_CA)
    if code in _UNTRUSTED and facts.around.trust_store_empty and facts.around.settings.ca_certificates is None:
        code = "tls-empty-trust-store"
    elif code == "tls-unknown-ca" and is_incomplete(facts.failure.chain, facts.around.settings.ca_certificates):
        code = "tls-incomplete-chain"
    elif code in _UNTRUSTED and chain and facts.failure.given_cas:
        return _wrong_ca(facts, code)
    return _with_certificate_words(facts).finding(code, _WORDS[code])


def _wrong_ca(facts: Facts, code: str) -> Finding:
    """Say what was given for a CA, and which one the server's certificate needs."""
    wanted = facts.failure.chain[-1].issuer
    given = [each.subject for each in facts.failure.given_cas]
    named = _with_certificate_words(facts).with_words(given=_few(given), wanted=wanted)
    if code == "tls-self-signed":
        return named.finding(code, _WRONG_SELF_SIGNED)
    return named.finding(code, _RENEWED_CA if wanted in given else _WRONG_CA)


def _few(subjects: list[str]) -> str:
    more = f" and {len(subjects) - _FEW} more" if len(subjects) > _FEW else ""
    return ", ".join(subjects[:_FEW]) + more


def _with_certificate_words(facts: Facts) -> Facts:
    chain, now = facts.failure.chain, rfc3339(facts.around.now)
    unread = f"{reason(facts.failure.error)} (its certificates could not be looked at)"
    expired = [f"{each.subject} expired (notAfter {each.not_after})" for each in chain if each.not_after < now]
    early = [f"{each.subject} begins later (notBefore {each.not_before})" for each in chain if each.not_before > now]
    names = chain[0].names if chain else ()
    return facts.with_words(
        expired=", ".join(expired) or unread,
        early=", ".join(early) or unread,
        leaf=f"{chain[0].subject}, until {chain[0].not_after}" if chain else unread,
        root=chain[-1].subject if chain else unread,
        issuer=f"it is issued by {chain[-1].issuer}" if chain else unread,
        names=_listed(names) if chain else unread,
        use_one=_use_one(names),
        also=_also(chain),
    )


def _listed(names: tuple[str, ...]) -> str:
    if not names:
        return "it carries no name at all"
    more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
    return f"it carries {', '.join(names[:_MANY])}{more}"


def _use_one(names: tuple[str, ...]) -> str:
    whole = next((name for name in names if "*" not in name), None)
    if not names:
        return "The server's certificate has to be reissued with the name of the host (subjectAltName)."
    example = f'tls_server_name="{whole}"' if whole else f"a name that fits {names[0]}"
    return (
        f"Use one of these names as host, or, if this is really that server, as tls_server_name ({example}); else "
        "have the certificate reissued with the name."
    )


def _also(chain: tuple[PresentedCertificate, ...]) -> str:
    if len(chain) > 1:
        return ""
    return " If that CA is itself issued by another one, the server has to send its chain (fullchain.pem)."


def is_incomplete(chain: tuple[PresentedCertificate, ...], ca_certificates: str | None) -> bool:
    """Return whether the server leaves certificates out that lead from its own to a root.

    A certificate that comes alone may be issued by a root itself, as a small private CA does; the issuer's name tells:
    public CAs never issue from a root, and a private intermediate CA mostly has its organisation and a part of its name
    in common with the root.
    """
    if len(chain) != 1 or chain[0].self_issued:
        return False
    issuer = _attributes(chain[0].issuer)
    given = _given(ca_certificates)
    if any(issuer.get("CN") == known.get("CN") and issuer.get("O") == known.get("O") for known in given):
        return False  # a CA of this name is trusted: it is another one, or has a new key
    if any(issuer.get("O", "") == known.get("O") and _words(issuer) & _words(known) for known in given):
        return True
    return bool(_INTERMEDIATE.search(chain[0].issuer))


def _words(name: dict[str, str]) -> set[str]:
    """Return the words of a CA's name that tell it from other CAs."""
    return set(re.findall(r"[^\W\d_]{2,}", name.get("CN", "").lower())) - _COMMON_WORDS


def _attributes(distinguished_name: str) -> dict[str, str]:
    """Take a name as RFC 4514 writes it apart."""
    parts = (part.partition("=") for part in re.split(r"(?<!\\),", distinguished_name))
    return {kind.strip().upper(): re.sub(r"\\(.)", r"\1", value) for kind, _, value in parts}


def _given(ca_certificates: str | None) -> list[dict[str, str]]:
    """Return the names of the CAs that the settings trust."""
    if ca_certificates is None:
        return []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=ca_certificates)
    names = []
    certificates: list[Any] = context.get_ca_certs()  # nested tuples, which its type does not tell
    for certificate in certificates:
        subject = dict(part[0] for part in certificate["subject"])
        names.append({"CN": str(subject.get("commonName", "")), "O": str(subject.get("organizationName", ""))})
    return names

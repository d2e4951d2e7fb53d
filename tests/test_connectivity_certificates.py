"""What is said of certificates: of one that others would refuse, and of the real cause where several fit."""

from __future__ import annotations

import locale
from datetime import datetime, timezone

from mailservers import Authority, MailServer
from relay_settings import settings_for

from pulumi_smtp_collab import ConnectivityReport, ConnectivityTest, run_connectivity_test
from pulumi_smtp_collab.connectivity.certificates import _moment

ONCE = ConnectivityTest(attempts=1)


def outcome_of(server: MailServer, ca: str | None = None) -> ConnectivityReport:
    return run_connectivity_test(settings_for(server, ssl=True, ca_certificates=ca), ONCE)


def failed(report: ConnectivityReport) -> tuple[str, str]:
    """Return the code, and summary and advice."""
    assert report.diagnosis is not None, report
    return report.diagnosis.code, f"{report.diagnosis.summary} {report.diagnosis.advice}"


def test_a_certificate_without_alternative_names_is_a_warning(authority: Authority) -> None:
    """A name in the CN alone passes here, and the warning says that others refuse it, by RFC 9525."""
    context = authority.server_context("localhost", alternative_names=False)
    with MailServer("implicit", context) as server:
        report = outcome_of(server, authority.pem)
    assert report.passed, report
    assert len(report.warnings) == 1
    assert "RFC 9525" in report.warnings[0]
    with MailServer("implicit", authority.server_context("localhost")) as server:
        assert not outcome_of(server, authority.pem).warnings


def test_self_signed_and_expired_is_expired(authority: Authority) -> None:
    """OpenSSL names the signature first; to trust a certificate that has expired would help nobody."""
    with MailServer("implicit", authority.server_context(self_signed=True, expired=True)) as server:
        code, said = failed(outcome_of(server))
    assert code == "tls-certificate-expired"
    assert "signed by itself" in said
    assert "renewed" in said
    with MailServer("implicit", authority.server_context(self_signed=True)) as server:
        assert failed(outcome_of(server))[0] == "tls-self-signed"


def test_an_expired_ca_of_the_arguments_is_named() -> None:
    """Where a CA of ca_certificates has expired the server's certificate is not blamed: the argument is."""
    with Authority("Old CA", expired=True) as old, MailServer("implicit", old.server_context()) as server:
        code, said = failed(outcome_of(server, old.pem))
    assert code == "tls-certificate-expired"
    assert "CN=Old CA" in said
    assert "ca_certificates" in said
    assert "The server's certificate has to be renewed" not in said


def test_an_expired_certificate_of_the_server_is_its_own(authority: Authority) -> None:
    """Where the server's certificate has expired, it is the one to be renewed, whatever CA was given."""
    with MailServer("implicit", authority.server_context(expired=True)) as server:
        code, said = failed(outcome_of(server, authority.pem))
    assert code == "tls-certificate-expired"
    assert "The server's certificate has to be renewed" in said


def test_the_own_certificate_sent_twice_is_no_chain(authority: Authority) -> None:
    """A file of the chain that holds the server's certificate twice leaves the intermediate CA out all the same."""
    context = authority.server_context(send_chain=False, send_twice=True)
    with MailServer("implicit", context) as server:
        code, said = failed(outcome_of(server, authority.pem))
    assert code == "tls-incomplete-chain", said


def test_dates_are_read_in_english_whatever_the_locale_is() -> None:
    """The ssl module writes months in English; a German runner reads them as well."""
    expected = datetime(2030, 3, 9, 12, 0, 1, tzinfo=timezone.utc)
    assert _moment("Mar  9 12:00:01 2030 GMT") == expected
    before = locale.setlocale(locale.LC_TIME)
    try:
        for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"):
            try:
                locale.setlocale(locale.LC_TIME, name)
            except locale.Error:
                continue
            assert _moment("Mar  9 12:00:01 2030 GMT") == expected
    finally:
        locale.setlocale(locale.LC_TIME, before)


def test_a_wrong_ca_is_told_from_none(authority: Authority) -> None:
    """What was given and what the server needs stand side by side; a CA that was made anew under its name is seen."""
    with Authority("Other CA") as other, Authority() as renewed:
        with MailServer("implicit", authority.server_context()) as server:
            _, none = failed(outcome_of(server))
            _, wrong = failed(outcome_of(server, other.pem))
            _, two = failed(outcome_of(server, other.pem + other.pem))
            _, again = failed(outcome_of(server, renewed.pem))
        with MailServer("implicit", authority.server_context(self_signed=True)) as server:
            _, alone = failed(outcome_of(server, other.pem))
    assert "none of the certificates in ca_certificates" not in none
    for said in (wrong, two, again, alone):
        assert "none of the certificates in ca_certificates issued it. You gave " in said
    assert "CN=Other CA" in wrong
    assert "the server's issuer is CN=Test CA" in wrong
    assert "of the same name and with another key" in again
    assert "of the same name" not in wrong

"""What is known of mail services: one is found by its host, its greeting or its name, and never for another's host."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_smtp_collab import SmtpSettings
from pulumi_smtp_collab.model.services import (
    SERVICES,
    Endpoint,
    Service,
    service_for,
    service_for_greeting,
    service_for_host,
    service_named,
)

PAGE = Path(__file__).parent.parent / "docs" / "services.md"

NAMED = {
    "gmail": "smtp.gmail.com",
    "google-relay": "smtp-relay.gmail.com",
    "microsoft365": "smtp.office365.com",
    "outlook": "smtp-mail.outlook.com",
    "ses": "email-smtp.eu-west-1.amazonaws.com",
    "sendgrid": "smtp.sendgrid.net",
    "mailgun": "smtp.mailgun.org",
    "mailgun-eu": "smtp.eu.mailgun.org",
    "postmark": "smtp.postmarkapp.com",
    "brevo": "smtp-relay.brevo.com",
    "mailjet": "in-v3.mailjet.com",
    "mandrill": "smtp.mandrillapp.com",
    "sparkpost": "smtp.eu.sparkpostmail.com",
    "smtp2go": "mail-eu.smtp2go.com",
    "zoho": "smtppro.zoho.eu",
    "yandex": "smtp.yandex.ru",
    "yahoo": "smtp.mail.yahoo.com",
    "aol": "smtp.aol.com",
    "proton": "smtp.protonmail.ch",
    "mail.ru": "smtp.mail.ru",
    "resend": "smtp.resend.com",
    "gmx": "mail.gmx.net",
    "web.de": "smtp.web.de",
    "ionos": "smtp.ionos.de",
    "fastmail": "smtp.fastmail.com",
    "icloud": "smtp.mail.me.com",
    "qq": "smtp.qq.com",
    "163": "smtp.163.com",
    "alibaba": "smtpdm-ap-southeast-1.aliyun.com",
    "tencent": "sg-smtp.qcloudmail.com",
    "oci": "smtp.email.us-ashburn-1.oci.oraclecloud.com",
    "azure": "smtp.azurecomm.net",
    "mailtrap": "live.smtp.mailtrap.io",
    "mailtrap-sandbox": "sandbox.smtp.mailtrap.io",
    "mailpit": "mailpit",
}
"""A host of each service that has one."""

GREETINGS = {
    "gmail": "220 smtp.gmail.com ESMTP a640c23a62f3a-aa20df263bcsm696223666b.11 - gsmtp",
    "google-relay": "220 smtp-relay.gmail.com ESMTP 98e67ed59e1d1-339a6f6d34bsm677164a91.5 - gsmtp",
    "ses": "220 email-smtp.amazonaws.com ESMTP SimpleEmailService-d-GI38EMLB2 hkD7YwduxMJw9KrXpof7",
    "microsoft365": "220 FR0P281CA0123.outlook.office365.com Microsoft ESMTP MAIL Service ready at Wed, 25 Nov 2026 "
    "10:00:00 +0000",
    "mailjet": "220 in.mailjet.com ESMTP Mailjet",
    "yahoo": "220 smtp.mail.yahoo.com ESMTP ready",
    "mandrill": "220 smtp.mandrillapp.com ESMTP",
    "mailpit": "220 441ff155b363 Mailpit ESMTP Service ready",
}


@pytest.mark.parametrize("key", NAMED)
def test_a_service_is_found_by_its_host(key: str) -> None:
    """Each service is found by its host, in any case and with a dot at the end."""
    host = NAMED[key]
    for form in (host, host.upper(), f"{host}.", f" {host.title()}. "):
        found = service_for_host(form)
        assert found is not None
        assert found.key == key


def test_every_service_has_its_test() -> None:
    """All services but the one without a host are in the table above."""
    assert {service.key for service in SERVICES} == {*NAMED, "proton-bridge"}


@pytest.mark.parametrize(
    "host",
    [
        "gmail.com.evil.example",
        "smtp.gmail.com.evil.example",
        "evilsmtp.gmail.com",
        "smtp.gmail.com..",
        "smtp.gmail.comm",
        "smtp-gmail.com",
        "smtpXgmail.com",
        "email-smtp.eu-west-1.evil.amazonaws.com",
        "email-smtp.eu-west-1.amazonaws.com.evil.example",
        "email-smtp.amazonaws.com.evil",
        "email-smtp..amazonaws.com",
        "smtp.zoho.example",
        "mailpit.example",
        "xn--smtp.gmail.com",
        "localhost",
        "127.0.0.1",
        "[::1]",
        "",
        ".",
    ],
)
def test_anothers_host_is_no_services(host: str) -> None:
    """What only looks like a service's host is not taken for it."""
    assert service_for_host(host) is None


@given(st.sampled_from(sorted(NAMED.values())), st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1))
def test_a_name_around_a_services_host_is_no_services(host: str, label: str) -> None:
    """A label before or behind makes it another's host, whatever the label is."""
    assert service_for_host(f"{host}.{label}.example") is None
    found = service_for_host(f"{label}.{host}")
    assert found is None or found.key == "oci"  # "smtp.<region>.oraclecloud.com" has room for one label


@pytest.mark.parametrize("key", GREETINGS)
def test_a_service_is_found_by_its_greeting(key: str) -> None:
    """A service behind a private name is known by its greeting; a host that is another's goes before that."""
    found = service_for_greeting(GREETINGS[key])
    assert found is not None
    assert found.key == key
    assert service_for("mail.internal.example", GREETINGS[key]) is found
    other = service_for("smtp.fastmail.com", GREETINGS[key])
    assert other is not None
    assert other.key == "fastmail"


@pytest.mark.parametrize(
    "greeting",
    [
        "220 mail.example.com ESMTP Postfix",
        "220 mail.example.com Microsoft ESMTP MAIL Service ready at Wed, 25 Nov 2026 10:00:00 +0000",
        "220 mx.example.com ESMTP not smtp.gmail.com gsmtp",
        "220 smtp.gmail.com.evil.example ESMTP x - gsmtp",
        "",
    ],
)
def test_another_servers_greeting_is_no_services(greeting: str) -> None:
    """An Exchange of one's own, or a server that only mentions a service, is not taken for it."""
    assert service_for_greeting(greeting) is None


def test_a_service_is_found_by_its_name() -> None:
    """By its key and by its name, in any case; an unknown name finds none."""
    for service in SERVICES:
        assert service_named(service.key.upper()) is service
        assert service_named(f" {service.name.lower()} ") is service
    assert service_named("nobody") is None


def test_the_region_is_read_from_the_host() -> None:
    """A regional host tells its region, for the sentence that says what the credentials belong to."""
    ses, alibaba = service_named("ses"), service_named("alibaba")
    assert ses is not None
    assert alibaba is not None
    assert ses.region_of("EMAIL-SMTP.eu-west-1.amazonaws.com.") == "eu-west-1"
    assert ses.region_of("vpce-0a1b.email-smtp.us-east-1.vpce.amazonaws.com") == "us-east-1"
    assert ses.region_of("mail.internal.example") is None
    assert alibaba.region_of("smtpdm-ap-southeast-1.aliyun.com") == "ap-southeast-1"
    assert alibaba.region_of("smtpdm.aliyun.com") is None


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.key)
def test_an_entry_is_whole(service: Service) -> None:
    """Its settings are arguments that we take, its hosts are its own, its texts fit into their sentences."""
    assert re.fullmatch(r"[a-z0-9][a-z0-9.-]*", service.key)
    assert service.endpoints
    for endpoint in service.endpoints:
        arguments = {**endpoint.arguments, "host": endpoint.host.replace("<region>", "eu-west-1")}
        settings = SmtpSettings(from_address="ci@example.com", **arguments)  # type: ignore[arg-type]
        assert settings.tls_mode == endpoint.tls
        if service.hosts and service.key != "mailpit":
            assert service.has_host(settings.host)
    for text in (service.username, service.password):
        assert not text.endswith(".")
    for sentence in service.minds:
        assert sentence.endswith(".")
    assert service.documentation.startswith("https://")
    assert service.sources


def test_hosts_and_names_belong_to_one_service() -> None:
    """No two services share a host, a key or a name."""
    for values in (
        [host for service in SERVICES for host in service.hosts],
        [service.key for service in SERVICES],
        [service.name for service in SERVICES],
    ):
        assert len(values) == len(set(values))
    for key, host in NAMED.items():
        assert [service.key for service in SERVICES if service.has_host(host)] == [key]


def test_entries_can_not_be_changed() -> None:
    """The catalogue is frozen."""
    with pytest.raises(FrozenInstanceError):
        SERVICES[0].name = "mine"  # type: ignore[misc]
    assert Endpoint(host="h", port=25, tls="none").arguments == {"host": "h", "port": 25}


def test_the_page_names_every_service() -> None:
    """The page has a section for each, with the settings as a program writes them."""
    page = PAGE.read_text(encoding="utf-8")
    for service in SERVICES:
        assert f"\n## {service.name}\n" in page
    assert '`host="smtp.sendgrid.net", port=587, start_tls=True`' in page

"""The arguments: what each accepts, how it is normalised, and what a person reads who gave something else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mailservers import Authority
from pydantic import ValidationError

from pulumi_smtp_collab import ConnectivityTest, SmtpSettings
from pulumi_smtp_collab.lifecycle.verification import verified_digest
from pulumi_smtp_collab.model.hosts import normalise_ehlo_name, normalise_endpoint, normalise_host
from pulumi_smtp_collab.model.mailboxes import normalise_mailbox
from pulumi_smtp_collab.model.partial_validation import UNKNOWN, validate_partially
from pulumi_smtp_collab.model.properties import arguments_properties, provider_properties, saved_provider_arguments
from pulumi_smtp_collab.model.provider import ProviderArguments

NEEDED = {"host": "smtp.example.com", "from_address": "ci@example.com", "display_name": "mail"}


def faults(**arguments: Any) -> dict[str, str]:
    """Return the fault of each argument that has one."""
    return {fault.argument: fault.reason for fault in validate_partially({**NEEDED, **arguments}).faults}


@pytest.mark.parametrize(
    ("given_host", "saved"),
    [
        ("SMTP.Example.COM", "smtp.example.com"),
        ("smtp.example.com.", "smtp.example.com"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("[::1]", "::1"),
        ("[2001:DB8::0:1]", "2001:db8::1"),
        ("straße.de", "xn--strae-oqa.de"),
        ("mail_relay", "mail_relay"),
    ],
)
def test_hosts_are_normalised(given_host: str, saved: str) -> None:
    """Names are lower-cased, IDNs become A-labels by IDNA 2008, and addresses lose their brackets."""
    assert SmtpSettings(host=given_host, from_address="a@example.com").host == saved


@pytest.mark.parametrize(
    ("pasted", "correction"),
    [
        ("smtp://smtp.example.com", 'write host="smtp.example.com"'),
        ("smtp://smtp.example.com:2525/path", 'write host="smtp.example.com", port=2525'),
        ("smtps://Smtp.Example.com:465", 'write host="smtp.example.com", port=465, ssl=True'),
        ("https://smtp.example.com/", 'write host="smtp.example.com"'),
        ("smtp.example.com:587", 'write host="smtp.example.com", port=587'),
        ("[::1]:25", 'write host="::1", port=25'),
        ("ci@smtp.example.com", 'write host="smtp.example.com"'),
        ("smtp.example.com/", 'write host="smtp.example.com"'),
        (" smtp.example.com", "remove the whitespace around it"),
        ("", "it is empty"),
        ("10.0.0", "is neither a name (the last part is a number) nor an IPv4 address"),
        ("smtp..example.com", "has an empty part"),
        ("-smtp.example.com", "the part '-smtp'"),
        ("a b", "the part 'a b'"),
        ("x" * 64, "the part"),
        ("a." * 127 + "a", "255 characters long"),
    ],
)
def test_what_people_paste_as_a_host_is_refused_with_what_to_write(pasted: str, correction: str) -> None:
    """A URL, host and port, or an address is refused; the message holds the corrected value."""
    assert correction in faults(host=pasted)["host"]


@pytest.mark.parametrize(
    ("pasted", "reason"),
    [
        ("smtp://ci:hun#ter2@mail.example.com:587", 'write host="mail.example.com", port=587'),
        ("smtp://ci:12/hunter2@mail.example.com:587", 'write host="mail.example.com", port=587'),
        ("smtps://ci:hun@ter2@Mail.example.com", 'write host="mail.example.com", ssl=True'),
        ("ci:hunter2@[::1]:25", 'write host="::1", port=25'),
        ("smtp://ci:hun?ter2@mail.example.com:587", "give the host alone"),
        ("smtp://mail.example.com?password=hun@ter2", "give the host alone"),
        ("smtp://ci:hunter2@mail.example.com:99999", "give the host alone"),
        ("smtp://ci:hunter2@mail.example.com:587x", "give the host alone"),
        ("smtp://ci:hunter2", "give the host alone"),
        ("ci:hunter2", "give the host alone"),
    ],
)
def test_a_password_in_a_pasted_url_is_not_shown(pasted: str, reason: str) -> None:
    """The correction is made of what follows the last @; where that is unsure there is none."""
    fault = faults(host=pasted)["host"]
    assert reason in fault
    assert not any(part in fault for part in ("hun", "ter2", "12", "ci"))


@given(
    before=st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=12),
    after=st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=12),
    scheme=st.sampled_from(["", "smtp://", "SMTPS://", "//"]),
    host=st.sampled_from(
        ["mail.example.com:587", "mail.example.com:587x", "mail.example.com:99999", "[::1]:25", "a b"]
    ),
    closing=st.sampled_from(["", ">", "/"]),
)
def test_no_argument_shows_a_password_in_a_pasted_url(
    before: str, after: str, scheme: str, host: str, closing: str
) -> None:
    """Whatever the password holds, and whatever argument the URL is given for."""
    pasted = f"{scheme}ci:{before}KanarieN7{after}@{host}{closing}"
    found = faults(
        host=pasted,
        from_address=pasted,
        ehlo_name=pasted,
        tls_server_name=pasted,
        connectivity_test={"connect_to": pasted, "recipient": f"CI <{pasted}"},
    )
    assert {"host", "from_address", "ehlo_name", "tls_server_name", "connectivity_test.connect_to"} <= found.keys()
    assert "kanarien7" not in " ".join(found.values()).lower()


@pytest.mark.parametrize(
    "address", ["smtp://ci:hunter2", "smtp://ci:hunter2@mail.example.com", "ci:hun@ter2@x", "h@x:y"]
)
def test_a_url_as_an_address_is_refused_and_not_shown(address: str) -> None:
    """What may hold a password is not quoted."""
    fault = faults(from_address=address)["from_address"]
    assert fault.startswith("must be a mail address")
    assert not any(part in fault for part in ("hun", "ter2", "x:y"))


@pytest.mark.parametrize("mapped", ["::ffff:192.0.2.1", "::FFFF:c000:201", "[0:0:0:0:0:ffff:192.0.2.1]"])
def test_an_ipv4_mapped_address_is_written_in_one_way(mapped: str) -> None:
    """Python's own way of writing it changed in 3.13; state must not change with the Python."""
    assert normalise_host(mapped) == "::ffff:192.0.2.1"
    assert normalise_endpoint("[::ffff:c000:201]:25") == "[::ffff:192.0.2.1]:25"
    assert normalise_ehlo_name("[IPv6:::ffff:c000:201]") == "[IPv6:::ffff:192.0.2.1]"


@given(st.text(max_size=80))
def test_any_text_is_a_host_or_is_refused_with_a_reason(text: str) -> None:
    """No text makes the host's rule fail in another way, and a normalised host stays as it is."""
    fault = faults(host=text).get("host")
    if fault is None:
        normal = normalise_host(text)
        assert normalise_host(normal) == normal
    else:
        assert fault.startswith(("must be a host name or an IP address", "is required"))


@pytest.mark.parametrize(
    ("arguments", "port"),
    [
        ({}, 25),
        ({"start_tls": True}, 587),
        ({"ssl": True}, 465),
        ({"ssl": True, "port": 2465.0}, 2465),
        ({"port": "26"}, 26),
    ],
)
def test_the_port_follows_from_the_tls_mode(arguments: dict[str, Any], port: int) -> None:
    """25, with Start TLS 587, with SSL 465, unless given; floats and digits become whole numbers."""
    settings = SmtpSettings(host="h", from_address="a@example.com", **arguments)
    assert settings.port == port
    assert isinstance(settings.port, int)


@pytest.mark.parametrize("port", [0, -1, 65536, 99999, 25.5, "smtp", True])
def test_no_other_port_is_accepted(port: object) -> None:
    """The port is a whole number from 1 to 65535; smtplib would dial another one in silence."""
    assert faults(port=port)["port"].startswith("must be a whole number")


@pytest.mark.parametrize(
    ("address", "saved"),
    [
        ("ci@Example.COM", "ci@example.com"),
        ("First.Last+tag@example.com", "First.Last+tag@example.com"),
        ('"odd one"@example.com', '"odd one"@example.com'),
        ("用户@例子.公司", "用户@xn--fsqu00a.xn--55qx5d"),
        ("root@localhost", "root@localhost"),
        ("a@[192.0.2.1]", "a@[192.0.2.1]"),
        ("a@[IPv6:2001:db8::1]", "a@[IPv6:2001:db8::1]"),
    ],
)
def test_mail_addresses(address: str, saved: str) -> None:
    """RFC 5321's mailboxes are accepted, RFC 6531's too; the local part is kept to the letter."""
    assert SmtpSettings(host="h", from_address=address).from_address == saved


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("example.com", "no local part and domain"),
        ("CI <ci@example.com>", 'give the address alone: "ci@example.com"'),
        ("ci@example.com\r\nRCPT TO:<x@y>", "control character"),
        ("ci@", "no local part and domain"),
        ("a b@example.com", "is no local part"),
        (".a@example.com", "is no local part"),
        ("a@192.0.2.1", "needs brackets"),
        ("a@b@example..com", "is no local part"),
        ("x" * 65 + "@example.com", "longer than 64 octets"),
        ("", "it is empty"),
    ],
)
def test_no_other_mail_address_is_accepted(address: str, reason: str) -> None:
    """What is no mailbox is refused, line breaks above all."""
    assert reason in faults(from_address=address)["from_address"]


@given(st.text(max_size=60))
def test_any_text_is_an_address_without_control_characters_or_is_refused(text: str) -> None:
    """Whatever is accepted can't break out of its SMTP command, and stays as it is when normalised again."""
    fault = faults(from_address=text).get("from_address")
    if fault is None:
        normal = normalise_mailbox(text)
        assert not any(ord(letter) < 32 for letter in normal)
        assert normalise_mailbox(normal) == normal
    else:
        assert fault.startswith(("must be a mail address", "is required"))


@pytest.mark.parametrize("name", ["", " ", " mail", "mail ", "x" * 129, "a\nb", "a\x1b[31mb", "a\u202eb"])
def test_display_names(name: str) -> None:
    """A display name has 1 to 128 characters, none around it that is blank, none that can't be shown."""
    assert faults(display_name=name)["display_name"].startswith("must be 1 to 128 characters")


def test_ssl_and_start_tls_exclude_each_other() -> None:
    """The message says which to choose for which port."""
    fault = faults(ssl=True, start_tls=True)["ssl"]
    assert "ssl=True is for a port that speaks TLS from the start (465)" in fault
    assert "start_tls=True for one that begins in plain text (587, 25)" in fault


@pytest.mark.parametrize(("given_one", "missing"), [("username", "password"), ("password", "username")])
def test_a_login_needs_both(given_one: str, missing: str) -> None:
    """User name and password are given both or neither."""
    assert faults(start_tls=True, **{given_one: "x"})[missing].startswith("is missing")


def test_a_login_without_tls_is_refused_unless_it_is_accepted_or_stays_here() -> None:
    """Credentials cross the network unencrypted only where the program says so, or to this machine."""
    login = {"username": "u", "password": "p"}
    assert "unencrypted" in faults(**login)["allow_plaintext_login"]
    assert not faults(**login, allow_plaintext_login=True)
    assert not faults(**login, start_tls=True)
    for host in ("localhost", "127.0.0.1", "::1", "mail.localhost"):
        assert not faults(**{**login, "host": host})
        elsewhere = {"connect_to": "relay.example.com:25"}
        assert (
            "unencrypted" in faults(**{**login, "host": host, "connectivity_test": elsewhere})["allow_plaintext_login"]
        )


@pytest.mark.parametrize("password", ["", "canary\n", "can\rary", "can\0ary", "\ud800canary"])
def test_a_password_that_no_login_can_carry_is_refused_and_not_shown(password: str) -> None:
    """NUL, CR and LF are refused; neither our fault nor pydantic's error shows the password."""
    fault = faults(username="u", password=password, start_tls=True)["password"]
    assert "canary" not in fault
    with pytest.raises(ValidationError) as caught:
        SmtpSettings(host="h", from_address="a@example.com", start_tls=True, username="u", password=password)
    assert "canary" not in str(caught.value)
    assert "canary" not in repr(caught.value)


def test_a_model_never_shows_its_password() -> None:
    """Neither the text of the settings nor an error between arguments holds the password."""
    settings = SmtpSettings(host="h", from_address="a@example.com", ssl=True, username="u", password="canary")
    assert "canary" not in f"{settings} {settings!r}"
    with pytest.raises(ValidationError) as caught:
        SmtpSettings(host="h", from_address="a@example.com", ssl=True, start_tls=True, username="u", password="canary")
    assert "canary" not in str(caught.value)


def test_certificates_are_read_before_anything_else(tmp_path: object) -> None:
    """PEM text that can't be read is refused in preview; a private key is never taken, and never shown."""
    del tmp_path
    with Authority() as authority:
        pem = authority.pem
        _, key_path = authority.certificate_files("localhost")
        key = key_path.read_text()
    assert not faults(ca_certificates=pem, ssl=True)
    assert (
        provider_properties(validate_partially({**NEEDED, "ca_certificates": pem.replace("\n", "\r\n") + "\n\n"}))[
            "caCertificates"
        ]
        == (provider_properties(validate_partially({**NEEDED, "ca_certificates": pem}))["caCertificates"])
    )
    assert "file's name" in faults(ca_certificates="/etc/ssl/ca.pem")["ca_certificates"]
    assert "can't be read" in faults(ca_certificates=pem[:200] + "-----END CERTIFICATE-----")["ca_certificates"]
    fault = faults(ca_certificates=pem + key)["ca_certificates"]
    assert "private key" in fault
    assert key.splitlines()[2] not in fault


@pytest.mark.parametrize(
    ("argument", "value", "reason"),
    [
        ("depth", "mesage", "must be one of 'connect', 'tls', 'login', 'sender', 'recipient' or 'message'"),
        ("deadline_seconds", 301, "must be a number, at least 1 and at most 300"),
        ("deadline_seconds", "soon", "must be a number, at least 1 and at most 300"),
        ("max_age_days", "soon", "must be a whole number, at least 1 and at most 3650"),
        ("attempts", 6, "must be a whole number, at least 1 and at most 5"),
        ("attempts", 1.5, "must be a whole number, at least 1 and at most 5"),
        ("connect_to", "localhost", "must be a host and a port"),
        ("connect_to", "::1:25", "an IPv6 address needs its brackets"),
        ("address_family", "ipv5", "must be one of 'any', 'ipv4' or 'ipv6'"),
        ("mode", "on", "must be one of 'enforce', 'warn' or 'off'"),
        ("recipient", "nobody", "must be a mail address"),
        ("deadline", 3, "is not an argument; did you mean deadline_seconds?"),
    ],
)
def test_the_connectivity_tests_arguments(argument: str, value: object, reason: str) -> None:
    """Each is named with the path that the program wrote."""
    assert reason in faults(connectivity_test={argument: value})[f"connectivity_test.{argument}"]


def test_the_depth_message_needs_a_recipient() -> None:
    """A real mail goes to somebody who was named."""
    assert "is missing" in faults(connectivity_test={"depth": "message"})["connectivity_test.recipient"]
    with pytest.raises(ValidationError):
        ConnectivityTest(depth="message")
    assert not faults(connectivity_test={"depth": "message", "recipient": "ops@example.com"})


def test_every_fault_is_found_at_once() -> None:
    """Several broken rules, between arguments too, are all reported by one check, by wire or Python name."""
    found = faults(host="smtp://x", port=0, start_tls=True, username="u", frm="x", connectivityTest={"depth": "x"})
    assert found.keys() == {"host", "port", "password", "frm", "connectivity_test.depth"}


def test_what_is_required_is_named() -> None:
    """Host and From address have no default."""
    assert {fault.argument: fault.reason for fault in validate_partially({"display_name": "x"}).faults} == {
        "host": "is required",
        "from_address": "is required",
    }


def test_unknown_values_pass_and_what_follows_from_them_is_unknown() -> None:
    """In a preview an unknown value is no error, and a port that follows from it is not invented."""
    found = validate_partially(
        {**NEEDED, "ssl": UNKNOWN, "password": UNKNOWN, "username": "u", "connectivity_test": UNKNOWN}
    )
    assert not found.faults
    inputs = provider_properties(found)
    assert inputs["port"] is UNKNOWN
    assert inputs["password"] is UNKNOWN
    assert inputs["connectivityTest"] is UNKNOWN
    assert provider_properties(validate_partially({**NEEDED, "ssl": UNKNOWN, "port": 465}))["port"] == 465
    assert (
        provider_properties(validate_partially({**NEEDED, "connectivity_test": {"depth": UNKNOWN}}))[
            "connectivityTest"
        ]["depth"]
        is UNKNOWN
    )


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "ssl": st.booleans(),
            "port": st.integers(1, 65535).map(float),
            "username": st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=1, max_size=20),
            "ehloName": st.sampled_from(["ci.example.com", "[192.0.2.1]", "[IPv6:2001:db8::1]"]),
            "connectivityTest": st.fixed_dictionaries(
                {},
                optional={
                    "depth": st.sampled_from(["connect", "tls", "login"]),
                    "deadlineSeconds": st.floats(1, 300),
                    "attempts": st.integers(1, 5).map(float),
                },
            ),
        },
    )
)
def test_the_normal_form_is_stable(given_arguments: dict[str, Any]) -> None:
    """What was saved is read back as the same normal form, so that an unchanged program never shows a change."""
    arguments = {**NEEDED, **given_arguments, "allowPlaintextLogin": True}
    if "username" in arguments:
        arguments["password"] = "p"
    found = validate_partially(arguments)
    assert not found.faults
    normal = provider_properties(found)
    assert provider_properties(validate_partially(normal)) == normal
    saved = {**normal, "type": "SMTP", "lastVerification": {}, "argumentOfAnotherVersion": 1}
    assert arguments_properties(saved_provider_arguments(saved)) == normal


def test_saved_state_is_read_leniently() -> None:
    """An argument that was dropped, or a value that today's rules refuse, breaks nothing and shows as it is."""
    state = {"host": "smtp://old", "fromAddress": "a@example.com", "displayName": "x", "retired": True}
    saved = arguments_properties(saved_provider_arguments(state))
    assert saved["host"] == "smtp://old"
    assert "retired" not in saved


def test_the_digest_covers_exactly_what_the_test_sees() -> None:
    """A new display name, depth, deadline or mode keeps the digest; anything that the server would see changes it."""

    def digest(**arguments: Any) -> str:
        base = {**NEEDED, "start_tls": True, "username": "u", "password": "p"}
        inputs = provider_properties(validate_partially({**base, **arguments}))
        return verified_digest(ProviderArguments.model_validate(inputs)).get_secret_value()

    same = [
        {"display_name": "other"},
        {"port": 587.0},
        {"tls_server_name": "smtp.example.com"},
        {"connectivity_test": {"depth": "login", "deadline_seconds": 5, "mode": "warn", "attempts": 1}},
    ]
    other: list[dict[str, Any]] = [
        {"host": "smtp2.example.com"},
        {"port": 588},
        {"from_address": "x@example.com"},
        {"username": "v"},
        {"password": "q"},
        {"tls_server_name": "other.example.com"},
        {"ehlo_name": "ci.example.com"},
        {"connectivity_test": {"recipient": "ops@example.com"}},
        {"connectivity_test": {"connect_to": "localhost:2525"}},
        {"connectivity_test": {"address_family": "ipv4"}},
    ]
    assert {digest(**arguments) for arguments in same} == {digest()}
    assert len({digest(), *(digest(**arguments) for arguments in other)}) == len(other) + 1

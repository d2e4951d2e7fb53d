"""What a program reads of a saved provider.

Generated from the model by tools/generate.py: change the model, then run `make generate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pulumi

from pulumi_smtp_collab.resources.generated.choices import (
    AddressFamily,
    DelegateStatus,
    Depth,
    EnvironmentType,
    Mode,
    OnStaleFailure,
    SecondLook,
    StageName,
    StageStatus,
    Status,
    TargetKind,
    TestFrom,
    TlsMode,
)
from pulumi_smtp_collab.resources.reading import readable


class _Readable(Mapping[str, Any]):
    """Is read by attribute, and is a mapping with the same names, so that it can be passed on as an input."""

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - whatever the output holds
        return self.__dict__[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.__dict__)

    def __len__(self) -> int:
        return len(self.__dict__)


@pulumi.output_type
class StageResult(_Readable):
    """What one stage of the test showed."""

    name: StageName = pulumi.property("name")
    """dns, connect, greeting, ehlo, starttls, tls, auth, sender, recipient or message."""
    status: StageStatus = pulumi.property("status")
    """passed or failed."""
    duration_ms: int = pulumi.property("durationMs")
    """How long the stage took, in milliseconds."""
    detail: str = pulumi.property("detail")
    """What was seen: an address, a reply, a TLS version."""


@pulumi.output_type
class Diagnosis(_Readable):
    """Why the test failed and what to do about it."""

    code: str = pulumi.property("code")
    """The machine-readable cause, stable across versions, such as tls-unknown-ca."""
    stage: StageName = pulumi.property("stage")
    """The stage that failed."""
    summary: str = pulumi.property("summary")
    """What was seen, in one sentence."""
    advice: str = pulumi.property("advice")
    """What to change, and where."""
    transient: bool = pulumi.property("transient")
    """Whether the failure may pass by itself."""


@pulumi.output_type
class ServerFacts(_Readable):
    """What the server said of itself."""

    address: str | None = pulumi.property("address")
    """The address and port that were connected to."""
    greeting_name: str | None = pulumi.property("greetingName")
    """The name in the server's greeting."""
    tls_version: str | None = pulumi.property("tlsVersion")
    """The TLS version, such as TLSv1.3."""
    cipher: str | None = pulumi.property("cipher")
    """The TLS cipher suite."""
    certificate_subject: str | None = pulumi.property("certificateSubject")
    """The subject of the server's certificate."""
    certificate_issuer: str | None = pulumi.property("certificateIssuer")
    """The issuer of the server's certificate."""
    certificate_names: list[str] | None = pulumi.property("certificateNames")
    """The names and addresses that the server's certificate carries."""
    certificate_not_after: str | None = pulumi.property("certificateNotAfter")
    """When the server's certificate expires (UTC, RFC 3339)."""
    capabilities: list[str] | None = pulumi.property("capabilities")
    """The extensions of the last EHLO reply (RFC 5321 section 4.1.1.1)."""
    seen_as: str | None = pulumi.property("seenAs")
    """The address of ours that the server named in its EHLO reply, if it did."""


@pulumi.output_type
class TestedFrom(_Readable):
    """Where the test ran: a verification is evidence for that place."""

    machine: str = pulumi.property("machine")
    """The host name of the machine."""
    address: str | None = pulumi.property("address")
    """The address that the connection came from."""
    version: str = pulumi.property("version")
    """The version of pulumi-smtp-collab."""


@pulumi.output_type
class SkippedTest(_Readable):
    """A test that was due and did not run, since the environment said so."""

    reason: str = pulumi.property("reason")
    """What SMTP_COLLAB_SKIP_TEST gave as the reason."""
    at: str = pulumi.property("at")
    """When (UTC, RFC 3339)."""


@pulumi.output_type
class Verification(_Readable):
    """The outcome of the last connectivity test, as it is saved with the provider."""

    status: Status = pulumi.property("status")
    """passed, failed or notTested."""
    checked_at: str | None = pulumi.property("checkedAt")
    """When the test ended (UTC, RFC 3339)."""
    depth: Depth | None = pulumi.property("depth")
    """How deep the test went."""
    duration_ms: int | None = pulumi.property("durationMs")
    """How long the whole test took, in milliseconds."""
    stages: list[StageResult] = pulumi.property("stages")
    """The stages of the last try."""
    diagnosis: Diagnosis | None = pulumi.property("diagnosis")
    """Why it failed; absent where it passed."""
    warnings: list[str] = pulumi.property("warnings")
    """What passed, but deserves a look."""
    server: ServerFacts | None = pulumi.property("server")
    """What the server said of itself."""
    not_proven: list[str] = pulumi.property("notProven")
    """What a test of this depth can't show."""
    tested_from: TestedFrom | None = pulumi.property("testedFrom")
    """Where the test ran."""
    retested_at: str | None = pulumi.property("retestedAt")
    """When pulumi refresh last tested again, less deep than the depth that was verified, and it passed (UTC, RFC
    3339).
    """
    skipped: SkippedTest | None = pulumi.property("skipped")
    """The last time that a due test was skipped."""


@pulumi.output_type
class SavedIn(_Readable):
    """Where a provider is saved; read, update and delete act on it, whatever the configuration says by then."""

    target: TargetKind = pulumi.property("target")
    """state, harness or harness-firstgen."""
    endpoint: str | None = pulumi.property("endpoint")
    """The base URL of Harness."""
    account_id: str | None = pulumi.property("accountId")
    """The Harness account."""
    password_stored: bool | None = pulumi.property("passwordStored")
    """Whether Harness holds a password."""
    password_known: bool | None = pulumi.property("passwordKnown")
    """Whether that password is the program's, and not one of before an adoption."""
    adopted: bool | None = pulumi.property("adopted")
    """Whether it was taken over instead of created."""
    drifted: bool | None = pulumi.property("drifted")
    """Whether the last refresh found it changed in the target; the next up puts it right."""
    secret_name: str | None = pulumi.property("secretName")
    """FirstGen only: the name of the Encrypted Text that Harness holds for it."""
    secret_id: str | None = pulumi.property("secretId")
    """FirstGen only: the id of that Encrypted Text."""


@pulumi.output_type
class DelegateVerification(_Readable):
    """The outcome of Harness's own test, by which a delegate sends a real mail."""

    status: DelegateStatus = pulumi.property("status")
    """passed, failed or timedOut."""
    message: str = pulumi.property("message")
    """What Harness said."""
    checked_at: str = pulumi.property("checkedAt")
    """When it ended (UTC, RFC 3339)."""


@pulumi.output_type
class ConnectivityTestSettings(_Readable):
    """The connectivity test's arguments, as they are saved."""

    depth: Depth = pulumi.property("depth")
    """How deep the test goes.

    connect: up to EHLO; tls: EHLO over TLS; login: the login is accepted; sender: MAIL FROM is accepted; recipient:
    RCPT TO is accepted (no mail leaves); message: a real mail is accepted.
    """
    recipient: str | None = pulumi.property("recipient")
    """Whom RCPT TO names.

    Required for the depth message. Where it is left out, a refusal of that mailbox itself is a warning.
    """
    mode: Mode = pulumi.property("mode")
    """What a failed test means.

    enforce: nothing is saved; warn: saved with the status failed, and a warning; off: no test, saved with the status
    notTested.
    """
    deadline_seconds: float = pulumi.property("deadlineSeconds")
    """Seconds that the whole test may take: names, addresses, TLS, every reply, every attempt.

    1 to 300. One attempt takes at most 40 % of it.
    """
    attempts: int = pulumi.property("attempts")
    """How often is tried, 1 to 5, where a failure may pass by itself.

    Nothing is repeated after credentials were sent.
    """
    connect_to: str | None = pulumi.property("connectTo")
    """host:port that the test dials instead, for a tunnel or a port-forward ("localhost:2525").

    What is saved, the name for TLS and the certificate's name stay those of the host.
    """
    address_family: AddressFamily = pulumi.property("addressFamily")
    """Which addresses of the host are used: any, ipv4 or ipv6."""
    second_look: SecondLook = pulumi.property("secondLook")
    """auto: a failure that one connection can't explain (no greeting, TLS against a plain port, a closed port) is
    looked at by further connections without credentials, inside the deadline.

    off: never.
    """
    credentials_settle_seconds: float = pulumi.property("credentialsSettleSeconds")
    """Seconds to wait, 0 to 120, before a login that was refused as wrong is repeated once, for services whose new
    credentials take a moment to be known.

    0: it is not repeated.
    """
    max_age_days: int | None = pulumi.property("maxAgeDays")
    """Days, 1 to 3650, after which a verification counts as stale: the next up tests again."""
    on_stale_failure: OnStaleFailure = pulumi.property("onStaleFailure")
    """What it means when a provider that did not change fails a test that was due by age, depth or an earlier
    failure.

    warn: it is recorded and warned of, and the up goes on; fail: the up fails.
    """
    retest_on_refresh: bool = pulumi.property("retestOnRefresh")
    """Runs the test in pulumi refresh too (never to the depth message) and records its outcome; it never fails the
    refresh.
    """
    test_from: TestFrom | None = pulumi.property("testFrom")
    """Harness only: where the test runs.

    here: this machine; delegate: Harness's own test, by which a delegate sends a real mail with what was saved; both:
    first here, then there.
    """
    delegate_test_recipient: str | None = pulumi.property("delegateTestRecipient")
    """Harness only: to whom a delegate sends the test mail. Required for delegate and both."""
    allow_irreversible_test: bool = pulumi.property("allowIrreversibleTest")
    """Harness only: accepts a delegate's test after an update that can't be put back if it fails, since the password
    of before an adoption is not known.
    """


@pulumi.output_type
class TargetSettings(_Readable):
    """The arguments that choose a target, as they are saved."""

    kind: TargetKind | None = pulumi.property("kind")
    """Where the provider is saved."""
    endpoint: str | None = pulumi.property("endpoint")
    """The base URL of Harness."""
    account_id: str | None = pulumi.property("accountId")
    """The Harness account."""
    api_key_env: str | None = pulumi.property("apiKeyEnv")
    """The name of the environment variable that holds the API key; never the key itself."""
    api_key_config: str | None = pulumi.property("apiKeyConfig")
    """The name of the key of the stack's configuration that holds the API key; never that key itself."""


@pulumi.output_type
class UsageScopeEntrySettings(_Readable):
    """The arguments of an entry of a usage scope, as they are saved."""

    applications: list[str] = pulumi.property("applications")
    """The applications: a list of their ids, or ["ALL"] (in Python "ALL" too)."""
    environment_types: list[EnvironmentType] = pulumi.property("environmentTypes")
    """Every environment of these types: PROD, NON_PROD or both."""
    environment_ids: list[str] = pulumi.property("environmentIds")
    """Selected environments by their ids, instead of types.

    They belong to one application, so exactly one is selected.
    """


@pulumi.output_type
class UsageScopeSettings(_Readable):
    """The arguments of a usage scope, as they are saved."""

    entries: list[UsageScopeEntrySettings] = pulumi.property("entries")
    """The applications and environments that may use it; order and grouping mean nothing."""
    scoped_to_account: bool = pulumi.property("scopedToAccount")
    """For the account alone: no application may use it. Excludes entries."""
    inherit_from_secret_manager: bool = pulumi.property("inheritFromSecretManager")
    """The scope is its secret manager's. Excludes entries and scoped_to_account."""


@pulumi.output_type
class SecretReferenceSettings(_Readable):
    """The parts of a reference to an Encrypted Text, as they are saved."""

    name: str = pulumi.property("name")
    """What refers to it: its name, in NextGen its identifier, as it is saved."""
    secret_id: str = pulumi.property("secretId")
    """The target's identifier of it."""
    selected: bool = pulumi.property("selected")
    """Whether it exists elsewhere and was selected: then its value is not known here."""
    target: TargetKind = pulumi.property("target")
    """state, harness or harness-firstgen."""
    endpoint: str | None = pulumi.property("endpoint")
    """The base URL of Harness."""
    account_id: str | None = pulumi.property("accountId")
    """The Harness account."""
    usage_scope: UsageScopeSettings | None = pulumi.property("usageScope")
    """Where it may be used."""


if TYPE_CHECKING:

    class VerificationOutput(pulumi.Output[Verification]):
        """The outcome of the last connectivity test, as it is saved with the provider, as an output: what it holds
        can be read as outputs.
        """

        status: pulumi.Output[Status]
        checked_at: pulumi.Output[str | None]
        depth: pulumi.Output[Depth | None]
        duration_ms: pulumi.Output[int | None]
        stages: pulumi.Output[list[StageResult]]
        diagnosis: pulumi.Output[Diagnosis | None]
        warnings: pulumi.Output[list[str]]
        server: pulumi.Output[ServerFacts | None]
        not_proven: pulumi.Output[list[str]]
        tested_from: pulumi.Output[TestedFrom | None]
        retested_at: pulumi.Output[str | None]
        skipped: pulumi.Output[SkippedTest | None]

    class SavedInOutput(pulumi.Output[SavedIn]):
        """Where a provider is saved; read, update and delete act on it, whatever the configuration says by then, as
        an output: what it holds can be read as outputs.
        """

        target: pulumi.Output[TargetKind]
        endpoint: pulumi.Output[str | None]
        account_id: pulumi.Output[str | None]
        password_stored: pulumi.Output[bool | None]
        password_known: pulumi.Output[bool | None]
        adopted: pulumi.Output[bool | None]
        drifted: pulumi.Output[bool | None]
        secret_name: pulumi.Output[str | None]
        secret_id: pulumi.Output[str | None]

    class ConnectivityTestSettingsOutput(pulumi.Output[ConnectivityTestSettings]):
        """The test that runs before anything is saved, as an output: what it holds can be read as outputs."""

        depth: pulumi.Output[Depth]
        recipient: pulumi.Output[str | None]
        mode: pulumi.Output[Mode]
        deadline_seconds: pulumi.Output[float]
        attempts: pulumi.Output[int]
        connect_to: pulumi.Output[str | None]
        address_family: pulumi.Output[AddressFamily]
        second_look: pulumi.Output[SecondLook]
        credentials_settle_seconds: pulumi.Output[float]
        max_age_days: pulumi.Output[int | None]
        on_stale_failure: pulumi.Output[OnStaleFailure]
        retest_on_refresh: pulumi.Output[bool]
        test_from: pulumi.Output[TestFrom | None]
        delegate_test_recipient: pulumi.Output[str | None]
        allow_irreversible_test: pulumi.Output[bool]

    class SecretReferenceSettingsOutput(pulumi.Output[SecretReferenceSettings]):
        """What a provider says of the Encrypted Text that holds its password; an output of the Encrypted Text, as an
        output: what it holds can be read as outputs.
        """

        name: pulumi.Output[str]
        secret_id: pulumi.Output[str]
        selected: pulumi.Output[bool]
        target: pulumi.Output[TargetKind]
        endpoint: pulumi.Output[str | None]
        account_id: pulumi.Output[str | None]
        usage_scope: pulumi.Output[UsageScopeSettings | None]
else:
    VerificationOutput = pulumi.Output[Verification]
    SavedInOutput = pulumi.Output[SavedIn]
    ConnectivityTestSettingsOutput = pulumi.Output[ConnectivityTestSettings]
    SecretReferenceSettingsOutput = pulumi.Output[SecretReferenceSettings]


class ProviderOutputs(pulumi.Resource):
    """The outputs of a collaboration provider, typed."""

    @property
    @pulumi.getter(name="displayName")
    def display_name(self) -> pulumi.Output[str]:
        """The name that people see, 1 to 128 characters; unique among the program's providers of one target."""
        return pulumi.get(self, "display_name")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="host")
    def host(self) -> pulumi.Output[str]:
        """The SMTP server: a host name (an internationalised one too) or an IP address, without scheme or port.

        Compared and saved in lower case.
        """
        return pulumi.get(self, "host")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="ssl")
    def ssl(self) -> pulumi.Output[bool]:
        """TLS from the first byte (implicit TLS, RFC 8314), as on port 465. Not together with Start TLS."""
        return pulumi.get(self, "ssl")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="startTls")
    def start_tls(self) -> pulumi.Output[bool]:
        """Begins in plain text and changes to TLS by STARTTLS (RFC 3207), as on port 587.

        Where it is selected it is required: a server that does not offer it fails the test. Not together with SSL.
        """
        return pulumi.get(self, "start_tls")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="port")
    def port(self) -> pulumi.Output[int]:
        """The TCP port, 1 to 65535."""
        return pulumi.get(self, "port")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="fromAddress")
    def from_address(self) -> pulumi.Output[str]:
        """The address that mails are sent from (RFC 5321 section 4.1.2; SMTPUTF8 addresses of RFC 6531 too)."""
        return pulumi.get(self, "from_address")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="username")
    def username(self) -> pulumi.Output[str | None]:
        """The user name of the login, often the full address. With a password, or both left out."""
        return pulumi.get(self, "username")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="password")
    def password(self) -> pulumi.Output[str | None]:
        """The password of the login.

        A secret in inputs, outputs, state, messages and logs, even where the program gives plain text.
        """
        return pulumi.get(self, "password")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="caCertificates")
    def ca_certificates(self) -> pulumi.Output[str | None]:
        """PEM text of CA certificates that are trusted in addition to the system's, for a server whose certificate
        comes from a private CA.
        """
        return pulumi.get(self, "ca_certificates")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="tlsServerName")
    def tls_server_name(self) -> pulumi.Output[str | None]:
        """The name that is asked for in TLS (SNI) and that the certificate has to carry, for a server that is reached
        by an address or an alias.
        """
        return pulumi.get(self, "tls_server_name")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="ehloName")
    def ehlo_name(self) -> pulumi.Output[str | None]:
        """What the test calls itself in EHLO: a domain name or an address literal (RFC 5321 section 4.1.4)."""
        return pulumi.get(self, "ehlo_name")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="allowPlaintextLogin")
    def allow_plaintext_login(self) -> pulumi.Output[bool]:
        """Accepts that user name and password cross the network unencrypted.

        Without it a login without TLS is refused, except to this machine itself.
        """
        return pulumi.get(self, "allow_plaintext_login")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="passwordReference")
    def password_reference(self) -> pulumi.Output[SecretReferenceSettings | None]:
        """The Encrypted Text that holds the password: set by password=EncryptedText(...)."""
        return readable(pulumi.get(self, "password_reference"), SecretReferenceSettings, always=False)  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="passwordForTestEnv")
    def password_for_test_env(self) -> pulumi.Output[str | None]:
        """For an Encrypted Text that was selected, whose value can't be read: the name of an environment variable
        that holds the password for the connectivity test; never the password itself.

        Without it the test goes no deeper than tls.
        """
        return pulumi.get(self, "password_for_test_env")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="connectivityTest")
    def connectivity_test(self) -> ConnectivityTestSettingsOutput:
        """How the server is tested before anything is saved."""
        return readable(pulumi.get(self, "connectivity_test"), ConnectivityTestSettings, always=True)  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="adopt")
    def adopt(self) -> pulumi.Output[str | None]:
        """The identifier, in the target, of a provider that exists there already: the first up takes it over instead
        of creating one.

        The state target has nothing to take over.
        """
        return pulumi.get(self, "adopt")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="adoptOverwrite")
    def adopt_overwrite(self) -> pulumi.Output[bool]:
        """Lets an adoption replace what differs in the target.

        Without it an adoption changes nothing: it lists each difference and stops.
        """
        return pulumi.get(self, "adopt_overwrite")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="deleteAdopted")
    def delete_adopted(self) -> pulumi.Output[bool]:
        """Lets destroy delete what was adopted. Without it, it stays in the target."""
        return pulumi.get(self, "delete_adopted")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="delegateSelectors")
    def delegate_selectors(self) -> pulumi.Output[list[str]]:
        """Harness only: the tags that a delegate must have to send mail with this provider."""
        return pulumi.get(self, "delegate_selectors")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="target")
    def target(self) -> pulumi.Output[TargetSettings | None]:
        """Where the provider is saved, if not where the stack's configuration says."""
        return readable(pulumi.get(self, "target"), TargetSettings, always=False)  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="type")
    def type(self) -> pulumi.Output[str]:
        """The kind of provider: always "SMTP"."""
        return pulumi.get(self, "type")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="tlsMode")
    def tls_mode(self) -> pulumi.Output[TlsMode]:
        """The one choice that ssl and start_tls stand for: none, starttls or implicit."""
        return pulumi.get(self, "tls_mode")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="lastVerification")
    def last_verification(self) -> VerificationOutput:
        """The outcome of the last connectivity test."""
        return readable(pulumi.get(self, "last_verification"), Verification, always=True)  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="verifiedArguments")
    def verified_arguments(self) -> pulumi.Output[str | None]:
        """SHA-256 digest over the arguments that the last connectivity test verified."""
        return pulumi.get(self, "verified_arguments")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="savedIn")
    def saved_in(self) -> SavedInOutput:
        """Where it is saved."""
        return readable(pulumi.get(self, "saved_in"), SavedIn, always=True)  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="delegateVerification")
    def delegate_verification(self) -> pulumi.Output[DelegateVerification | None]:
        """The outcome of Harness's own test, where one ran."""
        return readable(pulumi.get(self, "delegate_verification"), DelegateVerification, always=False)  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="usageScope")
    def usage_scope(self) -> pulumi.Output[UsageScopeSettings | None]:
        """Where the provider may be used: inherited from the Encrypted Text that holds its password."""
        return readable(pulumi.get(self, "usage_scope"), UsageScopeSettings, always=False)  # type: ignore[no-any-return]


OUTPUT_NAMES = (
    "display_name",
    "host",
    "ssl",
    "start_tls",
    "port",
    "from_address",
    "username",
    "password",
    "ca_certificates",
    "tls_server_name",
    "ehlo_name",
    "allow_plaintext_login",
    "password_reference",
    "password_for_test_env",
    "connectivity_test",
    "adopt",
    "adopt_overwrite",
    "delete_adopted",
    "delegate_selectors",
    "target",
    "type",
    "tls_mode",
    "last_verification",
    "verified_arguments",
    "saved_in",
    "delegate_verification",
    "usage_scope",
)
"""The Python names of every output of a collaboration provider."""

SECRET_OUTPUT_NAMES = (
    "password",
    "verifiedArguments",
)
"""The wire names of those that are always secret."""


class EncryptedTextOutputs(pulumi.Resource):
    """The outputs of an Encrypted Text, typed."""

    @property
    @pulumi.getter(name="name")
    def name(self) -> pulumi.Output[str]:
        """Its name, 1 to 128 characters."""
        return pulumi.get(self, "name")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="value")
    def value(self) -> pulumi.Output[str]:
        """What it holds.

        A secret in inputs, outputs, state, messages and logs, even where the program gives plain text.
        """
        return pulumi.get(self, "value")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="usageScope")
    def usage_scope(self) -> pulumi.Output[UsageScopeSettings | None]:
        """Where it may be used, in the targets harness-firstgen and state; a provider that uses it inherits this."""
        return readable(pulumi.get(self, "usage_scope"), UsageScopeSettings, always=False)  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="identifier")
    def identifier(self) -> pulumi.Output[str | None]:
        """Harness NextGen only: its identifier, fixed for good."""
        return pulumi.get(self, "identifier")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="org")
    def org(self) -> pulumi.Output[str | None]:
        """Harness NextGen only: the organisation that it belongs to."""
        return pulumi.get(self, "org")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="project")
    def project(self) -> pulumi.Output[str | None]:
        """Harness NextGen only: the project that it belongs to, with its org."""
        return pulumi.get(self, "project")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="secretManager")
    def secret_manager(self) -> pulumi.Output[str | None]:
        """Harness only: the secret manager that keeps it, fixed for good: its identifier in NextGen, its id in
        FirstGen.
        """
        return pulumi.get(self, "secret_manager")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="tags")
    def tags(self) -> pulumi.Output[dict[str, str] | None]:
        """Harness NextGen only: its tags."""
        return pulumi.get(self, "tags")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="usedAsPassword")
    def used_as_password(self) -> pulumi.Output[bool | None]:
        """Harness NextGen only: whether a provider of the program has it as its password.

        Then that provider writes a new value into it, once its test of the value has passed. In Python
        password=EncryptedText(...) sets it.
        """
        return pulumi.get(self, "used_as_password")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="target")
    def target(self) -> pulumi.Output[TargetSettings | None]:
        """Where it is saved, if not where the stack's configuration says."""
        return readable(pulumi.get(self, "target"), TargetSettings, always=False)  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="reference")
    def reference(self) -> SecretReferenceSettingsOutput:
        """What a provider says of it; password=EncryptedText(...) passes it on."""
        return readable(pulumi.get(self, "reference"), SecretReferenceSettings, always=True)  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="savedIn")
    def saved_in(self) -> SavedInOutput:
        """Where it is saved."""
        return readable(pulumi.get(self, "saved_in"), SavedIn, always=True)  # type: ignore[no-any-return]


ENCRYPTED_TEXT_OUTPUT_NAMES = (
    "name",
    "value",
    "usage_scope",
    "identifier",
    "org",
    "project",
    "secret_manager",
    "tags",
    "used_as_password",
    "target",
    "reference",
    "saved_in",
)
"""The Python names of every output of an Encrypted Text."""

SECRET_ENCRYPTED_TEXT_OUTPUT_NAMES = ("value",)
"""The wire names of those that are always secret."""

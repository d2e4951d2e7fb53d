"""The arguments that a program gives.

Generated from the model by tools/generate.py: change the model, then run `make generate`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

import pulumi
from typing_extensions import NotRequired

from pulumi_smtp_collab.resources.argument_names import refusing

if TYPE_CHECKING:
    from pulumi_smtp_collab.model.usage_scope import UsageScope
    from pulumi_smtp_collab.resources.declared_text import DeclaredText as EncryptedText
    from pulumi_smtp_collab.resources.generated.choices import (
        AddressFamily,
        Depth,
        EnvironmentType,
        Mode,
        OnStaleFailure,
        SecondLook,
        TargetKind,
        TestFrom,
    )
    from pulumi_smtp_collab.resources.generated.outputs import (
        ConnectivityTestSettings,
        SecretReferenceSettings,
        TargetSettings,
        UsageScopeEntrySettings,
        UsageScopeSettings,
    )


class ConnectivityTestArgsDict(TypedDict):
    """The test that runs before anything is saved. As a mapping."""

    depth: NotRequired[pulumi.Input[Depth | None] | pulumi.Output[str | None]]
    """How deep the test goes.

    connect: up to EHLO; tls: EHLO over TLS; login: the login is accepted; sender: MAIL FROM is accepted; recipient:
    RCPT TO is accepted (no mail leaves); message: a real mail is accepted. Default: recipient.
    """
    recipient: NotRequired[pulumi.Input[str | None]]
    """Whom RCPT TO names.

    Required for the depth message. Where it is left out, a refusal of that mailbox itself is a warning. Default: the
    from address.
    """
    mode: NotRequired[pulumi.Input[Mode | None] | pulumi.Output[str | None]]
    """What a failed test means.

    enforce: nothing is saved; warn: saved with the status failed, and a warning; off: no test, saved with the status
    notTested. Default: enforce.
    """
    deadline_seconds: NotRequired[pulumi.Input[float | None]]
    """Seconds that the whole test may take: names, addresses, TLS, every reply, every attempt.

    1 to 300. One attempt takes at most 40 % of it. Default: 60.
    """
    attempts: NotRequired[pulumi.Input[int | None]]
    """How often is tried, 1 to 5, where a failure may pass by itself.

    Nothing is repeated after credentials were sent. Default: 2.
    """
    connect_to: NotRequired[pulumi.Input[str | None]]
    """host:port that the test dials instead, for a tunnel or a port-forward ("localhost:2525").

    What is saved, the name for TLS and the certificate's name stay those of the host. Default: none.
    """
    address_family: NotRequired[pulumi.Input[AddressFamily | None] | pulumi.Output[str | None]]
    """Which addresses of the host are used: any, ipv4 or ipv6. Default: any."""
    second_look: NotRequired[pulumi.Input[SecondLook | None] | pulumi.Output[str | None]]
    """auto: a failure that one connection can't explain (no greeting, TLS against a plain port, a closed port) is
    looked at by further connections without credentials, inside the deadline.

    off: never. Default: auto.
    """
    credentials_settle_seconds: NotRequired[pulumi.Input[float | None]]
    """Seconds to wait, 0 to 120, before a login that was refused as wrong is repeated once, for services whose new
    credentials take a moment to be known.

    0: it is not repeated. Default: 0.
    """
    max_age_days: NotRequired[pulumi.Input[int | None]]
    """Days, 1 to 3650, after which a verification counts as stale: the next up tests again.

    Default: none: it does not age.
    """
    on_stale_failure: NotRequired[pulumi.Input[OnStaleFailure | None] | pulumi.Output[str | None]]
    """What it means when a provider that did not change fails a test that was due by age, depth or an earlier
    failure.

    warn: it is recorded and warned of, and the up goes on; fail: the up fails. Default: warn.
    """
    retest_on_refresh: NotRequired[pulumi.Input[bool | None]]
    """Runs the test in pulumi refresh too (never to the depth message) and records its outcome; it never fails the
    refresh.

    Default: False.
    """
    test_from: NotRequired[pulumi.Input[TestFrom | None] | pulumi.Output[str | None]]
    """Harness only: where the test runs.

    here: this machine; delegate: Harness's own test, by which a delegate sends a real mail with what was saved; both:
    first here, then there. Default: both where delegate_test_recipient is given, else here.
    """
    delegate_test_recipient: NotRequired[pulumi.Input[str | None]]
    """Harness only: to whom a delegate sends the test mail. Required for delegate and both. Default: none."""
    allow_irreversible_test: NotRequired[pulumi.Input[bool | None]]
    """Harness only: accepts a delegate's test after an update that can't be put back if it fails, since the password
    of before an adoption is not known.

    Default: False.
    """


@pulumi.input_type
class ConnectivityTestArgs:
    """The test that runs before anything is saved."""

    depth: pulumi.Input[str] | None = pulumi.property("depth")
    recipient: pulumi.Input[str] | None = pulumi.property("recipient")
    mode: pulumi.Input[str] | None = pulumi.property("mode")
    deadline_seconds: pulumi.Input[float] | None = pulumi.property("deadlineSeconds")
    attempts: pulumi.Input[int] | None = pulumi.property("attempts")
    connect_to: pulumi.Input[str] | None = pulumi.property("connectTo")
    address_family: pulumi.Input[str] | None = pulumi.property("addressFamily")
    second_look: pulumi.Input[str] | None = pulumi.property("secondLook")
    credentials_settle_seconds: pulumi.Input[float] | None = pulumi.property("credentialsSettleSeconds")
    max_age_days: pulumi.Input[int] | None = pulumi.property("maxAgeDays")
    on_stale_failure: pulumi.Input[str] | None = pulumi.property("onStaleFailure")
    retest_on_refresh: pulumi.Input[bool] | None = pulumi.property("retestOnRefresh")
    test_from: pulumi.Input[str] | None = pulumi.property("testFrom")
    delegate_test_recipient: pulumi.Input[str] | None = pulumi.property("delegateTestRecipient")
    allow_irreversible_test: pulumi.Input[bool] | None = pulumi.property("allowIrreversibleTest")

    @refusing
    def __init__(
        self,
        *,
        depth: pulumi.Input[Depth | None] | pulumi.Output[str | None] = None,
        recipient: pulumi.Input[str | None] = None,
        mode: pulumi.Input[Mode | None] | pulumi.Output[str | None] = None,
        deadline_seconds: pulumi.Input[float | None] = None,
        attempts: pulumi.Input[int | None] = None,
        connect_to: pulumi.Input[str | None] = None,
        address_family: pulumi.Input[AddressFamily | None] | pulumi.Output[str | None] = None,
        second_look: pulumi.Input[SecondLook | None] | pulumi.Output[str | None] = None,
        credentials_settle_seconds: pulumi.Input[float | None] = None,
        max_age_days: pulumi.Input[int | None] = None,
        on_stale_failure: pulumi.Input[OnStaleFailure | None] | pulumi.Output[str | None] = None,
        retest_on_refresh: pulumi.Input[bool | None] = None,
        test_from: pulumi.Input[TestFrom | None] | pulumi.Output[str | None] = None,
        delegate_test_recipient: pulumi.Input[str | None] = None,
        allow_irreversible_test: pulumi.Input[bool | None] = None,
    ) -> None:
        """The test that runs before anything is saved.

        Args:
            depth: How deep the test goes. connect: up to EHLO; tls: EHLO over TLS; login: the login is accepted;
                sender: MAIL FROM is accepted; recipient: RCPT TO is accepted (no mail leaves); message: a real mail
                is accepted. Default: recipient.
            recipient: Whom RCPT TO names. Required for the depth message. Where it is left out, a refusal of that
                mailbox itself is a warning. Default: the from address.
            mode: What a failed test means. enforce: nothing is saved; warn: saved with the status failed, and a
                warning; off: no test, saved with the status notTested. Default: enforce.
            deadline_seconds: Seconds that the whole test may take: names, addresses, TLS, every reply, every attempt.
                1 to 300. One attempt takes at most 40 % of it. Default: 60.
            attempts: How often is tried, 1 to 5, where a failure may pass by itself. Nothing is repeated after
                credentials were sent. Default: 2.
            connect_to: host:port that the test dials instead, for a tunnel or a port-forward ("localhost:2525"). What
                is saved, the name for TLS and the certificate's name stay those of the host. Default: none.
            address_family: Which addresses of the host are used: any, ipv4 or ipv6. Default: any.
            second_look: auto: a failure that one connection can't explain (no greeting, TLS against a plain port, a
                closed port) is looked at by further connections without credentials, inside the deadline. off: never.
                Default: auto.
            credentials_settle_seconds: Seconds to wait, 0 to 120, before a login that was refused as wrong is
                repeated once, for services whose new credentials take a moment to be known. 0: it is not repeated.
                Default: 0.
            max_age_days: Days, 1 to 3650, after which a verification counts as stale: the next up tests again.
                Default: none: it does not age.
            on_stale_failure: What it means when a provider that did not change fails a test that was due by age,
                depth or an earlier failure. warn: it is recorded and warned of, and the up goes on; fail: the up
                fails. Default: warn.
            retest_on_refresh: Runs the test in pulumi refresh too (never to the depth message) and records its
                outcome; it never fails the refresh. Default: False.
            test_from: Harness only: where the test runs. here: this machine; delegate: Harness's own test, by which a
                delegate sends a real mail with what was saved; both: first here, then there. Default: both where
                delegate_test_recipient is given, else here.
            delegate_test_recipient: Harness only: to whom a delegate sends the test mail. Required for delegate and
                both. Default: none.
            allow_irreversible_test: Harness only: accepts a delegate's test after an update that can't be put back if
                it fails, since the password of before an adoption is not known. Default: False.
        """
        if depth is not None:
            pulumi.set(self, "depth", depth)
        if recipient is not None:
            pulumi.set(self, "recipient", recipient)
        if mode is not None:
            pulumi.set(self, "mode", mode)
        if deadline_seconds is not None:
            pulumi.set(self, "deadline_seconds", deadline_seconds)
        if attempts is not None:
            pulumi.set(self, "attempts", attempts)
        if connect_to is not None:
            pulumi.set(self, "connect_to", connect_to)
        if address_family is not None:
            pulumi.set(self, "address_family", address_family)
        if second_look is not None:
            pulumi.set(self, "second_look", second_look)
        if credentials_settle_seconds is not None:
            pulumi.set(self, "credentials_settle_seconds", credentials_settle_seconds)
        if max_age_days is not None:
            pulumi.set(self, "max_age_days", max_age_days)
        if on_stale_failure is not None:
            pulumi.set(self, "on_stale_failure", on_stale_failure)
        if retest_on_refresh is not None:
            pulumi.set(self, "retest_on_refresh", retest_on_refresh)
        if test_from is not None:
            pulumi.set(self, "test_from", test_from)
        if delegate_test_recipient is not None:
            pulumi.set(self, "delegate_test_recipient", delegate_test_recipient)
        if allow_irreversible_test is not None:
            pulumi.set(self, "allow_irreversible_test", allow_irreversible_test)


class TargetArgsDict(TypedDict):
    """The target of one provider; what is left out comes from the environment or the stack's configuration.

    As a mapping.
    """

    kind: NotRequired[pulumi.Input[TargetKind | None] | pulumi.Output[str | None]]
    """Where the provider is saved. Default: smtp-collab:target, else state."""
    endpoint: NotRequired[pulumi.Input[str | None]]
    """The base URL of Harness. Default: HARNESS_ENDPOINT, smtp-collab:harnessEndpoint, else Harness SaaS."""
    account_id: NotRequired[pulumi.Input[str | None]]
    """The Harness account. Default: HARNESS_ACCOUNT_ID, else smtp-collab:harnessAccountId."""
    api_key_env: NotRequired[pulumi.Input[str | None]]
    """The name of the environment variable that holds the API key; never the key itself. Default: none."""
    api_key_config: NotRequired[pulumi.Input[str | None]]
    """The name of the key of the stack's configuration that holds the API key; never that key itself.

    Default: none.
    """


@pulumi.input_type
class TargetArgs:
    """The target of one provider; what is left out comes from the environment or the stack's configuration."""

    kind: pulumi.Input[str] | None = pulumi.property("kind")
    endpoint: pulumi.Input[str] | None = pulumi.property("endpoint")
    account_id: pulumi.Input[str] | None = pulumi.property("accountId")
    api_key_env: pulumi.Input[str] | None = pulumi.property("apiKeyEnv")
    api_key_config: pulumi.Input[str] | None = pulumi.property("apiKeyConfig")

    @refusing
    def __init__(
        self,
        *,
        kind: pulumi.Input[TargetKind | None] | pulumi.Output[str | None] = None,
        endpoint: pulumi.Input[str | None] = None,
        account_id: pulumi.Input[str | None] = None,
        api_key_env: pulumi.Input[str | None] = None,
        api_key_config: pulumi.Input[str | None] = None,
    ) -> None:
        """The target of one provider; what is left out comes from the environment or the stack's configuration.

        Args:
            kind: Where the provider is saved. Default: smtp-collab:target, else state.
            endpoint: The base URL of Harness. Default: HARNESS_ENDPOINT, smtp-collab:harnessEndpoint, else Harness
                SaaS.
            account_id: The Harness account. Default: HARNESS_ACCOUNT_ID, else smtp-collab:harnessAccountId.
            api_key_env: The name of the environment variable that holds the API key; never the key itself. Default:
                none.
            api_key_config: The name of the key of the stack's configuration that holds the API key; never that key
                itself. Default: none.
        """
        if kind is not None:
            pulumi.set(self, "kind", kind)
        if endpoint is not None:
            pulumi.set(self, "endpoint", endpoint)
        if account_id is not None:
            pulumi.set(self, "account_id", account_id)
        if api_key_env is not None:
            pulumi.set(self, "api_key_env", api_key_env)
        if api_key_config is not None:
            pulumi.set(self, "api_key_config", api_key_config)


class UsageScopeEntryArgsDict(TypedDict):
    """Some applications, and the environments in them that are meant. As a mapping."""

    applications: pulumi.Input[Sequence[pulumi.Input[str]]]
    """The applications: a list of their ids, or ["ALL"] (in Python "ALL" too)."""
    environment_types: NotRequired[pulumi.Input[Sequence[pulumi.Input[EnvironmentType] | pulumi.Output[str]] | None]]
    """Every environment of these types: PROD, NON_PROD or both. Default: none."""
    environment_ids: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]] | None]]
    """Selected environments by their ids, instead of types.

    They belong to one application, so exactly one is selected. Default: none.
    """


@pulumi.input_type
class UsageScopeEntryArgs:
    """Some applications, and the environments in them that are meant."""

    applications: pulumi.Input[Sequence[pulumi.Input[str]]] = pulumi.property("applications")
    environment_types: pulumi.Input[Sequence[pulumi.Input[str]]] | None = pulumi.property("environmentTypes")
    environment_ids: pulumi.Input[Sequence[pulumi.Input[str]]] | None = pulumi.property("environmentIds")

    @refusing
    def __init__(
        self,
        *,
        applications: pulumi.Input[Sequence[pulumi.Input[str]]],
        environment_types: pulumi.Input[Sequence[pulumi.Input[EnvironmentType] | pulumi.Output[str]] | None] = None,
        environment_ids: pulumi.Input[Sequence[pulumi.Input[str]] | None] = None,
    ) -> None:
        """Some applications, and the environments in them that are meant.

        Args:
            applications: The applications: a list of their ids, or ["ALL"] (in Python "ALL" too).
            environment_types: Every environment of these types: PROD, NON_PROD or both. Default: none.
            environment_ids: Selected environments by their ids, instead of types. They belong to one application, so
                exactly one is selected. Default: none.
        """
        pulumi.set(self, "applications", applications)
        if environment_types is not None:
            pulumi.set(self, "environment_types", environment_types)
        if environment_ids is not None:
            pulumi.set(self, "environment_ids", environment_ids)


class UsageScopeArgsDict(TypedDict):
    """Where a FirstGen secret may be used. As a mapping."""

    entries: NotRequired[
        pulumi.Input[
            Sequence[pulumi.Input[UsageScopeEntryArgs | UsageScopeEntryArgsDict | UsageScopeEntrySettings]] | None
        ]
    ]
    """The applications and environments that may use it; order and grouping mean nothing. Default: none."""
    scoped_to_account: NotRequired[pulumi.Input[bool | None]]
    """For the account alone: no application may use it. Excludes entries. Default: False."""
    inherit_from_secret_manager: NotRequired[pulumi.Input[bool | None]]
    """The scope is its secret manager's. Excludes entries and scoped_to_account. Default: False."""


@pulumi.input_type
class UsageScopeArgs:
    """Where a FirstGen secret may be used."""

    entries: pulumi.Input[Sequence[pulumi.Input[UsageScopeEntryArgs | UsageScopeEntryArgsDict]]] | None = (
        pulumi.property("entries")
    )
    scoped_to_account: pulumi.Input[bool] | None = pulumi.property("scopedToAccount")
    inherit_from_secret_manager: pulumi.Input[bool] | None = pulumi.property("inheritFromSecretManager")

    @refusing
    def __init__(
        self,
        *,
        entries: pulumi.Input[
            Sequence[pulumi.Input[UsageScopeEntryArgs | UsageScopeEntryArgsDict | UsageScopeEntrySettings]] | None
        ] = None,
        scoped_to_account: pulumi.Input[bool | None] = None,
        inherit_from_secret_manager: pulumi.Input[bool | None] = None,
    ) -> None:
        """Where a FirstGen secret may be used.

        Args:
            entries: The applications and environments that may use it; order and grouping mean nothing. Default:
                none.
            scoped_to_account: For the account alone: no application may use it. Excludes entries. Default: False.
            inherit_from_secret_manager: The scope is its secret manager's. Excludes entries and scoped_to_account.
                Default: False.
        """
        if entries is not None:
            pulumi.set(self, "entries", entries)
        if scoped_to_account is not None:
            pulumi.set(self, "scoped_to_account", scoped_to_account)
        if inherit_from_secret_manager is not None:
            pulumi.set(self, "inherit_from_secret_manager", inherit_from_secret_manager)


class SecretReferenceArgsDict(TypedDict):
    """What a provider says of the Encrypted Text that holds its password; an output of the Encrypted Text.

    As a mapping.
    """

    name: pulumi.Input[str]
    """What refers to it: its name, in NextGen its identifier, as it is saved."""
    secret_id: pulumi.Input[str]
    """The target's identifier of it."""
    selected: NotRequired[pulumi.Input[bool | None]]
    """Whether it exists elsewhere and was selected: then its value is not known here. Default: False."""
    target: NotRequired[pulumi.Input[TargetKind | None] | pulumi.Output[str | None]]
    """state, harness or harness-firstgen. Default: state."""
    endpoint: NotRequired[pulumi.Input[str | None]]
    """The base URL of Harness. Default: none."""
    account_id: NotRequired[pulumi.Input[str | None]]
    """The Harness account. Default: none."""
    usage_scope: NotRequired[pulumi.Input[UsageScopeArgs | UsageScopeArgsDict | UsageScopeSettings | None]]
    """Where it may be used. Default: none."""


@pulumi.input_type
class SecretReferenceArgs:
    """What a provider says of the Encrypted Text that holds its password; an output of the Encrypted Text."""

    name: pulumi.Input[str] = pulumi.property("name")
    secret_id: pulumi.Input[str] = pulumi.property("secretId")
    selected: pulumi.Input[bool] | None = pulumi.property("selected")
    target: pulumi.Input[str] | None = pulumi.property("target")
    endpoint: pulumi.Input[str] | None = pulumi.property("endpoint")
    account_id: pulumi.Input[str] | None = pulumi.property("accountId")
    usage_scope: pulumi.Input[UsageScopeArgs | UsageScopeArgsDict] | None = pulumi.property("usageScope")

    @refusing
    def __init__(
        self,
        *,
        name: pulumi.Input[str],
        secret_id: pulumi.Input[str],
        selected: pulumi.Input[bool | None] = None,
        target: pulumi.Input[TargetKind | None] | pulumi.Output[str | None] = None,
        endpoint: pulumi.Input[str | None] = None,
        account_id: pulumi.Input[str | None] = None,
        usage_scope: pulumi.Input[UsageScopeArgs | UsageScopeArgsDict | UsageScopeSettings | None] = None,
    ) -> None:
        """What a provider says of the Encrypted Text that holds its password; an output of the Encrypted Text.

        Args:
            name: What refers to it: its name, in NextGen its identifier, as it is saved.
            secret_id: The target's identifier of it.
            selected: Whether it exists elsewhere and was selected: then its value is not known here. Default: False.
            target: state, harness or harness-firstgen. Default: state.
            endpoint: The base URL of Harness. Default: none.
            account_id: The Harness account. Default: none.
            usage_scope: Where it may be used. Default: none.
        """
        pulumi.set(self, "name", name)
        pulumi.set(self, "secret_id", secret_id)
        if selected is not None:
            pulumi.set(self, "selected", selected)
        if target is not None:
            pulumi.set(self, "target", target)
        if endpoint is not None:
            pulumi.set(self, "endpoint", endpoint)
        if account_id is not None:
            pulumi.set(self, "account_id", account_id)
        if usage_scope is not None:
            pulumi.set(self, "usage_scope", usage_scope)


class SmtpCollaborationProviderKeywords(TypedDict, total=False):
    """An SMTP collaboration provider: the server, its display name and its connectivity test.

    As keyword arguments.
    """

    display_name: pulumi.Input[str | None]
    """The name that people see, 1 to 128 characters; unique among the program's providers of one target.

    Default: the resource's name.
    """
    host: pulumi.Input[str]
    """The SMTP server: a host name (an internationalised one too) or an IP address, without scheme or port.

    Compared and saved in lower case.
    """
    ssl: pulumi.Input[bool | None]
    """TLS from the first byte (implicit TLS, RFC 8314), as on port 465.

    Not together with Start TLS. Default: False.
    """
    start_tls: pulumi.Input[bool | None]
    """Begins in plain text and changes to TLS by STARTTLS (RFC 3207), as on port 587.

    Where it is selected it is required: a server that does not offer it fails the test. Not together with SSL.
    Default: False.
    """
    port: pulumi.Input[int | None]
    """The TCP port, 1 to 65535. Default: 25; with Start TLS 587, with SSL 465."""
    from_address: pulumi.Input[str]
    """The address that mails are sent from (RFC 5321 section 4.1.2; SMTPUTF8 addresses of RFC 6531 too)."""
    username: pulumi.Input[str | None]
    """The user name of the login, often the full address. With a password, or both left out. Default: none."""
    password: pulumi.Input[str | None] | EncryptedText
    """The password of the login.

    A secret in inputs, outputs, state, messages and logs, even where the program gives plain text. Default: none.
    """
    ca_certificates: pulumi.Input[str | None]
    """PEM text of CA certificates that are trusted in addition to the system's, for a server whose certificate comes
    from a private CA.

    Default: none.
    """
    tls_server_name: pulumi.Input[str | None]
    """The name that is asked for in TLS (SNI) and that the certificate has to carry, for a server that is reached by
    an address or an alias.

    Default: the host.
    """
    ehlo_name: pulumi.Input[str | None]
    """What the test calls itself in EHLO: a domain name or an address literal (RFC 5321 section 4.1.4).

    Default: the machine's qualified host name, else an address literal of the connection.
    """
    allow_plaintext_login: pulumi.Input[bool | None]
    """Accepts that user name and password cross the network unencrypted.

    Without it a login without TLS is refused, except to this machine itself. Default: False.
    """
    password_reference: pulumi.Input[SecretReferenceArgs | SecretReferenceArgsDict | SecretReferenceSettings | None]
    """The Encrypted Text that holds the password: set by password=EncryptedText(...).

    Default: none: a plain password.
    """
    password_for_test_env: pulumi.Input[str | None]
    """For an Encrypted Text that was selected, whose value can't be read: the name of an environment variable that
    holds the password for the connectivity test; never the password itself.

    Without it the test goes no deeper than tls. Default: none.
    """
    connectivity_test: pulumi.Input[ConnectivityTestArgs | ConnectivityTestArgsDict | ConnectivityTestSettings | None]
    """How the server is tested before anything is saved. Default: tested up to the recipient, enforced."""
    adopt: pulumi.Input[str | None]
    """The identifier, in the target, of a provider that exists there already: the first up takes it over instead of
    creating one.

    The state target has nothing to take over. Default: none.
    """
    adopt_overwrite: pulumi.Input[bool | None]
    """Lets an adoption replace what differs in the target.

    Without it an adoption changes nothing: it lists each difference and stops. Default: False.
    """
    delete_adopted: pulumi.Input[bool | None]
    """Lets destroy delete what was adopted. Without it, it stays in the target. Default: False."""
    delegate_selectors: pulumi.Input[Sequence[pulumi.Input[str]] | None]
    """Harness only: the tags that a delegate must have to send mail with this provider. Default: any delegate."""
    target: pulumi.Input[TargetArgs | TargetArgsDict | TargetSettings | None]
    """Where the provider is saved, if not where the stack's configuration says. Default: the stack's."""


class SmtpCollaborationProviderArgsDict(TypedDict):
    """An SMTP collaboration provider: the server, its display name and its connectivity test. As a mapping."""

    display_name: NotRequired[pulumi.Input[str | None]]
    """The name that people see, 1 to 128 characters; unique among the program's providers of one target.

    Default: the resource's name.
    """
    host: pulumi.Input[str]
    """The SMTP server: a host name (an internationalised one too) or an IP address, without scheme or port.

    Compared and saved in lower case.
    """
    ssl: NotRequired[pulumi.Input[bool | None]]
    """TLS from the first byte (implicit TLS, RFC 8314), as on port 465.

    Not together with Start TLS. Default: False.
    """
    start_tls: NotRequired[pulumi.Input[bool | None]]
    """Begins in plain text and changes to TLS by STARTTLS (RFC 3207), as on port 587.

    Where it is selected it is required: a server that does not offer it fails the test. Not together with SSL.
    Default: False.
    """
    port: NotRequired[pulumi.Input[int | None]]
    """The TCP port, 1 to 65535. Default: 25; with Start TLS 587, with SSL 465."""
    from_address: pulumi.Input[str]
    """The address that mails are sent from (RFC 5321 section 4.1.2; SMTPUTF8 addresses of RFC 6531 too)."""
    username: NotRequired[pulumi.Input[str | None]]
    """The user name of the login, often the full address. With a password, or both left out. Default: none."""
    password: NotRequired[pulumi.Input[str | None] | EncryptedText]
    """The password of the login.

    A secret in inputs, outputs, state, messages and logs, even where the program gives plain text. Default: none.
    """
    ca_certificates: NotRequired[pulumi.Input[str | None]]
    """PEM text of CA certificates that are trusted in addition to the system's, for a server whose certificate comes
    from a private CA.

    Default: none.
    """
    tls_server_name: NotRequired[pulumi.Input[str | None]]
    """The name that is asked for in TLS (SNI) and that the certificate has to carry, for a server that is reached by
    an address or an alias.

    Default: the host.
    """
    ehlo_name: NotRequired[pulumi.Input[str | None]]
    """What the test calls itself in EHLO: a domain name or an address literal (RFC 5321 section 4.1.4).

    Default: the machine's qualified host name, else an address literal of the connection.
    """
    allow_plaintext_login: NotRequired[pulumi.Input[bool | None]]
    """Accepts that user name and password cross the network unencrypted.

    Without it a login without TLS is refused, except to this machine itself. Default: False.
    """
    password_reference: NotRequired[
        pulumi.Input[SecretReferenceArgs | SecretReferenceArgsDict | SecretReferenceSettings | None]
    ]
    """The Encrypted Text that holds the password: set by password=EncryptedText(...).

    Default: none: a plain password.
    """
    password_for_test_env: NotRequired[pulumi.Input[str | None]]
    """For an Encrypted Text that was selected, whose value can't be read: the name of an environment variable that
    holds the password for the connectivity test; never the password itself.

    Without it the test goes no deeper than tls. Default: none.
    """
    connectivity_test: NotRequired[
        pulumi.Input[ConnectivityTestArgs | ConnectivityTestArgsDict | ConnectivityTestSettings | None]
    ]
    """How the server is tested before anything is saved. Default: tested up to the recipient, enforced."""
    adopt: NotRequired[pulumi.Input[str | None]]
    """The identifier, in the target, of a provider that exists there already: the first up takes it over instead of
    creating one.

    The state target has nothing to take over. Default: none.
    """
    adopt_overwrite: NotRequired[pulumi.Input[bool | None]]
    """Lets an adoption replace what differs in the target.

    Without it an adoption changes nothing: it lists each difference and stops. Default: False.
    """
    delete_adopted: NotRequired[pulumi.Input[bool | None]]
    """Lets destroy delete what was adopted. Without it, it stays in the target. Default: False."""
    delegate_selectors: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]] | None]]
    """Harness only: the tags that a delegate must have to send mail with this provider. Default: any delegate."""
    target: NotRequired[pulumi.Input[TargetArgs | TargetArgsDict | TargetSettings | None]]
    """Where the provider is saved, if not where the stack's configuration says. Default: the stack's."""


@pulumi.input_type
class SmtpCollaborationProviderArgs:
    """An SMTP collaboration provider: the server, its display name and its connectivity test."""

    display_name: pulumi.Input[str] | None = pulumi.property("displayName")
    host: pulumi.Input[str] = pulumi.property("host")
    ssl: pulumi.Input[bool] | None = pulumi.property("ssl")
    start_tls: pulumi.Input[bool] | None = pulumi.property("startTls")
    port: pulumi.Input[int] | None = pulumi.property("port")
    from_address: pulumi.Input[str] = pulumi.property("fromAddress")
    username: pulumi.Input[str] | None = pulumi.property("username")
    password: pulumi.Input[str] | EncryptedText | None = pulumi.property("password")
    ca_certificates: pulumi.Input[str] | None = pulumi.property("caCertificates")
    tls_server_name: pulumi.Input[str] | None = pulumi.property("tlsServerName")
    ehlo_name: pulumi.Input[str] | None = pulumi.property("ehloName")
    allow_plaintext_login: pulumi.Input[bool] | None = pulumi.property("allowPlaintextLogin")
    password_reference: pulumi.Input[SecretReferenceArgs | SecretReferenceArgsDict] | None = pulumi.property(
        "passwordReference"
    )
    password_for_test_env: pulumi.Input[str] | None = pulumi.property("passwordForTestEnv")
    connectivity_test: pulumi.Input[ConnectivityTestArgs | ConnectivityTestArgsDict] | None = pulumi.property(
        "connectivityTest"
    )
    adopt: pulumi.Input[str] | None = pulumi.property("adopt")
    adopt_overwrite: pulumi.Input[bool] | None = pulumi.property("adoptOverwrite")
    delete_adopted: pulumi.Input[bool] | None = pulumi.property("deleteAdopted")
    delegate_selectors: pulumi.Input[Sequence[pulumi.Input[str]]] | None = pulumi.property("delegateSelectors")
    target: pulumi.Input[TargetArgs | TargetArgsDict] | None = pulumi.property("target")

    @refusing
    def __init__(
        self,
        *,
        host: pulumi.Input[str],
        from_address: pulumi.Input[str],
        display_name: pulumi.Input[str | None] = None,
        ssl: pulumi.Input[bool | None] = None,
        start_tls: pulumi.Input[bool | None] = None,
        port: pulumi.Input[int | None] = None,
        username: pulumi.Input[str | None] = None,
        password: pulumi.Input[str | None] | EncryptedText = None,
        ca_certificates: pulumi.Input[str | None] = None,
        tls_server_name: pulumi.Input[str | None] = None,
        ehlo_name: pulumi.Input[str | None] = None,
        allow_plaintext_login: pulumi.Input[bool | None] = None,
        password_reference: pulumi.Input[
            SecretReferenceArgs | SecretReferenceArgsDict | SecretReferenceSettings | None
        ] = None,
        password_for_test_env: pulumi.Input[str | None] = None,
        connectivity_test: pulumi.Input[
            ConnectivityTestArgs | ConnectivityTestArgsDict | ConnectivityTestSettings | None
        ] = None,
        adopt: pulumi.Input[str | None] = None,
        adopt_overwrite: pulumi.Input[bool | None] = None,
        delete_adopted: pulumi.Input[bool | None] = None,
        delegate_selectors: pulumi.Input[Sequence[pulumi.Input[str]] | None] = None,
        target: pulumi.Input[TargetArgs | TargetArgsDict | TargetSettings | None] = None,
    ) -> None:
        """An SMTP collaboration provider: the server, its display name and its connectivity test.

        Args:
            host: The SMTP server: a host name (an internationalised one too) or an IP address, without scheme or
                port. Compared and saved in lower case.
            from_address: The address that mails are sent from (RFC 5321 section 4.1.2; SMTPUTF8 addresses of RFC 6531
                too).
            display_name: The name that people see, 1 to 128 characters; unique among the program's providers of one
                target. Default: the resource's name.
            ssl: TLS from the first byte (implicit TLS, RFC 8314), as on port 465. Not together with Start TLS.
                Default: False.
            start_tls: Begins in plain text and changes to TLS by STARTTLS (RFC 3207), as on port 587. Where it is
                selected it is required: a server that does not offer it fails the test. Not together with SSL.
                Default: False.
            port: The TCP port, 1 to 65535. Default: 25; with Start TLS 587, with SSL 465.
            username: The user name of the login, often the full address. With a password, or both left out. Default:
                none.
            password: The password of the login. A secret in inputs, outputs, state, messages and logs, even where the
                program gives plain text. Default: none.
            ca_certificates: PEM text of CA certificates that are trusted in addition to the system's, for a server
                whose certificate comes from a private CA. Default: none.
            tls_server_name: The name that is asked for in TLS (SNI) and that the certificate has to carry, for a
                server that is reached by an address or an alias. Default: the host.
            ehlo_name: What the test calls itself in EHLO: a domain name or an address literal (RFC 5321 section
                4.1.4). Default: the machine's qualified host name, else an address literal of the connection.
            allow_plaintext_login: Accepts that user name and password cross the network unencrypted. Without it a
                login without TLS is refused, except to this machine itself. Default: False.
            password_reference: The Encrypted Text that holds the password: set by password=EncryptedText(...).
                Default: none: a plain password.
            password_for_test_env: For an Encrypted Text that was selected, whose value can't be read: the name of an
                environment variable that holds the password for the connectivity test; never the password itself.
                Without it the test goes no deeper than tls. Default: none.
            connectivity_test: How the server is tested before anything is saved. Default: tested up to the recipient,
                enforced.
            adopt: The identifier, in the target, of a provider that exists there already: the first up takes it over
                instead of creating one. The state target has nothing to take over. Default: none.
            adopt_overwrite: Lets an adoption replace what differs in the target. Without it an adoption changes
                nothing: it lists each difference and stops. Default: False.
            delete_adopted: Lets destroy delete what was adopted. Without it, it stays in the target. Default: False.
            delegate_selectors: Harness only: the tags that a delegate must have to send mail with this provider.
                Default: any delegate.
            target: Where the provider is saved, if not where the stack's configuration says. Default: the stack's.
        """
        pulumi.set(self, "host", host)
        pulumi.set(self, "from_address", from_address)
        if display_name is not None:
            pulumi.set(self, "display_name", display_name)
        if ssl is not None:
            pulumi.set(self, "ssl", ssl)
        if start_tls is not None:
            pulumi.set(self, "start_tls", start_tls)
        if port is not None:
            pulumi.set(self, "port", port)
        if username is not None:
            pulumi.set(self, "username", username)
        if password is not None:
            pulumi.set(self, "password", password)
        if ca_certificates is not None:
            pulumi.set(self, "ca_certificates", ca_certificates)
        if tls_server_name is not None:
            pulumi.set(self, "tls_server_name", tls_server_name)
        if ehlo_name is not None:
            pulumi.set(self, "ehlo_name", ehlo_name)
        if allow_plaintext_login is not None:
            pulumi.set(self, "allow_plaintext_login", allow_plaintext_login)
        if password_reference is not None:
            pulumi.set(self, "password_reference", password_reference)
        if password_for_test_env is not None:
            pulumi.set(self, "password_for_test_env", password_for_test_env)
        if connectivity_test is not None:
            pulumi.set(self, "connectivity_test", connectivity_test)
        if adopt is not None:
            pulumi.set(self, "adopt", adopt)
        if adopt_overwrite is not None:
            pulumi.set(self, "adopt_overwrite", adopt_overwrite)
        if delete_adopted is not None:
            pulumi.set(self, "delete_adopted", delete_adopted)
        if delegate_selectors is not None:
            pulumi.set(self, "delegate_selectors", delegate_selectors)
        if target is not None:
            pulumi.set(self, "target", target)


class EncryptedTextKeywords(TypedDict, total=False):
    """An Encrypted Text: a secret of its own that holds a provider's password. As keyword arguments."""

    name: pulumi.Input[str | None]
    """Its name, 1 to 128 characters. Default: the resource's name."""
    value: pulumi.Input[str]
    """What it holds.

    A secret in inputs, outputs, state, messages and logs, even where the program gives plain text.
    """
    usage_scope: pulumi.Input[UsageScopeArgs | UsageScopeArgsDict | UsageScopeSettings | None] | UsageScope
    """Where it may be used, in the targets harness-firstgen and state; a provider that uses it inherits this.

    Default: no usage scope.
    """
    identifier: pulumi.Input[str | None]
    """Harness NextGen only: its identifier, fixed for good. Default: made of the name."""
    org: pulumi.Input[str | None]
    """Harness NextGen only: the organisation that it belongs to. Default: the account itself."""
    project: pulumi.Input[str | None]
    """Harness NextGen only: the project that it belongs to, with its org. Default: none."""
    secret_manager: pulumi.Input[str | None]
    """Harness only: the secret manager that keeps it, fixed for good: its identifier in NextGen, its id in FirstGen.

    Default: NextGen: harnessSecretManager; FirstGen: the account's default.
    """
    tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None]
    """Harness NextGen only: its tags. Default: none."""
    used_as_password: pulumi.Input[bool | None]
    """Harness NextGen only: whether a provider of the program has it as its password.

    Then that provider writes a new value into it, once its test of the value has passed. In Python
    password=EncryptedText(...) sets it. Default: none: a new value is live at once.
    """
    target: pulumi.Input[TargetArgs | TargetArgsDict | TargetSettings | None]
    """Where it is saved, if not where the stack's configuration says. Default: the stack's."""


class EncryptedTextArgsDict(TypedDict):
    """An Encrypted Text: a secret of its own that holds a provider's password. As a mapping."""

    name: NotRequired[pulumi.Input[str | None]]
    """Its name, 1 to 128 characters. Default: the resource's name."""
    value: pulumi.Input[str]
    """What it holds.

    A secret in inputs, outputs, state, messages and logs, even where the program gives plain text.
    """
    usage_scope: NotRequired[pulumi.Input[UsageScopeArgs | UsageScopeArgsDict | UsageScopeSettings | None] | UsageScope]
    """Where it may be used, in the targets harness-firstgen and state; a provider that uses it inherits this.

    Default: no usage scope.
    """
    identifier: NotRequired[pulumi.Input[str | None]]
    """Harness NextGen only: its identifier, fixed for good. Default: made of the name."""
    org: NotRequired[pulumi.Input[str | None]]
    """Harness NextGen only: the organisation that it belongs to. Default: the account itself."""
    project: NotRequired[pulumi.Input[str | None]]
    """Harness NextGen only: the project that it belongs to, with its org. Default: none."""
    secret_manager: NotRequired[pulumi.Input[str | None]]
    """Harness only: the secret manager that keeps it, fixed for good: its identifier in NextGen, its id in FirstGen.

    Default: NextGen: harnessSecretManager; FirstGen: the account's default.
    """
    tags: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]] | None]]
    """Harness NextGen only: its tags. Default: none."""
    used_as_password: NotRequired[pulumi.Input[bool | None]]
    """Harness NextGen only: whether a provider of the program has it as its password.

    Then that provider writes a new value into it, once its test of the value has passed. In Python
    password=EncryptedText(...) sets it. Default: none: a new value is live at once.
    """
    target: NotRequired[pulumi.Input[TargetArgs | TargetArgsDict | TargetSettings | None]]
    """Where it is saved, if not where the stack's configuration says. Default: the stack's."""


@pulumi.input_type
class EncryptedTextArgs:
    """An Encrypted Text: a secret of its own that holds a provider's password."""

    name: pulumi.Input[str] | None = pulumi.property("name")
    value: pulumi.Input[str] = pulumi.property("value")
    usage_scope: pulumi.Input[UsageScopeArgs | UsageScopeArgsDict] | UsageScope | None = pulumi.property("usageScope")
    identifier: pulumi.Input[str] | None = pulumi.property("identifier")
    org: pulumi.Input[str] | None = pulumi.property("org")
    project: pulumi.Input[str] | None = pulumi.property("project")
    secret_manager: pulumi.Input[str] | None = pulumi.property("secretManager")
    tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = pulumi.property("tags")
    used_as_password: pulumi.Input[bool] | None = pulumi.property("usedAsPassword")
    target: pulumi.Input[TargetArgs | TargetArgsDict] | None = pulumi.property("target")

    @refusing
    def __init__(
        self,
        *,
        value: pulumi.Input[str],
        name: pulumi.Input[str | None] = None,
        usage_scope: pulumi.Input[UsageScopeArgs | UsageScopeArgsDict | UsageScopeSettings | None] | UsageScope = None,
        identifier: pulumi.Input[str | None] = None,
        org: pulumi.Input[str | None] = None,
        project: pulumi.Input[str | None] = None,
        secret_manager: pulumi.Input[str | None] = None,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = None,
        used_as_password: pulumi.Input[bool | None] = None,
        target: pulumi.Input[TargetArgs | TargetArgsDict | TargetSettings | None] = None,
    ) -> None:
        """An Encrypted Text: a secret of its own that holds a provider's password.

        Args:
            value: What it holds. A secret in inputs, outputs, state, messages and logs, even where the program gives
                plain text.
            name: Its name, 1 to 128 characters. Default: the resource's name.
            usage_scope: Where it may be used, in the targets harness-firstgen and state; a provider that uses it
                inherits this. Default: no usage scope.
            identifier: Harness NextGen only: its identifier, fixed for good. Default: made of the name.
            org: Harness NextGen only: the organisation that it belongs to. Default: the account itself.
            project: Harness NextGen only: the project that it belongs to, with its org. Default: none.
            secret_manager: Harness only: the secret manager that keeps it, fixed for good: its identifier in NextGen,
                its id in FirstGen. Default: NextGen: harnessSecretManager; FirstGen: the account's default.
            tags: Harness NextGen only: its tags. Default: none.
            used_as_password: Harness NextGen only: whether a provider of the program has it as its password. Then
                that provider writes a new value into it, once its test of the value has passed. In Python
                password=EncryptedText(...) sets it. Default: none: a new value is live at once.
            target: Where it is saved, if not where the stack's configuration says. Default: the stack's.
        """
        pulumi.set(self, "value", value)
        if name is not None:
            pulumi.set(self, "name", name)
        if usage_scope is not None:
            pulumi.set(self, "usage_scope", usage_scope)
        if identifier is not None:
            pulumi.set(self, "identifier", identifier)
        if org is not None:
            pulumi.set(self, "org", org)
        if project is not None:
            pulumi.set(self, "project", project)
        if secret_manager is not None:
            pulumi.set(self, "secret_manager", secret_manager)
        if tags is not None:
            pulumi.set(self, "tags", tags)
        if used_as_password is not None:
            pulumi.set(self, "used_as_password", used_as_password)
        if target is not None:
            pulumi.set(self, "target", target)

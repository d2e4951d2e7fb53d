"""The same resources by the native plugin: declared alike, of the plugin's types, with an alias to the dynamic ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from pulumi_smtp_collab._version import __version__
from pulumi_smtp_collab.resources import plugin_search
from pulumi_smtp_collab.resources.declared import Declared
from pulumi_smtp_collab.resources.encrypted_text_declaration import EncryptedTextDeclaration
from pulumi_smtp_collab.resources.provider_declaration import ProviderDeclaration

_PACKAGE = "smtp-collab"


class _OfThePlugin(Declared):
    """A resource that the plugin serves."""

    pulumi_type: str

    def _register(
        self,
        resource_name: str,
        properties: dict[str, Any],
        options: pulumi.ResourceOptions,
        given: Mapping[str, Any] | None = None,  # noqa: ARG002 - the plugin sees all that it needs
    ) -> None:
        dynamic = f"pulumi-python:dynamic/{_PACKAGE}:{self.pulumi_type.rpartition(':')[2]}"
        own = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=dynamic)], version=__version__)
        merged = pulumi.ResourceOptions.merge(options, own)
        plugin_search.warn_where_missing(merged)
        pulumi.CustomResource.__init__(self, self.pulumi_type, resource_name, properties, merged)

    def _is_set_by_the_stack(self, opts: pulumi.ResourceOptions | None) -> bool:
        return _explicit_provider(opts) is None


class SmtpCollaborationProvider(_OfThePlugin, ProviderDeclaration):
    """An SMTP server as a collaboration provider: tested before it is saved.

    It is declared as the dynamic resource of the same name is. A stack moves from one to the other by its import
    alone: nothing is replaced or tested anew. ``custom_timeouts`` bound the connectivity test.
    """

    pulumi_type = "smtp-collab:index:SmtpCollaborationProvider"

    def _target_kind(self, opts: pulumi.ResourceOptions | None) -> object:
        explicit = _explicit_provider(opts)
        return super()._target_kind(opts) if explicit is None else getattr(explicit, "given_target", None)


class EncryptedText(_OfThePlugin, EncryptedTextDeclaration):
    """A secret of its own that holds a provider's password: ``SmtpCollaborationProvider(password=…)`` takes it."""

    pulumi_type = "smtp-collab:index:EncryptedText"


class Provider(pulumi.ProviderResource):
    """The plugin with settings of its own, for the resources that name it: two accounts of Harness in one program.

    What is left out is as the environment says, else as by default; the stack's configuration is not asked.
    """

    given_target: pulumi.Input[str] | None
    """Where providers and Encrypted Texts are saved, as the program gave it."""

    def __init__(
        self,
        resource_name: str,
        *,
        target: pulumi.Input[str] | None = None,
        harness_endpoint: pulumi.Input[str] | None = None,
        harness_account_id: pulumi.Input[str] | None = None,
        harness_api_key: pulumi.Input[str] | None = None,
        harness_ca_certificates: pulumi.Input[str] | None = None,
        connectivity_test_mode: pulumi.Input[str] | None = None,
        connectivity_test_depth: pulumi.Input[str] | None = None,
        connectivity_test_deadline_seconds: pulumi.Input[float] | None = None,
        tests_at_once: pulumi.Input[int] | None = None,
        require_test: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare it.

        Args:
            resource_name: The name of the resource in the program.
            target: Where providers and Encrypted Texts are saved: state, harness or harness-firstgen.
            harness_endpoint: The base URL of Harness.
            harness_account_id: The account of Harness.
            harness_api_key: The API key of Harness; a secret everywhere.
            harness_ca_certificates: PEM text of CAs that are trusted for the endpoint besides the system's.
            connectivity_test_mode: What a failed test means: enforce, warn or off.
            connectivity_test_depth: How deep tests go.
            connectivity_test_deadline_seconds: Seconds that a whole test may take, 1 to 300.
            tests_at_once: How many tests may run at once for one host, port and user, 1 to 1000.
            require_test: Whether SMTP_COLLAB_SKIP_TEST is forbidden.
            opts: Pulumi's resource options.
        """
        self.given_target = target
        given: Mapping[str, Any] = {
            "target": target,
            "harnessEndpoint": harness_endpoint,
            "harnessAccountId": harness_account_id,
            "harnessApiKey": None if harness_api_key is None else pulumi.Output.secret(harness_api_key),
            "harnessCaCertificates": harness_ca_certificates,
            "connectivityTestMode": connectivity_test_mode,
            "connectivityTestDepth": connectivity_test_depth,
            "connectivityTestDeadlineSeconds": _as_json(connectivity_test_deadline_seconds),
            "testsAtOnce": _as_json(tests_at_once),
            "requireTest": _as_json(require_test),
        }
        properties = {name: value for name, value in given.items() if value is not None}
        options = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(version=__version__))
        super().__init__(_PACKAGE, resource_name, properties, options)


def _as_json(value: pulumi.Input[Any] | None) -> pulumi.Output[str] | None:
    """Return a setting as a provider takes it: whatever is no text travels as JSON."""
    return None if value is None else pulumi.Output.json_dumps(value)


def _explicit_provider(opts: pulumi.ResourceOptions | None) -> pulumi.ProviderResource | None:
    """Return the plugin with settings of its own that the options name, or that a parent hands down."""
    if opts is None:
        return None
    named = opts.providers or ()
    several = named.values() if isinstance(named, Mapping) else named if isinstance(named, (list, tuple)) else (named,)
    for each in (opts.provider, *several):
        if isinstance(each, pulumi.ProviderResource) and each.package == _PACKAGE:
            return each
    return None if opts.parent is None else opts.parent.get_provider(f"{_PACKAGE}:index:Provider")

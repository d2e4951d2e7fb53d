"""The same resources by the native plugin: declared alike, of the plugin's types, with an alias to the dynamic ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, overload

import pulumi

from pulumi_smtp_collab._version import __version__
from pulumi_smtp_collab.model.wire_names import python_name, wire_name
from pulumi_smtp_collab.resources import display_names
from pulumi_smtp_collab.resources.argument_parsing import arguments_of
from pulumi_smtp_collab.resources.declared_text import DeclaredText
from pulumi_smtp_collab.resources.encrypted_text import (
    encrypted_text_properties,
    password_properties,
)
from pulumi_smtp_collab.resources.generated.arguments import (
    EncryptedTextArgs,
    EncryptedTextArgsDict,
    SmtpCollaborationProviderArgs,
    SmtpCollaborationProviderArgsDict,
    TargetArgs,
    TargetArgsDict,
)
from pulumi_smtp_collab.resources.generated.outputs import (
    ENCRYPTED_TEXT_OUTPUT_NAMES,
    OUTPUT_NAMES,
    SECRET_ENCRYPTED_TEXT_OUTPUT_NAMES,
    SECRET_OUTPUT_NAMES,
    ProviderOutputs,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack

_PROVIDER = "SmtpCollaborationProvider"
_ENCRYPTED_TEXT = "EncryptedText"


class _OfThePlugin(pulumi.CustomResource):
    """A resource that the plugin serves; names are translated as the dynamic resource does."""

    def translate_input_property(self, prop: str) -> str:
        """Return the wire name of an argument, of each part of a path too (``connectivity_test.depth``)."""
        return wire_name(prop)

    def translate_output_property(self, prop: str) -> str:
        """Return the Python name of an output."""
        return python_name(prop)


class SmtpCollaborationProvider(ProviderOutputs, _OfThePlugin):
    """An SMTP server as a collaboration provider: tested before it is saved.

    It is declared as the dynamic resource of the same name is. A stack moves from one to the other by its import
    alone: nothing is replaced or tested anew.
    """

    pulumi_type = f"smtp-collab:index:{_PROVIDER}"

    @overload
    def __init__(
        self,
        resource_name: str,
        args: SmtpCollaborationProviderArgs | SmtpCollaborationProviderArgsDict,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None: ...

    @overload
    def __init__(
        self,
        resource_name: str,
        args: None = None,
        opts: pulumi.ResourceOptions | None = None,
        **kwargs: Unpack[SmtpCollaborationProviderArgsDict],
    ) -> None: ...

    def __init__(
        self,
        resource_name: str,
        args: SmtpCollaborationProviderArgs | SmtpCollaborationProviderArgsDict | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **kwargs: Any,
    ) -> None:
        """Declare the provider.

        Args:
            resource_name: The name of the resource in the program.
            args: The arguments as ``SmtpCollaborationProviderArgs`` or as a mapping; or none, and the arguments as
                keyword arguments.
            opts: Pulumi's resource options; ``custom_timeouts`` bound the connectivity test too.
            **kwargs: The arguments, as those of ``SmtpCollaborationProviderArgs``.

        Raises:
            TypeError: An argument is unknown or missing, or arguments are given in two ways.
            ValueError: The display name is taken by another provider of this program.
        """
        given = arguments_of(SmtpCollaborationProviderArgs, _PROVIDER, args, kwargs)
        if given.get("display_name") is None:
            given["display_name"] = resource_name
        given |= password_properties(given)
        properties: dict[str, Any] = {**dict.fromkeys(OUTPUT_NAMES), **given}
        properties["display_name"] = display_names.claim(given["display_name"], resource_name, given.get("target"))
        super().__init__(self.pulumi_type, resource_name, properties, _options(opts, _PROVIDER))

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002 - Pulumi's name
        opts: pulumi.ResourceOptions | None = None,
    ) -> SmtpCollaborationProvider:
        """Read a provider that exists already in Harness, without owning it.

        Args:
            resource_name: The name of the resource in this program.
            id: The target's identifier of the provider.
            opts: Pulumi's resource options.
        """
        provider = SmtpCollaborationProvider.__new__(SmtpCollaborationProvider)
        by_id = pulumi.ResourceOptions.merge(_options(opts, _PROVIDER), pulumi.ResourceOptions(id=id))
        properties: dict[str, Any] = dict.fromkeys(OUTPUT_NAMES)
        pulumi.CustomResource.__init__(provider, provider.pulumi_type, resource_name, properties, by_id)
        return provider


class EncryptedText(DeclaredText, _OfThePlugin):
    """A secret of its own that holds a provider's password: ``SmtpCollaborationProvider(password=…)`` takes it."""

    pulumi_type = f"smtp-collab:index:{_ENCRYPTED_TEXT}"

    @overload
    def __init__(
        self,
        resource_name: str,
        args: EncryptedTextArgs | EncryptedTextArgsDict,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None: ...

    @overload
    def __init__(
        self,
        resource_name: str,
        args: None = None,
        opts: pulumi.ResourceOptions | None = None,
        **kwargs: Unpack[EncryptedTextArgsDict],
    ) -> None: ...

    def __init__(
        self,
        resource_name: str,
        args: EncryptedTextArgs | EncryptedTextArgsDict | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **kwargs: Any,
    ) -> None:
        """Declare the secret.

        Args:
            resource_name: The name of the resource in the program.
            args: The arguments as ``EncryptedTextArgs`` or as a mapping; or none, and the arguments as keyword
                arguments.
            opts: Pulumi's resource options.
            **kwargs: The arguments, as those of ``EncryptedTextArgs``. ``usage_scope`` may be a ``UsageScope`` too.

        Raises:
            TypeError: An argument is unknown or missing, or arguments are given in two ways.
        """
        given = encrypted_text_properties(self, resource_name, args, kwargs)
        properties: dict[str, Any] = {**dict.fromkeys(ENCRYPTED_TEXT_OUTPUT_NAMES), **given}
        super().__init__(self.pulumi_type, resource_name, properties, _options(opts, _ENCRYPTED_TEXT))

    @staticmethod
    def select(
        resource_name: str,
        name: pulumi.Input[str],
        *,
        target: pulumi.Input[TargetArgs | TargetArgsDict] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> EncryptedText:
        """Select a secret that exists already in Harness FirstGen, without owning it.

        Args:
            resource_name: The name of the resource in this program.
            name: The secret's name in Harness.
            target: Where it is, if not where the stack's configuration says.
            opts: Pulumi's resource options.
        """
        text = EncryptedText.__new__(EncryptedText)
        text.is_selected = True
        by_id = pulumi.ResourceOptions.merge(_options(opts, _ENCRYPTED_TEXT), pulumi.ResourceOptions(id=name))
        properties: dict[str, Any] = {**dict.fromkeys(ENCRYPTED_TEXT_OUTPUT_NAMES), "name": name, "target": target}
        pulumi.CustomResource.__init__(text, text.pulumi_type, resource_name, properties, by_id)
        return text


class Provider(pulumi.ProviderResource):
    """The plugin with settings of its own, for the resources that name it: two accounts of Harness in one program.

    What is left out is as the environment says, else as by default; the stack's configuration is not asked.
    """

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
            require_test: Whether SMTP_COLLAB_SKIP_TEST is forbidden.
            opts: Pulumi's resource options.
        """
        given: Mapping[str, Any] = {
            "target": target,
            "harnessEndpoint": harness_endpoint,
            "harnessAccountId": harness_account_id,
            "harnessApiKey": None if harness_api_key is None else pulumi.Output.secret(harness_api_key),
            "harnessCaCertificates": harness_ca_certificates,
            "connectivityTestMode": connectivity_test_mode,
            "connectivityTestDepth": connectivity_test_depth,
            "connectivityTestDeadlineSeconds": _as_json(connectivity_test_deadline_seconds),
            "requireTest": _as_json(require_test),
        }
        properties = {name: value for name, value in given.items() if value is not None}
        options = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(version=__version__))
        super().__init__("smtp-collab", resource_name, properties, options)


def _as_json(value: pulumi.Input[Any] | None) -> pulumi.Output[str] | None:
    """Return a setting as a provider takes it: whatever is no text travels as JSON."""
    return None if value is None else pulumi.Output.json_dumps(value)


def _options(opts: pulumi.ResourceOptions | None, name: str) -> pulumi.ResourceOptions:
    own = pulumi.ResourceOptions(
        aliases=[pulumi.Alias(type_=f"pulumi-python:dynamic/smtp-collab:{name}")],
        additional_secret_outputs=list(
            SECRET_ENCRYPTED_TEXT_OUTPUT_NAMES if name == _ENCRYPTED_TEXT else SECRET_OUTPUT_NAMES
        ),
        version=__version__,
    )
    merged = pulumi.ResourceOptions.merge(opts, own)
    hidden = getattr(merged, "hide_diffs", None)  # not in every version of Pulumi
    if hidden:
        # The SDK translates the names in ignore_changes and replace_on_changes, and leaves out these.
        merged.hide_diffs = [wire_name(path) for path in hidden]
    return merged

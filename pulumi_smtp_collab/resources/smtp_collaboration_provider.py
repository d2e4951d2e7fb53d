"""The resource that a Pulumi program declares."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi.dynamic
from pulumi.dynamic.dynamic import PROVIDER_KEY

from pulumi_smtp_collab.model.wire_names import python_name, wire_name
from pulumi_smtp_collab.provider.dynamic import SmtpCollaborationResourceProvider, pickled_provider
from pulumi_smtp_collab.provider.internal_inputs import SECRET_ARGUMENTS, STACK
from pulumi_smtp_collab.resources import display_names, unit_tests, unusual_settings, warnings
from pulumi_smtp_collab.resources.argument_parsing import arguments_of, by_name, refuse_import
from pulumi_smtp_collab.resources.encrypted_text import password_properties
from pulumi_smtp_collab.resources.generated.arguments import (
    SmtpCollaborationProviderArgs,
    SmtpCollaborationProviderArgsDict,
    SmtpCollaborationProviderKeywords,
)
from pulumi_smtp_collab.resources.generated.outputs import OUTPUT_NAMES, SECRET_OUTPUT_NAMES, ProviderOutputs
from pulumi_smtp_collab.resources.secret_arguments import secret_arguments

if TYPE_CHECKING:
    from typing_extensions import Unpack

_TEST = "connectivity_test"
_DELEGATE_RECIPIENT = "delegate_test_recipient"
_DEPTHS_WITHOUT_MAIL = ("connect", "tls", "login", "sender", "recipient")

_NO_TIMEOUTS = (
    "custom_timeouts has no effect: it never reaches a dynamic resource; the connectivity test takes at most "
    "connectivity_test.deadline_seconds"
)


class SmtpCollaborationProvider(
    ProviderOutputs, pulumi.dynamic.Resource, module="smtp-collab", name="SmtpCollaborationProvider"
):
    """An SMTP server as a collaboration provider: tested before it is saved.

    ``pulumi preview`` checks the arguments; ``pulumi up`` runs the connectivity test and saves the provider only if
    it passed. The password is a secret everywhere, whatever the program passes.
    """

    @by_name
    def __init__(
        self,
        resource_name: str,
        args: SmtpCollaborationProviderArgs | SmtpCollaborationProviderArgsDict | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **kwargs: Unpack[SmtpCollaborationProviderKeywords],
    ) -> None:
        """Declare the provider.

        Args:
            resource_name: The name of the resource in the program.
            args: The arguments as ``SmtpCollaborationProviderArgs`` or as a mapping; or none, and the arguments as
                keyword arguments.
            opts: Pulumi's resource options.
            **kwargs: The arguments, as those of ``SmtpCollaborationProviderArgs``.

        Raises:
            WrongArguments: An argument is unknown or missing, or arguments are given in two ways.
            WrongDeclaration: The display name is taken by another provider of this program, or the options hold an
                import.
        """
        taken_over = 'a provider that a target holds already is taken over by the argument adopt="<its id>"'
        refuse_import("SmtpCollaborationProvider", opts, taken_over)
        given = arguments_of(SmtpCollaborationProviderArgs, "SmtpCollaborationProvider", args, {**kwargs})
        if given.get("display_name") is None:
            given["display_name"] = resource_name
        given |= password_properties(given)
        unit_tests.check("SmtpCollaborationProvider", given)
        properties: dict[str, Any] = dict.fromkeys(OUTPUT_NAMES)
        properties.update(given)
        properties["display_name"] = display_names.claim(given["display_name"], resource_name, given.get("target"))
        properties[PROVIDER_KEY] = pickled_provider()
        if (secret := secret_arguments(given)) is not None:
            properties[SECRET_ARGUMENTS] = secret
        if _may_send_mail(given.get(_TEST)):
            properties[STACK] = _stack()
        # Not the constructor of pulumi.dynamic.Resource: it would pickle the provider anew for each resource, and the
        # engine would take the line above, and not the program's, for the place where the resource is declared.
        pulumi.CustomResource.__init__(
            self, f"pulumi-python:{self._resource_type_name}", resource_name, properties, _options(opts, given)
        )
        unusual_settings.warn(self, given)
        warnings.warn_of_options(self, opts, OUTPUT_NAMES)
        warnings.warn_of_whitespace(self, given.get("password"))
        warnings.warn_of_skipped_tests()
        warnings.warn_of_plain_keys(given.get("target"))
        if opts is not None and opts.custom_timeouts is not None:
            pulumi.log.warn(_NO_TIMEOUTS, resource=self)

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002 - Pulumi's name
        opts: pulumi.ResourceOptions | None = None,
    ) -> SmtpCollaborationProvider:
        """Read a provider that exists already, without owning it.

        It needs a target that can be asked. The state target can't: read another stack's outputs with
        ``pulumi.StackReference``.

        Args:
            resource_name: The name of the resource in this program.
            id: The target's identifier of the provider.
            opts: Pulumi's resource options.
        """
        provider = SmtpCollaborationProvider.__new__(SmtpCollaborationProvider)
        by_id = pulumi.ResourceOptions.merge(_with_secret_outputs(opts), pulumi.ResourceOptions(id=id))
        properties: dict[str, Any] = dict.fromkeys(OUTPUT_NAMES)
        pulumi.dynamic.Resource.__init__(
            provider, SmtpCollaborationResourceProvider(), resource_name, properties, by_id
        )
        return provider

    def translate_input_property(self, prop: str) -> str:
        """Return the wire name of an argument, of each part of a path too (``connectivity_test.depth``)."""
        return wire_name(prop)

    def translate_output_property(self, prop: str) -> str:
        """Return the Python name of an output."""
        return python_name(prop)


def _stack() -> str:
    return f"{pulumi.get_project()}/{pulumi.get_stack()}"


def _may_send_mail(test: object) -> bool:
    """Return whether the test may go to the depth message, so that its mail has to name the stack."""
    if isinstance(test, (pulumi.Output, Awaitable)):
        return True  # its depth is known later
    given = test if isinstance(test, Mapping) else getattr(test, "__dict__", {})
    if any(given.get(name) is not None for name in (_DELEGATE_RECIPIENT, wire_name(_DELEGATE_RECIPIENT))):
        return True  # Harness's delegate sends it
    depth = given.get("depth")
    if depth is None:
        depth = pulumi.Config("smtp-collab").get("connectivityTestDepth")
    return depth is not None and depth not in _DEPTHS_WITHOUT_MAIL


def _options(opts: pulumi.ResourceOptions | None, given: Mapping[str, Any]) -> pulumi.ResourceOptions:
    """Return the options, with the order of a replacement that fits where the provider is saved."""
    options = _with_secret_outputs(opts)
    if options.delete_before_replace is None and _may_be_one_per_account(given.get("target")):
        # A forced replacement (--replace, a taint) asks no provider: the program has to say it beforehand.
        options.delete_before_replace = True
    return options


def _may_be_one_per_account(target: object) -> bool:
    """Return whether the provider may be saved in Harness NextGen, where an account has room for one."""
    kind = (target if isinstance(target, Mapping) else getattr(target, "__dict__", {})).get("kind")
    if isinstance(target, (pulumi.Output, Awaitable)) or isinstance(kind, (pulumi.Output, Awaitable)):
        return True  # known later
    return (kind or pulumi.Config("smtp-collab").get("target")) == "harness"


def _with_secret_outputs(opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    secret = pulumi.ResourceOptions(additional_secret_outputs=list(SECRET_OUTPUT_NAMES))
    merged = pulumi.ResourceOptions.merge(opts, secret)
    hidden = getattr(merged, "hide_diffs", None)  # not in every version of Pulumi
    if hidden:
        # The SDK translates the names in ignore_changes and replace_on_changes, and leaves out these.
        merged.hide_diffs = [wire_name(path) for path in hidden]
    return merged

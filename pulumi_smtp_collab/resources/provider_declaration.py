"""A collaboration provider as a program declares it, whichever front end serves it: arguments, options, warnings."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any

import pulumi

from pulumi_smtp_collab.resources import display_names, unit_tests, warnings
from pulumi_smtp_collab.resources.argument_parsing import arguments_of
from pulumi_smtp_collab.resources.declared import Declared
from pulumi_smtp_collab.resources.generated.arguments import (
    SmtpCollaborationProviderArgs,
    SmtpCollaborationProviderArgsDict,
    SmtpCollaborationProviderKeywords,
)
from pulumi_smtp_collab.resources.generated.outputs import OUTPUT_NAMES, SECRET_OUTPUT_NAMES, ProviderOutputs
from pulumi_smtp_collab.resources.options import with_ours
from pulumi_smtp_collab.resources.passwords import password_properties

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

KIND = "SmtpCollaborationProvider"
"""What errors call the resource, and the end of its type."""

_EVIDENCE = ("last_verification", "verified_arguments", "delegate_verification")


class ProviderDeclaration(Declared, ProviderOutputs):
    """What the classes of both front ends have in common."""

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
            WrongDeclaration: The display name is taken by another provider of this program, or an option can't be.
        """
        self._refuse_options(opts)
        given = arguments_of(SmtpCollaborationProviderArgs, KIND, args, {**kwargs})
        if given.get("display_name") is None:
            given["display_name"] = resource_name
        given |= password_properties(given)
        unit_tests.check(KIND, given)
        target = given.get("target")
        properties: dict[str, Any] = {**dict.fromkeys(OUTPUT_NAMES), **given}
        if self._is_set_by_the_stack(opts):
            properties["display_name"] = display_names.claim(given["display_name"], resource_name, target)
        self._register(resource_name, properties, self._options(opts, target), given)
        warnings.warn_of_options(self, opts, OUTPUT_NAMES)
        warnings.warn_of_skipped_tests()
        if self._is_set_by_the_stack(opts):
            warnings.warn_of_plain_keys(target)

    @classmethod
    def get(
        cls,
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002 - Pulumi's name
        opts: pulumi.ResourceOptions | None = None,
    ) -> Self:
        """Read a provider that exists already, without owning it.

        It needs a target that can be asked. The state target can't: read another stack's outputs with
        ``pulumi.StackReference``.

        Args:
            resource_name: The name of the resource in this program.
            id: The target's identifier of the provider.
            opts: Pulumi's resource options.
        """
        provider = object.__new__(cls)
        options = pulumi.ResourceOptions.merge(provider._options(opts), pulumi.ResourceOptions(id=id))
        provider._register(resource_name, dict.fromkeys(OUTPUT_NAMES), options)
        return provider

    def _target_kind(self, opts: pulumi.ResourceOptions | None) -> object:  # noqa: ARG002 - for the native plugin
        """Return where providers are saved that don't say it: the kind, or an output of it."""
        return pulumi.Config("smtp-collab").get("target")

    def _options(self, opts: pulumi.ResourceOptions | None, target: object = None) -> pulumi.ResourceOptions:
        """Return the options, with the order of a replacement that fits where the provider is saved."""
        options = with_ours(opts, SECRET_OUTPUT_NAMES, _EVIDENCE)
        if options.delete_before_replace is None and self._may_be_one_per_account(opts, target):
            # A forced replacement (--replace, a taint) asks no provider: the program has to say it beforehand.
            options.delete_before_replace = True
        return options

    def _may_be_one_per_account(self, opts: pulumi.ResourceOptions | None, target: object) -> bool:
        """Return whether it may be saved in Harness NextGen, where an account has room for one."""
        kind = (target if isinstance(target, Mapping) else getattr(target, "__dict__", {})).get("kind")
        kind = self._target_kind(opts) if kind is None else kind
        return any(isinstance(each, (pulumi.Output, Awaitable)) for each in (target, kind)) or kind == "harness"

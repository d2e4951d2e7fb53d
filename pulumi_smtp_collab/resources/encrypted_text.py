"""The Encrypted Text that a Pulumi program declares or selects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi.dynamic
from pulumi.dynamic.dynamic import PROVIDER_KEY

from pulumi_smtp_collab.model.wire_names import python_name, wire_name
from pulumi_smtp_collab.provider.dynamic import EncryptedTextResourceProvider, pickled_encrypted_text_provider
from pulumi_smtp_collab.provider.internal_inputs import SECRET_ARGUMENTS
from pulumi_smtp_collab.resources import unit_tests, warnings
from pulumi_smtp_collab.resources.argument_parsing import arguments_of, by_name, refuse_import
from pulumi_smtp_collab.resources.declared_text import DeclaredText
from pulumi_smtp_collab.resources.errors import WrongArguments
from pulumi_smtp_collab.resources.generated.arguments import (
    EncryptedTextArgs,
    EncryptedTextArgsDict,
    EncryptedTextKeywords,
    TargetArgs,
    TargetArgsDict,
)
from pulumi_smtp_collab.resources.generated.outputs import (
    ENCRYPTED_TEXT_OUTPUT_NAMES,
    SECRET_ENCRYPTED_TEXT_OUTPUT_NAMES,
)
from pulumi_smtp_collab.resources.secret_arguments import secret_arguments

if TYPE_CHECKING:
    from typing_extensions import Unpack


class EncryptedText(DeclaredText, pulumi.dynamic.Resource, module="smtp-collab", name="EncryptedText"):
    """A secret of its own that holds a provider's password: ``SmtpCollaborationProvider(password=…)`` takes it.

    A provider that uses it inherits its usage scope. Its value is a secret everywhere, whatever the program passes.
    """

    @by_name
    def __init__(
        self,
        resource_name: str,
        args: EncryptedTextArgs | EncryptedTextArgsDict | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **kwargs: Unpack[EncryptedTextKeywords],
    ) -> None:
        """Declare the secret.

        Args:
            resource_name: The name of the resource in the program.
            args: The arguments as ``EncryptedTextArgs`` or as a mapping; or none, and the arguments as keyword
                arguments.
            opts: Pulumi's resource options.
            **kwargs: The arguments, as those of ``EncryptedTextArgs``. ``usage_scope`` may be a ``UsageScope`` too.

        Raises:
            WrongArguments: An argument is unknown or missing, or arguments are given in two ways.
            WrongDeclaration: The options hold an import.
        """
        refuse_import("EncryptedText", opts, "one that exists already is selected by EncryptedText.select")
        given = encrypted_text_properties(self, resource_name, args, {**kwargs})
        unit_tests.check("EncryptedText", given)
        properties: dict[str, Any] = dict.fromkeys(ENCRYPTED_TEXT_OUTPUT_NAMES)
        properties.update(given)
        properties[PROVIDER_KEY] = pickled_encrypted_text_provider()
        if (secret := secret_arguments(given, "value")) is not None:
            properties[SECRET_ARGUMENTS] = secret
        # Not the constructor of pulumi.dynamic.Resource: see SmtpCollaborationProvider.
        pulumi.CustomResource.__init__(
            self, f"pulumi-python:{self._resource_type_name}", resource_name, properties, _with_secret_outputs(opts)
        )
        warnings.warn_of_options(self, opts, ENCRYPTED_TEXT_OUTPUT_NAMES)
        warnings.warn_of_whitespace(self, given.get("value"))
        warnings.warn_of_plain_keys(given.get("target"))

    @staticmethod
    def select(
        resource_name: str,
        name: pulumi.Input[str],
        *,
        target: pulumi.Input[TargetArgs | TargetArgsDict] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> EncryptedText:
        """Select a secret that exists already in Harness FirstGen, without owning it.

        Its value can't be read back: the provider's ``password_for_test_env`` names an environment variable with the
        password for the connectivity test, which else goes no deeper than TLS. In Harness NextGen nothing can refer to
        a secret, and the state has none to select: both refuse this, in preview.

        Args:
            resource_name: The name of the resource in this program.
            name: The secret's name in Harness.
            target: Where it is, if not where the stack's configuration says.
            opts: Pulumi's resource options.
        """
        text = EncryptedText.__new__(EncryptedText)
        text.is_selected = True
        by_id = pulumi.ResourceOptions.merge(_with_secret_outputs(opts), pulumi.ResourceOptions(id=name))
        properties: dict[str, Any] = dict.fromkeys(ENCRYPTED_TEXT_OUTPUT_NAMES)
        properties.update(name=name, target=target)
        pulumi.dynamic.Resource.__init__(text, EncryptedTextResourceProvider(), resource_name, properties, by_id)
        return text

    def translate_input_property(self, prop: str) -> str:
        """Return the wire name of an argument."""
        return wire_name(prop)

    def translate_output_property(self, prop: str) -> str:
        """Return the Python name of an output."""
        return python_name(prop)


def encrypted_text_properties(
    text: DeclaredText,
    resource_name: str,
    args: EncryptedTextArgs | EncryptedTextArgsDict | None,
    kwargs: dict[str, Any],
) -> dict[str, Any]:
    """Return the arguments of an Encrypted Text as its inputs, by Python name.

    Raises:
        WrongArguments: An argument is unknown or missing, or arguments are given in two ways.
    """
    given = arguments_of(EncryptedTextArgs, "EncryptedText", args, kwargs)
    if given.get("name") is None:
        given["name"] = resource_name
    given["value"] = pulumi.Output.secret(given.get("value"))
    to_wire = getattr(given.get("usage_scope"), "model_dump", None)
    if to_wire is not None:  # a UsageScope: pydantic is not loaded to find that out
        given["usage_scope"] = to_wire(mode="json", by_alias=True)
    if given.get("used_as_password") is None:
        given["used_as_password"] = pulumi.Output.from_input(_is_password(text))
    return given


async def _is_password(text: DeclaredText) -> bool | None:
    """Return whether a provider has it as its password: asked once the program has declared all of its resources."""
    return True if text.is_password else None


def password_properties(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a provider's password as its inputs: a resource that is passed as a property would arrive as its id.

    Args:
        given: The provider's arguments by Python name.

    Raises:
        WrongArguments: An Encrypted Text and a reference to one are given.
    """
    password = given.get("password")
    if not isinstance(password, DeclaredText):
        return {} if password is None else {"password": pulumi.Output.secret(password)}
    if given.get("password_reference") is not None:
        raise WrongArguments(
            "SmtpCollaborationProvider: password=EncryptedText(...) sets password_reference; give one of them"
        )
    password.is_password = True
    value: pulumi.Output[Any] = pulumi.Output.secret(password.value)
    return {"password": None if password.is_selected else value, "password_reference": password.reference}


def _with_secret_outputs(opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    secret = list(SECRET_ENCRYPTED_TEXT_OUTPUT_NAMES)
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(additional_secret_outputs=secret))

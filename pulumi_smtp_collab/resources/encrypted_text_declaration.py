"""An Encrypted Text as a program declares or selects it, whichever front end serves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from pulumi_smtp_collab.resources import unit_tests, warnings
from pulumi_smtp_collab.resources.argument_parsing import arguments_of
from pulumi_smtp_collab.resources.declared import Declared
from pulumi_smtp_collab.resources.declared_text import DeclaredText, declared_texts
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
from pulumi_smtp_collab.resources.options import with_ours

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

KIND = "EncryptedText"
"""What errors call the resource, and the end of its type."""


class EncryptedTextDeclaration(Declared, DeclaredText):
    """What the classes of both front ends have in common."""

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
            WrongDeclaration: An option can't be.
        """
        self._refuse_options(opts)
        given = arguments_of(EncryptedTextArgs, KIND, args, {**kwargs})
        if given.get("name") is None:
            given["name"] = resource_name
        given["value"] = pulumi.Output.secret(given.get("value"))
        to_wire = getattr(given.get("usage_scope"), "model_dump", None)
        if to_wire is not None:  # a UsageScope: pydantic is not loaded to find that out
            given["usage_scope"] = to_wire(mode="json", by_alias=True)
        if given.get("used_as_password") is None:
            given["used_as_password"] = pulumi.Output.from_input(self._is_password())
        unit_tests.check(KIND, given)
        properties: dict[str, Any] = {**dict.fromkeys(ENCRYPTED_TEXT_OUTPUT_NAMES), **given}
        self._register(resource_name, properties, self._options(opts), given)
        declared_texts.add(self)
        warnings.warn_of_options(self, opts, ENCRYPTED_TEXT_OUTPUT_NAMES)
        if self._is_set_by_the_stack(opts):
            warnings.warn_of_plain_keys(given.get("target"))

    @classmethod
    def select(
        cls,
        resource_name: str,
        name: pulumi.Input[str],
        *,
        target: pulumi.Input[TargetArgs | TargetArgsDict] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> Self:
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
        text = object.__new__(cls)
        text.is_selected = True
        options = pulumi.ResourceOptions.merge(text._options(opts), pulumi.ResourceOptions(id=name))
        properties = {**dict.fromkeys(ENCRYPTED_TEXT_OUTPUT_NAMES), "name": name, "target": target}
        text._register(resource_name, properties, options)
        declared_texts.add(text)
        return text

    def _options(self, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
        return with_ours(opts, SECRET_ENCRYPTED_TEXT_OUTPUT_NAMES)

    async def _is_password(self) -> bool | None:
        """Return whether a provider has it as its password: asked once the program has declared everything."""
        return True if self.is_password else None

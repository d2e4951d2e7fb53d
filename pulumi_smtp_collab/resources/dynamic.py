"""The resources by Pulumi's dynamic providers: nothing but this package has to be installed."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any

import pulumi
import pulumi.dynamic
from pulumi.dynamic.dynamic import PROVIDER_KEY

from pulumi_smtp_collab.model.wire_names import wire_name
from pulumi_smtp_collab.provider.dynamic import pickled_encrypted_text_provider, pickled_provider
from pulumi_smtp_collab.provider.internal_inputs import SECRET_ARGUMENTS, STACK
from pulumi_smtp_collab.resources import unusual_settings, warnings
from pulumi_smtp_collab.resources.argument_parsing import refuse_import
from pulumi_smtp_collab.resources.encrypted_text_declaration import EncryptedTextDeclaration
from pulumi_smtp_collab.resources.provider_declaration import ProviderDeclaration
from pulumi_smtp_collab.resources.secret_arguments import secret_arguments

_TEST = "connectivity_test"
_DELEGATE_RECIPIENT = "delegate_test_recipient"
_DEPTHS_WITHOUT_MAIL = ("connect", "tls", "login", "sender", "recipient")

_NO_TIMEOUTS = (
    "custom_timeouts has no effect: it never reaches a dynamic resource; the connectivity test takes at most "
    "connectivity_test.deadline_seconds"
)


class SmtpCollaborationProvider(
    ProviderDeclaration, pulumi.dynamic.Resource, module="smtp-collab", name="SmtpCollaborationProvider"
):
    """An SMTP server as a collaboration provider: tested before it is saved.

    ``pulumi preview`` checks the arguments; ``pulumi up`` runs the connectivity test and saves the provider only if
    it passed. The password is a secret everywhere, whatever the program passes.
    """

    def _register(
        self,
        resource_name: str,
        properties: dict[str, Any],
        options: pulumi.ResourceOptions,
        given: Mapping[str, Any] | None = None,
    ) -> None:
        properties[PROVIDER_KEY] = pickled_provider()
        if given is not None:
            if (secret := secret_arguments(given)) is not None:
                properties[SECRET_ARGUMENTS] = secret
            if _may_send_mail(given.get(_TEST)):
                properties[STACK] = f"{pulumi.get_project()}/{pulumi.get_stack()}"
        # Not the constructor of pulumi.dynamic.Resource: it would pickle the provider anew for each resource.
        pulumi.CustomResource.__init__(
            self, f"pulumi-python:{self._resource_type_name}", resource_name, properties, options
        )
        if given is not None:
            unusual_settings.warn(self, given)
            warnings.warn_of_password(self, given.get("password"))
            if options.custom_timeouts is not None:
                pulumi.log.warn(_NO_TIMEOUTS, resource=self)

    def _refuse_options(self, opts: pulumi.ResourceOptions | None) -> None:
        taken_over = 'a provider that a target holds already is taken over by the argument adopt="<its id>"'
        refuse_import("SmtpCollaborationProvider", opts, taken_over)


class EncryptedText(EncryptedTextDeclaration, pulumi.dynamic.Resource, module="smtp-collab", name="EncryptedText"):
    """A secret of its own that holds a provider's password: ``SmtpCollaborationProvider(password=…)`` takes it.

    A provider that uses it inherits its usage scope. Its value is a secret everywhere, whatever the program passes.
    """

    def _register(
        self,
        resource_name: str,
        properties: dict[str, Any],
        options: pulumi.ResourceOptions,
        given: Mapping[str, Any] | None = None,
    ) -> None:
        properties[PROVIDER_KEY] = pickled_encrypted_text_provider()
        if given is not None and (secret := secret_arguments(given, "value")) is not None:
            properties[SECRET_ARGUMENTS] = secret
        pulumi.CustomResource.__init__(
            self, f"pulumi-python:{self._resource_type_name}", resource_name, properties, options
        )
        if given is not None:
            warnings.warn_of_password(self, given.get("value"))

    def _refuse_options(self, opts: pulumi.ResourceOptions | None) -> None:
        refuse_import("EncryptedText", opts, "one that exists already is selected by EncryptedText.select")


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

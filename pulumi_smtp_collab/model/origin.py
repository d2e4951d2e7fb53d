"""Where a declaration comes from, as far as messages, mails and secrecy need to know."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi_smtp_collab.model.partial_validation import Fault


@dataclass(frozen=True, slots=True)
class Origin:
    """The stack and the resource that declare something, and which of its arguments the program marked secret.

    A front end makes it: of internal inputs, or of a URN and the marks on the wire.

    Attributes:
        project: The project's name; empty where it isn't known, and then no mail names it.
        stack: The stack's name; empty where it isn't known.
        secret_arguments: The arguments (Python names, a dot before a nested one) that the program marked secret: they
            are named in messages and never shown.
        resource: The resource's name; empty where the program itself sees to it that display names are unique.
    """

    project: str = ""
    stack: str = ""
    secret_arguments: frozenset[str] = frozenset()
    resource: str = ""

    def shown_name(self, display_name: str) -> str:
        """Return the display name as messages show it."""
        return "[secret display_name]" if "display_name" in self.secret_arguments else f'"{display_name}"'

    def mail_label(self, display_name: str) -> str:
        """Return project, stack and display name, as the test mail shows them; what is secret is left out."""
        parts = (self.project, self.stack, "" if "display_name" in self.secret_arguments else display_name)
        return "/".join(part for part in parts if part)

    def sentence(self, fault: Fault) -> str:
        """Return a fault as a person reads it; the value of a secret argument is not shown."""
        return f"{fault.argument}: {fault.rule if fault.is_about(self.secret_arguments) else fault.reason}"

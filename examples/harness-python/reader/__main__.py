"""Reads the SMTP config that the owner's stack keeps in Harness, as Harness holds it now."""

import pulumi

from pulumi_smtp_collab import SmtpCollaborationProvider

owner = pulumi.StackReference(f"{pulumi.get_organization()}/smtp-harness/{pulumi.get_stack()}")
mail = SmtpCollaborationProvider.get("harness-mail", owner.require_output("configId"))

pulumi.export("sentBy", mail.host)
pulumi.export("sentFrom", mail.from_address)
pulumi.export("tls", mail.tls_mode)

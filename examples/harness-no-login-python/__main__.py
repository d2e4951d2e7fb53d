"""A relay that asks for no login, as the SMTP config of a Harness account."""

import pulumi

from pulumi_smtp_collab import SmtpCollaborationProvider

config = pulumi.Config()
mail = SmtpCollaborationProvider(
    "harness-mail",
    host=config.require("smtpHost"),
    port=config.get_int("smtpPort"),  # 25 where it is left out
    from_address=config.require("fromAddress"),
)
pulumi.export("tested", mail.last_verification.status)

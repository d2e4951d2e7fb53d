"""One SMTP collaboration provider: `pulumi up` saves it only if the server let us in."""

import pulumi
from pulumi_smtp_collab import SmtpCollaborationProvider

config = pulumi.Config()

provider = SmtpCollaborationProvider(
    "deployment-mail",
    display_name="Deployment notifications",
    host=config.require("smtpHost"),
    port=config.require_int("smtpPort"),
    start_tls=True,
    from_address=config.require("fromAddress"),
    username=config.require("smtpUsername"),
    password=config.require_secret("smtpPassword"),
    ca_certificates=config.get("caCertificates"),
)

pulumi.export("provider", provider.display_name)
pulumi.export("server", pulumi.Output.format("{0}:{1} ({2})", provider.host, provider.port, provider.tls_mode))
pulumi.export("status", provider.last_verification.status)
pulumi.export("verification", provider.last_verification)

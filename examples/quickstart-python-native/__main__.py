"""One SMTP collaboration provider by the native plugin: `pulumi up` saves it only if the server let us in."""

import pulumi

from pulumi_smtp_collab.native import SmtpCollaborationProvider

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

verification = provider.last_verification
pulumi.export("server", pulumi.Output.concat(provider.host, ":", provider.port.apply(str)))
pulumi.export("status", verification.status)
pulumi.export("stages", verification.apply(lambda it: " > ".join(stage.name for stage in it.stages)))
pulumi.export("tls", verification.apply(lambda it: it.server.tls_version if it.server else None))

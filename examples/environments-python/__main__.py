"""One program for every environment; what differs stands in the stacks' configuration."""

import pulumi

from pulumi_smtp_collab import ConnectivityTestArgs, SmtpCollaborationProvider

config = pulumi.Config()
stack = pulumi.get_stack()
tls = config.require("smtpTls")  # none, starttls or implicit

# Mode and depth are not here: smtp-collab:connectivityTestMode and …Depth in the stack's configuration set them.
test = ConnectivityTestArgs(
    recipient=config.get("testRecipient"),
    max_age_days=config.get_int("maxAgeDays"),
)

deployment_mail = SmtpCollaborationProvider(
    "deployment-mail",
    display_name=f"Deployment notifications ({stack})",
    host=config.require("smtpHost"),
    port=config.require_int("smtpPort"),
    ssl=tls == "implicit",
    start_tls=tls == "starttls",
    from_address=config.require("fromAddress"),
    username=config.get("smtpUsername"),
    password=config.get_secret("smtpPassword"),
    ca_certificates=config.get("caCertificates"),
    connectivity_test=test,
)

# The same relay for another sender, by the outputs of the first provider: it is tested after the first one passed.
alert_mail = SmtpCollaborationProvider(
    "alert-mail",
    display_name=f"Alerts ({stack})",
    host=deployment_mail.host,
    port=deployment_mail.port,
    ssl=deployment_mail.ssl,
    start_tls=deployment_mail.start_tls,
    from_address=config.require("alertsFromAddress"),
    username=deployment_mail.username,
    password=deployment_mail.password,
    ca_certificates=deployment_mail.ca_certificates,
    connectivity_test=test,
)

# Each value is an output of its own, so that only the password is secret for those who read this stack.
pulumi.export("smtpHost", deployment_mail.host)
pulumi.export("smtpPort", deployment_mail.port)
pulumi.export("smtpTls", deployment_mail.tls_mode)
pulumi.export("smtpUsername", deployment_mail.username)
pulumi.export("smtpPassword", deployment_mail.password)
pulumi.export("fromAddress", deployment_mail.from_address)
pulumi.export("status", deployment_mail.last_verification.status)
pulumi.export("testedTo", deployment_mail.last_verification.depth)

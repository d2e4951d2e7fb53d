"""The SMTP config of a Harness account (NextGen): one stack owns it, since an account has one."""

import pulumi

from pulumi_smtp_collab import ConnectivityTestArgs, SmtpCollaborationProvider

config = pulumi.Config()

mail = SmtpCollaborationProvider(
    "harness-mail",
    display_name=config.get("displayName") or "Deployment notifications",
    host=config.require("smtpHost"),
    port=config.require_int("smtpPort"),
    start_tls=True,
    from_address=config.require("fromAddress"),
    username=config.require("smtpUsername"),
    password=config.require_secret("smtpPassword"),
    ca_certificates=config.get("caCertificates"),  # for the test from here; a delegate has its own CA bundle
    delegate_selectors=config.get_object("delegateSelectors") or [],
    adopt=config.get("adopt"),  # "account" where somebody made the config by hand
    connectivity_test=ConnectivityTestArgs(delegate_test_recipient=config.get("testRecipient")),
)

# Each value is an output of its own, and none of them is secret: other stacks read them.
pulumi.export("configId", mail.id)
pulumi.export("account", mail.saved_in.account_id)
pulumi.export("testedFromHere", mail.last_verification.status)
pulumi.export("testedByDelegate", mail.delegate_verification.apply(lambda it: it.status if it else "notTested"))

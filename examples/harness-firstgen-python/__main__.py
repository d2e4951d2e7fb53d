"""Two SMTP providers of a Harness FirstGen account, each with an Encrypted Text and its usage scope."""

import pulumi

from pulumi_smtp_collab import EncryptedText, SmtpCollaborationProvider, UsageScope, UsageScopeEntry

config = pulumi.Config()

SCOPES = {
    # The production environments of one application.
    "releases": UsageScope(
        entries=[UsageScopeEntry(applications=[config.require("application")], environment_types=["PROD"])]
    ),
    # Every application, and nothing in production.
    "builds": UsageScope(entries=[UsageScopeEntry(applications="ALL", environment_types=["NON_PROD"])]),
}
PASSWORDS = {"releases": config.require_secret("releasePassword"), "builds": config.require_secret("buildPassword")}

for user, scope in SCOPES.items():
    password = EncryptedText(f"{user}-password", name=f"smtp {user}", value=PASSWORDS[user], usage_scope=scope)
    mail = SmtpCollaborationProvider(
        f"{user}-mail",
        display_name=f"Mail of {user}",
        host=config.require("smtpHost"),
        port=config.require_int("smtpPort"),
        ssl=True,  # Start TLS can't be saved in FirstGen
        from_address=config.require("fromAddress"),
        username=user,
        password=password,
        ca_certificates=config.get("caCertificates"),  # for the test from here
    )
    pulumi.export(f"{user}-tested", mail.last_verification.status)
    pulumi.export(
        f"{user}-environments", mail.usage_scope.apply(lambda it: it.entries[0].environment_types if it else [])
    )
    pulumi.export(f"{user}-secret", mail.saved_in.secret_name)

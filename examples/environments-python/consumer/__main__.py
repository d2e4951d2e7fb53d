"""An application's settings, made of what the stack of the same environment has tested."""

from typing import Any
from urllib.parse import quote

import pulumi

mail = pulumi.StackReference(f"{pulumi.get_organization()}/smtp-environments/{pulumi.get_stack()}")


def relay_url(known: dict[str, Any]) -> str:
    scheme = "smtps" if known["tls"] == "implicit" else "smtp"
    login = f"{quote(known['username'], safe='')}:{quote(known['password'], safe='')}@" if known["username"] else ""
    return f"{scheme}://{login}{known['host']}:{known['port']:.0f}"


settings = pulumi.Output.all(
    host=mail.require_output("smtpHost"),
    port=mail.require_output("smtpPort"),
    tls=mail.require_output("smtpTls"),
    username=mail.get_output("smtpUsername"),
    password=mail.get_output("smtpPassword"),
)

pulumi.export("relayHost", mail.require_output("smtpHost"))
pulumi.export("relayStatus", mail.require_output("status"))
# Secret, since the password is: what is made of a secret is one, across stacks too.
pulumi.export("relayUrl", settings.apply(relay_url))

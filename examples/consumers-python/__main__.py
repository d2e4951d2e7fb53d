"""A tested mail server, and what Kubernetes, Grafana, Alertmanager, Keycloak and Jenkins want to know of it."""

import json
from collections.abc import Callable
from typing import Any

import consumers
import pulumi

from pulumi_smtp_collab import SmtpCollaborationProvider

config = pulumi.Config()

provider = SmtpCollaborationProvider(
    "deployment-mail",
    host=config.require("smtpHost"),
    port=config.get_int("smtpPort"),
    ssl=config.get_bool("implicitTls"),
    start_tls=not config.get_bool("implicitTls"),
    from_address=config.require("fromAddress"),
    username=config.require("smtpUsername"),
    password=config.require_secret("smtpPassword"),
    ca_certificates=config.get("caCertificates"),
)


def relay(known: dict[str, Any]) -> consumers.Relay:
    return consumers.Relay(**{**known, "port": int(known["port"])})


# Made of the outputs, so nothing is written for a server that did not pass.
outputs = pulumi.Output.all(
    host=provider.host,
    port=provider.port,
    tls=provider.tls_mode,
    from_address=provider.from_address,
    username=provider.username,
)


def settings(make: Callable[[consumers.Relay], str]) -> pulumi.Output[str]:
    return outputs.apply(lambda known: make(relay(known)))


pulumi.export("grafana", settings(consumers.grafana))
pulumi.export("alertmanager", settings(consumers.alertmanager))
pulumi.export("keycloak", settings(consumers.keycloak))
pulumi.export("jenkins", settings(consumers.jenkins))

# Secret, since the password is: what is made of a secret is one.
pulumi.export(
    "kubernetesSecret",
    pulumi.Output.all(outputs, provider.password).apply(
        lambda both: json.dumps(consumers.kubernetes_secret(relay(both[0]), both[1]))
    ),
)

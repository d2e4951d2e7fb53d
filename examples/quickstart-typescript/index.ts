// One SMTP collaboration provider: `pulumi up` saves it only if the server let us in.
import * as pulumi from "@pulumi/pulumi";
import * as smtpCollab from "pulumi-smtp-collab";

const config = new pulumi.Config();

const provider = new smtpCollab.SmtpCollaborationProvider("deployment-mail", {
    displayName: "Deployment notifications",
    host: config.require("smtpHost"),
    port: config.requireNumber("smtpPort"),
    startTls: true,
    fromAddress: config.require("fromAddress"),
    username: config.require("smtpUsername"),
    password: config.requireSecret("smtpPassword"),
    caCertificates: config.get("caCertificates"),
});

const verification = provider.lastVerification;
export const server = pulumi.interpolate`${provider.host}:${provider.port}`;
export const status = verification.status;
export const stages = verification.apply(it => (it.stages ?? []).map(stage => stage.name).join(" > "));
export const tls = verification.apply(it => it.server?.tlsVersion);

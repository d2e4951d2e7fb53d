"""Servers that keep mail to themselves, and a bridge on one's own machine."""

from __future__ import annotations

from pulumi_smtp_collab.model.services.service import Endpoint, Service, starttls

FOR_TESTS: tuple[Service, ...] = (
    Service(
        key="mailtrap-sandbox",
        name="Mailtrap (sandbox)",
        hosts=("sandbox.smtp.mailtrap.io", "smtp.mailtrap.io"),
        endpoints=(starttls("sandbox.smtp.mailtrap.io", 2525), starttls("sandbox.smtp.mailtrap.io")),
        username="the one of the sandbox (Integration)",
        password="the one of the sandbox (Integration)",
        password_kind="smtp-password",
        minds=("No mail leaves it: it is for tests.", "It limits mails per second."),
        documentation="https://docs.mailtrap.io/",
        sources=("https://skillspool.org/ko/skills/mailtrap-mailtrap-skills-skills-testing-with-sandbox-skill-md",),
    ),
    Service(
        key="mailpit",
        name="Mailpit",
        hosts=("mailpit",),
        greeting=r"220 (\S+ )?Mailpit ESMTP Service ready",
        endpoints=(Endpoint(host="localhost", port=1025, tls="none"),),
        username="none by default; any, where it was started with MP_SMTP_AUTH_ACCEPT_ANY; else one of its password "
        "file",
        password="any, where it was started with MP_SMTP_AUTH_ACCEPT_ANY; else the one of its password file",
        password_kind="any",
        minds=(
            "No mail leaves it: it is for tests.",
            "It offers a login in plain text only where it was started with MP_SMTP_AUTH_ALLOW_INSECURE.",
        ),
        documentation="https://mailpit.axllent.org/docs/configuration/smtp/",
        sources=("https://github.com/axllent/mailpit/", "https://github.com/naivesystems/mailpit"),
    ),
    Service(
        key="proton-bridge",
        name="Proton Mail Bridge",
        endpoints=(starttls("127.0.0.1", 1025),),
        username="the Proton address that Bridge shows",
        password="the one that Bridge shows for the mailbox: not the one of the Proton account",
        password_kind="app-password",
        minds=(
            "Bridge has to run, logged in, on the machine that sends: a server in a cloud can't reach it.",
            "Its certificate is self-signed: export it in Bridge and give it as ca_certificates.",
            "It needs a paid plan.",
        ),
        documentation="https://proton.me/mail/bridge",
        sources=(
            "https://xenocept.com/docs/email-setup/proton.html",
            "https://upget.mystrikingly.com/blog/outlook-for-mac-loses-connection",
        ),
    ),
)

"""Services of mailboxes that are used everywhere: the login is a mailbox's, and mail is sent from its address."""

from __future__ import annotations

from pulumi_smtp_collab.model.services.service import (
    DELTACHAT,
    FULL_ADDRESS,
    NODEMAILER,
    Saying,
    Service,
    implicit,
    starttls,
)

_GOOGLE_PASSWORDS = "https://support.google.com/accounts/answer/185833"
_YAHOO_PASSWORD = "an app password (Account security); the account's own password is refused"  # noqa: S105 - a description
_YAHOO_SAYINGS = (
    Saying(
        words="AUTH005",
        meaning="It says so at the first login too, where the password is the account's own. If it is an app password, "
        "wait some minutes.",
        source="https://support.cdesoftware.com/kb/a3802/fixing-the-535-5_7_0-auth005-too-many-bad-auth-attempts-error.aspx",
    ),
)

MAILBOXES: tuple[Service, ...] = (
    Service(
        key="gmail",
        name="Gmail and Google Workspace",
        hosts=("smtp.gmail.com", "smtp.googlemail.com"),
        greeting=r"220 smtp\.gmail\.com ESMTP .*gsmtp",
        endpoints=(starttls("smtp.gmail.com"), implicit("smtp.gmail.com")),
        username=FULL_ADDRESS,
        password="an app password of the account, which needs 2-Step Verification (myaccount.google.com/apppasswords); "
        "the account's own password is refused",
        password_kind="app-password",
        minds=(
            "A Workspace administrator can switch app passwords off.",
            "It puts the account's address in the place of a From address that is not the account's or an alias of it.",
            "It limits mails per day: some 500 for Gmail, 2,000 for Workspace.",
        ),
        documentation="https://support.google.com/a/answer/176600",
        password_page=_GOOGLE_PASSWORDS,
        sources=("https://berkeley.service-now.com/kb_view.do?sysparm_article=KB0010997", NODEMAILER),
    ),
    Service(
        key="google-relay",
        name="Google Workspace SMTP relay",
        hosts=("smtp-relay.gmail.com",),
        greeting=r"220 smtp-relay\.gmail\.com ESMTP .*gsmtp",
        endpoints=(starttls("smtp-relay.gmail.com"),),
        username="the full address of a Workspace user, where the relay's setting asks for a login; none where it goes "
        "by the sender's IP address",
        password="an app password of that user; none where the relay goes by IP address",
        password_kind="app-password",
        minds=(
            "An administrator has to allow the relay, and the IP addresses, in the Admin console (Gmail, Routing).",
            "EHLO has to name a domain that is registered with Workspace: set ehlo_name.",
            "The From address has to be in a domain of the organisation, unless the relay's setting allows others.",
        ),
        documentation="https://support.google.com/a/answer/2956491",
        password_page=_GOOGLE_PASSWORDS,
        sources=("https://support.google.com/a/answer/2956491",),
    ),
    Service(
        key="microsoft365",
        name="Microsoft 365 (Exchange Online)",
        hosts=("smtp.office365.com",),
        greeting=r"220 \S+\.(outlook\.office365|prod\.outlook)\.com Microsoft ESMTP MAIL Service",
        endpoints=(starttls("smtp.office365.com"),),
        username="the address of the mailbox that logs in (its user principal name)",
        password="the password of that mailbox",
        password_kind="account",
        minds=(
            "SMTP AUTH has to be enabled for the mailbox and must not be barred by security defaults.",
            "From the end of 2026 it is off by default for passwords (Basic authentication): plan for another relay.",
            "The From address has to be the mailbox's, or one that it has the right to send as.",
        ),
        sayings=(
            Saying(
                words=r"5\.7\.708",
                meaning="Microsoft means an address of its own: it holds back the mail of some new and trial tenants. "
                "An administrator of the tenant has its support lift that; or set host to another relay.",
                source="https://learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/"
                "fix-error-code-5-7-700-through-5-7-750",
            ),
        ),
        documentation="https://learn.microsoft.com/exchange/mail-flow-best-practices/"
        "how-to-set-up-a-multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365",
        sources=(
            "https://technet.microsoft.com/it-it/library/dn554323(v=exchg.150).aspx",
            "https://technet.microsoft.com/en-us/library/dn592151(v=exchg.150).aspx",
        ),
    ),
    Service(
        key="outlook",
        name="Outlook.com (Hotmail, Live)",
        hosts=("smtp-mail.outlook.com",),
        endpoints=(starttls("smtp-mail.outlook.com"),),
        username=FULL_ADDRESS,
        password="an OAuth token: passwords are not accepted, so that this service can't be used here",
        password_kind="none",
        minds=("It takes logins by OAuth alone (Modern Auth): use another relay.",),
        documentation="https://support.microsoft.com/office/pop-imap-and-smtp-settings-for-outlook-com-"
        "d088b986-291d-42b8-9564-9c414e2aa040",
        sources=(
            "https://learn.microsoft.com/en-us/answers/questions/5837174/smtp-information-for-outlook",
            "https://developer.nylas.com/docs/cookbook/email/outlook-smtp-settings/",
        ),
    ),
    Service(
        key="icloud",
        name="iCloud Mail",
        hosts=("smtp.mail.me.com",),
        endpoints=(starttls("smtp.mail.me.com"),),
        username="the full iCloud Mail address",
        password="an app-specific password of the Apple Account, which needs two-factor authentication",
        password_kind="app-password",
        documentation="https://support.apple.com/en-us/102525",
        sources=("https://clean.email/blog/email-settings/icloud-email-settings", NODEMAILER),
    ),
    Service(
        key="yahoo",
        name="Yahoo Mail",
        hosts=("smtp.mail.yahoo.com",),
        greeting=r"220 smtp\.mail\.yahoo\.com ESMTP",
        endpoints=(implicit("smtp.mail.yahoo.com"), starttls("smtp.mail.yahoo.com")),
        username=FULL_ADDRESS,
        password=_YAHOO_PASSWORD,
        password_kind="app-password",
        minds=("The From address has to be the mailbox's, or an address that it has verified.",),
        sayings=_YAHOO_SAYINGS,
        documentation="https://help.yahoo.com/kb/SLN4724.html",
        password_page="https://help.yahoo.com/kb/SLN15241.html",
        sources=(_YAHOO_SAYINGS[0].source, NODEMAILER),
    ),
    Service(
        key="aol",
        name="AOL Mail",
        hosts=("smtp.aol.com",),
        endpoints=(implicit("smtp.aol.com"), starttls("smtp.aol.com")),
        username=FULL_ADDRESS,
        password=_YAHOO_PASSWORD,
        password_kind="app-password",
        sayings=_YAHOO_SAYINGS,
        documentation="https://help.aol.com/articles/how-do-i-use-other-email-applications-to-send-and-receive-my-aol-mail",
        sources=(f"{DELTACHAT} (aol.md)", NODEMAILER),
    ),
    Service(
        key="proton",
        name="Proton Mail (SMTP submission)",
        hosts=("smtp.protonmail.ch",),
        endpoints=(starttls("smtp.protonmail.ch"),),
        username="the address that the SMTP token is for",
        password="an SMTP token (Settings, IMAP/SMTP): not the password of the Proton account",
        password_kind="smtp-password",
        minds=("SMTP tokens are for addresses of a domain of one's own, in some plans.",),
        documentation="https://proton.me/support/smtp-submission",
        sources=("https://proton.me/support/smtp-submission", NODEMAILER),
    ),
    Service(
        key="fastmail",
        name="Fastmail",
        hosts=("smtp.fastmail.com",),
        endpoints=(implicit("smtp.fastmail.com"),),
        username="the Fastmail address, with its domain",
        password="an app password (Settings, Privacy & Security); the account's own password is refused",
        password_kind="app-password",
        documentation="https://www.fastmail.help/hc/en-us/articles/1500000278342-Server-names-and-ports",
        sources=("https://www.fastmail.com/help/technical/servernamesandports.html",),
    ),
    Service(
        key="zoho",
        name="Zoho Mail",
        hosts=tuple(
            f"{server}.{domain}"
            for server in ("smtp", "smtppro")
            for domain in ("zoho.com", "zoho.eu", "zoho.in", "zoho.com.au", "zoho.jp", "zoho.com.cn", "zoho.sa")
        ),
        endpoints=(implicit("smtppro.zoho.com"), starttls("smtppro.zoho.com"), implicit("smtp.zoho.com")),
        username=FULL_ADDRESS,
        password="the password of the mailbox; with two-factor authentication an application-specific one",
        password_kind="app-password",
        minds=(
            "Domains of paid organisations use smtppro, personal and free accounts smtp.",
            "The host has to be the one of the account's data centre (.com, .eu, .in, .com.au, .jp, .com.cn, .sa).",
            "The From address has to be the mailbox's or an alias of it.",
        ),
        sayings=(
            Saying(
                words=r"relaying disallowed(?!\W+invalid domain)",
                meaning="Zoho says so of a sender that is not the login's: set from_address to the mailbox's address, "
                "or to an alias of it.",
                source="https://zstatic.zohostatic.com/zeptomail/help/api/smtp-error-codes.html",
            ),
        ),
        documentation="https://www.zoho.com/mail/help/zoho-smtp.html",
        sources=(
            "https://wiki.stretchpowered.com/books/zoho/page/how-to-configure-email-server-with-zoho-smtp-settings",
            "https://postigo.net/smtp/zoho",
        ),
    ),
)

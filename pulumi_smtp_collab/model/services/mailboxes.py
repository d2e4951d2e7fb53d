"""Services of mailboxes: the login is a mailbox's, and mail is sent from its address."""

from __future__ import annotations

from pulumi_smtp_collab.model.services.service import Service, implicit, starttls

_FULL_ADDRESS = "the full address of the mailbox"
_ACCOUNT_PASSWORD = "the password of the mailbox"  # noqa: S105 - a description
_NODEMAILER = "https://github.com/nodemailer/nodemailer/blob/master/lib/well-known/services.json"
_DELTACHAT = "https://github.com/deltachat/provider-db/tree/master/_providers"

MAILBOXES: tuple[Service, ...] = (
    Service(
        key="gmail",
        name="Gmail and Google Workspace",
        hosts=("smtp.gmail.com", "smtp.googlemail.com"),
        greeting=r"220 smtp\.gmail\.com ESMTP .*gsmtp",
        endpoints=(starttls("smtp.gmail.com"), implicit("smtp.gmail.com")),
        username=_FULL_ADDRESS,
        password="an app password of the account, which needs 2-Step Verification (myaccount.google.com/apppasswords); "
        "the account's own password is refused",
        password_kind="app-password",
        minds=(
            "A Workspace administrator can switch app passwords off.",
            "It puts the account's address in the place of a From address that is not the account's or an alias of it.",
            "It limits mails per day: some 500 for Gmail, 2,000 for Workspace.",
        ),
        documentation="https://support.google.com/a/answer/176600",
        sources=("https://berkeley.service-now.com/kb_view.do?sysparm_article=KB0010997", _NODEMAILER),
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
        username=_FULL_ADDRESS,
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
        sources=("https://clean.email/blog/email-settings/icloud-email-settings", _NODEMAILER),
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
        username=_FULL_ADDRESS,
        password="the password of the mailbox; with two-factor authentication an application-specific one",
        password_kind="app-password",
        minds=(
            "Domains of paid organisations use smtppro, personal and free accounts smtp.",
            "The host has to be the one of the account's data centre (.com, .eu, .in, .com.au, .jp, .com.cn, .sa).",
            "The From address has to be the mailbox's or an alias of it.",
        ),
        documentation="https://www.zoho.com/mail/help/zoho-smtp.html",
        sources=(
            "https://wiki.stretchpowered.com/books/zoho/page/how-to-configure-email-server-with-zoho-smtp-settings",
            "https://postigo.net/smtp/zoho",
        ),
    ),
    Service(
        key="yandex",
        name="Yandex Mail",
        hosts=("smtp.yandex.com", "smtp.yandex.ru"),
        endpoints=(implicit("smtp.yandex.com"),),
        username=_FULL_ADDRESS,
        password="an app password for mail (Yandex ID, Security)",
        password_kind="app-password",
        minds=("Access for mail programs has to be allowed in the mailbox's settings (Email clients).",),
        documentation="https://yandex.com/support/mail/mail-clients/others.html",
        sources=(
            "https://yandex.com/support/passport/authorization/app-passwords.html",
            f"{_DELTACHAT} (yandex.ru.md)",
        ),
    ),
    Service(
        key="gmx",
        name="GMX",
        hosts=("mail.gmx.net", "mail.gmx.com"),
        endpoints=(starttls("mail.gmx.net"), implicit("mail.gmx.net"), starttls("mail.gmx.com")),
        username=_FULL_ADDRESS,
        password=f"{_ACCOUNT_PASSWORD}; with two-factor authentication an application-specific one",
        password_kind="account",
        minds=("Access by POP3 and IMAP has to be allowed in the mailbox's settings; SMTP belongs to it.",),
        documentation="https://support.gmx.com/pop-imap/toggle.html",
        sources=(f"{_DELTACHAT} (gmx.net.md)", _NODEMAILER),
    ),
    Service(
        key="web.de",
        name="WEB.DE",
        hosts=("smtp.web.de",),
        endpoints=(starttls("smtp.web.de"),),
        username=_FULL_ADDRESS,
        password=f"{_ACCOUNT_PASSWORD}; with two-factor authentication an application-specific one",
        password_kind="account",
        minds=("Access by POP3 and IMAP has to be allowed in the mailbox's settings; SMTP belongs to it.",),
        documentation="https://hilfe.web.de/pop-imap/einschalten.html",
        sources=(f"{_DELTACHAT} (web.de.md)",),
    ),
    Service(
        key="ionos",
        name="IONOS",
        hosts=(
            *(f"smtp.ionos.{domain}" for domain in ("com", "de", "co.uk", "fr", "es", "it", "mx")),
            "smtp.1und1.de",
            "smtp.1and1.com",
        ),
        endpoints=(implicit("smtp.ionos.com"), starttls("smtp.ionos.com")),
        username=_FULL_ADDRESS,
        password=_ACCOUNT_PASSWORD,
        password_kind="account",
        minds=("The From address has to be in the same domain as the mailbox that logs in.",),
        documentation="https://www.ionos.com/help/email/general-topics/"
        "important-change-for-sending-emails-with-different-sender-addresses/",
        sources=(
            "https://www.ionos.com/help/email/general-topics/"
            "important-change-for-sending-emails-with-different-sender-addresses/",
            "https://github.com/thunderbird/autoconfig/blob/master/ispdb/1und1.de.xml",
        ),
    ),
    Service(
        key="qq",
        name="QQ Mail",
        hosts=("smtp.qq.com",),
        endpoints=(implicit("smtp.qq.com"), starttls("smtp.qq.com")),
        username=_FULL_ADDRESS,
        password="an authorization code (授权码) of 16 letters; the QQ password is refused",
        password_kind="app-password",
        minds=("POP3/IMAP/SMTP has to be switched on in the mailbox's settings (Account), which gives the code.",),
        documentation="https://service.mail.qq.com/",
        sources=("https://cloud.kd.cn/ask/9658.html", f"{_DELTACHAT} (qq.md)"),
    ),
    Service(
        key="163",
        name="NetEase Mail (163, 126)",
        hosts=("smtp.163.com", "smtp.126.com"),
        endpoints=(implicit("smtp.163.com"), implicit("smtp.126.com")),
        username=_FULL_ADDRESS,
        password="a client authorization code (客户端授权码); the mailbox's own password is refused",
        password_kind="app-password",
        minds=("POP3/SMTP/IMAP has to be switched on in the mailbox's settings, which gives the code.",),
        documentation="https://help.mail.163.com/",
        sources=("https://redmaomail.com/ask/post/7262.html", _NODEMAILER),
    ),
)

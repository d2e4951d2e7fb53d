"""Services of mailboxes that are used in some countries: Russia, Germany, China."""

from __future__ import annotations

from pulumi_smtp_collab.model.services.service import (
    ACCOUNT_PASSWORD,
    DELTACHAT,
    FULL_ADDRESS,
    NODEMAILER,
    Saying,
    Service,
    implicit,
    starttls,
)

_POLICY_OF_1UND1 = (
    Saying(
        words="policy restrictions",
        meaning="The link in the reply says which rule it is: mostly a header of the message (Date, From, To), else "
        "the domain of the From address or this machine's address.",
        source="https://postmaster.gmx.net/en/error-messages; https://github.com/homematic-community/hm_email/issues/13",
    ),
)

NATIONAL_MAILBOXES: tuple[Service, ...] = (
    Service(
        key="yandex",
        name="Yandex Mail",
        hosts=("smtp.yandex.com", "smtp.yandex.ru"),
        endpoints=(implicit("smtp.yandex.com"),),
        username=FULL_ADDRESS,
        password="an app password for mail (Yandex ID, Security)",
        password_kind="app-password",
        minds=("Access for mail programs has to be allowed in the mailbox's settings (Email clients).",),
        documentation="https://yandex.com/support/mail/mail-clients/others.html",
        sources=(
            "https://yandex.com/support/passport/authorization/app-passwords.html",
            f"{DELTACHAT} (yandex.ru.md)",
        ),
    ),
    Service(
        key="mail.ru",
        name="Mail.ru",
        hosts=("smtp.mail.ru",),
        endpoints=(implicit("smtp.mail.ru"), starttls("smtp.mail.ru")),
        username=FULL_ADDRESS,
        password="a password for external applications (Security settings); the mailbox's own password is refused",
        password_kind="app-password",
        documentation="https://help.mail.ru/mail/mailer/popsmtp",
        password_page="https://help.mail.ru/mail/security/protection/external",
        sources=(f"{DELTACHAT} (mail.ru.md)", NODEMAILER),
    ),
    Service(
        key="gmx",
        name="GMX",
        hosts=("mail.gmx.net", "mail.gmx.com"),
        endpoints=(starttls("mail.gmx.net"), implicit("mail.gmx.net"), starttls("mail.gmx.com")),
        username=FULL_ADDRESS,
        password=f"{ACCOUNT_PASSWORD}; with two-factor authentication an application-specific one",
        password_kind="account",
        minds=("Access by POP3 and IMAP has to be allowed in the mailbox's settings; SMTP belongs to it.",),
        sayings=_POLICY_OF_1UND1,
        documentation="https://support.gmx.com/pop-imap/toggle.html",
        sources=(f"{DELTACHAT} (gmx.net.md)", NODEMAILER),
    ),
    Service(
        key="web.de",
        name="WEB.DE",
        hosts=("smtp.web.de",),
        endpoints=(starttls("smtp.web.de"),),
        username=FULL_ADDRESS,
        password=f"{ACCOUNT_PASSWORD}; with two-factor authentication an application-specific one",
        password_kind="account",
        minds=("Access by POP3 and IMAP has to be allowed in the mailbox's settings; SMTP belongs to it.",),
        sayings=_POLICY_OF_1UND1,
        documentation="https://hilfe.web.de/pop-imap/einschalten.html",
        sources=(f"{DELTACHAT} (web.de.md)",),
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
        username=FULL_ADDRESS,
        password=ACCOUNT_PASSWORD,
        password_kind="account",
        minds=("The From address has to be in the same domain as the mailbox that logs in.",),
        sayings=_POLICY_OF_1UND1,
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
        username=FULL_ADDRESS,
        password="an authorization code (授权码) of 16 letters; the QQ password is refused",
        password_kind="app-password",
        minds=("POP3/IMAP/SMTP has to be switched on in the mailbox's settings (Account), which gives the code.",),
        documentation="https://service.mail.qq.com/",
        sources=("https://cloud.kd.cn/ask/9658.html", f"{DELTACHAT} (qq.md)"),
    ),
    Service(
        key="163",
        name="NetEase Mail (163, 126)",
        hosts=("smtp.163.com", "smtp.126.com"),
        endpoints=(implicit("smtp.163.com"), implicit("smtp.126.com")),
        username=FULL_ADDRESS,
        password="a client authorization code (客户端授权码); the mailbox's own password is refused",
        password_kind="app-password",
        minds=("POP3/SMTP/IMAP has to be switched on in the mailbox's settings, which gives the code.",),
        documentation="https://help.mail.163.com/",
        sources=("https://redmaomail.com/ask/post/7262.html", NODEMAILER),
    ),
)

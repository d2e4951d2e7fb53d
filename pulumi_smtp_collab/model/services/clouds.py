"""Mail services of the clouds: regional, with credentials made for SMTP."""

from __future__ import annotations

from pulumi_smtp_collab.model.services.service import Saying, Service, implicit, starttls

CLOUDS: tuple[Service, ...] = (
    Service(
        key="ses",
        name="Amazon SES",
        hosts=(
            "email-smtp.*.amazonaws.com",
            "email-smtp-fips.*.amazonaws.com",
            "email-smtp.*.amazonaws.com.cn",
            "*.email-smtp.*.vpce.amazonaws.com",
        ),
        greeting=r"220 email-smtp(-fips)?\.amazonaws\.com ESMTP SimpleEmailService",
        endpoints=(
            starttls("email-smtp.<region>.amazonaws.com"),
            implicit("email-smtp.<region>.amazonaws.com"),
            starttls("email-smtp.<region>.amazonaws.com", 2587),
            implicit("email-smtp.<region>.amazonaws.com", 2465),
        ),
        username="the access key ID of the SMTP credentials (AKIA…)",
        password="the SMTP password, which is derived from the secret access key, for one region: it is not the secret "
        "key itself",
        password_kind="smtp-password",
        minds=(
            "Credentials are for one region, which has to be the host's.",
            "The From address or its domain has to be a verified identity in that region.",
            "A new account is in the sandbox: it sends to verified addresses alone.",
            "New credentials may take some seconds to be accepted: credentials_settle_seconds.",
        ),
        documentation="https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html",
        sources=(
            "https://docs.aws.amazon.com/ses/latest/DeveloperGuide/smtp-connect.html",
            "https://postigo.net/smtp/amazon-ses",
        ),
    ),
    Service(
        key="azure",
        name="Azure Communication Services",
        hosts=("smtp.azurecomm.net",),
        endpoints=(starttls("smtp.azurecomm.net"),),
        username="the SMTP Username that was made in the Communication Services resource (older ones: resource name, "
        "application ID and tenant ID, with dots between)",
        password="a client secret of the Microsoft Entra application that is linked to it",
        password_kind="client-secret",
        minds=(
            "The application needs the role Communication and Email Service Owner on the resource.",
            "A client secret expires.",
            "The From address has to be a MailFrom address of a domain that is connected to the resource.",
        ),
        documentation="https://learn.microsoft.com/azure/communication-services/quickstarts/email/send-email-smtp/"
        "smtp-authentication",
        sources=(
            "https://learn.microsoft.com/en-us/azure/communication-services/quickstarts/email/send-email-smtp/"
            "smtp-authentication",
            "https://wiki.rilheva.com/?p=1998",
        ),
    ),
    Service(
        key="oci",
        name="Oracle Cloud (OCI) Email Delivery",
        hosts=("smtp.email.*.oci.oraclecloud.com", "smtp.*.oraclecloud.com"),
        endpoints=(starttls("smtp.email.<region>.oci.oraclecloud.com"),),
        username="the one of the generated SMTP credentials (ocid1.user.oc1…)",
        password="the one that was shown when the SMTP credentials were generated",
        password_kind="smtp-password",
        minds=(
            "The From address has to be an approved sender in the region of the host.",
            "A user has two SMTP credentials at most.",
        ),
        sayings=(
            Saying(
                words="from address \\S* ?not authorized",
                meaning="The From address has to be an approved sender, in the region of the host. A new one takes "
                "some minutes.",
                source="https://docs.oracle.com/en-us/iaas/Content/Email/Concepts/troubleshooting.htm",
            ),
        ),
        documentation="https://docs.oracle.com/en-us/iaas/Content/Email/Reference/gettingstarted.htm",
        sources=(
            "https://docs.oracle.com/en-us/iaas/Content/Email/Reference/gettingstarted.htm",
            "https://docs.cloud.oracle.com/iaas/Content/Email/Concepts/overview.htm",
        ),
    ),
    Service(
        key="alibaba",
        name="Alibaba Cloud Direct Mail",
        hosts=("smtpdm.aliyun.com", "smtpdm-*.aliyun.com"),
        endpoints=(implicit("smtpdm.aliyun.com"),),
        username="the sender address",
        password="the SMTP password that was set for the sender address in the console (Sender Addresses)",
        password_kind="smtp-password",
        minds=("The From address has to be the user name: MAIL FROM has to match the login.",),
        documentation="https://www.alibabacloud.com/help/en/direct-mail/user-guide/send-emails-using-smtp",
        sources=(
            "https://www.alibabacloud.com/help/en/direct-mail/user-guide/send-emails-using-smtp",
            "https://www.alibabacloud.com/help/en/direct-mail/email-sending-faqs",
        ),
    ),
    Service(
        key="tencent",
        name="Tencent Cloud SES",
        hosts=("smtp.qcloudmail.com", "sg-smtp.qcloudmail.com", "gz-smtp.qcloudmail.com"),
        endpoints=(
            implicit("smtp.qcloudmail.com"),
            implicit("sg-smtp.qcloudmail.com"),
            implicit("gz-smtp.qcloudmail.com"),
        ),
        username="the sender address",
        password="the SMTP password that was set for the sender address in the console",
        password_kind="smtp-password",
        minds=("Ports 465 and 587 both speak TLS from the start.",),
        documentation="https://www.tencentcloud.com/document/api/1084/52677",
        sources=(
            "https://www.tencentcloud.com/document/api/1084/52677",
            "the vendor's Python sample: 465 and 587 with SSL; hosts of Hong Kong, Singapore and Guangzhou",
        ),
    ),
)

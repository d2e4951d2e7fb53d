"""A delegate: the machine in the user's network that sends Harness's mails, here with real SMTP.

It does what Harness's JavaMail does and no better: a first connection with an empty password only shows whether the
server can be reached, Start TLS is used where the server offers it and skipped in silence where not, the name in the
server's certificate is not compared, and the cause of a failure is dropped. The test's task asks for no tags: the
`delegateSelectors` of a config are for real mail alone.
"""

from __future__ import annotations

import base64
import smtplib
import ssl
import threading
import time
from dataclasses import dataclass, field
from email.mime.text import MIMEText
from typing import Any, Literal

DelegateStatus = Literal["ok", "none", "ineligible", "unable"]

DEFAULT_TEXT = "Harness Inc e-mail for test Smtp connectivity"
EMAIL_FAILED = "Email failed."
NO_DELEGATES = "There are no active delegates available for the account. "
NO_ELIGIBLE_DELEGATES = "No eligible delegate(s) in account to execute task. "
SOCKET_TIMEOUT_SECONDS = 60.0
TASK_TIMEOUT_SECONDS = 120.0
_EHLO_NAME = "delegate.harness.example"


class _LoginRefusedError(Exception):
    """The server refused the user name and password."""


@dataclass(frozen=True, slots=True)
class Mail:
    """The mail that the connectivity test sends; empty subject and body become Harness's own."""

    to: str
    subject: str
    body: str


@dataclass(slots=True)
class DelegateTask:
    """One run of the connectivity test on a delegate, for assertions.

    Attributes:
        host: The SMTP server's host as saved.
        port: Its port.
        mail: What was to be sent.
        valid: What it came to; None while it runs.
        message: What the user is shown.
        cause: Why it failed. Harness drops this; a test may look.
    """

    host: str
    port: int
    mail: Mail
    valid: bool | None = None
    message: str = ""
    cause: str = ""


@dataclass
class Delegates:
    """The delegates of an account, as one.

    Attributes:
        status: `ok`; `none`: no delegate is installed; `ineligible`: none may take the task; `unable`: none reaches
            the SMTP server.
        tags: The tags of the delegates; real mail with a config whose `delegateSelectors` ask for another finds none.
        ca_bundle: PEM certificates of private CAs in the delegate's CA bundle; without it only public CAs are trusted.
        latency: Seconds that a task waits before it starts.
        time_scale: Multiplies Harness's own time limits.
        tasks: Every task that was started.
    """

    status: DelegateStatus = "ok"
    tags: set[str] = field(default_factory=set)
    ca_bundle: str | None = None
    latency: float = 0.0
    time_scale: float = 1.0
    tasks: list[DelegateTask] = field(default_factory=list)

    def start(self, value: dict[str, Any], password: str | None, mail: Mail) -> tuple[DelegateTask, threading.Event]:
        """Start a connectivity test of saved settings; the event is set at its end, which nothing can hurry."""
        task = DelegateTask(value["host"], value["port"], mail)
        done = threading.Event()
        self.tasks.append(task)
        threading.Thread(
            target=self._run, args=(task, done, dict(value), password), name="fake-harness-delegate", daemon=True
        ).start()
        return task, done

    def would_send(self, value: dict[str, Any]) -> bool:
        """Whether real mail with these settings finds a delegate; the test does not ask."""
        return self.status == "ok" and set(value.get("delegateSelectors") or ()) <= self.tags

    def _run(self, task: DelegateTask, done: threading.Event, value: dict[str, Any], password: str | None) -> None:
        try:
            deadline = time.monotonic() + TASK_TIMEOUT_SECONDS * self.time_scale
            time.sleep(self.latency)
            task.message = self._refusal(value) or self._attempt(task, value, password, deadline)
            task.valid = not task.message
        finally:
            done.set()

    def _refusal(self, value: dict[str, Any]) -> str:
        if self.status == "none":
            return NO_DELEGATES
        if self.status == "ineligible":
            return NO_ELIGIBLE_DELEGATES
        if self.status == "unable":
            return _unable(value)
        if value.get("fromAddress") is None:
            return "NullPointerException"
        return ""

    def _attempt(self, task: DelegateTask, value: dict[str, Any], password: str | None, deadline: float) -> str:
        try:
            self._connect(value, deadline, "").close()
        except _LoginRefusedError:
            pass  # The server was reached, which is all that is asked here.
        except (OSError, smtplib.SMTPException, ValueError) as error:
            task.cause = repr(error)
            return _unable(value)
        try:
            with self._connect(value, deadline, password or None) as connection:
                _send(connection, value["fromAddress"], task.mail)
        except (_LoginRefusedError, OSError, smtplib.SMTPException, ValueError) as error:
            task.cause = repr(error)
            return EMAIL_FAILED
        return ""

    def _connect(self, value: dict[str, Any], deadline: float, password: str | None) -> smtplib.SMTP:
        timeout = min(SOCKET_TIMEOUT_SECONDS * self.time_scale, max(deadline - time.monotonic(), 0.01))
        host, port = value["host"], value["port"]
        if not 0 < port < 65536:
            raise ValueError(f"port out of range: {port}")  # Harness saves it, Java doesn't dial it.
        if value.get("useSSL"):
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, local_hostname=_EHLO_NAME, timeout=timeout, context=self._tls_context()
            )
        else:
            connection = smtplib.SMTP(host, port, local_hostname=_EHLO_NAME, timeout=timeout)
        try:
            connection.ehlo_or_helo_if_needed()
            if value.get("startTLS") and not value.get("useSSL") and connection.has_extn("starttls"):
                connection.starttls(context=self._tls_context())
                connection.ehlo()
            if value.get("username") and password is not None and connection.has_extn("auth"):
                _log_in(connection, value["username"], password)
        except BaseException:
            connection.close()
            raise
        return connection

    def _tls_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cadata=self.ca_bundle)
        if self.ca_bundle:
            context.load_default_certs()
        context.check_hostname = False
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # Java is not that strict
        return context


def _unable(value: dict[str, Any]) -> str:
    return (
        f"Delegate(s) unable to connect to {value['host']}:{value['port']}, "
        "make sure to provide the connectivity with the following delegates"
    )


def _log_in(connection: smtplib.SMTP, username: str, password: str) -> None:
    """One attempt with the first mechanism of JavaMail's order that the server offers."""
    offered = connection.esmtp_features["auth"].upper().split()
    if "LOGIN" in offered:
        code, reply = connection.docmd("AUTH", "LOGIN")
        for answer in (username, password):
            if code == 334:
                code, reply = connection.docmd(base64.b64encode(answer.encode()).decode())
    elif "PLAIN" in offered:
        token = base64.b64encode(f"\0{username}\0{password}".encode()).decode()
        code, reply = connection.docmd("AUTH", f"PLAIN {token}")
    else:
        raise _LoginRefusedError("no mechanism in common")
    if code != 235:
        raise _LoginRefusedError(f"{code} {reply.decode('utf-8', 'replace')}")


def _send(connection: smtplib.SMTP, from_address: str, mail: Mail) -> None:
    message = MIMEText(mail.body or DEFAULT_TEXT, "html", "utf-8")
    message["From"] = f'"Harness" <{from_address}>'
    message["To"] = mail.to
    message["Subject"] = mail.subject or DEFAULT_TEXT
    connection.sendmail(from_address, [mail.to], message.as_bytes())

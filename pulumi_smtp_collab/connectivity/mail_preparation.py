"""A mail as it goes over the wire: complete by RFC 5322, in seven bits, in lines that survive."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, getaddresses, make_msgid

from pydantic import TypeAdapter, ValidationError

from pulumi_smtp_collab.model.mailboxes import split_mailbox
from pulumi_smtp_collab.model.settings import Mailbox

MOST_RECIPIENTS = 100
"""How many recipients every server takes in one mail (RFC 5321, section 4.5.3.1.8)."""

_LONGEST_LINE = 998  # RFC 5322, section 2.1.1
_LONGEST_ID = 70  # longer ones are folded apart by Python's own policy
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_MAILBOX: TypeAdapter[str] = TypeAdapter(Mailbox)


@dataclass(frozen=True, slots=True)
class PreparedMail:
    """A mail that is ready to go.

    Attributes:
        recipients: Whom RCPT names, each once.
        message_id: Its Message-ID.
        data: What DATA takes: CRLF, leading dots doubled, without the final one.
        size: How many octets it has (RFC 1870).
        international: Whether an address needs SMTPUTF8 (RFC 6531).
    """

    recipients: tuple[str, ...]
    message_id: str
    data: bytes
    size: int
    international: bool


def prepare_mail(message: EmailMessage, sender: str, recipients: Sequence[str] | None, now: datetime) -> PreparedMail:
    """Return the mail with what RFC 5322 demands filled in; the message itself is left as it is.

    Args:
        message: The mail. From, Date and Message-ID are added where they are missing; Bcc is taken out.
        sender: The address that mails are sent from; a From that is given has to be this address.
        recipients: Who gets it; None for those in To, Cc and Bcc.
        now: The moment (aware).

    Raises:
        ValueError: The message or a recipient can't be right; the message begins with the argument's name.
    """
    mail = copy.deepcopy(message)
    envelope = _recipients(mail, recipients)
    del mail["Bcc"]  # RFC 5322, section 3.6.3
    _settle_sender(mail, sender)
    if mail["Date"] is None:
        mail["Date"] = format_datetime(now)
    if mail["Message-ID"] is None:
        mail["Message-ID"] = new_message_id(sender)
    if mail["MIME-Version"] is None:
        mail["MIME-Version"] = "1.0"
    if not any(mail[name] for name in ("To", "Cc")):
        mail["To"] = "undisclosed-recipients:;"
    international = not "".join([sender, *envelope, *_addresses_in(mail)]).isascii()
    raw = mail.as_bytes(policy=(SMTPUTF8 if international else SMTP).clone(cte_type="7bit"))
    if not raw.endswith(b"\r\n"):
        raw += b"\r\n"
    if any(len(line) > _LONGEST_LINE for line in raw.split(b"\r\n")):
        raise ValueError(
            f"message: a line is longer than {_LONGEST_LINE} characters; set its content by set_content()."
        )
    if b"\n" in raw.replace(b"\r\n", b"") or b"\r" in raw.replace(b"\r\n", b"") or b"\0" in raw:
        raise ValueError("message: it holds a bare CR, LF or NUL; set its text by set_content().")
    return PreparedMail(
        envelope, str(mail["Message-ID"]).strip(), _LEADING_DOT.sub(b"..", raw), len(raw), international=international
    )


def new_message_id(sender: str) -> str:
    """Return a Message-ID in the sender's domain (RFC 5322, section 3.6.4)."""
    # With a domain, since without one it would be asked of the DNS.
    return make_msgid(domain=_domain_for_ids(sender))


def thread_id(key: str, sender: str) -> str:
    """Return the Message-ID that the mails of one conversation refer to: the same for the same key and domain."""
    from hashlib import sha256  # noqa: PLC0415 - a thread alone needs it

    return f"<thread.{sha256(key.encode()).hexdigest()[:24]}@{_domain_for_ids(sender)}>"


def _domain_for_ids(sender: str) -> str:
    domain = split_mailbox(sender)[1].strip("[]")
    fits = domain.isascii() and len(domain) <= _LONGEST_ID - 40 and ":" not in domain
    return domain if fits else "smtp-collab.invalid"


def _recipients(mail: EmailMessage, given: Sequence[str] | None) -> tuple[str, ...]:
    named = "recipients"
    if given is None:
        named = "message"
        headers = [str(value) for name in ("To", "Cc", "Bcc") for value in mail.get_all(name, [])]
        given = [address for _, address in getaddresses(headers) if address]
    if isinstance(given, str):
        raise ValueError("recipients: must be a list of addresses, not one text.")  # noqa: TRY004 - one kind for all
    found = tuple(dict.fromkeys(_checked(address, named) for address in given))
    if not found:
        raise ValueError(f"{named}: there is no recipient; name one in To, Cc or Bcc.")
    if len(found) > MOST_RECIPIENTS:
        raise ValueError(
            f"{named}: {len(found)} recipients are more than the {MOST_RECIPIENTS} that a server must take."
        )
    return found


def _checked(address: str, named: str) -> str:
    try:
        return _MAILBOX.validate_python(address)
    except ValidationError as error:
        reason = str(error.errors(include_input=False, include_url=False)[0]["msg"])
        raise ValueError(f"{named}: a recipient {reason}") from None


def _settle_sender(mail: EmailMessage, sender: str) -> None:
    if mail["From"] is None:
        mail["From"] = sender
        return
    addresses = [address.lower() for _, address in getaddresses([str(mail["From"])])]
    if addresses != [sender.lower()] and str(mail["Sender"] or "").lower() != sender.lower():
        raise ValueError(f"message: its From must be {sender}, the address that these settings send from.")


def _addresses_in(mail: EmailMessage) -> list[str]:
    """Return the addresses of the headers, without names: those can be encoded, an address can't (RFC 6531)."""
    values = [str(value) for name in ("From", "Sender", "To", "Cc", "Reply-To") for value in mail.get_all(name, [])]
    return [address for _, address in getaddresses(values)]

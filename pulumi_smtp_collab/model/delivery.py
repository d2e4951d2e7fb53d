"""What became of a mail: for each recipient, and as a whole."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from pulumi_smtp_collab.model.base import Record
from pulumi_smtp_collab.model.report import ConnectivityReport, Diagnosis

DeliveryStatus: TypeAlias = Literal["sent", "partial", "failed", "unknown"]
"""The server took the mail for all recipients; for some; for none; or it was handed over and no answer came."""


class RecipientResult(Record):
    """What the server said of one recipient."""

    address: str = Field(description="The recipient's address.")
    accepted: bool = Field(description="Whether the server took the mail for this recipient.")
    reply: str = Field(description="What it said to the address; empty where it was not asked.")


class DeliveryReport(Record):
    """What became of a mail; ``str()`` of it is the message that a person reads."""

    status: DeliveryStatus = Field(
        description="sent; partial: some recipients were refused; failed; unknown: the mail was handed over, and no "
        "answer came, so that the server may have taken it."
    )
    message_id: str = Field(description="The Message-ID of the mail.")
    recipients: tuple[RecipientResult, ...] = Field(default=(), description="Every recipient, in order.")
    reply: str = Field(default="", description="What the server said to the mail, such as 'queued as 4F2A'.")
    connectivity: ConnectivityReport = Field(description="Every stage on the way, and why it failed.")

    @property
    def sent(self) -> bool:
        """Whether the server took the mail for every recipient."""
        return self.status == "sent"

    @property
    def refused(self) -> tuple[RecipientResult, ...]:
        """The recipients that the server did not take."""
        return tuple(each for each in self.recipients if not each.accepted)

    @property
    def diagnosis(self) -> Diagnosis | None:
        """Why the mail was not taken for anybody; None where it was taken for some."""
        return self.connectivity.diagnosis

    def __str__(self) -> str:
        """Return what a person reads: what the server said, and for whom it did not take the mail."""
        if self.diagnosis is not None:
            again = (
                "\nThe server may have taken the mail: it was handed over, and nothing was repeated."
                if self.status == "unknown"
                else ""
            )
            return f"{self.connectivity}{again}"
        count = len(self.recipients) - len(self.refused)
        lines = [f"The mail {self.message_id} was taken for {count} of {len(self.recipients)} recipients: {self.reply}"]
        lines += [f"Refused: {each.address}: {each.reply}" for each in self.refused]
        return "\n".join(lines)

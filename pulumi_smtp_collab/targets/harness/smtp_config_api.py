"""NextGen's REST under ``/ng/api/smtpConfig``: one method for each operation, and nothing decided."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from pulumi_smtp_collab.targets.harness.answers import Answer, nextgen_data, nextgen_deleted
from pulumi_smtp_collab.targets.harness.client import HarnessClient, Request
from pulumi_smtp_collab.targets.harness.errors import HarnessRefused, changed_meanwhile
from pulumi_smtp_collab.targets.harness.smtp_config import Held, SmtpConfig, differences

_PATH = "/ng/api/smtpConfig"
_GONE = "with this ID does not exist"
_TEST_SECONDS = 120.0  # Harness asks its manager up to three times with 15 s each; a delegate task lasts 2 minutes


class SmtpConfigApi:
    """The operations on an account's SMTP config.

    Args:
        client: The way to the account.
    """

    def __init__(self, client: HarnessClient) -> None:
        self.client = client

    def read(self) -> Held | None:
        """Return the account's config; None where there is none, which Harness answers with a null in a 200."""
        answer = self.client.ask(Request("reading the SMTP config", "GET", _PATH, repeatable=True))
        data = nextgen_data(answer)
        if data is None:
            return None
        held = Held.from_wire(_mapping(answer, data))
        if not held.uuid:
            raise answer.unclear()
        return held

    def create(self, config: SmtpConfig) -> Held:
        """Create the config, once: an answer may be lost after the commit."""
        body = config.to_wire(self.client.access.account_id)
        return self._write(Request("creating the SMTP config", "POST", _PATH, repeatable=False, json=body), config)

    def update(self, live: Held, config: SmtpConfig) -> Held:
        """Replace the whole config; the password of the config goes with it, or is removed.

        Raises:
            TargetError: Harness refused, or others changed it before it could be sent again.
        """
        body = config.to_wire(self.client.access.account_id, live.uuid)
        request = Request("updating the SMTP config", "PUT", _PATH, repeatable=True, json=body)
        return self._write(self._looking(request, live, Held.wanted(config)), config)

    def delete(self, live: Held) -> None:
        """Delete the config; one that is gone is no error.

        Raises:
            TargetError: Harness refused, or others changed it before it could be sent again.
        """
        path = f"{_PATH}/{quote(live.uuid, safe='')}"
        request = Request("deleting the SMTP config", "DELETE", path, repeatable=True)
        try:
            nextgen_deleted(self.client.ask(self._looking(request, live, live)))
        except HarnessRefused as error:
            if _GONE not in error.said.message:
                raise

    def validate_connectivity(
        self, uuid: str, to: str, subject: str, body: str, *, secrets: tuple[str, ...] = ()
    ) -> tuple[bool, str]:
        """Let a delegate send a real mail, once, and return Harness's verdict and message.

        Args:
            uuid: What is tested.
            to: To whom the mail goes.
            subject: Its subject.
            body: Its text, HTML.
            secrets: Values that the message must not show.
        """
        request = Request(
            "testing the SMTP config by a delegate",
            "POST",
            f"{_PATH}/validate-connectivity",
            repeatable=False,
            query={"identifier": uuid, "to": to, "subject": subject, "body": body},
            secrets=secrets,
            answer_seconds=_TEST_SECONDS,
        )
        answer = self.client.ask(request)
        data = _mapping(answer, nextgen_data(answer))
        if not isinstance(data.get("valid"), bool):
            raise answer.unclear()
        return data["valid"], answer.asked.scrubber.clean(str(data.get("errorMessage") or ""))

    def _looking(self, request: Request, before: Held, after: Held) -> Request:
        """Return the request, sent again only over what was there before it, or what it left itself."""

        def look() -> None:
            now = self.read()
            if now is not None and now.uuid == before.uuid and differences(before, now) and differences(after, now):
                raise changed_meanwhile(request.operation, f"the SMTP config {now.uuid}")

        return replace(request, before_repeat=look)

    def _write(self, request: Request, config: SmtpConfig) -> Held:
        answer = self.client.ask(replace(request, secrets=(config.password,)))
        data = _mapping(answer, nextgen_data(answer))
        # The answer of a write shows the mask whether a password is stored or not.
        held = replace(Held.from_wire(data), password_stored=config.password is not None)
        if not held.uuid:
            raise answer.unclear()
        return held


def _mapping(answer: Answer, data: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever was answered
    if not isinstance(data, dict) or not isinstance(data.get("value") or {}, dict):
        raise answer.unclear()
    return data

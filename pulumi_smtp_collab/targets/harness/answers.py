"""What Harness answers: the envelopes of NextGen, of FirstGen's REST and of its GraphQL, and the errors in them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_smtp_collab.targets.harness.advice import NOT_HARNESS, POLICY, advice_for
from pulumi_smtp_collab.targets.harness.errors import (
    HarnessError,
    HarnessKeyRefused,
    HarnessPermissionMissing,
    HarnessRateLimited,
    HarnessRefused,
    HarnessUnclear,
    Said,
)
from pulumi_smtp_collab.targets.harness.settings import HarnessAccess
from pulumi_smtp_collab.targets.harness.untrusted import Scrubber

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_RESOLVER_PREFIX = re.compile(r"Exception while fetching data \(/[^)]*\) : ")
_SERVER_FAULT = 500
_REDIRECT, _KEY_REFUSED, _FORBIDDEN, _TOO_MANY = 300, 401, 403, 429
_MAX_FIELDS = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, for messages.

    Attributes:
        operation: In words, such as "creating the SMTP config".
        access: Whom it was asked of.
        scrubber: Hides the key, and the secrets that were sent.
    """

    operation: str
    access: HarnessAccess
    scrubber: Scrubber

    def error(self, kind: type[HarnessError], said: Said, advice: str) -> HarnessError:
        """Return the error, to be raised."""
        return kind(self.operation, self.access.host, said, advice)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer over HTTP.

    Attributes:
        asked: What it answers.
        status: The HTTP status.
        content_type: The media type, in lower case.
        body: The body.
        location: Where a redirect leads.
    """

    asked: Asked
    status: int
    content_type: str
    body: bytes
    location: str = ""

    def json(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Return the body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def refusal(self) -> HarnessError:
        """Return the error that the status stands for."""
        said = self.said()
        is_json = isinstance(self.json(), dict)
        kind: type[HarnessError] = HarnessRefused
        if self.status >= _SERVER_FAULT or self.status < _REDIRECT:
            kind = HarnessUnclear
        elif self.status == _TOO_MANY or is_json:  # a proxy's page says nothing of the key
            kind = _KINDS.get(self.status, HarnessRefused)
        return self.asked.error(kind, said, advice_for(said, self.asked.access, is_json=is_json))

    def refused(self, said: Said | None = None) -> HarnessError:
        """Return the error of an answer that is a refusal by what it says, whatever its status."""
        said = said or self.said()
        kind = HarnessPermissionMissing if "not authorized" in said.message else HarnessRefused
        return self.asked.error(kind, said, advice_for(said, self.asked.access, is_json=True))

    def unclear(self) -> HarnessError:
        """Return the error of a success that is not what Harness says in one."""
        said = Said(self.status, "", self._described())
        return self.asked.error(HarnessUnclear, said, NOT_HARNESS)

    def said(self) -> Said:
        """Return what the answer says, in whichever envelope."""
        content, clean = self.json(), self.asked.scrubber.clean
        if not isinstance(content, dict):
            return Said(self.status, "", self._described())
        inner = _first(content.get("responseMessages"))
        errors = content.get("errors")
        fields = tuple(clean(str(one.get("fieldId")), 80) for one in _mappings(errors) if one.get("fieldId"))
        message = content.get("message") or inner.get("message") or _first(errors).get("message") or ""
        message = _RESOLVER_PREFIX.sub("", str(message), count=1).strip()
        return Said(
            self.status,
            clean(str(content.get("code") or inner.get("code") or ""), 80),
            clean(message),
            clean(str(content.get("correlationId") or ""), 80),
            fields[:_MAX_FIELDS],
        )

    def _described(self) -> str:
        """Describe a body that is not Harness's JSON."""
        text = self.body.decode("utf-8", "replace").strip()
        clean = self.asked.scrubber.clean
        if self.location:
            return f"a redirect to {clean(self.location, 200)}"
        if not text:
            return "an empty answer"
        if "html" in self.content_type or text[:15].lower().startswith(("<!doctype", "<html")):
            title = _TITLE.search(text)
            return f'an HTML page titled "{clean(" ".join(title[1].split()), 120)}"' if title else "an HTML page"
        return f"no JSON object: {clean(text, 200)}"


_KINDS: Mapping[int, type[HarnessError]] = {
    _KEY_REFUSED: HarnessKeyRefused,
    _FORBIDDEN: HarnessPermissionMissing,
    _TOO_MANY: HarnessRateLimited,
}


def nextgen_data(answer: Answer) -> Any:  # noqa: ANN401 - each operation has its own
    """Return ``data`` of NextGen's envelope.

    Raises:
        HarnessError: The envelope says that it failed, or it is none.
    """
    content = answer.json()
    if not isinstance(content, dict) or "status" not in content:
        raise answer.unclear()
    if content["status"] != "SUCCESS":
        raise answer.refused()
    data = content.get("data")
    denial = _denial(data.get("governanceMetadata")) if isinstance(data, dict) else ""
    if denial:
        raise answer.asked.error(
            HarnessRefused, Said(answer.status, "POLICY_DENIED", answer.asked.scrubber.clean(denial)), POLICY
        )
    return data


def nextgen_deleted(answer: Answer) -> None:
    """Judge the answer of a delete, whose data is ``true``.

    Raises:
        HarnessError: The envelope says that it failed or that nothing was deleted, or it is none.
    """
    data = nextgen_data(answer)
    if data is False:
        raise answer.refused(Said(answer.status, "", "nothing was deleted", answer.said().correlation_id))
    if data is not True:
        raise answer.unclear()


def _denial(governance: object) -> str:
    """Say which policies deny a request: Harness answers that with 200 SUCCESS; "" where none does."""
    if not isinstance(governance, dict) or (governance.get("status") != "error" and governance.get("deny") is not True):
        return ""
    said = [
        f"{policy.get('policyName') or policy.get('identifier') or 'a policy'}: {'; '.join(map(str, texts))}"
        for policies in _mappings(governance.get("details"))
        for policy in _mappings(policies.get("policyMetadata"))
        if (texts := policy.get("denyMessages") or ()) and policy.get("status") != "warning"
    ]
    return " / ".join(said) or str(governance.get("message") or "") or "a policy denies it and gives no reason"


def firstgen_resource(answer: Answer) -> Any:  # noqa: ANN401 - each operation has its own
    """Return ``resource`` of the envelope of FirstGen's REST.

    Raises:
        HarnessError: The envelope holds an error, or it is none.
    """
    content = answer.json()
    if not isinstance(content, dict):
        raise answer.unclear()
    if any(one.get("level") == "ERROR" for one in _mappings(content.get("responseMessages"))):
        raise answer.refused()
    if "resource" not in content:
        raise answer.unclear()
    return content["resource"]


def firstgen_file(answer: Answer, status: Mapping[str, Any]) -> None:
    """Judge what became of one file of config-as-code: a failure, and one that was passed over, come in a 200.

    Raises:
        HarnessError: The file failed or was passed over, or the answer doesn't tell.
    """
    said = status.get("status")
    if said in {"FAILED", "SKIPPED"}:
        text = answer.asked.scrubber.clean(str(status.get("errorMssg") or f"status {said}"))
        raise answer.refused(Said(answer.status, said, text))
    if said != "SUCCESS":
        raise answer.unclear()


def graphql_field(answer: Answer, name: str) -> Mapping[str, Any]:
    """Return one field of GraphQL's ``data``.

    Raises:
        HarnessError: The answer holds ``errors``, which come in a 200 too, or it is none of GraphQL's.
    """
    content = answer.json()
    if not isinstance(content, dict):
        raise answer.unclear()
    if content.get("errors"):
        raise answer.refused()
    held = (content.get("data") or {}).get(name) if isinstance(content.get("data"), dict) else None
    if not isinstance(held, dict):
        raise answer.unclear()
    return held


def _mappings(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _first(value: object) -> dict[str, Any]:
    return next(iter(_mappings(value)), {})

"""FirstGen: several SMTP providers in an account, written as config-as-code.

FirstGen is at its end by Harness's own pages; this is for self-managed installations that still run it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.model.partial_validation import Fault
from pulumi_smtp_collab.targets.harness.answers import Answer, firstgen_file, firstgen_resource
from pulumi_smtp_collab.targets.harness.client import HarnessClient, Request
from pulumi_smtp_collab.targets.harness.creation import create_once
from pulumi_smtp_collab.targets.harness.differences import described, shown_name
from pulumi_smtp_collab.targets.harness.errors import changed_meanwhile
from pulumi_smtp_collab.targets.harness.guard import Guard
from pulumi_smtp_collab.targets.harness.provider_as_code import (
    NEXTGEN_PREFIX,
    HeldProvider,
    ProviderAsCode,
    provider_differences,
    provider_faults,
)
from pulumi_smtp_collab.targets.harness.untrusted import quoted

_YAML = "/api/setup-as-code/yaml"
_SETTINGS = "/api/settings"
_PAGE = 100
_MAX_PAGES = 50
_NO_SECRETS: frozenset[str] = frozenset()


class _DeletedAlreadyError(TargetError):
    """What is to be deleted is gone."""


class FirstGenSmtpProviders:
    """The SMTP providers of an account, each under its display name: looked at before each write.

    Args:
        client: The way to the account.
        warn: Takes a warning for the user.
    """

    def __init__(self, client: HarnessClient, warn: Callable[[str], None]) -> None:
        self._client = client
        self._warn = warn
        self._where = f"the account {client.access.account_id} of {client.access.host}"
        self._guard: Guard[HeldProvider] = Guard(
            "SMTP provider",
            self._where,
            warn,
            lambda held: held.id,
            lambda held: self.read(held.id, held.provider.name),
            provider_differences,
        )

    @staticmethod
    def refusals(known: Mapping[str, Any]) -> Sequence[Fault]:
        """Return what FirstGen can't save, found in preview."""
        return provider_faults(known)

    def find(self, name: str) -> HeldProvider:
        """Return the provider of that display name.

        Raises:
            TargetError: There is none.
        """
        held = self._live(name)
        if held is None:
            raise TargetError(f"There is no SMTP provider named {quoted(name)} in {self._where}.")
        return held

    def read(self, identifier: str, name: str) -> HeldProvider | None:
        """Return the provider of that id and display name as it is now; None where it is gone."""
        held = self._live(name)
        return held if held is not None and held.id == identifier else None

    def create(self, wanted: ProviderAsCode, *, secret: frozenset[str] = _NO_SECRETS) -> HeldProvider:
        """Save a provider under a name that is free.

        One that is there already and equal is what an earlier up left behind: it is taken over with a warning.

        Args:
            wanted: What to save.
            secret: The arguments (Python names) that the program marked secret: named and never shown.

        Raises:
            TargetError: The name is taken, or Harness refused; nothing was saved.
        """
        live = self._live(wanted.name)
        if live is not None:
            return self._taken_for_ours(live, wanted, secret)
        creation = create_once(
            self._client.pace,
            lambda: self._upsert(wanted),
            lambda: self._live(wanted.name),
            lambda _error: False,
        )
        made = creation.what
        return made if creation.how == "created" else self._taken_for_ours(made, wanted, secret)

    def take_over(
        self,
        found: HeldProvider,
        wanted: ProviderAsCode,
        *,
        overwrite: bool = False,
        secret: frozenset[str] = _NO_SECRETS,
    ) -> HeldProvider:
        """Adopt a provider that was found; by itself it changes nothing.

        Raises:
            TargetError: It differs and may not be overwritten, or Harness refused.
        """
        if not self._guard.before_take_over(found, HeldProvider("", wanted), secret, overwrite=overwrite):
            return replace(found, provider=wanted)
        if found.provider.name != wanted.name:
            unlike = provider_differences(found, HeldProvider("", wanted))
            lines = described(unlike, "Harness holds", "the program says", secret)
            raise TargetError(
                f"The SMTP provider {found.id} of {self._where} has another display name:\n{lines}\nNothing was "
                "changed. In FirstGen the display name is what a provider is found by: adopt it under its own name."
            )
        return self._upsert(replace(wanted, other=found.provider.other), over=found)

    def update(
        self,
        identifier: str,
        recorded: ProviderAsCode,
        wanted: ProviderAsCode,
        *,
        secret: frozenset[str] = _NO_SECRETS,
    ) -> HeldProvider:
        """Replace what is saved under the same display name, unless somebody else changed it meanwhile.

        Raises:
            TargetError: It is gone, was changed in Harness, is to be renamed, or Harness refused.
        """
        if recorded.name != wanted.name:
            raise TargetError("A FirstGen provider can't be renamed: a new display name is a replacement.")
        before, after = HeldProvider(identifier, recorded), HeldProvider(identifier, wanted)
        live = self._guard.before_update(before, after, secret)
        return self._upsert(replace(wanted, other=live.provider.other), over=live)

    def delete(
        self,
        identifier: str,
        recorded: ProviderAsCode,
        *,
        adopted: bool = False,
        delete_adopted: bool = False,
        secret: frozenset[str] = _NO_SECRETS,
    ) -> None:
        """Delete the provider; what is gone is no error, and what was adopted stays unless the program says otherwise.

        Raises:
            TargetError: It was changed in Harness, or Harness refused.
        """
        live = self._guard.before_delete(
            HeldProvider(identifier, recorded), adopted=adopted, delete_adopted=delete_adopted, secret=secret
        )
        if live is None:
            return
        operation, query = "deleting the SMTP provider", {"filePaths": _file(recorded.name)}

        def look() -> None:
            now = self._live(recorded.name)
            if now is None or now.id != identifier:
                raise _DeletedAlreadyError  # by the request whose answer was lost; what has the name now is another's
            if provider_differences(live, now):
                raise changed_meanwhile(operation, f"the SMTP provider {identifier}")

        request = Request(operation, "DELETE", f"{_YAML}/delete-entities", True, query, before_repeat=look)
        try:
            answer = self._client.ask(request)
        except _DeletedAlreadyError:
            return
        resource = _mapping(answer, firstgen_resource(answer))
        whole = {"status": resource.get("responseStatus"), "errorMssg": resource.get("errorMessage")}
        for status in (*(resource.get("filesStatus") or ()), whole):
            firstgen_file(answer, status if isinstance(status, dict) else {})

    # What Harness holds ---------------------------------------------------------------------------------------------

    def _live(self, name: str) -> HeldProvider | None:
        """Return what is saved under a name.

        The list tells whether it exists, its id and Start TLS; the exported file holds the reference by name. An export
        is an empty text both where there is no provider and where its reference leads nowhere.
        """
        row = next((one for one in self._rows() if one.get("name") == name), None)
        if row is None:
            return None
        request = Request(
            "reading the SMTP provider", "GET", f"{_YAML}/yaml-content", True, {"yamlFilePath": _file(name)}
        )
        answer = self._client.ask(request)
        resource = firstgen_resource(answer) or {}
        text = resource.get("yaml") if isinstance(resource, dict) else None
        listed = ProviderAsCode.from_rest(row)
        exported = ProviderAsCode.from_yaml(name, text) if isinstance(text, str) else None
        provider = (
            listed if exported is None else replace(exported, secret_id=listed.secret_id, start_tls=listed.start_tls)
        )
        return HeldProvider(str(row.get("uuid") or ""), provider)

    def _rows(self) -> Iterator[dict[str, Any]]:
        """Return every SMTP provider of the list, page by page, without NextGen's config."""
        seen = 0
        for _ in range(_MAX_PAGES):
            query = {"type": "SMTP", "limit": str(_PAGE), "offset": str(seen)}
            answer = self._client.ask(Request("listing the SMTP providers", "GET", _SETTINGS, True, query))
            resource = _mapping(answer, firstgen_resource(answer))
            rows = [row for row in resource.get("response") or () if isinstance(row, dict)]
            yield from (row for row in rows if not str(row.get("name") or "").startswith(NEXTGEN_PREFIX))
            seen += len(rows)
            if not rows or seen >= int(resource.get("total") or 0):
                return

    def _upsert(self, wanted: ProviderAsCode, *, over: HeldProvider | None = None) -> HeldProvider:
        """Save a provider; again, where that failed for the moment, only over what it was to replace."""
        operation = "saving the SMTP provider"

        def look() -> None:
            now = self._live(wanted.name)
            if over is None or now is None or now.id != over.id:
                raise changed_meanwhile(operation, "the SMTP provider of that name")
            if provider_differences(over, now) and provider_differences(HeldProvider(over.id, wanted), now):
                raise changed_meanwhile(operation, f"the SMTP provider {over.id}")

        request = Request(
            operation,
            "POST",
            f"{_YAML}/upsert-entity",
            repeatable=over is not None,
            query={"yamlFilePath": _file(wanted.name)},
            form={"yamlContent": wanted.to_yaml()},
            before_repeat=look,
        )
        answer = self._client.ask(request)
        resource = _mapping(answer, firstgen_resource(answer))
        firstgen_file(answer, resource)
        if not resource.get("entityId"):
            raise answer.unclear()
        return HeldProvider(str(resource["entityId"]), wanted)

    def _taken_for_ours(self, live: HeldProvider, wanted: ProviderAsCode, secret: frozenset[str]) -> HeldProvider:
        if not self._guard.is_ours(live, HeldProvider(live.id, wanted)):
            name = shown_name(wanted.name, secret)
            raise TargetError(
                f"There is an SMTP provider named {name} in {self._where} already, id {live.id}. Nothing was saved, as "
                f"that would overwrite it. Choose another display_name, or take it over with adopt={name}."
            )
        self._warn(
            f"The SMTP provider {live.id} is in {self._where} already and equals the program: it was taken for what an "
            "interrupted up left there, and taken over."
        )
        return replace(live, provider=wanted)


def _file(name: str) -> str:
    return f"Setup/Collaboration Providers/{name}.yaml"


def _mapping(answer: Answer, resource: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever was answered
    if not isinstance(resource, dict):
        raise answer.unclear()
    return resource

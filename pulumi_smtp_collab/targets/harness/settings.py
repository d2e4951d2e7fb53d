"""Which target, endpoint, account and key are meant: by the resource, the environment and the stack's configuration.

The resource's ``target`` argument wins over the environment, the environment over the stack's configuration. Nothing is
asked of any server; every fault names the variable, configuration key or argument that it is about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

from pulumi_smtp_collab.model.credentials import normalise_certificates
from pulumi_smtp_collab.model.encrypted_text import SecretReference
from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.model.likely import likely
from pulumi_smtp_collab.model.partial_validation import UNKNOWN, Fault
from pulumi_smtp_collab.model.target import SavedIn, TargetArguments
from pulumi_smtp_collab.model.wire_names import python_name
from pulumi_smtp_collab.targets.harness.api_keys import ApiKey, Generation, key_fault, told_by
from pulumi_smtp_collab.targets.harness.endpoints import SAAS, BadEndpointError, normalise_endpoint_url, shown_host
from pulumi_smtp_collab.targets.harness.untrusted import visible

Kind: TypeAlias = Literal["state", "harness", "harness-firstgen"]
"""The targets."""

TARGET = "smtp-collab:target"
ENDPOINT = "smtp-collab:harnessEndpoint"
ACCOUNT = "smtp-collab:harnessAccountId"
API_KEY = "smtp-collab:harnessApiKey"
CA_CERTIFICATES = "smtp-collab:harnessCaCertificates"

ENDPOINT_VARIABLE = "HARNESS_ENDPOINT"
ACCOUNT_VARIABLE = "HARNESS_ACCOUNT_ID"
KEY_VARIABLES: Mapping[Generation, str] = {"harness": "HARNESS_PLATFORM_API_KEY", "harness-firstgen": "HARNESS_API_KEY"}
"""The environment variables that Harness's users know from its Terraform provider."""

_ARGUMENTS = ("kind", "endpoint", "account_id", "api_key_env", "api_key_config")
_ACCOUNT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_CONFIG_NAME = re.compile(r"(?:[A-Za-z0-9_.-]{1,100}:)?[A-Za-z0-9_.-]{1,100}")


@dataclass(frozen=True, slots=True)
class HarnessAccess:
    """An account of Harness, and the key to it.

    Attributes:
        generation: Which of Harness's APIs is used: harness (NextGen) or harness-firstgen.
        endpoint: The base URL, without a slash at its end.
        account_id: The account.
        key: The API key.
        ca_certificates: PEM text of CAs that are trusted for the endpoint in addition to the system's.
    """

    generation: Generation
    endpoint: str
    account_id: str
    key: ApiKey
    ca_certificates: str | None = None

    @property
    def host(self) -> str:
        """The endpoint's host, as messages show it."""
        return shown_host(self.endpoint)

    @property
    def saved_in(self) -> SavedIn:
        """What is recorded with whatever is saved; never the key."""
        return SavedIn(target=self.generation, endpoint=self.endpoint, account_id=self.account_id)

    def is_recorded(self, saved_in: SavedIn | SecretReference) -> bool:
        """Return whether what is recorded of a place names this account of this Harness."""
        recorded = (saved_in.target, saved_in.endpoint, saved_in.account_id)
        return recorded == (self.generation, self.endpoint, self.account_id)


@dataclass(frozen=True, slots=True)
class TargetChoice:
    """Which target is meant.

    Attributes:
        kind: The target; None where it is not known yet, or wrong.
        access: The account and its key; None for the state target, and where something is unknown or wrong.
        faults: What is wrong or missing, by name.
    """

    kind: Kind | None
    access: HarnessAccess | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetSettings:
    """What the stack's configuration and the environment say of targets.

    Attributes:
        config: Gives the value of a key of the stack's configuration, None where it is not set.
        environment: The environment's variables.
    """

    config: Callable[[str], Any] = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)

    def choose(self, given: Mapping[str, Any] | TargetArguments | None = None) -> TargetChoice:
        """Find out which target is meant, and every fault at once.

        Args:
            given: The resource's ``target`` argument, or its parts by Python or wire name, some of them ``UNKNOWN``:
                kind, endpoint, account_id and, of the key, the *name* of an environment variable (api_key_env) or of a
                configuration key (api_key_config).
        """
        arguments = _by_name(given)
        unknown = sorted(set(arguments) - set(_ARGUMENTS))
        faults = [_fault(f"target.{name}", f"is not an argument{likely(name, _ARGUMENTS)}") for name in unknown]
        source, kind = _first(("target.kind", arguments.get("kind")), (TARGET, self.config(TARGET)))
        kind = "state" if source is None else kind
        if kind is UNKNOWN:
            return TargetChoice(None, None, tuple(faults))
        if kind not in get_args(Kind):
            faults.append(_fault(str(source), f"must be one of {', '.join(get_args(Kind))}", kind))
            return TargetChoice(None, None, tuple(faults))
        if kind == "state":
            faults += [
                _fault(f"target.{name}", "has no meaning for the target state")
                for name in sorted(set(arguments) & set(_ARGUMENTS) - {"kind"})
            ]
            return TargetChoice("state", None, tuple(faults))
        access = self._access("harness" if kind == "harness" else "harness-firstgen", arguments, faults)
        return TargetChoice(kind, None if faults else access, tuple(faults))  # type: ignore[arg-type]

    def for_recorded(self, recorded: SavedIn, given: TargetArguments | None = None) -> HarnessAccess:
        """Return the way to where something is saved already: its endpoint and account, and a key for that account.

        Args:
            recorded: What `HarnessAccess.saved_in` gave when it was saved.
            given: The ``target`` argument that it was saved with.

        Raises:
            TargetError: There is no key, or the only keys there are belong to other accounts.
        """
        generation: Generation = "harness-firstgen" if recorded.target == "harness-firstgen" else "harness"
        account, endpoint = recorded.account_id or "", recorded.endpoint or ""
        where = f"It is saved in the account {visible(account)} of {visible(shown_host(endpoint))}"
        arguments = _by_name(given)
        faults: list[Fault] = []
        certificates = self._certificates(faults)
        try:
            endpoint = normalise_endpoint_url(endpoint)
        except BadEndpointError as error:
            raise TargetError(f"{where}: the recorded endpoint {error}.") from None
        keys = [
            key
            for key in self._keys(generation, arguments, faults)
            if not key_fault(key.value, generation) and _ACCOUNT_ID.fullmatch(account)
        ]
        fitting = [key for key in keys if key.account_id == account] or [key for key in keys if key.account_id is None]
        if fitting:
            return HarnessAccess(generation, endpoint, account, fitting[0], certificates)
        wanted = f"set {KEY_VARIABLES[generation]}, or {API_KEY} in the stack's configuration, to a key of that account"
        if keys:
            others = ", ".join(f"{key.source} (of the account {key.account_id})" for key in keys)
            text = f"{where}, and there are only keys of other accounts: {others}. Nothing was asked of it; {wanted}."
            raise TargetError(text)
        reasons = "".join(f" {fault.argument}: {fault.rule}." for fault in faults)
        raise TargetError(f"{where}, and there is no API key for it: {wanted}.{reasons}")

    def _access(
        self, generation: Generation, arguments: Mapping[str, Any], faults: list[Fault]
    ) -> HarnessAccess | None:
        before = len(faults)
        endpoint = self._endpoint(arguments, faults)
        certificates = self._certificates(faults)
        account_source, account = self._account(arguments, faults)
        if any(arguments.get(name) is UNKNOWN for name in ("api_key_env", "api_key_config")):
            return None
        found: list[Fault] = []
        key = next(self._keys(generation, arguments, found), None)
        if key is None and not found:
            text = f"is missing: the target {generation} needs an API key; or set {API_KEY} as a secret of the stack"
            found.append(_fault(KEY_VARIABLES[generation], text))
        faults += found
        if key is not None and not found:
            faults += _key_faults(key, generation, account)
        if account_source is None:
            told = f" (by its key: {key.account_id})" if key and key.account_id else ""
            text = f"is missing: the target {generation} needs the account's id{told}; or set {ACCOUNT} in the stack"
            faults.append(_fault(ACCOUNT_VARIABLE, text))
        if key is None or len(faults) > before or UNKNOWN in (endpoint, account):
            return None
        return HarnessAccess(generation, endpoint, account, key, certificates)

    def _endpoint(self, arguments: Mapping[str, Any], faults: list[Fault]) -> Any:  # noqa: ANN401 - or UNKNOWN
        source, value = _first(
            ("target.endpoint", arguments.get("endpoint")),
            (ENDPOINT_VARIABLE, self.environment.get(ENDPOINT_VARIABLE)),
            (ENDPOINT, self.config(ENDPOINT)),
        )
        if source is None or value is UNKNOWN:
            return SAAS if source is None else UNKNOWN
        try:
            return normalise_endpoint_url(str(value))
        except BadEndpointError as error:
            faults.append(_fault(source, str(error)))
            return None

    def _account(self, arguments: Mapping[str, Any], faults: list[Fault]) -> tuple[str | None, Any]:
        source, value = _first(
            ("target.account_id", arguments.get("account_id")),
            (ACCOUNT_VARIABLE, self.environment.get(ACCOUNT_VARIABLE)),
            (ACCOUNT, self.config(ACCOUNT)),
        )
        if source is None or value is UNKNOWN:
            return source, value
        if told_by(str(value)) is not None or not _ACCOUNT_ID.fullmatch(str(value)):
            # The value is not shown: a key may have been given by mistake.
            faults.append(_fault(source, "must be an account's id: letters, digits, _ and -, 64 at most"))
            return source, None
        return source, str(value)

    def _certificates(self, faults: list[Fault]) -> str | None:
        text = self.config(CA_CERTIFICATES)
        if text is None:
            return None
        try:
            return normalise_certificates(str(text))
        except Exception as error:  # noqa: BLE001 - a broken rule, whose text shows nothing of the value
            faults.append(_fault(CA_CERTIFICATES, str(error)))
            return None

    def _keys(self, generation: Generation, arguments: Mapping[str, Any], faults: list[Fault]) -> Iterator[ApiKey]:
        """Return the keys there are, the one that is meant first; a name that leads to none is a fault."""
        named = [name for name in ("api_key_env", "api_key_config") if arguments.get(name) is not None]
        if len(named) > 1:
            faults.append(_fault("target.api_key_env", "and target.api_key_config exclude each other"))
            return
        for name in named:
            key = self._named_key(name, arguments[name], faults)
            if key is not None:
                yield key
        variable = KEY_VARIABLES[generation]
        if self.environment.get(variable):
            yield ApiKey(self.environment[variable], f"the environment variable {variable}", from_config=False)
        if self.config(API_KEY):
            yield ApiKey(str(self.config(API_KEY)), f"the stack's configuration key {API_KEY}", from_config=True)

    def _named_key(self, argument: str, name: object, faults: list[Fault]) -> ApiKey | None:
        in_config = argument == "api_key_config"
        what = "key of the stack's configuration" if in_config else "environment variable"
        text, pattern = str(name), _CONFIG_NAME if in_config else _VARIABLE_NAME
        if told_by(text) is not None or not pattern.fullmatch(text):
            article = "a" if in_config else "an"
            faults.append(_fault(f"target.{argument}", f"must be the name of {article} {what}, never a key"))
            return None
        if in_config and ":" not in text:
            text = f"smtp-collab:{text}"
        value = self.config(text) if in_config else self.environment.get(text)
        if not value:
            faults.append(_fault(f"target.{argument}", f"names the {what} {text}, which is not set"))
            return None
        source = f"the stack's configuration key {text}" if in_config else f"the environment variable {text}"
        return ApiKey(str(value), source, from_config=in_config)


def _by_name(given: Mapping[str, Any] | TargetArguments | None) -> dict[str, Any]:
    """Return what is given of the argument ``target``, by Python name."""
    parts = vars(given) if isinstance(given, TargetArguments) else given or {}
    return {python_name(name): value for name, value in parts.items() if value is not None}


def _key_faults(key: ApiKey, generation: Generation, account: object) -> Iterator[Fault]:
    wrong = key_fault(key.value, generation)
    if wrong:
        yield _fault(key.source, wrong)
    elif isinstance(account, str) and key.account_id not in {None, account}:
        yield _fault(key.source, f"holds a key of the account {key.account_id}, and the account is {account}")


def _first(*sources: tuple[str, Any]) -> tuple[str | None, Any]:
    """Return the first source that says something, and what it says; an empty variable says nothing."""
    return next(((name, value) for name, value in sources if value is not None and value != ""), (None, None))


def _fault(argument: str, rule: str, value: object = None) -> Fault:
    return Fault(argument, rule if value is None else f"{rule}: {visible(repr(value), 80)}", rule)

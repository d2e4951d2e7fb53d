"""The targets of a stack: the state by default, Harness where the stack or the resource says so."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pulumi_smtp_collab.model.partial_validation import UNKNOWN, Fault
from pulumi_smtp_collab.model.record import IN_THE_STATE
from pulumi_smtp_collab.model.target import SavedIn, TargetArguments
from pulumi_smtp_collab.targets.interface import Choice, SecretStore, StoreChoice, Target
from pulumi_smtp_collab.targets.state import StateTarget
from pulumi_smtp_collab.targets.state_secrets import StateSecrets

if TYPE_CHECKING:
    from pulumi_smtp_collab.targets.harness.settings import HarnessAccess, TargetSettings

_TARGET_KEY = "smtp-collab:target"
_Opened = TypeVar("_Opened")


@dataclass(frozen=True, slots=True)
class StackTargets:
    """The targets that one stack can save in. Nothing of Harness is loaded before it is asked for.

    Attributes:
        config: Gives the value of a key of the stack's configuration, None where it is not set.
        environment: The environment's variables.
        warn: Takes a warning for the user.
    """

    config: Callable[[str], Any] = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)
    warn: Callable[[str], None] = field(repr=False)
    _opened: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def choose(self, given: Any) -> Choice:  # noqa: ANN401 - the argument as it is given, or UNKNOWN
        """Find the target by the resource's ``target`` argument, the environment and the stack's configuration."""
        way = self._way(given)
        if way.access is not None:
            return Choice(self._target(way.access), place=way.access.saved_in)
        if way.is_state:
            return Choice(StateTarget(), way.faults, IN_THE_STATE)
        return Choice(None, way.faults)

    def choose_store(self, given: Any) -> StoreChoice:  # noqa: ANN401 - the argument as it is given, or UNKNOWN
        """Find where an Encrypted Text is kept, by the same rules."""
        way = self._way(given)
        if way.access is not None:
            return StoreChoice(self._store(way.access))
        return StoreChoice(StateSecrets() if way.is_state else None, way.faults)

    def recorded(self, saved_in: SavedIn, target: TargetArguments | None) -> Target:
        """Return the target that a provider is saved in already.

        Raises:
            TargetError: It is saved in Harness, and the stack has no key for that account.
        """
        if saved_in.target == "state":
            return StateTarget()
        return self._target(self._settings().for_recorded(saved_in, target))

    def recorded_store(self, saved_in: SavedIn, target: TargetArguments | None) -> SecretStore:
        """Return the store that an Encrypted Text is kept in already.

        Raises:
            TargetError: It is kept in Harness, and the stack has no key for that account.
        """
        if saved_in.target == "state":
            return StateSecrets()
        return self._store(self._settings().for_recorded(saved_in, target))

    def _way(self, given: Any) -> _Way:  # noqa: ANN401 - the argument as it is given, or UNKNOWN
        if given is UNKNOWN:
            return _Way()
        if given is None and self.config(_TARGET_KEY) in {None, "", "state"}:
            return _Way(is_state=True)
        found = self._settings().choose(given if isinstance(given, (Mapping, TargetArguments)) else None)
        return _Way(found.kind == "state" and not found.faults, found.access, found.faults)

    def _settings(self) -> TargetSettings:
        from pulumi_smtp_collab.targets.harness.settings import TargetSettings  # noqa: PLC0415 - for Harness alone

        return TargetSettings(self.config, self.environment)

    def _target(self, access: HarnessAccess) -> Target:
        # One way to an account: its connections are kept and used again.
        if access.generation == "harness":
            from pulumi_smtp_collab.targets.harness.nextgen_providers import NextGenProviders  # noqa: PLC0415

            return self._once("target", access, NextGenProviders.at)
        from pulumi_smtp_collab.targets.harness.firstgen_providers import FirstGenProviders  # noqa: PLC0415

        return self._once("target", access, FirstGenProviders.at)

    def _store(self, access: HarnessAccess) -> SecretStore:
        if access.generation == "harness":
            from pulumi_smtp_collab.targets.harness.nextgen_texts import NextGenTexts  # noqa: PLC0415

            return self._once("store", access, NextGenTexts.at)
        from pulumi_smtp_collab.targets.harness.firstgen_texts import FirstGenTexts  # noqa: PLC0415

        return self._once("store", access, FirstGenTexts.at)

    def _once(
        self, what: str, access: HarnessAccess, open_it: Callable[[HarnessAccess, Callable[[str], None]], _Opened]
    ) -> _Opened:
        key = (what, access.generation, access.endpoint, access.account_id, access.key.value, access.ca_certificates)
        if key not in self._opened:
            self._opened.setdefault(key, open_it(access, self.warn))
        opened: _Opened = self._opened[key]
        return opened


@dataclass(frozen=True, slots=True)
class _Way:
    """Where something is to be saved: the state, an account of Harness, or neither is clear yet."""

    is_state: bool = False
    access: HarnessAccess | None = None
    faults: tuple[Fault, ...] = ()

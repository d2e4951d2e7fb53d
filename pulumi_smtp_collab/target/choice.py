"""The targets of a stack: the state by default, Harness where the stack or the resource says so."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pulumi_smtp_collab.model.examination import UNKNOWN
from pulumi_smtp_collab.target.interface import Choice, Target
from pulumi_smtp_collab.target.state import SAVED_IN, StateTarget, place

if TYPE_CHECKING:
    from pulumi_smtp_collab.target.harness.settings import HarnessAccess, TargetSettings

_TARGET_KEY = "smtp-collab:target"


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
    _opened: dict[Hashable, Target] = field(default_factory=dict, repr=False)

    def choose(self, given: Any) -> Choice:  # noqa: ANN401 - the argument as it is given, or UNKNOWN
        """Finds the target by the resource's ``target`` argument, the environment and the stack's configuration."""
        if given is UNKNOWN:
            return Choice(None)
        if given is None and self.config(_TARGET_KEY) in {None, "", "state"}:
            return Choice(StateTarget())
        found = self._settings().choose(given if isinstance(given, Mapping) else None)
        if found.kind == "state" and not found.faults:
            return Choice(StateTarget())
        return Choice(self._harness(found.access) if found.access is not None else None, found.faults)

    def recorded(self, saved: Mapping[str, Any]) -> Target:
        """Gives the target that a provider is saved in already.

        Raises:
            TargetError: It is saved in Harness, and the stack has no key for that account.
        """
        if place(saved) == "state":
            return StateTarget()
        given = saved.get("target")
        return self._harness(
            self._settings().for_recorded(saved[SAVED_IN], given if isinstance(given, Mapping) else None)
        )

    def _settings(self) -> TargetSettings:
        from pulumi_smtp_collab.target.harness.settings import TargetSettings  # noqa: PLC0415 - for Harness alone

        return TargetSettings(self.config, self.environment)

    def _harness(self, access: HarnessAccess) -> Target:
        # One way to an account: its connections are kept and used again.
        place = (access.generation, access.endpoint, access.account_id, access.key.value, access.ca_certificates)
        return self._opened.setdefault(place, self._opened.get(place) or self._open(access))

    def _open(self, access: HarnessAccess) -> Target:
        if access.generation == "harness":
            from pulumi_smtp_collab.target.harness.nextgen_providers import NextGenProviders  # noqa: PLC0415

            return NextGenProviders.at(access, self.warn)
        from pulumi_smtp_collab.target.harness.firstgen_providers import FirstGenProviders  # noqa: PLC0415

        return FirstGenProviders.at(access, self.warn)

"""Servers that would hold, drown, drop or deceive a client, each with what has to be found of it."""

from __future__ import annotations

from hostile_cases.case import LOGIN, PASSWORD, USERNAME, Case
from hostile_cases.dropping import DROPPING
from hostile_cases.endless import ENDLESS
from hostile_cases.logins import LOGINS
from hostile_cases.out_of_turn import OUT_OF_TURN
from hostile_cases.slow import SILENT, SLOW

CASES = SLOW + SILENT + ENDLESS + DROPPING + OUT_OF_TURN + LOGINS

__all__ = ["CASES", "LOGIN", "PASSWORD", "USERNAME", "Case"]

"""Warns of pairs of settings that are seldom meant: in preview, at the resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from pulumi_smtp_collab.model.unusual_settings import LOOKED_AT, unusual_pairs


def warn(resource: pulumi.Resource, given: Mapping[str, Any]) -> None:
    """Warn of unlikely pairs at the resource, as soon as all that they depend on is known."""
    settings = {name: given[name] for name in LOOKED_AT if given.get(name) is not None}
    if not settings.keys() - {"port"}:
        return

    def tell(known: Mapping[str, Any]) -> None:
        for warning in unusual_pairs(known):
            pulumi.log.warn(warning, resource=resource)

    if all(isinstance(value, (bool, int, float, str)) for value in settings.values()):
        tell(settings)
    else:
        pulumi.Output.all(**settings).apply(tell)

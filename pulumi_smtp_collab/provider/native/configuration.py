"""The plugin's configuration: the stack's ``smtp-collab:…`` keys, or the settings of an explicit provider."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from pulumi_smtp_collab.lifecycle.setting_names import NAMESPACE, SETTINGS
from pulumi_smtp_collab.lifecycle.stack_settings import StackSettings
from pulumi_smtp_collab.model.partial_validation import UNKNOWN
from pulumi_smtp_collab.provider.wire_values import Secret, plain
from pulumi_smtp_collab.targets import StackTargets

SECRET_SETTINGS = frozenset({"harnessApiKey"})
_OF_THE_ENGINE = frozenset({"version", "pluginDownloadURL", "pluginChecksums", "parameterization"})


def settings(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration by keys with their namespace; what is not known yet, and the engine's own, left out.

    Args:
        values: What the engine sent of this provider. After a move from the dynamic resource it may hold what is not
            ours, by names that begin with two underscores.
    """
    known = {name: _text(plain(value)) for name, value in values.items() if _is_ours(name)}
    return {f"{NAMESPACE}:{name}": value for name, value in known.items() if value is not None and value is not UNKNOWN}


def marked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with what is always secret among them marked, as they are saved as the provider's inputs."""
    return {
        name: Secret(value) if name in SECRET_SETTINGS and not isinstance(value, Secret) else value
        for name, value in values.items()
    }


def faults(values: Mapping[str, Any], environment: Mapping[str, str]) -> Iterator[str]:
    """Return what is wrong with the configuration, a sentence each, without a value that may be secret."""
    config = settings(values)
    yield from (f"{fault.argument}: {fault.rule}" for fault in StackSettings.read(config, environment).faults)
    if any(plain(value) is UNKNOWN for value in values.values()):
        return  # what goes together is not all known yet
    choice = StackTargets(config.get, environment, lambda _: None).choose(None)
    yield from (f"{fault.argument}: {fault.rule}" for fault in choice.faults)


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the names of our settings that differ. It never fails, whatever an old state holds."""
    return [name for name in SETTINGS if _text(plain(before.get(name))) != _text(plain(after.get(name)))]


def _is_ours(name: str) -> bool:
    return name not in _OF_THE_ENGINE and not name.startswith("__") and ":" not in name


def _text(value: Any) -> Any:  # noqa: ANN401 - whatever a configuration holds
    """Return a setting as a stack's configuration holds it: text, a boolean as true or false."""
    if isinstance(value, (bool, list, dict)):
        return json.dumps(value, default=str)
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, str) and value[:1] == value[-1:] == '"':
        with suppress(ValueError):
            return json.loads(value)
    return value

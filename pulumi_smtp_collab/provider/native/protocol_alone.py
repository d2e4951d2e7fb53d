"""Loads the engine's protocol without the SDK around it."""

from __future__ import annotations

import importlib.util
import sys


def load_protocol_alone() -> None:
    """Let ``pulumi.runtime.proto`` be imported without the SDK around it.

    The plugin speaks the engine's protocol and declares nothing. The SDK, with the Automation API and telemetry, takes
    a good part of the plugin's start, and the engine starts one plugin for each provider. Its packages stay empty here,
    so that only what is imported by its full name is loaded.
    """
    for name in ("pulumi", "pulumi.runtime", "pulumi.runtime.proto"):
        spec = None if name in sys.modules else importlib.util.find_spec(name)
        if spec is not None:
            sys.modules[name] = importlib.util.module_from_spec(spec)

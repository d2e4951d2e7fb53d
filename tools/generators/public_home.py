"""Where the project lives in public: the one place that says so. Empty: nowhere yet, and then no release is made."""

from __future__ import annotations

REPOSITORY = ""
"""The repository's URL without a slash at its end; its releases hold the plugin's archives."""

PUBLISHER = ""
"""Who publishes the package, as the registry shows it."""


def missing() -> list[str]:
    """Return what has to be filled in before a release."""
    return [name for name, value in (("REPOSITORY", REPOSITORY), ("PUBLISHER", PUBLISHER)) if not value]

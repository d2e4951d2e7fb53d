"""Where processes of one user leave each other what lasts for minutes: a folder of ours in the user's cache."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def user_cache() -> Path | None:
    """Return our folder in the user's cache (``XDG_CACHE_HOME``, else what the system uses).

    Returns:
        The folder, which need not be there yet; None for a user without a home folder, as in some containers, and
        where the home folder is a relative path: that would be another place for each working folder.
    """
    try:
        folder = platformdirs.user_cache_path("pulumi-smtp-collab", appauthor=False)
    except RuntimeError:
        return None
    return folder if folder.is_absolute() else None

"""The command ``smtp-collab``: the connectivity test, the fleet and mail, from a terminal or a pipeline."""

from __future__ import annotations

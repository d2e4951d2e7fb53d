"""The commands, each a module with a ``command``; what takes time to load, each loads when it runs."""

from __future__ import annotations

"""The connectivity test of an SMTP server, of use without Pulumi: a function, and a report that says what to do."""

from __future__ import annotations

from pulumi_smtp_collab.connectivity.gentle import forget_failures
from pulumi_smtp_collab.connectivity.run import run_connectivity_test

__all__ = ["forget_failures", "run_connectivity_test"]

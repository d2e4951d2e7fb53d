"""The connectivity test of an SMTP server, of use without Pulumi: a function, and a report that says what to do."""

from __future__ import annotations

from pulumi_smtp_collab.connectivity.run import run_connectivity_test
from pulumi_smtp_collab.connectivity.sending import send_mail
from pulumi_smtp_collab.connectivity.server_gate import forget_failures

__all__ = ["forget_failures", "run_connectivity_test", "send_mail"]

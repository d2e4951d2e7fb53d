"""Runs programs on the real Pulumi engine, on file backends in temporary folders, by the CLI or in process."""

from __future__ import annotations

from pulumi_stack.canary import Leak, search, secret_forms
from pulumi_stack.inline import InlineResult, inline_up
from pulumi_stack.session import PulumiSession
from pulumi_stack.stack import Result, Stack

__all__ = ["InlineResult", "Leak", "PulumiSession", "Result", "Stack", "inline_up", "search", "secret_forms"]

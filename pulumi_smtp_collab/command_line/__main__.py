"""`python -m pulumi_smtp_collab.command_line` is `smtp-collab` where the scripts' folder is not on PATH."""

from __future__ import annotations

from pulumi_smtp_collab.command_line.entry import main

main()

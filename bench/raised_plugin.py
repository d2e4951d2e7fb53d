"""The native plugin with the limit of tests at once for one host, port and user raised, as the bench runs it."""

from __future__ import annotations

from pulumi_smtp_collab.connectivity.server_gate import set_tests_at_once
from pulumi_smtp_collab.provider.native.server import main

if __name__ == "__main__":
    set_tests_at_once(1000)
    main()

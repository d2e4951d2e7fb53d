"""The program ``pulumi-resource-smtp-collab``: started by the engine, which reads the port from standard output."""

from __future__ import annotations

import os
import sys

from pulumi_smtp_collab._version import __version__

_USAGE = (
    f"pulumi-resource-smtp-collab {__version__}: a plugin that Pulumi starts. Install it with\n"
    f"  pulumi plugin install resource smtp-collab {__version__} --file <archive>\n"
    "or name its folder in Pulumi.yaml (plugins: providers: - name: smtp-collab, path: …)."
)


def main() -> int:
    """Serve until the engine has no more use for it; return the exit code."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-v"]):
        print(__version__)  # noqa: T201 - what was asked for
        return 0
    if arguments in (["--help"], ["-h"]):
        print(_USAGE)  # noqa: T201 - what was asked for
        return 0
    _serve(next((argument for argument in arguments if not argument.startswith("-")), ""))
    # A save that is under way can't be ended from here, and nobody is left to record it.
    sys.stdout.flush()
    os._exit(0)


def _serve(engine: str) -> None:
    # Loaded only now: what the program says of itself needs none of it.
    import asyncio  # noqa: PLC0415

    from pulumi_smtp_collab.provider.native.protocol_alone import load_protocol_alone  # noqa: PLC0415

    load_protocol_alone()
    from pulumi_smtp_collab.provider.native.serving import serve  # noqa: PLC0415

    asyncio.run(serve(engine))


if __name__ == "__main__":
    sys.exit(main())

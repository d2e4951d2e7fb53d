"""What the self-contained program runs: the plugin, with this system's CAs found first."""

from __future__ import annotations

import os
import ssl
import sys
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Final

SYSTEM_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora, Red Hat, Amazon
    "/etc/pki/tls/certs/ca-bundle.crt",  # the same, older
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # macOS, BSD
)
"""Where systems keep the CAs that they trust, in one file."""


def trust_the_system(environment: MutableMapping[str, str], bundles: Sequence[str] = SYSTEM_BUNDLES) -> None:
    """Let OpenSSL find the CAs of this system, where it brings its own OpenSSL along.

    A self-contained program has the paths of the system that it was built on, and another one keeps its CAs elsewhere:
    nothing would be trusted. What the user's environment says wins.

    Args:
        environment: The environment's variables; OpenSSL's own are set.
        bundles: Where to look, best first.
    """
    paths = ssl.get_default_verify_paths()
    if paths.openssl_cafile_env in environment or paths.openssl_capath_env in environment:
        return
    if Path(paths.openssl_cafile).is_file() or any(Path(paths.openssl_capath).glob("*.0")):
        return
    found = next((each for each in bundles if Path(each).is_file()), None)
    if found is not None:
        environment[paths.openssl_cafile_env] = found


if __name__ == "__main__":
    trust_the_system(os.environ)
    from pulumi_smtp_collab.provider.native.server import main

    sys.exit(main())

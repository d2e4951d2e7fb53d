"""Postfix at the far end of the bench: what the round trips are against the mail server that many have.

``far_postfix.py --bind ADDRESS --name NAME…`` prints what ``far_server.py`` prints, less the greeting without end, and
serves until its standard input ends. It takes root, and Postfix with Cyrus SASL installed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from shutil import which

from far_server import PASSWORD, USERNAME

_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


def reason_against() -> str | None:
    """Return why Postfix can't be run here, as a clause; nothing where it can."""
    if os.geteuid() != 0:
        return "it has to be started as root"
    missing = [program for program in ("postfix", "saslpasswd2") if which(program, path=_PATH) is None]
    return f"{' and '.join(missing)} not installed" if missing else None


def main() -> None:
    """Serve as the arguments say."""
    from mailservers.authority import Authority  # noqa: PLC0415 (run.py puts it on the path of its programs)
    from mailservers.postfix import Postfix  # noqa: PLC0415

    parser = argparse.ArgumentParser(description="Postfix at the far end of the bench.")
    parser.add_argument("--bind", required=True)
    parser.add_argument("--name", action="append", required=True, help="a name or address for the certificate")
    arguments = parser.parse_args()
    authority = Authority()
    postfix = Postfix(
        authority,
        names=arguments.name,
        credentials={USERNAME: PASSWORD},
        mechanisms=["PLAIN"],
    )
    postfix.host = arguments.bind
    with postfix:
        ports = {
            "plain": postfix.port_plain,
            "starttls": postfix.port_submission,
            "implicit": postfix.port_implicit,
        }
        print(json.dumps({"ports": ports, "ca_file": str(authority.pem_path)}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()

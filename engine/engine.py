"""Finds a Pulumi engine with its hosts, or gets one: PATH, the official installer, a build from Go modules.

    python engine/engine.py               find or get one; says which, and why no other
    python engine/engine.py --print-bin   the same, printing only what to put first on PATH
    python engine/engine.py --clean       remove what earlier runs fetched or built

PULUMI_SMTP_COLLAB_ENGINE may name a folder with the programs: then that one is used or the run fails.
The host of YAML programs is built where the engine has none; without it everything else works.
Needs Python 3.10 or later and nothing else.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import go_build
import official_installer
from cache_folder import cache_folder, locked, place, remove_engines, saved_engine, scratch_folder
from programs import Engine, UnavailableError, engine_in, engine_on_path, pinned_version
from yaml_host import remove_hosts, with_yaml_host

VARIABLE = "PULUMI_SMTP_COLLAB_ENGINE"
Say = Callable[[str], None]


def find(say: Say) -> Engine:
    """The engine to use.

    Raises:
        UnavailableError: none was found and none could be got; the message names all the ways and why each failed.
    """
    if named := os.environ.get(VARIABLE):
        try:
            return engine_in([Path(named).absolute()], f"{VARIABLE}")
        except UnavailableError as error:
            msg = f"{VARIABLE} names {named}, but {error}"
            raise UnavailableError(msg) from None
    try:
        return engine_on_path()
    except UnavailableError as error:
        passed_over = (f"PATH: {error}",)
    version = pinned_version()
    try:
        saved = saved_engine(version)
    except UnavailableError:
        return get(version, passed_over, say)
    return replace(saved, passed_over=(*passed_over, *saved.passed_over))


def get(version: str, passed_over: tuple[str, ...], say: Say) -> Engine:
    """Install or build an engine into the cache, unless another run has just done so.

    Raises:
        UnavailableError: neither the installer nor a build worked.
    """
    with locked(say):
        try:
            saved = saved_engine(version)
        except UnavailableError:
            pass
        else:
            return replace(saved, passed_over=(*passed_over, *saved.passed_over))
        reasons: list[str] = []
        for way, attempt in (("The official installer", official_installer.install), ("A build", go_build.build)):
            with scratch_folder() as scratch:
                try:
                    engine = attempt(scratch / "engine", scratch, version, say)
                except UnavailableError as error:
                    reasons.append(f"{way}: {error}")
                    say(f"Not possible: {reasons[-1]}")
                    continue
                placed = place(scratch / "engine", version, replace(engine, passed_over=tuple(reasons)))
                return replace(placed, passed_over=(*passed_over, *reasons))
    raise UnavailableError(no_way([*passed_over, *reasons]))


def no_way(reasons: list[str]) -> str:
    """The message when no way is open."""
    listed = "\n".join(f"{number}. {reason}" for number, reason in enumerate(reasons, 1))
    return (
        f"No Pulumi engine could be found or got. There are three ways:\n{listed}\n"
        "Open one of them: install Pulumi (https://www.pulumi.com/docs/install/) so that `pulumi` is on PATH, "
        "let this machine reach get.pulumi.com, or install Go for a build. "
        f"Or name a folder that has the programs in {VARIABLE}."
    )


def describe(engine: Engine) -> str:
    """What was found, where and how, why the ways before it were passed over, and what it lacks."""
    lines = [f"Pulumi {engine.version} in {engine.path}", f"Taken from: {engine.way}."]
    lines += [f"Passed over: {reason}" for reason in engine.passed_over]
    return "\n".join([*lines, *(f"It lacks {reason}" for reason in engine.lacks)])


def ended(_signal: int, _frame: object) -> NoReturn:
    """Make an ordinary end of a termination, so that the scratch folder is removed and what was started is ended."""
    sys.exit(143)


def main() -> int:
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(description="Finds a Pulumi engine, or gets one.")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--print-bin", action="store_true", help="print only what to put first on PATH")
    choice.add_argument("--clean", action="store_true", help=f"remove what was put into {cache_folder()}")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, ended)

    def say(message: str) -> None:
        print(message, file=sys.stderr if arguments.print_bin else sys.stdout, flush=True)

    try:
        if arguments.clean:
            remove_engines(say, remove_hosts)
            return 0
        engine = with_yaml_host(find(say), say)
    except UnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{cache_folder()}, where the engine is kept, cannot be used: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(engine.path if arguments.print_bin else describe(engine))
    return 0


if __name__ == "__main__":
    sys.exit(main())

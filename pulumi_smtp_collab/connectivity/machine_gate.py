"""What the tests of all processes of a user know of each other: by locks, and a few facts, in the user's cache folder.

No secret is in the folder: names are keyed hashes, a refused password is a salted PBKDF2 digest for half an hour, and
what the server said is as safe to show as in a report. Where the folder can't be used, each process goes by itself.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
import json
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from pulumi_smtp_collab.connectivity.user_cache import user_cache

try:
    import fcntl
except ImportError:  # a system without flock: each process goes by itself
    fcntl = None  # type: ignore[assignment]

_TRY_AGAIN_SECONDS = 0.05
_MOST_TRIES = 12_000
"""Ten minutes, twice what a test may last: a process that was stopped holds nobody up for ever."""

_KEY_BYTES = 32
_ROUNDS = 200_000  # some 50 ms, for a record alone; without the memory of scrypt


@dataclass(frozen=True, slots=True)
class RefusedLogin:
    """A login that a test of another process has seen refused for good.

    Attributes:
        at: When, in seconds since the epoch.
        settle_seconds: How long that test had let new credentials settle.
        label: What it tested; may be empty.
        command: The command that the server answered.
        code: The code of its reply.
        lines: The lines of its reply, safe to show.
    """

    at: float
    settle_seconds: float
    label: str
    command: str
    code: int
    lines: tuple[str, ...]


class MachineGate:
    """The shared folder of one user. Every method does nothing, or finds nothing, where the folder can't be used.

    Args:
        folder: The folder, made when it is first needed; None where there is no such place.
        since: Refusals before this moment (in seconds since the epoch) are not known: a run that somebody starts after
            a repair tries again.
    """

    def __init__(self, folder: Path | None, since: float) -> None:
        self._folder = folder
        self._since = since

    @classmethod
    def of_user(cls) -> MachineGate:
        """Return the gate of this user, who knows what was refused while this process ran."""
        folder = user_cache()
        return cls(folder and folder / "gate", process_began())

    def forget(self) -> None:
        """Ignore what was refused until now, in this process alone."""
        self._since = time.time()

    @contextmanager
    def lock(self, name: str, places: int, wait: Callable[[float], None]) -> Iterator[bool]:
        """Hold one of so many places of a name for as long as what is inside takes.

        Args:
            name: What is to be held, of any length.
            places: How many processes and threads may hold it at once.
            wait: Waits for so many seconds between two tries; may raise to give up.

        Yields:
            Whether a place is held; False where the folder can't be used, or others hold it for longer than tests last.
        """
        held = self._hold_in_time(name, places, wait)
        try:
            yield held is not None
        finally:
            if held is not None:
                _release(*held)

    def remember(self, login: str, password: str, refused: RefusedLogin) -> None:
        """Let the tests of other processes know that a login was refused."""
        with suppress(OSError):
            salt = secrets.token_bytes(16)
            record = {**asdict(refused), "salt": salt.hex(), "digest": _digest(password, salt)}
            path = self._path("refused", login)
            handle, temporary = tempfile.mkstemp(dir=path.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(record, file)
            Path(temporary).replace(path)

    def refused(self, login: str, password: str, most_seconds: float) -> RefusedLogin | None:
        """Return how this login was refused in another process, since this one began and not too long ago."""
        try:
            path = self._path("refused", login)
            record = json.loads(path.read_text(encoding="utf-8"))
            at = float(record["at"])
            if not 0 <= time.time() - at < most_seconds:
                path.unlink(missing_ok=True)
                return None
            if at < self._since or not _is_of(password, record):
                return None
            return RefusedLogin(
                at,
                float(record["settle_seconds"]),
                str(record["label"]),
                str(record["command"]),
                int(record["code"]),
                tuple(str(line) for line in record["lines"]),
            )
        except (OSError, ValueError, KeyError, TypeError):  # nothing is there, or nothing that we wrote
            return None

    def _hold_in_time(self, name: str, places: int, wait: Callable[[float], None]) -> tuple[int, Path] | None:
        for _ in range(_MOST_TRIES):
            try:
                held = self._hold(name, places)
            except OSError:
                return None
            if held is not None:
                return held
            wait(_TRY_AGAIN_SECONDS)
        return None

    def _hold(self, name: str, places: int) -> tuple[int, Path] | None:
        """Hold the first place that is free: one with a lower limit counts what those with a higher one hold.

        Raises:
            OSError: The folder can't be used.
        """
        folder, key = self._place("held")
        for place in range(places):
            path = folder / _file_name(key, f"{place} {name}")
            handle = _locked(path)
            if handle is not None:
                return handle, path
        return None

    def _path(self, kind: str, name: str) -> Path:
        """Return the path for a name, in a folder that nobody else can read.

        Raises:
            OSError: The folder can't be made, or its key not be read.
        """
        folder, key = self._place(kind)
        return folder / _file_name(key, name)

    def _place(self, kind: str) -> tuple[Path, bytes]:
        if self._folder is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        folder = self._folder / kind
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder, _key(self._folder)


def _file_name(key: bytes, name: str) -> str:
    return hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:32]


def _key(folder: Path) -> bytes:
    path = folder / "key"
    with suppress(FileNotFoundError):
        return path.read_bytes()
    handle, temporary = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
    try:
        with suppress(FileExistsError):  # another process was first
            os.link(temporary, path)
    finally:
        Path(temporary).unlink()
    return path.read_bytes()


def process_began() -> float:
    """Return when this process began, in seconds since the epoch; this moment where the system does not tell."""
    try:
        fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks = int(fields[19])  # proc(5): starttime, the 22nd field, two of which stand before the bracket
        age = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        age = 0.0
    return time.time() - max(0.0, age)


def _locked(path: Path) -> int | None:
    """Return a handle that holds the lock of a path; None where another one holds it.

    Raises:
        OSError: There are no locks here.
    """
    if fcntl is None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))
    while True:
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        except OSError:  # a file system without locks
            os.close(handle)
            raise
        # Who held it before has removed the file meanwhile: the lock would be on one that nobody else finds.
        with suppress(FileNotFoundError):
            if os.fstat(handle).st_ino == path.stat().st_ino:
                return handle
        os.close(handle)


def _release(handle: int, path: Path) -> None:
    with suppress(OSError):
        path.unlink()
    os.close(handle)


def _digest(password: str, salt: bytes) -> str:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ROUNDS).hex()


def _is_of(password: str, record: dict[str, object]) -> bool:
    """Return whether a record is of this password; slow by intent, and asked only where a record is there."""
    return hmac.compare_digest(str(record["digest"]), _digest(password, bytes.fromhex(str(record["salt"]))))
